import { Button } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Problem, Unreached, type FieldError } from "@/api/problem";
import { useProblemWords } from "@/i18n/code";
import { useLanguage } from "@/i18n";

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

interface ProblemNoteProps {
  error: unknown;
  /** Of a form: what stands at no field. Without it all errors are listed. */
  rest?: readonly FieldError[];
  onRetry?: (() => void) | undefined;
}

/** A refusal in the person's language, what to do, and the server's own words beside it. */
export function ProblemNote({ error, rest, onRetry }: ProblemNoteProps) {
  const { t } = useTranslation();
  const wordsOf = useProblemWords();
  const language = useLanguage();
  if (error === null || error === undefined) return null;
  const again = onRetry !== undefined && (
    <div>
      <Button size="small" onClick={onRetry}>
        {t("common.retry")}
      </Button>
    </div>
  );
  if (!(error instanceof Problem)) {
    const unreached = error instanceof Unreached;
    return (
      <div className="note bad" role="alert">
        <strong>{unreached ? t("common.unreachedTitle") : t("common.crashTitle")}</strong>
        <span>{unreached ? t("common.unreachedText") : error instanceof Error ? error.message : ""}</span>
        {again}
      </div>
    );
  }
  const words = wordsOf(error.code);
  // What the whole says already is not said again of its one part.
  const listed = (rest ?? error.errors).filter((field) => field.detail !== error.detail);
  const own = error.plugin?.code ?? null;
  return (
    <div className="note bad" role="alert">
      <strong>{words?.title ?? error.detail}</strong>
      <span>{words?.next ?? error.next}</span>
      {error.retryAfterSeconds !== null && error.status === 429 && <span>{t("session.wait", { seconds: error.retryAfterSeconds })}</span>}
      {error.detail !== "" && words !== null && (
        <span className="small">
          {language === "en" ? "" : `${t("common.serverSays")}：`}
          <span lang="en">{error.detail}</span>
          {own !== null && <span className="mono"> ({own})</span>}
        </span>
      )}
      {listed.length > 0 && (
        <ul className="small">
          {listed.slice(0, 20).map((field, n) => (
            <li key={n}>
              <span className="mono">{field.pointer ?? field.parameter ?? field.header}</span> <span lang="en">{field.detail}</span>
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
