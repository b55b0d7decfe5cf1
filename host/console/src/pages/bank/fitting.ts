import type { Schemas } from "@/api/client";
import { compareDecimals } from "@/lib/amount";

type Line = Schemas["BankLine"];

/** Whether a line shows just this money leave, and nothing was done with it yet: amounts are the server's text, of one form. */
export function fits(line: Pick<Line, "credit" | "amount" | "remaining" | "status">, money: Schemas["Money"]): boolean {
  return line.status === "open" && !line.credit && line.amount.currency === money.currency && line.amount.amount === money.amount && line.remaining.amount === line.amount.amount;
}

/** Whether a line may have brought what a bill came to: no more than its face, and nothing was done with it yet. */
export function brings(line: Pick<Line, "credit" | "amount" | "remaining" | "status">, face: Schemas["Money"]): boolean {
  const whole = line.status === "open" && line.credit && line.remaining.amount === line.amount.amount;
  return whole && line.amount.currency === face.currency && compareDecimals(line.amount.amount, face.amount) <= 0;
}
