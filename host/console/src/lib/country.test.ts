import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { countryName, localOf, taxRulesOf } from "./country";

describe("a country", () => {
  it("is called by its name, with its code beside it", () => {
    expect([countryName("CN", "zh-CN"), countryName("DE", "zh-CN"), countryName("DE", "en")]).toEqual(["中国 (CN)", "德国 (DE)", "Germany (DE)"]);
    expect([countryName("QQ", "en"), countryName("", "en"), countryName("china", "en")]).toEqual(["QQ", "", "china"]);
  });
});

describe("what a form begins with in a country", () => {
  it("is the country's, and nothing where that is not plain", () => {
    expect(localOf("CN")).toEqual({ currency: "CNY", taxScheme: "CN:USCC", accountScheme: "CN", chart: "cn", retentionYears: 30 });
    expect(localOf("DE")).toEqual({ currency: "EUR", taxScheme: "EU:VAT", accountScheme: "IBAN", chart: "generic", retentionYears: 10 });
    expect(localOf("US")).toEqual({ currency: "USD", taxScheme: "US:EIN", accountScheme: "other", chart: "generic", retentionYears: 10 });
    expect(localOf("GB")).toMatchObject({ currency: "GBP", taxScheme: "GB:VAT", accountScheme: "IBAN" });
    expect(localOf("ZZ")).toMatchObject({ currency: undefined, taxScheme: undefined });
  });

  it("has the scheme of a tax id that the server gives rows of a sheet", () => {
    const list = /const EU: \[&str; 27\] = \[(.*?)\];/s.exec(readFileSync("../crates/sheets/src/record/defaults.rs", "utf8"))?.[1] ?? "";
    const members = [...list.matchAll(/"([A-Z]{2})"/g)].map(([, code]) => code ?? "");
    expect(members.length).toBe(27);
    expect(members.filter((code) => localOf(code).taxScheme !== "EU:VAT")).toEqual([]);
  });

  it("has the tax rules that are named for it, and for every other those of a configuration", () => {
    const plugins = [{ name: "tax-cn-vat", world: "tax" }, { name: "tax-generic", world: "tax" }, { name: "statement-de", world: "statement" }];
    expect(taxRulesOf(plugins, "CN")?.name).toBe("tax-cn-vat");
    expect(taxRulesOf(plugins, "DE")?.name).toBe("tax-generic");
    expect(taxRulesOf(plugins.slice(0, 1), "DE")).toBeUndefined();
    expect(taxRulesOf(plugins, "")).toBeUndefined();
  });
});
