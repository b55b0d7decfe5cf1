import type { SettleBody } from "@/api/shapes";
import type { Schemas } from "@/api/client";
import { filled } from "@/lib/filled";
import { compareDecimals, isZero, readAmount } from "@/lib/amount";

export type Kind = Schemas["SettleDifferenceName"];

/** The evidence of tax that a payer withheld. */
export interface Certificate {
  number?: string;
  date?: string | undefined;
  authority?: string;
}

export interface Chosen {
  /** Item id → what is typed for it. */
  items: Record<string, string>;
  /** Item id → its number, of those that were ticked. */
  numbers?: Record<string, string>;
  /** Item id → the customer's code, of those that were ticked. */
  whose?: Record<string, string>;
  /** A credit's item id → what it pays besides the money, by default of the first item that is settled. */
  credits?: Record<string, { amount: string; item?: string | undefined }>;
  onAccount: string;
  /** What of it nobody is known to own. */
  suspense?: string;
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
  const some = (typed: string) => (typed.trim() === "" || isZero(amount(typed)) ? undefined : amount(typed));
  const onAccount = some(chosen.onAccount);
  const suspense = some(chosen.suspense ?? "");
  if (allocations.length === 0 && suspense === undefined && (onAccount === undefined || chosen.customer === undefined)) return null;
  // Of money that is all nobody's no customer is named.
  const customer = allocations.length === 0 && onAccount === undefined ? undefined : chosen.customer;
  const differences = chosen.differences
    .filter((d) => d.amount.trim() !== "")
    .map((d) => {
      // A charge is the line's; of the others the item says what is written off, by default the first that is settled.
      const item = allocations.find((a) => a.item === d.item)?.item ?? (d.kind === "charge" ? undefined : allocations[0]?.item);
      const certificate = d.kind === "withholding" ? { certificate: certificateOf(d.certificate ?? {}) } : {};
      return { kind: d.kind, amount: amount(d.amount), ...(item === undefined ? {} : { item }), ...certificate };
    }) as SettleBody["differences"];
  const credits = sentCredits(chosen).flatMap(([credit_item, credit]) => {
    const item = paidBy(chosen, credit.item);
    return item === undefined ? [] : [{ item, credit_item, amount: amount(credit.amount) }];
  });
  return {
    allocations,
    ...(credits.length === 0 ? {} : { credits }),
    ...(customer === undefined ? {} : { customer }),
    ...(onAccount === undefined ? {} : { on_account: onAccount }),
    ...(suspense === undefined ? {} : { suspense }),
    ...(chosen.day === undefined ? {} : { effective_date: chosen.day }),
    ...(differences === undefined || differences.length === 0 ? {} : { differences }),
  };
}

/** The item that a credit or a difference is of: the one that is chosen as long as that is settled, else the first. */
export function paidBy(chosen: Chosen, item: string | undefined): string | undefined {
  const settled = Object.keys(chosen.items).filter((id) => chosen.items[id]?.trim() !== "");
  return settled.find((id) => id === item) ?? settled[0];
}

/** The credits that are sent: those with an amount, in their order in the body. */
export const sentCredits = (chosen: Chosen) => Object.entries(chosen.credits ?? {}).filter(([, credit]) => credit.amount.trim() !== "");

/** Whether what is typed can be no amount. */
export const isUnread = (typed: string): boolean => typed.trim() !== "" && readAmount(typed) === null;

/** What is still missing before the server can be asked; `null` where nothing is. */
export function missingIn(chosen: Chosen): "amount" | "customer" | "choice" | null {
  const typed = [...Object.values(chosen.items), ...sentCredits(chosen).map(([, credit]) => credit.amount), chosen.onAccount, chosen.suspense ?? ""];
  if (typed.some(isUnread)) return "amount";
  if (bodyOf(chosen) !== null) return null;
  const onAccount = chosen.onAccount.trim();
  return chosen.customer === undefined && onAccount !== "" && !isZero(readAmount(onAccount) ?? onAccount) ? "customer" : "choice";
}

/** Without what is blank: the server says what it needs. */
function certificateOf({ number, date, authority }: Certificate): Certificate {
  const some = { number: filled(number), date, authority: filled(authority) };
  return Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined));
}

/** Where in the body a difference of the form is: those without an amount are not sent. */
export const sentAt = (differences: Chosen["differences"], n: number): number => differences.slice(0, n).filter((d) => d.amount.trim() !== "").length;

export interface ReturnFields {
  /** Whose receipts are shown. */
  customer?: string | undefined;
  receipt: string;
  fee?: string;
  /** Where the day on which it was booked is locked. */
  effective_date?: string;
}

/** The receipt that a line takes back, with the fee that the bank does not show. */
export function returnBody({ receipt, fee, effective_date }: ReturnFields): Schemas["ReturnReceiptBody"] {
  const [typed, day] = [filled(fee), filled(effective_date)];
  return { receipt, ...(typed === undefined ? {} : { fee: readAmount(typed) ?? typed }), ...(day === undefined ? {} : { effective_date: day }) };
}

/** How an approval is taken back; a day that is asked for since its own is locked is the later word. */
export function undoBody(fields: { date?: string; reason?: string }, day: string | undefined): { date?: string; reason?: string } {
  const [date, reason] = [day ?? filled(fields.date), filled(fields.reason)];
  return { ...(date === undefined ? {} : { date }), ...(reason === undefined ? {} : { reason }) };
}
