import { describe, expect, it } from "vitest";
import { advanceOf, rateOf } from "./moneyParts";

describe("what money on account is for", () => {
  it("is left to the company where nothing is said", () => {
    expect(advanceOf(undefined)).toBeUndefined();
    expect(advanceOf(null)).toBeUndefined();
    expect(advanceOf({ tax_category: " " })).toBeUndefined();
  });

  it("is sent as it was said, and half of it too: the server asks for the rest", () => {
    expect(advanceOf({ tax_category: " 13 ", supply: "service" })).toEqual({ tax_category: "13", supply: "service" });
    expect(advanceOf({ tax_category: "13" })).toEqual({ tax_category: "13" });
    expect(advanceOf({ supply: "goods" })).toEqual({ tax_category: "", supply: "goods" });
  });
});

describe("a rate of exchange", () => {
  it("is none without its figure", () => {
    expect(rateOf(undefined)).toBeUndefined();
    expect(rateOf({ date: "2026-11-27", source: "PBOC", rate: " " })).toBeUndefined();
  });

  it("is read as amounts are, and what is no figure goes as it was typed", () => {
    expect(rateOf({ rate: "７.1253", date: "2026-11-27", source: " 中国银行 " })).toEqual({ rate: "7.1253", date: "2026-11-27", source: "中国银行" });
    expect(rateOf({ rate: "seven" })).toEqual({ rate: "seven" });
  });
});
