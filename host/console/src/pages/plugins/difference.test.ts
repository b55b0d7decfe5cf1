import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { changesOf, differences } from "./difference";

const shipped = (plugin: string) => JSON.parse(readFileSync(`../../plugins/${plugin}/config.schema.json`, "utf8")) as Record<string, unknown>;
const schema = shipped("tax-cn-vat");
const chinese = { zh: true, byDefault: (value: string) => `（默认 ${value}）`, yes: "是", no: "否" };
const english = { zh: false, byDefault: (value: string) => `(default: ${value})`, yes: "Yes", no: "No" };
const told = (before: unknown, after: unknown, say = english) =>
  changesOf({ schema, config: before }, { schema, config: after }, say).map((c) => [c.pointer, c.title, c.before.text, c.after.text]);

describe("what differs between two configurations", () => {
  it("is nothing where they are the same, whatever the order of their members", () => {
    expect(differences({ a: 1, b: { c: [1, { d: null }] } }, { b: { c: [1, { d: null }] }, a: 1 })).toEqual([]);
  });

  it("is said field by field, what is new and what is gone too", () => {
    expect(differences({ a: "1", b: { c: 1, d: true }, gone: "x" }, { a: "2", b: { c: 1, d: false }, come: { e: "y" } })).toEqual([
      { steps: ["a"], before: "1", after: "2" },
      { steps: ["b", "d"], before: true, after: false },
      { steps: ["come", "e"], before: undefined, after: "y" },
      { steps: ["gone"], before: "x", after: undefined },
    ]);
  });

  it("leaves nothing out that makes another digest", () => {
    expect(differences({}, { a: {} })).toEqual([{ steps: ["a"], before: undefined, after: {} }]);
    expect(differences({ a: null }, {})).toEqual([{ steps: ["a"], before: null, after: undefined }]);
    expect(differences({ a: "1" }, { a: 1 })).toEqual([{ steps: ["a"], before: "1", after: 1 }]);
    expect(differences({ a: [] }, { a: {} })).toEqual([{ steps: ["a"], before: [], after: {} }]);
    expect(differences({ a: { b: 1 } }, { a: "b" })).toEqual([{ steps: ["a"], before: { b: 1 }, after: "b" }]);
  });

  it("of lists of objects is that of their elements: one that was put in between shifts none", () => {
    const of = (...codes: string[]) => ({ list: codes.map((code) => ({ code })) });
    expect(differences(of("a", "c"), of("a", "b", "c"))).toEqual([{ steps: ["list", 1, "code"], before: undefined, after: "b" }]);
    expect(differences(of("a", "b", "c"), of("b", "c"))).toEqual([{ steps: ["list", 0, "code"], before: "a", after: undefined }]);
    expect(differences(of("a", "b"), of("a", "x"))).toEqual([{ steps: ["list", 1, "code"], before: "b", after: "x" }]);
  });

  it("of other lists is the whole of them", () => {
    expect(differences({ list: ["a"] }, { list: ["a", "b"] })).toEqual([{ steps: ["list"], before: ["a"], after: ["a", "b"] }]);
  });
});

describe("a difference as people read it", () => {
  it("has the schema's titles and words in their language, and what held by default", () => {
    const [before, after] = [{}, { rounding: { method: "down" } }];
    expect(told(before, after, chinese)).toEqual([["/rounding/method", "舍入 › 方法", "（默认 四舍五入）", "舍去"]]);
    expect(told(before, after)).toEqual([["/rounding/method", "Rounding › Method", "(default: half-up)", "down"]]);
    expect(told(after, before, chinese)).toEqual([["/rounding/method", "舍入 › 方法", "舍去", "（默认 四舍五入）"]]);
  });

  it("says lists, switches and what a list had by default", () => {
    expect(told({}, { advances: { taxed: ["lease-13", "lease-9"] }, only_these_categories: true }, chinese)).toEqual([
      ["/advances/taxed", "预收款 › 收款日计税的类别", "（默认 lease-13）", "lease-13, lease-9"],
      ["/only_these_categories", "仅用以下类别", "（默认 否）", "是"],
    ]);
  });

  it("counts elements from one, and leaves decimals as they are written", () => {
    const category = (rate: string) => ({ categories: [{ code: "13", treatment: "standard", rates: [{ rate }] }] });
    expect(told(category("0.130"), category("0.13"))).toEqual([["/categories/0/rates/0/rate", "Categories › #1 › Rates › #1 › Rate", "0.130", "0.13"]]);
  });

  it("reads each side by its own schema, and a field that no schema has by its name", () => {
    const titled = (title: string, byDefault: string) => ({ properties: { "a/b": { title, default: byDefault } } });
    const found = changesOf({ schema: titled("Old", "1"), config: {} }, { schema: titled("New", "2"), config: { "a/b": "3", own_name: "4" } }, english);
    expect(found).toEqual([
      { pointer: "/a~1b", title: "New", before: { text: "(default: 1)", unset: true }, after: { text: "3", unset: false } },
      { pointer: "/own_name", title: "own name", before: { text: "", unset: true }, after: { text: "4", unset: false } },
    ]);
    expect(changesOf({ schema: null, config: { x: 1 } }, { schema: undefined, config: {} }, english).map((c) => c.title)).toEqual(["x"]);
  });
});
