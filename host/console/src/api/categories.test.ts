import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { words } from "@/i18n/words";
import { CHINA, configured, firstCategory, inOrder, pricesOf, standardOf, unconfigured } from "./categories";

describe("tax categories", () => {
  it("are read out of a configuration that has some", () => {
    expect(configured({ categories: [{ code: "std", rates: [] }, { code: "red" }, { name: "x" }] })).toEqual(["std", "red"]);
    expect(configured({})).toEqual([]);
    expect(configured({ categories: "13" })).toEqual([]);
    expect(configured(null)).toEqual([]);
    expect(configured({ taxes: [{ categories: ["standard"] }, { categories: ["zero", 7] }, { code: "X" }] })).toEqual(["standard", "zero"]);
  });

  it("are those of China's own table where no configuration says otherwise", () => {
    const rust = readFileSync("../../plugins/tax-cn-vat/src/category.rs", "utf8");
    const table = /pub fn defaults\(\)(.*?)\n\}\n/s.exec(rust)?.[1] ?? "";
    const written = [...table.matchAll(/"([a-z0-9-]+)"/g)].map(([, code]) => code ?? "").concat("export-0");
    expect([...new Set(written)].sort()).toEqual([...CHINA].sort());
    expect(Object.keys(words.codes.taxCategoryOf).sort()).toEqual([...CHINA].sort());
    expect(unconfigured("CN", {})).toEqual(CHINA);
    expect(unconfigured("CN", { only_these_categories: true, categories: [] })).toEqual([]);
    expect(unconfigured("CN", { taxes: [] })).toEqual([]);
    expect(unconfigured("DE", {})).toEqual([]);
    expect(inOrder(["own", "6", "13", "6", "a"])).toEqual(["13", "6", "a", "own"]);
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
