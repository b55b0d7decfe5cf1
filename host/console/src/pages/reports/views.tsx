import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schemas } from "@/api/client";
import { useCode } from "@/i18n/code";
import { useAccount } from "@/ui/accounts";
import { PartyName } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { Amount, Day, Tag } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable, given, type Column } from "@/ui/table";
import { useAgeNames } from "../customers/ages";
import { Head, Shown, useReport, type ReportQuery } from "./report";

export function Aging({ query }: { query: ReportQuery }) {
  const { t } = useTranslation();
  const named = useAccount();
  const ages = useAgeNames();
  const report = useReport<Schemas["AgingView"]>("aging", query);
  return (
    <Shown of={report}>
      {(found) => {
        const first = found.accounts[0];
        const keys = first === undefined ? [] : first.ages.map((age) => age.key);
        const columns: Column<Schemas["AgingAccountView"]>[] = [
          { key: "customer", title: t("common.customer"), className: "wrap", render: (a) => <PartyName party={a.customer} /> },
          { key: "account", title: t("reports.account"), render: (a) => named(a.account, a.balance.currency) },
          { key: "balance", title: t("ages.balance"), align: "right", render: (a) => <Amount value={a.balance} currency={false} /> },
          ...keys.map((key, n): Column<Schemas["AgingAccountView"]> => ({ key, title: ages(key), align: "right", render: (a) => <Amount value={a.ages[n]?.amount} currency={false} dash /> })),
          { key: "unapplied", title: t("ages.unapplied"), align: "right", render: (a) => <Amount value={a.unapplied} currency={false} dash /> },
        ];
        const missing = found.treatment.missing_due_date === "not-due" ? t("reports.missingOf.not-due") : t("reports.missingOf.document-date");
        return (
          <>
            <Head report={found.report}>
              · {t("reports.treatment", { missing })} {found.estimate && <Tag tone="wait">{t("reports.estimate")}</Tag>}
            </Head>
            <DataTable
              label={t("reports.aging")}
              query={given(found.accounts)}
              columns={columns}
              rowKey={(a) => a.customer.code + a.account + a.balance.currency}
              to={(a) => `/customers/${a.customer.code}/items`}
              empty={<Nothing title={t("reports.empty")} />}
              foot={found.totals.map((total) => (
                <tr key={total.account + total.balance.currency}>
                  <td data-label="">{t("common.total")}</td>
                  <td data-label={t("reports.account")}>{named(total.account, total.balance.currency)}</td>
                  <td className="right" data-label={t("ages.balance")}><Amount value={total.balance} currency={false} /></td>
                  {total.ages.map((age, n) => (
                    <td key={n} className="right" data-label={ages(keys[n] ?? "")}>
                      <Amount value={age} currency={false} dash />
                    </td>
                  ))}
                  <td className="right" data-label={t("ages.unapplied")}><Amount value={total.unapplied} currency={false} dash /></td>
                </tr>
              ))}
            />
          </>
        );
      }}
    </Shown>
  );
}

/** By currency, and where there is another one than the base currency in that over all. */
function totalsOf({ report, totals, base_total }: Schemas["TrialBalanceView"]) {
  const foreign = totals.some((total) => total.debit.currency !== report.base_currency);
  return [...totals.map((total) => ({ total, base: false })), ...(foreign ? [{ total: base_total, base: true }] : [])];
}

export function TrialBalance({ query }: { query: ReportQuery }) {
  const { t } = useTranslation();
  const named = useAccount();
  const report = useReport<Schemas["TrialBalanceView"]>("trial-balance", query);
  return (
    <Shown of={report}>
      {(found) => (
        <>
          <Head report={found.report} />
          <DataTable
            label={t("reports.trialBalance")}
            query={given(found.accounts)}
            rowKey={(a) => a.account + a.closing.currency}
            empty={<Nothing title={t("reports.empty")} />}
            columns={[
              { key: "account", title: t("reports.account"), className: "wrap", render: (a) => named(a) },
              { key: "currency", title: t("common.currency"), render: (a) => a.closing.currency },
              { key: "opening", title: t("reports.opening"), align: "right", render: (a) => <Amount value={a.opening} currency={false} dash /> },
              { key: "debit", title: t("reports.debit"), align: "right", render: (a) => <Amount value={a.debit} currency={false} dash /> },
              { key: "credit", title: t("reports.credit"), align: "right", render: (a) => <Amount value={a.credit} currency={false} dash /> },
              { key: "closing", title: t("reports.closing"), align: "right", render: (a) => <Amount value={a.closing} currency={false} dash /> },
              { key: "base", title: `${t("reports.base")} (${found.report.base_currency})`, align: "right", render: (a) => <Amount value={a.base_closing} currency={false} dash /> },
            ]}
            foot={totalsOf(found).map(({ total, base }, n) => (
              <tr key={n}>
                <td data-label="">{base ? `${t("common.total")} · ${t("reports.base")}` : t("common.total")}</td>
                <td data-label={t("common.currency")}>{total.debit.currency}</td>
                <td data-label="" />
                <td className="right" data-label={t("reports.debit")}><Amount value={total.debit} currency={false} /></td>
                <td className="right" data-label={t("reports.credit")}><Amount value={total.credit} currency={false} /></td>
                <td data-label="" />
                <td data-label="" />
              </tr>
            ))}
          />
        </>
      )}
    </Shown>
  );
}

