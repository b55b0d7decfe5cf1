import { Button, Checkbox, Form, Input, Radio, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useCode } from "@/i18n/code";
import { EU } from "@/lib/country";
import { knownRates } from "@/lib/taxRates";
import { useFormat } from "@/ui/format";
import { fractionOf, ratesHold, suggested } from "./taxConfig";

/** Its fields in the form, which the step is left by. */
export const TAX_FIELDS = [["tax", "standard"], ["tax", "reduced"]];

/** Taxes of a country whose rules are made of a configuration: rates, categories, prices, rounding, customers abroad. `asked`: whether its step is the one that is filled in. */
export function TaxRules({ country, asked }: { country: string; asked: boolean }) {
  const { t } = useTranslation();
  const code = useCode();
  const form = Form.useFormInstance();
  const charged = Form.useWatch(["tax", "charged"], form) as boolean | undefined;
  const refusedUnless = (holds: boolean) => (holds ? Promise.resolve() : Promise.reject(new Error(t("setup.taxBadRate"))));
  const standardHolds = { validator: (_: unknown, typed: string | undefined) => refusedUnless(ratesHold(typed, undefined)) };
  const reducedHold = {
    validator: (_: unknown, typed: string | undefined) => {
      const standard = form.getFieldValue(["tax", "standard"]) as string | undefined;
      return refusedUnless(ratesHold(ratesHold(standard, undefined) ? standard : undefined, typed));
    },
  };
  return (
    <div>
      <Form.Item name={["tax", "charged"]}>
        <Radio.Group
          aria-label={t("setup.tax")}
          options={[
            { value: true, label: t("setup.taxCharged") },
            { value: false, label: t("setup.taxNone") },
          ]}
        />
      </Form.Item>
      {charged === false ? (
        <p className="quiet">{t("setup.taxNoneText")}</p>
      ) : (
        <>
          <Suggestion country={country} />
          <div className="form-grid">
            <Form.Item name={["tax", "standard"]} label={t("setup.taxStandard")} extra={t("setup.taxRateHint")} rules={asked ? [{ required: true, message: t("common.required") }, standardHolds] : []}>
              <Input autoComplete="off" inputMode="decimal" suffix="%" />
            </Form.Item>
            <Form.Item name={["tax", "reduced"]} label={`${t("setup.taxReduced")} (${t("common.optional")})`} extra={t("setup.taxReducedHint")} dependencies={[["tax", "standard"]]} rules={asked ? [reducedHold] : []}>
              <Input autoComplete="off" suffix="%" />
            </Form.Item>
            <Form.Item name={["tax", "zero"]} valuePropName="checked">
              <Checkbox>{t("setup.taxZero")}</Checkbox>
            </Form.Item>
            <Form.Item name={["tax", "exempt"]} valuePropName="checked">
              <Checkbox>{t("setup.taxExempt")}</Checkbox>
            </Form.Item>
            <Form.Item name={["tax", "prices"]} label={t("setup.taxPrices")}>
              <Select options={["exclusive", "inclusive"].map((value) => ({ value, label: code("priceMode", value) }))} />
            </Form.Item>
            <Form.Item name={["tax", "rounding"]} label={t("setup.taxRounding")}>
              <Select options={(["line", "document"] as const).map((value) => ({ value, label: t(`setup.taxRoundingOf.${value}`) }))} />
            </Form.Item>
            <Form.Item name={["tax", "abroad"]} label={t("setup.taxAbroad")} extra={EU.includes(country) ? t("setup.taxAbroadEu") : undefined} className="full">
              <Select options={(["refused", "home", "untaxed"] as const).map((value) => ({ value, label: t(`setup.taxAbroadOf.${value}`) }))} />
            </Form.Item>
          </div>
        </>
      )}
    </div>
  );
}

/** Rates that are known of the country, with the clause and since when: filled in when she says so. */
function Suggestion({ country }: { country: string }) {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const { day, percent, language } = useFormat();
  const known = knownRates(country);
  if (known === undefined) return null;
  return (
    <div className="note" style={{ marginBottom: 12 }}>
      <strong>{t("setup.taxKnown", { country: new Intl.DisplayNames([language], { type: "region" }).of(country) ?? country })}</strong>
      <ul>
        {known.rates.map((one) => (
          <li key={one.percent}>{t("setup.taxKnownRate", { rate: percent(fractionOf(one.percent) ?? "0"), law: one.law, from: day(one.from) })}</li>
        ))}
      </ul>
      <span>{t("setup.taxKnownText")}</span>
      <div>
        <Button
          size="small"
          onClick={() => {
            form.setFieldValue("tax", { ...(form.getFieldValue("tax") as object), ...suggested(country) });
            void form.validateFields(TAX_FIELDS).catch(() => undefined);
          }}
        >
          {t("setup.taxTake")}
        </Button>
      </div>
    </div>
  );
}
