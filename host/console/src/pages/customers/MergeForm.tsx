import { App, Button, Form } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { api, got, type Schemas } from "@/api/client";
import { keyed, openItems, useCustomer, useWrite } from "@/api/hooks";
import { freshKey } from "@/api/intent";
import type { FieldError } from "@/api/problem";
import { useWhyNot } from "@/app/session";
import { CustomerField, CustomerName, DayField } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { leaveSaved, showErrors, UnsavedGuard, useWayBack } from "@/ui/forms";
import { Act, Page, Panel, Tag } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { OpenOf } from "./OpenOf";

interface Fields {
  into?: string;
  date?: string;
}

/** The first of two people says that a customer is another one in truth. */
export default function MergeForm() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useCustomer(id);
  if (found.isPending) return <Loading />;
  if (found.data === undefined)
    return (
      <Page title={t("merges.propose")} back={{ to: "/customers", label: t("customers.title") }}>
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      </Page>
    );
  return <Known source={found.data} />;
}

function Known({ source }: { source: Schemas["Customer"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const go = useNavigate();
  const wayBack = useWayBack(`/customers/${source.code}`);
  const { message } = App.useApp();
  const whyNot = useWhyNot();
  const [form] = Form.useForm<Fields>();
  const [fields, setFields] = useState<Fields>({ date: format.today });
  const [dirty, setDirty] = useState(false);
  const [rest, setRest] = useState<FieldError[]>([]);
  const items = useQuery(openItems(source.code));
  const params = { path: { id: source.id } };
  const body = fields.into === undefined ? null : { into: fields.into, ...(fields.date === undefined ? {} : { date: fields.date }) };
  const why = whyNot("customers:enter");
  // The server says whether it could be done now: nothing of it stays.
  const check = useQuery({
    queryKey: ["merge-check", source.id, body],
    queryFn: () => got(api.POST("/v1/customers/{id}/merge", { params: { ...params, query: { dry_run: true }, header: keyed(freshKey()) }, body: body ?? { into: "" } })),
    enabled: body !== null && why === undefined,
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });
  const write = useWrite({
    run: (sent: Schemas["MergeBody"], key) => got(api.POST("/v1/customers/{id}/merge", { params: { ...params, header: keyed(key) }, body: sent })),
    stale: [["merges"], ["customer"]],
    onDone: (made) => {
      setDirty(false);
      void message.success(t("merges.proposed"));
      leaveSaved(() => void go(`/customers/merges/${made.id}`));
    },
  });
  return (
    <Page title={t("merges.proposeTitle", { code: source.code })} sub={<CustomerName id={source.id} />} back={{ to: `/customers/${source.code}`, label: source.name ?? source.code }}>
      <UnsavedGuard dirty={dirty} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={fields}
        onValuesChange={(_, all: Fields) => {
          setDirty(true);
          setFields(all);
        }}
        onFinish={() => body !== null && write.mutate(body, { onError: (error) => setRest(showErrors(form, error)) })}
      >
        <div className="stack">
          <Panel title={t("merges.propose")}>
            <p style={{ marginBottom: 12 }}>{t("merges.text", { code: source.code })}</p>
            <div className="form-grid">
              <Form.Item
                name="into"
                label={t("merges.into")}
                className="span2"
                rules={[
                  { required: true, message: t("common.required") },
                  { validator: (_, value) => (value === source.code ? Promise.reject(new Error(t("merges.intoOther"))) : Promise.resolve()) },
                ]}
              >
                <CustomerField aria-label={t("merges.into")} placeholder={t("merges.intoOther")} />
              </Form.Item>
              <Form.Item name="date" label={t("merges.date")} extra={t("merges.dateHint")} rules={[{ required: true, message: t("common.required") }]}>
                <DayField allowClear={false} />
              </Form.Item>
            </div>
            <div role="status">
              {body === null ? (
                <span className="small quiet">{t("merges.choose")}</span>
              ) : check.isFetching ? (
                <span className="small quiet">{t("merges.checking")}</span>
              ) : check.isSuccess ? (
                <Tag tone="good">{t("merges.fits")}</Tag>
              ) : null}
            </div>
          </Panel>
          <OpenOf items={items} />
          <ProblemNote error={write.error ?? (check.isFetching ? null : check.error)} {...(write.error === null ? {} : { rest })} />
          <div className="row sticky-actions">
            <Act why={why ?? (body === null ? t("merges.choose") : undefined)} type="primary" htmlType="submit" loading={write.isPending}>
              {t("merges.submit")}
            </Act>
            <Button onClick={wayBack}>{t("common.cancel")}</Button>
          </div>
        </div>
      </Form>
    </Page>
  );
}
