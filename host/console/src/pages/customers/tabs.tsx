import { Button } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, download, got, json, type Schemas } from "@/api/client";
import { useList } from "@/api/hooks";
import { openItemsOf } from "@/api/parts";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { isOwnNumber } from "@/lib/numbers";
import { useAccount } from "@/ui/accounts";
import { DayField } from "@/ui/fields";
import { useFilters } from "@/ui/filters";
import { useFormat } from "@/ui/format";
import { Act, Amount, Day, Panel, Tag, toneOf } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { DataTable, given, type Column } from "@/ui/table";
import { useTried } from "@/ui/tried";
import { useDocumentColumns } from "../documents/columns";
import { Allocate } from "./Allocate";
import { Open } from "./DisputeForms";

type Customer = Schemas["Customer"];
type Movement = Schemas["MovementView"];

interface TabProps {
  customer: Customer;
}

/** 账本: movements with a running balance, out of the one fold. */
export function Ledger({ customer }: TabProps) {
  const { t } = useTranslation();
  const named = useAccount();
  const tried = useTried();
  const code = useCode();
  const format = useFormat();
  const { values, set } = useFilters(["from", "as_of"]);
  const query = { customer: customer.code, ...(values.from === undefined ? {} : { from: values.from }), ...(values.as_of === undefined ? {} : { as_of: values.as_of }) };
  const report = useQuery({
    queryKey: ["report", "ledger", query],
    queryFn: () => json<Schemas["LedgerReportView"]>(api.GET("/v1/reports/ledger", { params: { query } })),
  });
  const columns: Column<Movement>[] = [
    { key: "date", title: t("common.date"), render: (m) => <Day value={m.date} /> },
    { key: "number", title: t("common.number"), render: (m) => (isOwnNumber(m.number) ? <Link to={`/documents/${encodeURIComponent(m.number)}`}>{m.number}</Link> : m.number) },
    { key: "kind", title: t("common.kind"), render: (m) => code("documentKind", m.kind) },
    { key: "text", title: t("customers.text"), className: "wrap", render: (m) => m.text },
    { key: "due", title: t("customers.due"), render: (m) => <Day value={m.due_date} /> },
    { key: "debit", title: t("customers.debit"), align: "right", render: (m) => <Amount value={m.debit} currency={false} dash /> },
    { key: "credit", title: t("customers.credit"), align: "right", render: (m) => <Amount value={m.credit} currency={false} dash /> },
    { key: "balance", title: t("customers.running"), align: "right", render: (m) => <Amount value={m.balance} currency={false} /> },
  ];
  const whole = (kind: string) =>
    tried(
      download(`/v1/reports/ledger?${new URLSearchParams({ ...query, format: kind, language: format.language === "en" ? "en" : "zh" }).toString()}`, `ledger.${kind}`),
    );
  return (
    <Panel
      flush
      title={t("customers.ledger")}
      extra={["csv", "xlsx", "pdf"].map((kind) => (
        <Button key={kind} size="small" onClick={() => whole(kind)}>
          {kind.toUpperCase()}
        </Button>
      ))}
    >
      <div className="filters">
        <div className="field">
          <span>{t("common.from")}</span>
          <DayField aria-label={t("common.from")} value={values.from} onChange={(day) => set("from", day)} />
        </div>
        <div className="field">
          <span>{t("common.to")}</span>
          <DayField aria-label={t("common.to")} value={values.as_of ?? format.today} onChange={(day) => set("as_of", day)} />
        </div>
      </div>
      {report.isPending ? (
        <Loading />
      ) : report.data === undefined ? (
        <div style={{ padding: 16 }}>
          <ProblemNote error={report.error} onRetry={() => void report.refetch()} />
        </div>
      ) : report.data.accounts.length === 0 ? (
        <Nothing title={t("customers.ledgerNone")} />
      ) : (
        report.data.accounts.map((account) => (
          <div key={account.account + account.closing.currency}>
            <div className="row between" style={{ padding: "10px 12px" }}>
              <strong>
                {named(account)} · {account.closing.currency}
              </strong>
              <span className="row small" style={{ gap: 20 }}>
                <span>
                  <span className="quiet">{t("customers.opening")}</span> <Amount value={account.opening} currency={false} />
                </span>
                <span>
                  <span className="quiet">{t("customers.closing")}</span> <strong><Amount value={account.closing} currency={false} /></strong>
                </span>
              </span>
            </div>
            <DataTable
              label={`${t("customers.ledger")} ${account.account} ${account.closing.currency}`}
              query={given(account.movements)}
              columns={columns}
              rowKey={(_, n) => n}
              empty={t("customers.ledgerNone")}
              foot={
                <tr>
                  <td colSpan={5} data-label="">{t("common.total")}</td>
                  <td className="right" data-label={t("customers.debit")}><Amount value={account.debit} currency={false} /></td>
                  <td className="right" data-label={t("customers.credit")}><Amount value={account.credit} currency={false} /></td>
                  <td className="right" data-label={t("customers.running")}><Amount value={account.closing} currency={false} /></td>
                </tr>
              }
            />
          </div>
        ))
      )}
    </Panel>
  );
}

