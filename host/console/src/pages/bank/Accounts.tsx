import { App, Form, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import { useSession, useWhyNot } from "@/app/session";
import { FormModal, showErrors } from "@/ui/forms";
import { Act, Page, Panel } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { BankNav } from "./nav";

type Body = Schemas["BankAccountBody"];

export default function Accounts() {
  const { t } = useTranslation();
  const whyNot = useWhyNot();
  const [adding, setAdding] = useState(false);
  const list = useQuery({ queryKey: ["bank-accounts"], queryFn: () => got(api.GET("/v1/bank-accounts")) });
  return (
    <Page
      title={t("bank.title")}
      actions={
        <Act why={whyNot("settings:configure")} type="primary" onClick={() => setAdding(true)}>
          {t("bank.accountNew")}
        </Act>
      }
    >
      <BankNav />
      <Panel flush>
        <DataTable
          label={t("bank.accounts")}
          query={{ ...list, data: list.data?.items }}
          rowKey={(a) => a.id}
          empty={t("bank.accountsNone")}
          columns={[
            { key: "number", title: t("bank.number"), render: (a) => <span className="num">{a.number}</span> },
            { key: "scheme", title: t("bank.scheme"), render: (a) => a.scheme },
            { key: "holder", title: t("bank.holder"), className: "wrap", render: (a) => a.holder },
            { key: "bank", title: t("bank.bank"), className: "wrap", render: (a) => a.bank },
            { key: "bic", title: t("bank.bic"), render: (a) => a.bic ?? "" },
            { key: "currency", title: t("common.currency"), render: (a) => a.currency },
          ]}
        />
      </Panel>
      {adding && <Add onClose={() => setAdding(false)} />}
    </Page>
  );
}

function Add({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const session = useSession();
  const [form] = Form.useForm<Body>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: (body: Body, key) => got(api.POST("/v1/bank-accounts", { params: { header: keyed(key) }, body })),
    stale: [["bank-accounts"]],
    onDone: () => {
      void message.success(t("bank.accountAdded"));
      onClose();
    },
  });
  const must = [{ required: true, message: t("common.required") }];
  return (
    <FormModal form={form} title={t("bank.accountNew")} okText={t("common.save")} okButtonProps={{ loading: write.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ scheme: "CN", currency: session.company.base_currency, holder: session.company.name }}
        onFinish={(fields) => {
          const { bic, ...body } = fields;
          write.mutate(bic === undefined || bic === null || bic.trim() === "" ? body : { ...body, bic }, { onError: (error) => setRest(showErrors(form, error)) });
        }}
      >
        <div className="form-grid">
          <Form.Item name="number" label={t("bank.number")} rules={must}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="scheme" label={t("bank.scheme")} rules={must}>
            <Select options={["CN", "IBAN", "BBAN", "other"].map((value) => ({ value, label: value }))} />
          </Form.Item>
          <Form.Item name="holder" label={t("bank.holder")} rules={must}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="bank" label={t("bank.bank")} rules={must}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="bic" label={`${t("bank.bic")} (${t("common.optional")})`}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="currency" label={t("common.currency")} rules={must} normalize={(value: string) => value.toUpperCase()}>
            <Input maxLength={3} autoComplete="off" />
          </Form.Item>
        </div>
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}
