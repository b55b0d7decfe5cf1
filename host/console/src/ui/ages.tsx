import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { isZero, lengths } from "@/lib/amount";
import { useFormat } from "./format";

const AgeChart = lazy(() => import("./AgeChart"));

/** Names of the buckets between the edges: not due, 1–30, 31–60 …, over the last. */
export function useBuckets(): (edges: readonly number[]) => string[] {
  const { t } = useTranslation();
  return (edges) => {
    const names = [t("ages.notDue")];
    edges.forEach((edge, n) => names.push(t("ages.days", { from: n === 0 ? 1 : (edges[n - 1] ?? 0) + 1, to: edge })));
    const last = edges.at(-1);
    names.push(last === undefined ? t("ages.overdue") : t("ages.over", { days: last + 1 }));
    return names;
  };
}

/** Ages as bars, and as a table for who does not see them. */
export function Ages({ labels, amounts, currency }: { labels: string[]; amounts: string[]; currency: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const long = lengths(amounts);
  const bars = amounts.map((amount, n) => ({
    label: labels[n] ?? "",
    text: isZero(amount) ? "" : format.amount(amount),
    // What is there is seen, however little beside the longest.
    length: isZero(amount) ? 0 : Math.max(8, long[n] ?? 0),
  }));
  return (
    <>
      <Suspense fallback={<div style={{ height: 220 }} />}>
        <AgeChart bars={bars} />
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
