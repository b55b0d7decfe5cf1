import { Button } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import { FED } from "@/api/hooks";
import { Problem } from "@/api/problem";
import type { CloseItem, Overview } from "@/api/shapes";
import { useSession, useWhyNot } from "@/app/session";
import { useLanguage } from "@/i18n";
import { useCode } from "@/i18n/code";
import { words } from "@/i18n/words";
import { lastMonthEnd } from "@/lib/dates";
import { isZero } from "@/lib/amount";
import { Ages, useBuckets } from "@/ui/ages";
import { useFormat } from "@/ui/format";
import { Amount, Day, Figure, Instant, Page, Panel, Tag, toneOf } from "@/ui/parts";
import { usePutAway } from "@/ui/putAway";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { useWhileHere } from "@/ui/here";
import { Checks } from "./Checks";
import { closing } from "./closing";
import { FirstSteps } from "./FirstSteps";
import { counted, exactly, heldOf, isNone, notBy, type Known } from "./waiting";

const POLL_MS = 30_000;

export default function Home() {
  const { t } = useTranslation();
  const poll = useWhileHere(POLL_MS);
  const session = useSession();
  const format = useFormat();
  const enters = useWhyNot()("documents:enter") === undefined;
  const overview = useQuery({ queryKey: ["overview"], queryFn: () => got(api.GET("/v1/overview")), ...FED, refetchInterval: poll });
  const drafts = useQuery({
    queryKey: ["drafts", "waiting"],
    queryFn: () => got(api.GET("/v1/drafts", { params: { query: { state: "submitted", limit: 200 } } })),
    ...FED,
    refetchInterval: poll,
  });
  const [away, putAway] = usePutAway("first-steps");
  const begins = enters && overview.data?.runs.length === 0;
  return (
    <Page
      title={t("home.title")}
      sub={`${session.company.name} · ${format.day(session.company.today)}`}
      actions={begins && away ? <Button onClick={() => putAway(false)}>{t("home.firstShow")}</Button> : undefined}
    >
      {overview.isPending ? (
        <Loading />
      ) : overview.data === undefined ? (
        <ProblemNote error={overview.error} onRetry={() => void overview.refetch()} />
      ) : (
        <>
          {begins && !away && <FirstSteps onAway={() => putAway(true)} />}
          <Waiting waiting={overview.data.waiting} drafts={counted(drafts, notBy(session.person.id))} />
          <div className="grid wide-left">
            <Receivables of={overview.data.receivables} />
            <Close waiting={overview.data.waiting} drafts={counted(drafts)} />
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

const FIRST = { limit: 200 } as const;

/** What another person's word is wanted for, beside drafts: hers is not among it. */
function useAsked() {
  const poll = useWhileHere(60_000);
  const { person } = useSession();
  const fed = { ...FED, refetchInterval: poll };
  const merges = useQuery({ queryKey: ["merges", "waiting"], queryFn: () => got(api.GET("/v1/customer-merges", { params: { query: { ...FIRST, state: "proposed" } } })), ...fed });
  const details = useQuery({ queryKey: ["bank-details", "waiting"], queryFn: () => got(api.GET("/v1/bank-detail-changes", { params: { query: { ...FIRST, state: "proposed" } } })), ...fed });
  const unlocks = useQuery({ queryKey: ["unlocks", "waiting"], queryFn: () => got(api.GET("/v1/period-unlocks", { params: { query: { ...FIRST, state: "proposed" } } })), ...fed });
  const disputes = useQuery({ queryKey: ["disputes", "waiting"], queryFn: () => got(api.GET("/v1/disputes", { params: { query: { ...FIRST, state: "open" } } })), ...fed });
  const undoings = useQuery({ queryKey: ["proposals", "undoing", "waiting"], queryFn: () => got(api.GET("/v1/proposals", { params: { query: { ...FIRST, undoing: true } } })), ...fed });
  const others = notBy(person.id);
  const undone = counted(undoings, (one) => !one.undo_approved_by.includes(person.id));
  return { undone, merges: counted(merges, others), details: counted(details, others), unlocks: counted(unlocks, others), disputes: counted(disputes) };
}

/** A count, or that it is being asked for, or that it is not known. */
function useSaid(): (known: Known) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (known) => (known.is === "known" ? `${format.count(known.count)}${known.more ? "+" : ""}` : known.is === "asked" ? "…" : t("home.unknown"));
}

function Waiting({ waiting, drafts }: { waiting: Overview["waiting"]; drafts: Known }) {
  const { t } = useTranslation();
  const said = useSaid();
  const asked = useAsked();
  const seldom: [string, Known, string][] = [
    [t("home.merges"), asked.merges, "/customers/merges"],
    [t("home.bankDetails"), asked.details, "/bank/details"],
    [t("home.unlocks"), asked.unlocks, "/admin/periods"],
    [t("home.disputes"), asked.disputes, "/customers/disputes"],
    [t("home.undoings"), asked.undone, "/bank/review"],
  ];
  const always: [string, Known, string][] = [
    [t("home.lines"), exactly(waiting.bank_lines), "/bank"],
    [t("home.proposals"), exactly(waiting.proposals), "/bank/review"],
    [t("home.drafts"), drafts, "/documents/review"],
    [t("home.statements"), exactly(waiting.statements), "/statements?status=sealed"],
    [t("home.bindings"), exactly(waiting.pending_bindings), "/plugins/bindings"],
    [t("home.failed"), exactly(waiting.failed_jobs), "/admin/jobs?status=failed"],
  ];
  return (
    <section aria-label={t("home.waiting")} className="figures">
      {[...always, ...seldom.filter(([, known]) => !isNone(known) && known.is !== "asked")].map(([label, known, to]) => (
        <Figure key={label} label={label} value={said(known)} to={to} />
      ))}
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
              <Ages {...buckets(of.edges)} amounts={total.ages.map((age) => age.amount)} currency={total.balance.currency} />
            </div>
          ))}
        </div>
      )}
    </Panel>
  );
}

