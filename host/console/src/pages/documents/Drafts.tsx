import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import { FED, useList } from "@/api/hooks";
import type { Draft, DraftKind, DraftState } from "@/api/shapes";
import { useCode } from "@/i18n/code";
import { CustomerName, Person } from "@/ui/fields";
import { CodeFilter, CustomerFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { Amount, Day, Instant, Page, Panel, Tag, toneOf } from "@/ui/parts";
import { DataTable, type Column } from "@/ui/table";
import { DocumentsNav } from "./columns";
import { ALL_DRAFT_KINDS, NewDocument } from "./NewDocument";

const STATES = ["draft", "submitted", "approved", "rejected", "posted"] as const;

function useDraftColumns(): Column<Draft>[] {
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
  const { values, set, reset, used } = useFilters(["state", "kind", "customer"]);
  const query = {
    limit: 100,
    state: values.state as DraftState | undefined,
    kind: values.kind as DraftKind | undefined,
    customer: values.customer,
  };
  const list = useList(["drafts", query], (after) => got(api.GET("/v1/drafts", { params: { query: { ...query, after } } })), FED);
  return (
    <Page title={t("documents.title")} actions={<NewDocument />}>
      <DocumentsNav />
      <Panel flush>
        <Filters onReset={used ? reset : undefined}>
          <CodeFilter label={t("common.status")} codes={STATES} word={(value) => code("documentStatus", value)} value={values.state} onChange={(v) => set("state", v)} />
          <CodeFilter label={t("common.kind")} codes={ALL_DRAFT_KINDS} word={(value) => code("documentKind", value)} value={values.kind} onChange={(v) => set("kind", v)} />
          <CustomerFilter value={values.customer} onChange={(v) => set("customer", v)} />
        </Filters>
        <DataTable label={t("documents.drafts")} query={list} columns={columns} rowKey={(d) => d.id} to={(d) => `/documents/drafts/${d.id}`} empty={t(used ? "documents.none" : "documents.draftsNone")} />
      </Panel>
    </Page>
  );
}
