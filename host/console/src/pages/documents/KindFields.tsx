import { AutoComplete, Button, Form, Input, InputNumber, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { catalogueQuery, useCategories } from "@/api/categories";
import { openItems } from "@/api/hooks";
import type { FormKind } from "@/api/shapes";
import { useCode } from "@/i18n/code";
import { AccountField } from "@/ui/accounts";
import { DocumentsWithAmounts } from "@/ui/DocumentsWithAmounts";
import { AmountField, amountRule, CustomerField, DayField } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { AdvanceFields, RateFields } from "@/ui/moneyFields";
import { Panel } from "@/ui/parts";
import { Allowances } from "./Allowances";
import { BilledDeliveries } from "./BilledDeliveries";
import { closedUp, NATURES, type Fields } from "./body";
import { TYPED } from "@/ui/typed";

/** `onFilled`: what a choice filled in, and nobody typed. */
export function KindFields({ kind, onFilled }: { kind: FormKind; onFilled: () => void }) {
  switch (kind) {
    case "invoice":
    case "credit-note":
    case "debit-note":
    case "late-fee":
      return <Invoice kind={kind} onFilled={onFilled} />;
    case "receipt":
      return <Receipt />;
    case "write-off":
    case "refund":
      return <OfItem kind={kind} />;
    case "adjustment":
      return <Adjustment />;
    case "opening":
      return <Opening />;
  }
}

function useRules() {
  const { t } = useTranslation();
  return { amount: [amountRule(t("common.notAmount"))] };
}

function Currency() {
  const { t } = useTranslation();
  return (
    <Form.Item name="currency" label={t("common.currency")} normalize={(value: string) => value.toUpperCase()}>
      <Input maxLength={3} autoComplete="off" />
    </Form.Item>
  );
}

function Day({ name, label }: { name: string; label: string }) {
  return (
    <Form.Item name={name} label={label}>
      <DayField />
    </Form.Item>
  );
}

function Text({ name, label, hint, full = false }: { name: string; label: string; hint?: string; full?: boolean }) {
  return (
    <Form.Item name={name} label={label} extra={hint} className={full ? "full" : ""}>
      <Input autoComplete="off" />
    </Form.Item>
  );
}

function CounterAccount({ hint }: { hint?: string }) {
  const { t } = useTranslation();
  return (
    <Form.Item name="account" label={t("documents.counterAccount")} extra={hint}>
      <AccountField />
    </Form.Item>
  );
}

function Invoice({ kind, onFilled }: { kind: "invoice" | "credit-note" | "debit-note" | "late-fee"; onFilled: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  return (
    <>
      <Panel title={code("documentKind", kind)}>
        <div className="form-grid">
          <Form.Item name="customer" label={t("common.customer")} className="span2">
            <CustomerField />
          </Form.Item>
          <Currency />
          <Form.Item name="price_mode" label={t("documents.priceMode")}>
            <Select options={["exclusive", "inclusive"].map((value) => ({ value, label: code("priceMode", value) }))} />
          </Form.Item>
          <Day name="document_date" label={t("documents.documentDate")} />
          <Day name="effective_date" label={`${t("documents.effectiveDate")} (${t("common.optional")})`} />
          <Day name="supply_date" label={`${t("documents.supplyDate")} (${t("common.optional")})`} />
          <Day name="due_date" label={`${t("documents.dueDate")} (${t("common.optional")})`} />
          {kind === "credit-note" && <Text name="original" label={t("documents.original")} hint={t("documents.originalHint")} />}
          {kind === "debit-note" && <Text name="original" label={t("documents.original")} />}
          <Text name="external_id" label={`${t("documents.externalId")} (${t("common.optional")})`} />
          <Text name="purchase_order" label={`${t("documents.purchaseOrder")} (${t("common.optional")})`} />
          <Text name="tax_invoice_number" label={`${t("documents.taxInvoice")} (${t("common.optional")})`} />
          <RateFields />
          <Text name="text" label={`${t("documents.text")} (${t("common.optional")})`} full />
        </div>
      </Panel>
      {kind === "credit-note" && <RedConfirmation />}
      <Lines natures corrects={kind === "credit-note" || kind === "debit-note"} />
      <Allowances />
      {kind !== "late-fee" && <BilledDeliveries kind={kind} onFilled={onFilled} />}
    </>
  );
}

/** 红字确认单: where the original has a tax invoice, its number or why there is none. */
function RedConfirmation() {
  const { t } = useTranslation();
  const other = (name: "number" | "reason") => ({
    dependencies: [["red_confirmation", name]],
    rules: [
      ({ getFieldValue }: { getFieldValue: (name: string[]) => string | undefined }) => ({
        validator: (_: unknown, value: string | undefined) => ((value ?? "").trim() !== "" && (getFieldValue(["red_confirmation", name]) ?? "").trim() !== "" ? Promise.reject(new Error(t("documents.redOne"))) : Promise.resolve()),
      }),
    ],
  });
  return (
    <Panel title={t("documents.red")}>
      <p className="small quiet" style={{ marginBottom: 8 }}>
        {t("documents.redHint")}
      </p>
      <div className="form-grid">
        <Form.Item name={["red_confirmation", "number"]} label={t("documents.redNumber")} {...other("reason")}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name={["red_confirmation", "reason"]} label={t("documents.redReason")} className="span2" {...other("number")}>
          <Input autoComplete="off" />
        </Form.Item>
      </div>
    </Panel>
  );
}

const COLUMNS = ["item", "description", "quantity", "unit", "unit_price", "category"] as const;

/** `corrects`: a line may name the one of the original that it takes back, or raises. `natures`: it may be a discount of another, or nothing that is sold. */
export function Lines({ corrects = false, natures = false }: { corrects?: boolean; natures?: boolean }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const { amount } = useRules();
  const catalogue = useQuery(catalogueQuery);
  const categories = useCategories();
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
        {(rows, { add, remove }) => (
          // A wide table in a narrow window scrolls by keyboard too.
          // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <div className="table-wrap" style={{ padding: "8px 12px" }} role="region" aria-label={t("documents.lines")} tabIndex={0}>
            <table className="lines-form" style={{ minWidth: natures ? 880 : 760 }}>
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
                  <th scope="col" style={{ width: 80 }}><span className="sr">{t("common.actions")}</span></th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row, n) => (
                  <tr key={row.key}>
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
                          <InputNumber aria-label={`${t("documents.originalLine")} ${n + 1}`} min={1} precision={0} style={{ width: "100%" }} />
                        </Form.Item>
                      </td>
                    )}
                    <td>
                      <Button
                        type="text"
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
                ))}
              </tbody>
            </table>
            <Button style={{ marginTop: 8 }} onClick={() => add({ quantity: "1", category: categories.first })}>
              {t("documents.addLine")}
            </Button>
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
          <InputNumber aria-label={`${t("documents.discountOf")} ${n}`} placeholder={t("documents.discountOf")} min={1} precision={0} style={{ width: "100%" }} />
        </Form.Item>
      )}
    </>
  );
}

