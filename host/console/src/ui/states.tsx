import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Outdated, Problem, Unreached, unsaid, type FieldError } from "@/api/problem";
import { useProblemWords } from "@/i18n/code";
import { hintOf } from "@/i18n/hint";
import { ownWords, placeIn, pluginSays, said, speaks } from "@/i18n/said";

export function Loading({ rows = 5 }: { rows?: number }) {
  const { t } = useTranslation();
  return (
    <div className="stack" role="status" style={{ padding: 16 }}>
      <span className="sr">{t("common.loading")}</span>
      {Array.from({ length: rows }, (_, n) => (
        <div key={n} className="skeleton" style={{ width: `${90 - ((n * 17) % 45)}%` }} />
      ))}
    </div>
  );
}

export function Nothing({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** What the server says, in the person's language where we have the sentence; `names` are of what it names by codes. */
export function Told({ detail, names }: { detail: string; names?: (code: string) => string | undefined }) {
  const { text, foreign } = said(detail, speaks(), names);
  return <span lang={foreign ? "en" : undefined}>{text}</span>;
}

interface ProblemNoteProps {
  error: unknown;
  /** Of a form: what stands at no field. Without it all errors are listed. */
  rest?: readonly FieldError[];
  /** The form marks its fields with what is not in `rest`. */
  marked?: boolean;
  onRetry?: (() => void) | undefined;
}

/** A refusal in the person's language, what to do, and the server's own words beside it. */
export function ProblemNote({ error, rest, marked = false, onRetry }: ProblemNoteProps) {
  const { t } = useTranslation();
  const wordsOf = useProblemWords();
  if (error === null || error === undefined) return null;
  const again = onRetry !== undefined && (
    <div>
      <Button size="small" onClick={onRetry}>
        {t("common.retry")}
      </Button>
    </div>
  );
  if (!(error instanceof Problem)) {
    const [title, text] =
      error instanceof Unreached
        ? [t("common.unreachedTitle"), t("common.unreachedText")]
        : error instanceof Outdated
          ? [t("common.outdatedTitle"), t("common.outdatedText")]
          : [t("common.crashTitle"), error instanceof Error ? error.message : ""];
    return (
      <div className="note bad" role="alert">
        <strong>{title}</strong>
        <span>{text}</span>
        {again}
      </div>
    );
  }
  const words = wordsOf(error.code);
  const listed = unsaid(error.detail, rest ?? error.errors);
  const detail = error.detail === "" || words === null ? null : said(error.detail);
  // What stands at the form's fields is not said of the whole again, and what says the title again says nothing.
  const placed = marked && rest?.length === 0 && error.errors.length > 0;
  const whole = placed ? null : detail !== null && words !== null && detail.text.includes(words.title) && detail.text.length < words.title.length + 6 ? null : detail;
  const hint = hintOf(error.code, whole, words?.next ?? error.next);
  return (
    <div className="note bad" role="alert">
      <strong>{words?.title ?? said(error.detail).text}</strong>
      {error.plugin?.code !== null && error.plugin?.code !== undefined ? <PluginWords plugin={error.plugin} detail={error.detail} /> : null}
      {hint !== null && <span>{hint}</span>}
      {error.retryAfterSeconds !== null && error.status === 429 && <span>{t("session.wait", { seconds: error.retryAfterSeconds })}</span>}
      {whole !== null && (error.plugin?.code === null || error.plugin?.code === undefined) && (
        <span className={hint === null ? "" : "small"}>
          {whole.foreign && `${t("common.serverSays")}${t("common.colon")}`}
          <Told detail={error.detail} />
        </span>
      )}
      {listed.length > 0 && (
        <ul className="small">
          {listed.slice(0, 20).map((field, n) => (
            <li key={n}>
              <span className="strong">{field.pointer === null || field.pointer === undefined ? (field.parameter ?? field.header) : placeIn(field.pointer)}</span>
              {t("common.colon")}
              <Told detail={field.detail} />
            </li>
          ))}
        </ul>
      )}
      {error.status >= 500 && error.requestId !== null && (
        <span className="small">
          {t("common.requestId")} <span className="mono">{error.requestId}</span>
        </span>
      )}
      {again}
    </div>
  );
}

/** A plugin's refusal: which one, why in our words where we know its code, where, and what it says itself. */
function PluginWords({ plugin, detail }: { plugin: NonNullable<Problem["plugin"]>; detail: string }) {
  const { t } = useTranslation();
  const why = pluginSays(plugin.code);
  const own = ownWords(detail, plugin.code, plugin.subject);
  const place = plugin.subject === null || plugin.subject === undefined ? "" : placeIn(plugin.subject);
  return (
    <>
      {(why !== null || place !== "") && (
        <span>
          {place !== "" && <span className="strong">{place + t("common.colon")}</span>}
          {why}
        </span>
      )}
      <span className="small">
        {t("plugins.ownWords", { plugin: plugin.plugin })}
        <q lang="en">{own}</q> <span className="mono">{plugin.code}</span>
      </span>
    </>
  );
}
