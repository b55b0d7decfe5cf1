import { App, Button } from "antd";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { closed } from "@/ui/forms";
import { Link, useNavigate, useParams } from "react-router";
import { api, download, file, got, json, type Schemas } from "@/api/client";
import { FED, keyed, useWrite } from "@/api/hooks";
import { fetched } from "@/app/fetched";
import { useSession, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { CustomerName, Person } from "@/ui/fields";
import { KeyHelp, useKeys, type KeyAct } from "@/ui/keys";
import { Act, Day, Digest, Facts, Page, Panel, Tag, toneOf } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { Why } from "@/ui/Why";
import { useTried } from "@/ui/tried";
import { Confirmation } from "./Confirmation";
import { Figures } from "./Figures";
import type { Sealed } from "./sealed";

const Pdf = lazy(() => fetched(() => import("@/ui/Pdf")));
type Row = Schemas["Statement"];

/** The list's row of one statement: the route of one gives its sealed bytes. */
async function row(id: string): Promise<{ statement: Row | null; sealed: Sealed }> {
  const sealed = await json<Sealed>(api.GET("/v1/statements/{id}", { params: { path: { id } } }));
  const of = await got(api.GET("/v1/statements", { params: { query: { customer: sealed.subject.customer.code, cut_off: sealed.subject.cut_off, limit: 200 } } }));
  return { sealed, statement: of.items.find((s) => s.id === id || s.number === id) ?? null };
}

/** Who sealed it, out of the event that records it. */
function useMaker(statement: string): string | undefined {
  const events = useQuery({
    queryKey: ["maker", statement],
    queryFn: () => got(api.GET("/v1/events", { params: { query: { subject: statement, kind: "statement.sealed", limit: 1 } } })),
    staleTime: Infinity,
  });
  return events.data?.items[0]?.actor;
}

export default function Statement() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["statement", id], queryFn: () => row(id) });
  if (found.isPending) return <Loading />;
  if (found.data === undefined || found.data.statement === null)
    return (
      <Page title={id} back={{ to: "/statements", label: t("statements.title") }}>
        {found.error === null ? <Nothing title={t("statements.none")} /> : <ProblemNote error={found.error} onRetry={() => void found.refetch()} />}
      </Page>
    );
  return <Known statement={found.data.statement} sealed={found.data.sealed} />;
}