function Receipt() {
  const { t } = useTranslation();
  const code = useCode();
  const { amount } = useRules();
  return (
    <Panel title={code("documentKind", "receipt")}>
      <div className="form-grid">
        <Form.Item name="customer" label={t("common.customer")} className="span2">
          <CustomerField />
        </Form.Item>
        <Form.Item name="amount" label={t("common.amount")} rules={amount}>
          <AmountField />
        </Form.Item>
        <Currency />
        <Day name="value_date" label={t("documents.valueDate")} />
        <Day name="effective_date" label={`${t("documents.effectiveDate")} (${t("common.optional")})`} />
        <Text name="reference" label={`${t("documents.reference")} (${t("common.optional")})`} />
        <Text name="external_id" label={`${t("documents.externalId")} (${t("common.optional")})`} />
        <RateFields />
      </div>
      <h3 style={{ fontSize: 13, marginBottom: 4 }}>{t("documents.pays")}</h3>
      <p className="small quiet" style={{ marginBottom: 8 }}>
        {t("documents.paysHint")} · {t("documents.receiptHint")}
      </p>
      <DocumentsWithAmounts name="allocations" label={t("documents.pays")} />
      <div className="form-grid" style={{ marginTop: 12 }}>
        <AdvanceFields />
      </div>
    </Panel>
  );
}

/** An open item of a customer: of a write-off what she owes, of a refund what she is owed. */
function OpenItemField({ customer, sign, value, onChange, id }: { customer: string | undefined; sign: 1 | -1; value?: string; onChange?: (id: string | undefined) => void; id?: string }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const items = useQuery(openItems(customer, 2000));
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      aria-label={t("documents.openItem")}
      showSearch={{ optionFilterProp: "label" }}
      allowClear
      loading={items.isPending}
      value={value ?? null}
      onChange={(next: string | null | undefined) => onChange?.(next ?? undefined)}
      options={(items.data ?? [])
        .filter((i) => i.sign === sign)
        .map((i) => ({ value: i.id, label: `${i.number ?? ""} · ${code("documentKind", i.kind)} · ${format.amount(i.open.amount)} ${i.open.currency}` }))}
    />
  );
}

