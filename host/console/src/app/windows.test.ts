import { describe, expect, it } from "vitest";
import type { Session } from "@/api/shapes";
import { meeting, placeOf } from "./windows";

const shown: Session = {
  person: { id: "usr_1", login: "li", name: "李", roles: ["clerk"], permissions: ["read"], may: ["documents:read"] },
  company: { id: "cmp_1", code: "a", name: "甲", base_currency: "CNY", locale: "zh-CN", time_zone: "Asia/Shanghai", today: "2026-11-30" },
  companies: [],
  csrf_token: "one",
  must_change_password: false,
  expires_at: "2026-11-30T12:00:00Z",
  idle_minutes: 60,
};

describe("two windows of one browser", () => {
  it("agree where nothing has changed", () => {
    expect(meeting(shown, structuredClone(shown), false)).toBe("same");
    expect(meeting(shown, structuredClone(shown), true)).toBe("same");
  });

  it("go on with the day, the roles and the token of now", () => {
    expect(meeting(shown, { ...shown, company: { ...shown.company, today: "2026-12-01" } }, true)).toBe("newer");
    expect(meeting(shown, { ...shown, csrf_token: "two" }, false)).toBe("newer");
  });

  it("do not show one company, or one person, under the name of another", () => {
    const there = { ...shown, company: { ...shown.company, id: "cmp_2" } };
    const else_ = { ...shown, person: { ...shown.person, id: "usr_2" } };
    expect(placeOf(there)).not.toBe(placeOf(shown));
    expect([meeting(shown, there, false), meeting(shown, else_, false)]).toEqual(["other", "other"]);
    // what is filled in is of the company before, and stays
    expect([meeting(shown, there, true), meeting(shown, else_, true)]).toEqual(["held", "held"]);
  });
});