function Known({ statement, sealed }: { statement: Row; sealed: Sealed }) {
  const { t } = useTranslation();
  const tried = useTried();
  const code = useCode();
  const go = useNavigate();
  const session = useSession();
  const whyNot = useWhyNot();
  const { modal, message } = App.useApp();
  const maker = useMaker(statement.id);
  const others = useQuery({
    queryKey: ["statements", "queue"],
    queryFn: () => got(api.GET("/v1/statements", { params: { query: { status: "sealed", limit: 200 } } })),
    ...FED,
  });
  const queue = others.data?.items ?? [];
  const at = queue.findIndex((s) => s.id === statement.id);
  const next = queue[at + 1] ?? (at === -1 ? queue[0] : undefined);
  const before = at > 0 ? queue[at - 1] : undefined;
  const artefacts = useQuery({ queryKey: ["artefacts", statement.id], queryFn: () => got(api.GET("/v1/statements/{id}/artefacts", { params: { path: { id: statement.id } } })) });
  const pdf = artefacts.data?.items.find((a) => a.media_type === "application/pdf");
  const blob = useQuery({
    queryKey: ["artefact", statement.id, pdf?.name],
    queryFn: () => file(`/v1/statements/${statement.id}/artefacts/${pdf?.name ?? ""}`),
    enabled: pdf !== undefined,
    staleTime: Infinity,
    gcTime: 60_000,
  });
  const decide = useWrite({
    run: async (what: "approve" | "reject", key) => {
      // With the digest as ETag: these bytes, and no others, are approved.
      const params = { path: { id: statement.id }, header: { ...keyed(key), "If-Match": `"${statement.digest}"` } };
      await (what === "approve" ? got(api.POST("/v1/statements/{id}/approve", { params })) : got(api.POST("/v1/statements/{id}/reject", { params })));
    },
    stale: [["statement"], ["statements"], ["overview"]],
    onDone: (_, what) => {
      void message.success(what === "approve" ? t("statements.approved") : t("statements.rejected"));
      if (next !== undefined) void go(`/statements/${next.id}`);
    },
  });
  const decided = statement.status === "sealed" ? undefined : t("statements.decided");
  const mayReject = whyNot("statements:approve") ?? decided;
  const mayApprove = mayReject ?? (maker === session.person.id ? t("statements.own") : undefined);
  const approve = () => decide.mutate("approve");
  const reject = () => void modal.confirm({ title: t("statements.reject"), content: t("statements.rejectText"), okText: t("statements.reject"), onOk: () => decide.mutateAsync("reject").then(closed, closed) });
  const acts: KeyAct[] = [
    { key: "j", label: t("statements.nextOne"), run: () => next !== undefined && void go(`/statements/${next.id}`) },
    { key: "k", label: t("statements.previousOne"), run: () => before !== undefined && void go(`/statements/${before.id}`) },
    { key: "a", label: t("statements.approve"), run: () => mayApprove === undefined && !decide.isPending && approve() },
    { key: "r", label: t("statements.reject"), run: () => mayReject === undefined && reject() },
  ];
  useKeys(acts);
  return (
    <Page
      title={statement.number}
      sub={
        <span className="row">
          <Tag tone={toneOf(statement.status)}>{code("statementStatus", statement.status)}</Tag>
          <CustomerName id={statement.customer} />
          <span>
            <Day value={statement.period_start} /> – <Day value={statement.cut_off} />
          </span>
        </span>
      }
      back={{ to: "/statements", label: t("statements.title") }}
      actions={
        <>
          <KeyHelp acts={acts} />
          {before !== undefined && <Button onClick={() => void go(`/statements/${before.id}`)}>{t("statements.previousOne")}</Button>}
          {next !== undefined && <Button onClick={() => void go(`/statements/${next.id}`)}>{t("statements.nextOne")}</Button>}
          {statement.status === "sealed" && (
            <span className="row sticky-actions">
              <Act why={mayReject} onClick={reject}>
                {t("statements.reject")} <kbd className="wide-only">r</kbd>
              </Act>
              <Act why={mayApprove} type="primary" loading={decide.isPending} onClick={approve}>
                {t("statements.approve")} <kbd className="wide-only">a</kbd>
              </Act>
            </span>
          )}
        </>
      }
    >
      <ProblemNote error={decide.error} />
      {statement.status === "sealed" && mayApprove !== undefined && <p className="note wait">{mayApprove}</p>}
      {statement.fallback && <p className="note wait">{t("statements.fallback")}</p>}
      <div className="split paper">
        <div className="stack">
          <Figures
            sealed={sealed}
            why={
              statement.invocation === null || statement.invocation === undefined ? null : (
                <Why invocation={statement.invocation} of={statement.number}>
                  <p className="small">{t("statements.knownAt")}: <span className="num">{statement.known_at}</span></p>
                </Why>
              )
            }
          />
          <Confirmation statement={statement} />
          <Panel title={t("common.details")}>
            <Facts
              rows={[
                [t("statements.version"), String(statement.version)],
                [t("statements.supersedes"), statement.supersedes === null || statement.supersedes === undefined ? "" : <Link key="s" to={`/statements/${statement.supersedes}`}>{t("common.open")}</Link>],
                [t("statements.previous"), statement.previous === null || statement.previous === undefined ? "" : <Link key="p" to={`/statements/${statement.previous}`}>{sealed.subject.previous?.number ?? t("common.open")}</Link>],
                [t("statements.sealedBy"), <Person key="m" id={maker} />],
                [t("statements.decidedBy"), (statement.decided_by ?? null) === null ? "" : <Person key="d" id={statement.decided_by} />],
                [t("statements.knownAt"), String(statement.known_at)],
                [t("statements.digest"), <Digest key="g" value={statement.digest} />],
              ]}
            />
          </Panel>
        </div>
        <div className="sticky">
          <Panel
            flush
            title={t("statements.pdf")}
            extra={
              <>
                {(artefacts.data?.items ?? []).map((a) => (
                  <Button key={a.name} size="small" onClick={() => tried(download(`/v1/statements/${statement.id}/artefacts/${a.name}`, `${statement.number}-${a.name}`))}>
                    {a.media_type.includes("pdf") ? t("statements.pdf") : t("statements.html")}
                  </Button>
                ))}
                <Button size="small" onClick={() => tried(download(`/v1/statements/${statement.id}`, `${statement.number}.json`))}>
                  {t("statements.json")}
                </Button>
              </>
            }
          >
            {blob.data !== undefined ? (
              <Suspense fallback={<Loading />}>
                <Pdf blob={blob.data.blob} label={`${statement.number} PDF`} />
              </Suspense>
            ) : artefacts.data !== undefined && pdf === undefined ? (
              <p className="quiet" style={{ padding: 16 }}>
                {t("statements.gone")}
              </p>
            ) : artefacts.error !== null ? (
              <ProblemNote error={artefacts.error} onRetry={() => void artefacts.refetch()} />
            ) : blob.error !== null ? (
              <ProblemNote error={blob.error} onRetry={() => void blob.refetch()} />
            ) : (
              <Loading />
            )}
          </Panel>
        </div>
      </div>
    </Page>
  );
}
