import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, tagged } from "@/api/client";
import { useCode } from "@/i18n/code";
import { isZero } from "@/lib/amount";
import { Except } from "@/ui/exception";
import { CustomerName } from "@/ui/fields";
import { KeyHelp, useKeys, type KeyAct } from "@/ui/keys";
import { Act, Amount, Day, Facts, Panel, Tag, toneOf } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { OtherWays } from "./OtherWays";
import { ProposalCard, useDecisions, useDecisionWhy, type BankLine } from "./proposal";
import { Settle } from "./Settle";

interface DetailProps {
  line: BankLine;
  onGone: () => void;
  move: (by: number) => void;
}

export function LineDetail({ line, onGone, move }: DetailProps) {
  const { t } = useTranslation();
  const code = useCode();
  const found = useQuery({ queryKey: ["bank-line", line.id], queryFn: () => tagged(api.GET("/v1/bank-lines/{id}", { params: { path: { id: line.id } } })) });
  const shown = found.data?.body;
  const etag = found.data?.etag ?? "";
  const decide = useDecisions(onGone);
  const proposals = shown?.proposals ?? [];
  const waiting = proposals.filter((p) => p.status === "proposed");
  const best = waiting[0];
  const posted = proposals.find((p) => p.status === "approved");
  const why = useDecisionWhy(best);
  const undo = () => {
    if (posted !== undefined) decide.undo(posted);
  };
  const acts: KeyAct[] = [
    { key: "j", label: t("bank.keyNext"), run: () => move(1), repeats: true },
    { key: "k", label: t("bank.keyPrevious"), run: () => move(-1), repeats: true },
    { key: "a", label: t("bank.keyAccept"), run: () => best !== undefined && why.approve === undefined && !decide.pending && decide.approve(best) },
    { key: "r", label: t("bank.keyReject"), run: () => best !== undefined && why.reject === undefined && !decide.pending && decide.reject(best) },
    { key: "o", label: t("bank.keyOnAccount"), run: () => document.querySelector<HTMLElement>("[data-on-account] input")?.focus() },
    { key: "u", label: t("bank.keyUndo"), run: () => why.undo === undefined && undo() },
  ];
  useKeys(acts);
  const now = shown?.line ?? line;
  return (
    <div className="stack sticky">
      <Panel
        title={
          <span className="row">
            {now.payer_name ?? code("lineKind", now.kind)} <Tag tone={toneOf(now.status)}>{code("lineStatus", now.status)}</Tag>
          </span>
        }
        extra={<KeyHelp acts={acts} />}
      >
        <div className="row between" style={{ marginBottom: 12 }}>
          <span className="quiet">{now.credit ? t("bank.credit") : t("bank.debit")}</span>
          <strong style={{ fontSize: 20 }}>
            <Amount value={now.amount} />
          </strong>
        </div>
        <Facts
          rows={[
            [t("bank.booked"), <Day key="b" value={now.booking_date} />],
            [t("bank.value"), now.value_date === null || now.value_date === undefined ? "" : <Day key="v" value={now.value_date} />],
            [t("common.kind"), code("lineKind", now.kind)],
            [t("common.customer"), now.customer === null || now.customer === undefined ? "" : <CustomerName key="c" id={now.customer} />],
            [t("bank.payerAccount"), now.payer_account ?? ""],
            [t("bank.structured"), now.structured ?? ""],
            [t("bank.reference"), now.free_text ?? ""],
            [t("bank.endToEnd"), now.end_to_end ?? ""],
            [t("bank.charges"), isZero(now.charges.amount) ? "" : <Amount key="h" value={now.charges} />],
            [t("bank.returnReason"), now.return_reason ?? ""],
            [t("bank.remaining"), <Amount key="r" value={now.remaining} />],
            [t("common.reason"), now.unmatched === null || now.unmatched === undefined ? "" : code("unmatched", now.unmatched.reason)],
          ]}
        />
      </Panel>
      {found.isPending ? (
        <Loading />
      ) : shown === undefined ? (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <>
          {waiting.length > 0 && (
            <Panel title={t("bank.proposals")}>
              <div className="stack">
                {waiting.map((proposal) => (
                  <ProposalCard key={proposal.id} proposal={proposal} line={now} best={proposal === best} />
                ))}
                <ProblemNote error={decide.error} />
                {best !== undefined && (
                  <div className="row end sticky-actions">
                    <Act why={why.reject} loading={decide.pending} onClick={() => decide.reject(best)}>
                      {t("bank.reject")} <kbd className="wide-only">r</kbd>
                    </Act>
                    <Act why={why.approve} type="primary" loading={decide.pending} onClick={() => decide.approve(best)}>
                      {t("bank.accept")} <kbd className="wide-only">a</kbd>
                    </Act>
                  </div>
                )}
              </div>
            </Panel>
          )}
          {posted !== undefined && (
            <Panel title={t("bank.accepted")}>
              <div className="stack">
                <ProposalCard proposal={posted} line={now} />
                {shown.documents.map((id) => (
                  <div key={id} className="row between">
                    <Link to={`/documents/${id}`}>{code("documentKind", (posted.reverses_document ?? null) === null ? "receipt" : "return")}</Link>
                    <Except subject={id} />
                  </div>
                ))}
                <ProblemNote error={decide.error} />
                <div className="row end">
                  <Act why={why.undo} loading={decide.pending} onClick={undo}>
                    {t("bank.undo")} <kbd className="wide-only">u</kbd>
                  </Act>
                </div>
              </div>
            </Panel>
          )}
          {(now.status === "open" || now.status === "proposed") && now.credit && <Settle line={now} etag={etag} best={shown.candidates} onDone={onGone} />}
          {(now.status === "open" || now.status === "proposed") && <OtherWays line={now} etag={etag} onDone={onGone} />}
        </>
      )}
      {decide.dialogue}
    </div>
  );
}
