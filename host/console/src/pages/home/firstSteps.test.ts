import { describe, expect, it } from "vitest";
import { fileAfter, FIRST_FILES, firstFileOf, firstSteps, looks, stepNow, type Found } from "./firstSteps";
import { exactly, isNone } from "./waiting";

const nothing: Found = { customers: exactly(1), items: exactly(1), "opening-balances": exactly(1), invoices: exactly(1), bank: exactly(1), rules: exactly(1) };
const now = (found: Partial<Found>) => stepNow(firstSteps({ ...nothing, ...found }))?.name;

describe("the first steps", () => {
  it("go from customers to the first statement, past what is there and what may be left out", () => {
    expect(now({})).toBe("customers");
    expect(now({ customers: exactly(0) })).toBe("owed");
    expect(now({ customers: exactly(0), invoices: exactly(0) })).toBe("bank");
    expect(now({ customers: exactly(0), "opening-balances": exactly(0), bank: exactly(0) })).toBe("rules");
    expect(now({ customers: exactly(0), invoices: exactly(0), bank: exactly(0), rules: exactly(0) })).toBe("statement");
  });

  it("name none while it is not known whether one before is done", () => {
    expect(now({ customers: { is: "asked" } })).toBeUndefined();
    expect(now({ customers: exactly(0), invoices: { is: "unknown" } })).toBeUndefined();
    expect(now({ items: { is: "asked" } })).toBe("customers");
    // the other is enough, whatever becomes of this one
    expect(isNone(firstSteps({ ...nothing, invoices: { is: "unknown" }, "opening-balances": exactly(0) })[2]?.left ?? exactly(1))).toBe(true);
  });

  it("are asked for again while somebody is there, as the rest of the page", () => {
    const asked = Object.values(looks(30_000));
    expect(asked).toHaveLength(6);
    for (const one of asked) expect(one).toMatchObject({ refetchInterval: 30_000, staleTime: 0 });
    for (const one of Object.values(looks(false))) expect(one.refetchInterval).toBe(false);
  });

  it("take one file after another, and no other", () => {
    expect(FIRST_FILES.map(fileAfter)).toEqual(["items", "opening-balances", "invoices", undefined]);
    expect([firstFileOf("items"), firstFileOf("receipts"), firstFileOf(null)]).toEqual(["items", null, null]);
  });
});
