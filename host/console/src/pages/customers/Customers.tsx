import { Button, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { api, downloadList, got, type Schemas } from "@/api/client";
import { useList } from "@/api/hooks";
import { isRefusal } from "@/api/problem";
import { useWhyNot } from "@/app/session";
import { CodeFilter, Filters, TextFilter } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { Act, Amount, Page, Panel, Tag } from "@/ui/parts";
import { CLEARED } from "@/ui/spoken";
import { Nothing, ProblemNote } from "@/ui/states";
import { DataTable, type Column } from "@/ui/table";
import { useTried } from "@/ui/tried";
import { useReport } from "../reports/report";
import { groupNames } from "./groups";
import { CustomersNav } from "./nav";
import { standings, type Standing } from "./standings";
import { useTerms } from "./terms";

type Customer = Schemas["Customer"];

export default function Customers() {
  const { t } = useTranslation();
  const tried = useTried();
  const go = useNavigate();
  const whyNot = useWhyNot();
  const terms = useTerms();
  const { values, set, reset, used } = useFilters(["code", "contains", "currency", "group", "archived"]);
  const groups = useQuery(groupNames);
  const query = {
    limit: 100,
    code_prefix: values.code,
    contains: values.contains,
    currency: values.currency,
    group: values.group,
    ...(values.archived === "all" ? {} : { archived: values.archived === "yes" }),
  };
  const list = useList<Customer>(["customers", query], (after) => got(api.GET("/v1/customers", { params: { query: { ...query, after } } })));
  // one report of all of them, not a question for each row
  const ages = useReport<Schemas["AgingView"]>("aging", {});
  const standing = useMemo(() => standings(ages.data?.accounts ?? []), [ages.data]);
  const owed = (c: Customer) => standing.get(c.code) ?? [];
  const columns: Column<Customer>[] = [
    { key: "code", title: t("customers.code"), render: (c) => <Link to={`/customers/${c.code}`}>{c.code}</Link> },
    {
      key: "name",
      title: t("customers.name"),
      className: "wrap",
      render: (c) => (
        <span>
          {c.name ?? <span className="quiet">{t("common.erasedName")}</span>} {c.archived_at !== null && c.archived_at !== undefined && <Tag>{t("customers.archived")}</Tag>}
        </span>
      ),
    },
    { key: "currency", title: t("common.currency"), render: (c) => c.currency },
    { key: "balance", title: t("customers.balance"), align: "right", render: (c) => owed(c).map(({ balance }) => <Owed key={balance.currency} of={c} value={balance} />) },
    { key: "overdue", title: t("ages.overdue"), align: "right", render: (c) => owed(c).map(({ overdue }) => <Owed key={overdue.currency} of={c} value={overdue} />) },
    { key: "terms", title: t("customers.terms"), render: (c) => terms(c.terms) },
    { key: "group", title: t("customers.group"), className: "wrap", render: (c) => c.group ?? "" },
    { key: "country", title: t("customers.country"), render: (c) => c.country },
    { key: "external", title: t("customers.externalId"), render: (c) => c.external_id ?? "" },
  ];
  const whole = (format: "csv" | "xlsx") => tried(downloadList("customers", query, format));
  return (
    <Page
      title={t("customers.title")}
      actions={
        <>
          <Button onClick={() => whole("csv")}>{t("customers.exportCsv")}</Button>
          <Button onClick={() => whole("xlsx")}>{t("customers.exportXlsx")}</Button>
          <Act why={whyNot("customers:enter")} type="primary" onClick={() => void go("/customers/new")}>
            {t("customers.new")}
          </Act>
        </>
      }
    >
      <CustomersNav />
      <Panel flush>
        <Filters onReset={used ? reset : undefined}>
          <TextFilter label={t("customers.codeStarts")} width={140} value={values.code} onChange={(v) => set("code", v?.toUpperCase())} />
          <TextFilter label={t("customers.contains")} width={200} value={values.contains} onChange={(v) => set("contains", v)} />
          <label className="field">
            <span>{t("common.currency")}</span>
            <Input allowClear={CLEARED} maxLength={3} defaultValue={values.currency} onChange={(e) => set("currency", /^[A-Za-z]{3}$/.test(e.target.value) ? e.target.value.toUpperCase() : "")} style={{ width: 90 }} />
          </label>
          <CodeFilter label={t("customers.group")} codes={groups.data ?? []} word={(value) => value} searched value={values.group} onChange={(v) => set("group", v)} />
          <div className="field">
            <span>{t("customers.archivedFilter")}</span>
            <Select
              aria-label={t("customers.archivedFilter")}
              value={values.archived ?? "no"}
              onChange={(value) => set("archived", value === "no" ? "" : value)}
              options={[
                { value: "no", label: t("customers.live") },
                { value: "yes", label: t("customers.archived") },
                { value: "all", label: t("common.all") },
              ]}
              style={{ width: 120 }}
            />
          </div>
        </Filters>
        {ages.error !== null && !isRefusal(ages.error, "rule-refused") && (
          <div style={{ padding: "0 12px" }}>
            <ProblemNote error={ages.error} onRetry={() => void ages.refetch()} />
          </div>
        )}
        <DataTable
          label={t("customers.title")}
          query={list}
          columns={columns}
          rowKey={(c) => c.id}
          to={(c) => `/customers/${c.code}`}
          empty={
            used ? (
              <Nothing title={t("customers.empty")} />
            ) : (
              <Nothing title={t("customers.emptyAll")}>
                <span>{t("customers.emptyHint")}</span>
                <Link to="/admin/imports">{t("customers.import")}</Link>
              </Nothing>
            )
          }
        />
      </Panel>
    </Page>
  );
}

/** Its currency is said where it is not the customer's own. */
function Owed({ of, value }: { of: Customer; value: Standing["balance"] }) {
  return (
    <div>
      <Amount value={value} currency={value.currency !== of.currency} dash />
    </div>
  );
}
