import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useAccount } from "@/ui/accounts";
import { PartyName } from "@/ui/fields";
import { Amount } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { Head, Shown, useReport, type ReportQuery } from "./report";

/** What each customer owes on a day, by control account and currency: credits that pay nothing yet stand apart. */
export function Balances({ query }: { query: ReportQuery }) {
  const { t } = useTranslation();
  const named = useAccount();
  const report = useReport<Schemas["BalancesReportView"]>("balances", query);
  return (
    <Shown of={report}>
      {(found) => (
        <>
          <Head report={found.report} />
          <DataTable
            label={t("reports.balances")}
            query={given(found.accounts)}
            rowKey={(a) => a.customer.code + a.account + a.balance.currency}
            to={(a) => `/customers/${a.customer.code}/ledger`}
            empty={<Nothing title={t("reports.empty")} />}
            columns={[
              { key: "customer", title: t("common.customer"), className: "wrap", render: (a) => <PartyName party={a.customer} /> },
              { key: "account", title: t("reports.account"), className: "wrap", render: (a) => named(a.account) },
              { key: "owed", title: t("reports.owed"), align: "right", render: (a) => <Amount value={a.owed} currency={false} /> },
              { key: "unapplied", title: t("customers.unapplied"), align: "right", render: (a) => <Amount value={a.unapplied} currency={false} dash /> },
              { key: "balance", title: t("customers.balance"), align: "right", render: (a) => <Amount value={a.balance} /> },
            ]}
            foot={found.totals.map((total) => (
              <tr key={total.account + total.balance.currency}>
                <td colSpan={2} data-label="">
                  {t("common.total")} {named(total.account)}
                </td>
                <td className="right" data-label={t("reports.owed")}>
                  <Amount value={total.owed} currency={false} />
                </td>
                <td className="right" data-label={t("customers.unapplied")}>
                  <Amount value={total.unapplied} currency={false} dash />
                </td>
                <td className="right" data-label={t("customers.balance")}>
                  <Amount value={total.balance} />
                </td>
              </tr>
            ))}
          />
        </>
      )}
    </Shown>
  );
}
