import { App, Checkbox, Form, Input, InputNumber, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, got } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import type { Bill } from "@/api/shapes";
import { AmountField, amountRule, DayField } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { FormModal, showErrors } from "@/ui/forms";
import { ProblemNote } from "@/ui/states";
import { actBody, DRAFT_OF, type ActFields, type BillActName } from "./body";

/** What is done with a bill. Being paid is recorded at once; the rest are drafts that another person approves. */
export function ActDialogue({ act, bill, onClose }: { act: BillActName; bill: Bill; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const go = useNavigate();
  const { message } = App.useApp();
  const [form] = Form.useForm<ActFields>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: async (fields: ActFields, key) => {
      const body = actBody(act, bill.id, fields);
      if (act === "pay") return { draft: null, number: (await got(api.POST("/v1/bill-payments", { params: { header: keyed(key) }, body: body as never }))).number };
      const made = await got(api.POST("/v1/drafts", { params: { header: keyed(key) }, body: { kind: DRAFT_OF[act], body: body as never } }));
      await got(api.POST("/v1/drafts/{id}/submit", { params: { path: { id: made.id }, header: keyed(`${key}-submit`) } }));
      return { draft: made.id, number: "" };
    },
    stale: [["bill"], ["bills"], ["drafts"], ["overview"], ["items"], ["open-items"], ["balance"], ["documents"]],
    onDone: ({ draft, number }) => {
      void message.success(draft === null ? t("bills.paidDone", { number }) : t("bills.submitted"));
      onClose();
      if (draft !== null) void go(`/documents/drafts/${draft}`);
    },
  });
  return (
    <FormModal form={form} title={`${t(`bills.${act}`)} · ${bill.number ?? ""}`} okText={t(`bills.${act}`)} okButtonProps={{ loading: write.isPending, danger: act === "dishonour" }} onOk={() => form.submit()} onCancel={onClose}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ date: format.today, recourse: act === "endorse", where: "bank", fee_to_customer: false }}
        onFinish={(fields) => write.mutate(fields, { onError: (error) => setRest(showErrors(form, error, act === "pay" ? [] : ["body"])) })}
      >
        {act !== "pay" && <p style={{ marginBottom: 12 }}>{t("bills.toDraft")}</p>}
        <Form.Item name="date" label={t("bills.day")} rules={[{ required: true, message: t("common.required") }]}>
          <DayField allowClear={false} />
        </Form.Item>
        <Parts act={act} />
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}

function Parts({ act }: { act: BillActName }) {
  const { t } = useTranslation();
  const must = [{ required: true, message: t("common.required") }];
  const amount = [amountRule(t("common.notAmount"))];
  const optional = (label: string) => `${label} (${t("common.optional")})`;
  const where = (
    <Form.Item name="where" label={t("bills.where")}>
      <Select options={(["bank", "suspense"] as const).map((value) => ({ value, label: t(`bills.whereOf.${value}`) }))} />
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
            <Input inputMode="numeric" maxLength={12} autoComplete="off" />
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
              <InputNumber min={1} precision={0} style={{ width: "100%" }} />
            </Form.Item>
            {where}
          </div>
          <Form.Item name="text" label={optional(t("bills.bank"))}>
            <Input autoComplete="off" />
          </Form.Item>
        </>
      );
    case "pay":
      return (
        <>
          {where}
          <Form.Item name="charges" label={optional(t("bills.charges"))} rules={amount}>
            <AmountField />
          </Form.Item>
        </>
      );
    case "dishonour":
      return (
        <>
          <Form.Item name="text" label={t("bills.why")} rules={must}>
            <Input.TextArea rows={2} />
          </Form.Item>
          <Form.Item name="account" label={optional(t("bills.dishonourAccount"))}>
            <Input inputMode="numeric" maxLength={12} autoComplete="off" />
          </Form.Item>
          {where}
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
