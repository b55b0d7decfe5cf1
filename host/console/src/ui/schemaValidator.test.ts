import { describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import { readable } from "./schema";
import { validator } from "./schemaValidator";

const tax = JSON.parse(readFileSync("../../plugins/tax-cn-vat/config.schema.json", "utf8")) as object;

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
    const shown = readable({ type: "object", properties: { subset_items_max: { type: "integer", default: 4, description: "Most." }, on: { title: "On", type: "object", properties: { a_b: {} } } } }, (value) => `(${value})`);
    expect(shown["properties"]).toEqual({
      subset_items_max: { type: "integer", default: 4, title: "subset items max", description: "Most. (4)" },
      on: { title: "On", type: "object", properties: { a_b: { title: "a b" } } },
    });
  });
});
