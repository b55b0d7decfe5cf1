import { describe, expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import type { Delivery, Suspense, TaxInvoice } from "@/api/shapes";
import { accountBody } from "./bank/Accounts";
import { clearBody, receiptOf } from "./bank/suspense";
import { actBody, actsOf, billBody, DRAFT_OF } from "./bills/body";
import { lineBody } from "./books/Chart";
import { seriesBody } from "./books/Series";
import { deliveryBody, returnedLines } from "./deliveries/body";
import { settled } from "./deliveries/Deliveries";
import { recordPath, startOf, taxInvoiceBody } from "./taxInvoices/body";

describe("bills", () => {
  const fields = { customer: "C1", number: " 1300 ", kind: "bank", medium: "electronic", drawer: "甲 ", acceptor: "乙", amount: "１,000.5", currency: "CNY", issue_date: "2026-11-01", maturity: "2027-05-01", received_on: "2026-11-02" } as const;

  it("are sent without what is blank, amounts as text", () => {
    expect(billBody({ ...fields, reference: " ", allocations: [{ document: " INV-1 ", amount: "" }, { document: "" }, { document: "INV-2", amount: "200" }] })).toEqual({
      customer: "C1",
      number: "1300",
      kind: "bank",
      medium: "electronic",
      drawer: "甲",
      acceptor: "乙",
      amount: { amount: "1000.5", currency: "CNY" },
      issue_date: "2026-11-01",
      maturity: "2027-05-01",
      received_on: "2026-11-02",
      allocations: [{ document: "INV-1" }, { document: "INV-2", amount: "200" }],
    });
  });

  it("say what money on account is for, and at which rate, where somebody does", () => {
    expect(billBody({ ...fields, advance: { tax_category: "13" }, fx: { rate: "7.1", date: "2026-11-02", source: "中国银行" } })).toMatchObject({ advance: { tax_category: "13" }, fx: { rate: "7.1", date: "2026-11-02", source: "中国银行" } });
    expect(billBody({ ...fields, advance: { tax_category: " " } })).not.toHaveProperty("advance");
    expect(billBody({ ...fields, fx: { source: "x" } })).not.toHaveProperty("fx");
    expect(actBody("pay", "b", { date: "2026-11-27", fx: { rate: "7.1" } })).toEqual({ bill: "b", date: "2026-11-27", fx: { rate: "7.1" } });
  });

  it("are acted on with what an act takes, and no more", () => {
    const all = { date: "2026-11-27", account: "2202", recourse: true, net: "980.00", rate: "0.024", days: null, where: "bank", bank_line: "bl_1", charges: "1", fee: "2", fee_to_customer: true, text: "x" } as const;
    expect(actBody("endorse", "b", all)).toEqual({ bill: "b", date: "2026-11-27", account: "2202", recourse: true, text: "x" });
    expect(actBody("discount", "b", all)).toEqual({ bill: "b", date: "2026-11-27", recourse: true, net: "980.00", rate: "0.024", bank_line: "bl_1", text: "x" });
    expect(actBody("pay", "b", { ...all, text: " ", charges: " ", bank_line: undefined })).toEqual({ bill: "b", date: "2026-11-27" });
    expect(actBody("pay", "b", { ...all, text: " " })).toEqual({ bill: "b", date: "2026-11-27", charges: "1", bank_line: "bl_1" });
    expect(actBody("dishonour", "b", { ...all, account: "" })).toEqual({ bill: "b", date: "2026-11-27", from: "bank", fee: "2", fee_to_customer: true, text: "x" });
    expect(DRAFT_OF.pay).toBe("bill-payment");
  });

  it("offer what their state allows", () => {
    expect(actsOf("held", false)).toContain("discount");
    expect(actsOf("endorsed", false)).toEqual([]);
    expect(actsOf("endorsed", true)).toEqual(["dishonour"]);
    expect(actsOf("discounted", true)).toEqual(["pay", "dishonour"]);
    expect(actsOf("paid", true)).toEqual([]);
  });
});

describe("the books", () => {
  it("a series starts only with a day and a number", () => {
    expect(seriesBody({ prefix: "inv", reset: "year", chronological: false, start_on: "2026-01-01" })).toEqual({ prefix: "INV", reset: "year", chronological: false });
    expect(seriesBody({ prefix: "", reset: "never", chronological: true, start_on: "2026-01-01", start_number: 101 })).toEqual({ reset: "never", chronological: true, start: { on: "2026-01-01", number: 101 } });
  });

  it("a line of the chart leaves to the server what is blank", () => {
    expect(lineBody({ role: "receivables", part: " ", account: " 112201 ", name_zh: "应收账款", name_en: "" })).toEqual({ role: "receivables", account: "112201", name_zh: "应收账款" });
  });
});

describe("deliveries", () => {
  it("leave to the catalogue what a line does not say", () => {
    expect(deliveryBody({ customer: "C1", delivered_on: "2026-11-27", currency: "CNY", external_id: "", lines: [{ item: "A1", quantity: "２" }] })).toEqual({
      customer: "C1",
      delivered_on: "2026-11-27",
      currency: "CNY",
      lines: [{ item: "A1", quantity: "2" }],
    });
  });

  it("name what was invoiced before them, row by row: a refusal of one stands at that one", () => {
    const body = deliveryBody({ customer: "C1", delivered_on: "2026-11-27", currency: "USD", fx: { rate: "7.1", date: "2026-11-27", source: "PBOC" }, lines: [], invoices: [{ document: " INV-1 ", line: 1, document_line: null, quantity: "２" }, undefined] });
    expect(body).toMatchObject({ fx: { rate: "7.1" }, invoices: [{ document: "INV-1", line: 1, quantity: "2" }, {}] });
    expect(deliveryBody({ customer: "C1", delivered_on: "2026-11-27", currency: "CNY", lines: [], invoices: [] })).not.toHaveProperty("invoices");
  });

  it("come back whole, or as far as lines are named", () => {
    expect(returnedLines(undefined)).toBeUndefined();
    expect(returnedLines([])).toBeUndefined();
    expect(returnedLines([{ line: 2, quantity: "1.5" }, { line: 3, quantity: " " }])).toEqual([{ line: 2, quantity: "1.5" }, { line: 3 }]);
  });

  it("are settled when nothing of any line waits", () => {
    const line = (open: string, quantity: string) => ({ open: { amount: open, currency: "CNY" }, open_quantity: quantity });
    const of = (...lines: object[]) => ({ lines }) as unknown as Delivery;
    expect(settled(of(line("0.00", "0")))).toBe(true);
    expect(settled(of(line("0.00", "0"), line("0.01", "0")))).toBe(false);
    expect(settled(of(line("0.00", "1")))).toBe(false);
  });
});

describe("tax invoices", () => {
  it("are sent as the platform has them", () => {
    expect(taxInvoiceBody({ number: " 2631 ", kind: "digital", customer: "C1", issued_on: "2026-11-27", currency: "CNY", net: "100", tax: "13", gross: "113", original: " ", documents: [{ document: "INV-1" }, { document: "" }] })).toEqual({
      number: "2631",
      kind: "digital",
      customer: "C1",
      issued_on: "2026-11-27",
      currency: "CNY",
      net: "100",
      tax: "13",
      gross: "113",
      documents: [{ document: "INV-1" }],
    });
  });
});

describe("a tax invoice that is recorded of a document", () => {
  const money = (amount: string) => ({ amount, currency: "USD" });
  const invoice = { id: "doc_1", number: "INV-1", kind: "invoice", customer: "cus_1", net: money("100.00"), tax: money("13.00"), gross: money("113.00"), tax_invoice_number: "26009" } as Schemas["Document"];
  const other = (number: string, document: string, status: TaxInvoice["status"] = "issued") => ({ number, status, documents: [{ document, amount: money("50.00") }] }) as TaxInvoice;
  const plain = { customer: "cus_1", kind: "digital", issued_on: "2026-11-28", currency: "USD", documents: [{ document: "INV-1" }] };

  it("begins with the number that it names and with its figures", () => {
    const whole = { ...plain, number: "26009", net: "100.00", tax: "13.00", gross: "113.00" };
    expect(startOf(invoice, [], "2026-11-28")).toEqual(whole);
    expect(startOf(invoice, [other("1", "doc_9"), other("2", "doc_1", "voided")], "2026-11-28")).toEqual(whole);
    expect(recordPath("C 1", "INV/1")).toBe("/tax-invoices/new?customer=C%201&document=INV%2F1");
  });

  it("leaves to who records it what is in another already, and a number that is taken", () => {
    expect(startOf(invoice, [other("26009", "doc_1")], "2026-11-28")).toEqual(plain);
    expect(startOf({ ...invoice, tax_invoice_number: null }, [other("1", "doc_9")], "2026-11-28")).not.toHaveProperty("number");
  });

  it("takes back that of the invoice which a credit note corrects", () => {
    const note = { ...invoice, id: "doc_2", number: "CN-1", kind: "credit-note", original: "doc_1", tax_invoice_number: null };
    const others = [other("26008", "doc_1", "voided"), other("26009", "doc_1")];
    expect(startOf(note, others, "2026-11-28")).toMatchObject({ original: "26009", gross: "113.00", documents: [{ document: "CN-1" }] });
    expect(startOf({ ...invoice, original: "doc_1" }, others, "2026-11-28")).not.toHaveProperty("original");
  });
});

describe("accounts of the company", () => {
  const fields = { number: "2088", scheme: "CN", holder: "甲", bank: "支付平台", currency: "CNY" };

  it("have a place in the chart of their own only where a payment provider holds them", () => {
    expect(accountBody({ ...fields, kind: "clearing", bic: " ", ledger_account: " 101202 " })).toEqual({ ...fields, kind: "clearing", ledger_account: "101202" });
    expect(accountBody({ ...fields, kind: "bank", bic: "ICBKCNBJ", ledger_account: "101202" })).toEqual({ ...fields, kind: "bank", bic: "ICBKCNBJ" });
  });
});

describe("suspense", () => {
  const of = { id: "sus_1", open: { amount: "300.00", currency: "CNY" }, value_date: "2026-11-20" } as Suspense;

  it("becomes a receipt of the day on which it came, whole unless a part is named", () => {
    expect(receiptOf(of, { customer: "C1", amount: " " })).toEqual({ customer: "C1", amount: { amount: "300.00", currency: "CNY" }, value_date: "2026-11-20", suspense: "sus_1", allocations: [] });
    expect(receiptOf(of, { customer: "C1", amount: "1,000.5" })).toMatchObject({ amount: { amount: "1000.5", currency: "CNY" } });
  });

  it("pays what is named, on a later day where that is said", () => {
    expect(receiptOf(of, { customer: "C1", effective_date: "2026-12-01", allocations: [{ document: " INV-1 ", amount: "１00" }, { amount: "3" }] })).toEqual({
      customer: "C1",
      amount: { amount: "300.00", currency: "CNY" },
      value_date: "2026-11-20",
      suspense: "sus_1",
      effective_date: "2026-12-01",
      allocations: [{ document: "INV-1", amount: "100" }],
    });
  });

  it("is for what is said of it while it pays nothing yet", () => {
    expect(receiptOf(of, { customer: "C1", advance: { tax_category: "13", supply: "goods" }, fx: { rate: "7" } })).toMatchObject({ advance: { tax_category: "13", supply: "goods" }, fx: { rate: "7" } });
  });

  it("goes back or to income with what is said", () => {
    expect(clearBody("income", { reason: " 无法退回 " })).toEqual({ as: "income", reason: "无法退回" });
    expect(clearBody("paid-back", { amount: "10", date: "2026-11-27" })).toEqual({ as: "paid-back", amount: "10", date: "2026-11-27" });
    expect(clearBody("paid-back", { bank_line: "bl_1" })).toEqual({ as: "paid-back", bank_line: "bl_1" });
    expect(clearBody("income", { reason: "x", bank_line: "bl_1" })).toEqual({ as: "income", reason: "x" });
  });
});
