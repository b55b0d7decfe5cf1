import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useAccountName } from "@/api/chart";
import { useCode } from "@/i18n/code";
import { isZero } from "@/lib/amount";
import { useFormat } from "@/ui/format";
import { Day, Panel } from "@/ui/parts";
import { DataTable, given, type Column } from "@/ui/table";
import { useAgeNames } from "../customers/ages";
import type { Movement, Sealed } from "./sealed";

/** The sealed figures, beside the PDF that was made of them. */
export function Figures({ sealed, why }: { sealed: Sealed; why: ReactNode }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const ages = useAgeNames();
  const accountName = useAccountName();
  const takenBack = (m: Movement) => (m.references ?? []).filter((reference) => reference.kind === "original").map((reference) => reference.value);
  // Beside a sheet that is read there is room for three columns: what belongs together stands in one.
  const moved = (m: Movement) => {
    const sides = ([[t("customers.debit"), m.debit], [t("customers.credit"), m.credit]] as const).filter(([, amount]) => !isZero(amount));
    if (sides.length === 0) return <span className="quiet">–</span>;
    return (
      <span className="names">
        {sides.map(([side, amount]) => (
          <span key={side} className="names">
            <span>{format.amount(amount)}</span>
            <span className="quiet small">{side}</span>
          </span>
        ))}
      </span>
    );
  };
  const columns: Column<Movement>[] = [
    {
      key: "number",
      title: `${t("common.number")} · ${t("common.date")}`,
      render: (m) => (
        <span className="names">
          <Link to={`/documents/${encodeURIComponent(m.number)}`}>{m.number}</Link>
          <span className="quiet small">{code("documentKind", m.kind)}</span>
          <span className="quiet small"><Day value={m.posting_date} /></span>
          {takenBack(m).map((number) => (
            <span key={number} className="quiet small">{`${t("documents.reverses")} ${number}`}</span>
          ))}
        </span>
      ),
    },
    { key: "moved", title: `${t("customers.debit")} · ${t("customers.credit")}`, align: "right", render: moved },
    { key: "balance", title: t("customers.running"), align: "right", render: (m) => format.amount(m.balance) },
  ];
  return (
    <>
      {sealed.sections.map((section) => (
        <div key={section.account + section.currency} className="stack">
          <Panel title={`${t("statements.figures")} · ${section.account} ${accountName(section.account)} · ${section.currency}`} extra={why}>
            <dl className="facts" style={{ gridTemplateColumns: "minmax(0, 1fr) max-content" }}>
              {(
                [
                  [t("statements.opening"), section.opening],
                  [t("customers.debit"), section.total_debit],
                  [t("customers.credit"), section.total_credit],
                  [t("statements.closing"), section.closing],
                  [t("ages.unapplied"), section.unapplied],
                ] as const
              ).map(([label, amount]) => (
                <div key={label} style={{ display: "contents" }}>
                  <dt>{label}</dt>
                  <dd className="num right strong">{format.amount(amount)}</dd>
                </div>
              ))}
              {section.aging.buckets.map((bucket) => (
                <div key={bucket.key} style={{ display: "contents" }}>
                  <dt>{ages(bucket.key)}</dt>
                  <dd className="num right">{format.amount(bucket.amount)}</dd>
                </div>
              ))}
            </dl>
          </Panel>
          <Panel flush title={t("statements.movements")}>
            <DataTable label={t("statements.movements")} query={given(section.movements)} columns={columns} rowKey={(m) => m.id} empty={t("customers.ledgerNone")} />
          </Panel>
          {section.prior_period.length > 0 && (
            <Panel flush title={t("statements.prior")}>
              <DataTable label={t("statements.prior")} query={given(section.prior_period)} columns={columns} rowKey={(m) => m.id} empty="" />
            </Panel>
          )}
          <Panel flush title={t("statements.items")}>
            <DataTable
              label={t("statements.items")}
              query={given(section.open_items)}
              rowKey={(i) => i.id}
              empty={t("customers.itemsNone")}
              columns={[
                {
                  key: "number",
                  title: `${t("common.number")} · ${t("common.kind")}`,
                  render: (i) => (
                    <span className="names">
                      <Link to={`/documents/${encodeURIComponent(i.number)}`}>{i.number}</Link>
                      <span className="quiet small">{code("documentKind", i.kind)}</span>
                    </span>
                  ),
                },
                {
                  key: "due",
                  title: t("customers.due"),
                  render: (i) => (
                    <span className="names">
                      <Day value={i.due} />
                      {i.days_overdue > 0 && <span className="quiet small">{`${t("customers.overdue")}${t("common.colon")}${format.count(i.days_overdue)}`}</span>}
                    </span>
                  ),
                },
                { key: "open", title: t("customers.open"), align: "right", render: (i) => format.amount(i.open) },
              ]}
            />
          </Panel>
        </div>
      ))}
    </>
  );
}
