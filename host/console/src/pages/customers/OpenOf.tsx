import type { UseQueryResult } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schemas } from "@/api/client";
import { useCode } from "@/i18n/code";
import { useAccount } from "@/ui/accounts";
import { Amount, Day, Panel } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";

type Item = Schemas["CurrentItem"];

/** What is open of a customer and would go over with a merge. What she is owed is negative. */
export function OpenOf({ items }: { items: UseQueryResult<Item[]> }) {
  const { t } = useTranslation();
  const named = useAccount();
  const code = useCode();
  return (
    <Panel flush title={t("merges.moves")}>
      <DataTable
        label={t("merges.moves")}
        query={items}
        rowKey={(i) => i.id}
        empty={<Nothing title={t("merges.movesNone")} />}
        columns={[
          { key: "number", title: t("common.number"), render: (i) => (i.document === null || i.document === undefined ? (i.number ?? "") : <Link to={`/documents/${i.document}`}>{i.number}</Link>) },
          { key: "kind", title: t("common.kind"), render: (i) => code("documentKind", i.kind) },
          { key: "account", title: t("reports.account"), className: "wrap", render: (i) => named(i.account) },
          { key: "date", title: t("common.date"), render: (i) => <Day value={i.document_date} /> },
          { key: "due", title: t("customers.due"), render: (i) => <Day value={i.due_date} /> },
          { key: "open", title: t("customers.open"), align: "right", render: (i) => <Amount value={signed(i)} /> },
        ]}
      />
    </Panel>
  );
}

/** An open amount with its side: a credit is negative. */
export const signed = ({ sign, open }: Pick<Item, "sign" | "open">): Schemas["Money"] => (sign < 0 ? { ...open, amount: `-${open.amount}` } : open);
