import { Checkbox, Drawer } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import { useList } from "@/api/hooks";
import type { Suspense as Row, SuspenseMove } from "@/api/shapes";
import { useSession, useWhyNot } from "@/app/session";
import { isZero } from "@/lib/amount";
import { Person } from "@/ui/fields";
import { DayFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { useFormat } from "@/ui/format";
import { Act, Amount, Day, Facts, Figure, Instant, Page, Panel, Tag } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { Clear, Identify, UndoMove } from "./SuspenseActs";
import { BankNav } from "./nav";

/** Money that came in and that nobody is known to own. */
export default function Suspense() {
  const { t } = useTranslation();
  const format = useFormat();
  const { values, set, reset, used } = useFilters(["as_of", "cleared", "item"]);
  const query = { limit: 100, as_of: values.as_of, cleared: values.cleared === "true" ? true : undefined };
  const list = useList(["suspense", query], (after) => got(api.GET("/v1/suspense", { params: { query: { ...query, after } } })));
  return (
    <Page title={t("bank.title")}>
      <BankNav />
      <Totals asOf={values.as_of} />
      <Panel flush title={t("suspense.title")}>
        <Filters onReset={used ? reset : undefined}>
          <DayFilter label={t("reports.asOf")} value={values.as_of ?? format.today} onChange={(v) => set("as_of", v)} />
          <div className="field">
            <span>{t("common.status")}</span>
            <Checkbox checked={values.cleared === "true"} onChange={(event) => set("cleared", event.target.checked ? "true" : "")} style={{ height: 32, alignItems: "center" }}>
              {t("suspense.cleared")}
            </Checkbox>
          </div>
        </Filters>
        <DataTable
          label={t("suspense.title")}
          query={list}
          rowKey={(s) => s.id}
          onPick={(s) => set("item", s.id)}
          empty={<Nothing title={values.as_of === undefined ? t("suspense.none") : t("suspense.noneThen")} />}
          columns={[
            {
              key: "came",
              title: t("suspense.came"),
              render: (s) => (
                <button type="button" className="why-link" onClick={() => set("item", s.id)}>
                  <Day value={s.value_date} />
                </button>
              ),
            },
            { key: "origin", title: t("suspense.origin"), render: (s) => <Origin of={s} /> },
            { key: "age", title: t("suspense.age"), align: "right", render: (s) => format.count(s.age_days) },
            { key: "by", title: t("suspense.by"), render: (s) => <Person id={s.created_by} /> },
            { key: "moves", title: t("suspense.moves"), className: "wrap", render: (s) => <Moved moves={s.moves} /> },
            { key: "amount", title: t("common.amount"), align: "right", render: (s) => <Amount value={s.amount} currency={false} /> },
            { key: "open", title: t("suspense.left"), align: "right", render: (s) => <Amount value={s.open} /> },
          ]}
        />
      </Panel>
      <Drawer open={values.item !== undefined} onClose={() => set("item", undefined)} title={t("suspense.title")} size={640} destroyOnHidden>
        {values.item !== undefined && <One id={values.item} />}
      </Drawer>
    </Page>
  );
}

function Totals({ asOf }: { asOf: string | undefined }) {
  const { t } = useTranslation();
  const totals = useQuery({ queryKey: ["suspense", "totals", asOf ?? null], queryFn: () => got(api.GET("/v1/suspense/totals", { params: { query: { as_of: asOf } } })) });
  if (totals.data === undefined) return <ProblemNote error={totals.error} onRetry={() => void totals.refetch()} />;
  if (totals.data.totals.length === 0) return null;
  return (
    <div className="figures">
      {totals.data.totals.map((total) => (
        <Figure
          key={total.currency}
          label={`${t("suspense.left")} ${total.currency}`}
          value={<Amount value={total.items} currency={false} />}
          under={
            <span className="row">
              <Tag tone={total.ties ? "good" : "bad"}>{total.ties ? t("suspense.ties") : t("suspense.tiesNot")}</Tag>
              {t("suspense.ledger")} <Amount value={total.ledger} currency={false} />
            </span>
          }
        />
      ))}
    </div>
  );
}

function Origin({ of }: { of: Row }) {
  const { t } = useTranslation();
  const text = of.origin === "bank-line" || of.origin === "refund" ? t(`suspense.originOf.${of.origin}`) : of.origin;
  if (of.bank_line !== null && of.bank_line !== undefined) return <Link to={`/bank?status=posted&line=${of.bank_line}`}>{text}</Link>;
  if (of.document !== null && of.document !== undefined) return <Link to={`/documents/${of.document}`}>{text}</Link>;
  return <span>{text}</span>;
}

const MOVES = ["identified", "paid-back", "income", "taken-back"] as const;
const isMove = (code: string): code is (typeof MOVES)[number] => MOVES.some((known) => known === code);

function useMoveWord(): (code: string) => string {
  const { t } = useTranslation();
  return (code) => (isMove(code) ? t(`suspense.moveOf.${code}`) : code);
}

function Moved({ moves }: { moves: readonly SuspenseMove[] }) {
  const { t } = useTranslation();
  const word = useMoveWord();
  return <span className="quiet">{moves.map((move) => word(move.as)).join(t("common.listComma"))}</span>;
}

function One({ id }: { id: string }) {
  const found = useQuery({ queryKey: ["suspense", "one", id], queryFn: () => got(api.GET("/v1/suspense/{id}", { params: { path: { id } } })) });
  if (found.isPending) return <Loading />;
  if (found.data === undefined) return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  return <Known of={found.data} />;
}

function Known({ of }: { of: Row }) {
  const { t } = useTranslation();
  const session = useSession();
  const whyNot = useWhyNot();
  const [doing, setDoing] = useState<"identify" | "paid-back" | "income" | null>(null);
  const [undoing, setUndoing] = useState<SuspenseMove | null>(null);
  const other = of.created_by === session.person.id ? t("suspense.clearText") : undefined;
  const undone = new Set(of.moves.map((move) => move.reverses));
  const word = useMoveWord();
  const from = of.bank_line ?? undefined;
  const line = useQuery({ queryKey: ["bank-line", "shown", from], queryFn: () => got(api.GET("/v1/bank-lines/{id}", { params: { path: { id: from ?? "" } } })), enabled: from !== undefined }).data?.line;
  return (
    <div className="stack">
      <Facts
        rows={[
          [t("suspense.origin"), <Origin key="o" of={of} />],
          [t("bank.payer"), line?.payer_name ?? ""],
          [t("bank.payerAccount"), line?.payer_account ?? ""],
          [t("bank.structured"), line?.structured ?? ""],
          [t("bank.reference"), line?.free_text ?? ""],
          [t("bank.endToEnd"), line?.end_to_end ?? ""],
          [t("common.amount"), <Amount key="a" value={of.amount} />],
          [t("suspense.left"), <Amount key="l" value={of.open} />],
          [t("suspense.came"), <Day key="c" value={of.value_date} />],
          [t("documents.effectiveDate"), <Day key="e" value={of.effective_date} />],
          [t("suspense.by"), <Person key="b" id={of.created_by} />],
        ]}
      />
      {!isZero(of.open.amount) && (
        <div className="row">
          <Act type="primary" why={whyNot("money:enter")} onClick={() => setDoing("identify")}>
            {t("suspense.identify")}
          </Act>
          <Act why={whyNot("money:approve") ?? other} onClick={() => setDoing("paid-back")}>
            {t("suspense.payBack")}
          </Act>
          <Act why={whyNot("money:approve") ?? other} onClick={() => setDoing("income")}>
            {t("suspense.income")}
          </Act>
        </div>
      )}
      <Panel flush title={t("suspense.moves")}>
        <DataTable
          label={t("suspense.moves")}
          query={given(of.moves)}
          rowKey={(m) => m.id}
          empty={<Nothing title={t("suspense.movesNone")} />}
          columns={[
            { key: "as", title: t("common.kind"), render: (m) => (m.document === null || m.document === undefined ? word(m.as) : <Link to={`/documents/${m.document}`}>{word(m.as)}</Link>) },
            { key: "day", title: t("common.date"), render: (m) => <Day value={m.effective_date} /> },
            {
              key: "by",
              title: t("common.by"),
              className: "wrap",
              render: (m) => (
                <span>
                  <Person id={m.by} /> <Instant value={m.at} /> <span className="quiet">{m.reason ?? ""}</span>
                </span>
              ),
            },
            { key: "amount", title: t("common.amount"), align: "right", render: (m) => <Amount value={m.amount} /> },
            {
              key: "act",
              title: "",
              align: "right",
              render: (m) =>
                (m.reverses === null || m.reverses === undefined) && !undone.has(m.id) ? (
                  <Act size="small" why={whyNot("money:approve")} onClick={() => setUndoing(m)}>
                    {t("clearing.undo")}
                  </Act>
                ) : null,
            },
          ]}
        />
      </Panel>
      {doing === "identify" && <Identify of={of} onClose={() => setDoing(null)} />}
      {(doing === "paid-back" || doing === "income") && <Clear of={of} what={doing} onClose={() => setDoing(null)} />}
      {undoing !== null && <UndoMove move={undoing} onClose={() => setUndoing(null)} />}
    </div>
  );
}
