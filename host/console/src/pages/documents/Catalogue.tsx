import { AutoComplete, Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useCategories } from "@/api/categories";
import { api, downloadList, got, type Schemas } from "@/api/client";
import { keyed, useList } from "@/api/hooks";
import { useSession, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { filled } from "@/lib/filled";
import { AmountField } from "@/ui/fields";
import { Filters, TextFilter } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { FormDialogue } from "@/ui/FormDialogue";
import { Act, Amount, Page, Panel } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { useTried } from "@/ui/tried";
import { DocumentsNav } from "./columns";
import { TYPED } from "@/ui/typed";

type Body = Schemas["CatalogueItemBody"];

/** 商品: what is sold, with its price and tax category, for lines to name. */
export default function Catalogue() {
  const { t } = useTranslation();
  const code = useCode();
  const tried = useTried();
  const why = useWhyNot()("documents:enter");
  const [adding, setAdding] = useState(false);
  const { values, set, reset, used } = useFilters(["code_prefix", "category"]);
  const query = { limit: 100, code_prefix: values.code_prefix, category: values.category };
  const list = useList(["catalogue", "list", query], (after) => got(api.GET("/v1/items", { params: { query: { ...query, after } } })));
  return (
    <Page
      title={t("documents.title")}
      actions={
        <>
          <Button onClick={() => tried(downloadList("items", query, "csv"))}>CSV</Button>
          <Button onClick={() => tried(downloadList("items", query, "xlsx"))}>XLSX</Button>
          <Act why={why} type="primary" onClick={() => setAdding(true)}>
            {t("documents.itemNew")}
          </Act>
        </>
      }
    >
      <DocumentsNav />
      <Panel flush>
        <Filters onReset={used ? reset : undefined}>
          <TextFilter label={t("customers.codeStarts")} width={160} value={values.code_prefix} onChange={(v) => set("code_prefix", v)} />
          <TextFilter label={t("documents.category")} width={130} value={values.category} onChange={(v) => set("category", v)} />
        </Filters>
        <DataTable
          label={t("documents.catalogue")}
          query={list}
          rowKey={(i) => i.id}
          empty={
            <Nothing title={used ? t("documents.itemsNoneThen") : t("documents.itemsNone")}>
              <Link to="/admin/imports?kind=items">{t("customers.import")}</Link>
            </Nothing>
          }
          columns={[
            { key: "code", title: t("documents.itemCode"), render: (i) => <span className="num">{i.code}</span> },
            { key: "name", title: t("documents.description"), className: "wrap", render: (i) => i.name },
            { key: "unit", title: t("documents.unit"), render: (i) => i.unit ?? "" },
            { key: "price", title: t("documents.unitPrice"), align: "right", render: (i) => ((i.unit_price ?? null) === null ? "" : <Amount value={{ amount: i.unit_price ?? "", currency: i.currency ?? "" }} />) },
            { key: "category", title: t("documents.category"), render: (i) => i.category },
            { key: "supply", title: t("documents.supply"), render: (i) => code("supply", i.supply) },
          ]}
        />
      </Panel>
      {adding && <Add onClose={() => setAdding(false)} />}
    </Page>
  );
}

function Add({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const { company } = useSession();
  const categories = useCategories();
  const { must, amount, optional } = useRules();
  return (
    <FormDialogue<Body, Schemas["CatalogueItem"]>
      title={t("documents.itemNew")}
      act={t("common.save")}
      start={{ supply: "goods", currency: company.base_currency, ...(categories.first === undefined ? {} : { category: categories.first }) }}
      send={({ unit, unit_price, currency, ...body }, key) => {
        const [of, price] = [filled(unit ?? undefined), filled(unit_price ?? undefined)];
        return got(api.POST("/v1/items", { params: { header: keyed(key) }, body: { ...body, ...(of === undefined ? {} : { unit: of }), ...(price === undefined ? {} : { unit_price: price, currency }) } }));
      }}
      stale={[["catalogue"]]}
      said={(made) => t("documents.itemMade", { code: made.code })}
      onClose={onClose}
    >
      <div className="form-grid">
        <Form.Item name="code" label={t("documents.itemCode")} rules={must}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="name" label={t("documents.description")} rules={must}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="unit_price" label={optional(t("documents.unitPrice"))} rules={amount}>
          <AmountField />
        </Form.Item>
        <Form.Item name="currency" label={t("common.currency")} normalize={(value: string) => value.toUpperCase()}>
          <Input maxLength={3} autoComplete="off" />
        </Form.Item>
        <Form.Item name="unit" label={optional(t("documents.unit"))}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="category" label={t("documents.category")} rules={must}>
          <AutoComplete showSearch={TYPED} options={categories.options} popupMatchSelectWidth={260} />
        </Form.Item>
        <Form.Item name="supply" label={t("documents.supply")}>
          <Select options={["goods", "service"].map((value) => ({ value, label: code("supply", value) }))} />
        </Form.Item>
      </div>
    </FormDialogue>
  );
}
