import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { api, got, json, type Schemas } from "@/api/client";
import { useList } from "@/api/hooks";
import type { TaxInvoice } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { DocumentsNav } from "@/pages/documents/columns";
import { CustomerName, PartyName } from "@/ui/fields";
import { CustomerFilter, DayFilter, Filters, TextFilter } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { Act, Amount, Day, Page, Panel, Tag, type Tone } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";

const TONES: Readonly<Record<TaxInvoice["status"], Tone>> = { issued: "good", voided: "plain", red: "bad" };

export function TaxInvoiceState({ of }: { of: TaxInvoice }) {
  const { t } = useTranslation();
  return <Tag tone={TONES[of.status]}>{t(`taxInvoices.statusOf.${of.status}`)}</Tag>;
}

/** What the tax authority's platform issued, and what has no counterpart. */
export default function TaxInvoices() {
  const { t } = useTranslation();
  const go = useNavigate();
  const why = useWhyNot()("enter");
  const { values, set, reset, used } = useFilters(["customer", "number", "from", "to"]);
  const query = { limit: 100, customer: values.customer, number: values.number, from: values.from, to: values.to };
  const list = useList(["tax-invoices", query], (after) => got(api.GET("/v1/tax-invoices", { params: { query: { ...query, after } } })));
  return (
    <Page
      title={t("documents.title")}
      actions={
        <Act why={why} type="primary" onClick={() => void go("/tax-invoices/new")}>
          {t("taxInvoices.new")}
        </Act>
      }
    >
      <DocumentsNav />
      <Panel flush title={t("taxInvoices.title")}>
        <Filters onReset={used ? reset : undefined}>
          <CustomerFilter value={values.customer} onChange={(v) => set("customer", v)} />
          <TextFilter label={t("taxInvoices.number")} width={200} value={values.number} onChange={(v) => set("number", v)} />
          <DayFilter label={t("common.from")} value={values.from} onChange={(v) => set("from", v)} />
          <DayFilter label={t("common.to")} value={values.to} onChange={(v) => set("to", v)} />
        </Filters>
        <DataTable
          label={t("taxInvoices.title")}
          query={list}
          rowKey={(i) => i.id}
          to={(i) => `/tax-invoices/${i.id}`}
          empty={<Nothing title={used ? t("taxInvoices.none") : t("taxInvoices.noneAll")} />}
          columns={[
            { key: "number", title: t("taxInvoices.number"), render: (i) => <Link to={`/tax-invoices/${i.id}`}>{i.number}</Link> },
            { key: "kind", title: t("taxInvoices.kind"), render: (i) => t(`taxInvoices.kindOf.${i.kind}`) },
            { key: "status", title: t("common.status"), render: (i) => <TaxInvoiceState of={i} /> },
            { key: "customer", title: t("common.customer"), className: "wrap", render: (i) => <CustomerName id={i.customer} /> },
            { key: "day", title: t("taxInvoices.issuedOn"), render: (i) => <Day value={i.issued_on} /> },
            { key: "net", title: t("documents.net"), align: "right", render: (i) => <Amount value={i.net} currency={false} /> },
            { key: "tax", title: t("documents.tax"), align: "right", render: (i) => <Amount value={i.tax} currency={false} dash /> },
            { key: "gross", title: t("documents.gross"), align: "right", render: (i) => <Amount value={i.gross} /> },
          ]}
        />
      </Panel>
      <Missing customer={values.customer} />
    </Page>
  );
}

function Missing({ customer }: { customer: string | undefined }) {
  const { t } = useTranslation();
  const code = useCode();
  const report = useQuery({ queryKey: ["report", "tax-invoices", customer ?? null], queryFn: () => json<Schemas["TaxInvoicedReportView"]>(api.GET("/v1/reports/tax-invoices", { params: { query: { customer, format: "json" } } })) });
  return (
    <Panel
      flush
      title={t("taxInvoices.missing")}
      extra={report.data?.totals.map((total) => (
        <span key={total.documents.currency} className="small">
          {t("taxInvoices.withoutOf.document")} <Amount value={total.documents} /> · {t("taxInvoices.withoutOf.tax-invoice")} <Amount value={total.tax_invoices} />
        </span>
      ))}
    >
      <DataTable
        label={t("taxInvoices.missing")}
        query={{ ...report, data: report.data?.rows }}
        rowKey={(r, n) => `${r.number} ${n}`}
        empty={<Nothing title={t("taxInvoices.missingNone")} />}
        columns={[
          { key: "without", title: t("common.status"), render: (r) => (r.without === "document" || r.without === "tax-invoice" ? t(`taxInvoices.withoutOf.${r.without}`) : r.without) },
          { key: "number", title: t("common.number"), render: (r) => <Link to={r.without === "document" ? `/documents/${encodeURIComponent(r.number)}` : `/tax-invoices/${encodeURIComponent(r.number)}`}>{r.number}</Link> },
          { key: "kind", title: t("common.kind"), render: (r) => (r.without === "document" ? code("documentKind", r.kind) : r.kind) },
          { key: "customer", title: t("common.customer"), className: "wrap", render: (r) => <PartyName party={r.customer} /> },
          { key: "date", title: t("common.date"), render: (r) => <Day value={r.date} /> },
          { key: "gross", title: t("documents.gross"), align: "right", render: (r) => <Amount value={r.gross} currency={false} /> },
          { key: "linked", title: t("taxInvoices.linked"), align: "right", render: (r) => <Amount value={r.linked} currency={false} dash /> },
          { key: "missing", title: t("taxInvoices.left"), align: "right", render: (r) => <Amount value={r.missing} /> },
        ]}
      />
    </Panel>
  );
}
