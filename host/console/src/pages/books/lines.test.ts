import { describe, expect, it } from "vitest";
import type { ChartLine } from "@/api/shapes";
import { changedLines, lineOf, theirsOf } from "./lines";

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
