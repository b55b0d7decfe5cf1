import { AutoComplete, Button, Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useCategories } from "@/api/categories";
import { AmountField } from "@/ui/fields";
import { Panel } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { TYPED } from "@/ui/typed";

/** Allowances and charges of the whole document, each with the category that decides its tax. */
export function Allowances() {
  const { t } = useTranslation();
  const { options } = useCategories();
  const { amount } = useRules();
  return (
    <Panel title={t("documents.allowances")}>
      <Form.List name="allowances">
        {(rows, { add, remove }, { errors }) => (
          <div className="stack tight">
            {rows.map((row, n) => (
              <div key={row.key} className="row" style={{ alignItems: "flex-start" }}>
                <Form.Item name={[row.name, "charge"]} style={{ width: 110, margin: 0 }} getValueProps={(value: unknown) => ({ value: value === true })}>
                  <Select
                    aria-label={`${t("documents.allowanceKind")} ${n + 1}`}
                    options={[
                      { value: false, label: t("documents.allowance") },
                      { value: true, label: t("documents.charge") },
                    ]}
                  />
                </Form.Item>
                <Form.Item name={[row.name, "amount"]} style={{ width: 150, margin: 0 }} rules={amount}>
                  <AmountField aria-label={`${t("documents.allowanceAmount")} ${n + 1}`} placeholder={t("common.amount")} />
                </Form.Item>
                <Form.Item name={[row.name, "category"]} style={{ width: 130, margin: 0 }}>
                  <AutoComplete showSearch={TYPED} aria-label={`${t("documents.allowanceCategory")} ${n + 1}`} placeholder={t("documents.category")} options={options} popupMatchSelectWidth={260} />
                </Form.Item>
                <Form.Item name={[row.name, "reason"]} style={{ flex: 1, minWidth: 140, margin: 0 }}>
                  <Input aria-label={`${t("documents.allowanceReason")} ${n + 1}`} placeholder={t("common.reason")} autoComplete="off" />
                </Form.Item>
                <Button onClick={() => remove(row.name)} aria-label={`${t("common.remove")} ${t("documents.allowanceKind")} ${n + 1}`}>
                  {t("common.remove")}
                </Button>
              </div>
            ))}
            <div>
              <Button onClick={() => add({ charge: false })}>{t("documents.allowanceAdd")}</Button>
            </div>
            <Form.ErrorList errors={errors} />
          </div>
        )}
      </Form.List>
    </Panel>
  );
}
