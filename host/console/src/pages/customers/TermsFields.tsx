import { Button, Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useCode } from "@/i18n/code";
import { LOCALES } from "@/i18n/locales";
import { Panel } from "@/ui/parts";
import { CountField } from "@/ui/spoken";
import { BASES, COUNTINGS, RULES } from "./terms";

type Path = (string | number)[];

/** When what is owed falls due, what an early payment takes off, and how it is stated. */
export function TermsPanel() {
  const { t } = useTranslation();
  const code = useCode();
  return (
    <Panel title={t("customers.terms")}>
      <div className="form-grid">
        <RuleAndBasis />
        <Form.Item name="statement_style" label={t("customers.style")}>
          <Select options={["open-item", "balance-forward"].map((value) => ({ value, label: code("style", value) }))} />
        </Form.Item>
        <Form.Item name="locale" label={t("customers.locale")}>
          <Select options={[...LOCALES]} />
        </Form.Item>
      </div>
      <PartsAndSteps />
    </Panel>
  );
}

/** By which rule, counted from when. */
export function RuleAndBasis() {
  const { t } = useTranslation();
  return (
    <>
      <Form.Item name={["terms", "rule", "kind"]} label={t("customers.rule")}>
        <Select options={[...RULES.map((value) => ({ value, label: t(`customers.ruleName.${value}`) })), { value: "instalments", label: t("customers.byInstalments") }]} />
      </Form.Item>
      <RuleFields own={["terms", "rule"]} at={["terms", "rule"]} />
      <Form.Item name={["terms", "basis"]} label={t("customers.basis")}>
        <Select options={BASES.map((value) => ({ value, label: t(`customers.basisOf.${value}`) }))} />
      </Form.Item>
    </>
  );
}

/** Instalments, where the rule is that there are some, and what an early payment takes off. */
export function PartsAndSteps() {
  return (
    <>
      <Form.Item noStyle shouldUpdate>
        {({ getFieldValue }) => (getFieldValue(["terms", "rule", "kind"]) === "instalments" ? <Instalments /> : null)}
      </Form.Item>
      <Discounts />
    </>
  );
}

/** What a rule needs besides its kind; `own` is its path in the list that it stands in, `at` in the form. */
function RuleFields({ own, at, label }: { own: Path; at: Path; label?: string }) {
  const { t } = useTranslation();
  const named = (text: string) => (label === undefined ? { label: text } : {});
  const spoken = (text: string) => (label === undefined ? {} : { "aria-label": `${label} · ${text}`, placeholder: text });
  const tight = label === undefined ? {} : { style: { margin: 0, width: 130 } };
  return (
    <Form.Item noStyle shouldUpdate>
      {({ getFieldValue }) => {
        const kind: unknown = getFieldValue([...at, "kind"]);
        if (kind === "instalments") return null;
        return (
          <>
            <Form.Item name={[...own, "days"]} {...named(t("customers.days"))} {...tight}>
              <CountField min={0} max={3650} {...spoken(t("customers.days"))} />
            </Form.Item>
            {kind === "end-of-month" && (
              <Form.Item name={[...own, "months"]} {...named(t("customers.months"))} {...tight}>
                <CountField min={0} max={120} {...spoken(t("customers.months"))} />
              </Form.Item>
            )}
            {kind === "monthly" && (
              <>
                <Form.Item name={[...own, "cut_off"]} {...named(t("customers.cutOff"))} {...tight}>
                  <CountField min={1} max={31} {...spoken(t("customers.cutOff"))} />
                </Form.Item>
                <Form.Item name={[...own, "counting"]} {...named(t("customers.counting"))} {...tight}>
                  <Select options={COUNTINGS.map((value) => ({ value, label: t(`customers.countingName.${value}`) }))} {...spoken(t("customers.counting"))} />
                </Form.Item>
              </>
            )}
          </>
        );
      }}
    </Form.Item>
  );
}

/** 分期: parts in thousandths, each with a rule of its own. */
function Instalments() {
  const { t } = useTranslation();
  return (
    <section aria-label={t("customers.byInstalments")} style={{ marginBottom: 16 }}>
      <h3 style={{ fontSize: 13, marginBottom: 4 }}>{t("customers.byInstalments")}</h3>
      <p className="small quiet" style={{ marginBottom: 8 }}>
        {t("customers.instalmentsHint")}
      </p>
      <Form.List name={["terms", "instalments"]}>
        {(rows, { add, remove }, { errors }) => (
          <div className="stack tight">
            {rows.map((row, n) => {
              const label = t("customers.instalment", { n: n + 1 });
              return (
                <div key={row.key} className="row" style={{ alignItems: "flex-start" }}>
                  <Form.Item name={[row.name, "permille"]} style={{ margin: 0, width: 110 }}>
                    <CountField min={1} max={999} aria-label={`${label} · ${t("customers.share")}`} placeholder={t("customers.share")} />
                  </Form.Item>
                  <Form.Item name={[row.name, "rule", "kind"]} style={{ margin: 0, width: 160 }}>
                    <Select aria-label={`${label} · ${t("customers.rule")}`} options={RULES.map((value) => ({ value, label: t(`customers.ruleName.${value}`) }))} />
                  </Form.Item>
                  <RuleFields own={[row.name, "rule"]} at={["terms", "instalments", row.name, "rule"]} label={label} />
                  <Button onClick={() => remove(row.name)} aria-label={`${t("common.remove")} ${label}`}>
                    {t("common.remove")}
                  </Button>
                </div>
              );
            })}
            <div>
              <Button onClick={() => add({ rule: { kind: "net", days: 30 } })}>{t("customers.instalmentAdd")}</Button>
            </div>
            <Form.ErrorList errors={errors} />
          </div>
        )}
      </Form.List>
    </section>
  );
}

/** 现金折扣: steps, each with more days and less discount than the one before. */
function Discounts() {
  const { t } = useTranslation();
  return (
    <section aria-label={t("customers.discounts")}>
      <h3 style={{ fontSize: 13, marginBottom: 4 }}>{t("customers.discounts")}</h3>
      <Form.List name={["terms", "discounts"]}>
        {(rows, { add, remove }, { errors }) => (
          <div className="stack tight">
            {rows.map((row, n) => {
              const label = `${t("customers.discounts")} ${n + 1}`;
              return (
                <div key={row.key} className="row" style={{ alignItems: "flex-start" }}>
                  <Form.Item name={[row.name, "days"]} style={{ margin: 0, width: 150 }}>
                    <CountField min={0} max={3650} aria-label={`${label} · ${t("customers.discountDays")}`} placeholder={t("customers.discountDays")} />
                  </Form.Item>
                  <Form.Item name={[row.name, "permille"]} style={{ margin: 0, width: 150 }}>
                    <CountField min={1} max={999} aria-label={`${label} · ${t("customers.discountPermille")}`} placeholder={t("customers.discountPermille")} />
                  </Form.Item>
                  <Button onClick={() => remove(row.name)} aria-label={`${t("common.remove")} ${label}`}>
                    {t("common.remove")}
                  </Button>
                </div>
              );
            })}
            <div>
              <Button onClick={() => add({})}>{t("customers.discountAdd")}</Button>
            </div>
            <Form.ErrorList errors={errors} />
          </div>
        )}
      </Form.List>
    </section>
  );
}
