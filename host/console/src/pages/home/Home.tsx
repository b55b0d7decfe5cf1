import { useQuery } from "@tanstack/react-query";
import { CheckCircleFilled, MinusCircleOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got, json, type Schemas } from "@/api/client";
import { FED } from "@/api/hooks";
import type { Overview } from "@/api/shapes";
import { useSession } from "@/app/session";
import { colours } from "@/app/theme";
import { useCode } from "@/i18n/code";
import { lastMonthEnd } from "@/lib/dates";
import { isZero } from "@/lib/amount";
import { Ages, useBuckets } from "@/ui/ages";
import { useFormat } from "@/ui/format";
import { Amount, Day, Figure, Instant, Page, Panel, Tag, toneOf } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { useWhileHere } from "@/ui/here";

export default function Home() {
  const { t } = useTranslation();
  const poll = useWhileHere(30_000);
  const session = useSession();
  const format = useFormat();
  const overview = useQuery({ queryKey: ["overview"], queryFn: () => got(api.GET("/v1/overview")), ...FED, refetchInterval: poll });
  const drafts = useQuery({
    queryKey: ["drafts", { state: "submitted", limit: 200 }],
    queryFn: () => got(api.GET("/v1/drafts", { params: { query: { state: "submitted", limit: 200 } } })),
    ...FED,
  });
  const toApprove = drafts.data?.items.length ?? 0;
  return (
    <Page title={t("home.title")} sub={`${session.company.name} · ${format.day(session.company.today)}`}>
      {overview.isPending ? (
        <Loading />
      ) : overview.data === undefined ? (
        <ProblemNote error={overview.error} onRetry={() => void overview.refetch()} />
      ) : (
        <>
          <Waiting waiting={overview.data.waiting} drafts={toApprove} />
          <div className="grid wide-left">
            <Receivables of={overview.data.receivables} />
            <Close waiting={overview.data.waiting} drafts={toApprove} />
          </div>
          <div className="grid two">
            <Runs runs={overview.data.runs} />
            <Jobs jobs={overview.data.jobs} />
          </div>
        </>
      )}
    </Page>
  );
}

function Waiting({ waiting, drafts }: { waiting: Overview["waiting"]; drafts: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <section aria-label={t("home.waiting")} className="figures">
      <Figure label={t("home.lines")} value={format.count(waiting.bank_lines)} to="/bank" />
      <Figure label={t("home.proposals")} value={format.count(waiting.proposals)} to="/bank/review" />
      <Figure label={t("home.drafts")} value={format.count(drafts)} to="/documents/review" />
      <Figure label={t("home.statements")} value={format.count(waiting.statements)} to="/statements?status=sealed" />
      <Figure label={t("home.bindings")} value={format.count(waiting.pending_bindings)} to="/plugins/bindings" />
      <Figure label={t("home.failed")} value={format.count(waiting.failed_jobs)} to="/admin/jobs?status=failed" />
    </section>
  );
}

