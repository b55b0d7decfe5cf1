import { describe, expect, it } from "vitest";
import { billedLine, bodyOf, fieldsOf, isAskable, isBegun } from "./body";

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

  it("name what is billed of deliveries, and on what a credit note is issued", () => {
    const lines = [{ description: "轴承", quantity: "1", unit_price: "5", category: "13" }];
    const fields = { customer: "C1", lines, red_confirmation: { number: " 3201 ", reason: " " }, deliveries: [{ delivery: " DN-1 ", line: 2, document_line: null, quantity: "１", amount: "" }, { delivery: " " }] };
    expect(bodyOf("credit-note", fields)).toMatchObject({ red_confirmation: { number: "3201" }, deliveries: [{ delivery: "DN-1", line: 2, quantity: "1" }] });
    expect(bodyOf("invoice", fields)["red_confirmation"]).toBeUndefined();
    const blank = bodyOf("credit-note", { customer: "C1", lines, red_confirmation: { reason: " " }, deliveries: [{}] }, { red_confirmation: { number: "3201" }, deliveries: [{ delivery: "DN-1", line: 1 }] });
    expect(blank).not.toHaveProperty("red_confirmation");
    expect(blank).not.toHaveProperty("deliveries");
    expect(bodyOf("late-fee", fields, { note: 1 })).not.toHaveProperty("deliveries");
    const raised = bodyOf("debit-note", { ...fields, lines: lines.map((line) => ({ ...line, original_line: 2 })) }, { lines: [{ original_line: 7, allowances: [] }] });
    expect(raised).toMatchObject({ deliveries: [{ delivery: "DN-1" }], lines: [{ original_line: 2, allowances: [] }] });
    expect(bodyOf("debit-note", { lines }, { lines: [{ original_line: 7 }] })["lines"]).toEqual(lines);
  });

  it("bill all that is open of a delivery's line, at its price without tax", () => {
    const money = (amount: string) => ({ amount, currency: "CNY" });
    const line = { line: 1, description: "轴承", quantity: "10", open_quantity: "4", unit: "件", unit_price: "5.00", category: "13", supply: "goods", net: money("50.00"), open: money("20.00") };
    expect(billedLine(line, "exclusive")).toEqual({ description: "轴承", quantity: "4", unit: "件", unit_price: "5.00", category: "13", supply: "goods" });
    expect(billedLine(line, "inclusive").unit_price).toBeUndefined();
    // It takes the place of the line that a fresh form begins with.
    expect([{ quantity: "1", category: "13" }, { description: "a" }, { item: " " }, { unit_price: "1" }].map(isBegun)).toEqual([false, true, false, true]);
  });
});
