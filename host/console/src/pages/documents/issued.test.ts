import { describe, expect, it } from "vitest";
import { isIssuable, lastIssue } from "./issued";

const event = (kind: string, data: Record<string, unknown>) => ({ kind, data: data as never });

describe("what was issued to the customer", () => {
  it("is known by what was told last", () => {
    const sent = event("document.issued", { number: "INV-1", date: "2026-11-03", means: "e-mail" });
    expect(lastIssue([event("document.issued", { date: "2026-11-02", means: "paper" }), sent, event("document.attached", { date: "2026-11-09" })])).toEqual({ date: "2026-11-03", means: "e-mail" });
    expect(lastIssue([sent, event("invoice.received", { date: "2026-11-05" })])).toEqual({ date: "2026-11-05", means: undefined });
    expect(lastIssue([event("document.attached", {})])).toBeUndefined();
  });

  it("is what a credit note corrects", () => {
    expect(["invoice", "debit-note", "credit-note", "receipt", "opening"].filter(isIssuable)).toEqual(["invoice", "debit-note"]);
  });
});
