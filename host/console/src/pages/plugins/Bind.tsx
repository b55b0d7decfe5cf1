import { App, Form, Input } from "antd";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { api, got } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import type { PluginDetail } from "@/api/shapes";
import type { FieldError } from "@/api/problem";
import { bindings, plugins } from "@/api/whole";
import { fetched } from "@/app/fetched";
import { useSession, useWhyNot } from "@/app/session";
import { placeIn } from "@/i18n/said";
import { DayField } from "@/ui/fields";
import { showErrors, UnsavedGuard, leaveSaved } from "@/ui/forms";
import { Act, Page, Panel } from "@/ui/parts";
import { Loading, ProblemNote, Told } from "@/ui/states";
import { usePlugin } from "./Admission";
import { startOf, type Start } from "./start";

const SchemaForm = lazy(() => fetched(() => import("@/ui/SchemaForm")));

export default function Bind() {
  const { digest = "" } = useParams();
  const { t } = useTranslation();
  const plugin = usePlugin(digest);
  const session = useSession();
  const day = session.company.today;
  // Who changes a setting, or brings a new version, starts from what is in force, not from nothing.
  const active = useQuery({ queryKey: ["bindings", { on: day }], queryFn: () => bindings({ on: day }) });
  const all = useQuery({ queryKey: ["plugins"], queryFn: plugins, staleTime: 60_000 });
  const asked = [plugin, active, all];
  if (asked.some((query) => query.isPending)) return <Loading />;
  if (plugin.data === undefined || active.data === undefined || all.data === undefined) {
    const failed = asked.filter((query) => query.data === undefined);
    return (
      <Page title={t("plugins.bind")} back={{ to: "/plugins", label: t("plugins.title") }}>
        <ProblemNote error={failed[0]?.error} onRetry={() => failed.forEach((query) => void query.refetch())} />
      </Page>
    );
  }
  const { items } = all.data;
  return <Editor plugin={plugin.data} start={startOf(plugin.data, active.data.items, (of) => items.find((one) => one.digest === of)?.name)} day={day} />;
}

interface Body {
  slot: string;
  digest: string;
  config: Record<string, unknown>;
  valid_from: string;
}

function Editor({ plugin, start, day }: { plugin: PluginDetail; start: Start; day: string }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const whyNot = useWhyNot();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ slot: string; valid_from: string }>();
  const [config, setConfig] = useState(start.config);
  const [dirty, setDirty] = useState(false);
  const [rest, setRest] = useState<FieldError[]>([]);
  const schema = plugin.config_schema;
  const configurable = typeof schema === "object" && schema !== null && Object.keys((schema as { properties?: object }).properties ?? {}).length > 0;
  const check = useWrite({
    run: (tried: Record<string, unknown>, key) => got(api.POST("/v1/plugins/{digest}/validate-config", { params: { path: { digest: plugin.digest }, header: keyed(key) }, body: { config: tried as never } })),
  });
  const write = useWrite({
    run: (body: Body, key) => got(api.POST("/v1/bindings", { params: { header: keyed(key) }, body: { ...body, config: body.config as never } })),
    stale: [["bindings"], ["overview"]],
    onDone: () => {
      setDirty(false);
      void message.success(t("plugins.proposed"));
      leaveSaved(() => void go("/plugins/bindings"));
    },
  });
  const why = whyNot("plugins:configure");
  return (
    <Page title={t("plugins.bindTitle", { name: `${plugin.name} ${plugin.version}` })} sub={t("plugins.proposeText")} back={{ to: `/plugins/${plugin.digest}`, label: plugin.name }}>
      <UnsavedGuard dirty={dirty} />
      <Panel>
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{ slot: start.slot, valid_from: day }}
          onValuesChange={() => setDirty(true)}
          onFinish={(fields) => write.mutate({ ...fields, digest: plugin.digest, config }, { onError: (error) => setRest(showErrors(form, error)) })}
        >
          <div className="form-grid">
            <Form.Item name="slot" label={t("plugins.slot")} extra={t("plugins.slotHint")} rules={[{ required: true, message: t("common.required") }]}>
              <Input autoComplete="off" />
            </Form.Item>
            <Form.Item name="valid_from" label={t("plugins.validFrom")} rules={[{ required: true, message: t("common.required") }]}>
              <DayField allowClear={false} />
            </Form.Item>
          </div>
        </Form>
      </Panel>
      <Panel title={t("plugins.config")}>
        {configurable ? (
          <Suspense fallback={<Loading />}>
            <SchemaForm
              schema={schema as Record<string, unknown>}
              value={config}
              onChange={(next, typed) => {
                if (JSON.stringify(next) === JSON.stringify(config)) return;
                if (typed) setDirty(true);
                check.reset();
                setConfig(next);
              }}
            />
          </Suspense>
        ) : (
          <p className="quiet">{t("plugins.configNone")}</p>
        )}
      </Panel>
      {check.data !== undefined && (
        <div className={check.data.accepted ? "note good" : "note bad"} role="status">
          <strong>{check.data.accepted ? t("plugins.accepted") : t("plugins.refused")}</strong>
          {check.data.problems.map((p, n) => (
            <span key={n}>
              <span className="strong">{placeIn(p.pointer)}</span> <Told detail={p.message} />
            </span>
          ))}
        </div>
      )}
      <ProblemNote error={write.error ?? check.error} rest={write.error === null ? [] : rest} />
      <div className="row">
        <Act why={why} type="primary" loading={write.isPending} onClick={() => form.submit()}>
          {t("plugins.propose")}
        </Act>
        {configurable && (
          <Act why={why} loading={check.isPending} onClick={() => check.mutate(config)}>
            {t("plugins.check")}
          </Act>
        )}
      </div>
    </Page>
  );
}
