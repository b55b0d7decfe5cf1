import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import { useList } from "@/api/hooks";
import type { Draft, DraftKind, DraftState } from "@/api/shapes";
import { useCode } from "@/i18n/code";
import { CustomerField, CustomerName, Person } from "@/ui/fields";
import { useFilters } from "@/ui/filters";
import { Amount, Day, Instant, Page, Panel, Tag, toneOf } from "@/ui/parts";
import { DataTable, type Column } from "@/ui/table";
import { DocumentsNav } from "./columns";
import { DRAFT_KINDS, NewDocument } from "./NewDocument";

const STATES = ["draft", "submitted", "approved", "rejected", "posted"] as const;

export function useDraftColumns(): Column<Draft>[] {
  const { t } = useTranslation();
  const code = useCode();
  return [
    { key: "kind", title: t("common.kind"), render: (d) => <Link to={`/documents/drafts/${d.id}`}>{code("documentKind", d.kind)}</Link> },
    { key: "customer", title: t("common.customer"), className: "wrap", render: (d) => <CustomerName id={d.customer} /> },
    { key: "date", title: t("documents.effectiveDate"), render: (d) => <Day value={d.effective_date} /> },
    { key: "amount", title: t("common.amount"), align: "right", render: (d) => <Amount value={d.amount} /> },
    { key: "state", title: t("common.status"), render: (d) => <Tag tone={toneOf(d.state)}>{code("documentStatus", d.state)}</Tag> },
    { key: "by", title: t("documents.preparedBy"), render: (d) => <Person id={d.prepared_by} /> },
    { key: "at", title: t("common.at"), render: (d) => <Instant value={d.updated_at} /> },
    { key: "number", title: t("documents.number"), render: (d) => (d.document === null ? "" : <Link to={`/documents/${d.document}`}>{d.number}</Link>) },
  ];
}

export default function Drafts() {
  const { t } = useTranslation();
  const code = useCode();
  const columns = useDraftColumns();
  const { values, set } = useFilters(["state", "kind", "customer"]);
  const query = {
    limit: 100,
    ...(values.state === undefined ? {} : { state: values.state as DraftState }),
    ...(values.kind === undefined ? {} : { kind: values.kind as DraftKind }),
    ...(values.customer === undefined ? {} : { customer: values.customer }),
  };
  const list = useList(["drafts", query], (after) => got(api.GET("/v1/drafts", { params: { query: { ...query, ...(after === undefined ? {} : { after }) } } })));
  const any = { value: "", label: t("common.all") };
  return (
    <Page title={t("documents.title")} actions={<NewDocument />}>
      <DocumentsNav />
      <Panel flush>
        <div className="filters" role="search">
          <div className="field">
            <span>{t("common.status")}</span>
            <Select aria-label={t("common.status")} style={{ width: 130 }} value={values.state ?? ""} onChange={(v) => set("state", v)} options={[any, ...STATES.map((value) => ({ value, label: code("documentStatus", value) }))]} />
          </div>
          <div className="field">
            <span>{t("common.kind")}</span>
            <Select aria-label={t("common.kind")} style={{ width: 130 }} value={values.kind ?? ""} onChange={(v) => set("kind", v)} options={[any, ...DRAFT_KINDS.map((value) => ({ value, label: code("documentKind", value) }))]} />
          </div>
          <div className="field" style={{ width: 240 }}>
            <span>{t("common.customer")}</span>
            <CustomerField value={values.customer} onChange={(v) => set("customer", v)} />
          </div>
        </div>
        <DataTable label={t("documents.drafts")} query={list} columns={columns} rowKey={(d) => d.id} to={(d) => `/documents/drafts/${d.id}`} empty={t("documents.draftsNone")} />
      </Panel>
    </Page>
  );
}
