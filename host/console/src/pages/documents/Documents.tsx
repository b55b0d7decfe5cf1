import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api, downloadList, got, type Schemas } from "@/api/client";
import { useList } from "@/api/hooks";
import { useCode } from "@/i18n/code";
import { CodeFilter, CustomerFilter, DayFilter, Filters, TextFilter } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { Page, Panel } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { useTried } from "@/ui/tried";
import { DocumentsNav, useDocumentColumns } from "./columns";
import { NewDocument } from "./NewDocument";

const KINDS = ["invoice", "credit-note", "debit-note", "late-fee", "receipt", "return", "refund", "write-off", "adjustment", "transfer", "opening", "bill", "bill-endorsement", "bill-discount", "bill-payment", "bill-dishonour"] as const;

/** Kinds whose file is another than that of invoices. */
const FILES: Partial<Record<Schemas["DocumentKindName"], string>> = { receipt: "receipts", opening: "opening-balances" };

export default function Documents() {
  const { t } = useTranslation();
  const tried = useTried();
  const code = useCode();
  const columns = useDocumentColumns();
  const { values, set, reset, used } = useFilters(["kind", "customer", "from", "to", "status", "external_id"]);
  const query = {
    limit: 100,
    kind: values.kind as Schemas["DocumentKindName"] | undefined,
    customer: values.customer,
    from: values.from,
    to: values.to,
    status: values.status as Schemas["DocumentStatusName"] | undefined,
    external_id: values.external_id,
  };
  const list = useList(["documents", query], (after) => got(api.GET("/v1/invoices", { params: { query: { ...query, after } } })));
  const whole = (format: "csv" | "xlsx") => {
    const { kind, ...rest } = query;
    const own = kind === undefined ? undefined : FILES[kind];
    tried(own === undefined ? downloadList("invoices", query, format) : downloadList(own, rest, format));
  };
  return (
    <Page
      title={t("documents.title")}
      actions={
        <>
          <Button onClick={() => whole("csv")}>CSV</Button>
          <Button onClick={() => whole("xlsx")}>XLSX</Button>
          <NewDocument />
        </>
      }
    >
      <DocumentsNav />
      <Panel flush>
        <Filters onReset={used ? reset : undefined}>
          <CodeFilter label={t("common.kind")} codes={KINDS} word={(value) => code("documentKind", value)} value={values.kind} onChange={(v) => set("kind", v)} />
          <CustomerFilter value={values.customer} onChange={(v) => set("customer", v)} />
          <CodeFilter label={t("common.status")} codes={["open", "cleared"]} word={(value) => code("documentStatus", value)} width={110} value={values.status} onChange={(v) => set("status", v)} />
          <DayFilter label={t("common.from")} value={values.from} onChange={(v) => set("from", v)} />
          <DayFilter label={t("common.to")} value={values.to} onChange={(v) => set("to", v)} />
          <TextFilter label={t("documents.externalId")} width={130} value={values.external_id} onChange={(v) => set("external_id", v)} />
        </Filters>
        <DataTable label={t("documents.list")} query={list} columns={columns} rowKey={(d) => d.id} to={(d) => `/documents/${d.id}`} empty={<Nothing title={used ? t("documents.none") : t("documents.noneAll")} />} />
      </Panel>
    </Page>
  );
}
