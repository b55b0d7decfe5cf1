import { App, Form } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { api, got, tagged, type Schemas } from "@/api/client";
import { FED, keyed, openItems, useCustomer, useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import type { Merge as Row } from "@/api/shapes";
import { useSession, useWhyNot } from "@/app/session";
import { CustomerName, DayField, Person } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { closed, FormModal, showErrors } from "@/ui/forms";
import { Act, Amount, Day, Facts, Instant, Page, Panel, Tag } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { MergeState } from "./Merges";
import { fateOf } from "./merge";
import { OpenOf, signed } from "./OpenOf";

const STALE = [["merge"], ["merges"], ["customer"], ["customers"], ["items"], ["open-items"], ["balance"], ["documents"], ["report"], ["overview"]] as const;

export default function Merge() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["merge", id], queryFn: () => tagged(api.GET("/v1/customer-merges/{id}", { params: { path: { id } } })), ...FED });
  if (found.isPending) return <Loading />;
  if (found.data === undefined)
    return (
      <Page title={t("merges.title")} back={{ to: "/customers/merges", label: t("merges.title") }}>
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      </Page>
    );
  return <Known merge={found.data.body} etag={found.data.etag} />;
}

function Known({ merge, etag }: { merge: Row; etag: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { modal, message } = App.useApp();
  const session = useSession();
  const whyNot = useWhyNot();
  const [undoing, setUndoing] = useState(false);
  const source = useCustomer(merge.source);
  const code = source.data?.code ?? "…";
  const items = useQuery({ ...openItems(merge.source), enabled: merge.state === "proposed" });
  const params = { path: { id: merge.id } };
  const approve = useWrite({
    run: (_: null, key) => got(api.POST("/v1/customer-merges/{id}/approve", { params: { ...params, header: { ...keyed(key), "If-Match": etag } } })),
    stale: STALE,
    onDone: () => void message.success(t("merges.approved")),
  });
  const withdraw = useWrite({
    run: (_: null, key) => got(api.POST("/v1/customer-merges/{id}/withdraw", { params: { ...params, header: { ...keyed(key), "If-Match": etag } } })),
    stale: STALE,
    onDone: () => void message.success(t("merges.withdrawn")),
  });
  const own = merge.proposed_by === session.person.id ? t("merges.own") : undefined;
  const ask = (title: string, content: string, danger: boolean, run: () => Promise<unknown>) => void modal.confirm({ title, content, okText: title, okButtonProps: { danger }, onOk: () => run().then(closed, closed) });
  return (
    <Page
      title={t("merges.merge", { code })}
      sub={
        <span className="row">
          <MergeState of={merge} />
          <CustomerName id={merge.source} /> → <CustomerName id={merge.into} />
        </span>
      }
      back={{ to: "/customers/merges", label: t("merges.title") }}
      actions={
        merge.state === "proposed" ? (
          <>
            <Act why={whyNot("customers:enter", "customers:approve")} loading={withdraw.isPending} onClick={() => ask(t("merges.withdraw"), t("merges.withdrawText"), false, () => withdraw.mutateAsync(null))}>
              {t("merges.withdraw")}
            </Act>
            <Act
              why={whyNot("customers:approve") ?? own}
              type="primary"
              loading={approve.isPending}
              onClick={() => ask(t("merges.approve"), t("merges.approveText", { count: items.data === undefined ? "…" : format.count(items.data.length), code }), false, () => approve.mutateAsync(null))}
            >
              {t("merges.approve")}
            </Act>
          </>
        ) : (
          merge.state === "merged" && (
            <Act why={whyNot("customers:approve")} onClick={() => setUndoing(true)}>
              {t("merges.undo")}
            </Act>
          )
        )
      }
    >
      <ProblemNote error={approve.error ?? withdraw.error} />
      <div className="grid wide-left">
        {merge.state === "proposed" ? <OpenOf items={items} /> : <Carried merge={merge} />}
        <Panel title={t("common.details")}>
          <Facts
            rows={[
              [t("merges.source"), <CustomerName key="s" id={merge.source} />],
              [t("merges.into"), <CustomerName key="i" id={merge.into} />],
              [t("merges.date"), <Day key="d" value={merge.date} />],
              [t("merges.proposedBy"), <Who key="p" by={merge.proposed_by} at={merge.proposed_at} />],
              [t("merges.decidedBy"), (merge.decided_by ?? null) === null ? "" : <Who key="a" by={merge.decided_by} at={merge.decided_at} />],
              [t("merges.undoneBy"), (merge.undone_by ?? null) === null ? "" : <Who key="u" by={merge.undone_by} at={merge.undone_at} />],
            ]}
          />
        </Panel>
      </div>
      {undoing && <Undo merge={merge} etag={etag} onClose={() => setUndoing(false)} />}
    </Page>
  );
}

function Who({ by, at }: { by: string | null | undefined; at: string | null | undefined }) {
  return (
    <span>
      <Person id={by} /> <Instant value={at} />
    </span>
  );
}

/** What went over; of a merge that stands, what became of it since: what is used keeps the merge from being undone. */
function Carried({ merge }: { merge: Row }) {
  const { t } = useTranslation();
  const stands = merge.state === "merged";
  const now = useQuery({ ...openItems(merge.into), enabled: stands && merge.items.length > 0 });
  const open = new Map((now.data ?? []).map((item) => [item.id, item]));
  const known = (id: string): Schemas["CurrentItem"] | undefined => open.get(id);
  return (
    <Panel flush title={t("merges.carried")}>
      <ProblemNote error={now.error} onRetry={() => void now.refetch()} />
      <DataTable
        label={t("merges.carried")}
        query={given(merge.items)}
        rowKey={(i) => i.item}
        empty={<Nothing title={t("merges.carriedNone")} />}
        columns={[
          { key: "was", title: t("merges.was"), render: (i) => <Short id={i.item} /> },
          {
            key: "is",
            title: t("merges.is"),
            render: (i) => {
              const item = known(i.carried);
              return item?.document === null || item?.document === undefined ? <Short id={i.carried} /> : <Link to={`/documents/${item.document}`}>{item.number}</Link>;
            },
          },
          {
            key: "state",
            title: t("common.status"),
            render: (i) => {
              if (!stands || now.data === undefined) return "";
              return fateOf(known(i.carried)) === "untouched" ? <Tag tone="good">{t("merges.asItWas")}</Tag> : <Tag tone="info">{t("merges.used")}</Tag>;
            },
          },
          {
            key: "open",
            title: t("customers.open"),
            align: "right",
            render: (i) => {
              const item = known(i.carried);
              return item === undefined ? "" : <Amount value={signed(item)} />;
            },
          },
        ]}
      />
    </Panel>
  );
}

function Short({ id }: { id: string }) {
  return (
    <span className="mono" title={id}>
      …{id.slice(-8)}
    </span>
  );
}

function Undo({ merge, etag, onClose }: { merge: Row; etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ date?: string }>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: (body: { date?: string }, key) => got(api.POST("/v1/customer-merges/{id}/undo", { params: { path: { id: merge.id }, header: { ...keyed(key), "If-Match": etag } }, body })),
    stale: STALE,
    onDone: () => {
      void message.success(t("merges.undone"));
      onClose();
    },
  });
  return (
    <FormModal form={form} title={t("merges.undo")} okText={t("merges.undo")} okButtonProps={{ loading: write.isPending, danger: true }} onOk={() => form.submit()} onCancel={onClose}>
      <Form form={form} layout="vertical" requiredMark={false} onFinish={(fields) => write.mutate(fields.date === undefined ? {} : { date: fields.date }, { onError: (error) => setRest(showErrors(form, error)) })}>
        <p style={{ marginBottom: 12 }}>{t("merges.undoText")}</p>
        <Form.Item name="date" label={`${t("merges.undoDate")} (${t("common.optional")})`} extra={t("merges.undoHint")}>
          <DayField />
        </Form.Item>
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}
