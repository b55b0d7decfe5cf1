import { App, Button, Form } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { api, got, tagged, type Tagged } from "@/api/client";
import { useCategories } from "@/api/categories";
import { HELD, keyed, useCustomer, useWrite } from "@/api/hooks";
import type { Body, Draft, FormKind } from "@/api/shapes";
import { isRefusal, type FieldError } from "@/api/problem";
import { NotFound } from "@/app/RouteFailure";
import { useSession, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { placeIn } from "@/i18n/said";
import { useFormat } from "@/ui/format";
import { clearErrors, Conflict, showErrors, UnsavedGuard, useWayBack, type Side, leaveSaved } from "@/ui/forms";
import { Act, Page } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { bodyOf, fieldsOf, type Fields } from "./body";
import { KindFields } from "./KindFields";
import { DRAFT_KINDS, noun } from "./NewDocument";
import { LivePreview } from "./Preview";
import { sidesOf } from "./sides";

interface Write {
  body: Body;
  etag: string | null;
  submit: boolean;
}

function isKind(kind: string | undefined): kind is FormKind {
  return DRAFT_KINDS.some((known) => known === kind);
}

export default function DraftForm() {
  const { kind, id } = useParams();
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const session = useSession();
  const found = useQuery({
    queryKey: ["draft", "edit", id],
    queryFn: () => tagged(api.GET("/v1/drafts/{id}", { params: { path: { id: id ?? "" } } })),
    enabled: id !== undefined,
    ...HELD,
  });
  const customer = useCustomer(params.get("customer"));
  const categories = useCategories();
  if (id !== undefined) {
    if (found.isPending) return <Loading />;
    if (found.data === undefined)
      return (
        <Page title={t("documents.drafts")} back={{ to: "/documents/drafts", label: t("documents.drafts") }}>
          <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
        </Page>
      );
    const held = found.data.body.kind;
    if (!isKind(held)) return <NotFound />;
    return <Editor key={id} kind={held} start={fieldsOf(found.data.body.body ?? {})} draft={found.data} />;
  }
  if (!isKind(kind)) return <NotFound />;
  // Asked for once: one that is not there is asked for again by the field for her, and waiting for that would take the field away.
  if ((customer.isFetching && !customer.isFetchedAfterMount && customer.data === undefined) || !categories.ready) return <Loading />;
  const day = session.company.today;
  const start: Fields = {
    customer: params.get("customer") ?? undefined,
    currency: customer.data?.currency ?? session.company.base_currency,
    original: params.get("original") ?? undefined,
    item: params.get("item") ?? undefined,
    price_mode: categories.prices,
    ...(kind === "invoice" || kind === "credit-note" || kind === "debit-note" || kind === "late-fee" ? { document_date: day, lines: [{ quantity: "1", category: kind === "late-fee" ? undefined : categories.first }] } : {}),
    ...(kind === "receipt" || kind === "refund" ? { value_date: day, allocations: [] } : {}),
    ...(kind === "write-off" || kind === "adjustment" ? { date: day } : {}),
    ...(kind === "opening" ? { effective_date: day } : {}),
    ...(kind === "refund" ? { from: "bank" } : {}),
    ...(kind === "write-off" ? { reason: "bad-debt" } : {}),
  };
  return <Editor key={`${kind} ${params.toString()}`} kind={kind} start={start} draft={null} />;
}

function Editor({ kind, start, draft }: { kind: FormKind; start: Fields; draft: Tagged<Draft> | null }) {
  const { t } = useTranslation();
  const code = useCode();
  const go = useNavigate();
  const back = draft === null ? { to: "/documents", label: t("documents.title") } : { to: `/documents/drafts/${draft.body.id}`, label: t("documents.drafts") };
  const wayBack = useWayBack(back.to);
  const whyNot = useWhyNot();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const [fields, setFields] = useState<Fields>(start);
  const [dirty, setDirty] = useState(false);
  const [rest, setRest] = useState<FieldError[]>([]);
  // What another made of it, and whether it was to be submitted.
  const [theirs, setTheirs] = useState<(Tagged<Draft> & { submit: boolean }) | null>(null);
  const before = draft?.body.body ?? {};
  // What is saved but refused at its submission is changed by the next save, not made again.
  const known = useRef<{ id: string; etag: string } | null>(draft === null ? null : { id: draft.body.id, etag: draft.etag });
  const write = useWrite<Write, Draft>({
    run: async ({ body, etag, submit }, key) => {
      const at = known.current;
      const saved =
        at === null
          ? await got(api.POST("/v1/drafts", { params: { header: keyed(key) }, body: { kind, body: body as never } }))
          : await got(api.PUT("/v1/drafts/{id}", { params: { path: { id: at.id }, header: { ...keyed(key), "If-Match": etag ?? at.etag } }, body: { body: body as never } }));
      known.current = { id: saved.id, etag: (await tagged(api.GET("/v1/drafts/{id}", { params: { path: { id: saved.id } } }))).etag };
      if (!submit) return saved;
      // A second request of the same intent: its own key, the same at every repetition.
      return got(api.POST("/v1/drafts/{id}/submit", { params: { path: { id: saved.id }, header: keyed(`${key}-submit`) } }));
    },
    stale: [["drafts"], ["draft"], ["overview"]],
    onDone: (saved, { submit }) => {
      setDirty(false);
      void message.success(submit ? t("documents.submitted") : t("documents.saved"));
      leaveSaved(() => void go(`/documents/drafts/${saved.id}`));
    },
  });
  const now = () => bodyOf(kind, form.getFieldsValue(true) as Fields, before);
  const send = (body: Body, etag: string | null, submit: boolean) =>
    write.mutate(
      { body, etag, submit },
      {
        onError: (error) => {
          if (isRefusal(error, "precondition-failed") && known.current !== null)
            void tagged(api.GET("/v1/drafts/{id}", { params: { path: { id: known.current.id } } })).then((found) => setTheirs({ ...found, submit }));
          else setRest(showErrors(form, error, ["body"]));
        },
      },
    );
  const changed = () => {
    setDirty(true);
    setFields(form.getFieldsValue(true) as Fields);
  };
  const kindName = code("documentKind", kind);
  const enter = whyNot(`${noun(kind)}:enter`);
  return (
    <Page
      title={draft === null ? t("documents.newOf", { kind: kindName }) : t("documents.editOf", { kind: kindName })}
      back={back}
    >
      <UnsavedGuard dirty={dirty} />
      <Form
        form={form}
        layout="vertical"
        initialValues={start}
        requiredMark={false}
        onValuesChange={(fresh) => {
          clearErrors(form, fresh);
          changed();
        }}
      >
        <div className="stack">
          <KindFields kind={kind} onFilled={changed} />
          <LivePreview kind={kind} body={bodyOf(kind, fields, before)} told={theirs === null ? write.error : null} />
          {write.error !== null && theirs === null && <ProblemNote error={write.error} rest={rest} marked />}
          <div className="row sticky-actions">
            <Act why={enter} type="primary" loading={write.isPending} onClick={() => send(now(), null, true)}>
              {t("documents.saveSubmit")}
            </Act>
            <Act why={enter} loading={write.isPending} onClick={() => send(now(), null, false)}>
              {t("documents.saveDraft")}
            </Act>
            <Button onClick={wayBack}>{t("common.cancel")}</Button>
          </div>
        </div>
      </Form>
      {theirs !== null && (
        <DraftConflict
          mine={now()}
          theirs={theirs.body.body ?? {}}
          submit={theirs.submit}
          onCancel={() => setTheirs(null)}
          onChoose={(body) => {
            form.setFieldsValue(fieldsOf(body));
            const { etag, submit } = theirs;
            setTheirs(null);
            send(body, etag, submit);
          }}
        />
      )}
    </Page>
  );
}

function DraftConflict({ mine, theirs, submit, onCancel, onChoose }: { mine: Body; theirs: Body; submit: boolean; onCancel: () => void; onChoose: (body: Body) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const keys = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
  const sides: Side[] = sidesOf(mine, theirs, format.amount).map((side) => ({ ...side, label: placeIn(`/${side.key}`) }));
  return <Conflict sides={sides} act={submit ? t("conflict.saveSubmit") : undefined} onCancel={onCancel} onChoose={(choice) => onChoose(Object.fromEntries(keys.map((key) => [key, choice[key] === "theirs" ? theirs[key] : mine[key]])))} />;
}
