import { describe, expect, it } from "vitest";
import type { Proposal } from "@/api/shapes";
import { approvalBody, withheldOf } from "./withheld";

const money = (amount: string) => ({ amount, currency: "CNY" });
const difference = (kind: string, item: string | null, amount: string) => ({ bank_line: "bl_1", kind, item, amount: money(amount) });
const differences = [difference("withholding", "i1", "10.00"), difference("tail", "i1", "0.01"), difference("withholding", "i2", "3.00"), difference("withholding", "i1", "2.00")] satisfies Proposal["differences"];

describe("withheld tax that a proposal takes", () => {
  it("is asked for by item, and of what a person made not again", () => {
    expect(withheldOf({ by_hand: false, differences })).toEqual([
      { item: "i1", amounts: [money("10.00"), money("2.00")] },
      { item: "i2", amounts: [money("3.00")] },
    ]);
    expect(withheldOf({ by_hand: true, differences })).toEqual([]);
    expect(withheldOf({ by_hand: false, differences: [difference("tail", "i1", "1")] })).toEqual([]);
  });

  it("is approved with a certificate of each item, of all that is taken on it", () => {
    const fields = { withholding: [{ number: " 77 ", date: "2026-11-01", authority: "CN:STA" }, { number: " " }] };
    expect(approvalBody(["i1", "i2"], fields, undefined)).toEqual({
      withholding: [
        { item: "i1", number: "77", date: "2026-11-01", authority: "CN:STA" },
        { item: "i2", number: "", date: "", authority: "" },
      ],
    });
    expect(approvalBody(["i1"], {}, "2026-12-01")).toMatchObject({ effective_date: "2026-12-01", withholding: [{ item: "i1" }] });
  });
});
