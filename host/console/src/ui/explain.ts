import type { Format } from "./format";

const AMOUNTS: ReadonlySet<string> = new Set(["value", "base", "tax", "taxes-in-base", "quantity"]);
const DECIMAL = /^-?\d+(\.\d+)?$/;

/** An argument of an explanation as people read it: amounts grouped, rates in percent, rounding in words; anything else as it is. */
export function argumentText(name: string, value: string, format: Pick<Format, "amount" | "percent">, rounding: (code: string) => string): string {
  if (name === "rounding") return rounding(value);
  if (!DECIMAL.test(value)) return value;
  if (name === "rate") return format.percent(value);
  return AMOUNTS.has(name) ? format.amount(value) : value;
}
