import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { api, got } from "@/api/client";
import { useList } from "@/api/hooks";
import type { TaxInvoice } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { DocumentsNav } from "@/pages/documents/columns";
import { CustomerName } from "@/ui/fields";
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

/** What the tax authority's platform issued. */
export default function TaxInvoices() {
  const { t } = useTranslation();
  const go = useNavigate();
  const why = useWhyNot()("documents:enter");
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
          empty={
            <Nothing title={used ? t("taxInvoices.none") : t("taxInvoices.noneAll")}>
              <Link to="/tax-invoices/missing?named=unrecorded">{t("taxInvoices.seeUnrecorded")}</Link>
            </Nothing>
          }
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
    </Page>
  );
}