/** Of last month the checklist that was opened for it; while there is none, what waits today. */
function Close({ waiting, drafts }: { waiting: Overview["waiting"]; drafts: Known }) {
  const { t } = useTranslation();
  const session = useSession();
  const period = lastMonthEnd(session.company.today).slice(0, 7);
  const of = closing(period, useWhileHere(POLL_MS));
  const found = useQuery(of.checklist);
  if (found.isPending) return <Loading rows={3} />;
  // Not opened, or not hers to see, is an answer; that nothing is known is none.
  if (found.data === undefined && !(found.error instanceof Problem && found.error.status < 500))
    return (
      <Panel title={`${t("home.close")} ${period}`}>
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      </Panel>
    );
  return found.data === undefined ? <Today waiting={waiting} drafts={drafts} of={of} /> : <Checklist period={period} items={found.data.items} />;
}

function Checklist({ period, items }: { period: string; items: readonly CloseItem[] }) {
  const { t } = useTranslation();
  const of = useLanguage() === "en" ? 1 : 0;
  const names: Readonly<Record<string, readonly [string, string]>> = words.close.items;
  const to = `/admin/close/${period}`;
  const state = (item: CloseItem) => {
    if (item.stale === true) return t("close.stale");
    if (item.state === "signed") return t("close.signed");
    if (item.state === "waived") return t("close.waived");
    return item.finding?.holds === true ? t("close.holds") : t("close.fails");
  };
  return (
    <Panel title={`${t("home.close")} ${period}`} extra={<Link to={to}>{t("close.title")}</Link>}>
      <Checks checks={items.map((item) => ({ label: names[item.item]?.[of] ?? item.item, to, done: item.state !== "open" && item.stale !== true, state: state(item) }))} />
    </Panel>
  );
}

interface Check {
  label: string;
  to: string;
  left: Known;
  /** Nothing to count: it is done, or it is not. */
  whole?: boolean;
}

function Today({ waiting, drafts, of }: { waiting: Overview["waiting"]; drafts: Known; of: ReturnType<typeof closing> }) {
  const { t } = useTranslation();
  const said = useSaid();
  const session = useSession();
  const tie = useQuery(of.tie);
  const unapplied = useQuery(of.unapplied);
  const locks = useQuery(of.locks);
  const end = lastMonthEnd(session.company.today);
  const checks: Check[] = [
    { label: t("home.closeLines"), to: "/bank", left: exactly(waiting.bank_lines) },
    { label: t("home.closeProposals"), to: "/bank/review", left: exactly(waiting.proposals) },
    { label: t("home.closeDrafts"), to: "/documents/review", left: drafts },
    { label: t("home.closeUnapplied"), to: "/reports/unapplied", left: unapplied.data === undefined ? heldOf(undefined, unapplied.isPending) : exactly(unapplied.data.items.length) },
    { label: t("home.closeTie"), to: "/reports/tie-out", left: heldOf(tie.data?.holds, tie.isPending), whole: true },
    { label: t("home.closeStatements"), to: "/statements?status=sealed", left: exactly(waiting.statements) },
    { label: t("home.closeLock"), to: "/admin/periods", left: heldOf(locks.data?.items.some((lock) => lock.through >= end), locks.isPending), whole: true },
  ];
  const state = ({ left, whole = false }: Check) => {
    if (left.is === "asked") return t("home.closeNotYet");
    if (left.is === "unknown") return t("home.unknown");
    return isNone(left) ? t("home.closeDone") : whole ? t("home.closeTodo") : t("home.closeLeft", { left: said(left) });
  };
  return (
    <Panel title={t("home.checks")} extra={<Link to="/admin/close">{t("close.title")}</Link>}>
      <Checks checks={checks.map((check) => ({ label: check.label, to: check.to, done: isNone(check.left), state: state(check) }))} />
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
