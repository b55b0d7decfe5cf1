import { App, Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { tell } from "@/api/coming";
import { TAX_INVOICE_KINDS } from "@/api/comingShapes";
import { useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import type { Body } from "@/api/shapes";
import { useSession, useWhyNot } from "@/app/session";
import { DocumentsWithAmounts } from "@/ui/DocumentsWithAmounts";
import { AmountField, amountRule, CustomerField, DayField } from "@/ui/fields";
import { leaveSaved, showErrors, UnsavedGuard } from "@/ui/forms";
import { Act, Page, Panel } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { taxInvoiceBody, type TaxInvoiceFields } from "./body";

export default function TaxInvoiceForm() {
  const { t } = useTranslation();
  const go = useNavigate();
  const [params] = useSearchParams();
  const session = useSession();
  const why = useWhyNot()("documents:enter");
  const { message } = App.useApp();
  const [form] = Form.useForm<TaxInvoiceFields>();
  const [dirty, setDirty] = useState(false);
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: (body: Body, key) => tell<{ id: string; number: string }>("POST", "/v1/tax-invoices", { body, key }),
    stale: [["tax-invoices"], ["report"]],
    onDone: (made) => {
      setDirty(false);
      void message.success(t("taxInvoices.recorded", { number: made.number }));
      leaveSaved(() => void go(`/tax-invoices/${made.id}`));
    },
  });
  const start = { customer: params.get("customer") ?? undefined, kind: "digital", issued_on: session.company.today, currency: session.company.base_currency, documents: params.has("document") ? [{ document: params.get("document") }] : [] };
  return (
    <Page title={t("taxInvoices.new")} back={{ to: "/tax-invoices", label: t("taxInvoices.title") }}>
      <UnsavedGuard dirty={dirty} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        scrollToFirstError
        initialValues={start}
        onValuesChange={() => setDirty(true)}
        onFinish={(fields) => write.mutate(taxInvoiceBody(fields), { onError: (error) => setRest(showErrors(form, error)) })}
      >
        <div className="stack">
          <Head />
          <Documents />
          <ProblemNote error={write.error} rest={rest} />
          <div className="row sticky-actions">
            <Act why={why} type="primary" htmlType="submit" loading={write.isPending}>
              {t("taxInvoices.new")}
            </Act>
            <Button onClick={() => void go(-1)}>{t("common.cancel")}</Button>
          </div>
        </div>
      </Form>
    </Page>
  );
}

function Head() {
  const { t } = useTranslation();
  const must = [{ required: true, message: t("common.required") }];
  const amount = [...must, amountRule(t("common.notAmount"))];
  const optional = (label: string) => `${label} (${t("common.optional")})`;
  const text = (name: string, label: string) => (
    <Form.Item name={name} label={optional(label)}>
      <Input autoComplete="off" />
    </Form.Item>
  );
  const figure = (name: string, label: string) => (
    <Form.Item name={name} label={label} rules={amount}>
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
