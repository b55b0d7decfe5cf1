import { describe, expect, it } from "vitest";
import { counted, exactly, heldOf, isNone, notBy } from "./waiting";

describe("what waits", () => {
  it("is not none while it is asked for, or where the answer failed", () => {
    expect(counted({ data: undefined, isPending: true })).toEqual({ is: "asked" });
    expect(counted({ data: undefined, isPending: false })).toEqual({ is: "unknown" });
    expect([{ is: "asked" as const }, { is: "unknown" as const }, exactly(0), exactly(1)].map(isNone)).toEqual([false, false, true, false]);
    expect([heldOf(undefined, true), heldOf(undefined, false), heldOf(true, false), heldOf(false, false)].map((one) => one.is)).toEqual(["asked", "unknown", "known", "known"]);
  });

  it("leaves out what she prepared herself, and says where a page is not all", () => {
    const items = [{ prepared_by: "usr_1", submitted_by: "usr_2" }, { prepared_by: "usr_3", submitted_by: "usr_1" }, { prepared_by: "usr_3" }];
    expect(counted({ data: { items, next: null }, isPending: false }, notBy("usr_1"))).toEqual({ is: "known", count: 1, more: false });
    const full = counted({ data: { items: [{ proposed_by: "usr_1" }], next: "x" }, isPending: false }, notBy("usr_1"));
    expect(full).toEqual({ is: "known", count: 0, more: true });
    expect(isNone(full)).toBe(false);
  });
});
