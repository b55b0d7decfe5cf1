import { describe, expect, it } from "vitest";
import type { ChartLine } from "@/api/shapes";
import { changedLines, lineOf, OWN, ownBody, ownFields, theirsOf, theirsOfOwn } from "./lines";

const line = (role: string, account: string, more: Partial<ChartLine> = {}): ChartLine => ({ role, account, name_zh: "应收账款", name_en: "Receivables", class: "assets", control: true, by_hand: false, ...more });
const lines = [line("receivables", "1122"), line("receivables", "112201", { valid_from: "2026-06-01" }), line("bank", "1002"), line("bank", "100201", { part: "ba_1" })];

describe("a line of the chart that another changed", () => {
  it("is the one that holds on the day", () => {
    expect(lineOf(lines, { role: "receivables", account: "x", valid_from: "2026-05-31" })?.account).toBe("1122");
    expect(lineOf(lines, { role: "receivables", account: "x", valid_from: "2026-06-01" })?.account).toBe("112201");
    expect(lineOf(lines, { role: "receivables", account: "x" })?.account).toBe("1122");
  });

  it("is of its part, else of the whole role", () => {
    expect(lineOf(lines, { role: "bank", part: " ba_1", account: "x" })?.account).toBe("100201");
    expect(lineOf(lines, { role: "bank", part: "ba_2", account: "x" })?.account).toBe("1002");
    expect(lineOf(lines, { role: "advances", account: "x" })).toBeUndefined();
  });

  it("is their side, with the place that is mine", () => {
    const mine = { role: "bank", part: "ba_2", valid_from: "2026-07-01", account: "100209", name_zh: "银行" };
    expect(theirsOf(lines, mine)).toEqual({ ...mine, account: "1002", name_zh: "应收账款", name_en: "Receivables" });
    expect(theirsOf([], mine)).toBe(mine);
  });

  it("is told from those that stayed", () => {
    const now = [line("receivables", "1122"), line("receivables", "112299", { valid_from: "2026-06-01" }), lines[2], lines[3], line("advances", "2203")].filter((one) => one !== undefined);
    expect(changedLines(lines, now).map((one) => one.account)).toEqual(["112299", "2203"]);
  });
});

describe("an account of the company's own", () => {
  const own = line(OWN, "6711", { name_zh: "营业外支出", name_en: "Other expenses", class: "expenses", control: false, by_hand: true });

  it("is sent without what is blank", () => {
    expect(ownBody({ account: " 6711 ", name_zh: "营业外支出", name_en: " " })).toEqual({ role: "own", account: "6711", name_zh: "营业外支出" });
    expect(ownBody({ account: "9001", name_en: "Other", class: "income" })).toEqual({ role: "own", account: "9001", name_en: "Other", class: "income" });
  });

  it("is changed beginning with what it is, a class that nobody knows left out", () => {
    expect(ownFields(own)).toEqual({ account: "6711", name_zh: "营业外支出", name_en: "Other expenses", class: "expenses" });
    expect("class" in ownFields({ ...own, class: "other" })).toBe(false);
  });

  it("has as their side the account of its number, which no role has", () => {
    const mine = { account: "6711 ", name_zh: "支出" };
    expect(theirsOfOwn([...lines, own], mine)).toEqual(ownFields(own));
    expect(theirsOfOwn([line("tail", "6711")], mine)).toBe(mine);
  });
});
