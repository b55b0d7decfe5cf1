import { AutoComplete, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useCategories } from "@/api/categories";
import { useSession } from "@/app/session";
import { useCode } from "@/i18n/code";
import { DayField } from "./fields";
import { useRules } from "./rules";
import { TYPED } from "./typed";

/** What the money is for that pays nothing yet; blank, what the company has set. */
export function AdvanceFields() {
  const { t } = useTranslation();
  const code = useCode();
  const { options } = useCategories();
  const { optional } = useRules();
  return (
    <>
      <Form.Item name={["advance", "tax_category"]} label={optional(t("documents.advance"))} extra={t("documents.advanceHint")}>
        <AutoComplete showSearch={TYPED} allowClear options={options} popupMatchSelectWidth={260} />
      </Form.Item>
      <Form.Item name={["advance", "supply"]} label={optional(t("documents.advanceSupply"))}>
        <Select allowClear options={["goods", "service"].map((value) => ({ value, label: code("supply", value) }))} />
      </Form.Item>
    </>
  );
}

/** Of a currency that is not the books': a rate in place of the one that is stored. `currency` where the form has no field for it. */
export function RateFields({ currency }: { currency?: string }) {
  const { t } = useTranslation();
  const { company } = useSession();
  const { amount, optional } = useRules();
  const typed: unknown = Form.useWatch("currency", { preserve: true });
  const held: unknown = Form.useWatch(["fx", "rate"], { preserve: true });
  const of = currency ?? typed;
  const foreign = typeof of === "string" && /^[A-Z]{3}$/.test(of) && of !== company.base_currency;
  const given = typeof held === "string" && held !== "";
  if (!foreign && !given) return null;
  return (
    <>
      <Form.Item name={["fx", "rate"]} label={optional(t("documents.fx"))} extra={t("documents.fxHint")} rules={amount}>
        <Input inputMode="decimal" autoComplete="off" />
      </Form.Item>
      <Form.Item name={["fx", "date"]} label={optional(t("documents.fxDay"))}>
        <DayField />
      </Form.Item>
      <Form.Item name={["fx", "source"]} label={optional(t("documents.fxSource"))}>
        <Input autoComplete="off" />
      </Form.Item>
    </>
  );
}
