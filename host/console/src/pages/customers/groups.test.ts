import { describe, expect, it } from "vitest";
import type { Customer } from "./body";
import { inGroup, namesOf, placeOf } from "./groups";

const customer = {
  id: "cus_1",
  code: "C1",
  name: "苏州精工有限公司",
  country: "CN",
  currency: "CNY",
  kind: "business",
  taxpayer_status: "general",
  tax_id: { scheme: "CN:USCC", id: "91320500000000000A", country: "CN", checked: true },
  tax_ids: [{ scheme: "EU:VAT", id: "NL1", country: "NL", checked: false }],
  group: "经销商",
  address: { lines: ["1 High Street"], city: "London", country: "GB" },
  locale: "zh-CN",
  statement_style: "open-item",
  terms_days: 30,
  terms: { basis: "document", instalments: [{ permille: 1000, rule: { kind: "net", days: 30 } }] },
  accounts: [{ scheme: "CN", account: "622200" }],
} as unknown as Customer;

describe("groups of customers", () => {
  it("are those that have a name", () => {
    expect(namesOf([{ group: "OEM", customers: 1 }, { group: null, customers: 3 }])).toEqual(["OEM"]);
  });

  it("are found with all who are counted in them, whatever they are called", () => {
    expect(placeOf("A&B #1")).toBe("/customers?group=A%26B%20%231&archived=all");
  });

  it("change, and nothing else of the customer does", () => {
    const body = inGroup(customer, " OEM ");
    expect(body).toMatchObject({ code: "C1", group: "OEM", address: customer.address, terms: customer.terms, accounts: [{ scheme: "CN", account: "622200" }], tax_ids: [{ scheme: "EU:VAT", id: "NL1" }] });
    expect(body.tax_id).toEqual({ scheme: "CN:USCC", id: "91320500000000000A" });
    expect(inGroup(customer, " ").group).toBeUndefined();
    expect(inGroup(customer, undefined).group).toBeUndefined();
  });
});
