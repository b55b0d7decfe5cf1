import { App, Button, Form, InputNumber, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, tagged, type Schemas } from "@/api/client";
import { keyed, useCompany, useWrite } from "@/api/hooks";
import type { CompanyBody } from "@/api/shapes";
import type { FieldError } from "@/api/problem";
import { useDoors, useSession, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { AmountField, amountRule, CustomerField, CustomerName } from "@/ui/fields";
import { FormModal, showErrors } from "@/ui/forms";
import { Act, Amount, Facts, Panel, Tag } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { useTried } from "@/ui/tried";
import { COMPANY_START, companyBody, CompanyFields, followCountry, type CompanyFormFields } from "./companyFields";
import { AdminPage } from "./nav";

export default function Company() {
  const { t } = useTranslation();
  const code = useCode();
  const session = useSession();
  const { change } = useDoors();
  const tried = useTried();
  const whyNot = useWhyNot();
  const company = useCompany();
  const [adding, setAdding] = useState(false);
  const c = company.data;
  return (
    <AdminPage
      actions={
        <Act why={whyNot("settings:configure")} type="primary" onClick={() => setAdding(true)}>
          {t("admin.companyNew")}
        </Act>
      }
    >
      <Panel title={t("admin.company")}>
        {company.isPending ? (
          <Loading />
        ) : c === undefined ? (
          <ProblemNote error={company.error} onRetry={() => void company.refetch()} />
        ) : (
          <Facts
            three
            rows={[
              [t("admin.code"), c.code],
              [t("admin.name"), c.name],
              [t("admin.country"), c.country],
              [t("admin.jurisdiction"), c.jurisdiction],
              [t("admin.base"), c.base_currency],
              [t("admin.timeZone"), c.time_zone],
              [t("admin.locale"), c.locale],
              [t("admin.taxpayer"), code("taxpayer", c.taxpayer_status)],
              [t("admin.taxId"), c.tax_id === null || c.tax_id === undefined ? "" : `${c.tax_id.id} (${c.tax_id.scheme})`],
              [t("admin.retention"), String(c.retention_years)],
            ]}
          />
        )}
      </Panel>
      <Tolerances />
      <Panel flush title={t("admin.companies")}>
        <DataTable
          label={t("admin.companies")}
          query={given(session.companies)}
          rowKey={(one) => one.code}
          empty={t("common.none")}
          columns={[
            { key: "code", title: t("admin.code"), render: (one) => one.code },
            { key: "name", title: t("admin.name"), className: "wrap", render: (one) => one.name },
            {
              key: "act",
              title: "",
              align: "right",
              render: (one) =>
                one.current ? (
                  <Tag tone="good">{t("admin.current")}</Tag>
                ) : (
                  <Button size="small" onClick={() => tried(change(one.code))}>
                    {t("admin.switchTo")}
                  </Button>
                ),
            },
          ]}
        />
      </Panel>
      {adding && <Add onClose={() => setAdding(false)} />}
    </AdminPage>
  );
}

function Add({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { change } = useDoors();
  const tried = useTried();
  const { message } = App.useApp();
  const [form] = Form.useForm<CompanyFormFields>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: (body: CompanyBody, key) => got(api.POST("/v1/companies", { params: { header: keyed(key) }, body })),
    onDone: (made) => {
      onClose();
      tried(change(made.code).then(() => message.success(t("admin.companyMade"))));
    },
  });
  return (
    <FormModal form={form} width={760} title={t("admin.companyNew")} okText={t("common.save")} okButtonProps={{ loading: write.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={COMPANY_START}
        onValuesChange={({ country }: Partial<CompanyFormFields>) => country?.length === 2 && followCountry(form, [], country)}
        onFinish={(fields) => write.mutate(companyBody(fields), { onError: (error) => setRest(showErrors(form, error)) })}
      >
        <CompanyFields />
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}

function Tolerances() {
  const { t } = useTranslation();
  const code = useCode();
  const whyNot = useWhyNot();
  const [adding, setAdding] = useState(false);
  const list = useQuery({ queryKey: ["tolerances"], queryFn: () => tagged(api.GET("/v1/tolerances")) });
  return (
    <Panel
      flush
      title={t("admin.tolerances")}
      extra={
        <Act size="small" why={whyNot("settings:configure")} onClick={() => setAdding(true)}>
          {t("admin.toleranceAdd")}
        </Act>
      }
    >
      <DataTable
        label={t("admin.tolerances")}
        query={{ ...list, data: list.data?.body.tolerances }}
        rowKey={(_, n) => n}
        empty={t("admin.tolerancesNone")}
        columns={[
          { key: "role", title: t("common.kind"), render: (x) => code("toleranceRole", x.role) },
          { key: "customer", title: t("common.customer"), render: (x) => (x.customer === null || x.customer === undefined ? t("admin.everyone") : <CustomerName id={x.customer} />) },
          { key: "amount", title: t("common.amount"), align: "right", render: (x) => <Amount value={x.amount} /> },
          { key: "permille", title: t("admin.permille"), align: "right", render: (x) => `${x.permille} ‰` },
        ]}
      />
      {adding && list.data !== undefined && <SetTolerance etag={list.data.etag} onClose={() => setAdding(false)} />}
    </Panel>
  );
}

function SetTolerance({ etag, onClose }: { etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const session = useSession();
  const [form] = Form.useForm<Schemas["ToleranceBody"]>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: (body: Schemas["ToleranceBody"], key) => got(api.PUT("/v1/tolerances", { params: { header: { ...keyed(key), "If-Match": etag } }, body })),
    stale: [["tolerances"]],
    onDone: onClose,
  });
  return (
    <FormModal form={form} title={t("admin.toleranceAdd")} okText={t("common.save")} okButtonProps={{ loading: write.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ role: "tail", currency: session.company.base_currency, permille: 0 }}
        onFinish={(fields) => write.mutate(fields, { onError: (error) => setRest(showErrors(form, error)) })}
      >
        <p className="quiet small" style={{ marginBottom: 12 }}>
          {t("admin.tolerancesText")}
        </p>
        <Form.Item name="role" label={t("common.kind")}>
          <Select options={["tail", "charge", "discount"].map((value) => ({ value, label: code("toleranceRole", value) }))} />
        </Form.Item>
        <Form.Item name="amount" label={`${t("common.amount")} (${session.company.base_currency})`} rules={[{ required: true, message: t("common.required") }, amountRule(t("common.notAmount"))]}>
          <AmountField />
        </Form.Item>
        <Form.Item name="currency" hidden>
          <input type="hidden" />
        </Form.Item>
        <Form.Item name="permille" label={t("admin.permille")}>
          <InputNumber min={0} max={1000} precision={0} style={{ width: "100%" }} />
        </Form.Item>
        <Form.Item name="customer" label={`${t("common.customer")} (${t("common.optional")})`}>
          <CustomerField />
        </Form.Item>
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}
