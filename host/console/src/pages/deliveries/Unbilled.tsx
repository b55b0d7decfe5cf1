import { App, Button, Form, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { download } from "@/api/client";
import { ask, tell } from "@/api/coming";
import { PERS, type Invoiced, type Per, type Unbilled as Report } from "@/api/comingShapes";
import { useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import { useWhyNot } from "@/app/session";
import { firstOfMonth } from "@/lib/dates";
import { useProblemWords } from "@/i18n/code";
import { DocumentsNav } from "@/pages/documents/columns";
import { CustomerField, DayField } from "@/ui/fields";
import { CustomerFilter, DayFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { useFormat } from "@/ui/format";
import { FormModal, showErrors } from "@/ui/forms";
import { Act, Amount, Day, Figure, Page, Panel, Tag } from "@/ui/parts";
import { Nothing, ProblemNote, Told } from "@/ui/states";
import { DataTable } from "@/ui/table";

/** What was delivered and not billed, and the other way; and the invoices made of it. */
export default function Unbilled() {
  const { t } = useTranslation();
  const format = useFormat();
  const why = useWhyNot()("documents:enter");
  const { values, set, reset, used } = useFilters(["customer", "as_of"]);
  const [invoicing, setInvoicing] = useState(false);
  const [made, setMade] = useState<Invoiced | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  const query = { customer: values.customer, as_of: values.as_of };
  const report = useQuery({ queryKey: ["report", "unbilled", query], queryFn: () => ask<Report>("/v1/reports/unbilled", { ...query, format: "json" }) });
  const whole = (kind: string) => {
    setFailed(null);
    const asked = new URLSearchParams({ ...Object.fromEntries(Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined)), format: kind, language: format.language === "en" ? "en" : "zh" });
    download(`/v1/reports/unbilled?${asked.toString()}`, `unbilled.${kind}`).catch(setFailed);
  };
  return (
    <Page
      title={t("documents.title")}
      actions={
        <>
          {["csv", "xlsx", "pdf"].map((kind) => (
            <Button key={kind} onClick={() => whole(kind)} aria-label={`${t("common.download")} ${kind.toUpperCase()}`}>
              {kind.toUpperCase()}
            </Button>
          ))}
          <Act why={why} type="primary" onClick={() => setInvoicing(true)}>
            {t("deliveries.invoiceThese")}
          </Act>
        </>
      }
    >
      <DocumentsNav />
      <ProblemNote error={failed} />
      {made !== null && <Made of={made} />}
      {report.data !== undefined && report.data.totals.length > 0 && (
        <div className="figures">
          {report.data.totals.map((total) => (
            <Figure
              key={total.accrued.currency}
              label={`${t("deliveries.accrued")} ${total.accrued.currency}`}
              value={<Amount value={total.accrued} currency={false} />}
              under={
                <>
                  {t("deliveries.notAccrued")} <Amount value={total.not_accrued} currency={false} /> · {t("deliveries.notDelivered")} <Amount value={total.not_delivered} currency={false} />
                </>
              }
            />
          ))}
        </div>
      )}
      <Panel flush title={t("deliveries.unbilled")}>
        <Filters onReset={used ? reset : undefined}>
          <CustomerFilter value={values.customer} onChange={(v) => set("customer", v)} />
          <DayFilter label={t("reports.asOf")} value={values.as_of ?? format.today} onChange={(v) => set("as_of", v)} />
        </Filters>
        <DataTable
          label={t("deliveries.unbilled")}
          query={{ ...report, data: report.data?.rows }}
          rowKey={(r, n) => `${r.number} ${r.line} ${n}`}
          empty={<Nothing title={t("deliveries.unbilledNone")} />}
          columns={[
            {
              key: "number",
              title: t("common.number"),
              render: (r) => <Link to={r.state === "billed-not-delivered" ? `/documents/${encodeURIComponent(r.number)}` : `/deliveries/${encodeURIComponent(r.number)}`}>{r.number}</Link>,
            },
            { key: "state", title: t("common.status"), render: (r) => <Tag tone={r.state === "billed-not-delivered" ? "info" : "wait"}>{r.state === "delivered-not-billed" || r.state === "billed-not-delivered" ? t(`deliveries.stateOf.${r.state}`) : r.state}</Tag> },
            {
              key: "customer",
              title: t("common.customer"),
              className: "wrap",
              render: (r) => (
                <Link to={`/customers/${r.customer.code}`}>
                  <span className="quiet num">{r.customer.code}</span> {r.customer.name ?? t("common.erasedName")}
                </Link>
              ),
            },
            { key: "reference", title: t("deliveries.slip"), render: (r) => r.reference ?? "" },
            { key: "date", title: t("common.date"), render: (r) => <Day value={r.date} /> },
            { key: "days", title: t("deliveries.age"), align: "right", render: (r) => format.count(r.days) },
            { key: "description", title: t("documents.description"), className: "wrap", render: (r) => r.description ?? "" },
            { key: "quantity", title: t("documents.quantity"), align: "right", render: (r) => format.amount(r.quantity) },
            { key: "amount", title: t("deliveries.net"), align: "right", render: (r) => <Amount value={r.amount} /> },
          ]}
        />
      </Panel>
      {invoicing && <Invoice customer={values.customer} onMade={setMade} onClose={() => setInvoicing(false)} />}
    </Page>
  );
}

function Made({ of }: { of: Invoiced }) {
  const { t } = useTranslation();
  const format = useFormat();
  const wordsOf = useProblemWords();
  return (
    <div className={of.refused === null || of.refused === undefined ? "note good" : "note wait"} role="status">
      <strong>{of.issued.length === 0 ? t("deliveries.issuedNone") : t("deliveries.issued", { count: format.count(of.issued.length) })}</strong>
      <span className="row">
        {of.issued.map(({ invoice }) => (
          <Link key={invoice.number} to={`/documents/${invoice.document ?? invoice.id ?? invoice.number}`}>
            {invoice.number}
          </Link>
        ))}
      </span>
      {of.returns.length > 0 && <span>{t("deliveries.waitingReturns", { numbers: of.returns.join(t("common.listComma")) })}</span>}
      {of.refused !== null && of.refused !== undefined && (
        <span>
          {t("deliveries.stopped")}
          {t("common.colon")}
          {wordsOf(of.refused.code)?.title} <Told detail={of.refused.detail} />
        </span>
      )}
    </div>
  );
}

interface InvoiceFields {
  customer: string;
  from: string;
  to: string;
  document_date: string;
  per?: Per;
}

function Invoice({ customer, onMade, onClose }: { customer: string | undefined; onMade: (made: Invoiced) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const [form] = Form.useForm<InvoiceFields>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: ({ per, ...fields }: InvoiceFields, key) => tell<Invoiced>("POST", "/v1/deliveries/invoice", { body: per === undefined ? fields : { ...fields, per }, key }),
    stale: [["report"], ["deliveries"], ["delivery"], ["documents"], ["items"], ["open-items"], ["balance"], ["overview"]],
    onDone: (made) => {
      if (made.issued.length > 0) void message.success(t("deliveries.issued", { count: format.count(made.issued.length) }));
      onMade(made);
      onClose();
    },
  });
  const must = [{ required: true, message: t("common.required") }];
  return (
    <FormModal form={form} title={t("deliveries.invoiceTitle")} okText={t("deliveries.invoiceThese")} okButtonProps={{ loading: write.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ customer, from: firstOfMonth(format.today), to: format.today, document_date: format.today }}
        onFinish={(fields) => write.mutate(fields, { onError: (error) => setRest(showErrors(form, error)) })}
      >
        <p style={{ marginBottom: 12 }}>{t("deliveries.invoiceText")}</p>
        <Form.Item name="customer" label={t("common.customer")} rules={must}>
          <CustomerField />
        </Form.Item>
        <div className="form-grid">
          <Form.Item name="from" label={t("deliveries.invoiceFrom")} rules={must}>
            <DayField allowClear={false} />
          </Form.Item>
          <Form.Item name="to" label={t("deliveries.invoiceTo")} rules={must}>
            <DayField allowClear={false} />
          </Form.Item>
          <Form.Item name="document_date" label={t("documents.documentDate")} rules={must}>
            <DayField allowClear={false} />
          </Form.Item>
          <Form.Item name="per" label={t("deliveries.per")}>
            <Select allowClear placeholder={t("deliveries.perDefault")} options={PERS.map((value) => ({ value, label: t(`deliveries.perOf.${value}`) }))} />
          </Form.Item>
        </div>
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}
