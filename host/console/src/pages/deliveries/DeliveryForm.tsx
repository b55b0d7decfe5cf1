import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { tell } from "@/api/coming";
import type { RecordedDelivery } from "@/api/comingShapes";
import { useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import type { Body } from "@/api/shapes";
import { useSession, useWhyNot } from "@/app/session";
import { Lines } from "@/pages/documents/KindFields";
import { CustomerField, DayField } from "@/ui/fields";
import { leaveSaved, showErrors, UnsavedGuard } from "@/ui/forms";
import { Act, Page, Panel } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { deliveryBody, type DeliveryFields } from "./body";

export default function DeliveryForm() {
  const { t } = useTranslation();
  const go = useNavigate();
  const [params] = useSearchParams();
  const session = useSession();
  const why = useWhyNot()("documents:enter");
  const { message } = App.useApp();
  const [form] = Form.useForm<DeliveryFields>();
  const [dirty, setDirty] = useState(false);
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: (body: Body, key) => tell<RecordedDelivery>("POST", "/v1/deliveries", { body, key }),
    stale: [["deliveries"], ["report"], ["items"], ["balance"]],
    onDone: (made) => {
      setDirty(false);
      void message.success(t("deliveries.recorded", { number: made.number }));
      leaveSaved(() => void go(`/deliveries/${made.id}`));
    },
  });
  const must = [{ required: true, message: t("common.required") }];
  const optional = (label: string) => `${label} (${t("common.optional")})`;
  return (
    <Page title={t("deliveries.new")} back={{ to: "/deliveries", label: t("deliveries.title") }}>
      <UnsavedGuard dirty={dirty} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        scrollToFirstError
        initialValues={{ customer: params.get("customer") ?? undefined, delivered_on: session.company.today, currency: session.company.base_currency, lines: [{ quantity: "1", category: "13" }] }}
        onValuesChange={() => setDirty(true)}
        onFinish={() => write.mutate(deliveryBody(form.getFieldsValue(true) as DeliveryFields), { onError: (error) => setRest(showErrors(form, error)) })}
      >
        <div className="stack">
          <Panel title={t("deliveries.title")}>
            <div className="form-grid">
              <Form.Item name="customer" label={t("common.customer")} rules={must} className="span2">
                <CustomerField />
              </Form.Item>
              <Form.Item name="delivered_on" label={t("deliveries.day")} rules={must}>
                <DayField allowClear={false} />
              </Form.Item>
              <Form.Item name="currency" label={t("common.currency")} rules={must} normalize={(value: string) => value.toUpperCase()}>
                <Input maxLength={3} autoComplete="off" />
              </Form.Item>
              <Form.Item name="external_id" label={optional(t("deliveries.slip"))}>
                <Input autoComplete="off" />
              </Form.Item>
              <Form.Item name="purchase_order" label={optional(t("documents.purchaseOrder"))}>
                <Input autoComplete="off" />
              </Form.Item>
              <Form.Item name="text" label={optional(t("documents.text"))} className="full">
                <Input autoComplete="off" />
              </Form.Item>
            </div>
          </Panel>
          <Lines />
          <ProblemNote error={write.error} rest={rest} />
          <div className="row sticky-actions">
            <Act why={why} type="primary" htmlType="submit" loading={write.isPending}>
              {t("deliveries.new")}
            </Act>
            <Button onClick={() => void go(-1)}>{t("common.cancel")}</Button>
          </div>
        </div>
      </Form>
    </Page>
  );
}
