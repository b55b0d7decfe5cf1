import { Form } from "antd";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { keyed } from "@/api/hooks";
import { isZero } from "@/lib/amount";
import { AmountField, CustomerField, DayField } from "@/ui/fields";
import { FormDialogue } from "@/ui/FormDialogue";
import { Amount } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import type { BankLine } from "./proposal";
import { ReceiptField } from "./ReceiptField";
import { returnBody, type ReturnFields } from "./settle";

const STALE = [["proposals"], ["bank-line"], ["overview"], ["items"], ["open-items"], ["documents"], ["balance"], ["report"], ["receipts"], ["candidates"]] as const;

/** Names the receipt that a line of money out takes back. */
export function ReturnReceipt({ line, etag, onClose, onDone }: { line: BankLine; etag: string; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const { must, amount, optional } = useRules();
  return (
    <FormDialogue<ReturnFields, Schemas["SettledView"]>
      title={t("bank.returnTitle")}
      act={t("bank.returnAct")}
      text={t("bank.returnText")}
      start={{ customer: line.customer ?? undefined }}
      send={(fields, key) => got(api.POST("/v1/bank-lines/{id}/return", { params: { path: { id: line.id }, header: { ...keyed(key), "If-Match": etag } }, body: returnBody(fields) }))}
      stale={STALE}
      said={(made) => (made.approved === null ? t("bank.settled") : t("bank.returnDone"))}
      onDone={onDone}
      onClose={onClose}
    >
      <Form.Item name="customer" label={t("common.customer")} rules={must}>
        <Payer />
      </Form.Item>
      <Form.Item name="receipt" label={t("bank.returnReceipt")} rules={must}>
        <ReceiptField currency={line.amount.currency} />
      </Form.Item>
      {!isZero(line.charges.amount) && (
        <p className="small quiet">
          {t("bank.charges")} <Amount value={line.charges} />
        </p>
      )}
      <Form.Item name="fee" label={optional(`${t("bank.returnFee")} (${line.amount.currency})`)} extra={t("bank.returnFeeHint")} rules={amount}>
        <AmountField />
      </Form.Item>
      <Form.Item name="effective_date" label={optional(t("documents.effectiveDate"))} extra={t("bank.returnDay")}>
        <DayField />
      </Form.Item>
    </FormDialogue>
  );
}

/** Whose receipt it is: of another customer another one is chosen. */
function Payer({ onChange, ...field }: { id?: string; value?: string; onChange?: (customer: string | undefined) => void }) {
  const form = Form.useFormInstance<ReturnFields>();
  return (
    <CustomerField
      {...field}
      onChange={(customer) => {
        form.setFieldValue("receipt", undefined);
        onChange?.(customer);
      }}
    />
  );
}
