import { App, Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { api, got } from "@/api/client";
import { csrfHeader } from "@/api/transport";
import { ProblemNote } from "@/ui/states";
import { showErrors } from "@/ui/forms";
import { Page, Panel } from "@/ui/parts";
import { useTried } from "@/ui/tried";
import type { FieldError } from "@/api/problem";
import { Door } from "./Brand";
import { useDoors, useSession } from "./session";

interface Fields {
  old: string;
  new: string;
  again: string;
}

function PasswordForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const { enter } = useDoors();
  const session = useSession();
  const [form] = Form.useForm<Fields>();
  const [error, setError] = useState<unknown>(null);
  const [rest, setRest] = useState<FieldError[]>([]);
  const [busy, setBusy] = useState(false);
  const submit = (fields: Fields) => {
    setBusy(true);
    got(api.POST("/v1/session/password", { params: { header: csrfHeader() }, body: { old: fields.old, new: fields.new } }))
      .then(
        (now) => {
          enter(now);
          onDone();
        },
        (refused: unknown) => {
          setError(refused);
          setRest(showErrors(form, refused));
        },
      )
      .finally(() => setBusy(false));
  };
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} className="form-narrow">
      <input type="text" autoComplete="username" value={session.person.login} readOnly hidden />
      <Form.Item name="old" label={t("session.old")} rules={[{ required: true, message: t("common.required") }]}>
        <Input.Password autoComplete="current-password" />
      </Form.Item>
      <Form.Item name="new" label={t("session.new")} extra={t("session.rule")} rules={[{ required: true, message: t("common.required") }]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item
        name="again"
        label={t("session.again")}
        dependencies={["new"]}
        rules={[
          { required: true, message: t("common.required") },
          ({ getFieldValue }) => ({
            validator: (_, value) => (value === undefined || value === "" || getFieldValue("new") === value ? Promise.resolve() : Promise.reject(new Error(t("session.mismatch")))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <div className="stack">
        <ProblemNote error={error} rest={rest} />
        <div>
          <Button type="primary" htmlType="submit" loading={busy}>
            {t("session.changeTitle")}
          </Button>
        </div>
      </div>
    </Form>
  );
}

/** After a first login nothing else is allowed; later it is a page like others. */
export function PasswordChange({ first = false }: { first?: boolean }) {
  const { t } = useTranslation();
  const { leave } = useDoors();
  const tried = useTried();
  if (!first) return <PasswordPage />;
  return (
    <Door title={t("session.changeTitle")} text={t("session.changeFirst")}>
      <PasswordForm onDone={() => undefined} />
      <Button type="link" style={{ padding: 0, marginTop: 12 }} onClick={() => tried(leave())}>
        {t("nav.logout")}
      </Button>
    </Door>
  );
}

function PasswordPage() {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const go = useNavigate();
  return (
    <Page title={t("nav.password")} sub={t("session.changeText")}>
      <Panel>
        <PasswordForm
          onDone={() => {
            void message.success(t("session.changed"));
            void go("/");
          }}
        />
      </Panel>
    </Page>
  );
}