export function Ledger({ query }: { query: ReportQuery }) {
  const { t } = useTranslation();
  const named = useAccount();
  const code = useCode();
  const report = useReport<Schemas["LedgerReportView"]>("ledger", query, query["customer"] !== undefined);
  if (query["customer"] === undefined) return <Nothing title={t("reports.chooseCustomer")} />;
  return (
    <Shown of={report}>
      {(found) => (
        <>
          <Head report={found.report} />
          {found.accounts.length === 0 && <Nothing title={t("customers.ledgerNone")} />}
          {found.accounts.map((account) => (
            <div key={account.account + account.closing.currency}>
              <p style={{ padding: "8px 12px" }}>
                <strong>
                  {named(account)} · {account.closing.currency}
                </strong>{" "}
                <span className="small">
                  {t("customers.opening")} <Amount value={account.opening} currency={false} /> · {t("customers.closing")} <Amount value={account.closing} currency={false} />
                </span>
              </p>
              <DataTable
                label={`${t("reports.ledger")} ${account.account} ${account.closing.currency}`}
                query={given(account.movements)}
                rowKey={(_, n) => n}
                empty={t("customers.ledgerNone")}
                columns={[
                  { key: "date", title: t("common.date"), render: (m) => <Day value={m.date} /> },
                  { key: "number", title: t("common.number"), render: (m) => <Link to={`/documents/${encodeURIComponent(m.number)}`}>{m.number}</Link> },
                  { key: "kind", title: t("common.kind"), render: (m) => code("documentKind", m.kind) },
                  { key: "text", title: t("customers.text"), className: "wrap", render: (m) => m.text },
                  { key: "debit", title: t("customers.debit"), align: "right", render: (m) => <Amount value={m.debit} currency={false} dash /> },
                  { key: "credit", title: t("customers.credit"), align: "right", render: (m) => <Amount value={m.credit} currency={false} dash /> },
                  { key: "balance", title: t("customers.running"), align: "right", render: (m) => <Amount value={m.balance} currency={false} /> },
                ]}
              />
            </div>
          ))}
        </>
      )}
    </Shown>
  );
}

export function Tax({ query }: { query: ReportQuery }) {
  const { t } = useTranslation();
  const named = useAccount();
  const format = useFormat();
  const report = useReport<Schemas["TaxReportView"]>("tax", query);
  return (
    <Shown of={report}>
      {(found) => (
        <>
          <Head report={found.report} />
          <DataTable
            label={t("reports.tax")}
            query={given(found.taxes)}
            rowKey={(_, n) => n}
            empty={<Nothing title={t("reports.empty")} />}
            columns={[
              { key: "authority", title: t("documents.authority"), render: (x) => x.authority },
              { key: "code", title: t("documents.taxCode"), render: (x) => <span className="mono">{x.code}</span> },
              { key: "rate", title: t("documents.rate"), align: "right", render: (x) => format.percent(x.rate) },
              { key: "base", title: t("reports.taxBase"), align: "right", render: (x) => <Amount value={x.base} currency={false} dash /> },
              { key: "exempt", title: t("reports.taxExempt"), align: "right", render: (x) => <Amount value={x.exempt} currency={false} dash /> },
              { key: "out", title: t("reports.taxOut"), align: "right", render: (x) => <Amount value={x.out_of_scope} currency={false} dash /> },
              { key: "tax", title: t("reports.taxAmount"), align: "right", render: (x) => <Amount value={x.tax} /> },
            ]}
          />
          {found.posted.length > 0 && (
            <>
              <h3 style={{ fontSize: 13, padding: "16px 12px 4px" }}>{t("reports.posted")}</h3>
              <DataTable
                label={t("reports.posted")}
                query={given(found.posted)}
                rowKey={(_, n) => n}
                empty=""
                columns={[
                  { key: "account", title: t("reports.account"), className: "wrap", render: (x) => named(x.account) },
                  { key: "code", title: t("documents.taxCode"), render: (x) => <span className="mono">{x.code}</span> },
                  { key: "stated", title: t("reports.stated"), align: "right", render: (x) => <Amount value={x.stated} /> },
                  { key: "posted", title: t("reports.postedTax"), align: "right", render: (x) => <Amount value={x.posted} /> },
                  { key: "base", title: t("reports.base"), align: "right", render: (x) => <Amount value={x.base_posted} /> },
                ]}
              />
            </>
          )}
        </>
      )}
    </Shown>
  );
}

