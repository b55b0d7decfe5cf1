import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { localOf, taxRulesOf } from "./country";

describe("what a form begins with in a country", () => {
  it("is the country's, and nothing where that is not plain", () => {
    expect(localOf("CN")).toEqual({ currency: "CNY", locale: "zh-CN", taxScheme: "CN:USCC", accountScheme: "CN" });
    expect(localOf("DE")).toEqual({ currency: "EUR", locale: "en", taxScheme: "EU:VAT", accountScheme: "IBAN" });
    expect(localOf("US")).toEqual({ currency: "USD", locale: "en", taxScheme: undefined, accountScheme: "other" });
    expect(localOf("ZZ").currency).toBeUndefined();
  });

  it("has the scheme of a tax id that the server gives rows of a sheet", () => {
    const list = /const EU: \[&str; 27\] = \[(.*?)\];/s.exec(readFileSync("../crates/sheets/src/record/defaults.rs", "utf8"))?.[1] ?? "";
    const members = [...list.matchAll(/"([A-Z]{2})"/g)].map(([, code]) => code ?? "");
    expect(members.length).toBe(27);
    expect(members.filter((code) => localOf(code).taxScheme !== "EU:VAT")).toEqual([]);
  });

  it("has tax rules only where some are named for it", () => {
    const plugins = [{ name: "tax-generic", world: "tax" }, { name: "tax-cn-vat", world: "tax" }, { name: "statement-cn", world: "statement" }];
    expect(taxRulesOf(plugins, "CN")?.name).toBe("tax-cn-vat");
    expect(taxRulesOf(plugins, "DE")).toBeUndefined();
    expect(taxRulesOf(plugins, "")).toBeUndefined();
  });
});
