import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { saveBlob, type Schemas } from "@/api/client";
import { useLanguage } from "@/i18n";
import { useCode } from "@/i18n/code";
import { blobOf } from "@/lib/base64";
import { useFormat } from "@/ui/format";
import { Told } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { MODES, readAs, rejectsName, rowsOf } from "./brought";
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
  const written = MODES.some((mode) => mode === report.mode);
  return (
    <div className="stack">
      <div className={asks || report.errors_total > 0 ? "note wait" : "note good"} role="status">
        <strong>{asks ? t("admin.importMappingAsked") : t("admin.importReport", { records: report.records, refused: report.refused })}</strong>
        {written && <span>{t("admin.importCame", { made: report.made, already: report.already })}</span>}
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
        {(report.id ?? null) !== null && <Link to={`/admin/imports/${report.id ?? ""}`}>{t("admin.importRowsOpen")}</Link>}
      </div>
      <Rejects report={report} />
      {report.errors.length > 0 && (
        <>
          <DataTable
            label={t("admin.importErrors")}
            query={given(report.errors)}
            rowKey={(_, n) => n}
            empty=""
            columns={[
              { key: "row", title: t("admin.importRow"), align: "right", render: (e) => e.row },
              { key: "cell", title: t("admin.importErrors"), render: (e) => ((e.cell ?? null) === null ? t("admin.importWholeRow") : <span className="mono">{e.cell}</span>) },
              { key: "heading", title: t("admin.importColumn"), render: (e) => e.heading ?? "" },
              { key: "field", title: t("admin.importField"), render: (e) => (typeof e.field === "string" ? fieldName(kind, e.field, language) : "") },
              { key: "message", title: t("common.reason"), className: "wrap", render: (e) => <Told detail={e.message} names={names} /> },
            ]}
          />
          {report.errors_total > report.errors.length && <p className="small quiet">{t("admin.importErrorsMore", { shown: report.errors.length, total: report.errors_total })}</p>}
        </>
      )}
      {!written && <FirstRead report={report} />}
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

/** The refused rows as a file, in the form of the one that was sent: to mend and bring again. */
function Rejects({ report }: { report: Report }) {
  const { t } = useTranslation();
  const { rejects } = report;
  if (rejects === null || rejects === undefined) return null;
  const name = rejectsName(report.file_name, report.format);
  return (
    <div className="row">
      <Button onClick={() => saveBlob(blobOf(rejects), name)}>{t("admin.importRejects")}</Button>
      <span className="small quiet">{t("admin.importRejectsText")}</span>
    </div>
  );
}

/** The first records as they were read: whether a day is the third of April or the fourth of March is seen here. */
function FirstRead({ report }: { report: Report }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (report.first.length === 0) return null;
  return (
    <DataTable
      label={t("admin.importFirst")}
      query={given(report.first)}
      rowKey={(one) => one.first_row}
      empty=""
      columns={[
        { key: "row", title: t("admin.importRow"), align: "right", render: (one) => rowsOf(one) },
        {
          key: "read",
          title: t("admin.importFirst"),
          className: "wrap",
          render: (one) =>
            readAs(one.body, language)
              .map(([name, value]) => `${name}${t("common.colon")}${value}`)
              .join(" · "),
        },
      ]}
    />
  );
}
