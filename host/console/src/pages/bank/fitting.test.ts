import { describe, expect, it } from "vitest";
import { fits, shows } from "./fitting";

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

describe("the line that brought what a bill came to", () => {
  const face = { amount: "1000.00", currency: "CNY" };
  const of = (amount: string, currency = "CNY") => ({ credit: true, status: "open", amount: { amount, currency }, remaining: { amount, currency } }) as const;

  it("came in whole, in the bill's currency, and is no more than its face", () => {
    expect([of("1000.00"), of("980.5"), of("1000.01"), of("980.00", "USD")].map((line) => shows(line, face, true))).toEqual([true, true, false, false]);
    expect(shows({ ...of("980.00"), status: "posted" }, face, true)).toBe(false);
    expect(shows({ ...of("980.00"), remaining: { amount: "1.00", currency: "CNY" } }, face, true)).toBe(false);
  });

  it("went out, of what is paid back", () => {
    expect(shows(of("980.00"), face, false)).toBe(false);
    expect(shows({ ...of("980.00"), credit: false }, face, false)).toBe(true);
  });
});
