import { describe, expect, it } from "vitest";
import { fits } from "./fitting";

describe("the line that shows a payout leave", () => {
  const money = { amount: "1000.00", currency: "CNY" };
  const line = { credit: false, status: "open", amount: money, remaining: money } as const;

  it("took just this money out, and is open", () => {
    expect(fits(line, money)).toBe(true);
    expect(fits({ ...line, credit: true }, money)).toBe(false);
    expect(fits({ ...line, status: "proposed" }, money)).toBe(false);
    expect(fits({ ...line, amount: { amount: "1000.01", currency: "CNY" } }, money)).toBe(false);
    expect(fits({ ...line, amount: { amount: "1000.00", currency: "USD" } }, money)).toBe(false);
    expect(fits({ ...line, remaining: { amount: "1.00", currency: "CNY" } }, money)).toBe(false);
  });
});
