import { App, Button, Form, Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { tell } from "@/api/coming";
import { BILL_KINDS, BILL_MEDIA, type BillBody } from "@/api/comingShapes";
import { useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import { useSession, useWhyNot } from "@/app/session";
import { DocumentsWithAmounts } from "@/ui/DocumentsWithAmounts";
import { AmountField, amountRule, CustomerField, DayField } from "@/ui/fields";
import { leaveSaved, showErrors, UnsavedGuard } from "@/ui/forms";
import { Act, Page, Panel } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { billBody, type BillFields } from "./body";

/** A bill that a customer pays with. */
export default function BillForm() {
  const { t } = useTranslation();
  const go = useNavigate();
  const [params] = useSearchParams();
  const session = useSession();
  const why = useWhyNot()("money:enter");
  const { message } = App.useApp();
  const [form] = Form.useForm<BillFields>();
  const [dirty, setDirty] = useState(false);
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: (body: BillBody, key) => tell<{ id: string; number: string }>("POST", "/v1/bills", { body, key }),
    stale: [["bills"], ["items"], ["open-items"], ["balance"], ["documents"], ["overview"]],
    onDone: (made) => {
      setDirty(false);
      void message.success(t("bills.received", { number: made.number }));
      leaveSaved(() => void go(`/bills/${made.id}`));
    },
  });
  const must = [{ required: true, message: t("common.required") }];
  const amount = [amountRule(t("common.notAmount"))];
  const optional = (label: string) => `${label} (${t("common.optional")})`;
  return (
    <Page title={t("bills.new")} back={{ to: "/bills", label: t("bills.title") }}>
      <UnsavedGuard dirty={dirty} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        scrollToFirstError
        initialValues={{ customer: params.get("customer") ?? undefined, kind: "bank", medium: "electronic", currency: session.company.base_currency, received_on: session.company.today, allocations: [] }}
        onValuesChange={() => setDirty(true)}
        onFinish={(fields) => write.mutate(billBody(fields), { onError: (error) => setRest(showErrors(form, error)) })}
      >
        <div className="stack">
          <Panel title={t("bills.title")}>
            <div className="form-grid">
              <Form.Item name="customer" label={t("common.customer")} rules={must} className="span2">
                <CustomerField />
              </Form.Item>
              <Form.Item name="number" label={t("bills.number")} rules={must}>
                <Input autoComplete="off" />
              </Form.Item>
              <Form.Item name="kind" label={t("bills.kind")}>
                <Select options={BILL_KINDS.map((value) => ({ value, label: t(`bills.kindOf.${value}`) }))} />
              </Form.Item>
              <Form.Item name="medium" label={t("bills.medium")}>
                <Select options={BILL_MEDIA.map((value) => ({ value, label: t(`bills.mediumOf.${value}`) }))} />
              </Form.Item>
              <Form.Item name="drawer" label={t("bills.drawer")} rules={must}>
                <Input autoComplete="off" />
              </Form.Item>
              <Form.Item name="acceptor" label={t("bills.acceptor")} rules={must}>
                <Input autoComplete="off" />
              </Form.Item>
              <Form.Item name="amount" label={t("bills.face")} rules={[...must, ...amount]}>
                <AmountField />
              </Form.Item>
              <Form.Item name="currency" label={t("common.currency")} rules={must} normalize={(value: string) => value.toUpperCase()}>
                <Input maxLength={3} autoComplete="off" />
              </Form.Item>
              <Form.Item name="issue_date" label={t("bills.issueDate")} rules={must}>
                <DayField />
              </Form.Item>
              <Form.Item name="maturity" label={t("bills.maturity")} rules={must}>
                <DayField />
              </Form.Item>
              <Form.Item name="received_on" label={t("bills.receivedOn")} rules={must}>
                <DayField />
              </Form.Item>
              <Form.Item name="reference" label={optional(t("bills.reference"))}>
                <Input autoComplete="off" />
              </Form.Item>
              <Form.Item name="external_id" label={optional(t("documents.externalId"))}>
                <Input autoComplete="off" />
              </Form.Item>
            </div>
          </Panel>
          <Panel title={t("bills.pays")}>
            <p className="small quiet" style={{ marginBottom: 8 }}>
              {t("documents.paysHint")} · {t("documents.receiptHint")}
            </p>
            <DocumentsWithAmounts name="allocations" label={t("bills.pays")} />
          </Panel>
          <ProblemNote error={write.error} rest={rest} />
          <div className="row sticky-actions">
            <Act why={why} type="primary" htmlType="submit" loading={write.isPending}>
              {t("bills.new")}
            </Act>
            <Button onClick={() => void go(-1)}>{t("common.cancel")}</Button>
          </div>
        </div>
      </Form>
    </Page>
  );
}
