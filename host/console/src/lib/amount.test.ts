import { describe, expect, it } from "vitest";
import { atLeast, compareDecimals, digitsOf, formatDecimal, formatPercent, fromMinor, isNegative, lengths, negated, readAmount, sumDecimals } from "./amount";

describe("amounts are text", () => {
  it.each([
    ["0", "0"],
    ["0.00", "0.00"],
    ["12.5", "12.5"],
    ["123", "123"],
    ["1234", "1,234"],
    ["123456.78", "123,456.78"],
    ["-1234567.50", "\u22121,234,567.50"],
    ["90071992547409931234.015", "90,071,992,547,409,931,234.015"],
    ["0.1234567890123", "0.1234567890123"],
  ])("groups %s", (text, shown) => {
    expect(formatDecimal(text, "zh-CN")).toBe(shown);
    expect(formatDecimal(text, "en")).toBe(shown);
  });

  it("gives a price the digits of the amounts beside it, and takes none away", () => {
    expect([atLeast("50", 2), atLeast("111.7", 2), atLeast("15.2075", 2), atLeast("-3", 3)]).toEqual(["50.00", "111.70", "15.2075", "-3.000"]);
    expect([atLeast("1200", 0), atLeast("", 2), atLeast("abc", 2)]).toEqual(["1200", "", "abc"]);
  });

  it("shows what is no decimal as it came", () => {
    expect(formatDecimal("1e5", "en")).toBe("1e5");
    expect(formatDecimal("", "en")).toBe("");
    expect(formatDecimal("1,000", "en")).toBe("1,000");
  });

  it.each([
    ["0.13", "13%"],
    ["0.0625", "6.25%"],
    ["0", "0%"],
    ["0.130", "13%"],
    ["1", "100%"],
    ["0.005", "0.5%"],
    ["-0.2", "\u221220%"],
  ])("%s is %s", (text, shown) => {
    expect(formatPercent(text, "en")).toBe(shown);
  });

  it("sets the point into minor units", () => {
    expect(fromMinor(1234, 2)).toBe("12.34");
    expect(fromMinor(5, 2)).toBe("0.05");
    expect(fromMinor(-5, 3)).toBe("-0.005");
    expect(fromMinor(1200, 0)).toBe("1200");
  });

  it("knows signs and digits", () => {
    expect(isNegative("-0.00")).toBe(false);
    expect(isNegative("-0.01")).toBe(true);
    expect(negated("-3.10")).toBe("3.10");
    expect(negated("0.00")).toBe("0.00");
    expect(digitsOf("1.230")).toBe(3);
  });

  it("compares beyond what a float can tell apart", () => {
    expect(compareDecimals("9007199254740993", "9007199254740992")).toBe(1);
    expect(compareDecimals("0.1", "0.10")).toBe(0);
    expect(compareDecimals("-2", "1")).toBe(-1);
    expect(["10", "9.5", "-1"].sort(compareDecimals)).toEqual(["-1", "9.5", "10"]);
  });

  it("sums without a float", () => {
    expect(sumDecimals(["0.10", "0.20", "-0.05"])).toBe("0.25");
    expect(sumDecimals(["-9007199254740993.01", "1"])).toBe("-9007199254740992.01");
    expect(sumDecimals(["-0.03", "0.01"])).toBe("-0.02");
    expect(sumDecimals(["100", "23"])).toBe("123");
    expect(sumDecimals([])).toBe("0");
  });

  it("gives bars whole thousandths", () => {
    expect(lengths(["100.00", "50", "0.00", "-25"])).toEqual([1000, 500, 0, -250]);
    expect(lengths(["0", "0.0"])).toEqual([0, 0]);
    expect(lengths([])).toEqual([]);
  });

  it.each([
    ["1,234.56", "1234.56"],
    ["１２３．４５", "123.45"],
    [" 12 ", "12"],
    [".5", "0.5"],
    ["-.5", "-0.5"],
    ["−3.00", "-3.00"],
    ["007", "7"],
    ["-0.00", "0.00"],
    ["¥12", "12"],
    ["1，234，567.5", "1234567.5"],
    ["12,50", null],
    ["1,2345", null],
    ["1234,567", null],
    ["12.", null],
    ["1.2.3", null],
    ["abc", null],
    ["", null],
  ])("reads %j as %j", (typed, value) => {
    expect(readAmount(typed)).toBe(value);
  });
});
