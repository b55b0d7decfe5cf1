import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { openDispute, OUTCOMES, REASONS, resolveDispute, type Dispute, type OpenDispute, type Resolution } from "@/api/disputes";
import { AmountField, DayField } from "@/ui/fields";
import { FormDialogue } from "@/ui/FormDialogue";
import { useFormat } from "@/ui/format";
import { useRules } from "@/ui/rules";

const STALE = [["disputes"], ["items"], ["report"], ["closes"]] as const;

/** What is left blank is not said. */
const said = (text: string | null | undefined) => (text === undefined || text === null || text.trim() === "" ? {} : { text: text.trim() });

interface OpenProps {
  item: string;
  number: string;
  onClose: () => void;
}

/** A dispute of one open item. */
export function Open({ item, number, onClose }: OpenProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { must, amount, optional } = useRules();
  return (
    <FormDialogue<Omit<OpenDispute, "item">, Dispute>
      title={t("disputes.open")}
      act={t("disputes.open")}
      text={t("disputes.openText", { number })}
      start={{ on: format.today }}
      send={(fields, key) =>
        openDispute({ item, reason_code: fields.reason_code, on: fields.on, ...said(fields.text), ...(fields.amount === undefined || fields.amount === "" ? {} : { amount: fields.amount }) }, key)
      }
      stale={STALE}
      said={() => t("disputes.opened")}
      onClose={onClose}
    >
      <Form.Item name="reason_code" label={t("disputes.reason")} rules={must}>
        <Select options={REASONS.map((value) => ({ value, label: t(`disputes.reasonOf.${value}`) }))} />
      </Form.Item>
      <Form.Item name="amount" label={optional(t("disputes.amount"))} extra={t("disputes.amountHint")} rules={amount}>
        <AmountField />
      </Form.Item>
      <Form.Item name="on" label={t("disputes.on")} rules={must}>
        <DayField allowClear={false} />
      </Form.Item>
      <Form.Item name="text" label={optional(t("disputes.words"))}>
        <Input.TextArea rows={3} />
      </Form.Item>
    </FormDialogue>
  );
}

/** What became of it. */
export function Resolve({ dispute, onClose }: { dispute: Dispute; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { must, optional } = useRules();
  return (
    <FormDialogue<Resolution, Dispute>
      title={t("disputes.resolve")}
      act={t("disputes.resolve")}
      text={t("disputes.resolveText")}
      start={{ on: format.today }}
      send={({ outcome, on, text }, key) => resolveDispute(dispute.id, { outcome, on, ...said(text) }, key)}
      stale={STALE}
      said={() => t("disputes.resolved")}
      onClose={onClose}
    >
      <Form.Item name="outcome" label={t("disputes.outcome")} rules={must}>
        <Select options={OUTCOMES.map((value) => ({ value, label: t(`disputes.stateOf.${value}`) }))} />
      </Form.Item>
      <Form.Item name="on" label={t("disputes.on")} rules={must}>
        <DayField allowClear={false} />
      </Form.Item>
      <Form.Item name="text" label={optional(t("disputes.answer"))}>
        <Input.TextArea rows={3} />
      </Form.Item>
    </FormDialogue>
  );
}
