import { App } from "antd";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { all } from "@/api/all";
import { api, got, tagged, type Schemas } from "@/api/client";
import { HELD, keyed, useReread, useWrite } from "@/api/hooks";
import { allocationsOf } from "@/api/parts";
import { useWhyNot } from "@/app/session";
import { isNegative } from "@/lib/amount";
import { DayField } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { Act, Amount, Day, Panel } from "@/ui/parts";
import { Nothing, ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { otherSide } from "./cleared";
import { takesBack } from "./kinds";
import { Dialogue } from "@/ui/dialogue";

type Invoice = Schemas["Invoice"];

/** What pays it, or what it pays; and taking that back. */
export function Paid({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  const whyNot = useWhyNot();
  const [undoing, setUndoing] = useState<string | null>(null);
  const { items } = invoice;
  const lists = useQueries({ queries: items.map((item) => ({ queryKey: ["allocations", item.id], queryFn: () => allocationsOf(item.id) })) });
  const rows = lists.flatMap((list) => list.data ?? []);
  if (items.length === 0) return null;
  const own = new Set(items.map((item) => item.id));
  const failed = lists.find((list) => list.error !== null);
  const undone = new Set(rows.map((a) => a.reverses).filter((id) => id !== null && id !== undefined));
  // What a reversal cleared stays cleared: nothing is left to undo.
  const counter = invoice.reversed_by?.id ?? (takesBack(invoice.document) ? invoice.document.original : undefined) ?? undefined;
  const isReversal = (a: Schemas["Allocation"]) => counter !== undefined && otherSide(a, own).document === counter;
  const title = invoice.document.kind === "credit-note" ? t("documents.clears") : t("allocate.paidBy");
  return (
    <Panel
      flush
      title={title}
      extra={items.map((item) => (
        <span key={item.id} className="small">
          {item.instalment ?? ""} {t("customers.open")} <Amount value={item.open} />
        </span>
      ))}
    >
      <DataTable
        label={title}
        query={{ data: failed === undefined && lists.every((list) => list.data !== undefined) ? rows : undefined, error: failed?.error ?? null, isPending: lists.some((list) => list.isPending), refetch: () => lists.forEach((list) => void list.refetch()) }}
        rowKey={(a) => a.id}
        empty={<Nothing title={t("allocate.none")} />}
        columns={[
          { key: "day", title: t("allocate.day"), render: (a) => <Day value={a.effective_date} /> },
          {
            key: "other",
            title: t("documents.counterpart"),
            render: (a) => {
              const { document, number, item } = otherSide(a, own);
              return document === undefined || number === undefined ? (
                <span className="quiet" title={item}>
                  {t("documents.openItem")}
                </span>
              ) : (
                <Link to={`/documents/${document}`}>{number}</Link>
              );
            },
          },
          { key: "amount", title: t("common.amount"), align: "right", render: (a) => <Amount value={a.amount} /> },
          {
            key: "act",
            title: "",
            align: "right",
            render: (a) =>
              isNegative(a.amount.amount) || (a.reverses ?? null) !== null ? (
                t("allocate.undone")
              ) : undone.has(a.id) || isReversal(a) ? null : (
                <Act size="small" why={whyNot("allocations:enter")} onClick={() => setUndoing(a.id)}>
                  {t("allocate.undo")}
                </Act>
              ),
          },
        ]}
      />
      {undoing !== null && <UndoAllocation id={undoing} onClose={() => setUndoing(null)} />}
    </Panel>
  );
}

/** The credit notes of an invoice. */
export function useCorrections(document: Schemas["Document"]): readonly Schemas["Document"][] {
  const query = { kind: "credit-note" as const, customer: document.customer, from: document.effective_date, limit: 200 };
  const found = useQuery({
    queryKey: ["documents", "corrections", query],
    queryFn: () => all((after) => got(api.GET("/v1/invoices", { params: { query: { ...query, after } } })), 2000),
    enabled: document.kind === "invoice" || document.kind === "debit-note",
    staleTime: 60_000,
  });
  return (found.data ?? []).filter((one) => one.original === document.id);
}

function UndoAllocation({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const [day, setDay] = useState(format.today);
  const seen = useQuery({ queryKey: ["allocations", "one", id], queryFn: () => tagged(api.GET("/v1/allocations/{id}", { params: { path: { id } } })), ...HELD });
  const reread = useReread(["allocations"]);
  const write = useWrite({
    run: ({ effective, etag }: { effective: string; etag: string }, key) => got(api.POST("/v1/allocations/{id}/undo", { params: { path: { id }, header: { ...keyed(key), "If-Match": etag } }, body: { effective_date: effective } })),
    stale: [["allocations"], ["document"], ["open-items"], ["items"], ["balance"], ["report"]],
    onDone: () => {
      void message.success(t("allocate.undone"));
      onClose();
    },
  });
  return (
    <Dialogue title={t("allocate.undoTitle")} okText={t("allocate.undo")} okButtonProps={{ loading: write.isPending, disabled: seen.data === undefined }} onOk={() => seen.data !== undefined && write.mutate({ effective: day, etag: seen.data.etag }, reread)} onCancel={onClose}>
      <div className="stack">
        <span className="caption">{t("allocate.day")}</span>
        <DayField aria-label={t("allocate.day")} allowClear={false} value={day} onChange={(value) => value !== undefined && setDay(value)} />
        <ProblemNote error={write.error ?? seen.error} />
      </div>
    </Dialogue>
  );
}
