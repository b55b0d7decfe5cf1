import { AutoComplete, Button, Form, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { Fragment, useState } from "react";
import { useTranslation } from "react-i18next";
import { catalogueQuery, useCategories } from "@/api/categories";
import { AmountField } from "@/ui/fields";
import { Panel } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { CountField } from "@/ui/spoken";
import { TYPED } from "@/ui/typed";
import { closedUp, hasMore, NATURES, type Fields, type Line } from "./body";
import { LineMore } from "./LineMore";

const COLUMNS = ["item", "description", "quantity", "unit", "unit_price", "category"] as const;

/** `corrects`: a line may name the one of the original that it takes back, or raises. `natures`: it may be a discount of another, or nothing that is sold. */
export function Lines({ corrects = false, natures = false }: { corrects?: boolean; natures?: boolean }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const { amount } = useRules();
  const catalogue = useQuery(catalogueQuery);
  const categories = useCategories();
  // What says more than its row shows is open until somebody closes it.
  const [opened, setOpened] = useState<ReadonlyMap<number, boolean>>(new Map());
  const isOpen = (row: { key: number; name: number }) => opened.get(row.key) ?? hasMore(form.getFieldValue(["lines", row.name]) as Line | undefined);
  const title: Record<(typeof COLUMNS)[number], string> = {
    item: t("documents.item"),
    description: t("documents.description"),
    quantity: t("documents.quantity"),
    unit: t("documents.unit"),
    unit_price: t("documents.unitPrice"),
    category: t("documents.category"),
  };
  const width = { item: 130, description: undefined, quantity: 100, unit: 80, unit_price: 140, category: 120 };
  const items = (catalogue.data ?? []).map((i) => ({ value: i.code, label: `${i.code} ${i.name}` }));
  return (
    <Panel title={t("documents.lines")} flush>
      <Form.List name="lines">
        {(rows, { add, remove }, { errors }) => (
          // A wide table in a narrow window scrolls by keyboard too.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <div className="table-wrap" style={{ padding: "8px 12px" }} role="region" aria-label={t("documents.lines")} tabIndex={0}>
            <table className="lines-form" style={{ minWidth: natures ? 900 : 780 }}>
              <thead>
                <tr>
                  <th scope="col" style={{ width: 32 }}>#</th>
                  {COLUMNS.map((column) => (
                    <th key={column} scope="col" style={{ width: width[column] }}>
                      {title[column]}
                    </th>
                  ))}
                  {natures && <th scope="col" style={{ width: 120 }}>{t("documents.nature")}</th>}
                  {corrects && <th scope="col" style={{ width: 90 }}>{t("documents.originalLine")}</th>}
                  <th scope="col" style={{ width: 96 }}><span className="sr">{t("common.actions")}</span></th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row, n) => (
                  <Fragment key={row.key}>
                    <tr>
                      <td className="quiet num" style={{ paddingTop: 8 }}>{n + 1}</td>
                      <td>
                        <Form.Item name={[row.name, "item"]}>
                          <Select aria-label={`${t("documents.item")} ${n + 1}`} allowClear showSearch options={items} popupMatchSelectWidth={280} placeholder="–" />
                        </Form.Item>
                      </td>
                      <td>
                        <Form.Item name={[row.name, "description"]}>
                          <Input aria-label={`${t("documents.description")} ${n + 1}`} autoComplete="off" />
                        </Form.Item>
                      </td>
                      <td>
                        <Form.Item name={[row.name, "quantity"]} rules={amount}>
                          <AmountField aria-label={`${t("documents.quantity")} ${n + 1}`} />
                        </Form.Item>
                      </td>
                      <td>
                        <Form.Item name={[row.name, "unit"]}>
                          <Input aria-label={`${t("documents.unit")} ${n + 1}`} autoComplete="off" />
                        </Form.Item>
                      </td>
                      <td>
                        <Form.Item name={[row.name, "unit_price"]} rules={amount}>
                          <AmountField aria-label={`${t("documents.unitPrice")} ${n + 1}`} />
                        </Form.Item>
                      </td>
                      <td>
                        <Form.Item name={[row.name, "category"]}>
                          <AutoComplete showSearch={TYPED} aria-label={`${t("documents.category")} ${n + 1}`} options={categories.options} popupMatchSelectWidth={260} />
                        </Form.Item>
                      </td>
                      {natures && (
                        <td>
                          <Nature row={row.name} n={n + 1} />
                        </td>
                      )}
                      {corrects && (
                        <td>
                          <Form.Item name={[row.name, "original_line"]}>
                            <CountField aria-label={`${t("documents.originalLine")} ${n + 1}`} min={1} />
                          </Form.Item>
                        </td>
                      )}
                      <td style={{ whiteSpace: "nowrap" }}>
                        <Button type="text" style={{ padding: "0 8px" }} aria-expanded={isOpen(row)} aria-label={t("documents.lineMore", { n: n + 1 })} onClick={() => setOpened(new Map(opened).set(row.key, !isOpen(row)))}>
                          {isOpen(row) ? "▴" : "▾"}
                        </Button>
                        <Button
                          type="text"
                          style={{ padding: "0 8px" }}
                          onClick={() => {
                            const left = closedUp(form.getFieldsValue(true) as Fields, row.name);
                            remove(row.name);
                            form.setFieldsValue(left);
                          }}
                          aria-label={`${t("common.remove")} ${n + 1}`}
                        >
                          ✕
                        </Button>
                      </td>
                    </tr>
                    {isOpen(row) && (
                      <tr>
                        <td />
                        <td colSpan={COLUMNS.length + 1 + (natures ? 1 : 0) + (corrects ? 1 : 0)}>
                          <LineMore row={row.name} n={n + 1} allowances={natures} />
                        </td>
                      </tr>
                    )}
                  </Fragment>
                ))}
              </tbody>
            </table>
            <Button style={{ marginTop: 8 }} onClick={() => add({ quantity: "1", category: categories.first })}>
              {t("documents.addLine")}
            </Button>
            <Form.ErrorList errors={errors} />
          </div>
        )}
      </Form.List>
    </Panel>
  );
}

/** What a line is; a discount names the line before it that it discounts. */
function Nature({ row, n }: { row: number; n: number }) {
  const { t } = useTranslation();
  const nature: unknown = Form.useWatch(["lines", row, "nature"]);
  return (
    <>
      <Form.Item name={[row, "nature"]} getValueProps={(value: unknown) => ({ value: value ?? "normal" })}>
        <Select aria-label={`${t("documents.nature")} ${n}`} popupMatchSelectWidth={160} options={NATURES.map((value) => ({ value, label: t(`documents.natureOf.${value}`) }))} />
      </Form.Item>
      {nature === "discount" && (
        <Form.Item name={[row, "parent"]}>
          <CountField aria-label={`${t("documents.discountOf")} ${n}`} placeholder={t("documents.discountOf")} min={1} />
        </Form.Item>
      )}
    </>
  );
}
