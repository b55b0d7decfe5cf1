import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got, json, type Schemas } from "@/api/client";
import { useCode } from "@/i18n/code";
import { useFormat } from "@/ui/format";
import { Figure, Instant, Panel, Tag } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { ageOf, byWorst, type Part } from "./health";
import { AdminPage } from "./nav";

type View = Schemas["HealthView"];

const TONES = { ok: "good", look: "wait", broken: "bad" } as const;

/** Where the part is looked after. */
const PLACES: Partial<Record<Part, string>> = { jobs: "/admin/jobs?status=failed", plugins: "/plugins", verification: "/admin/audit" };

export default function Health() {
  const { t } = useTranslation();
  const health = useQuery({ queryKey: ["health"], queryFn: () => got(api.GET("/v1/health")), refetchInterval: 15_000, retry: false });
  const tie = useQuery({ queryKey: ["report", "tie-out"], queryFn: () => json<Schemas["TieOutView"]>(api.GET("/v1/reports/tie-out")), staleTime: 60_000 });
  const found = useFound();
  const v = health.data;
  const none = ({ isPending }: { isPending: boolean }) => (isPending ? "…" : <span className="quiet" style={{ fontSize: 16 }}>{t("home.unknown")}</span>);
  return (
    <AdminPage>
      <section className="figures" aria-label={t("admin.health")}>
        <Figure
          label={t("health.state")}
          value={health.error !== null ? <Tag tone="bad">{t("admin.healthBad")}</Tag> : v === undefined ? "…" : <State of={v.state} />}
          under={v === undefined ? undefined : `${t("admin.version")} ${v.version}`}
        />
        <Figure
          label={t("health.since")}
          value={v === undefined ? none(health) : <span style={{ fontSize: 16 }}>{typeof v.started_at === "string" ? <Instant value={v.started_at} /> : t("home.unknown")}</span>}
          under={typeof v?.commit === "string" ? t("health.commit", { commit: v.commit }) : undefined}
        />
        <Figure label={t("health.clock")} value={v === undefined ? none(health) : <span style={{ fontSize: 16 }}><Instant value={v.at} /></span>} />
        <Figure
          label={t("admin.chainTie")}
          value={tie.data === undefined ? none(tie) : <Tag tone={tie.data.holds ? "good" : "bad"}>{tie.data.holds ? t("reports.holds") : t("reports.fails")}</Tag>}
          under={<Link to="/reports/tie-out">{t("reports.tieOut")}</Link>}
        />
      </section>
      <ProblemNote error={health.error} onRetry={() => void health.refetch()} />
      <ProblemNote error={tie.error} onRetry={() => void tie.refetch()} />
      {v !== undefined && (
        <Panel flush title={t("health.parts")}>
          <DataTable
            label={t("health.parts")}
            query={given(byWorst(v))}
            rowKey={(part) => part}
            empty={t("home.unknown")}
            columns={[
              { key: "part", title: t("health.part"), render: (part) => <PartName of={part} /> },
              { key: "state", title: t("common.status"), render: (part) => <State of={v[part].state} /> },
              { key: "found", title: t("health.found"), className: "wrap", render: (part) => found(v, part).filter(Boolean).join(" · ") },
              { key: "meaning", title: t("health.meaning"), className: "wrap", render: (part) => (v[part].state === "ok" ? <span className="quiet">{t(`health.means.${part}`)}</span> : t(`health.next.${part}`)) },
            ]}
          />
        </Panel>
      )}
      <Panel>
        <a href="/openapi.json" target="_blank" rel="noreferrer">
          {t("admin.openapi")}
        </a>
      </Panel>
    </AdminPage>
  );
}

function State({ of }: { of: Schemas["HealthStateName"] }) {
  const { t } = useTranslation();
  return <Tag tone={TONES[of]}>{t(`health.states.${of}`)}</Tag>;
}

function PartName({ of }: { of: Part }) {
  const { t } = useTranslation();
  const place = PLACES[of];
  const name = t(`health.names.${of}`);
  return place === undefined ? <span className="strong">{name}</span> : <Link to={place}>{name}</Link>;
}

/** What was found of a part, said piece by piece. */
function useFound(): (v: View, part: Part) => (string | undefined | false)[] {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const age = (seconds: number) => {
    const { unit, n } = ageOf(seconds);
    return t(`health.ages.${unit}`, { n: format.count(n) });
  };
  const counted = (key: "pending" | "unknown" | "waiting" | "sealed" | "queued" | "running" | "failed" | "bound" | "loaded" | "compiled" | "uncompiled" | "upTo" | "behind", n: number) => t(`health.${key}`, { n: format.count(n) });
  const since = (key: "oldest" | "runningFor", seconds: number | null | undefined) => typeof seconds === "number" && t(`health.${key}`, { age: age(seconds) });
  return (v, part) => {
    switch (part) {
      case "database":
        return [v.database.kind, format.bytes(v.database.bytes), v.database.schema ?? t("health.none"), v.database.pending > 0 && counted("pending", v.database.pending), v.database.unknown > 0 && counted("unknown", v.database.unknown)];
      case "disk":
        return [typeof v.disk.free_bytes === "number" && typeof v.disk.all_bytes === "number" ? t("health.free", { free: format.bytes(v.disk.free_bytes), all: format.bytes(v.disk.all_bytes) }) : t("health.notSaid")];
      case "sealing":
        return [counted("waiting", v.sealing.waiting), since("oldest", v.sealing.oldest_s), counted("sealed", v.sealing.position)];
      case "jobs":
        return [counted("queued", v.jobs.queued), since("oldest", v.jobs.queued_oldest_s), counted("running", v.jobs.running), since("runningFor", v.jobs.running_oldest_s), counted("failed", v.jobs.failed)];
      case "plugins":
        return [counted("bound", v.plugins.bound), counted("loaded", v.plugins.loaded), counted("compiled", v.plugins.compiled), counted("uncompiled", v.plugins.uncompiled), ...v.plugins.missing.map((world) => t("health.missing", { world: code("slot", world) }))];
      case "verification": {
        const { at, holds, position } = v.verification;
        if (at === null || at === undefined) return [t("health.never")];
        return [format.instant(at), typeof holds === "boolean" && (holds ? t("admin.verified") : t("admin.notVerified")), typeof position === "number" && counted("upTo", position)];
      }
      case "checkpoint":
        return [typeof v.checkpoint.as_of === "string" ? t("health.asOf", { day: format.day(v.checkpoint.as_of) }) : t("health.none"), counted("behind", v.checkpoint.behind)];
      case "clock":
        return [typeof v.clock.last_event_at === "string" && t("health.lastEvent", { at: format.instant(v.clock.last_event_at) }), v.clock.behind_s > 0 && t("health.behindBy", { age: age(v.clock.behind_s) })];
      case "font":
        return [v.font.family ?? t("health.none")];
    }
  };
}
