import { App, Form, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, tagged, got, type Schemas } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { lastMonthEnd } from "@/lib/dates";
import { DayField, Person } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { FormModal, showErrors } from "@/ui/forms";
import { Act, Day, Instant, Panel, Tag } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { AdminPage } from "./nav";

type Body = Schemas["PeriodLockBody"];

export default function Periods() {
  const { t } = useTranslation();
  const code = useCode();
  const whyNot = useWhyNot();
  const [locking, setLocking] = useState(false);
  const list = useQuery({ queryKey: ["locks", "tagged"], queryFn: () => tagged(api.GET("/v1/period-locks")) });
  return (
    <AdminPage
      sub={t("admin.lockText")}
      actions={
        <Act why={whyNot("lock")} type="primary" onClick={() => setLocking(true)}>
          {t("admin.lockNew")}
        </Act>
      }
    >
      <Panel flush title={t("admin.periods")}>
        <DataTable
          label={t("admin.periods")}
          query={{ ...list, data: list.data?.body.items }}
          rowKey={(l) => l.kind}
          empty={t("admin.locksNone")}
          columns={[
            { key: "kind", title: t("admin.lockKind"), render: (l) => <Tag>{code("lock", l.kind)}</Tag> },
            { key: "through", title: t("admin.lockThrough"), render: (l) => <Day value={l.through} /> },
            { key: "by", title: t("admin.lockBy"), render: (l) => <Person id={l.set_by} /> },
            { key: "at", title: t("common.at"), render: (l) => <Instant value={l.set_at} /> },
          ]}
        />
      </Panel>
      {locking && <Lock etag={list.data?.etag ?? ""} onClose={() => setLocking(false)} />}
    </AdminPage>
  );
}

function Lock({ etag, onClose }: { etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const { message } = App.useApp();
  const [form] = Form.useForm<Body>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: (body: Body, key) => got(api.PUT("/v1/period-locks", { params: { header: { ...keyed(key), ...(etag === "" ? {} : { "If-Match": etag }) } }, body })),
    stale: [["locks"], ["overview"]],
    onDone: () => {
      void message.success(t("admin.lockSet"));
      onClose();
    },
  });
  return (
    <FormModal form={form} title={t("admin.lockNew")} okText={t("admin.lockNew")} okButtonProps={{ loading: write.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ kind: "soft", through: lastMonthEnd(format.today) }}
        onFinish={(fields) => write.mutate(fields, { onError: (error) => setRest(showErrors(form, error)) })}
      >
        <p className="quiet" style={{ marginBottom: 12 }}>
          {t("admin.lockText")}
        </p>
        <Form.Item name="kind" label={t("admin.lockKind")}>
          <Select options={["soft", "hard", "tax"].map((value) => ({ value, label: code("lock", value) }))} />
        </Form.Item>
        <Form.Item name="through" label={t("admin.lockThrough")} rules={[{ required: true, message: t("common.required") }]}>
          <DayField allowClear={false} />
        </Form.Item>
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}
