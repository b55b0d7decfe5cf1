import { Button, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { AmountField, amountRule } from "./fields";

/** Documents by number, each with an amount that may stay empty: what a form pays, or what it is about. `label` names the numbers. */
export function DocumentsWithAmounts({ name, label }: { name: string; label: string }) {
  const { t } = useTranslation();
  return (
    <Form.List name={name}>
      {(rows, { add, remove }, { errors }) => (
        <div className="stack tight">
          {rows.map((row, n) => (
            <div key={row.key} className="row" style={{ alignItems: "flex-start" }}>
              <Form.Item name={[row.name, "document"]} style={{ width: 220, margin: 0 }}>
                <Input aria-label={`${label} ${n + 1}`} placeholder={t("common.number")} autoComplete="off" />
              </Form.Item>
              <Form.Item name={[row.name, "amount"]} style={{ width: 160, margin: 0 }} rules={[amountRule(t("common.notAmount"))]}>
                <AmountField aria-label={`${t("common.amount")} ${n + 1}`} placeholder={t("common.amount")} />
              </Form.Item>
              <Button onClick={() => remove(row.name)}>{t("common.remove")}</Button>
            </div>
          ))}
          <div>
            <Button onClick={() => add({})}>{t("common.add")}</Button>
          </div>
          <Form.ErrorList errors={errors} />
        </div>
      )}
    </Form.List>
  );
}
