import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import { FED, useList } from "@/api/hooks";
import type { Proposal } from "@/api/shapes";
import { CustomerName, People } from "@/ui/fields";
import { Amount, Day, Panel } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";

/** What somebody wants undone where a rule wants others to say so, too; nothing where nothing waits. */
export function Undoings() {
  const { t } = useTranslation();
  const list = useList<Proposal>(["proposals", "undoing"], (after) => got(api.GET("/v1/proposals", { params: { query: { undoing: true, limit: 100, after } } })), FED);
  if (list.data === undefined) return <ProblemNote error={list.error} onRetry={() => void list.refetch()} />;
  if (list.data.length === 0) return null;
  return (
    <Panel flush title={t("bank.undoings")}>
      <DataTable
        label={t("bank.undoings")}
        query={list}
        rowKey={(p) => p.id}
        empty=""
        columns={[
          { key: "customer", title: t("common.customer"), className: "wrap", render: (p) => <CustomerName id={p.customer} /> },
          { key: "booked", title: t("bank.booked"), render: (p) => <Day value={p.booked_on} /> },
          { key: "amount", title: t("common.amount"), align: "right", render: (p) => <Amount value={p.amount} /> },
          { key: "day", title: t("bank.undoDay"), className: "wrap", render: (p) => ((p.undo_date ?? null) === null ? t("bank.undoOnPosted") : <Day value={p.undo_date} />) },
          { key: "by", title: t("bank.undoBegun"), className: "wrap", render: (p) => <span><People ids={p.undo_approved_by} /></span> },
          { key: "open", title: "", align: "right", render: (p) => <Link to={`/bank?line=${p.bank_lines[0] ?? ""}`}>{t("common.open")}</Link> },
        ]}
      />
    </Panel>
  );
}