/** What the customer owes, and does not dispute yet. */
const owed = (item: Schemas["OpenItemView"]): boolean => !item.open.amount.startsWith("-") && /^[0.]*$/.test(item.disputed.amount);

export function Items({ customer }: TabProps) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const whyNot = useWhyNot();
  const [allocating, setAllocating] = useState(false);
  const items = useQuery({ queryKey: ["items", customer.id], queryFn: () => openItemsOf(customer.id) });
  const [disputing, setDisputing] = useState<Schemas["OpenItemView"] | null>(null);
  const columns: Column<Schemas["OpenItemView"]>[] = [
    { key: "number", title: t("common.number"), render: (i) => <Link to={`/documents/${encodeURIComponent(i.number)}`}>{i.number}</Link> },
    { key: "kind", title: t("common.kind"), render: (i) => code("documentKind", i.kind) },
    { key: "date", title: t("common.date"), render: (i) => <Day value={i.document_date} /> },
    { key: "due", title: t("customers.due"), render: (i) => <Day value={i.due_date} /> },
    { key: "overdue", title: t("customers.overdue"), align: "right", render: (i) => (i.days_overdue > 0 ? format.count(i.days_overdue) : "") },
    { key: "original", title: t("customers.original"), align: "right", render: (i) => <Amount value={i.original} currency={false} /> },
    { key: "paid", title: t("customers.paid"), align: "right", render: (i) => <Amount value={i.paid} currency={false} dash /> },
    { key: "credited", title: t("customers.credited"), align: "right", render: (i) => <Amount value={i.credited} currency={false} dash /> },
    { key: "open", title: t("customers.open"), align: "right", render: (i) => <Amount value={i.open} /> },
    { key: "disputed", title: t("disputes.amount"), align: "right", render: (i) => <Amount value={i.disputed} currency={false} dash /> },
    {
      key: "act",
      title: "",
      align: "right",
      render: (i) =>
        !owed(i) ? null : (
          <Act size="small" type="text" why={whyNot("documents:enter")} onClick={() => setDisputing(i)}>
            {t("disputes.open")}
          </Act>
        ),
    },
  ];
  return (
    <Panel flush title={t("customers.items")} extra={<Act size="small" why={whyNot("allocations:enter")} onClick={() => setAllocating(true)}>{t("customers.allocateTitle")}</Act>}>
      <DataTable label={t("customers.items")} query={items} columns={columns} rowKey={(i) => i.id} empty={t("customers.itemsNone")} />
      {allocating && <Allocate customer={customer.code} onClose={() => setAllocating(false)} />}
      {disputing !== null && <Open item={disputing.id} number={disputing.number} onClose={() => setDisputing(null)} />}
    </Panel>
  );
}

export function Documents({ customer }: TabProps) {
  const { t } = useTranslation();
  const columns = useDocumentColumns(false);
  const list = useList(["documents", { customer: customer.code }], (after) =>
    got(api.GET("/v1/invoices", { params: { query: { customer: customer.code, limit: 100, after } } })),
  );
  return (
    <Panel flush title={t("customers.documents")}>
      <DataTable label={t("customers.documents")} query={list} columns={columns} rowKey={(d) => d.id} to={(d) => `/documents/${d.id}`} empty={t("customers.documentsNone")} />
    </Panel>
  );
}

export function Statements({ customer }: TabProps) {
  const { t } = useTranslation();
  const code = useCode();
  const list = useList(["statements", { customer: customer.code }], (after) =>
    got(api.GET("/v1/statements", { params: { query: { customer: customer.code, limit: 100, after } } })),
  );
  return (
    <Panel flush title={t("customers.statements")}>
      <DataTable
        label={t("customers.statements")}
        query={list}
        rowKey={(s) => s.id}
        to={(s) => `/statements/${s.id}`}
        empty={t("customers.statementsNone")}
        columns={[
          { key: "number", title: t("common.number"), render: (s) => <Link to={`/statements/${s.id}`}>{s.number}</Link> },
          { key: "from", title: t("common.from"), render: (s) => <Day value={s.period_start} /> },
          { key: "to", title: t("common.to"), render: (s) => <Day value={s.cut_off} /> },
          { key: "style", title: t("customers.style"), render: (s) => code("style", s.style) },
          { key: "status", title: t("common.status"), render: (s) => <Tag tone={toneOf(s.status)}>{code("statementStatus", s.status)}</Tag> },
        ]}
      />
    </Panel>
  );
}
