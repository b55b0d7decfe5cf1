import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useLanguage } from "@/i18n";
import { useCode } from "@/i18n/code";
import { useFormat } from "@/ui/format";
import { Told } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { fieldName, fieldsOf, type Kind } from "./mapping";

export type Report = Schemas["ImportedFileView"];

/** What the look at a file found, or what came of it. */
export function Shown({ kind, report }: { kind: Kind; report: Report }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const code = useCode();
  const format = useFormat();
  const asks = report.questions.length > 0;
  const own = new Set(fieldsOf(kind));
  const names = (field: string) => (own.has(field) ? fieldName(kind, field, language) : undefined);
  return (
    <div className="stack">
      <div className={asks || report.refused > 0 ? "note wait" : "note good"} role="status">
        <strong>{asks ? t("admin.importMappingAsked") : t("admin.importReport", { records: report.records, refused: report.refused })}</strong>
        {[...report.questions, ...report.notes].map((text, n) => (
          <span key={n} className="small">
            <Told detail={text} names={names} />
          </span>
        ))}
        {report.sums.map((sum) => (
          <span key={sum.of + sum.currency} className="num">
            {code("importSum", sum.of)}
            {t("common.colon")}
            {format.amount(sum.sum)} {sum.currency}
          </span>
        ))}
      </div>
      {report.errors.length > 0 && (
        <DataTable
          label={t("admin.importErrors")}
          query={given(report.errors)}
          rowKey={(_, n) => n}
          empty=""
          columns={[
            { key: "cell", title: t("admin.importErrors"), render: (e) => <span className="mono">{e.cell ?? `#${e.row}`}</span> },
            { key: "heading", title: t("admin.importColumn"), render: (e) => e.heading ?? "" },
            { key: "field", title: t("admin.importField"), render: (e) => (typeof e.field === "string" ? fieldName(kind, e.field, language) : "") },
            { key: "message", title: t("common.reason"), className: "wrap", render: (e) => <Told detail={e.message} names={names} /> },
          ]}
        />
      )}
      {report.differences.length > 0 && (
        <DataTable
          label={t("admin.gain")}
          query={given(report.differences)}
          rowKey={(_, n) => n}
          empty=""
          columns={[
            { key: "customer", title: t("common.customer"), render: (d) => d.customer },
            { key: "old", title: t("admin.oldBooks"), align: "right", render: (d) => `${format.amount(d.old)} ${d.currency}` },
            { key: "new", title: t("admin.ourBooks"), align: "right", render: (d) => `${format.amount(d.new)} ${d.currency}` },
          ]}
        />
      )}
    </div>
  );
}

