import { Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useQuery } from "@tanstack/react-query";
import { api, got } from "@/api/client";
import { Problem } from "@/api/problem";
import { filled } from "@/lib/filled";
import { ProblemNote } from "@/ui/states";
import { Door } from "./Brand";
import { useDoors } from "./session";

interface Fields {
  company?: string;
  login: string;
  password: string;
}

export function Login() {
  const { t } = useTranslation();
  const { enter } = useDoors();
  const [form] = Form.useForm<Fields>();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const [several, setSeveral] = useState(false);
  const setup = useQuery({ queryKey: ["setup"], queryFn: () => got(api.GET("/v1/setup")), retry: false });

  const submit = (fields: Fields) => {
    setBusy(true);
    setError(null);
    got(api.POST("/v1/session", { body: { login: fields.login.trim(), password: fields.password, company: filled(fields.company) } }))
      .then(enter, (refused: unknown) => {
        const named = refused instanceof Problem && refused.errors.some((e) => e.pointer === "/company");
        if (named && !several) setSeveral(true);
        else setError(refused);
        form.setFieldValue("password", named ? fields.password : "");
      })
      .finally(() => setBusy(false));
  };

  return (
    <Door title={t("session.title")}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        {several && (
          <Form.Item name="company" label={t("session.company")} extra={t("session.companyHint")} rules={[{ required: true, message: t("common.required") }]}>
            <Input autoComplete="organization" />
          </Form.Item>
        )}
        <Form.Item name="login" label={t("session.login")} rules={[{ required: true, message: t("common.required") }]}>
          <Input autoComplete="username" autoCapitalize="none" />
        </Form.Item>
        <Form.Item name="password" label={t("session.password")} rules={[{ required: true, message: t("common.required") }]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <div className="stack">
          <ProblemNote error={error} rest={[]} />
          <Button type="primary" htmlType="submit" size="large" block loading={busy}>
            {t("session.submit")}
          </Button>
          {setup.data?.open === true && <p className="small quiet">{t("session.setupOpen")}</p>}
        </div>
      </Form>
    </Door>
  );
}
