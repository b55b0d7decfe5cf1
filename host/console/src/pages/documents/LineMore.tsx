import { Button, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useCode } from "@/i18n/code";
import { AmountField } from "@/ui/fields";
import { useRules } from "@/ui/rules";

/** What a line says beyond its row of the table: whether it is goods or a service, and with `allowances` what is taken off it or added. */
export function LineMore({ row, n, allowances }: { row: number; n: number; allowances: boolean }) {
  const { t } = useTranslation();
  const code = useCode();
  return (
    <div className="stack tight" style={{ padding: "4px 0 8px" }}>
      <Form.Item name={[row, "supply"]} style={{ width: 200 }}>
        <Select allowClear aria-label={`${t("documents.supply")} ${n}`} placeholder={t("documents.supply")} options={["goods", "service"].map((value) => ({ value, label: code("supply", value) }))} />
      </Form.Item>
      {allowances && <LineAllowances row={row} line={n} />}
    </div>
  );
}

/** Each an amount, or a fraction of quantity × price. */
function LineAllowances({ row, line }: { row: number; line: number }) {
  const { t } = useTranslation();
  const { amount } = useRules();
  return (
    <Form.List name={[row, "allowances"]}>
      {(rows, { add, remove }, { errors }) => (
        <>
          {rows.map((one, k) => {
            const spoken = t("documents.lineAllowance", { n: line, k: k + 1 });
            return (
              <div key={one.key} className="row" style={{ alignItems: "flex-start" }}>
                <Form.Item name={[one.name, "charge"]} style={{ width: 110 }} getValueProps={(value: unknown) => ({ value: value === true })}>
                  <Select
                    aria-label={`${spoken} · ${t("documents.allowanceKind")}`}
                    options={[
                      { value: false, label: t("documents.allowance") },
                      { value: true, label: t("documents.charge") },
                    ]}
                  />
                </Form.Item>
                <Form.Item name={[one.name, "amount"]} style={{ width: 140 }} rules={amount}>
                  <AmountField aria-label={`${spoken} · ${t("common.amount")}`} placeholder={t("common.amount")} />
                </Form.Item>
                <Form.Item name={[one.name, "fraction"]} style={{ width: 140 }} rules={amount}>
                  <AmountField aria-label={`${spoken} · ${t("documents.lineFraction")}`} placeholder={t("documents.lineFraction")} />
                </Form.Item>
                <Form.Item name={[one.name, "reason"]} style={{ flex: 1, minWidth: 140 }}>
                  <Input aria-label={`${spoken} · ${t("common.reason")}`} placeholder={t("common.reason")} autoComplete="off" />
                </Form.Item>
                <Button onClick={() => remove(one.name)} aria-label={`${t("common.remove")} ${spoken}`}>
                  {t("common.remove")}
                </Button>
              </div>
            );
          })}
          <div>
            <Button size="small" onClick={() => add({ charge: false })} aria-label={`${t("documents.allowanceAdd")} ${line}`}>
              {t("documents.allowanceAdd")}
            </Button>
          </div>
          <Form.ErrorList errors={errors} />
        </>
      )}
    </Form.List>
  );
}
