import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bodyOf, CUSTOMER_KINDS, fieldsOf, type Customer } from "./body";
import { newCustomer } from "./new";

const customer = {
  id: "cus_1",
  code: "C1",
  name: "甲",
  country: "CN",
  currency: "CNY",
  kind: "business",
  taxpayer_status: "general",
  locale: "zh-CN",
  statement_style: "open-item",
  terms: { basis: "document", rule: { kind: "monthly", cut_off: 25, days: 30, counting: "cut-off" } },
  terms_days: 30,
  tax_id: { scheme: "CN:USCC", id: "91310000" },
  address: { country: "CN", lines: ["一路 1 号", "二楼"], city: "上海" },
  accounts: [{ scheme: "CN", account: "6222" }],
  created_at: "2026-11-01T00:00:00Z",
  version: 1,
  parent: null,
  email: null,
  group: "经销商",
  tax_ids: [{ scheme: "EU:VAT", id: "DE136695976" }],
} as Customer;

describe("a customer in the form", () => {
  it("comes back as the body that makes the same customer", () => {
    const body = bodyOf(fieldsOf(customer));
    expect(body).toEqual({
      code: "C1",
      name: "甲",
      country: "CN",
      currency: "CNY",
      kind: "business",
      taxpayer_status: "general",
      locale: "zh-CN",
      statement_style: "open-item",
      terms: { basis: "document", rule: { kind: "monthly", cut_off: 25, days: 30, counting: "cut-off" } },
      tax_id: { scheme: "CN:USCC", id: "91310000" },
      tax_ids: [{ scheme: "EU:VAT", id: "DE136695976" }],
      group: "经销商",
      address: { country: "CN", lines: ["一路 1 号", "二楼"], city: "上海" },
      accounts: [{ scheme: "CN", account: "6222" }],
    });
  });

  it("may be what the server takes, and nothing else", () => {
    const rust = readFileSync("../crates/app/src/customer/create.rs", "utf8");
    expect(rust).toContain(`![${CUSTOMER_KINDS.map((kind) => `"${kind}"`).join(", ")}].contains(&input.kind`);
  });

  it("keeps an address that is in another country, and has further tax ids row by row", () => {
    const abroad: Customer = { ...customer, address: { country: "HK", lines: ["一路"] } };
    expect(bodyOf(fieldsOf(abroad)).address).toEqual({ country: "HK", lines: ["一路"] });
    expect(bodyOf({ ...fieldsOf(customer), address: { lines: "一路", country: " hk " } }).address).toMatchObject({ country: "HK" });
    expect(bodyOf({ ...fieldsOf(customer), tax_ids: [{ scheme: " ", id: "" }, { scheme: "EU:VAT", id: " DE1 " }, { id: "7" }, undefined] }).tax_ids).toEqual([
      { scheme: "EU:VAT", id: "DE1" },
      { scheme: "", id: "7" },
    ]);
  });

  it("leaves out what is blank", () => {
    const fields = { ...fieldsOf(customer), tax_id: { scheme: "CN:USCC", id: " " }, address: { lines: " \n" }, accounts: [{ account: "" }], region: " " };
    const body = bodyOf(fields);
    expect(body.tax_id).toBeUndefined();
    expect(body.address).toBeUndefined();
    expect(body.region).toBeUndefined();
    expect(body.accounts).toEqual([]);
  });

  it.each([
    [{ kind: "net", days: 10 }, { kind: "net", days: 10 }],
    [{ kind: "end-of-month", days: 5, months: 1 }, { kind: "end-of-month", days: 5, months: 1 }],
    [{ kind: "days-end-of-month", days: 45 }, { kind: "days-end-of-month", days: 45 }],
    [{ kind: "net", days: 10, cut_off: 25, months: 2 }, { kind: "net", days: 10 }],
  ])("says the rule %j as %j", (rule, said) => {
    expect(bodyOf({ ...fieldsOf(customer), terms: { basis: "document", rule } }).terms).toEqual({ basis: "document", rule: said });
  });
});

describe("terms by instalments, with a discount", () => {
  const rule = { kind: "net" as const, days: 10 };
  const instalments = [
    { permille: 300, rule },
    { permille: 700, rule: { kind: "net" as const, days: 60 } },
  ];
  const discounts = [{ days: 10, permille: 20 }];

  it("come back as they were", () => {
    const parted: Customer = { ...customer, terms: { basis: "delivery", instalments, discounts } };
    expect(bodyOf(fieldsOf(parted)).terms).toEqual({ basis: "delivery", instalments, discounts });
  });

  it("are made of what is filled in", () => {
    const terms = { basis: "document", rule: { kind: "instalments" }, instalments: [{ permille: 400, rule: { kind: "net", days: 10, cut_off: 5 } }, { permille: 600, rule: { kind: "monthly", days: 30 } }], discounts: [{ days: 10 }] };
    expect(bodyOf({ ...fieldsOf(customer), terms }).terms).toEqual({
      basis: "document",
      instalments: [
        { permille: 400, rule: { kind: "net", days: 10 } },
        { permille: 600, rule: { kind: "monthly", cut_off: 31, days: 30, counting: "cut-off-month-end" } },
      ],
      // nothing off is no discount: the server says so at the field
      discounts: [{ days: 10, permille: 0 }],
    });
  });

  it("give way to a rule that is chosen", () => {
    const fields = fieldsOf({ ...customer, terms: { basis: "document", instalments } });
    expect(bodyOf({ ...fields, terms: { ...fields.terms, rule } }).terms).toEqual({ basis: "document", rule });
  });
});

describe("a new customer", () => {
  it("begins in the company's country", () => {
    expect(newCustomer({ country: "DE", base_currency: "EUR", locale: "en" })).toMatchObject({ country: "DE", currency: "EUR", locale: "en", tax_id: { scheme: "EU:VAT" } });
    expect(newCustomer({ country: "US", base_currency: "USD", locale: "en" }).tax_id).toEqual({ scheme: "US:EIN" });
    expect(newCustomer({ country: "BR", base_currency: "BRL", locale: "en" }).tax_id).toBeUndefined();
  });

  it("pays from an account of the country where nobody says of what kind it is", () => {
    const fields = { ...newCustomer({ country: "DE", base_currency: "EUR", locale: "en" }), accounts: [{ account: "DE75512108001245126199" }] };
    expect(bodyOf(fields).accounts).toEqual([{ scheme: "IBAN", account: "DE75512108001245126199" }]);
  });
});
