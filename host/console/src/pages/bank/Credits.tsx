import { Checkbox, Select } from "antd";
import { useQueries } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { openItems } from "@/api/hooks";
import { useCode } from "@/i18n/code";
import { AmountField } from "@/ui/fields";
import { Amount } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { RefusedAt } from "@/ui/refused";
import { paidBy, sentCredits, type Chosen } from "./settle";

/** Credits of whoever pays and of those whose items are settled: ticked ones pay an item beside the line's money. */
export function Credits({ chosen, currency, error, onChange }: { chosen: Chosen; currency: string; error: unknown; onChange: (chosen: Chosen) => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const ticked = Object.keys(chosen.items);
  const whose = ticked.map((item) => chosen.whose?.[item]).filter((one) => one !== undefined);
  const customers = ticked.length === 0 ? [] : [...new Set([...(chosen.customer === undefined ? [] : [chosen.customer]), ...whose])];
  const found = useQueries({ queries: customers.map((customer) => openItems(customer)) });
  const failed = found.find((query) => query.isError);
  const credits = found.flatMap((query, n) => (query.data ?? []).filter((item) => item.sign === -1 && item.open.currency === currency).map((item) => ({ item, customer: customers[n] ?? "" })));
  const sent = sentCredits(chosen).map(([id]) => id);
  const set = (id: string, credit: { amount: string; item?: string | undefined } | undefined) => {
    const next = { ...chosen.credits };
    if (credit === undefined) Reflect.deleteProperty(next, id);
    else next[id] = credit;
    onChange({ ...chosen, credits: next });
  };
  const options = ticked.map((item) => ({ value: item, label: chosen.numbers?.[item] ?? item.slice(0, 12) }));
  if (failed !== undefined) return <ProblemNote error={failed.error} onRetry={() => void failed.refetch()} />;
  if (credits.length === 0) return null;
  return (
    <div className="stack tight">
      <span className="caption">{t("bank.credits")}</span>
      <ul className="stack tight" aria-label={t("bank.credits")}>
        {credits.map(({ item, customer }) => {
          const credit = chosen.credits?.[item.id];
          return (
            <li key={item.id} className="stack tight">
              <div className="row">
                <Checkbox checked={credit !== undefined} onChange={(e) => set(item.id, e.target.checked ? { amount: item.open.amount } : undefined)}>
                  <span className="strong">{item.number}</span>{" "}
                  <span className="quiet">
                    {code("documentKind", item.kind)} · {customer}
                  </span>
                </Checkbox>
                {credit === undefined ? (
                  <Amount value={item.open} />
                ) : (
                  <>
                    <span style={{ width: 150 }}>
                      <AmountField aria-label={`${t("common.amount")} ${item.number ?? ""}`} value={credit.amount} onChange={(amount) => set(item.id, { ...credit, amount: amount ?? "" })} />
                    </span>
                    {ticked.length > 1 && (
                      <Select
                        aria-label={`${t("bank.creditPays")} ${item.number ?? ""}`}
                        style={{ width: 180 }}
                        value={paidBy(chosen, credit.item) ?? null}
                        onChange={(paid: string | null) => set(item.id, { ...credit, item: paid ?? undefined })}
                        options={options}
                      />
                    )}
                  </>
                )}
              </div>
              {sent.includes(item.id) && <RefusedAt error={error} pointer={`/credits/${sent.indexOf(item.id)}`} />}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
