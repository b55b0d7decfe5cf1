import { App, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import type { Draft } from "@/api/shapes";
import { useSession, useWhyNot } from "@/app/session";
import { ProblemNote } from "@/ui/states";
import { DRAFT_KINDS, noun } from "./NewDocument";
import { Dialogue } from "@/ui/dialogue";

const STALE = [["drafts"], ["draft"], ["overview"], ["documents"], ["receipts"], ["items"], ["open-items"], ["balance"], ["report"], ["bill"], ["bills"], ["suspense"], ["deliveries"], ["delivery"]] as const;

const enters = (draft: Draft) => `${noun(draft.kind)}:enter`;

/** Why a draft cannot be dealt with by this person now; `undefined` where she can. */
export function useDraftWhy() {
  const { t } = useTranslation();
  const session = useSession();
  const whyNot = useWhyNot();
  return {
    edit: (draft: Draft) => whyNot(enters(draft)) ?? (DRAFT_KINDS.some((kind) => kind === draft.kind) ? undefined : t("documents.noForm")) ?? (draft.state === "draft" || draft.state === "rejected" ? undefined : t("documents.notEditable")),
    discard: (draft: Draft) => whyNot(enters(draft)) ?? (draft.state === "draft" || draft.state === "rejected" ? undefined : t("documents.notEditable")),
    submit: (draft: Draft) => whyNot(enters(draft)) ?? (draft.state === "draft" || draft.state === "rejected" ? undefined : t("documents.notSubmittable")),
    approve: (draft: Draft) => {
      const right = whyNot(`${noun(draft.kind)}:approve`);
      if (right !== undefined) return right;
      if (draft.state !== "submitted") return t("documents.notSubmitted");
      return draft.prepared_by === session.person.id || draft.submitted_by === session.person.id ? t("documents.own") : undefined;
    },
    reject: (draft: Draft) => whyNot(`${noun(draft.kind)}:approve`) ?? (draft.state === "submitted" || draft.state === "approved" ? undefined : t("documents.notSubmitted")),
    post: (draft: Draft) => whyNot(enters(draft)) ?? (draft.state === "approved" ? undefined : t("documents.notApproved")),
  };
}

interface Approve {
  draft: Draft;
  etag?: string | undefined;
}

const matched = (key: string, etag: string | undefined) => ({ ...keyed(key), ...(etag === undefined ? {} : { "If-Match": etag }) });

/** Approve; what separation of duties forbids another does, or lets her (`Except`). */
export function useApprove(onDone?: (draft: Draft) => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const write = useWrite({
    run: ({ draft, etag }: Approve, key) => got(api.POST("/v1/drafts/{id}/approve", { params: { path: { id: draft.id }, header: matched(key, etag) } })),
    stale: STALE,
    onDone: (draft) => {
      void message.success(draft.number === null ? t("documents.approvedNext") : t("documents.postedAs", { number: draft.number }));
      onDone?.(draft);
    },
  });
  const approve = (draft: Draft, etag?: string) => write.mutate({ draft, etag });
  return { approve, pending: write.isPending, error: write.error, reset: write.reset };
}

interface Reject {
  draft: Draft;
  etag: string | undefined;
  reason: string;
}

export function useReject(onDone?: () => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [asked, setAsked] = useState<{ draft: Draft; etag: string | undefined } | null>(null);
  const [reason, setReason] = useState("");
  const write = useWrite({
    run: ({ draft, etag, reason: why }: Reject, key) => got(api.POST("/v1/drafts/{id}/reject", { params: { path: { id: draft.id }, header: matched(key, etag) }, body: { reason: why } })),
    stale: STALE,
    onDone: () => {
      setAsked(null);
      setReason("");
      void message.success(t("documents.rejected"));
      onDone?.();
    },
  });
  const ask = (draft: Draft, etag?: string) => {
    setReason("");
    write.reset();
    setAsked({ draft, etag });
  };
  const dialogue = asked !== null && (
    <Dialogue
      typed={reason !== ""}
      title={t("documents.rejectTitle")}
      okText={t("documents.reject")}
      okButtonProps={{ disabled: reason.trim() === "", loading: write.isPending }}
      onOk={() => write.mutate({ ...asked, reason: reason.trim() })}
      onCancel={() => setAsked(null)}
    >
      <div className="stack">
        <label className="stack tight">
          <span className="quiet small">{t("documents.rejectReason")}</span>
          <Input.TextArea value={reason} onChange={(e) => setReason(e.target.value)} rows={3} />
        </label>
        <ProblemNote error={write.error} />
      </div>
    </Dialogue>
  );
  return { ask, dialogue };
}

/** Submit, post and discard: acts without a question of their own. */
export function useDraftAct(act: "submit" | "post", onDone: (draft: Draft) => void) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  return useWrite({
    run: ({ draft, etag }: { draft: Draft; etag: string | undefined }, key) => {
      const params = { path: { id: draft.id }, header: matched(key, etag) };
      return act === "submit" ? got(api.POST("/v1/drafts/{id}/submit", { params })) : got(api.POST("/v1/drafts/{id}/post", { params }));
    },
    stale: STALE,
    onDone: (draft) => {
      void message.success(draft.number === null ? t("documents.submitted") : t("documents.postedAs", { number: draft.number }));
      onDone(draft);
    },
  });
}

export function useDiscard(onDone: () => void) {
  return useWrite({
    run: ({ draft, etag }: { draft: Draft; etag: string | undefined }, key) => got(api.DELETE("/v1/drafts/{id}", { params: { path: { id: draft.id }, header: matched(key, etag) } })),
    stale: STALE,
    onDone,
  });
}
