import { Checkbox, Form, Input, Select } from "antd";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { isAsked, recordedOrAsked } from "@/api/asked";
import { api, got, tagged } from "@/api/client";
import { keyed } from "@/api/hooks";
import type { Bill, Body } from "@/api/shapes";
import { LineField } from "@/pages/bank/LineField";
import { AccountField } from "@/ui/accounts";
import { AmountField, DayField } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { FormDialogue } from "@/ui/FormDialogue";
import { RateFields } from "@/ui/moneyFields";
import { useRules } from "@/ui/rules";
import { CountField } from "@/ui/spoken";
import { actBody, DRAFT_OF, type ActFields, type BillActName } from "./body";

/** What is done with a bill. Being paid is recorded at once, unless a rule or its charges want another person; the rest are drafts that she approves. */
export function ActDialogue({ act, bill, onClose }: { act: BillActName; bill: Bill; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const go = useNavigate();
  const { must } = useRules();
  // A draft that was refused at its submission is changed by the next try, not made again.
  const known = useRef<string | null>(null);
  const drafted = async (kind: (typeof DRAFT_OF)[keyof typeof DRAFT_OF], body: Body, key: string): Promise<string> => {
    if (known.current === null) {
      known.current = (await got(api.POST("/v1/drafts", { params: { header: keyed(key) }, body: { kind, body: body as never } }))).id;
      return known.current;
    }
    const path = { id: known.current };
    const { etag } = await tagged(api.GET("/v1/drafts/{id}", { params: { path } }));
    return (await got(api.PUT("/v1/drafts/{id}", { params: { path, header: { ...keyed(key), "If-Match": etag } }, body: { body: body as never } }))).id;
  };
  return (
    <FormDialogue<ActFields, { draft: string | null; number: string }>
      title={`${t(`bills.${act}`)} · ${bill.number ?? ""}`}
      act={t(`bills.${act}`)}
      danger={act === "dishonour"}
      {...(act === "pay" ? {} : { text: t("bills.toDraft"), prefix: ["body"] })}
      start={{ date: format.today, recourse: act === "endorse", where: "bank", fee_to_customer: false }}
      send={async (fields, key) => {
        const body = actBody(act, bill.id, fields);
        if (act === "pay") {
          const paid = await recordedOrAsked("bill-payment", body, key, () => got(api.POST("/v1/bill-payments", { params: { header: keyed(key) }, body: body as never })));
          return isAsked(paid) ? { draft: paid.draft, number: "" } : { draft: null, number: paid.number };
        }
        const draft = await drafted(DRAFT_OF[act], body, key);
        await got(api.POST("/v1/drafts/{id}/submit", { params: { path: { id: draft }, header: keyed(`${key}-submit`) } }));
        return { draft, number: "" };
      }}
      stale={[["bill"], ["bills"], ["drafts"], ["overview"], ["items"], ["open-items"], ["balance"], ["documents"], ["bank-lines"], ["bank-line"]]}
      said={({ draft, number }) => (draft === null ? t("bills.paidDone", { number }) : t("bills.submitted"))}
      onDone={({ draft }) => draft !== null && void go(`/documents/drafts/${draft}`)}
      onClose={onClose}
    >
      <Form.Item name="date" label={t("bills.day")} rules={must}>
        <DayField allowClear={false} />
      </Form.Item>
      <Parts act={act} bill={bill} />
      <RateFields currency={bill.amount.currency} />
    </FormDialogue>
  );
}

function Parts({ act, bill }: { act: BillActName; bill: Bill }) {
  const { t } = useTranslation();
  const { must, amount, optional } = useRules();
  const line = (
    <Form.Item name="bank_line" label={optional(t("bills.line"))} extra={t("bills.lineHint")}>
      <LineField money={bill.amount} credit />
    </Form.Item>
  );
  const recourse = (
    <Form.Item name="recourse" valuePropName="checked">
      <Checkbox>{t("bills.recourse")}</Checkbox>
    </Form.Item>
  );
  switch (act) {
    case "endorse":
      return (
        <>
          <Form.Item name="account" label={t("bills.endorseAccount")} rules={must}>
            <AccountField />
          </Form.Item>
          <Form.Item name="text" label={optional(t("bills.endorseTo"))}>
            <Input autoComplete="off" />
          </Form.Item>
          {recourse}
        </>
      );
    case "discount":
      return (
        <>
          {recourse}
          <div className="form-grid">
            <Form.Item name="net" label={optional(t("bills.net"))} rules={amount}>
              <AmountField />
            </Form.Item>
            <Form.Item name="rate" label={optional(t("bills.rate"))} extra={t("bills.rateHint")} rules={amount}>
              <Input inputMode="decimal" autoComplete="off" />
            </Form.Item>
            <Form.Item name="days" label={optional(t("bills.days"))} extra={t("bills.daysHint")}>
              <CountField min={1} />
            </Form.Item>
          </div>
          {line}
          <Form.Item name="text" label={optional(t("bills.bank"))}>
            <Input autoComplete="off" />
          </Form.Item>
        </>
      );
    case "pay":
      return (
        <>
          {/* One that was discounted was paid to the bank that has it: no money of ours moves. */}
          {bill.state === "held" && (
            <>
              {line}
              <Form.Item name="charges" label={optional(t("bills.charges"))} rules={amount}>
                <AmountField />
              </Form.Item>
            </>
          )}
          <Form.Item name="text" label={optional(t("documents.text"))}>
            <Input autoComplete="off" />
          </Form.Item>
        </>
      );
    case "dishonour":
      return (
        <>
          <Form.Item name="text" label={t("bills.why")} rules={must}>
            <Input.TextArea rows={2} />
          </Form.Item>
          {bill.state === "endorsed" && (
            <Form.Item name="account" label={optional(t("bills.dishonourAccount"))}>
              <AccountField />
            </Form.Item>
          )}
          <Form.Item name="where" label={t("bills.paidFrom")}>
            <Select options={(["bank", "suspense"] as const).map((value) => ({ value, label: t(`documents.paidFromOf.${value}`) }))} />
          </Form.Item>
          <Form.Item name="fee" label={optional(t("bills.fee"))} rules={amount}>
            <AmountField />
          </Form.Item>
          <Form.Item name="fee_to_customer" valuePropName="checked">
            <Checkbox>{t("bills.feeToCustomer")}</Checkbox>
          </Form.Item>
        </>
      );
  }
}
