import { App } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import { FED, keyed, useWrite } from "@/api/hooks";
import type { Binding } from "@/api/shapes";
import { bindings } from "@/api/whole";
import { useSession, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { addDays } from "@/lib/dates";
import { DayField, Person } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { Act, Digest, Instant, Page, Panel, Tag, type Tone } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { useWhileHere } from "@/ui/here";
import { Changes, Config, useKnown } from "./Changes";
import { PluginsNav } from "./nav";
import { useSlotName } from "./slots";
import { heldOn, spansOf, type Span, type State } from "./timeline";
import { Dialogue } from "@/ui/dialogue";

export default function Bindings() {
  const { t } = useTranslation();
  const poll = useWhileHere(30_000);
  const slotName = useSlotName();
  const session = useSession();
  const list = useQuery({ queryKey: ["bindings"], queryFn: () => bindings(), ...FED, refetchInterval: poll });
  const [again, setAgain] = useState<Binding | null>(null);
  if (list.isPending) return <Loading />;
  if (list.data === undefined)
    return (
      <Page title={t("plugins.title")}>
        <PluginsNav />
        <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      </Page>
    );
  const spans = spansOf(list.data.items, session.company.today, (day) => addDays(day, -1));
  const pending = [...spans.values()].flat().filter((span) => span.state === "pending");
  const decided = [...spans].map(([slot, of]) => [slot, of.filter((span) => span.state !== "pending")] as const).filter(([, of]) => of.length > 0);
  return (
    <Page title={t("plugins.title")}>
      <PluginsNav />
      <Panel title={t("plugins.pendingTitle")}>
        {pending.length === 0 ? (
          <Nothing title={t("plugins.pendingNone")} />
        ) : (
          <ul className="stack">
            {pending.map((span) => (
              <li key={span.binding.id}>
                <Pending span={span} />
              </li>
            ))}
          </ul>
        )}
      </Panel>
      {decided.length === 0 && (
        <Panel title={t("plugins.bindings")}>
          <Nothing title={t("plugins.bindingsNone")} />
        </Panel>
      )}
      {decided.map(([slot, of]) => (
        <Panel key={slot} title={slotName(slot)}>
          <ol className="timeline spans">
            {of.map((span) => (
              <SpanRow key={span.binding.id} span={span} onAgain={() => setAgain(span.binding)} />
            ))}
          </ol>
        </Panel>
      ))}
      {again !== null && <RollBack binding={again} spans={spans.get(again.slot) ?? []} onClose={() => setAgain(null)} />}
    </Page>
  );
}

/** From when until when; of what never held only from when it would have. */
function Time({ span: { binding, state, until } }: { span: Span }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <span className="quiet">
      {t("plugins.since", { day: format.day(binding.valid_from) })}
      {until !== null && state !== "superseded" && state !== "withdrawn" && (
        <>
          {" "}
          {t("plugins.until", { day: format.day(until) })}
        </>
      )}
    </span>
  );
}

/** Who proposed it and who decided it, each with when. */
function Hands({ binding }: { binding: Binding }) {
  const { t } = useTranslation();
  return (
    <span className="small quiet">
      {t("plugins.proposedBy")} <Person id={binding.created_by} />, <Instant value={binding.created_at} />
      {binding.decided_by !== null && (
        <>
          {" · "}
          {t(binding.status === "withdrawn" ? "plugins.withdrawnBy" : "plugins.activatedBy")} <Person id={binding.decided_by} />, <Instant value={binding.decided_at} />
        </>
      )}
    </span>
  );
}

/** What it takes the place of, where it brings an earlier one back. */
function StepBack({ span: { before, backTo } }: { span: Span }) {
  const { t } = useTranslation();
  const format = useFormat();
  const known = useKnown();
  if (before === null || backTo === null) return null;
  const gaps = { from: known(before.digest).name, fromDay: format.day(before.valid_from), to: known(backTo.digest).name, toDay: format.day(backTo.valid_from) };
  return <span className="small">{t("plugins.steppedBack", gaps)}</span>;
}

const TONES: Readonly<Record<State, Tone>> = { pending: "wait", withdrawn: "plain", future: "info", current: "good", ended: "plain", superseded: "plain" };

function SpanRow({ span, onAgain }: { span: Span; onAgain: () => void }) {
  const { t } = useTranslation();
  const whyNot = useWhyNot();
  const known = useKnown();
  const { binding, state, before } = span;
  return (
    <li>
      <Time span={span} />
      <div className="stack tight">
        <span className="row">
          <Link to={`/plugins/${binding.digest}`} className="strong">
            {known(binding.digest).name}
          </Link>
          <Tag tone={TONES[state]}>{t(`plugins.stateOf.${state}`)}</Tag>
          <Digest value={binding.digest} />
        </span>
        <Hands binding={binding} />
        <StepBack span={span} />
        <Changes before={before} after={binding} />
        <Config config={binding.config} />
        {(state === "ended" || state === "superseded") && (
          <span>
            <Act size="small" why={whyNot("plugins:configure")} onClick={onAgain}>
              {t("plugins.rollBack")}
            </Act>
          </span>
        )}
      </div>
    </li>
  );
}

function Pending({ span }: { span: Span }) {
  const { binding, before } = span;
  const { t } = useTranslation();
  const code = useCode();
  const slotName = useSlotName();
  const session = useSession();
  const whyNot = useWhyNot();
  const known = useKnown();
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
            {known(binding.digest).name}
          </Link>
          <span className="quiet">{slotName(binding.slot)}</span>
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
      <span className="small">
        <Time span={span} />
      </span>
      <Hands binding={binding} />
      <StepBack span={span} />
      <Changes before={before} after={binding} />
      <Config config={binding.config} />
      {mayActivate !== undefined && <span className="small quiet">{mayActivate}</span>}
      <ProblemNote error={decide.error} />
    </div>
  );
}

function RollBack({ binding, spans, onClose }: { binding: Binding; spans: readonly Span[]; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const known = useKnown();
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
    <Dialogue title={`${t("plugins.rollBack")}: ${known(binding.digest).name}`} okText={t("plugins.propose")} okButtonProps={{ loading: write.isPending }} onOk={() => write.mutate(day)} onCancel={onClose}>
      <div className="stack">
        <p>{t("plugins.rollBackText")}</p>
        <span className="caption">{t("plugins.validFrom")}</span>
        <DayField aria-label={t("plugins.validFrom")} allowClear={false} value={day} onChange={(value) => value !== undefined && setDay(value)} />
        <Changes before={heldOn(spans, day)} after={{ ...binding, valid_from: day }} />
        <ProblemNote error={write.error} />
      </div>
    </Dialogue>
  );
}
