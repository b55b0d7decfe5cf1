import { App, Form, Input } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got, type Schemas } from "@/api/client";
import { keyed, openItems, useWrite } from "@/api/hooks";
import type { Proposal } from "@/api/shapes";
import { useSession, useWhyNot } from "@/app/session";
import { colours } from "@/app/theme";
import { useCode } from "@/i18n/code";
import { digitsOf, fromMinor } from "@/lib/amount";
import { DayField, People, Person } from "@/ui/fields";
import { FormDialogue } from "@/ui/FormDialogue";
import { useFormat } from "@/ui/format";
import { useLaterDay } from "@/ui/laterDay";
import { DocumentLink } from "@/ui/Numbered";
import { Amount, Tag, toneOf } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { Except } from "@/ui/exception";
import { Why } from "@/ui/Why";
import { undoBody } from "./settle";
import { approvalBody, withheldOf, type EvidenceFields } from "./withheld";

export type { Proposal };
export type BankLine = Schemas["BankLine"];

const STALE = [["proposals"], ["bank-line"], ["overview"], ["items"], ["open-items"], ["balance"], ["report"], ["receipts"], ["candidates"]] as const;

/** Why this person cannot decide it; `undefined` where she can. */
export function useDecisionWhy(proposal: Proposal | undefined) {
  const { t } = useTranslation();
  const session = useSession();
  const whyNot = useWhyNot();
  const right = whyNot("allocations:approve");
  const waits = proposal?.status === "proposed";
  return {
    approve: right ?? (!waits ? t("documents.notSubmitted") : proposal.created_by === session.person.id ? t("bank.approveOwn") : undefined),
    reject: right ?? (!waits ? t("documents.notSubmitted") : undefined),
    undo: right,
  };
}

type What = "approve" | "reject" | "undo";

interface Decision {
  proposal: Proposal;
  what: What;
}

/** Approve, turn down, undo; what separation of duties forbids another does, or lets her (`Except`). `dialogue` asks for what an act needs besides. */
export function useDecisions(onDone?: (proposal: Proposal, what: What) => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const later = useLaterDay();
  const [asked, setAsked] = useState<Decision | null>(null);
  const done = (proposal: Proposal, what: What) => {
    void message.success(what === "approve" ? t("bank.accepted") : what === "reject" ? t("bank.rejected") : t("bank.undone"));
    onDone?.(proposal, what);
  };
  const write = useWrite({
    run: ({ proposal, what }: Decision, key) =>
      later(key, async (day, at) => {
        const params = { path: { id: proposal.id }, header: keyed(at) };
        if (what === "approve") await got(api.POST("/v1/proposals/{id}/approve", { params, ...(day === undefined ? {} : { body: { effective_date: day } }) }));
        else await got(api.POST("/v1/proposals/{id}/reject", { params }));
      }),
    stale: STALE,
    onDone: (_, { proposal, what }) => done(proposal, what),
  });
  // Where a rule wants more people it stays where it is until they have said so, too.
  const undone = (proposal: Proposal, missing: number) => {
    if (missing === 0) done(proposal, "undo");
    else void message.info(t("bank.undoWaits", { count: missing }));
  };
  const close = () => setAsked(null);
  const dialogue =
    asked === null ? null : asked.what === "undo" ? (
      <Undo proposal={asked.proposal} onDone={(missing) => undone(asked.proposal, missing)} onClose={close} />
    ) : (
      <WithEvidence proposal={asked.proposal} onDone={() => done(asked.proposal, "approve")} onClose={close} />
    );
  return {
    approve: (proposal: Proposal) => (withheldOf(proposal).length > 0 ? setAsked({ proposal, what: "approve" }) : write.mutate({ proposal, what: "approve" })),
    reject: (proposal: Proposal) => write.mutate({ proposal, what: "reject" }),
    undo: (proposal: Proposal) => setAsked({ proposal, what: "undo" }),
    dialogue,
    pending: write.isPending,
    error: write.error,
    reset: write.reset,
  };
}

interface AskedProps {
  proposal: Proposal;
  onDone: (missing: number) => void;
  onClose: () => void;
}

