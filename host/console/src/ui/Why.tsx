import { Drawer } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import { plugins as admitted } from "@/api/whole";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { argumentText } from "./explain";
import { useFormat } from "./format";
import { Act, Facts, Instant, Tag } from "./parts";
import { Loading, ProblemNote } from "./states";

interface WhyProps {
  /** The call that made the figure. */
  invocation: string;
  /** What the figure is, in words. */
  of: string;
  explanations?: readonly Schemas["Explanation"][];
  children?: ReactNode;
}

/** "Why this number?": which plugin, which configuration, which input; and the same call made again. */
export function Why({ invocation, of, explanations, children }: WhyProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="why-link" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        {t("why.ask")}
      </button>
      <Drawer open={open} onClose={() => setOpen(false)} title={t("why.title")} size={480} destroyOnHidden>
        <Inside invocation={invocation} of={of} explanations={explanations}>
          {children}
        </Inside>
      </Drawer>
    </>
  );
}

/** In words where we have them; what the plugin said itself is the title. */
function Explained({ of }: { of: Schemas["Explanation"] }) {
  const code = useCode();
  const format = useFormat();
  return (
    <li className="note">
      <span className="strong" title={of.rule}>
        {code("taxRule", of.rule)}
      </span>
      <span className="row small">
        {Object.entries(of.args).map(([name, value]) => (
          <span key={name} title={`${name} = ${value}`}>
            <span className="quiet">{code("explainArg", name)}</span> <span className="num">{argumentText(name, value, format, (way) => code("rounding", way))}</span>
          </span>
        ))}
      </span>
      {of.citation !== null && of.citation !== undefined && <span className="small quiet">{of.citation}</span>}
    </li>
  );
}

function Inside({ invocation, of, explanations, children }: { invocation: string; of: string; explanations: readonly Schemas["Explanation"][] | undefined; children: ReactNode }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const whyNot = useWhyNot();
  const call = useQuery({ queryKey: ["invocation", invocation], queryFn: () => got(api.GET("/v1/invocations/{id}", { params: { path: { id: invocation } } })), staleTime: Infinity });
  const plugins = useQuery({ queryKey: ["plugins"], queryFn: admitted, staleTime: 60_000 });
  const replay = useWrite({
    run: (id: string, key) => got(api.POST("/v1/invocations/{id}/replay", { params: { path: { id }, header: keyed(key) } })),
  });
  const plugin = plugins.data?.items.find((p) => p.digest === call.data?.plugin);
  const digest = call.data?.plugin ?? "";
  const allowed = useQuery({ queryKey: ["plugin", digest], queryFn: () => got(api.GET("/v1/plugins/{digest}", { params: { path: { digest } } })), staleTime: 60_000, enabled: digest !== "" }).data?.limits;
  return (
    <div className="stack">
      <p className="strong">{of}</p>
      {children}
      {explanations !== undefined && explanations.length > 0 && (
        <ul className="stack tight">
          {explanations.map((e, n) => (
            <Explained key={n} of={e} />
          ))}
        </ul>
      )}
      {call.isPending ? (
        <Loading />
      ) : call.data === undefined ? (
        <ProblemNote error={call.error} onRetry={() => void call.refetch()} />
      ) : (
        <>
          <Facts
            rows={[
              [t("why.plugin"), plugin === undefined ? "" : `${plugin.name} ${plugin.version}`],
              [t("why.world"), code("slot", call.data.world)],
              [t("why.digest"), <span key="d" className="mono">{call.data.plugin}</span>],
              [t("why.config"), <span key="c" className="mono">{call.data.config_digest}</span>],
              [t("why.input"), <span key="i" className="mono">{call.data.input_digest}</span>],
              [t("why.output"), <span key="o" className="mono">{call.data.output_digest}</span>],
              [t("why.called"), <Instant key="t" value={call.data.called_at} />],
              [t("why.engine"), call.data.engine],
              [t("why.cost"), t("why.costOf", { ms: format.count(Math.ceil(call.data.time_us / 1000)), bytes: format.bytes(call.data.memory_peak_bytes), fuel: format.count(call.data.fuel) })],
              [
                t("why.limit"),
                allowed === undefined
                  ? ""
                  : t("why.limitOf", { ms: format.count(allowed.time_ms_max), bytes: format.bytes(allowed.memory_bytes_max), fuel: format.count(allowed.fuel_base_max), item: format.count(allowed.fuel_per_item_max) }),
              ],
            ]}
          />
          <div className="stack tight">
            <p className="small quiet">{t("why.replayText")}</p>
            <div>
              <Act why={whyNot("records:audit")} type="primary" loading={replay.isPending} onClick={() => replay.mutate(invocation)}>
                {t("why.replay")}
              </Act>
            </div>
            {replay.error !== null && <ProblemNote error={replay.error} />}
            {replay.data !== undefined && (
              <div className={replay.data.same ? "note good" : "note bad"} role="status">
                <strong>
                  <Tag tone={replay.data.same ? "good" : "bad"}>{replay.data.same ? t("why.same") : t("why.differs")}</Tag>
                </strong>
                <span>{replay.data.same ? t("why.sameText") : t("why.differsText")}</span>
                {replay.data.first_difference !== null && replay.data.first_difference !== undefined && <span className="mono">{replay.data.first_difference}</span>}
              </div>
            )}
          </div>
        </>
      )}
    </div>
  );
}
