import { expect, it } from "vitest";
import { isOwnNumber, mayBeNumber } from "./numbers";

it("knows the numbers of a company's own series, whatever it calls them", () => {
  expect(["INV-2026-000001", "XS26-000001", "A1-2026-01-000001"].filter((number) => !isOwnNumber(number))).toEqual([]);
  expect(["", "2026-000001", "inv-1", "期初-1", "PURCHASEORDER-1"].filter(isOwnNumber)).toEqual([]);
});

it("asks for a document by what looks like a number, and not while it is typed", () => {
  expect(["INV-2026-000001", "xs26-000001", "a1-2026-01-7"].filter((typed) => !mayBeNumber(typed))).toEqual([]);
  expect(["", "INV-", "C0001", "苏州-1", "xs26-"].filter(mayBeNumber)).toEqual([]);
});
