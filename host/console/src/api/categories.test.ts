import { describe, expect, it } from "vitest";
import { configured, firstCategory } from "./categories";

describe("tax categories", () => {
  it("are read out of a configuration that has some", () => {
    expect(configured({ categories: [{ code: "std", rates: [] }, { code: "red" }, { name: "x" }] })).toEqual(["std", "red"]);
    expect(configured({})).toEqual([]);
    expect(configured({ categories: "13" })).toEqual([]);
    expect(configured(null)).toEqual([]);
  });

  it("begin with the standard rate in China, and elsewhere with what leaves no choice", () => {
    expect(firstCategory("CN", [])).toBe("13");
    expect(firstCategory("DE", ["std"])).toBe("std");
    expect(firstCategory("DE", ["std", "red"])).toBeUndefined();
    expect(firstCategory(undefined, [])).toBeUndefined();
  });
});
