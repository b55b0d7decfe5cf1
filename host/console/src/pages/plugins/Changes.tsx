import { useTranslation } from "react-i18next";
import { useQuery } from "@tanstack/react-query";
import type { Binding } from "@/api/shapes";
import { plugins as admitted } from "@/api/whole";
import { useLanguage } from "@/i18n";
import { useFormat } from "@/ui/format";
import { Digest } from "@/ui/parts";
import { DataTable, given } from "@/ui/table";
import { changesOf, type Side } from "./difference";

/** Of a component by its digest: what it is called, and the schema of its configuration. */
export function useKnown() {
  const plugins = useQuery({ queryKey: ["plugins"], queryFn: admitted, staleTime: 60_000 });
  return (digest: string) => {
    const plugin = plugins.data?.items.find((p) => p.digest === digest);
    return { name: plugin === undefined ? digest.slice(0, 12) : `${plugin.name} ${plugin.version}`, schema: plugin?.config_schema };
  };
}

interface ChangesProps {
  /** What it follows; `null`: nothing. */
  before: Binding | null;
  after: Pick<Binding, "digest" | "config" | "valid_from">;
}

/** What a binding changes against the one that it follows: the component, and its configuration field by field. */
export function Changes({ before, after }: ChangesProps) {
  const { t } = useTranslation();
  const zh = useLanguage() !== "en";
  const format = useFormat();
  const known = useKnown();
  if (before === null) return <p className="small quiet">{t("plugins.changesFirst")}</p>;
  const [older, newer] = [known(before.digest), known(after.digest)];
  const say = { zh, byDefault: (value: string) => t("plugins.default", { value }), yes: t("common.yes"), no: t("common.no") };
  const fields = changesOf({ schema: older.schema, config: before.config }, { schema: newer.schema, config: after.config }, say);
  const head = t("plugins.changes", { name: older.name, day: format.day(before.valid_from) });
  if (before.digest === after.digest && fields.length === 0) return <p className="small quiet">{`${head}: ${t("plugins.changesNone")}`}</p>;
  const component = (of: { name: string }, digest: string) => (
    <span className="names">
      <span>{of.name}</span>
      <Digest value={digest} />
    </span>
  );
  const value = (of: Side) => (of.unset ? <span className="quiet">{of.text === "" ? t("plugins.unset") : of.text}</span> : <span>{of.text}</span>);
  const moved = before.digest === after.digest ? [] : [{ pointer: "", title: t("plugins.component"), before: component(older, before.digest), after: component(newer, after.digest) }];
  const rows = [...moved, ...fields.map((field) => ({ ...field, before: value(field.before), after: value(field.after) }))];
  return (
    <div className="changes">
      <strong className="small">{head}</strong>
      <DataTable
        label={`${head} → ${format.day(after.valid_from)}`}
        query={given(rows)}
        rowKey={(row) => row.pointer}
        empty={t("plugins.changesNone")}
        columns={[
          {
            key: "field",
            title: t("plugins.field"),
            className: "wrap",
            render: (row) => (
              <span className="names">
                <span>{row.title}</span>
                {row.pointer !== "" && <span className="mono quiet">{row.pointer}</span>}
              </span>
            ),
          },
          { key: "before", title: t("plugins.before"), className: "wrap", render: (row) => row.before },
          { key: "after", title: t("plugins.after"), className: "wrap", render: (row) => row.after },
        ]}
      />
    </div>
  );
}

/** A configuration as it stands, whole. */
export function Config({ config }: { config: Record<string, unknown> }) {
  const { t } = useTranslation();
  if (Object.keys(config).length === 0) return null;
  return (
    <details>
      <summary className="small">{t("plugins.configWhole")}</summary>
      <pre className="code">{JSON.stringify(config, null, 2)}</pre>
    </details>
  );
}
