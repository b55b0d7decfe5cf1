import { App, Button, Form } from "antd";
import type { QueryKey } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import { useWhyNot } from "@/app/session";
import { clearErrors, leaveSaved, showErrors, UnsavedGuard, useWayBack } from "./forms";
import { Act, Page } from "./parts";
import { ProblemNote } from "./states";

interface RecordPageProps<Fields, Made> {
  /** Of the page, and of the button that records. */
  title: string;
  back: { to: string; label: string };
  start: Partial<Fields>;
  send: (fields: Fields, key: string) => Promise<Made>;
  /** What it takes, as `money:enter`. */
  permission: string;
  /** What has changed by it. */
  stale: readonly QueryKey[];
  /** What is said of what was made, and where it is shown. */
  said: (made: Made) => string;
  to: (made: Made) => string;
  children: ReactNode;
}

/** The page that records one thing which no draft comes before: its fields, what was refused of it, and the way on or back. */
export function RecordPage<Fields extends object, Made>({ title, back, start, send, permission, stale, said, to, children }: RecordPageProps<Fields, Made>) {
  const { t } = useTranslation();
  const go = useNavigate();
  const wayBack = useWayBack(back.to);
  const why = useWhyNot()(permission);
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const [dirty, setDirty] = useState(false);
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: send,
    stale,
    onDone: (made) => {
      setDirty(false);
      void message.success(said(made));
      leaveSaved(() => void go(to(made)));
    },
  });
  return (
    <Page title={title} back={back}>
      <UnsavedGuard dirty={dirty} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        scrollToFirstError={{ focus: true, block: "center" }}
        initialValues={start}
        onValuesChange={(changed) => {
          clearErrors(form, changed);
          setDirty(true);
        }}
        // Also what no control shows at the moment.
        onFinish={() => write.mutate(form.getFieldsValue(true) as Fields, { onError: (error) => setRest(showErrors(form, error)) })}
      >
        <div className="stack">
          {children}
          <ProblemNote error={write.error} rest={rest} />
          <div className="row sticky-actions">
            <Act why={why} type="primary" htmlType="submit" loading={write.isPending}>
              {title}
            </Act>
            <Button onClick={wayBack}>{t("common.cancel")}</Button>
          </div>
        </div>
      </Form>
    </Page>
  );
}
