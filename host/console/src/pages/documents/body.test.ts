import { describe, expect, it } from "vitest";
import { billedLine, bodyOf, closedUp, fieldsOf, hasMore, isAskable, isBegun, lineOf } from "./body";

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
    const before = { customer: "C1", suspense: "sus_1", fx: { rate: "7.1", date: "2026-11-01", source: "PBOC" } };
    expect(bodyOf("receipt", fieldsOf(before), before)).toMatchObject(before);
  });

  it("say of a line goods or service, and what is taken off or added of it, each row of it", () => {
    const line = { description: "a", quantity: "1", supply: "service", allowances: [{ amount: "1", reason: "破损" }, { charge: true, fraction: "0.05" }] };
    const held = { lines: [line] };
    expect(bodyOf("invoice", fieldsOf(held), held)["lines"]).toEqual([line]);
    expect(lineOf({ quantity: "1", allowances: [{ charge: false, amount: "１,000", fraction: " ", reason: " " }, undefined] })).toEqual({ quantity: "1", allowances: [{ amount: "1000" }, {}] });
    // The second line, once the first is gone, keeps its own and no other's.
    const left = closedUp({ lines: [line, { description: "b", quantity: "1" }] }, 0);
    expect(bodyOf("invoice", { ...fieldsOf(held), ...left }, held)["lines"]).toEqual([{ description: "b", quantity: "1" }]);
    expect(bodyOf("invoice", { lines: [{ ...line, supply: undefined, allowances: [] }] }, held)["lines"]).toEqual([{ description: "a", quantity: "1" }]);
    expect([hasMore(line), hasMore({ quantity: "1", supply: " ", allowances: null }), hasMore({ allowances: [{}] })]).toEqual([true, false, true]);
  });

  it("have terms of their own, or the customer's by saying nothing", () => {
    const terms = { basis: "delivery", instalments: [{ permille: 300, rule: { kind: "end-of-month", months: 1, days: 5 } }, { permille: 700, rule: { kind: "monthly", cut_off: 25, days: 30, counting: "cut-off" } }], discounts: [{ days: 10, permille: 20 }] };
    const body = bodyOf("invoice", fieldsOf({ customer: "C1", terms }));
    expect(body["terms"]).toEqual(terms);
    expect(bodyOf("invoice", { customer: "C1", terms: { basis: "document", rule: { kind: "net", days: 60 } } }, body)["terms"]).toEqual({ basis: "document", rule: { kind: "net", days: 60 } });
    expect(bodyOf("debit-note", { customer: "C1" }, body)).not.toHaveProperty("terms");
    expect(fieldsOf({ customer: "C1", terms: null }).terms).toBeUndefined();
    // A credit is due never: what an integrator's draft says of it is the server's to refuse.
    expect(bodyOf("credit-note", { customer: "C1", terms: { basis: "document" } })).not.toHaveProperty("terms");
  });

  it("say of a line what it is where it is none like others, and of a discount which line it discounts", () => {
    expect(lineOf({ description: "轴承", quantity: "1", nature: "normal", parent: 1 })).toEqual({ description: "轴承", quantity: "1" });
    expect(lineOf({ description: "折扣", quantity: "1", unit_price: "-5", nature: "discount", parent: 1 })).toEqual({ description: "折扣", quantity: "1", unit_price: "-5", nature: "discount", parent: 1 });
    expect(lineOf({ quantity: "1", nature: "deposit", parent: 1 })).toEqual({ quantity: "1", nature: "deposit" });
    const rows = [{ description: "轴承", quantity: "1" }, { quantity: "1" }, { description: "皮带", quantity: "1" }, { description: "折扣", quantity: "1", nature: "discount", parent: 3 }];
    expect((bodyOf("invoice", { lines: rows })["lines"] as { parent?: number }[]).map(({ parent }) => parent)).toEqual([undefined, undefined, 2]);
    const held = { lines: [{ description: "折扣", quantity: "1", nature: "discount", parent: 1 }] };
    expect(bodyOf("invoice", fieldsOf(held), held)["lines"]).toEqual(held.lines);
    expect(bodyOf("invoice", { lines: [{ ...fieldsOf(held).lines?.[0], nature: "normal" }] }, held)["lines"]).toEqual([{ description: "折扣", quantity: "1" }]);
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
    expect(isAskable("opening", { customer: "C1", amount: {}, document_date: "2026-03-04" })).toBe(false);
    expect(isAskable("opening", { customer: "C1", amount: {}, document_date: "2026-03-04", effective_date: "2026-11-01" })).toBe(true);
  });

  it("take an item of the old books over as it was there", () => {
    const fields = { customer: "C1", amount: "-20.50", currency: "CNY", document_date: "2026-03-04", effective_date: "2026-11-01", external_id: " ALT-1 ", text: "" };
    expect(bodyOf("opening", fields)).toEqual({ customer: "C1", amount: { amount: "-20.50", currency: "CNY" }, document_date: "2026-03-04", effective_date: "2026-11-01", external_id: "ALT-1" });
  });

  it("say what money on account is for, and a rate of exchange, and no more of either once they are blank", () => {
    const said = { advance: { tax_category: "13", supply: "service" }, fx: { rate: "7.1", date: "2026-11-02", source: "中国银行" } };
    const body = bodyOf("receipt", { customer: "C1", ...said });
    expect(body).toMatchObject(said);
    expect(fieldsOf(body)).toMatchObject(said);
    const blank = bodyOf("receipt", { customer: "C1", advance: {}, fx: { rate: "", date: "2026-11-02" } }, body);
    expect(blank).not.toHaveProperty("advance");
    expect(blank).not.toHaveProperty("fx");
    expect(bodyOf("adjustment", { customer: "C1", item: "item_1", fx: said.fx })).toMatchObject({ item: "item_1", fx: said.fx });
    expect(bodyOf("refund", { item: "i", from: "suspense", fx: said.fx })).toMatchObject({ from: "suspense", fx: said.fx });
  });

  it("have allowances of the whole, each with what is said of it, and none once the last is removed", () => {
    const fields = { customer: "C1", lines: [], allowances: [{ charge: false, amount: "1,00", category: "13", reason: " " }, { charge: true, amount: "5" }, undefined] };
    const body = bodyOf("invoice", fields);
    expect(body["allowances"]).toEqual([{ amount: "1,00", category: "13" }, { charge: true, amount: "5" }, {}]);
    expect(bodyOf("invoice", { ...fields, allowances: [] }, body)).not.toHaveProperty("allowances");
  });

  it("name what is billed of deliveries, and on what a credit note is issued", () => {
    const lines = [{ description: "轴承", quantity: "1", unit_price: "5", category: "13" }];
    const fields = { customer: "C1", lines, red_confirmation: { number: " 3201 ", reason: " " }, deliveries: [{ delivery: " DN-1 ", line: 2, document_line: null, quantity: "１", amount: "" }, { delivery: " " }] };
    expect(bodyOf("credit-note", fields)).toMatchObject({ red_confirmation: { number: "3201" }, deliveries: [{ delivery: "DN-1", line: 2, quantity: "1" }] });
    expect(bodyOf("invoice", fields)["red_confirmation"]).toBeUndefined();
    expect(bodyOf("credit-note", { ...fields, rebill: true })).toMatchObject({ rebill: true });
    expect(bodyOf("credit-note", { ...fields, rebill: false }, { rebill: true })).not.toHaveProperty("rebill");
    expect(bodyOf("invoice", { ...fields, rebill: true })).not.toHaveProperty("rebill");
    const blank = bodyOf("credit-note", { customer: "C1", lines, red_confirmation: { reason: " " }, deliveries: [{}] }, { red_confirmation: { number: "3201" }, deliveries: [{ delivery: "DN-1", line: 1 }] });
    expect(blank).not.toHaveProperty("red_confirmation");
    expect(blank).not.toHaveProperty("deliveries");
    expect(bodyOf("late-fee", fields, { note: 1 })).not.toHaveProperty("deliveries");
    const raised = bodyOf("debit-note", { ...fields, lines: lines.map((line) => ({ ...line, original_line: 2 })) }, { lines: [{ original_line: 7 }] });
    expect(raised).toMatchObject({ deliveries: [{ delivery: "DN-1" }], lines: [{ original_line: 2 }] });
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

describe("a row that is taken out", () => {
  it("leaves what names lines behind it with the same lines, and what named it with none", () => {
    const lines = [{ description: "X" }, { description: "A" }, { description: "B" }, { description: "-", nature: "discount", parent: 2 }];
    const deliveries = [{ delivery: "SH-1", document_line: 1 }, { delivery: "SH-2", document_line: 3 }];
    const left = closedUp({ lines, deliveries }, 0);
    expect(left.lines.map(({ description, parent }) => [description, parent])).toEqual([["A", null], ["B", null], ["-", 1]]);
    expect(left.deliveries.map((part) => part.document_line)).toEqual([null, 2]);
  });

  it("takes what the form has no field for along, and leaves that of others with theirs", () => {
    const before = { customer: "C1", lines: [{ description: "a", quantity: "1" }, { description: "b", quantity: "1", allowances: [{ amount: "1" }] }, { description: "c", quantity: "1" }] };
    const fields = fieldsOf(before);
    const left = (n: number) => bodyOf("invoice", { ...fields, ...closedUp(fields, n) }, before)["lines"];
    expect(left(0)).toEqual(before.lines.slice(1));
    expect(left(1)).toEqual([before.lines[0], before.lines[2]]);
    const added = closedUp(fields, 1);
    expect(bodyOf("invoice", { ...fields, lines: [{ description: "new", quantity: "1" }, ...added.lines] }, before)["lines"]).toEqual([{ description: "new", quantity: "1" }, before.lines[0], before.lines[2]]);
  });
});