/** An approval is taken back: on its own days, or where one of those is locked on another, and with a reason that stands in the reversals. */
function Undo({ proposal, onDone, onClose }: AskedProps) {
  const { t } = useTranslation();
  const { optional } = useRules();
  const later = useLaterDay();
  return (
    <FormDialogue<{ date?: string; reason?: string }, { approvals_missing: number }>
      title={t("bank.undo")}
      act={t("bank.undo")}
      text={t("bank.undoText")}
      send={(fields, key) => later(key, (day, at) => got(api.POST("/v1/proposals/{id}/undo", { params: { path: { id: proposal.id }, header: keyed(at) }, body: undoBody(fields, day) })))}
      stale={STALE}
      onDone={(made) => onDone(made.approvals_missing)}
      onClose={onClose}
    >
      {proposal.undo_approved_by.length > 0 && <Begun proposal={proposal} />}
      <Form.Item name="date" label={optional(t("bank.undoDay"))} extra={proposal.undo_approved_by.length > 0 ? t("bank.undoDayTheirs") : t("bank.undoDayHint")}>
        <DayField />
      </Form.Item>
      <Form.Item name="reason" label={optional(t("common.reason"))}>
        <Input.TextArea rows={2} />
      </Form.Item>
    </FormDialogue>
  );
}

