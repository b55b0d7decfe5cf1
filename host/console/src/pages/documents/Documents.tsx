import { Button, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, file, got, save, type Schemas } from "@/api/client";
import { useList } from "@/api/hooks";
import { useCode } from "@/i18n/code";
import { CustomerField, DayField } from "@/ui/fields";
import { useFilters } from "@/ui/filters";
import { Page, Panel } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { DocumentsNav, useDocumentColumns } from "./columns";
import { NewDocument } from "./NewDocument";

const KINDS = ["invoice", "credit-note", "late-fee", "receipt", "return", "refund", "write-off", "adjustment", "transfer", "opening"] as const;

export default function Documents() {
  const { t } = useTranslation();
  const code = useCode();
  const columns = useDocumentColumns();
  const { values, set, reset, used } = useFilters(["kind", "customer", "from", "to", "status", "external_id"]);
  const query = {
    limit: 100,
    ...(values.kind === undefined ? {} : { kind: values.kind as Schemas["DocumentKindName"] }),
    ...(values.customer === undefined ? {} : { customer: values.customer }),
    ...(values.from === undefined ? {} : { from: values.from }),
    ...(values.to === undefined ? {} : { to: values.to }),
    ...(values.status === undefined ? {} : { status: values.status as Schemas["DocumentStatusName"] }),
    ...(values.external_id === undefined ? {} : { external_id: values.external_id }),
  };
  const list = useList(["documents", query], (after) => got(api.GET("/v1/invoices", { params: { query: { ...query, ...(after === undefined ? {} : { after }) } } })));
  const whole = (format: "csv" | "xlsx") => void file(`/v1/lists/invoices?format=${format}`).then((found) => save(found, `invoices.${format}`));
  const any = { value: "", label: t("common.all") };
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
        <div className="filters" role="search">
          <div className="field">
            <span>{t("common.kind")}</span>
            <Select aria-label={t("common.kind")} style={{ width: 130 }} value={values.kind ?? ""} onChange={(v) => set("kind", v)} options={[any, ...KINDS.map((value) => ({ value, label: code("documentKind", value) }))]} />
          </div>
          <div className="field" style={{ width: 240 }}>
            <span>{t("common.customer")}</span>
            <CustomerField value={values.customer} onChange={(v) => set("customer", v)} />
          </div>
          <div className="field">
            <span>{t("common.status")}</span>
            <Select
              aria-label={t("common.status")}
              style={{ width: 110 }}
              value={values.status ?? ""}
              onChange={(v) => set("status", v)}
              options={[any, ...["open", "cleared"].map((value) => ({ value, label: code("documentStatus", value) }))]}
            />
          </div>
          <div className="field" style={{ width: 150 }}>
            <span>{t("common.from")}</span>
            <DayField aria-label={t("common.from")} value={values.from} onChange={(v) => set("from", v)} />
          </div>
          <div className="field" style={{ width: 150 }}>
            <span>{t("common.to")}</span>
            <DayField aria-label={t("common.to")} value={values.to} onChange={(v) => set("to", v)} />
          </div>
          <label className="field">
            <span>{t("documents.externalId")}</span>
            <Input allowClear style={{ width: 130 }} defaultValue={values.external_id} onChange={(e) => set("external_id", e.target.value.trim())} />
          </label>
          {used && (
            <Button type="link" onClick={reset}>
              {t("common.reset")}
            </Button>
          )}
        </div>
        <DataTable label={t("documents.list")} query={list} columns={columns} rowKey={(d) => d.id} to={(d) => `/documents/${d.id}`} empty={<Nothing title={used ? t("documents.none") : t("documents.noneAll")} />} />
      </Panel>
    </Page>
  );
}
