import { useQuery } from "@tanstack/react-query";
import { useLanguage } from "@/i18n";
import { api, tagged, type Schemas } from "./client";
import type { ChartLine } from "./shapes";
import { bankAccounts } from "./whole";

export const readChart = () => tagged(api.GET("/v1/chart"));

type Named = Pick<ChartLine, "account" | "name_zh" | "name_en">;
type Money = Pick<Schemas["BankAccount"], "ledger_account" | "bank" | "number">;

/** Names by account: those of the chart, the last line of an account counts; of accounts of money that have no line, the bank and its number. */
export function namesOf(lines: readonly Named[], money: readonly Money[], english: boolean): Map<string, string> {
  const names = new Map(money.map((own) => [own.ledger_account, `${own.bank} ${own.number}`]));
  for (const line of lines) names.set(line.account, english ? line.name_en : line.name_zh);
  return names;
}

/** What an answer calls an account; nothing where it does not. */
export const namedBy = (of: { name_zh?: string | null; name_en?: string | null }, english: boolean): string | undefined => (english ? of.name_en : of.name_zh) ?? undefined;

/** Accounts that people may post to by hand, each once, by number. */
export function byHand(lines: readonly (Named & Pick<ChartLine, "by_hand">)[], english: boolean): { value: string; label: string }[] {
  const names = namesOf(lines.filter((line) => line.by_hand), [], english);
  return [...names].sort(([a], [b]) => a.localeCompare(b)).map(([value, name]) => ({ value, label: `${value} ${name}` }));
}

function useChartLines(): ChartLine[] {
  const chart = useQuery({ queryKey: ["chart"], queryFn: readChart, staleTime: 60_000, retry: false });
  return chart.data?.body.lines ?? [];
}

/** What an account is called; nothing where the chart does not say. */
export function useAccountName(): (account: string) => string {
  const english = useLanguage() === "en";
  const lines = useChartLines();
  const money = useQuery({ queryKey: ["bank-accounts"], queryFn: bankAccounts, staleTime: 60_000, retry: false });
  const names = namesOf(lines, money.data?.items ?? [], english);
  return (account) => names.get(account) ?? "";
}

export function useAccountsByHand(): { value: string; label: string }[] {
  const english = useLanguage() === "en";
  return byHand(useChartLines(), english);
}
