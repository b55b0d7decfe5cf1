import { Button } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, downloadList, got } from "@/api/client";
import { useList } from "@/api/hooks";
import { users as everybody } from "@/api/whole";
import { CustomerName, Person } from "@/ui/fields";
import { CodeFilter, CustomerFilter, Filters, TextFilter } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { Instant, Panel } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { useTried } from "@/ui/tried";
import { AdminPage } from "./nav";

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Who was let approve what separation of duties keeps her from: by whom, why, of which customer and month. */
export default function Exceptions() {
  const { t } = useTranslation();
  const tried = useTried();
  const { values, set, reset, used } = useFilters(["person", "granted_by", "customer", "period"]);
  const users = useQuery({ queryKey: ["users"], queryFn: everybody });
  const people = users.data?.items ?? [];
  const name = (id: string) => people.find((user) => user.id === id)?.name ?? id;
  const query = {
    person: values.person,
    granted_by: values.granted_by,
    customer: values.customer,
    period: values.period !== undefined && MONTH.test(values.period) ? values.period : undefined,
  };
  const list = useList(["exceptions", query], (after) => got(api.GET("/v1/exceptions", { params: { query: { limit: 100, ...query, after } } })));
  const whole = (format: "csv" | "xlsx") => tried(downloadList("exceptions", query, format));
  return (
    <AdminPage
      sub={t("exceptions.text")}
      actions={
        <>
          <Button onClick={() => whole("csv")}>CSV</Button>
          <Button onClick={() => whole("xlsx")}>XLSX</Button>
        </>
      }
    >
      <Panel flush title={t("exceptions.title")}>
        <Filters onReset={used ? reset : undefined}>
          <CodeFilter label={t("exceptions.person")} codes={people.map((user) => user.id)} word={name} searched value={values.person} onChange={(v) => set("person", v)} />
          <CodeFilter label={t("exceptions.grantedBy")} codes={people.map((user) => user.id)} word={name} searched value={values.granted_by} onChange={(v) => set("granted_by", v)} />
          <CustomerFilter value={values.customer} onChange={(v) => set("customer", v)} />
          <TextFilter label={t("exceptions.period")} width={120} value={values.period} onChange={(v) => set("period", v)} />
        </Filters>
        <DataTable
          label={t("exceptions.title")}
          query={list}
          rowKey={(one) => one.id}
          empty={<Nothing title={used ? t("exceptions.noneThen") : t("exceptions.none")} />}
          columns={[
            { key: "at", title: t("common.at"), render: (one) => <Instant value={one.granted_at} /> },
            { key: "subject", title: t("exceptions.subject"), render: (one) => <Subject id={one.subject} /> },
            { key: "customer", title: t("common.customer"), className: "wrap", render: (one) => <CustomerName id={one.customer} /> },
            { key: "period", title: t("exceptions.period"), render: (one) => (one.first_period === one.last_period ? (one.first_period ?? "") : `${one.first_period ?? ""} – ${one.last_period ?? ""}`) },
            { key: "person", title: t("exceptions.person"), render: (one) => <Person id={one.person} /> },
            { key: "by", title: t("exceptions.grantedBy"), render: (one) => <Person id={one.granted_by} /> },
            { key: "reason", title: t("common.reason"), className: "wrap", render: (one) => one.reason ?? t("common.erasedName") },
          ]}
        />
      </Panel>
    </AdminPage>
  );
}

/** A draft has a page of its own, and so has a document that is taken back; a proposal stands among those that wait. */
function Subject({ id }: { id: string }) {
  const { t } = useTranslation();
  if (id.startsWith("doc_")) return <Link to={`/documents/${id}`}>{t("exceptions.document")}</Link>;
  return id.startsWith("dft_") ? <Link to={`/documents/drafts/${id}`}>{t("exceptions.draft")}</Link> : <span title={id}>{t("exceptions.proposal")}</span>;
}
