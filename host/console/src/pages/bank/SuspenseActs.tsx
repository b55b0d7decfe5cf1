import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { isAsked, recordedOrAsked, type Asked } from "@/api/asked";
import { api, got } from "@/api/client";
import { keyed } from "@/api/hooks";
import type { Suspense, SuspenseMove } from "@/api/shapes";
import { DocumentsWithAmounts } from "@/ui/DocumentsWithAmounts";
import { AmountField, CustomerField, DayField } from "@/ui/fields";
import { FormDialogue } from "@/ui/FormDialogue";
import { AdvanceFields, RateFields } from "@/ui/moneyFields";
import { useRules } from "@/ui/rules";
import { LineField } from "./LineField";
import { clearBody, receiptOf, type ClearFields, type IdentifyFields } from "./suspense";

const STALE = [["suspense"], ["bank-line"], ["bank-lines"], ["receipts"], ["documents"], ["items"], ["open-items"], ["balance"], ["drafts"], ["overview"], ["report"]] as const;

export function Identify({ of, onClose }: { of: Suspense; onClose: () => void }) {
  const { t } = useTranslation();
  const { must, amount, optional } = useRules();
  return (
    <FormDialogue<IdentifyFields, { number: string } | Asked>
      title={t("suspense.identifyTitle")}
      act={t("suspense.identify")}
      text={t("suspense.identifyText")}
      send={(fields, key) => {
        const body = receiptOf(of, fields);
        return recordedOrAsked("receipt", body, key, () => got(api.POST("/v1/receipts", { params: { header: keyed(key) }, body: body as never })));
      }}
      stale={STALE}
      said={(made) => (isAsked(made) ? t("documents.asked") : t("suspense.identified", { number: made.number }))}
      onClose={onClose}
    >
      <Form.Item name="customer" label={t("common.customer")} rules={must}>
        <CustomerField />
      </Form.Item>
      <Form.Item name="amount" label={`${t("common.amount")} (${of.open.currency})`} extra={t("suspense.amountHint")} rules={amount}>
        <AmountField />
      </Form.Item>
      <Form.Item name="reference" label={optional(t("documents.reference"))}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="effective_date" label={optional(t("documents.effectiveDate"))} extra={t("suspense.dayHint")}>
        <DayField />
      </Form.Item>
      <h3 style={{ fontSize: 13, marginBottom: 4 }}>{t("documents.pays")}</h3>
      <p className="small quiet" style={{ marginBottom: 8 }}>
        {t("documents.paysHint")} · {t("documents.receiptHint")}
      </p>
      <div style={{ marginBottom: 12 }}>
        <DocumentsWithAmounts name="allocations" label={t("documents.pays")} />
      </div>
      <AdvanceFields />
      <RateFields currency={of.open.currency} />
    </FormDialogue>
  );
}

export function Clear({ of, what, onClose }: { of: Suspense; what: "paid-back" | "income"; onClose: () => void }) {
  const { t } = useTranslation();
  const { must, amount, optional } = useRules();
  const title = what === "income" ? t("suspense.income") : t("suspense.payBack");
  return (
    <FormDialogue<ClearFields, unknown>
      title={title}
      act={title}
      text={t("suspense.clearText")}
      send={(fields, key) => got(api.POST("/v1/suspense/{id}/clear", { params: { path: { id: of.id }, header: keyed(key) }, body: clearBody(what, fields) as never }))}
      stale={STALE}
      said={() => t("suspense.clearedDone")}
      onClose={onClose}
    >
      <Form.Item name="amount" label={`${t("common.amount")} (${of.open.currency})`} extra={t("suspense.amountHint")} rules={amount}>
        <AmountField />
      </Form.Item>
      <Form.Item name="date" label={optional(t("common.date"))}>
        <DayField />
      </Form.Item>
      {what === "paid-back" && (
        <Form.Item name="bank_line" label={optional(t("suspense.bankLine"))} extra={t("suspense.bankLineHint")}>
          <LineField money={of.open} credit={false} />
        </Form.Item>
      )}
      <Form.Item name="reason" label={what === "income" ? t("common.reason") : optional(t("common.reason"))} rules={what === "income" ? must : []}>
        <Input.TextArea rows={2} />
      </Form.Item>
    </FormDialogue>
  );
}

export function UndoMove({ move, onClose }: { move: SuspenseMove; onClose: () => void }) {
  const { t } = useTranslation();
  const { must, optional } = useRules();
  return (
    <FormDialogue<{ date?: string; reason: string }, unknown>
      title={t("suspense.undo")}
      act={t("suspense.undo")}
      danger
      send={(body, key) => got(api.POST("/v1/suspense-moves/{id}/undo", { params: { path: { id: move.id }, header: keyed(key) }, body }))}
      stale={STALE}
      said={() => t("suspense.undone")}
      onClose={onClose}
    >
      <Form.Item name="date" label={optional(t("common.date"))}>
        <DayField />
      </Form.Item>
      <Form.Item name="reason" label={t("common.reason")} rules={must}>
        <Input.TextArea rows={2} />
      </Form.Item>
    </FormDialogue>
  );
}
