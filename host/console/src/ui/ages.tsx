import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { fetched } from "@/app/fetched";
import { isZero, lengths } from "@/lib/amount";
import { useFormat } from "./format";

const AgeChart = lazy(() => fetched(() => import("./AgeChart")));

/** Names of the buckets between the edges: not due, 1–30, 31–60 …, over the last; and the short ones. */
export function useBuckets(): (edges: readonly number[]) => { labels: string[]; short: string[] } {
  const { t } = useTranslation();
  return (edges) => {
    const from = (n: number) => (n === 0 ? 1 : (edges[n - 1] ?? 0) + 1);
    const last = edges.at(-1);
    return {
      labels: [t("ages.notDue"), ...edges.map((to, n) => t("ages.days", { from: from(n), to })), last === undefined ? t("ages.overdue") : t("ages.over", { days: last + 1 })],
      short: [t("ages.notDue"), ...edges.map((to, n) => `${from(n)}–${to}`), last === undefined ? t("ages.overdue") : `${last + 1}+`],
    };
  };
}

/** Ages as bars, and as a table for who does not see them. `short`: the labels under the bars, days without their unit. */
export function Ages({ labels, short, amounts, currency }: { labels: string[]; short: string[]; amounts: string[]; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const long = lengths(amounts);
  const bars = amounts.map((amount, n) => ({
    label: short[n] ?? "",
    text: isZero(amount) ? "" : format.amount(amount),
    // What is there is seen, however little beside the longest.
    length: isZero(amount) ? 0 : Math.max(8, long[n] ?? 0),
  }));
  return (
    <>
      <Suspense fallback={<div style={{ height: 240 }} />}>
        <AgeChart bars={bars} unit={t("ages.daysOverdue")} />
      </Suspense>
      <table className="sr">
        <caption>
          {t("ages.title")} ({currency})
        </caption>
        <tbody>
          {amounts.map((amount, n) => (
            <tr key={n}>
              <th scope="row">{labels[n]}</th>
              <td>{format.amount(amount)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
