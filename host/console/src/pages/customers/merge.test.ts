import { describe, expect, it } from "vitest";
import { fateOf } from "./merge";
import { signed } from "./OpenOf";

const money = (amount: string) => ({ amount, currency: "CNY" });

describe("what went over with a merge", () => {
  it("is untouched as long as all of it is open", () => {
    expect(fateOf({ open: money("100.00"), original: money("100.00") })).toBe("untouched");
    expect(fateOf({ open: money("99.99"), original: money("100.00") })).toBe("used");
    expect(fateOf(undefined)).toBe("used");
  });

  it("has its side", () => {
    expect(signed({ sign: 1, open: money("5.00") })).toEqual(money("5.00"));
    expect(signed({ sign: -1, open: money("5.00") })).toEqual(money("-5.00"));
  });
});
