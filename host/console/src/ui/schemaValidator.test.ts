import { describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import { drawn, readable, wordsOf, written } from "./schema";
import { validator } from "./schemaValidator";

const shipped = (plugin: string) => JSON.parse(readFileSync(`../../plugins/${plugin}/config.schema.json`, "utf8")) as Record<string, unknown>;
const tax = shipped("tax-cn-vat");
const english = { zh: false, byDefault: (value: string) => `(${value})`, yes: "Yes", no: "No" };

describe("configurations by a plugin's own schema", () => {
  it("are accepted as the plugin would", () => {
    expect(validator.validateFormData({}, tax).errors).toEqual([]);
    expect(validator.isValid(tax, { rounding: { method: "half-even" } }, tax)).toBe(true);
  });

  it("say what is wrong at its place", () => {
    const { errors, errorSchema } = validator.validateFormData({ rounding: { method: "sideways" } }, tax);
    expect(errors.map((e) => e.property)).toContain(".rounding.method");
    expect(errorSchema).toMatchObject({ rounding: { method: { __errors: [expect.any(String)] } } });
    expect(validator.isValid(tax, { categories: [{ code: "x" }] }, tax)).toBe(false);
  });

  it("know where a list is wrong", () => {
    const { errors } = validator.validateFormData({ categories: [{ code: "13", treatment: "standard", rates: [{ rate: "1.3" }] }] }, tax);
    expect(errors.map((e) => e.property)).toContain(".categories.0.rates.0.rate");
  });
});

describe("a schema as a form", () => {
  it("names what has no title and says what holds by default", () => {
    const shown = readable({ type: "object", properties: { subset_items_max: { type: "integer", default: 4, description: "Most." }, on: { title: "On", type: "object", properties: { a_b: {} } } } }, english);
    expect(shown["properties"]).toEqual({
      subset_items_max: { type: "integer", default: 4, title: "subset items max", description: "Most. (4)" },
      on: { title: "On", type: "object", properties: { a_b: { title: "a b" } } },
    });
  });

  it("is Chinese where the schema says so, down to its choices", () => {
    const shown = readable(tax, { zh: true, byDefault: (value) => `（默认 ${value}）`, yes: "是", no: "否" }) as { properties: Record<string, { title: string; description?: string }> };
    expect(shown.properties["advances"]?.title).toBe("预收款");
    expect(shown.properties["only_these_categories"]?.description).toBe("不使用默认的税收类别表。 （默认 否）");
    expect(shown.properties["export"]?.description).toContain("（默认 自动）");
    expect(wordsOf(tax, true)).toMatchObject({ rounding: { level: { "ui:enumNames": ["按行", "按单据合计"] } } });
    expect(wordsOf(tax, false)).toEqual({});
  });

  it("has Chinese words for every member of the plugins that come with the host", () => {
    const without = (node: unknown, at: string): string[] => {
      if (typeof node !== "object" || node === null || Array.isArray(node)) return [];
      const of = node as Record<string, unknown>;
      const members = Object.entries((of["properties"] ?? {}) as Record<string, Record<string, unknown>>);
      const bare = members.filter(([, member]) => (member["x-zh"] as { title?: string } | undefined)?.title === undefined).map(([name]) => `${at}/${name}`);
      const inner = Object.entries(of).filter(([key]) => key !== "examples" && key !== "x-zh");
      return [...bare, ...inner.flatMap(([key, value]) => without(value, `${at}/${key}`))];
    };
    for (const plugin of ["tax-cn-vat", "tax-generic", "statement-classic", "reconciliation-reference"]) expect(without(shipped(plugin), plugin)).toEqual([]);
  });
});

describe("a configuration as a form", () => {
  const statement = shipped("statement-classic");

  it("shows what holds where nothing is chosen", () => {
    expect(drawn(statement, {})).toEqual({ movements: true, lines: false, open_items: true, aging: true, tax: false, bank_accounts: true, confirmation: true });
    expect(drawn(tax, { advances: { taxed: [] } })).toMatchObject({ export: "automatic", rounding: { method: "half-up", level: "line" }, advances: { taxed: [], refused: [] } });
    expect(drawn(tax, {})).toMatchObject({ advances: { taxed: ["lease-13"] }, only_these_categories: false });
  });

  it("leaves out what would be there only in part", () => {
    expect(drawn(shipped("tax-generic"), {})).toEqual({ unlinked_credits: "refuse", advances: "none", settlement: { "settlement-discount": "none", "bad-debt": "none", tail: "none" } });
    expect(drawn(shipped("tax-generic"), { taxes: [{ code: "A" }] })).toMatchObject({ taxes: [{ code: "A", displayed: true }] });
  });

  it("is written by what differs alone", () => {
    for (const schema of [statement, tax, shipped("tax-generic")]) expect(written(schema, drawn(schema, {}))).toEqual({});
    expect(written(statement, { ...(drawn(statement, {}) as object), aging: false, note: "x" })).toEqual({ aging: false, note: "x" });
    expect(written(tax, drawn(tax, { advances: { taxed: [] }, rounding: { level: "document" } }))).toEqual({ advances: { taxed: [] }, rounding: { level: "document" } });
    const rows = [{ code: "A", treatment: "zero", general_only: true, rates: [{ rate: "0" }] }];
    expect(written(tax, drawn(tax, { categories: rows }))).toEqual({ categories: rows });
  });
});
