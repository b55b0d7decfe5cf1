import { describe, expect, it } from "vitest";
import { askedOf } from "./asked";

const names = (kind: string, body: Record<string, unknown>) => askedOf(kind, body).map(([key]) => key);

describe("what a draft asks for beside its figures", () => {
  it("has what a receipt pays and its value date, which no preview says", () => {
    const body = { customer: "C1", amount: { amount: "1", currency: "CNY" }, value_date: "2026-11-03", effective_date: "2026-11-05", allocations: [{ document: "INV-1", amount: "1" }] };
    expect(names("receipt", body)).toEqual(["amount", "value_date", "allocations"]);
    expect(names("receipt", { ...body, allocations: [] })).toEqual(["amount", "value_date"]);
  });

  it("has what an invoice bills of deliveries and the day that stands on it", () => {
    const body = { customer: "C1", currency: "CNY", price_mode: "exclusive", document_date: "2026-11-02", lines: [{ quantity: "1" }], deliveries: [{ delivery: "D-1", line: 1 }] };
    expect(names("invoice", body)).toEqual(["document_date", "deliveries"]);
  });

  it("has both days of an opening balance, and of an adjustment not the day that the approval says", () => {
    expect(names("opening", { document_date: "2026-01-02", effective_date: "2026-06-30" })).toEqual(["document_date", "effective_date"]);
    expect(names("adjustment", { date: "2026-11-02", account: "6711" })).toEqual(["account"]);
  });
});
