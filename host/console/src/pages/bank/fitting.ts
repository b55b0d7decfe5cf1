import type { Schemas } from "@/api/client";
import { compareDecimals } from "@/lib/amount";

type Line = Schemas["BankLine"];

/** Whether a line shows just this money leave, and nothing was done with it yet: amounts are the server's text, of one form. */
export function fits(line: Pick<Line, "credit" | "amount" | "remaining" | "status">, money: Schemas["Money"]): boolean {
  return line.status === "open" && !line.credit && line.amount.currency === money.currency && line.amount.amount === money.amount && line.remaining.amount === line.amount.amount;
}

/** Whether a line may show money come, or go, of no more than that: nothing was done with it yet. */
export function shows(line: Pick<Line, "credit" | "amount" | "remaining" | "status">, most: Schemas["Money"], credit: boolean): boolean {
  const whole = line.status === "open" && line.credit === credit && line.remaining.amount === line.amount.amount;
  return whole && line.amount.currency === most.currency && compareDecimals(line.amount.amount, most.amount) <= 0;
}
