import { expect, it } from "vitest";
import { placeOf } from "./places";

it("leads to what has a page or a place in a list, by its kind of id", () => {
  expect(["doc_1", "bill_1", "tin_1", "bl_1", "sus_1", "run_1"].map(placeOf)).toEqual(["/documents/doc_1", "/bills/bill_1", "/tax-invoices/tin_1", "/bank?line=bl_1", "/bank/suspense?item=sus_1", "/statements?run=run_1"]);
  expect(["prp_1", "2026-10", ""].map(placeOf)).toEqual([null, null, null]);
});
