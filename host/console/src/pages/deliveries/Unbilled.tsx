import { Form, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, download, json, type Schemas } from "@/api/client";
import { keyed } from "@/api/hooks";
import { PERS, type Invoiced, type Per } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { firstOfMonth } from "@/lib/dates";
import { useProblemWords } from "@/i18n/code";
import { DocumentsNav } from "@/pages/documents/columns";
import { Downloads, OF_REPORTS } from "@/ui/downloads";
import { CustomerField, DayField, PartyName } from "@/ui/fields";
import { CustomerFilter, DayFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { useFormat } from "@/ui/format";
import { FormDialogue } from "@/ui/FormDialogue";
import { Act, Amount, Day, Figure, Page, Panel, Tag } from "@/ui/parts";
import { useRules } from "@/ui/rules";
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
  const report = useQuery({ queryKey: ["report", "unbilled", query], queryFn: () => json<Schemas["UnbilledReportView"]>(api.GET("/v1/reports/unbilled", { params: { query: { ...query, format: "json" } } })) });
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
          <Downloads kinds={OF_REPORTS} onDownload={whole} />
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
              render: (r) => <PartyName party={r.customer} />,
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
          <Link key={invoice.number} to={`/documents/${invoice.id}`}>
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
  effective_date?: string;
  per?: Per;
}

function Invoice({ customer, onMade, onClose }: { customer: string | undefined; onMade: (made: Invoiced) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { must, optional } = useRules();
  return (
    <FormDialogue<InvoiceFields, Invoiced>
      title={t("deliveries.invoiceTitle")}
      act={t("deliveries.invoiceThese")}
      text={t("deliveries.invoiceText")}
      start={{ ...(customer === undefined ? {} : { customer }), from: firstOfMonth(format.today), to: format.today, document_date: format.today }}
      send={({ per, ...fields }, key) => json<Invoiced>(api.POST("/v1/deliveries/invoice", { params: { header: keyed(key) }, body: per === undefined ? fields : { ...fields, per } }))}
      stale={[["report"], ["deliveries"], ["delivery"], ["documents"], ["items"], ["open-items"], ["balance"], ["overview"]]}
      onDone={onMade}
      onClose={onClose}
    >
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
        <Form.Item name="effective_date" label={optional(t("documents.effectiveDate"))}>
          <DayField />
        </Form.Item>
        <Form.Item name="per" label={t("deliveries.per")}>
          <Select allowClear placeholder={t("deliveries.perDefault")} options={PERS.map((value) => ({ value, label: t(`deliveries.perOf.${value}`) }))} />
        </Form.Item>
      </div>
    </FormDialogue>
  );
}