/** Who approved already that it is undone, and for which day: nobody counts twice. */
function Begun({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const format = useFormat();
  const me = useSession().person.id;
  const day = proposal.undo_date ?? undefined;
  return (
    <div className="note wait" style={{ marginBottom: 12 }}>
      <span>
        {t("bank.undoApprovedBy")}{" "}
        <People ids={proposal.undo_approved_by} />
      </span>
      <span>{day === undefined ? t("bank.undoOnPosted") : t("bank.undoOn", { day: format.day(day) })}</span>
      {proposal.undo_approved_by.includes(me) && <strong>{t("bank.undoOwn")}</strong>}
    </div>
  );
}

/** An approval of what a plugin takes as withheld tax waits for the certificates. */
function WithEvidence({ proposal, onDone, onClose }: AskedProps) {
  const { t } = useTranslation();
  const { must } = useRules();
  const later = useLaterDay();
  const items = useItems(proposal.customer);
  const withheld = withheldOf(proposal);
  return (
    <FormDialogue<EvidenceFields, unknown>
      title={t("bank.withheldTitle")}
      act={t("bank.accept")}
      text={t("bank.withheldText")}
      send={(fields, key) =>
        later(key, (day, at) => got(api.POST("/v1/proposals/{id}/approve", { params: { path: { id: proposal.id }, header: keyed(at) }, body: approvalBody(withheld.map(({ item }) => item), fields, day) })))
      }
      stale={STALE}
      onDone={() => onDone(0)}
      onClose={onClose}
    >
      {withheld.map(({ item, amounts }, n) => {
        const label = items.get(item)?.number ?? t("documents.openItem");
        return (
          <section key={item} aria-label={label}>
            <p style={{ marginBottom: 8 }}>
              <span className="strong">{label}</span> · {amounts.map((amount, k) => <span key={k}>{k > 0 && " + "}<Amount value={amount} /></span>)}
            </p>
            <Form.Item name={["withholding", n, "number"]} label={t("bank.certificate")} rules={must}>
              <Input autoComplete="off" />
            </Form.Item>
            <Form.Item name={["withholding", n, "date"]} label={t("bank.certificateDate")} rules={must}>
              <DayField />
            </Form.Item>
            <Form.Item name={["withholding", n, "authority"]} label={t("bank.certificateAuthority")} extra={t("bank.certificateAuthorityHint")} rules={must}>
              <Input autoComplete="off" />
            </Form.Item>
          </section>
        );
      })}
    </FormDialogue>
  );
}

/** Numbers of a customer's items by id, as far as they are open. */
function useItems(customer: string | null | undefined) {
  const items = useQuery({ ...openItems(customer ?? "", 5000), enabled: customer !== null && customer !== undefined, staleTime: 10_000 });
  return new Map((items.data ?? []).map((item) => [item.id, item]));
}

export function Score({ permille }: { permille: number }) {
  const format = useFormat();
  return (
    <span className="score">
      <span className="bar" style={{ width: 48 }} aria-hidden="true">
        <span className="bar" style={{ width: `${permille / 10}%`, background: colours.strong, borderRadius: 0, verticalAlign: "top" }} />
      </span>
      {format.percent(fromMinor(permille, 3))}
    </span>
  );
}

export function ProposalCard({ proposal, line, best = false }: { proposal: Proposal; line?: BankLine | undefined; best?: boolean }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const items = useItems(proposal.customer);
  const currencyOf = (item: string) => items.get(item)?.open ?? line?.amount;
  return (
    <article className={best ? "candidate best" : "candidate"}>
      <div className="row between">
        <span className="row">
          <Tag tone={toneOf(proposal.confidence)}>{code("confidence", proposal.confidence)}</Tag>
          <Score permille={proposal.score} />
          {proposal.status !== "proposed" && <Tag tone={toneOf(proposal.status)}>{code("proposalStatus", proposal.status)}</Tag>}
          {proposal.rank > 1 && <Tag>{t("bank.alternatives")}</Tag>}
        </span>
        {proposal.status === "proposed" && <Except subject={proposal.id} />}
        {proposal.invocation !== "" && <Why invocation={proposal.invocation} of={`${code("matchRule", proposal.rule)} · ${code("confidence", proposal.confidence)}`}>
          <ul className="stack tight small">
            {proposal.reasons.map((reason, n) => (
              <Reason key={n} reason={reason} />
            ))}
          </ul>
        </Why>}
      </div>
      <ul className="stack tight">
        {proposal.allocations.map((a, n) => {
          const item = items.get(a.item);
          const money = currencyOf(a.item);
          const amount = money === undefined ? null : { amount: fromMinor(a.amount_minor, digitsOf(money.amount)), currency: money.currency };
          return (
            <li key={n} className="row between">
              <span>
                {item === undefined ? (
                  t("documents.openItem")
                ) : (
                  <>
                    {code("documentKind", item.kind)} {item.document === null || item.document === undefined ? item.number : <Link to={`/documents/${item.document}`}>{item.number}</Link>}
                    <span className="quiet small">
                      {" "}
                      {t("customers.open")} {format.amount(item.open.amount)}
                      {item.due_date === null || item.due_date === undefined ? "" : ` · ${t("customers.due")} ${format.day(item.due_date)}`}
                    </span>
                  </>
                )}
                {a.credit_item !== null && a.credit_item !== undefined && <span className="quiet small"> · {t("bank.creditUsed")} {items.get(a.credit_item)?.number}</span>}
              </span>
              <strong>
                <Amount value={amount} />
              </strong>
            </li>
          );
        })}
        {proposal.differences.map((d, n) => (
          <li key={`d${n}`} className="row between">
            <span>{code("difference", d.kind)}</span>
            <Amount value={d.amount} />
          </li>
        ))}
        {proposal.residual !== "none" && <li className="quiet small">{code("residual", proposal.residual)}</li>}
        {proposal.reverses_document !== null && proposal.reverses_document !== undefined && (
          <li>
            {t("bank.returns")} <DocumentLink id={proposal.reverses_document} />
          </li>
        )}
      </ul>
      {proposal.ambiguous_with.length > 0 && <p className="small note wait">{t("bank.ambiguous")}</p>}
      <p className="small quiet">
        {t("bank.reasons")}: {proposal.reasons.map((r) => reasonWord(r, code)).filter((s) => s !== "").join(t("common.listComma")) || code("matchRule", proposal.rule)} · {t("bank.rule")} <span title={proposal.rule}>{code("matchRule", proposal.rule)}</span>
        {" "}
        · {t("bank.maker")} <Person id={proposal.created_by} />
        {proposal.decided_by !== null && proposal.decided_by !== undefined && (
          <>
            {" "}
            · {t("documents.decidedBy")} <Person id={proposal.decided_by} />
          </>
        )}
        {proposal.undo_approved_by.length > 0 && (
          <>
            {" "}
            · {t("bank.undoApprovedBy")} <People ids={proposal.undo_approved_by} />
          </>
        )}
      </p>
    </article>
  );
}

/** Our word for a reason that we know; of another plugin's, its own text. */
function reasonWord(reason: Record<string, unknown>, code: ReturnType<typeof useCode>): string {
  const own = reason["code"];
  const word = typeof own === "string" ? code("matchReason", own) : "";
  return word === own ? textOf(reason) : word;
}

function textOf(reason: Record<string, unknown>): string {
  const text = reason["text"];
  const code = reason["code"];
  return typeof text === "string" && text !== "" ? text : typeof code === "string" ? code : "";
}

function Reason({ reason }: { reason: Record<string, unknown> }) {
  const code = useCode();
  const permille = reason["permille"];
  const own = reason["code"];
  const raw = [typeof own === "string" ? own : "", textOf(reason)].filter((part) => part !== "").join(": ");
  return (
    <li className="row between">
      <span title={raw}>{reasonWord(reason, code)}</span>
      {typeof permille === "number" && <Score permille={permille} />}
    </li>
  );
}
