import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, downloadList, got, json, type Schemas } from "@/api/client";
import { keyed, useList, usePeople, useWrite } from "@/api/hooks";
import { users as everybody } from "@/api/whole";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { words } from "@/i18n/words";
import { Downloads, OF_LISTS } from "@/ui/downloads";
import { Person } from "@/ui/fields";
import { CodeFilter, CustomerFilter, DayFilter, Filters, TextFilter } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { useFormat } from "@/ui/format";
import { JobProgress } from "@/ui/jobs";
import { Named } from "@/ui/named";
import { Act, Amount, Instant, Panel, Tag } from "@/ui/parts";
import { placeOf } from "@/ui/places";
import { ProblemNote, Told } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { useTried } from "@/ui/tried";
import { AdminPage } from "./nav";

const FILTERS = ["from", "to", "actor", "kind", "customer", "subject"] as const;

export default function Audit() {
  const { t } = useTranslation();
  const code = useCode();
  const tried = useTried();
  const name = usePeople();
  const { values, set, reset, used } = useFilters(FILTERS);
  const users = useQuery({ queryKey: ["users"], queryFn: everybody, staleTime: 60_000, retry: false });
  const list = useList(["events", "audit", values], (after) => got(api.GET("/v1/audit-log", { params: { query: { limit: 100, ...values, after } } })));
  const whole = (format: "csv" | "xlsx") => tried(downloadList("audit-log", values, format));
  const people = [...(users.data?.items ?? []).map((user) => user.id), "system"];
  return (
    <AdminPage
      sub={t("admin.auditText")}
      actions={<Downloads kinds={OF_LISTS} onDownload={whole} />}
    >
      <Verification />
      <Panel flush title={t("admin.audit")}>
        <Filters onReset={used ? reset : undefined}>
          <DayFilter label={t("common.from")} value={values.from} onChange={(v) => set("from", v)} />
          <DayFilter label={t("common.to")} value={values.to} onChange={(v) => set("to", v)} />
          <CodeFilter label={t("common.by")} codes={people} word={name} width={160} searched value={values.actor} onChange={(v) => set("actor", v)} />
          <CodeFilter label={t("admin.eventKind")} codes={Object.keys(words.codes.event)} word={(value) => code("event", value)} width={220} searched value={values.kind} onChange={(v) => set("kind", v)} />
          <CustomerFilter value={values.customer} onChange={(v) => set("customer", v)} />
          <TextFilter label={t("admin.subject")} width={280} value={values.subject} onChange={(v) => set("subject", v)} />
        </Filters>
        <DataTable
          label={t("admin.audit")}
          query={list}
          rowKey={(e) => e.id}
          empty={t(used ? "admin.eventsNoneThen" : "admin.eventsNone")}
          columns={[
            { key: "position", title: t("admin.position"), align: "right", render: (e) => e.position ?? "" },
            { key: "at", title: t("common.at"), render: (e) => <Instant value={e.at} /> },
            { key: "kind", title: t("admin.event"), render: (e) => <span title={e.kind}>{code("event", e.kind)}</span> },
            { key: "by", title: t("common.by"), className: "wrap", render: (e) => <Person id={e.person} /> },
            { key: "subject", title: t("admin.subject"), className: "wrap", render: (e) => (e.about.length === 0 ? <Subject id={e.subject} /> : <span><Named about={e.about} /></span>) },
            { key: "amount", title: t("common.amount"), align: "right", render: (e) => <Amount value={e.amount} /> },
          ]}
        />
      </Panel>
    </AdminPage>
  );
}

/** What an event is about where it has no number: its id, and where it leads. */
function Subject({ id }: { id: string }) {
  if (id.startsWith("usr_"))
    return (
      <span title={id}>
        <Person id={id} />
      </span>
    );
  const place = placeOf(id);
  return place === null ? <span className="mono">{id}</span> : <Link className="mono" to={place}>{id}</Link>;
}

function Verification() {
  const { t } = useTranslation();
  const format = useFormat();
  const whyNot = useWhyNot();
  const [job, setJob] = useState<string | null>(null);
  const [v, setFound] = useState<Schemas["VerifiedView"] | null>(null);
  const verify = useWrite({
    run: (_: null, key) => json<Partial<Schemas["EnqueuedView"]>>(api.POST("/v1/verify", { params: { header: { ...keyed(key), Prefer: "respond-async" } } })),
    onDone: (made) => {
      setFound(null);
      setOver(false);
      setJob(made.job ?? null);
    },
  });
  const [over, setOver] = useState(false);
  const busy = verify.isPending || (job !== null && !over);
  return (
    <Panel
      title={t("admin.verify")}
      extra={
        <Act why={whyNot("records:audit")} type="primary" loading={verify.isPending} onClick={() => verify.mutate(null)}>
          {t("admin.verify")}
        </Act>
      }
    >
      <div className="stack tight">
        <p className="quiet">{busy ? t("admin.verifying") : t("admin.verifyText")}</p>
        <ProblemNote error={verify.error} />
        {job !== null && v === null && (
          <JobProgress
            key={job}
            id={job}
            onOver={(ended) => {
              setOver(true);
              if (ended.status === "done") setFound(ended.result as unknown as Schemas["VerifiedView"]);
            }}
          />
        )}
        {v !== null && (
          <div className={v.holds ? "note good" : "note bad"} role="status">
            <strong>
              <Tag tone={v.holds ? "good" : "bad"}>{v.holds ? t("admin.verified") : t("admin.notVerified")}</Tag>
            </strong>
            <span className="num" style={{ whiteSpace: "normal" }}>
              {t("admin.verifiedOf", {
                positions: format.count(v.positions),
                entries: format.count(v.entries),
                documents: format.count(v.documents),
                events: format.count(v.events),
                statements: format.count(v.statements),
                customers: format.count(v.customers_tied_out),
              })}
            </span>
            <span>
              {t("admin.head")} <span className="mono">{v.head}</span>
            </span>
            {v.problems.map((problem, n) => (
              <Told key={n} detail={problem} />
            ))}
          </div>
        )}
      </div>
    </Panel>
  );
}
