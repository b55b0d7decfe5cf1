import { App } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { closed } from "@/ui/forms";
import { Link, useNavigate, useParams } from "react-router";
import { api, got, tagged } from "@/api/client";
import { FED } from "@/api/hooks";
import { useCode } from "@/i18n/code";
import type { Draft as DraftRow } from "@/api/shapes";
import { CustomerName, Person } from "@/ui/fields";
import { Except } from "@/ui/exception";
import { Act, Amount, Day, Facts, Instant, Page, Panel, Tag, toneOf } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { useApprove, useDiscard, useDraftAct, useDraftWhy, useReject } from "./acts";
import { Asked } from "./Asked";
import { Attachments } from "./Attachments";
import { AllowancesOf, Lines } from "./Lines";
import { ApprovalText, PreviewFigures } from "./Preview";

export default function Draft() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const code = useCode();
  const go = useNavigate();
  const { modal } = App.useApp();
  const why = useDraftWhy();
  const found = useQuery({ queryKey: ["draft", id], queryFn: () => tagged(api.GET("/v1/drafts/{id}", { params: { path: { id } } })), ...FED });
  const approve = useApprove();
  const reject = useReject();
  const submit = useDraftAct("submit", () => undefined);
  const post = useDraftAct("post", () => undefined);
  const discard = useDiscard(() => void go("/documents/drafts"));
  if (found.isPending) return <Loading />;
  if (found.data === undefined)
    return (
      <Page title={t("documents.drafts")} back={{ to: "/documents/drafts", label: t("documents.drafts") }}>
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      </Page>
    );
  const { body: draft, etag } = found.data;
  const open = draft.state === "draft" || draft.state === "rejected";
  const error = approve.error ?? submit.error ?? post.error ?? discard.error;
  return (
    <Page
      title={code("documentKind", draft.kind)}
      sub={
        <span className="row">
          <Tag tone={toneOf(draft.state)}>{code("documentStatus", draft.state)}</Tag>
          <CustomerName id={draft.customer} />
        </span>
      }
      back={{ to: "/documents/drafts", label: t("documents.drafts") }}
      actions={
        <>
          {open && (
            <>
              <Act why={why.edit(draft)} onClick={() => void go(`/documents/drafts/${id}/edit`)}>
                {t("common.edit")}
              </Act>
              <Act
                why={why.discard(draft)}
                onClick={() =>
                  void modal.confirm({ title: t("documents.discard"), content: t("documents.discardText"), okText: t("documents.discard"), okButtonProps: { danger: true }, onOk: () => discard.mutateAsync({ draft, etag }).then(closed, closed) })
                }
              >
                {t("documents.discard")}
              </Act>
              <Act why={why.submit(draft)} type="primary" loading={submit.isPending} onClick={() => submit.mutate({ draft, etag })}>
                {t("documents.submit")}
              </Act>
            </>
          )}
          {(draft.state === "submitted" || draft.state === "approved") && (
            <Act why={why.reject(draft)} onClick={() => reject.ask(draft, etag)}>
              {t("documents.reject")}
            </Act>
          )}
          {draft.state === "submitted" && <Except subject={draft.id} />}
          {draft.state === "submitted" && (
            <Act why={why.approve(draft)} type="primary" loading={approve.pending} onClick={() => approve.approve(draft, etag)}>
              {t("documents.approve")}
            </Act>
          )}
          {draft.state === "approved" && (
            <Act why={why.post(draft)} type="primary" loading={post.isPending} onClick={() => post.mutate({ draft, etag })}>
              {t("documents.post")}
            </Act>
          )}
        </>
      }
    >
      {error !== null && <ProblemNote error={error} />}
      {draft.reason !== null && draft.state === "rejected" && (
        <div className="note wait">
          <strong>{t("documents.rejected")}</strong>
          <span>{draft.reason}</span>
        </div>
      )}
      <div className="grid wide-left">
        <div className="stack">
          <DraftContent draft={draft} />
        </div>
        <div className="stack">
          <DraftFacts draft={draft} />
          <Asked draft={draft} />
          <Acts draft={draft} />
          <Attachments of={{ draft: draft.id }} kind={draft.kind} />
        </div>
      </div>
      {reject.dialogue}
    </Page>
  );
}

/** What would be posted, as the server computes it now; of what is posted, the document. */
export function DraftContent({ draft }: { draft: DraftRow }) {
  const { t } = useTranslation();
  const preview = useQuery({
    queryKey: ["draft", draft.id, "preview", draft.version],
    queryFn: () => got(api.POST("/v1/drafts/{id}/preview", { params: { path: { id: draft.id } } })),
    enabled: draft.state !== "posted",
    retry: false,
  });
  if (draft.state === "posted")
    return (
      <Panel title={t("documents.posted")}>
        <Link to={`/documents/${draft.document ?? ""}`}>{draft.number}</Link>
      </Panel>
    );
  return (
    <>
      <Panel title={t("documents.preview")}>{preview.isPending ? <Loading /> : preview.data === undefined ? <ProblemNote error={preview.error} /> : <PreviewFigures preview={preview.data} />}</Panel>
      {preview.data !== undefined && preview.data.lines.length > 0 && <Lines lines={preview.data.lines} />}
      {/* Those of the whole stand with what is asked. */}
      {preview.data !== undefined && <AllowancesOf rows={preview.data.allowances.filter((one) => (one.line ?? null) !== null)} />}
    </>
  );
}

export function DraftFacts({ draft }: { draft: DraftRow }) {
  const { t } = useTranslation();
  return (
    <Panel title={t("documents.approvals")}>
      <Facts
        rows={[
          [t("common.amount"), draft.amount === null ? "" : <Amount key="a" value={draft.amount} />],
          [t("documents.effectiveDate"), draft.effective_date === null ? "" : <Day key="d" value={draft.effective_date} />],
          [t("documents.approvals"), <ApprovalText key="r" approvals={draft.approvals} />],
          [t("common.status"), draft.approvals.needed === 0 ? "" : t("documents.approvalsGiven", { given: draft.approvals.given, needed: draft.approvals.needed })],
          [t("documents.preparedBy"), <Person key="p" id={draft.prepared_by} />],
          [t("documents.submittedBy"), draft.submitted_by === null ? "" : <Person key="s" id={draft.submitted_by} />],
          [t("documents.decidedBy"), draft.decided_by === null ? "" : <Person key="b" id={draft.decided_by} />],
        ]}
      />
    </Panel>
  );
}

function Acts({ draft }: { draft: DraftRow }) {
  const { t } = useTranslation();
  const code = useCode();
  return (
    <Panel title={t("documents.acts")}>
      <ol className="stack tight">
        {draft.acts.map((act, n) => (
          <li key={n} className="small">
            <span className="strong">{code("act", act.act)}</span> <Person id={act.by} />{" "}
            <span className="quiet">
              <Instant value={act.at} />
            </span>
            {act.exception && <Tag tone="wait">{t("documents.exception")}</Tag>}
            {act.reason !== null && <div>{act.reason}</div>}
          </li>
        ))}
      </ol>
    </Panel>
  );
}
