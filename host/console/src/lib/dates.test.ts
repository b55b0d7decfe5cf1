import { describe, expect, it } from "vitest";
import { addDays, firstOfMonth, formatDay, formatInstant, lastMonthEnd, today } from "./dates";

describe("days", () => {
  it("follow the language", () => {
    expect(formatDay("2026-11-05", "zh-CN")).toBe("2026/11/05");
    expect(formatDay("2026-11-05", "en")).toBe("05 Nov 2026");
    expect(formatDay(null, "en")).toBe("");
    expect(formatDay("soon", "en")).toBe("soon");
  });

  it("know the ends of months, leap years included", () => {
    expect(firstOfMonth("2026-11-26")).toBe("2026-11-01");
    expect(lastMonthEnd("2026-03-31")).toBe("2026-02-28");
    expect(lastMonthEnd("2028-03-31")).toBe("2028-02-29");
    expect(lastMonthEnd("2026-01-01")).toBe("2025-12-31");
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  });

  it("begin where the company is", () => {
    const instant = new Date("2026-11-30T17:00:00Z");
    expect(today("Asia/Shanghai", instant)).toBe("2026-12-01");
    expect(today("Europe/London", instant)).toBe("2026-11-30");
    // an instant's day reads as any other day on the page
    for (const language of ["zh-CN", "en"] as const) expect(formatInstant("2026-11-30T17:00:00Z", language, "Asia/Shanghai")).toContain(formatDay("2026-12-01", language));
    expect(formatInstant("2026-11-30T17:05:00Z", "zh-CN", "Asia/Shanghai")).toBe("2026/12/01 01:05");
  });
});
