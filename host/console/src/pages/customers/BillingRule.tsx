import { App, Form, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, tagged, type Schemas } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import { PERS, type Per } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { FormModal, showErrors } from "@/ui/forms";
import { Act, Panel, Tag } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";

/** Of what a customer's invoices are made: hers, or the company's. */
export function BillingRule({ customer }: { customer: Schemas["Customer"] }) {
  const { t } = useTranslation();
  const why = useWhyNot()("enter");
  const [editing, setEditing] = useState(false);
  const found = useQuery({ queryKey: ["billing-rule", customer.id], queryFn: () => tagged(api.GET("/v1/customers/{id}/billing-rule", { params: { path: { id: customer.id } } })) });
  return (
    <Panel
      title={t("deliveries.rule")}
      extra={
        found.data !== undefined && (
          <Act size="small" why={why} onClick={() => setEditing(true)}>
            {t("common.edit")}
          </Act>
        )
      }
    >
      {found.isPending ? (
        <Loading rows={1} />
      ) : found.data === undefined ? (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <span className="row">
          {t(`deliveries.perOf.${found.data.body.per}`)} <Tag>{found.data.body.own ? t("deliveries.ruleOwn") : t("deliveries.ruleCompany")}</Tag>
        </span>
      )}
      {editing && found.data !== undefined && <Edit customer={customer} per={found.data.body.per} etag={found.data.etag} onClose={() => setEditing(false)} />}
    </Panel>
  );
}

function Edit({ customer, per, etag, onClose }: { customer: Schemas["Customer"]; per: Per; etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ per: Per }>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: (body: { per: Per }, key) => got(api.PUT("/v1/customers/{id}/billing-rule", { params: { path: { id: customer.id }, header: { ...keyed(key), "If-Match": etag } }, body })),
    stale: [["billing-rule"]],
    onDone: () => {
      void message.success(t("deliveries.ruleSaved"));
      onClose();
    },
  });
  return (
    <FormModal form={form} title={t("deliveries.rule")} okText={t("common.save")} okButtonProps={{ loading: write.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={{ per }} onFinish={(fields) => write.mutate(fields, { onError: (error) => setRest(showErrors(form, error)) })}>
        <p style={{ marginBottom: 12 }}>{t("deliveries.ruleText")}</p>
        <Form.Item name="per" label={t("deliveries.per")}>
          <Select options={PERS.map((value) => ({ value, label: t(`deliveries.perOf.${value}`) }))} />
        </Form.Item>
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}
