import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ABOUT, carried, columnOf, DATES, DELIMITERS, ENCODINGS, fieldName, fieldsOf, KINDS, mappingOf, missing, ofLayout, template, withColumn, withConstant, withFormat, type Kind } from "./mapping";

const TABLES: Readonly<Record<string, Kind>> = { CUSTOMERS: "customers", ITEMS: "items", INVOICES: "invoices", DELIVERIES: "deliveries", ORDERS: "orders", RECEIPTS: "receipts", OPENING: "opening-balances", OLD: "old-balances" };
const NAMED: Readonly<Record<string, string>> = { LINE_AMOUNT: "line_amount", OLD_BALANCE: "old_balance" };
const quoted = (text: string) => [...text.matchAll(/"([^"]+)"/g)].map(([, found]) => found ?? "");

/** The server's own table of fields: name, whether every row must have it, what heads its column. */
function server(): Map<Kind, { name: string; required: boolean; headings: string[] }[]> {
  const text = readFileSync("../crates/sheets/src/field.rs", "utf8");
  const lists = new Map([...(/words! \{(.*?)\n\}/s.exec(text)?.[1] ?? "").matchAll(/(\w+): ([^;]+);/g)].map(([, name, list]) => [name ?? "", quoted(list ?? "")]));
  const tables = [...text.matchAll(/fields! \{\n {4}(\w+):\n(.*?)\n\}/gs)].map(([, table, body]) => {
    const rows = (body ?? "").split("\n").map((line) => {
      const name = /^\s+"?(\w+)"?,/.exec(line)?.[1] ?? "";
      const [, required, headings] = /(true|false), (&\[.*\]|\w+);$/.exec(line) ?? [];
      return { name: NAMED[name] ?? name, required: required === "true", headings: headings?.startsWith("&") === true ? quoted(headings) : (lists.get(headings ?? "") ?? []) };
    });
    return [TABLES[table ?? ""] ?? "customers", rows] as const;
  });
  return new Map(tables);
}

describe("fields of sheets", () => {
  const tables = server();
  it("are the server's, with what every row must have", () => {
    expect([...tables.keys()].sort()).toEqual([...KINDS].sort());
    for (const [kind, rows] of tables) {
      expect(fieldsOf(kind), kind).toEqual(rows.map((row) => row.name));
      expect([...ABOUT[kind].required].sort(), kind).toEqual(rows.filter((row) => row.required).map((row) => row.name).sort());
    }
  });

  it("are headed in templates by what names one field only", () => {
    for (const [kind, rows] of tables)
      for (const { name } of rows) expect(rows.filter((row) => row.headings.includes(fieldName(kind, name, "zh-CN"))).map((row) => row.name), `${kind} ${name}`).toEqual([name]);
  });

  it("have the formats of days that the server tries", () => {
    const text = readFileSync("../crates/sheets/src/value.rs", "utf8");
    expect([...DATES]).toEqual(quoted(/DATE_FORMATS: \[&str; \d+\] = \[(.*?)\];/s.exec(text)?.[1] ?? ""));
  });
});

describe("a mapping", () => {
  const found = mappingOf({ columns: { A: "customer", B: "amount" }, constants: { currency: "CNY" }, delimiter: ";", thousands: "." });
  it("gives a column to one field, and a field one column", () => {
    const moved = withColumn(found, "customer", "B");
    expect(moved.columns).toEqual({ B: "customer" });
    expect(columnOf(moved, "amount")).toBeUndefined();
    expect(moved["delimiter"]).toBe(";");
    expect(withColumn(found, "currency", "C").constants).toEqual({});
    expect(withColumn(found, "customer", undefined).columns).toEqual({ B: "amount" });
  });

  it("takes a value for every row instead of a column", () => {
    const fixed = withConstant(found, "customer", "C0001");
    expect(fixed.columns).toEqual({ B: "amount" });
    expect(fixed.constants).toEqual({ currency: "CNY", customer: "C0001" });
    expect(withConstant(fixed, "customer", "").constants).toEqual({ currency: "CNY" });
  });

  it("says what is missing, and how days and figures are written", () => {
    expect(missing("receipts", found)).toEqual(["value_date"]);
    expect(withFormat(found, "dates", "DD/MM/YYYY")).toMatchObject({ dates: "DD/MM/YYYY", thousands: "." });
    expect(withFormat(found, "decimal", ",")).not.toHaveProperty("thousands");
    expect(withFormat({ ...found, dates: "YYYYMMDD" }, "dates", undefined)).not.toHaveProperty("dates");
  });
});

describe("how a file is read", () => {
  it("is chosen of what the server reads", () => {
    const named = (file: string) => [...readFileSync(`../crates/sheets/src/${file}`, "utf8").matchAll(/#\[serde\(rename = "([^"]+)"\)\]/g)].map(([, name]) => name ?? "");
    expect([...ENCODINGS]).toEqual(named("read/text.rs"));
    expect([...DELIMITERS]).toEqual(named("mapping.rs"));
  });

  it("stands in a mapping without columns, and in none where nothing is said", () => {
    expect(ofLayout({})).toBeUndefined();
    expect(ofLayout({ encoding: undefined })).toBeUndefined();
    expect(ofLayout({ encoding: "gb18030", header_row: 3 })).toEqual({ columns: {}, encoding: "gb18030", header_row: 3 });
  });
});

describe("what was said of one file", () => {
  const before = mappingOf({ columns: { 谁: "customer", 多少: "amount" }, constants: { currency: "CNY" }, dates: "DD/MM/YYYY", encoding: "gb18030", header_row: 4 });
  const found = mappingOf({ columns: { 谁: "customer" }, encoding: "utf-8", delimiter: "," });
  it("holds for the next that has its columns, which is read in its own way", () => {
    expect(carried(before, found, ["谁", "多少", "import_error"])).toEqual({ columns: { 谁: "customer", 多少: "amount" }, constants: { currency: "CNY" }, dates: "DD/MM/YYYY", encoding: "utf-8", delimiter: "," });
  });

  it("is not said of a file without them, and not where nothing was said", () => {
    expect(carried(before, found, ["谁", "金额"])).toBeUndefined();
    expect(carried(mappingOf({ columns: {} }), found, ["谁"])).toBeUndefined();
  });
});

it("a template is a line of headings that Excel reads as UTF-8", () => {
  expect(template("items", "zh-CN")).toBe("\uFEFF商品编码,商品名称,单位,单价,币种,税目,货物或服务\r\n");
  expect(template("invoices", "en").split(",")).not.toContain("line_amount");
  expect(template("items", "en").startsWith("\uFEFFcode,name,")).toBe(true);
});
