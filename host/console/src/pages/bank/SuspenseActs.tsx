import { App, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import type { Body, Suspense, SuspenseMove } from "@/api/shapes";
import { AmountField, amountRule, CustomerField, DayField } from "@/ui/fields";
import { FormModal, showErrors } from "@/ui/forms";
import { ProblemNote } from "@/ui/states";
import { clearBody, receiptOf, type ClearFields, type IdentifyFields } from "./suspense";

const STALE = [["suspense"], ["bank-line"], ["receipts"], ["documents"], ["items"], ["open-items"], ["balance"], ["overview"], ["report"]] as const;

export function Identify({ of, onClose }: { of: Suspense; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<IdentifyFields>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: (body: Body, key) => got(api.POST("/v1/receipts", { params: { header: keyed(key) }, body: body as never })),
    stale: STALE,
    onDone: (made) => {
      void message.success(t("suspense.identified", { number: made.number }));
      onClose();
    },
  });
  return (
    <FormModal form={form} title={t("suspense.identifyTitle")} okText={t("suspense.identify")} okButtonProps={{ loading: write.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(fields) => write.mutate(receiptOf(of, fields), { onError: (error) => setRest(showErrors(form, error)) })}>
        <p style={{ marginBottom: 12 }}>{t("suspense.identifyText")}</p>
        <Form.Item name="customer" label={t("common.customer")} rules={[{ required: true, message: t("common.required") }]}>
          <CustomerField />
        </Form.Item>
        <Form.Item name="amount" label={`${t("common.amount")} (${of.open.currency})`} extra={t("suspense.amountHint")} rules={[amountRule(t("common.notAmount"))]}>
          <AmountField />
        </Form.Item>
        <Form.Item name="reference" label={`${t("documents.reference")} (${t("common.optional")})`}>
          <Input autoComplete="off" />
        </Form.Item>
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}

export function Clear({ of, what, onClose }: { of: Suspense; what: "paid-back" | "income"; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<ClearFields>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: (body: Body, key) => got(api.POST("/v1/suspense/{id}/clear", { params: { path: { id: of.id }, header: keyed(key) }, body: body as never })),
    stale: STALE,
    onDone: () => {
      void message.success(t("suspense.clearedDone"));
      onClose();
    },
  });
  const title = what === "income" ? t("suspense.income") : t("suspense.payBack");
  return (
    <FormModal form={form} title={title} okText={title} okButtonProps={{ loading: write.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(fields) => write.mutate(clearBody(what, fields), { onError: (error) => setRest(showErrors(form, error)) })}>
        <p style={{ marginBottom: 12 }}>{t("suspense.clearText")}</p>
        <Form.Item name="amount" label={`${t("common.amount")} (${of.open.currency})`} extra={t("suspense.amountHint")} rules={[amountRule(t("common.notAmount"))]}>
          <AmountField />
        </Form.Item>
        <Form.Item name="date" label={`${t("common.date")} (${t("common.optional")})`}>
          <DayField />
        </Form.Item>
        <Form.Item name="reason" label={what === "income" ? t("common.reason") : `${t("common.reason")} (${t("common.optional")})`} rules={what === "income" ? [{ required: true, message: t("common.required") }] : []}>
          <Input.TextArea rows={2} />
        </Form.Item>
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}

export function UndoMove({ move, onClose }: { move: SuspenseMove; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ date?: string; reason: string }>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: (body: { date?: string; reason: string }, key) => got(api.POST("/v1/suspense-moves/{id}/undo", { params: { path: { id: move.id }, header: keyed(key) }, body })),
    stale: STALE,
    onDone: () => {
      void message.success(t("suspense.undone"));
      onClose();
    },
  });
  return (
    <FormModal form={form} title={t("suspense.undo")} okText={t("suspense.undo")} okButtonProps={{ loading: write.isPending, danger: true }} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(fields) => write.mutate(fields, { onError: (error) => setRest(showErrors(form, error)) })}>
        <Form.Item name="date" label={`${t("common.date")} (${t("common.optional")})`}>
          <DayField />
        </Form.Item>
        <Form.Item name="reason" label={t("common.reason")} rules={[{ required: true, message: t("common.required") }]}>
          <Input.TextArea rows={2} />
        </Form.Item>
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}
