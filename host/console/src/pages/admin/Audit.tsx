import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, json, type Schemas } from "@/api/client";
import { keyed, useList, useWrite } from "@/api/hooks";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { words } from "@/i18n/words";
import { Person } from "@/ui/fields";
import { CodeFilter, Filters, TextFilter } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { useFormat } from "@/ui/format";
import { JobProgress } from "@/ui/jobs";
import { Act, Instant, Panel, Tag } from "@/ui/parts";
import { placeOf } from "@/ui/places";
import { ProblemNote, Told } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { AdminPage } from "./nav";

/** Beyond every position of the chain: from the newest. */
const NEWEST = Number.MAX_SAFE_INTEGER;

export default function Audit() {
  const { t } = useTranslation();
  const code = useCode();
  const { values, set, reset, used } = useFilters(["kind", "subject"]);
  const wanted = { limit: 100, kind: values.kind, subject: values.subject };
  const list = useList(["events", "audit", wanted], async (before: number | undefined) => {
    const ask = (at: number) => got(api.GET("/v1/events", { params: { query: { ...wanted, before: at } } }));
    let page = await ask(before ?? NEWEST);
    // Of a rare kind there may be none for a long way.
    while (page.items.length === 0 && page.more) page = await ask(page.next);
    return { items: page.items, next: page.more ? page.next : null };
  });
  return (
    <AdminPage sub={t("admin.auditText")}>
      <Verification />
      <Panel flush title={t("admin.audit")}>
        <Filters onReset={used ? reset : undefined}>
          <CodeFilter label={t("admin.eventKind")} codes={Object.keys(words.codes.event)} word={(value) => code("event", value)} width={220} searched value={values.kind} onChange={(v) => set("kind", v)} />
          <TextFilter label={t("admin.subject")} width={280} value={values.subject} onChange={(v) => set("subject", v)} />
        </Filters>
        <DataTable
          label={t("admin.audit")}
          query={list}
          rowKey={(e) => e.id}
          empty={t("admin.eventsNone")}
          columns={[
            { key: "position", title: t("admin.position"), align: "right", render: (e) => e.position },
            { key: "at", title: t("common.at"), render: (e) => <Instant value={e.at} /> },
            { key: "kind", title: t("admin.event"), render: (e) => <span title={e.kind}>{code("event", e.kind)}</span> },
            { key: "by", title: t("common.by"), render: (e) => <Person id={e.actor} /> },
            {
              key: "subject",
              title: t("admin.subject"),
              className: "wrap",
              render: (e) => {
                const place = placeOf(e.subject);
                return place === null ? <span className="mono">{e.subject}</span> : <a className="mono" href={`#${place}`}>{e.subject}</a>;
              },
            },
          ]}
        />
      </Panel>
    </AdminPage>
  );
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
