import type { Schemas } from "@/api/client";

type Line = Schemas["BankLine"];

/** Whether a line shows just this money leave, and nothing was done with it yet: amounts are the server's text, of one form. */
export function fits(line: Pick<Line, "credit" | "amount" | "remaining" | "status">, money: Schemas["Money"]): boolean {
  return line.status === "open" && !line.credit && line.amount.currency === money.currency && line.amount.amount === money.amount && line.remaining.amount === line.amount.amount;
}
