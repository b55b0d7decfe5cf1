import { Button, Form, Input, InputNumber } from "antd";
import { useTranslation } from "react-i18next";
import { AmountField } from "@/ui/fields";
import { Panel } from "@/ui/parts";
import { useRules } from "@/ui/rules";

/** What of a delivery was invoiced before it: its invoice, and which line of that is which of this. */
export function InvoicedBefore() {
  const { t } = useTranslation();
  const { amount } = useRules();
  const title = t("deliveries.before");
  return (
    <Panel title={title}>
      <p className="small quiet" style={{ marginBottom: 8 }}>
        {t("deliveries.beforeHint")}
      </p>
      <Form.List name="invoices">
        {(rows, { add, remove }) => (
          <>
            {rows.length > 0 && (
              // A wide table in a narrow window scrolls by keyboard too.
              // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
              <div className="table-wrap" role="region" aria-label={title} tabIndex={0}>
                <table className="lines-form" style={{ minWidth: 640 }}>
                  <thead>
                    <tr>
                      <th scope="col">{t("deliveries.beforeInvoice")}</th>
                      <th scope="col" style={{ width: 110 }}>{t("deliveries.beforeLine")}</th>
                      <th scope="col" style={{ width: 110 }}>{t("deliveries.beforeOwn")}</th>
                      <th scope="col" style={{ width: 120 }}>{t("documents.quantity")}</th>
                      <th scope="col" style={{ width: 140 }}>{t("deliveries.net")}</th>
                      <th scope="col" style={{ width: 60 }}><span className="sr">{t("common.actions")}</span></th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((row, n) => (
                      <tr key={row.key}>
                        <td>
                          <Form.Item name={[row.name, "document"]}>
                            <Input aria-label={`${t("deliveries.beforeInvoice")} ${n + 1}`} autoComplete="off" />
                          </Form.Item>
                        </td>
                        <td>
                          <Form.Item name={[row.name, "document_line"]}>
                            <InputNumber aria-label={`${t("deliveries.beforeLine")} ${n + 1}`} min={1} precision={0} style={{ width: "100%" }} />
                          </Form.Item>
                        </td>
                        <td>
                          <Form.Item name={[row.name, "line"]}>
                            <InputNumber aria-label={`${t("deliveries.beforeOwn")} ${n + 1}`} min={1} precision={0} style={{ width: "100%" }} />
                          </Form.Item>
                        </td>
                        <td>
                          <Form.Item name={[row.name, "quantity"]} rules={amount}>
                            <AmountField aria-label={`${t("deliveries.beforeQuantity")} ${n + 1}`} />
                          </Form.Item>
                        </td>
                        <td>
                          <Form.Item name={[row.name, "amount"]} rules={amount}>
                            <AmountField aria-label={`${t("deliveries.net")} ${n + 1}`} />
                          </Form.Item>
                        </td>
                        <td>
                          <Button type="text" onClick={() => remove(row.name)} aria-label={`${t("common.remove")} ${t("deliveries.beforeInvoice")} ${n + 1}`}>
                            ✕
                          </Button>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
            <Button style={{ marginTop: 8 }} onClick={() => add({ line: rows.length + 1 })}>
              {t("deliveries.beforeAdd")}
            </Button>
          </>
        )}
      </Form.List>
    </Panel>
  );
}
