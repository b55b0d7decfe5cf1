import { describe, expect, it } from "vitest";
import { otherSide } from "./cleared";
import { explanationsOf } from "./explained";
import { shownKind } from "./kinds";

const told = (subject: string, code?: string) => {
  const args: Record<string, string> = code === undefined ? {} : { code };
  return { subject, args };
};
const tax = (lines: number[], code: string, allowance: number | null = null) => ({ lines, code, allowance });

describe("why a tax line is as it is", () => {
  const all = [told("/documents/0/lines/0", "13"), told("/documents/0/lines/1", "9"), told("/documents/0/lines/10", "13"), told("/documents/0/allowances/0", "13")];

  it("is what is told of its lines, and of no other", () => {
    expect(explanationsOf(all, tax([1], "13"), 0)).toEqual([all[0]]);
    expect(explanationsOf(all, tax([2], "9"), 1)).toEqual([all[1]]);
    expect(explanationsOf(all, tax([1, 11], "13"), 0)).toEqual([all[0], all[2]]);
  });

  it("is what is told of its allowance", () => {
    expect(explanationsOf(all, tax([], "13", 1), 3)).toEqual([all[3]]);
    expect(explanationsOf(all, tax([], "13", 2), 3)).toEqual([]);
  });

  it("tells two taxes on one line apart by their codes", () => {
    const both = [told("/documents/0/lines/0", "gst"), told("/documents/0/lines/0", "pst"), told("/documents/0/lines/0")];
    expect(explanationsOf(both, tax([1], "pst"), 1)).toEqual([both[1], both[2]]);
  });

  it("is what points to the tax line itself, and what is told of the whole document", () => {
    const of = [told("/taxes/0"), told("taxes/1"), told("/documents/0")];
    expect(explanationsOf(of, tax([1], "13"), 1)).toEqual([of[1], of[2]]);
  });
});

describe("what a document is called", () => {
  it("is a reversal where it takes another back", () => {
    expect(shownKind({ kind: "adjustment", original: "doc_1" })).toBe("reversal");
    expect(shownKind({ kind: "adjustment", original: null })).toBe("adjustment");
    expect(shownKind({ kind: "credit-note", original: "doc_1" })).toBe("credit-note");
  });
});

describe("what a document was cleared against", () => {
  const of = { debit_item: "d", debit_document: "doc_d", debit_number: "INV-1", credit_item: "c", credit_document: null, credit_number: null };

  it("is the other side, by the number of its document", () => {
    expect(otherSide(of, new Set(["c"]))).toEqual({ item: "d", document: "doc_d", number: "INV-1" });
    expect(otherSide(of, new Set(["d"]))).toEqual({ item: "c", document: undefined, number: undefined });
  });
});
