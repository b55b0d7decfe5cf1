import { describe, expect, it } from "vitest";
import { configured, firstCategory, pricesOf, standardOf } from "./categories";

describe("tax categories", () => {
  it("are read out of a configuration that has some", () => {
    expect(configured({ categories: [{ code: "std", rates: [] }, { code: "red" }, { name: "x" }] })).toEqual(["std", "red"]);
    expect(configured({})).toEqual([]);
    expect(configured({ categories: "13" })).toEqual([]);
    expect(configured(null)).toEqual([]);
    expect(configured({ taxes: [{ categories: ["standard"] }, { categories: ["zero", 7] }, { code: "X" }] })).toEqual(["standard", "zero"]);
  });

  it("have a standard one, and prices with or without tax, where the rules say so", () => {
    expect(standardOf({ taxes: [{ treatment: "zero", categories: ["zero"] }, { treatment: "standard", categories: ["std"] }] })).toBe("std");
    expect(standardOf({ taxes: [{ treatment: "zero", categories: ["zero"] }] })).toBeUndefined();
    expect(standardOf({ categories: [] })).toBeUndefined();
    expect([pricesOf({ price_mode: "inclusive" }), pricesOf({}), pricesOf(null)]).toEqual(["inclusive", "exclusive", "exclusive"]);
  });

  it("begin with the standard rate, in China without a word, or with what leaves no choice", () => {
    expect(firstCategory("CN", [])).toBe("13");
    expect(firstCategory("DE", ["std"])).toBe("std");
    expect(firstCategory("DE", ["std", "red"])).toBeUndefined();
    expect(firstCategory("DE", ["red", "std"], "std")).toBe("std");
    expect(firstCategory(undefined, [])).toBeUndefined();
  });
});
