import { App } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import { FED, keyed, useWrite } from "@/api/hooks";
import type { Binding } from "@/api/shapes";
import { bindings, plugins as admitted } from "@/api/whole";
import { useSession, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { addDays } from "@/lib/dates";
import { DayField, Person } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { Act, Day, Digest, Instant, Page, Panel, Tag } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { useWhileHere } from "@/ui/here";
import { BindingList } from "./BindingList";
import { PluginsNav } from "./nav";
import { spansOf, type Span } from "./timeline";
import { Dialogue } from "@/ui/dialogue";

export default function Bindings() {
  const { t } = useTranslation();
  const poll = useWhileHere(30_000);
  const code = useCode();
  const session = useSession();
  const list = useQuery({ queryKey: ["bindings"], queryFn: () => bindings(), ...FED, refetchInterval: poll });
  const plugins = useQuery({ queryKey: ["plugins"], queryFn: admitted, staleTime: 60_000 });
  const name = (digest: string) => {
    const plugin = plugins.data?.items.find((p) => p.digest === digest);
    return plugin === undefined ? digest.slice(0, 12) : `${plugin.name} ${plugin.version}`;
  };
  const [again, setAgain] = useState<Binding | null>(null);
  if (list.isPending) return <Loading />;
  if (list.data === undefined)
    return (
      <Page title={t("plugins.title")}>
        <PluginsNav />
        <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      </Page>
    );
  const pending = list.data.items.filter((b) => b.status === "pending");
  const spans = spansOf(list.data.items, session.company.today, (day) => addDays(day, -1));
  return (
    <Page title={t("plugins.title")}>
      <PluginsNav />
      <Panel title={t("plugins.pendingTitle")}>
        {pending.length === 0 ? (
          <Nothing title={t("plugins.pendingNone")} />
        ) : (
          <ul className="stack">
            {pending.map((binding) => (
              <li key={binding.id}>
                <Pending binding={binding} name={name(binding.digest)} />
              </li>
            ))}
          </ul>
        )}
      </Panel>
      <div className="grid two">
        {[...spans].map(([slot, of]) => (
          <Panel key={slot} title={`${code("slot", slot.split(":")[0])} ${slot.includes(":") ? slot : ""}`}>
            <ol className="timeline">
              {of.map((span) => (
                <SpanRow key={span.binding.id} span={span} name={name(span.binding.digest)} onAgain={() => setAgain(span.binding)} />
              ))}
            </ol>
          </Panel>
        ))}
      </div>
      <Panel flush title={t("plugins.bindings")}>
        <BindingList query={{ ...list, data: [...list.data.items].reverse() }} />
      </Panel>
      {again !== null && <RollBack binding={again} name={name(again.digest)} onClose={() => setAgain(null)} />}
    </Page>
  );
}

function SpanRow({ span, name, onAgain }: { span: Span; name: string; onAgain: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const whyNot = useWhyNot();
  const { binding, until, current } = span;
  return (
    <li style={{ gridTemplateColumns: "170px minmax(0, 1fr)" }}>
      <span className="quiet">
        {t("plugins.since", { day: format.day(binding.valid_from) })}
        {until !== null && (
          <>
            <br />
            {t("plugins.until", { day: format.day(until) })}
          </>
        )}
      </span>
      <span className="stack tight">
        <span className="row">
          <Link to={`/plugins/${binding.digest}`} className="strong">
            {name}
          </Link>
          {current && <Tag tone="good">{t("plugins.current")}</Tag>}
        </span>
        <span className="small quiet">
          <Digest value={binding.digest} /> · {t("plugins.proposedBy")} <Person id={binding.created_by} />
          {binding.decided_by !== null && (
            <>
              {" "}
              · {t("plugins.decidedBy")} <Person id={binding.decided_by} />
            </>
          )}
        </span>
        <Config config={binding.config} />
        {!current && until !== null && (
          <span>
            <Act size="small" why={whyNot("plugins:configure")} onClick={onAgain}>
              {t("plugins.rollBack")}
            </Act>
          </span>
        )}
      </span>
    </li>
  );
}

function Config({ config }: { config: Record<string, unknown> }) {
  if (Object.keys(config).length === 0) return null;
  return <pre className="code">{JSON.stringify(config, null, 2)}</pre>;
}

function Pending({ binding, name }: { binding: Binding; name: string }) {
  const { t } = useTranslation();
  const code = useCode();
  const session = useSession();
  const whyNot = useWhyNot();
  const { message } = App.useApp();
  const decide = useWrite({
    run: (what: "activate" | "withdraw", key) => {
      const params = { path: { id: binding.id }, header: keyed(key) };
      return what === "activate" ? got(api.POST("/v1/bindings/{id}/activate", { params })) : got(api.POST("/v1/bindings/{id}/withdraw", { params }));
    },
    stale: [["bindings"], ["overview"]],
    onDone: (_, what) => void message.success(what === "activate" ? t("plugins.activated") : t("plugins.withdrawn")),
  });
  const mayActivate = whyNot("plugins:approve") ?? (binding.created_by === session.person.id ? t("plugins.own") : undefined);
  const mayWithdraw = whyNot("plugins:configure", "plugins:approve");
  return (
    <div className="candidate">
      <div className="row between">
        <span className="row">
          <Tag tone="wait">{code("bindingStatus", binding.status)}</Tag>
          <Link to={`/plugins/${binding.digest}`} className="strong">
            {name}
          </Link>
          <span className="mono">{binding.slot}</span>
        </span>
        <span className="row">
          <Act why={mayWithdraw} loading={decide.isPending} onClick={() => decide.mutate("withdraw")}>
            {t("plugins.withdraw")}
          </Act>
          <Act why={mayActivate} type="primary" loading={decide.isPending} onClick={() => decide.mutate("activate")}>
            {t("plugins.activate")}
          </Act>
        </span>
      </div>
      <span className="small quiet">
        {t("plugins.validFrom")} <Day value={binding.valid_from} /> · {t("plugins.proposedBy")} <Person id={binding.created_by} /> · <Instant value={binding.created_at} />
      </span>
      <Config config={binding.config} />
      {mayActivate !== undefined && <span className="small quiet">{mayActivate}</span>}
      <ProblemNote error={decide.error} />
    </div>
  );
}

function RollBack({ binding, name, onClose }: { binding: Binding; name: string; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const [day, setDay] = useState(format.today);
  const write = useWrite({
    run: (from: string, key) => got(api.POST("/v1/bindings", { params: { header: keyed(key) }, body: { slot: binding.slot, digest: binding.digest, config: binding.config, valid_from: from } })),
    stale: [["bindings"], ["overview"]],
    onDone: () => {
      void message.success(t("plugins.proposed"));
      onClose();
    },
  });
  return (
    <Dialogue title={`${t("plugins.rollBack")}: ${name}`} okText={t("plugins.propose")} okButtonProps={{ loading: write.isPending }} onOk={() => write.mutate(day)} onCancel={onClose}>
      <div className="stack">
        <p>{t("plugins.rollBackText")}</p>
        <span className="caption">{t("plugins.validFrom")}</span>
        <DayField aria-label={t("plugins.validFrom")} allowClear={false} value={day} onChange={(value) => value !== undefined && setDay(value)} />
        <ProblemNote error={write.error} />
      </div>
    </Dialogue>
  );
}
