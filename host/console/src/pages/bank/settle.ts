import type { SettleBody } from "@/api/shapes";
import type { Schemas } from "@/api/client";
import { filled } from "@/lib/filled";
import { compareDecimals, isZero, readAmount } from "@/lib/amount";

/** Withheld tax is not in the snapshot of the API yet. */
export type Kind = Schemas["SettleDifferenceName"] | "withholding";

/** The evidence of tax that a payer withheld. */
export interface Certificate {
  number?: string;
  date?: string | undefined;
  authority?: string;
}

export interface Chosen {
  /** Item id → what is typed for it. */
  items: Record<string, string>;
  onAccount: string;
  customer: string | undefined;
  /** The day on which it counts, where the bank's own is locked. */
  day?: string | undefined;
  differences: { kind: Kind; amount: string; item?: string | undefined; certificate?: Certificate }[];
}

/** What a tick proposes: all that is open, or all of the line where that is less. Compared as text; nothing is subtracted here. */
export function proposedAmount(open: string, remaining: string): string {
  return compareDecimals(open, remaining) <= 0 ? open : remaining;
}

/** The body that settles the line, or `null` while nothing is chosen. Whether it balances is the server's to say. */
export function bodyOf(chosen: Chosen): SettleBody | null {
  const amount = (typed: string) => readAmount(typed) ?? typed.trim();
  const allocations = Object.entries(chosen.items)
    .filter(([, typed]) => typed.trim() !== "")
    .map(([item, typed]) => ({ item, amount: amount(typed) }));
  const onAccount = chosen.onAccount.trim() === "" || isZero(amount(chosen.onAccount)) ? undefined : amount(chosen.onAccount);
  if (allocations.length === 0 && (onAccount === undefined || chosen.customer === undefined)) return null;
  const differences = chosen.differences
    .filter((d) => d.amount.trim() !== "")
    .map((d) => {
      // A charge is the line's; of the others the item says what is written off, by default the first that is settled.
      const item = d.item ?? (d.kind === "charge" ? undefined : allocations[0]?.item);
      const certificate = d.kind === "withholding" ? { certificate: certificateOf(d.certificate ?? {}) } : {};
      return { kind: d.kind, amount: amount(d.amount), ...(item === undefined ? {} : { item }), ...certificate };
    }) as SettleBody["differences"];
  return {
    allocations,
    ...(chosen.customer === undefined ? {} : { customer: chosen.customer }),
    ...(onAccount === undefined ? {} : { on_account: onAccount }),
    ...(chosen.day === undefined ? {} : { effective_date: chosen.day }),
    ...(differences === undefined || differences.length === 0 ? {} : { differences }),
  };
}

/** Without what is blank: the server says what it needs. */
function certificateOf({ number, date, authority }: Certificate): Certificate {
  const some = { number: filled(number), date, authority: filled(authority) };
  return Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined));
}
