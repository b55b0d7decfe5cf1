import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { api, json, type Schemas } from "@/api/client";
import { useWhyNot } from "@/app/session";
import { useLanguage } from "@/i18n";
import { useCode } from "@/i18n/code";
import { words } from "@/i18n/words";
import { DocumentsNav } from "@/pages/documents/columns";
import { PartyName } from "@/ui/fields";
import { CodeFilter, CustomerFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { Act, Amount, Day, Page, Panel, Tag } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { recordPath } from "./body";

const PAGE = 100;

/** Documents without a tax invoice, and tax invoices without a document. */
export default function WithoutEachOther() {
  const { t } = useTranslation();
  const code = useCode();
  const { values, set, reset, used } = useFilters(["customer", "named"]);
  const { customer, named } = values;
  const why = useWhyNot()("documents:enter");
  const of = useLanguage() === "en" ? 1 : 0;
  const kinds: Readonly<Record<string, readonly [string, string]>> = words.taxInvoices.kindOf;
  const [most, setMost] = useState(PAGE);
  const report = useQuery({ queryKey: ["report", "tax-invoices", customer ?? null], queryFn: () => json<Schemas["TaxInvoicedReportView"]>(api.GET("/v1/reports/tax-invoices", { params: { query: { customer, format: "json" } } })) });
  const rows = report.data?.rows.filter((row) => named === undefined || isUnrecorded(row));
  return (
    <Page title={t("documents.title")}>
      <DocumentsNav />
      <Panel
        flush
        title={t("taxInvoices.missing")}
        // Of all rows: of those that are picked out here nobody has added anything up.
        extra={named === undefined && report.data?.totals.map((total) => (
          <span key={total.documents.currency} className="small">
            {t("taxInvoices.withoutOf.document")} <Amount value={total.documents} /> · {t("taxInvoices.withoutOf.tax-invoice")} <Amount value={total.tax_invoices} />
          </span>
        ))}
      >
        <Filters onReset={used ? reset : undefined}>
          <CustomerFilter value={customer} onChange={(v) => set("customer", v)} />
          <CodeFilter label={t("documents.taxInvoice")} codes={["unrecorded"]} word={() => t("taxInvoices.unrecorded")} width={170} value={named} onChange={(v) => set("named", v)} />
        </Filters>
        <DataTable
          label={t("taxInvoices.missing")}
          query={{ ...report, data: rows?.slice(0, most), hasMore: (rows?.length ?? 0) > most, fetchMore: () => setMost(most + PAGE) }}
          rowKey={(r, n) => `${r.number} ${n}`}
          empty={<Nothing title={used ? t("taxInvoices.missingNoneThen") : t("taxInvoices.missingNone")} />}
          columns={[
            { key: "without", title: t("common.status"), render: (r) => (r.without === "document" || r.without === "tax-invoice" ? t(`taxInvoices.withoutOf.${r.without}`) : r.without) },
            { key: "number", title: t("common.number"), render: (r) => <Link to={r.without === "document" ? `/documents/${encodeURIComponent(r.number)}` : `/tax-invoices/${encodeURIComponent(r.number)}`}>{r.number}</Link> },
            { key: "kind", title: t("common.kind"), render: (r) => (r.without === "document" ? code("documentKind", r.kind) : (kinds[r.kind]?.[of] ?? r.kind)) },
            { key: "customer", title: t("common.customer"), className: "wrap", render: (r) => <PartyName party={r.customer} /> },
            { key: "date", title: t("common.date"), render: (r) => <Day value={r.date} /> },
            { key: "named", title: t("documents.taxInvoice"), className: "wrap", render: (r) => <Named row={r} why={why} /> },
            { key: "gross", title: t("documents.gross"), align: "right", render: (r) => <Amount value={r.gross} currency={false} /> },
            { key: "linked", title: t("taxInvoices.linked"), align: "right", render: (r) => <Amount value={r.linked} currency={false} dash /> },
            { key: "missing", title: t("taxInvoices.left"), align: "right", render: (r) => <Amount value={r.missing} /> },
          ]}
        />
      </Panel>
    </Page>
  );
}

type Row = Schemas["TaxInvoicedRowView"];

/** A document that names a number with which no tax invoice is recorded. */
const isUnrecorded = (row: Row) => row.recorded === false;

/** The number that a document names, and whether it is recorded: where not, it can be. */
function Named({ row, why }: { row: Row; why: string | undefined }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const number = row.tax_invoice_number ?? "";
  if (number === "") return null;
  if (!isUnrecorded(row))
    return (
      <Link className="mono" to={`/tax-invoices?number=${encodeURIComponent(number)}`}>
        {number}
      </Link>
    );
  return (
    <span className="stack tight" style={{ alignItems: "flex-start" }}>
      <span className="mono">{number}</span>
      <Tag tone="wait">{t("taxInvoices.unrecorded")}</Tag>
      <Act size="small" why={why} onClick={() => void go(recordPath(row.customer.code, row.number))}>
        {t("taxInvoices.recordIt")}
      </Act>
    </span>
  );
}
