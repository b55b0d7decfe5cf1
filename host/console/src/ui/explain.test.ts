import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { words } from "@/i18n/words";
import { formatDecimal, formatPercent } from "@/lib/amount";
import { argumentText } from "./explain";

const format = { amount: (text: string) => formatDecimal(text, "en"), percent: (text: string) => formatPercent(text, "en") };
const said = (name: string, value: string) => argumentText(name, value, format, (code) => `<${code}>`);

describe("an argument of an explanation", () => {
  it("is an amount, a rate, a way of rounding, or what it is", () => {
    expect(said("base", "1000.00")).toBe("1,000.00");
    expect(said("rate", "0.13")).toBe("13%");
    expect(said("rounding", "half-up")).toBe("<half-up>");
    expect(said("code", "13")).toBe("13");
    expect(said("base", "none")).toBe("none");
  });

  it("has a word, as has every rule, for all that the shipped tax plugins say", () => {
    const found: { rule: string; args: { name: string }[] }[] = [];
    const walk = (node: unknown): void => {
      if (typeof node !== "object" || node === null) return;
      if ("text_key" in node && "rule" in node && "args" in node) found.push(node as unknown as (typeof found)[number]);
      for (const inner of Object.values(node)) walk(inner);
    };
    for (const plugin of ["tax-cn-vat", "tax-generic"]) {
      const folder = `../../plugins/${plugin}/golden`;
      for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".out.json"))) walk(JSON.parse(readFileSync(`${folder}/${file}`, "utf8")));
    }
    expect(found.length).toBeGreaterThan(20);
    const { taxRule, explainArg } = words.codes;
    expect([...new Set(found.map((one) => one.rule))].filter((rule) => !(rule in taxRule))).toEqual([]);
    expect([...new Set(found.flatMap((one) => one.args.map((arg) => arg.name)))].filter((name) => !(name in explainArg))).toEqual([]);
  });
});
