import { App, Form, Input, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { ProblemNote } from "@/ui/states";
import { isUnsaved } from "./forget";
import { useDoors } from "./session";
import { Dialogue } from "@/ui/dialogue";

/** Over the open page: the password, and the work goes on where it stood. */
export function LoginAgain() {
  const { t } = useTranslation();
  const { asking, enter, giveUp } = useDoors();
  const [form] = Form.useForm<{ password: string }>();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const { modal } = App.useApp();
  if (asking === null) return null;
  const other = () => {
    if (!isUnsaved()) giveUp();
    else void modal.confirm({ zIndex: 2600, title: t("common.unsavedTitle"), content: t("common.unsavedText"), okText: t("common.leave"), okButtonProps: { danger: true }, cancelText: t("common.stay"), onOk: giveUp });
  };
  const submit = ({ password }: { password: string }) => {
    setBusy(true);
    setError(null);
    got(api.POST("/v1/session", { body: { company: asking.company.code, login: asking.person.login, password } }))
      .then(enter, (refused: unknown) => {
        setError(refused);
        form.resetFields();
      })
      .finally(() => setBusy(false));
  };
  return (
    <Dialogue
      title={t("session.againTitle")}
      footer={null}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      width={420}
      zIndex={2500}
      afterOpenChange={(open) => {
        if (open) form.focusField("password");
      }}
    >
      <p style={{ marginBottom: 12 }}>{t("session.againText")}</p>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        <Form.Item label={t("session.login")}>
          <Input aria-label={t("session.login")} value={`${asking.person.name} (${asking.person.login})`} readOnly autoComplete="username" />
        </Form.Item>
        <Form.Item name="password" label={t("session.password")} rules={[{ required: true, message: t("common.required") }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <div className="stack">
          <ProblemNote error={error} rest={[]} />
          <div className="row between">
            <Button type="text" onClick={other}>
              {t("session.againOther")}
            </Button>
            <Button type="primary" htmlType="submit" loading={busy}>
              {t("session.submit")}
            </Button>
          </div>
        </div>
      </Form>
    </Dialogue>
  );
}
