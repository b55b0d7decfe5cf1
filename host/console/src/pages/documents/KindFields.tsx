import { Checkbox, Form, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
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
import { Lines } from "./LinesForm";
import { OwnTerms, WhoseTerms } from "./OwnTerms";

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
          {kind !== "credit-note" && <WhoseTerms />}
          {kind === "credit-note" && <Text name="original" label={t("documents.original")} hint={t("documents.originalHint")} />}
          {kind === "debit-note" && <Text name="original" label={t("documents.original")} />}
          <Text name="external_id" label={`${t("documents.externalId")} (${t("common.optional")})`} />
          <Text name="purchase_order" label={`${t("documents.purchaseOrder")} (${t("common.optional")})`} />
          <Text name="tax_invoice_number" label={`${t("documents.taxInvoice")} (${t("common.optional")})`} />
          <RateFields />
          <Text name="text" label={`${t("documents.text")} (${t("common.optional")})`} full />
        </div>
      </Panel>
      {kind === "credit-note" ? <RedConfirmation /> : <OwnTerms />}
      <Lines natures corrects={kind === "credit-note" || kind === "debit-note"} />
      <Allowances />
      {kind !== "late-fee" && <BilledDeliveries kind={kind} onFilled={onFilled} />}
      {kind === "credit-note" && <Rebill />}
    </>
  );
}

/** 红冲重开: of a credit note that names its original. */
function Rebill() {
  const { t } = useTranslation();
  const original: unknown = Form.useWatch("original");
  const rebill: unknown = Form.useWatch("rebill", { preserve: true });
  // what was ticked stays in sight, so that it can be taken out again
  if (rebill !== true && (typeof original !== "string" || original.trim() === "")) return null;
  return (
    <Panel>
      <Form.Item name="rebill" valuePropName="checked" extra={t("documents.rebillHint")} style={{ marginBottom: 0 }}>
        <Checkbox>{t("documents.rebill")}</Checkbox>
      </Form.Item>
    </Panel>
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
      {...(items.isError ? { notFoundContent: t("common.notDone") } : {})}
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
  const item: unknown = Form.useWatch("item");
  const whose = typeof customer === "string" && customer !== "" ? customer : undefined;
  // Of a refund the currency is its item's.
  const currency = useQuery(openItems(whose, 2000)).data?.find((one) => one.id === item)?.open.currency;
  return (
    <Panel title={code("documentKind", kind)}>
      <div className="form-grid">
        <Form.Item name="customer" label={t("common.customer")}>
          <CustomerField />
        </Form.Item>
        <Form.Item name="item" label={t("documents.openItem")} className="span2">
          <OpenItemField customer={whose} sign={kind === "write-off" ? 1 : -1} />
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
            <RateFields {...(currency === undefined ? {} : { currency })} />
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
