import { App, Button } from "antd";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { closed } from "@/ui/forms";
import { api, got, json, type Schemas } from "@/api/client";
import { FED, keyed, useList, useWrite } from "@/api/hooks";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { fromMinor } from "@/lib/amount";
import { CustomerName } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { CodeFilter, CustomerFilter } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { KeyHelp, QueueSteps, useKeys, type KeyAct } from "@/ui/keys";
import { useQueue } from "@/ui/queue";
import { Act, Amount, Day, Facts, Page, Panel, Tag, toneOf } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { BankNav } from "./nav";
import { ProposalCard, useDecisions, useDecisionWhy, type Proposal } from "./proposal";
import { Undoings } from "./Undoings";

const CONFIDENCES = ["exact", "strong", "weak", "ambiguous"] as const;

/** The reviewer's queue of proposals: j, k, a, r. */
export default function Proposals() {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const client = useQueryClient();
  const { modal, message } = App.useApp();
  const whyNot = useWhyNot();
  const { values, set, reset, used } = useFilters(["confidence", "customer"]);
  const query = { status: "proposed" as const, limit: 200, customer: values.customer, confidence: values.confidence as Schemas["ConfidenceName"] | undefined };
  const list = useList<Proposal>(["proposals", query], (after) => got(api.GET("/v1/proposals", { params: { query: { ...query, after } } })), FED);
  const rows = list.data ?? [];
  const queue = useQueue(rows);
  const { row: proposal, at } = queue;
  const decide = useDecisions((done) => queue.decided(done.id));
  const may = useDecisionWhy(proposal);
  const gone = queue.gone ? t("documents.decidedMeanwhile") : undefined;
  const why = { approve: gone ?? may.approve, reject: gone ?? may.reject };
  const exact = useWrite({
    run: (_: null, key) => json<Schemas["ApprovedByPolicyView"]>(api.POST("/v1/proposals/approve-exact", { params: { header: keyed(key) } })),
    onDone: (made) => {
      void message.success(t("bank.approvedExact", { approved: made.approved, skipped: made.skipped }));
      void client.invalidateQueries();
    },
  });
  const move = (to: number) => {
    decide.reset();
    queue.move(to);
  };
  const acts: KeyAct[] = [
    { key: "j", label: t("documents.keyNext"), run: () => move(queue.gone ? at : at + 1), repeats: true },
    { key: "k", label: t("documents.keyPrevious"), run: () => move(at - 1), repeats: true },
    { key: "a", label: t("bank.accept"), run: () => proposal !== undefined && why.approve === undefined && !decide.pending && decide.approve(proposal) },
    { key: "r", label: t("bank.reject"), run: () => proposal !== undefined && why.reject === undefined && !decide.pending && decide.reject(proposal) },
  ];
  useKeys(acts);
  return (
    <Page
      title={t("bank.title")}
      actions={
        <>
          <KeyHelp acts={acts} />
          <Act
            why={whyNot("allocations:run")}
            loading={exact.isPending}
            onClick={() => void modal.confirm({ title: t("bank.approveExact"), content: t("bank.approveExactText"), okText: t("bank.approveExact"), onOk: () => exact.mutateAsync(null).then(closed, closed) })}
          >
            {t("bank.approveExact")}
          </Act>
        </>
      }
    >
      <BankNav />
      <ProblemNote error={exact.error} />
      <Undoings />
      <div className="row" style={{ alignItems: "flex-end" }}>
        <CodeFilter
          label={t("bank.confidence")}
          codes={CONFIDENCES}
          word={(value) => code("confidence", value)}
          width={150}
          value={values.confidence}
          onChange={(v) => {
            queue.restart();
            set("confidence", v);
          }}
        />
        <CustomerFilter
          value={values.customer}
          onChange={(v) => {
            queue.restart();
            set("customer", v);
          }}
        />
        {used && (
          <Button
            type="link"
            onClick={() => {
              queue.restart();
              reset();
            }}
          >
            {t("common.reset")}
          </Button>
        )}
      </div>
      {list.isPending ? (
        <Loading />
      ) : list.data === undefined ? (
        <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      ) : proposal === undefined ? (
        <Panel>
          <Nothing title={t("bank.queueEmpty")}>
            <span>{t("bank.queueHint")}</span>
          </Nothing>
        </Panel>
      ) : (
        <div className="split">
          <QueueSteps at={at} of={rows.length} more={list.hasMore} onMove={move} />
          <div className="queue-list">
          <Panel flush title={t("documents.queueOf", { at: at + 1, of: list.hasMore ? `${rows.length}+` : rows.length })}>
            <DataTable
              label={t("bank.review")}
              query={list}
              rowKey={(p) => p.id}
              at={at}
              onPick={(_, n) => move(n)}
              empty={t("bank.queueEmpty")}
              columns={[
                { key: "customer", title: t("common.customer"), className: "wrap", render: (p) => <CustomerName id={p.customer} link={false} /> },
                { key: "booked", title: t("bank.booked"), render: (p) => <Day value={p.booked_on} /> },
                { key: "amount", title: t("common.amount"), align: "right", render: (p) => <Amount value={p.amount} /> },
                { key: "confidence", title: t("bank.confidence"), render: (p) => <span><Tag tone={toneOf(p.confidence)}>{code("confidence", p.confidence)}</Tag> <span className="num small">{format.percent(fromMinor(p.score, 3))}</span></span> },
              ]}
            />
          </Panel>
          </div>
          <div className="stack sticky">
            <div className="row end sticky-actions">
              <Act why={why.reject} loading={decide.pending} onClick={() => decide.reject(proposal)}>
                {t("bank.reject")} <kbd className="wide-only">r</kbd>
              </Act>
              <Act why={why.approve} type="primary" loading={decide.pending} onClick={() => decide.approve(proposal)}>
                {t("bank.accept")} <kbd className="wide-only">a</kbd>
              </Act>
            </div>
            {why.approve !== undefined && <p className="note wait">{why.approve}</p>}
            <ProblemNote error={decide.error} />
            <Lines key={proposal.id} proposal={proposal} />
          </div>
        </div>
      )}
      {decide.dialogue}
    </Page>
  );
}

/** The bank's side and ours, next to each other. */
function Lines({ proposal }: { proposal: Proposal }) {
  const { t } = useTranslation();
  const ids = proposal.bank_lines;
  const lines = useQuery({
    queryKey: ["bank-line", "of", ids],
    queryFn: () => Promise.all(ids.map((id) => got(api.GET("/v1/bank-lines/{id}", { params: { path: { id } } })))),
  });
  return (
    <>
      {(lines.data ?? []).map(({ line }) => (
        <Panel key={line.id} title={line.payer_name ?? t("bank.lines")} extra={<strong><Amount value={line.amount} /></strong>}>
          <Facts
            rows={[
              [t("bank.booked"), <Day key="b" value={line.booking_date} />],
              [t("bank.payerAccount"), line.payer_account ?? ""],
              [t("bank.structured"), line.structured ?? ""],
              [t("bank.reference"), line.free_text ?? ""],
            ]}
          />
        </Panel>
      ))}
      {lines.error !== null && <ProblemNote error={lines.error} />}
      <ProposalCard proposal={proposal} line={lines.data?.[0]?.line} best />
    </>
  );
}
