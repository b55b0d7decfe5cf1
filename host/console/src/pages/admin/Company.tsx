import { App, Button, Form } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { keyed, useCompany, useWrite } from "@/api/hooks";
import type { CompanyBody } from "@/api/shapes";
import type { FieldError } from "@/api/problem";
import { useDoors, useSession, useWhyNot } from "@/app/session";
import { useLanguage } from "@/i18n";
import { useCode } from "@/i18n/code";
import { localeName } from "@/i18n/locales";
import { useFormat } from "@/ui/format";
import { FormModal, showErrors } from "@/ui/forms";
import { Act, Facts, Panel, Tag } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { useTried } from "@/ui/tried";
import { COMPANY_START, companyBody, CompanyFields, followCountry, type CompanyFormFields } from "./companyFields";
import { CompanyEdit } from "./CompanyEdit";
import { AdminPage } from "./nav";
import { RoleLimits, Tolerances } from "./Tolerances";

export default function Company() {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const session = useSession();
  const { change } = useDoors();
  const tried = useTried();
  const whyNot = useWhyNot();
  const company = useCompany();
  const [adding, setAdding] = useState(false);
  const [editing, setEditing] = useState(false);
  const c = company.data;
  return (
    <AdminPage
      actions={
        <Act why={whyNot("settings:configure")} type="primary" onClick={() => setAdding(true)}>
          {t("admin.companyNew")}
        </Act>
      }
    >
      <Panel
        title={t("admin.company")}
        extra={
          <Act size="small" why={whyNot("settings:configure")} onClick={() => setEditing(true)}>
            {t("common.edit")}
          </Act>
        }
      >
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
              [t("admin.country"), format.country(c.country)],
              [t("admin.jurisdiction"), c.jurisdiction],
              [t("admin.base"), c.base_currency],
              [t("admin.timeZone"), c.time_zone],
              [t("admin.locale"), localeName(c.locale)],
              [t("admin.taxpayer"), code("taxpayer", c.taxpayer_status)],
              [t("admin.taxId"), c.tax_id === null || c.tax_id === undefined ? "" : `${c.tax_id.id} (${c.tax_id.scheme})`],
              [t("customers.address"), c.address === null || c.address === undefined ? "" : [...c.address.lines, c.address.postal_code ?? "", c.address.city ?? "", format.country(c.address.country)].filter((part) => part !== "").join(t("common.listComma"))],
              [t("admin.retention"), String(c.retention_years)],
            ]}
          />
        )}
      </Panel>
      <Tolerances />
      <RoleLimits />
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
      {editing && <CompanyEdit onClose={() => setEditing(false)} />}
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
  const language = useLanguage();
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
        initialValues={{ ...COMPANY_START, locale: language }}
        onValuesChange={({ country }: Partial<CompanyFormFields>) => country?.length === 2 && followCountry(form, [], country)}
        onFinish={(fields) => write.mutate(companyBody(fields), { onError: (error) => setRest(showErrors(form, error)) })}
      >
        <CompanyFields />
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}