function Receivables({ of }: { of: Overview["receivables"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const buckets = useBuckets();
  if (of === null || of === undefined)
    return (
      <Panel title={t("home.receivables")} extra={<Link to="/reports/tie-out">{t("reports.tieOut")}</Link>}>
        <p className="note bad">{t("home.notTied")}</p>
      </Panel>
    );
  const some = of.totals.filter((total) => !isZero(total.balance.amount) || total.ages.some((age) => !isZero(age.amount)));
  return (
    <Panel title={t("home.receivables")} extra={<Link to="/reports/aging">{t("home.toAging")}</Link>}>
      {some.length === 0 ? (
        <Nothing title={t("home.receivablesNone")} />
      ) : (
        <div className="stack">
          {some.map((total) => (
            <div key={total.account + total.balance.currency}>
              <div className="row between">
                <span className="quiet small">
                  {total.account} · {total.balance.currency} · {t("home.asOf", { day: format.day(of.report.as_of) })}
                </span>
                <span className="row" style={{ gap: 20 }}>
                  <span>
                    <span className="quiet small">{t("ages.balance")}</span>{" "}
                    <strong>
                      <Amount value={total.balance} />
                    </strong>
                  </span>
                  <span>
                    <span className="quiet small">{t("ages.unapplied")}</span> <Amount value={total.unapplied} />
                  </span>
                </span>
              </div>
              <Ages labels={buckets(of.edges)} amounts={total.ages.map((age) => age.amount)} currency={total.balance.currency} />
            </div>
          ))}
        </div>
      )}
    </Panel>
  );
}

interface Check {
  label: string;
  to: string;
  /** `undefined`: still being looked at; "": done. */
  left: string | undefined;
}

function Close({ waiting, drafts }: { waiting: Overview["waiting"]; drafts: number }) {
  const { t } = useTranslation();
  const format = useFormat();
  const session = useSession();
  const tie = useQuery({ queryKey: ["report", "tie-out"], queryFn: () => json<Schemas["TieOutView"]>(api.GET("/v1/reports/tie-out")), staleTime: 60_000 });
  const unapplied = useQuery({ queryKey: ["report", "unapplied"], queryFn: () => json<Schemas["UnappliedReportView"]>(api.GET("/v1/reports/unapplied")), staleTime: 60_000 });
  const locks = useQuery({ queryKey: ["locks"], queryFn: () => got(api.GET("/v1/period-locks")), ...FED });
  const left = (count: number) => (count === 0 ? "" : t("home.closeLeft", { left: format.count(count) }));
  const end = lastMonthEnd(session.company.today);
  const locked = locks.data?.items.some((lock) => lock.through >= end);
  const checks: Check[] = [
    { label: t("home.closeLines"), to: "/bank", left: left(waiting.bank_lines) },
    { label: t("home.closeProposals"), to: "/bank/review", left: left(waiting.proposals) },
    { label: t("home.closeDrafts"), to: "/documents/review", left: left(drafts) },
    { label: t("home.closeUnapplied"), to: "/reports/unapplied", left: unapplied.data === undefined ? undefined : left(unapplied.data.items.length) },
    { label: t("home.closeTie"), to: "/reports/tie-out", left: tie.data === undefined ? undefined : tie.data.holds ? "" : t("home.closeTodo") },
    { label: t("home.closeStatements"), to: "/statements?status=sealed", left: left(waiting.statements) },
    { label: t("home.closeLock"), to: "/admin/periods", left: locked === undefined ? undefined : locked ? "" : t("home.closeTodo") },
  ];
  return (
    <Panel title={`${t("home.close")} ${end.slice(0, 7)}`} extra={<Link to="/admin/close">{t("close.title")}</Link>}>
      <ul className="stack tight">
        {checks.map((check) => (
          <li key={check.to + check.label} className="row between" style={{ flexWrap: "nowrap", alignItems: "flex-start" }}>
            <Link to={check.to} className="row" style={{ flexWrap: "nowrap", alignItems: "flex-start" }}>
              {check.left === "" ? <CheckCircleFilled style={{ color: colours.strong, marginTop: 4 }} /> : <MinusCircleOutlined style={{ color: colours.faint, marginTop: 4 }} />}
              <span>{check.label}</span>
            </Link>
            <span className="quiet small nowrap">{check.left === undefined ? t("home.closeNotYet") : check.left === "" ? t("home.closeDone") : check.left}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function Runs({ runs }: { runs: Overview["runs"] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const code = useCode();
  return (
    <Panel flush title={t("home.runs")} extra={<Link to="/statements/run">{t("home.runNow")}</Link>}>
      <DataTable
        label={t("home.runs")}
        query={given(runs)}
        rowKey={(run) => run.id}
        to={(run) => `/statements?run=${run.id}`}
        empty={<Nothing title={t("home.runsNone")} />}
        columns={[
          {
            key: "period",
            title: t("statements.cutOff"),
            render: (run) => (
              <Link to={`/statements?run=${run.id}`}>
                <Day value={run.cut_off} />
              </Link>
            ),
          },
          { key: "status", title: t("common.status"), render: (run) => <Tag tone={toneOf(run.status)}>{code("jobStatus", run.status)}</Tag> },
          { key: "made", title: t("home.made"), align: "right", render: (run) => `${format.count(run.made)} / ${format.count(run.failed)}` },
          { key: "at", title: t("common.at"), align: "right", render: (run) => <Instant value={run.created_at} /> },
        ]}
      />
    </Panel>
  );
}

function Jobs({ jobs }: { jobs: Overview["jobs"] }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  return (
    <Panel flush title={t("home.jobs")} extra={<Link to="/admin/jobs">{t("common.all")}</Link>}>
      <DataTable
        label={t("home.jobs")}
        query={given(jobs)}
        rowKey={(job) => job.id}
        empty={<Nothing title={t("home.jobsNone")} />}
        columns={[
          { key: "kind", title: t("common.kind"), render: (job) => code("jobKind", job.kind) },
          { key: "status", title: t("common.status"), render: (job) => <Tag tone={toneOf(job.status)}>{code("jobStatus", job.status)}</Tag> },
          { key: "progress", title: t("home.progress"), align: "right", render: (job) => `${format.count(job.done)} / ${format.count(job.total)}` },
          { key: "at", title: t("common.at"), align: "right", render: (job) => <Instant value={job.finished_at ?? job.created_at} /> },
        ]}
      />
    </Panel>
  );
}
