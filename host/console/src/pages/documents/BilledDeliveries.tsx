import { Form, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, json, type Schemas } from "@/api/client";
import { isNegative } from "@/lib/amount";
import { useFormat } from "@/ui/format";
import { Panel } from "@/ui/parts";
import { PartsTable } from "@/ui/PartsTable";
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
  const parts: unknown = Form.useWatch("deliveries");
  const some = Array.isArray(parts) && parts.length > 0;
  const title = kind === "credit-note" ? t("documents.billedReturns") : t("documents.billedDeliveries");
  return (
    <Panel title={title} extra={<Waiting kind={kind} onFilled={onFilled} />}>
      <p className="small quiet" style={{ marginBottom: some ? 8 : 0 }}>
        {kind === "credit-note" ? t("documents.billedReturnsHint") : t("documents.billedHint")}
      </p>
      <PartsTable
        name="deliveries"
        label={title}
        row={t("documents.billedDelivery")}
        add={t("documents.billedAdd")}
        fresh={() => ({ line: 1 })}
        columns={[
          { name: "delivery", title: t("documents.billedDelivery"), kind: "text" },
          { name: "line", title: t("documents.billedLine"), width: 90, kind: "line" },
          { name: "document_line", title: t("documents.billedBy"), width: 110, kind: "line" },
          { name: "quantity", title: t("documents.quantity"), spoken: t("deliveries.openQuantity"), width: 120, kind: "amount" },
          { name: "amount", title: t("deliveries.net"), width: 140, kind: "amount" },
        ]}
      />
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
    // a row that nobody began goes, and those that name a row behind it name one less
    const before = held.lines ?? [];
    const at = (n?: number | null) => (n === null || n === undefined ? n : before.slice(0, n).filter(isBegun).length);
    const lines = [...before.filter(isBegun).map((one) => ({ ...one, parent: at(one.parent) })), billedLine(line, held.price_mode)];
    const parts = (held.deliveries ?? []).map((part) => ({ ...part, document_line: at(part.document_line) }));
    form.setFieldsValue({ lines, deliveries: [...parts, { delivery: row.number, line: row.line, document_line: lines.length }] });
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
