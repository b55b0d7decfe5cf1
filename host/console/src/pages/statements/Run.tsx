import { Form, Select } from "antd";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, json, type Schemas } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import { useWhyNot } from "@/app/session";
import { lastMonthEnd } from "@/lib/dates";
import { CustomerName, DayField, findCustomers } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { showErrors } from "@/ui/forms";
import { JobProgress } from "@/ui/jobs";
import { useLater } from "@/ui/later";
import { Act, Page, Panel } from "@/ui/parts";
import { ProblemNote, Told } from "@/ui/states";

type Result = Schemas["StatementRunView"];
interface Fields {
  cut_off: string;
  period_start?: string;
  customers?: string[];
}

function bodyOf(fields: Fields): Schemas["StatementRunBody"] {
  return {
    cut_off: fields.cut_off,
    ...(fields.period_start === undefined ? {} : { period_start: fields.period_start }),
    ...(fields.customers === undefined || fields.customers.length === 0 ? {} : { customers: fields.customers }),
  };
}

export default function Run() {
  const { t } = useTranslation();
  const format = useFormat();
  const client = useQueryClient();
  const why = useWhyNot()("statements:run");
  const [form] = Form.useForm<Fields>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const [job, setJob] = useState<string | null>(null);
  const [result, setResult] = useState<Result | null>(null);
  const [typed, setTyped] = useState("");
  const search = useLater(typed, 200);
  const customers = useQuery({ queryKey: ["customers", "find", search], queryFn: () => findCustomers(search), staleTime: 30_000 });
  const run = useWrite({
    run: (body: Schemas["StatementRunBody"], key) => json<Partial<Schemas["EnqueuedView"]>>(api.POST("/v1/statement-runs", { params: { header: { ...keyed(key), Prefer: "respond-async" } }, body })),
    onDone: (made) => {
      setResult(null);
      setJob(made.job ?? null);
    },
  });
  const preview = useWrite({
    run: (body: Schemas["StatementRunBody"], key) => json<Result>(api.POST("/v1/statement-runs", { params: { header: keyed(key), query: { dry_run: true } }, body })),
  });
  const refused = (error: unknown) => setRest(showErrors(form, error));
  return (
    <Page title={t("statements.run")} sub={t("statements.runText")} back={{ to: "/statements", label: t("statements.title") }}>
      <Panel>
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{ cut_off: lastMonthEnd(format.today) }}
          onFinish={(fields) => run.mutate(bodyOf(fields), { onError: refused })}
        >
          <div className="form-grid">
            <Form.Item name="cut_off" label={t("statements.cutOff")} rules={[{ required: true, message: t("common.required") }]}>
              <DayField allowClear={false} />
            </Form.Item>
            <Form.Item name="period_start" label={`${t("statements.periodStart")} (${t("common.optional")})`} extra={t("statements.periodDefault")}>
              <DayField />
            </Form.Item>
            <Form.Item name="customers" label={t("statements.customers")} className="full">
              <Select
                mode="multiple"
                showSearch={{ filterOption: false, onSearch: setTyped }}
                options={(customers.data ?? []).map((c) => ({ value: c.code, label: `${c.code} ${c.name ?? ""}` }))}
              />
            </Form.Item>
          </div>
          <div className="stack">
            <ProblemNote error={run.error ?? preview.error} rest={rest} />
            <div className="row">
              <Act why={why} type="primary" htmlType="submit" loading={run.isPending}>
                {t("statements.start")}
              </Act>
              <Act why={why} loading={preview.isPending} onClick={() => preview.mutate(bodyOf(form.getFieldsValue(true) as Fields), { onError: refused })}>
                {t("statements.preview")}
              </Act>
            </div>
            {preview.data !== undefined && (
              <div className="note" role="status">
                {t("statements.previewed", { made: preview.data.made.length, skipped: preview.data.skipped, failed: preview.data.failed.length })}
                <Failed failed={preview.data.failed} />
              </div>
            )}
          </div>
        </Form>
      </Panel>
      {job !== null && (
        <Panel>
          <div className="stack">
            <JobProgress
              id={job}
              onOver={(over) => {
                if (over.status === "done") setResult(over.result as unknown as Result);
                void client.invalidateQueries({ queryKey: ["statements"] });
                void client.invalidateQueries({ queryKey: ["overview"] });
              }}
            />
            {result !== null && (
              <div className="note good" role="status">
                <strong>{t("statements.finished", { made: result.made.length, skipped: result.skipped, failed: result.failed.length })}</strong>
                <Link to={`/statements?run=${result.id}`}>{t("statements.toRun")}</Link>
                <Failed failed={result.failed} />
              </div>
            )}
          </div>
        </Panel>
      )}
    </Page>
  );
}

function Failed({ failed }: { failed: Result["failed"] }) {
  const { t } = useTranslation();
  if (failed.length === 0) return null;
  return (
    <div>
      <strong>{t("statements.failedOf")}</strong>
      <ul>
        {failed.map((f) => (
          <li key={f.customer}>
            <CustomerName id={f.customer} /> <Told detail={f.reason} />
          </li>
        ))}
      </ul>
    </div>
  );
}
