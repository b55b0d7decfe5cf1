import { describe, expect, it } from "vitest";
import { bodyOf, fieldsOf, isAskable } from "./body";

describe("bodies of drafts", () => {
  it("leave out what is blank and read amounts as they are typed", () => {
    const body = bodyOf("invoice", {
      customer: "C1",
      currency: "CNY",
      document_date: "2026-11-02",
      price_mode: "inclusive",
      text: "  ",
      lines: [{ description: "轴承", quantity: "２", unit_price: "1,050.50", category: "13" }, { quantity: "1" }],
    });
    expect(body).toEqual({
      customer: "C1",
      currency: "CNY",
      document_date: "2026-11-02",
      price_mode: "inclusive",
      lines: [{ description: "轴承", quantity: "2", unit_price: "1050.50", category: "13" }],
    });
  });

  it("keep what the form has no field for", () => {
    const before = { customer: "C1", fx: { rate: "7.1", date: "2026-11-01", source: "PBOC" }, lines: [{ description: "a", quantity: "1", nature: "deposit", unit: "件" }] };
    const fields = fieldsOf(before);
    const body = bodyOf("invoice", { ...fields, lines: [{ description: "b", quantity: "1" }] }, before);
    expect(body["fx"]).toEqual(before.fx);
    expect(body["lines"]).toEqual([{ description: "b", quantity: "1", nature: "deposit" }]);
  });

  it("send what is no amount as it was typed: the server says so at its field", () => {
    expect(bodyOf("write-off", { item: "item_1", amount: "ten" })).toEqual({ item: "item_1", amount: "ten" });
  });

  it("have money as an object, and its fields flat", () => {
    const body = bodyOf("receipt", { customer: "C1", amount: "20", currency: "CNY", value_date: "2026-11-20", allocations: [{ document: "INV-1" }, { amount: "3" }] });
    expect(body).toEqual({ customer: "C1", amount: { amount: "20", currency: "CNY" }, value_date: "2026-11-20", allocations: [{ document: "INV-1" }] });
    expect(fieldsOf(body)).toMatchObject({ amount: "20", currency: "CNY", customer: "C1" });
  });

  it("are asked about once there is something to ask", () => {
    expect(isAskable("invoice", { customer: "C1", lines: [{ quantity: "1" }] })).toBe(false);
    expect(isAskable("invoice", { customer: "C1", lines: [{ quantity: "1", unit_price: "2" }] })).toBe(true);
    expect(isAskable("refund", {})).toBe(false);
    expect(isAskable("adjustment", { customer: "C1", amount: {} })).toBe(true);
  });
});
