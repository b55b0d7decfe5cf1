import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { api, got, tagged } from "@/api/client";
import { FED } from "@/api/hooks";
import { all } from "@/api/all";
import { useCode } from "@/i18n/code";
import { CustomerName, Person } from "@/ui/fields";
import { KeyHelp, QueueSteps, useKeys, type KeyAct } from "@/ui/keys";
import { useQueue } from "@/ui/queue";
import { Act, Amount, Day, Page, Panel } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { useWhileHere } from "@/ui/here";
import { useApprove, useDraftWhy, useReject } from "./acts";
import { Asked } from "./Asked";
import { DocumentsNav } from "./columns";
import { DraftContent, DraftFacts } from "./Draft";

/** The queue of a reviewer: j and k go through it, a approves, r sends back. */
export default function Review() {
  const { t } = useTranslation();
  const poll = useWhileHere(30_000);
  const code = useCode();
  const go = useNavigate();
  const why = useDraftWhy();
  const list = useQuery({
    queryKey: ["drafts", "queue"],
    queryFn: () => all((after) => got(api.GET("/v1/drafts", { params: { query: { state: "submitted", limit: 200, after } } })), 2000),
    ...FED,
    refetchInterval: poll,
  });
  const rows = list.data ?? [];
  const queue = useQueue(rows);
  const { row, at } = queue;
  // as it is now, with the tag of what is read: no other version of it is approved
  const read = useQuery({
    queryKey: ["draft", row?.id],
    queryFn: () => tagged(api.GET("/v1/drafts/{id}", { params: { path: { id: row?.id ?? "" } } })),
    enabled: row !== undefined,
    ...FED,
  });
  const etag = read.data?.etag;
  const draft = read.data?.body ?? row;
  const approve = useApprove((done) => queue.decided(done.id));
  const reject = useReject(() => row !== undefined && queue.decided(row.id));
  const move = (to: number) => {
    approve.reset();
    queue.move(to);
  };
  const gone = queue.gone ? t("documents.decidedMeanwhile") : undefined;
  const mayApprove = draft === undefined ? undefined : (gone ?? why.approve(draft));
  const mayReject = draft === undefined ? undefined : (gone ?? why.reject(draft));
  const acts: KeyAct[] = [
    { key: "j", label: t("documents.keyNext"), run: () => move(queue.gone ? at : at + 1), repeats: true },
    { key: "k", label: t("documents.keyPrevious"), run: () => move(at - 1), repeats: true },
    { key: "a", label: t("documents.keyApprove"), run: () => draft !== undefined && etag !== undefined && mayApprove === undefined && !approve.pending && approve.approve(draft, etag) },
    { key: "r", label: t("documents.keyReject"), run: () => draft !== undefined && etag !== undefined && mayReject === undefined && reject.ask(draft, etag) },
    { key: "Enter", label: t("documents.keyOpen"), run: () => draft !== undefined && void go(`/documents/drafts/${draft.id}`) },
  ];
  useKeys(acts);
  return (
    <Page title={t("documents.review")} actions={<KeyHelp acts={acts} />}>
      <DocumentsNav />
      {list.isPending ? (
        <Loading />
      ) : list.data === undefined ? (
        <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      ) : draft === undefined ? (
        <Panel>
          <Nothing title={t("documents.queueEmpty")}>
            <span>{t("documents.queueHint")}</span>
          </Nothing>
        </Panel>
      ) : (
        <div className="split">
          <QueueSteps at={at} of={rows.length} onMove={move} />
          <div className="queue-list">
          <Panel flush title={t("documents.queueOf", { at: at + 1, of: rows.length })}>
            <DataTable
              label={t("documents.review")}
              query={list}
              rowKey={(d) => d.id}
              at={at}
              onPick={(_, n) => move(n)}
              empty={t("documents.queueEmpty")}
              columns={[
                { key: "kind", title: t("common.kind"), render: (d) => <Link to={`/documents/drafts/${d.id}`}>{code("documentKind", d.kind)}</Link> },
                { key: "customer", title: t("common.customer"), className: "wrap", render: (d) => <CustomerName id={d.customer} link={false} /> },
                { key: "by", title: t("documents.preparedBy"), render: (d) => <Person id={d.prepared_by} /> },
                { key: "date", title: t("documents.effectiveDate"), render: (d) => <Day value={d.effective_date} /> },
                { key: "amount", title: t("common.amount"), align: "right", render: (d) => <Amount value={d.amount} /> },
              ]}
            />
          </Panel>
          </div>
          <div className="stack sticky">
            <div className="row end sticky-actions">
              <Act why={mayReject} onClick={() => reject.ask(draft, etag)}>
                {t("documents.reject")} <kbd className="wide-only">r</kbd>
              </Act>
              <Act why={mayApprove} type="primary" loading={approve.pending || read.isPending} onClick={() => approve.approve(draft, etag)}>
                {t("documents.approve")} <kbd className="wide-only">a</kbd>
              </Act>
            </div>
            {mayApprove !== undefined && <p className="note wait">{mayApprove}</p>}
            <ProblemNote error={approve.error} />
            <DraftFacts draft={draft} />
            <Asked key={`asked ${draft.id}`} draft={draft} />
            <DraftContent key={draft.id} draft={draft} />
          </div>
        </div>
      )}
      {reject.dialogue}
    </Page>
  );
}
