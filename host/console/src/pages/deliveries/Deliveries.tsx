import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { api, got } from "@/api/client";
import { useList } from "@/api/hooks";
import type { Delivery } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { isZero } from "@/lib/amount";
import { DocumentsNav } from "@/pages/documents/columns";
import { CustomerName } from "@/ui/fields";
import { CustomerFilter, DayFilter, Filters, TextFilter } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { Act, Amount, Day, Page, Panel, Tag } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";

/** Whether nothing of it waits any more. */
export const settled = (delivery: Delivery) => delivery.lines.every((line) => isZero(line.open.amount) && isZero(line.open_quantity));

export default function Deliveries() {
  const { t } = useTranslation();
  const go = useNavigate();
  const whyNot = useWhyNot();
  const { values, set, reset, used } = useFilters(["customer", "external_id", "from", "to"]);
  const query = { limit: 100, customer: values.customer, external_id: values.external_id, from: values.from, to: values.to };
  const list = useList(["deliveries", query], (after) => got(api.GET("/v1/deliveries", { params: { query: { ...query, after } } })));
  return (
    <Page
      title={t("documents.title")}
      actions={
        <>
          <Button onClick={() => void go("/admin/billing")}>{t("deliveries.settings")}</Button>
          <Act why={whyNot("enter")} type="primary" onClick={() => void go("/deliveries/new")}>
            {t("deliveries.new")}
          </Act>
        </>
      }
    >
      <DocumentsNav />
      <Panel flush title={t("deliveries.title")}>
        <Filters onReset={used ? reset : undefined}>
          <CustomerFilter value={values.customer} onChange={(v) => set("customer", v)} />
          <TextFilter label={t("deliveries.slip")} width={150} value={values.external_id} onChange={(v) => set("external_id", v)} />
          <DayFilter label={t("common.from")} value={values.from} onChange={(v) => set("from", v)} />
          <DayFilter label={t("common.to")} value={values.to} onChange={(v) => set("to", v)} />
        </Filters>
        <DataTable
          label={t("deliveries.title")}
          query={list}
          rowKey={(d) => d.id}
          to={(d) => `/deliveries/${d.id}`}
          empty={<Nothing title={used ? t("deliveries.none") : t("deliveries.noneAll")} />}
          columns={[
            { key: "number", title: t("common.number"), render: (d) => <Link to={`/deliveries/${d.id}`}>{d.number}</Link> },
            { key: "slip", title: t("deliveries.slip"), render: (d) => d.external_id ?? "" },
            { key: "customer", title: t("common.customer"), className: "wrap", render: (d) => <CustomerName id={d.customer} /> },
            { key: "day", title: t("deliveries.day"), render: (d) => <Day value={d.delivered_on} /> },
            { key: "order", title: t("documents.purchaseOrder"), render: (d) => d.purchase_order ?? "" },
            { key: "billing", title: t("deliveries.billing"), render: (d) => (settled(d) ? <Tag tone="good">{t("deliveries.billed")}</Tag> : <Tag tone="wait">{t("deliveries.open")}</Tag>) },
            { key: "net", title: t("deliveries.net"), align: "right", render: (d) => <Amount value={d.net} /> },
          ]}
        />
      </Panel>
    </Page>
  );
}
