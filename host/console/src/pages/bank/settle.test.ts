import { describe, expect, it } from "vitest";
import { bodyOf, missingIn, proposedAmount, returnBody, sentAt, undoBody, type Chosen } from "./settle";

const nothing: Chosen = { items: {}, onAccount: "", customer: undefined, differences: [] };

describe("settling a line by hand", () => {
  it("proposes what is open, or what the line has", () => {
    expect(proposedAmount("9.00", "10.00")).toBe("9.00");
    expect(proposedAmount("10.01", "10.00")).toBe("10.00");
    expect(proposedAmount("100000000000000000000.01", "100000000000000000000.00")).toBe("100000000000000000000.00");
  });

  it("is nothing until something is chosen", () => {
    expect(bodyOf(nothing)).toBeNull();
    expect(bodyOf({ ...nothing, onAccount: "5" })).toBeNull();
    expect(bodyOf({ ...nothing, onAccount: "0.00", customer: "C1" })).toBeNull();
  });

  it("splits over items, differences and what stays on account", () => {
    expect(
      bodyOf({ items: { item_1: "1,000.00", item_2: " ", item_3: "２" }, onAccount: "5.00", customer: "C1", differences: [{ kind: "tail", amount: ".02", item: "item_1" }, { kind: "charge", amount: "" }] }),
    ).toEqual({
      customer: "C1",
      allocations: [
        { item: "item_1", amount: "1000.00" },
        { item: "item_3", amount: "2" },
      ],
      on_account: "5.00",
      differences: [{ kind: "tail", amount: "0.02", item: "item_1" }],
    });
  });

  it("is all on account where no item is ticked", () => {
    expect(bodyOf({ ...nothing, onAccount: "12.34", customer: "C1" })).toEqual({ customer: "C1", allocations: [], on_account: "12.34" });
  });
});

describe("what a settlement still lacks", () => {
  it("is said: a choice, the customer of money on account, an amount that is one", () => {
    expect(missingIn(nothing)).toBe("choice");
    expect(missingIn({ ...nothing, customer: "C1", onAccount: "0.00" })).toBe("choice");
    expect(missingIn({ ...nothing, onAccount: "5.00" })).toBe("customer");
    expect(missingIn({ ...nothing, onAccount: "abc" })).toBe("amount");
    expect(missingIn({ ...nothing, onAccount: "abc", customer: "C1" })).toBe("amount");
    expect(missingIn({ ...nothing, items: { i1: "1.00" }, suspense: "x" })).toBe("amount");
    expect(missingIn({ ...nothing, onAccount: "5.00", customer: "C1" })).toBeNull();
  });
});

describe("money of which a part is nobody's", () => {
  it("goes to suspense beside what it settles, and names no customer where it is all of it", () => {
    expect(bodyOf({ ...nothing, items: { i1: "80" }, suspense: "20,5", customer: "C1" })).toEqual({ customer: "C1", allocations: [{ item: "i1", amount: "80" }], suspense: "20,5" });
    expect(bodyOf({ ...nothing, items: { i1: "80" }, suspense: "0.00" })).not.toHaveProperty("suspense");
    expect(bodyOf({ ...nothing, suspense: "1,100.00", customer: "C1" })).toEqual({ allocations: [], suspense: "1100.00" });
    expect(bodyOf({ ...nothing, suspense: " " })).toBeNull();
  });
});

describe("a credit that is used beside the money", () => {
  it("pays the item that is chosen as long as that is settled, and is not sent without an amount or an item", () => {
    const credits: Chosen["credits"] = { c1: { amount: "1,000.00", item: "i2" }, c2: { amount: " " }, c3: { amount: "3", item: "gone" } };
    const body = bodyOf({ ...nothing, items: { i1: "80", i2: "20" }, credits });
    expect(body?.credits).toEqual([
      { item: "i2", credit_item: "c1", amount: "1000.00" },
      { item: "i1", credit_item: "c3", amount: "3" },
    ]);
    expect(bodyOf({ ...nothing, suspense: "5", credits })).not.toHaveProperty("credits");
    expect(bodyOf({ ...nothing, items: { i1: "80" } })).not.toHaveProperty("credits");
  });
});

describe("a difference of several items", () => {
  it("is of the one that is chosen as long as that is settled, and is refused at its own row", () => {
    const differences: Chosen["differences"] = [{ kind: "charge", amount: " " }, { kind: "tail", amount: "1", item: "i2" }, { kind: "tail", amount: "2", item: "gone" }, { kind: "charge", amount: "3", item: "i2" }];
    const body = bodyOf({ ...nothing, items: { i1: "80", i2: "20" }, differences });
    expect(body?.differences?.map(({ item }) => item)).toEqual(["i2", "i1", "i2"]);
    expect(differences.map((_, n) => sentAt(differences, n))).toEqual([0, 0, 1, 2]);
  });
});

describe("a line that takes a receipt back", () => {
  it("names the receipt, and a fee or a day only where one is typed", () => {
    expect(returnBody({ customer: "C1", receipt: "doc_1", fee: " ", effective_date: undefined })).toEqual({ receipt: "doc_1" });
    expect(returnBody({ customer: "C1", receipt: "doc_1", fee: "1,015.00", effective_date: "2026-12-01" })).toEqual({ receipt: "doc_1", fee: "1015.00", effective_date: "2026-12-01" });
    expect(returnBody({ receipt: "doc_1", fee: "?" })).toEqual({ receipt: "doc_1", fee: "?" });
  });
});

describe("a line whose own day is locked", () => {
  it("counts on the day that is chosen for it, and else says none", () => {
    expect(bodyOf({ ...nothing, onAccount: "5", customer: "C1", day: "2026-12-01" })).toMatchObject({ effective_date: "2026-12-01" });
    expect(bodyOf({ ...nothing, onAccount: "5", customer: "C1", day: undefined })).not.toHaveProperty("effective_date");
  });
});

describe("withheld tax", () => {
  it("goes with its evidence, other differences without", () => {
    const body = bodyOf({
      items: { i1: "100.00" },
      onAccount: "",
      customer: undefined,
      differences: [
        { kind: "withholding", amount: "10", certificate: { number: " 77 ", date: "2026-11-01", authority: "" } },
        { kind: "tail", amount: "0.01", certificate: { number: "x" } },
      ],
    });
    expect(body?.differences).toEqual([
      { kind: "withholding", amount: "10", item: "i1", certificate: { number: "77", date: "2026-11-01" } },
      { kind: "tail", amount: "0.01", item: "i1" },
    ]);
  });
});

describe("an approval that is taken back", () => {
  it("is so with a reason and on a day, where somebody says them, and on the later day that was asked for", () => {
    expect(undoBody({ reason: " " }, undefined)).toEqual({});
    expect(undoBody({ reason: " 客户认错 ", date: "2026-11-20" }, undefined)).toEqual({ reason: "客户认错", date: "2026-11-20" });
    expect(undoBody({ date: "2026-11-20" }, "2026-12-01")).toEqual({ date: "2026-12-01" });
  });
});