function OfItem({ kind }: { kind: "write-off" | "refund" }) {
  const { t } = useTranslation();
  const code = useCode();
  const { amount } = useRules();
  const customer: unknown = Form.useWatch("customer");
  return (
    <Panel title={code("documentKind", kind)}>
      <div className="form-grid">
        <Form.Item name="customer" label={t("common.customer")}>
          <CustomerField />
        </Form.Item>
        <Form.Item name="item" label={t("documents.openItem")} className="span2">
          <OpenItemField customer={typeof customer === "string" && customer !== "" ? customer : undefined} sign={kind === "write-off" ? 1 : -1} />
        </Form.Item>
        <Form.Item name="amount" label={t("common.amount")} extra={t("documents.allOpen")} rules={amount}>
          <AmountField />
        </Form.Item>
        {kind === "write-off" ? (
          <>
            <Form.Item name="reason" label={t("documents.writeReason")}>
              <Select options={["bad-debt", "tail", "discount"].map((value) => ({ value, label: code("writeOffReason", value) }))} />
            </Form.Item>
            <Day name="date" label={t("common.date")} />
            <CounterAccount hint={t("documents.defaultAccount")} />
            <Text name="text" label={t("documents.text")} full />
          </>
        ) : (
          <>
            <Day name="value_date" label={t("documents.valueDate")} />
            <Day name="effective_date" label={`${t("documents.effectiveDate")} (${t("common.optional")})`} />
            <Form.Item name="from" label={t("documents.paidFrom")}>
              <Select options={(["bank", "suspense"] as const).map((value) => ({ value, label: t(`documents.paidFromOf.${value}`) }))} />
            </Form.Item>
            <Text name="external_id" label={`${t("documents.externalId")} (${t("common.optional")})`} />
            <Text name="reference" label={`${t("documents.reference")} (${t("common.optional")})`} />
          </>
        )}
      </div>
    </Panel>
  );
}

function Adjustment() {
  const { t } = useTranslation();
  const code = useCode();
  const { amount } = useRules();
  const customer: unknown = Form.useWatch("customer");
  const typed: unknown = Form.useWatch("amount");
  return (
    <Panel title={code("documentKind", "adjustment")}>
      <div className="form-grid">
        <Form.Item name="customer" label={t("common.customer")} className="span2">
          <CustomerField />
        </Form.Item>
        <Form.Item name="amount" label={t("common.amount")} extra={t("documents.signHint")} rules={amount}>
          <AmountField />
        </Form.Item>
        <Currency />
        <Form.Item name="item" label={`${t("documents.openItem")} (${t("common.optional")})`} extra={t("documents.adjustedItem")}>
          <OpenItemField customer={typeof customer === "string" && customer !== "" ? customer : undefined} sign={typeof typed === "string" && typed.trim().startsWith("-") ? 1 : -1} />
        </Form.Item>
        <CounterAccount />
        <Day name="date" label={t("common.date")} />
        <Day name="due_date" label={`${t("documents.dueDate")} (${t("common.optional")})`} />
        <Text name="external_id" label={`${t("documents.externalId")} (${t("common.optional")})`} />
        <RateFields />
        <Text name="text" label={t("documents.text")} full />
      </div>
    </Panel>
  );
}

/** An open item of the old books. */
function Opening() {
  const { t } = useTranslation();
  const code = useCode();
  const { amount } = useRules();
  return (
    <Panel title={code("documentKind", "opening")}>
      <div className="form-grid">
        <Form.Item name="customer" label={t("common.customer")} className="span2">
          <CustomerField />
        </Form.Item>
        <Form.Item name="amount" label={t("common.amount")} extra={t("documents.openingSign")} rules={amount}>
          <AmountField />
        </Form.Item>
        <Currency />
        <Day name="document_date" label={t("documents.documentDate")} />
        <Day name="effective_date" label={t("documents.takenOver")} />
        <Day name="due_date" label={`${t("documents.dueDate")} (${t("common.optional")})`} />
        <Text name="external_id" label={`${t("documents.oldNumber")} (${t("common.optional")})`} />
        <RateFields />
        <Text name="text" label={`${t("documents.text")} (${t("common.optional")})`} full />
      </div>
    </Panel>
  );
}