export function Unapplied({ query }: { query: ReportQuery }) {
  const { t } = useTranslation();
  const named = useAccount();
  const code = useCode();
  const format = useFormat();
  const report = useReport<Schemas["UnappliedReportView"]>("unapplied", query);
  return (
    <Shown of={report}>
      {(found) => (
        <>
          <Head report={found.report} />
          <DataTable
            label={t("reports.unapplied")}
            query={given(found.items)}
            rowKey={(i) => i.item}
            to={(i) => `/customers/${i.customer.code}/items`}
            empty={<Nothing title={t("reports.empty")} />}
            columns={[
              { key: "customer", title: t("common.customer"), className: "wrap", render: (i) => <PartyName party={i.customer} /> },
              { key: "number", title: t("common.number"), render: (i) => <Link to={`/documents/${encodeURIComponent(i.number)}`}>{i.number}</Link> },
              { key: "kind", title: t("common.kind"), render: (i) => code("documentKind", i.kind) },
              { key: "date", title: t("common.date"), render: (i) => <Day value={i.document_date} /> },
              { key: "days", title: t("reports.days"), align: "right", render: (i) => format.count(i.days) },
              { key: "original", title: t("customers.original"), align: "right", render: (i) => <Amount value={i.original} currency={false} /> },
              { key: "open", title: t("customers.open"), align: "right", render: (i) => <Amount value={i.open} /> },
            ]}
            foot={found.totals.map((total) => (
              <tr key={total.account + total.unapplied.currency}>
                <td colSpan={6} data-label="">
                  {t("common.total")} {named(total.account)}
                </td>
                <td className="right" data-label={t("customers.open")}>
                  <Amount value={total.unapplied} />
                </td>
              </tr>
            ))}
          />
        </>
      )}
    </Shown>
  );
}

export function TieOut({ query }: { query: ReportQuery }) {
  const { t } = useTranslation();
  const named = useAccount();
  const report = useReport<Schemas["TieOutView"]>("tie-out", query);
  return (
    <Shown of={report}>
      {(found) => (
        <>
          <Head report={found.report}>
            <Tag tone={found.holds ? "good" : "bad"}>{found.holds ? t("reports.holds") : t("reports.fails")}</Tag>
          </Head>
          <DataTable
            label={t("reports.tieOut")}
            query={given(found.accounts)}
            rowKey={(a) => a.account + a.ledger.currency}
            empty={<Nothing title={t("reports.empty")} />}
            columns={[
              { key: "account", title: t("reports.account"), render: (a) => named(a.account, a.ledger.currency) },
              { key: "ledger", title: t("reports.ledgerSide"), align: "right", render: (a) => <Amount value={a.ledger} currency={false} /> },
              { key: "customers", title: t("reports.customersSide"), align: "right", render: (a) => <Amount value={a.customers} currency={false} /> },
              { key: "items", title: t("reports.itemsSide"), align: "right", render: (a) => <Amount value={a.open_items} currency={false} /> },
              { key: "aging", title: t("reports.agingSide"), align: "right", render: (a) => <Amount value={a.aging} currency={false} /> },
              { key: "holds", title: t("common.status"), render: (a) => <Tag tone={a.holds ? "good" : "bad"}>{a.holds ? t("reports.holds") : t("reports.fails")}</Tag> },
            ]}
          />
          {found.regrouped.map((shown) => (
            <p key={shown.currency} className="note">
              {t("reports.regrouped")} <Amount value={shown} />
            </p>
          ))}
          {found.not_tied.length > 0 && (
            <ul className="note bad">
              {found.not_tied.map((n) => (
                <li key={n.customer}>
                  {n.customer}: {n.detail}
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </Shown>
  );
}
