import { describe, expect, it } from "vitest";

import { listAddress } from "./client";

describe("the address of a list as a file", () => {
  it("has the filters that are shown and no page", () => {
    const query = { limit: 100, customer: "C 1&x", status: undefined, name_prefix: "", archived: false };
    expect(listAddress("invoices", query, "csv")).toBe("/v1/lists/invoices?format=csv&customer=C+1%26x&archived=false");
  });
  it("has nothing else where nothing is filtered", () => {
    expect(listAddress("customers", { limit: 100 }, "xlsx")).toBe("/v1/lists/customers?format=xlsx");
  });
});
