import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { configured, pricesOf, standardOf } from "@/api/categories";
import { KNOWN_COUNTRIES, knownRates } from "@/lib/taxRates";
import { validator } from "@/ui/schemaValidator";
import { fractionOf, listed, ratesHold, suggested, TAX_START, taxConfig, type TaxFields } from "./taxConfig";

const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
const schema = read("../../plugins/tax-generic/config.schema.json");
const wrong = (config: unknown) => validator.validateFormData(config, schema).errors.map((error) => error.stack);
const fields = (of: Partial<TaxFields>): TaxFields => ({ ...TAX_START, standard: "20", ...of });
const taxes = (config: Record<string, unknown>) => config["taxes"] as Record<string, unknown>[];

describe("a percentage", () => {
  it("becomes the fraction of which rules are made, without a float", () => {
    for (const [typed, fraction] of [["20", "0.2"], ["5.5", "0.055"], ["8.1 %", "0.081"], ["２０％", "0.2"], ["0.5", "0.005"], ["100", "1"], ["07", "0.07"], ["8.875", "0.08875"]] as const) expect(fractionOf(typed), typed).toBe(fraction);
  });

  it("is refused where it is none, nothing, too much, or a comma that may be a point", () => {
    for (const typed of ["", "x", "0", "-5", "100.01", "5,5", "1.1234567"]) expect(fractionOf(typed), typed).toBeNull();
  });

  it("stands between blanks or semicolons, and none twice", () => {
    expect(listed("10 5.5")).toEqual(["10", "5.5"]);
    expect(listed(" 10; 5.5，2 ")).toEqual(["10", "5.5", "2"]);
    expect(listed("10, 5.5")).toEqual(["10", "5.5"]);
    expect(listed(undefined)).toEqual([]);
    expect(ratesHold("20", "10 5.5")).toBe(true);
    expect(ratesHold("", "")).toBe(true);
    expect(ratesHold("20", "10 10.0")).toBe(false);
    expect(ratesHold("20", "20")).toBe(false);
    expect(ratesHold("20", "5,5")).toBe(false);
    expect(ratesHold("0", "")).toBe(false);
  });
});

describe("the rules that the first run makes", () => {
  it("are those of the fixture, which a test of the server binds", () => {
    const taken = fields({ ...suggested("GB"), abroad: "untaxed" });
    expect(taken).toMatchObject({ standard: "20", reduced: "5", zero: true });
    expect(taxConfig("GB", "GBP", taken)).toEqual(read("../../tests/fixtures/setup-tax-gb.json"));
    expect(taxConfig("US", "USD", fields({ charged: false, standard: "" }))).toEqual(read("../../tests/fixtures/setup-tax-none.json"));
  });

  it("hold by the plugin's own schema, whatever is chosen, of every country that has a suggestion and of one that has none", () => {
    for (const country of [...KNOWN_COUNTRIES, "XK"])
      for (const abroad of ["refused", "home", "untaxed"] as const)
        for (const more of [{}, { exempt: true, zero: true, rounding: "document", prices: "inclusive" }, { charged: false }] as Partial<TaxFields>[]) {
          const config = taxConfig(country, "EUR", fields({ ...suggested(country), abroad, ...more }));
          expect(wrong(config), JSON.stringify(config)).toEqual([]);
          const codes = taxes(config).map((tax) => tax["code"]);
          expect(new Set(codes).size, country).toBe(codes.length);
        }
    expect(wrong({ ...taxConfig("GB", "GBP", fields({})), prices: "inclusive" })).not.toEqual([]);
  });

  it("cite the law of a rate that is known, and of none that was typed otherwise", () => {
    const [standard, reduced] = taxes(taxConfig("GB", "GBP", fields({ reduced: "6" })));
    expect(standard).toMatchObject({ code: "VAT-20", rate: "0.2", valid_from: "2011-01-04", legal_reference: "Value Added Tax Act 1994, s. 2(1)", place: { within: ["GB", "IM"] } });
    expect(reduced).toMatchObject({ code: "VAT-6", rate: "0.06", categories: ["reduced-6"] });
    expect(reduced).not.toHaveProperty("legal_reference");
    expect(reduced).not.toHaveProperty("valid_from");
  });

  it("say what prices usually are and which category is the standard one, as forms read them", () => {
    const config = taxConfig("FR", "EUR", fields({ ...suggested("FR"), prices: "inclusive" }));
    expect(configured(config)).toEqual(["standard", "reduced-10", "reduced-5.5"]);
    expect([standardOf(config), pricesOf(config)]).toEqual(["standard", "inclusive"]);
    expect(config).toMatchObject({ tax_currency: "EUR", rounding: { level: "line" } });
    expect(taxConfig("FR", "USD", fields({}))).not.toHaveProperty("tax_currency");
    expect(taxConfig("JP", "JPY", fields({ ...suggested("JP") }))).toMatchObject({ rounding: { level: "document" } });
  });

  it("leave customers abroad alone until they are spoken of, and other members of the EU always", () => {
    expect(taxes(taxConfig("DE", "EUR", fields({}))).every((tax) => "place" in tax)).toBe(true);
    expect(taxes(taxConfig("DE", "EUR", fields({ abroad: "home" }))).some((tax) => "place" in tax)).toBe(false);
    const [, goods, services] = taxes(taxConfig("DE", "EUR", fields({ abroad: "untaxed" })));
    expect(goods).toMatchObject({ treatment: "export", supply: "goods" });
    expect(services).toMatchObject({ treatment: "out-of-scope", supply: "service" });
    const { not_within } = (goods?.["place"] ?? {}) as { not_within: string[] };
    expect([not_within.includes("DE"), not_within.includes("FR"), not_within.includes("CH")]).toEqual([true, true, false]);
  });
});

describe("what is known of rates", () => {
  it("has one standard rate, above the others, a clause and a day of each", () => {
    for (const country of KNOWN_COUNTRIES) {
      const rates = knownRates(country)?.rates ?? [];
      expect(rates.filter((one) => one.role === "standard").length, country).toBe(1);
      expect(rates[0]?.role, country).toBe("standard");
      for (const one of rates) {
        expect(one.law.length, country).toBeGreaterThan(5);
        expect(one.from, country).toMatch(/^(19|20)\d\d-\d\d-\d\d$/);
        expect(fractionOf(one.percent) === null, `${country} ${one.percent}`).toBe(one.role === "zero");
      }
      expect(ratesHold(suggested(country)?.standard, suggested(country)?.reduced), country).toBe(true);
    }
    expect(suggested("XK")).toBeUndefined();
  });
});
