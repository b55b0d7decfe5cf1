import { describe, expect, it } from "vitest";
import { freshSeed, packageOf, queryOf } from "./samples";

describe("a sample", () => {
  const asked = { from: "2026-11-01", to: "2026-11-30", seed: "审计 2026", size: "25" };

  it("is asked for once the address says enough", () => {
    expect(queryOf(asked)).toEqual({ from: "2026-11-01", to: "2026-11-30", seed: "审计 2026", size: 25, method: "hash" });
    expect(queryOf({ ...asked, kind: "invoice,receipt", method: "monetary-unit", known_at: "812" })).toMatchObject({ kind: "invoice,receipt", method: "monetary-unit", known_at: 812 });
    expect(queryOf({ ...asked, seed: undefined })).toBeNull();
    expect(queryOf({ ...asked, size: "ten" })).toBeNull();
    expect(queryOf({ ...asked, size: "007" })).toBeNull();
    expect(queryOf({ ...asked, method: "dice" })?.method).toBe("hash");
  });

  it("is packed at the position at which it was drawn", () => {
    const query = queryOf(asked);
    if (query === null) throw new Error("no query");
    const address = new URL(packageOf(query, 812), "http://localhost");
    expect(Object.fromEntries(address.searchParams)).toEqual({ ...asked, method: "hash", known_at: "812", format: "zip" });
    expect(new URL(packageOf({ ...query, known_at: 3 }, 812), "http://localhost").searchParams.getAll("known_at")).toEqual(["812"]);
  });

  it("has seeds that nobody chose", () => {
    expect(freshSeed((bytes) => bytes.fill(10))).toBe("0a".repeat(16));
    expect(freshSeed()).toMatch(/^[0-9a-f]{32}$/);
    expect(freshSeed()).not.toBe(freshSeed());
  });
});
