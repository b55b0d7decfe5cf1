import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got, json, type Schemas } from "@/api/client";
import { useFormat } from "@/ui/format";
import { Figure, Panel, Tag } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { AdminPage } from "./nav";

export default function Health() {
  const { t } = useTranslation();
  const format = useFormat();
  const health = useQuery({ queryKey: ["health"], queryFn: () => got(api.GET("/healthz")), refetchInterval: 15_000, retry: false });
  const overview = useQuery({ queryKey: ["overview"], queryFn: () => got(api.GET("/v1/overview")) });
  const tie = useQuery({ queryKey: ["report", "tie-out"], queryFn: () => json<Schemas["TieOutView"]>(api.GET("/v1/reports/tie-out")), staleTime: 60_000 });
  const good = health.data?.status === "ok";
  const none = ({ isPending }: { isPending: boolean }) => (isPending ? "…" : <span className="quiet" style={{ fontSize: 16 }}>{t("home.unknown")}</span>);
  return (
    <AdminPage>
      <section className="figures" aria-label={t("admin.health")}>
        <Figure
          label={t("admin.server")}
          value={health.isPending ? "…" : <Tag tone={good ? "good" : "bad"}>{good ? t("admin.healthOk") : t("admin.healthBad")}</Tag>}
          under={health.data === undefined ? undefined : `${t("admin.version")} ${health.data.version}`}
        />
        <Figure label={t("admin.database")} value={health.data === undefined ? none(health) : <span style={{ fontSize: 16 }}>{health.data.database}</span>} />
        <Figure
          label={t("admin.chainTie")}
          value={tie.data === undefined ? none(tie) : <Tag tone={tie.data.holds ? "good" : "bad"}>{tie.data.holds ? t("reports.holds") : t("reports.fails")}</Tag>}
          under={<Link to="/reports/tie-out">{t("reports.tieOut")}</Link>}
        />
        <Figure label={t("admin.failedJobs")} value={overview.data === undefined ? none(overview) : format.count(overview.data.waiting.failed_jobs)} to="/admin/jobs?status=failed" />
      </section>
      <ProblemNote error={health.error} onRetry={() => void health.refetch()} />
      <ProblemNote error={tie.error ?? overview.error} onRetry={() => void Promise.all([tie.refetch(), overview.refetch()])} />
      <Panel>
        <a href="/openapi.json" target="_blank" rel="noreferrer">
          {t("admin.openapi")}
        </a>
      </Panel>
    </AdminPage>
  );
}
