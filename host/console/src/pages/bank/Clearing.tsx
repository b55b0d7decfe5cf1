import { App } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import { keyed, useList, useWrite } from "@/api/hooks";
import type { BankMove } from "@/api/shapes";
import { bankAccounts } from "@/api/whole";
import { useWhyNot } from "@/app/session";
import { Person } from "@/ui/fields";
import { DayFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { useFormat } from "@/ui/format";
import { closed } from "@/ui/forms";
import { useLaterDay } from "@/ui/laterDay";
import { Act, Amount, Day, Page, Panel, Tag } from "@/ui/parts";
import { Nothing, ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { FittingLines } from "./FittingLines";
import { BankNav } from "./nav";
import { Dialogue } from "@/ui/dialogue";

const STALE = [["bank-moves"], ["clearing"], ["bank-lines"], ["bank-line"], ["overview"]] as const;

/** A payout of which nobody has said yet which line shows it leave. */
const awaits = (move: BankMove) => move.kind === "payout" && (move.from_line ?? null) === null && (move.undone_by ?? null) === null && (move.reverses ?? null) === null;

/** What payment providers hold, and what moved between the company's own accounts. */
export default function Clearing() {
  const { t } = useTranslation();
  const format = useFormat();
  const { values, set, reset, used } = useFilters(["as_of"]);
  const found = useQuery({ queryKey: ["clearing", values.as_of ?? null], queryFn: () => got(api.GET("/v1/clearing-accounts", { params: { query: { as_of: values.as_of } } })) });
  return (
    <Page title={t("bank.title")}>
      <BankNav />
      <Panel flush title={t("clearing.accounts")}>
        <Filters onReset={used ? reset : undefined}>
          <DayFilter label={t("reports.asOf")} value={values.as_of ?? format.today} onChange={(v) => set("as_of", v)} />
        </Filters>
        <DataTable
          label={t("clearing.accounts")}
          query={{ ...found, data: found.data?.accounts }}
          rowKey={(a) => a.account.id}
          empty={<Nothing title={t("clearing.none")} />}
          columns={[
            { key: "number", title: t("bank.number"), render: (a) => <span className="num">{a.account.number}</span> },
            { key: "bank", title: t("bank.bank"), className: "wrap", render: (a) => a.account.bank },
            { key: "unsettled", title: t("clearing.unsettled"), align: "right", render: (a) => (a.unsettled === 0 ? <span className="quiet">–</span> : <Link to={`/bank?account=${a.account.id}`}>{format.count(a.unsettled)}</Link>) },
            { key: "balance", title: t("clearing.balance"), align: "right", render: (a) => <Amount value={a.balance} /> },
            { key: "stated", title: t("clearing.stated"), align: "right", render: (a) => <Amount value={a.stated} /> },
            { key: "on", title: t("clearing.statedOn"), render: (a) => <Day value={a.stated_on} /> },
          ]}
        />
      </Panel>
      <Moves />
    </Page>
  );
}

function Moves() {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const whyNot = useWhyNot();
  const why = whyNot("money:approve");
  const [joining, setJoining] = useState<BankMove | null>(null);
  const list = useList(["bank-moves"], (after) => got(api.GET("/v1/bank-moves", { params: { query: { limit: 100, after } } })));
  const accounts = useQuery({ queryKey: ["bank-accounts"], queryFn: bankAccounts, staleTime: 60_000 });
  const number = (id: string | null | undefined) => accounts.data?.items.find((account) => account.id === id)?.number ?? id ?? "";
  const later = useLaterDay();
  const undo = useWrite({
    run: (id: string, key) => later(key, (day, at) => got(api.POST("/v1/bank-moves/{id}/undo", { params: { path: { id }, header: keyed(at) }, body: day === undefined ? {} : { date: day } }))),
    stale: STALE,
    onDone: () => void message.success(t("clearing.undone")),
  });
  return (
    <Panel flush title={t("clearing.moves")}>
      <ProblemNote error={undo.error} />
      <DataTable
        label={t("clearing.moves")}
        query={list}
        rowKey={(m) => m.id}
        empty={<Nothing title={t("clearing.movesNone")} />}
        columns={[
          { key: "kind", title: t("common.kind"), render: (m) => (m.kind === "payout" || m.kind === "fee" ? t(`clearing.kindOf.${m.kind}`) : m.kind) },
          { key: "day", title: t("common.date"), render: (m) => <Day value={m.effective_date} /> },
          { key: "from", title: t("clearing.from"), render: (m) => <span className="num">{number(m.from_account)}</span> },
          { key: "to", title: t("clearing.to"), render: (m) => <span className="num">{number(m.to_account)}</span> },
          {
            key: "state",
            title: t("common.status"),
            render: (m) =>
              m.undone_by !== null && m.undone_by !== undefined ? (
                <Tag>{t("clearing.wasUndone")}</Tag>
              ) : m.reverses !== null && m.reverses !== undefined ? (
                <Tag>{t("clearing.isUndoing")}</Tag>
              ) : awaits(m) ? (
                <Tag tone="wait">{t("clearing.awaited")}</Tag>
              ) : null,
          },
          { key: "by", title: t("common.by"), render: (m) => <Person id={m.created_by} /> },
          { key: "amount", title: t("common.amount"), align: "right", render: (m) => <Amount value={m.amount} /> },
          {
            key: "act",
            title: "",
            align: "right",
            render: (m) =>
              (m.undone_by ?? null) === null && (m.reverses ?? null) === null ? (
                <span className="row end">
                  {awaits(m) && (
                    <Act size="small" why={whyNot("money:enter")} onClick={() => setJoining(m)}>
                      {t("clearing.join")}
                    </Act>
                  )}
                  <Act
                    size="small"
                    why={why}
                    onClick={() => void modal.confirm({ title: t("clearing.undo"), content: t("clearing.undoText"), okText: t("clearing.undo"), onOk: () => undo.mutateAsync(m.id).then(closed, closed) })}
                  >
                    {t("clearing.undo")}
                  </Act>
                </span>
              ) : null,
          },
        ]}
      />
      {joining !== null && <Join move={joining} number={number(joining.from_account)} onClose={() => setJoining(null)} />}
    </Panel>
  );
}

/** The line on which a payout left the provider's account, where its file came later than the bank's. */
function Join({ move, number, onClose }: { move: BankMove; number: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [line, setLine] = useState<string | null>(null);
  const write = useWrite({
    run: (chosen: string, key) => got(api.POST("/v1/bank-moves/{id}/join", { params: { path: { id: move.id }, header: keyed(key) }, body: { line: chosen } })),
    stale: STALE,
    onDone: () => {
      void message.success(t("clearing.joined"));
      onClose();
    },
  });
  return (
    <Dialogue
      title={t("clearing.join")}
      onCancel={onClose}
      footer={
        <Act why={line === null ? t("clearing.fitChoose") : undefined} type="primary" loading={write.isPending} onClick={() => line !== null && write.mutate(line)}>
          {t("clearing.join")}
        </Act>
      }
    >
      <div className="stack">
        <p>{t("clearing.joinText")}</p>
        <p>
          <span className="num">{number}</span> · <Day value={move.effective_date} /> · <Amount value={move.amount} />
        </p>
        <FittingLines account={move.from_account} money={move.amount} value={line} onChange={setLine} />
        <ProblemNote error={write.error} />
      </div>
    </Dialogue>
  );
}
