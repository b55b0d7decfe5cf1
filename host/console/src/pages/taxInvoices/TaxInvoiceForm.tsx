import { Form, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api, got } from "@/api/client";
import { HELD, keyed } from "@/api/hooks";
import { TAX_INVOICE_KINDS } from "@/api/shapes";
import { taxInvoicesOf } from "@/api/taxInvoices";
import { useSession } from "@/app/session";
import { DocumentsWithAmounts } from "@/ui/DocumentsWithAmounts";
import { AmountField, CustomerField, DayField } from "@/ui/fields";
import { Page, Panel } from "@/ui/parts";
import { RecordPage } from "@/ui/RecordPage";
import { useRules } from "@/ui/rules";
import { Loading, ProblemNote } from "@/ui/states";
import { startOf, taxInvoiceBody, type TaxInvoiceFields } from "./body";

export default function TaxInvoiceForm() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const { company } = useSession();
  const named = params.get("document");
  const document = useQuery({ queryKey: ["document", "to-record", named], queryFn: () => got(api.GET("/v1/invoices/{id}", { params: { path: { id: named ?? "" } } })), enabled: named !== null, ...HELD });
  const doc = document.data?.document;
  const others = useQuery({ ...taxInvoicesOf(doc?.customer ?? ""), enabled: doc !== undefined });
  if (named !== null && (document.isPending || (doc !== undefined && others.isPending))) return <Loading />;
  const failed = document.error === null ? others : document;
  if (named !== null && failed.error !== null)
    return (
      <Page title={t("taxInvoices.new")} back={{ to: "/tax-invoices", label: t("taxInvoices.title") }}>
        <ProblemNote error={failed.error} onRetry={() => void failed.refetch()} />
      </Page>
    );
  const plain = { customer: params.get("customer") ?? undefined, kind: "digital" as const, issued_on: company.today, currency: company.base_currency, documents: named === null ? [] : [{ document: named }] };
  return (
    <RecordPage<TaxInvoiceFields, { id: string; number: string }>
      key={params.toString()}
      permission="documents:enter"
      title={t("taxInvoices.new")}
      back={{ to: "/tax-invoices", label: t("taxInvoices.title") }}
      start={doc === undefined || others.data === undefined ? plain : startOf(doc, others.data, company.today)}
      send={(fields, key) => got(api.POST("/v1/tax-invoices", { params: { header: keyed(key) }, body: taxInvoiceBody(fields) as never }))}
      stale={[["tax-invoices"], ["report"]]}
      said={(made) => t("taxInvoices.recorded", { number: made.number })}
      to={(made) => `/tax-invoices/${made.id}`}
    >
      <Head />
      <Documents />
    </RecordPage>
  );
}

function Head() {
  const { t } = useTranslation();
  const { must, amount, optional } = useRules();
  const text = (name: string, label: string) => (
    <Form.Item name={name} label={optional(label)}>
      <Input autoComplete="off" />
    </Form.Item>
  );
  const figure = (name: string, label: string) => (
    <Form.Item name={name} label={label} rules={[...must, ...amount]}>
      <AmountField />
    </Form.Item>
  );
  return (
    <Panel title={t("taxInvoices.title")}>
      <div className="form-grid">
        <Form.Item name="number" label={t("taxInvoices.number")} rules={must}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="kind" label={t("taxInvoices.kind")}>
          <Select options={TAX_INVOICE_KINDS.map((value) => ({ value, label: t(`taxInvoices.kindOf.${value}`) }))} />
        </Form.Item>
        {text("code", t("taxInvoices.code"))}
        <Form.Item name="customer" label={t("common.customer")} rules={must} className="span2">
          <CustomerField />
        </Form.Item>
        <Form.Item name="issued_on" label={t("taxInvoices.issuedOn")} rules={must}>
          <DayField allowClear={false} />
        </Form.Item>
        <Form.Item name="currency" label={t("common.currency")} rules={must} normalize={(value: string) => value.toUpperCase()}>
          <Input maxLength={3} autoComplete="off" />
        </Form.Item>
        {figure("net", t("documents.net"))}
        {figure("tax", t("documents.tax"))}
        {figure("gross", t("documents.gross"))}
        {text("original", t("taxInvoices.original"))}
        {text("confirmation", t("taxInvoices.confirmation"))}
        {text("reason", t("taxInvoices.reason"))}
        {text("buyer_name", t("taxInvoices.buyer"))}
        {text("buyer_tax_id", t("taxInvoices.buyerTaxId"))}
      </div>
    </Panel>
  );
}

function Documents() {
  const { t } = useTranslation();
  return (
    <Panel title={t("taxInvoices.documents")}>
      <p className="small quiet" style={{ marginBottom: 8 }}>
        {t("taxInvoices.documentsHint")}
      </p>
      <DocumentsWithAmounts name="documents" label={t("common.number")} />
    </Panel>
  );
}
