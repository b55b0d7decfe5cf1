import { Button, Form, Input, InputNumber, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, json, type Schemas } from "@/api/client";
import { isNegative } from "@/lib/amount";
import { AmountField, amountRule } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { Panel } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { billedLine, isBegun, type Fields, type Part } from "./body";

interface BilledProps {
  kind: "invoice" | "debit-note" | "credit-note";
  /** Lines were filled in by a choice: the form hears of no typing then. */
  onFilled: () => void;
}

/** What a document bills of deliveries; a credit note, of returns. What waits is chosen, and brings its line along. */
export function BilledDeliveries({ kind, onFilled }: BilledProps) {
  const { t } = useTranslation();
  const amount = [amountRule(t("common.notAmount"))];
  const parts: unknown = Form.useWatch("deliveries");
  const some = Array.isArray(parts) && parts.length > 0;
  const title = kind === "credit-note" ? t("documents.billedReturns") : t("documents.billedDeliveries");
  return (
    <Panel title={title} extra={<Waiting kind={kind} onFilled={onFilled} />}>
      <p className="small quiet" style={{ marginBottom: some ? 8 : 0 }}>
        {kind === "credit-note" ? t("documents.billedReturnsHint") : t("documents.billedHint")}
      </p>
      <Form.List name="deliveries">
        {(rows, { add, remove }) => (
          <>
            {rows.length > 0 && (
              // A wide table in a narrow window scrolls by keyboard too.
              // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
              <div className="table-wrap" role="region" aria-label={title} tabIndex={0}>
                <table className="lines-form" style={{ minWidth: 640 }}>
                  <thead>
                    <tr>
                      <th scope="col">{t("documents.billedDelivery")}</th>
                      <th scope="col" style={{ width: 90 }}>{t("documents.billedLine")}</th>
                      <th scope="col" style={{ width: 110 }}>{t("documents.billedBy")}</th>
                      <th scope="col" style={{ width: 120 }}>{t("documents.quantity")}</th>
                      <th scope="col" style={{ width: 140 }}>{t("deliveries.net")}</th>
                      <th scope="col" style={{ width: 60 }}><span className="sr">{t("common.actions")}</span></th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map((row, n) => (
                      <tr key={row.key}>
                        <td>
                          <Form.Item name={[row.name, "delivery"]}>
                            <Input aria-label={`${t("documents.billedDelivery")} ${n + 1}`} autoComplete="off" />
                          </Form.Item>
                        </td>
                        <td>
                          <Form.Item name={[row.name, "line"]}>
                            <InputNumber aria-label={`${t("documents.billedLine")} ${n + 1}`} min={1} precision={0} style={{ width: "100%" }} />
                          </Form.Item>
                        </td>
                        <td>
                          <Form.Item name={[row.name, "document_line"]}>
                            <InputNumber aria-label={`${t("documents.billedBy")} ${n + 1}`} min={1} precision={0} style={{ width: "100%" }} />
                          </Form.Item>
                        </td>
                        <td>
                          <Form.Item name={[row.name, "quantity"]} rules={amount}>
                            <AmountField aria-label={`${t("deliveries.openQuantity")} ${n + 1}`} />
                          </Form.Item>
                        </td>
                        <td>
                          <Form.Item name={[row.name, "amount"]} rules={amount}>
                            <AmountField aria-label={`${t("deliveries.net")} ${n + 1}`} />
                          </Form.Item>
                        </td>
                        <td>
                          <Button type="text" onClick={() => remove(row.name)} aria-label={`${t("common.remove")} ${t("documents.billedDelivery")} ${n + 1}`}>
                            ✕
                          </Button>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
            <Button style={{ marginTop: 8 }} onClick={() => add({ line: 1 })}>
              {t("documents.billedAdd")}
            </Button>
          </>
        )}
      </Form.List>
    </Panel>
  );
}

/** Deliveries of the customer that wait to be billed: one that is chosen goes into the list, and its line into the document's. */
function Waiting({ kind, onFilled }: BilledProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const form = Form.useFormInstance<Fields>();
  const [failed, setFailed] = useState<unknown>(null);
  const watched: unknown = Form.useWatch("customer");
  const chosen = Form.useWatch("deliveries") as Part[] | undefined;
  const customer = typeof watched === "string" && watched !== "" ? watched : undefined;
  const report = useQuery({
    queryKey: ["report", "unbilled", { customer }],
    queryFn: () => json<Schemas["UnbilledReportView"]>(api.GET("/v1/reports/unbilled", { params: { query: { customer, format: "json" } } })),
    enabled: customer !== undefined,
  });
  const listed = new Set((chosen ?? []).map((part) => `${part.delivery ?? ""} ${part.line ?? ""}`));
  const rows = (report.data?.rows ?? []).filter((row) => row.state === "delivered-not-billed" && isNegative(row.quantity) === (kind === "credit-note") && !listed.has(`${row.number} ${row.line}`));
  const take = async (row: Schemas["UnbilledRowView"]) => {
    setFailed(null);
    const delivery = await got(api.GET("/v1/deliveries/{id}", { params: { path: { id: row.number } } }));
    const line = delivery.lines.find((one) => one.line === row.line);
    if (line === undefined) return;
    const held = form.getFieldsValue(true) as Fields;
    const lines = [...(held.lines ?? []).filter(isBegun), billedLine(line, held.price_mode)];
    form.setFieldsValue({ lines, deliveries: [...(held.deliveries ?? []), { delivery: row.number, line: row.line, document_line: lines.length }] });
    onFilled();
  };
  if (customer === undefined || report.isPending) return null;
  if (report.data === undefined) return <ProblemNote error={report.error} onRetry={() => void report.refetch()} />;
  if (rows.length === 0) return <span className="small quiet">{kind === "credit-note" ? t("documents.billedReturnsNone") : t("documents.billedNone")}</span>;
  return (
    <div className="stack tight">
      <Select
        aria-label={t("documents.billedWaiting")}
        placeholder={t("documents.billedWaiting")}
        style={{ width: 320 }}
        popupMatchSelectWidth={520}
        value={null}
        showSearch={{ optionFilterProp: "label" }}
        options={rows.map((row, n) => ({ value: n, label: `${row.number} · ${row.line} · ${row.description ?? ""} · ${format.amount(row.quantity)} · ${format.amount(row.amount.amount)} ${row.amount.currency}` }))}
        onChange={(n: number | null) => {
          const row = n === null ? undefined : rows[n];
          if (row !== undefined) take(row).catch(setFailed);
        }}
      />
      <ProblemNote error={failed} />
    </div>
  );
}
