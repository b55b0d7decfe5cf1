import { expect, it } from "vitest";
import { standings } from "./standings";

const money = (amount: string, currency = "CNY") => ({ amount, currency });
const age = (key: string, amount: string) => ({ key, amount: money(amount) });

it("a customer's control accounts of one currency are one balance, what is not due is not overdue", () => {
  const ages = [age("not-due", "60.00"), age("1-30", "30.00"), age("91+", "10.00")];
  const found = standings([
    { customer: { code: "C1", name: "甲" }, balance: money("90.00"), ages },
    { customer: { code: "C1", name: "甲" }, balance: money("5.00"), ages: [age("not-due", "0.00"), age("1-30", "5.00")] },
    { customer: { code: "C1", name: "甲" }, balance: money("7", "JPY"), ages: [age("not-due", "7")] },
    { customer: { code: "C2", name: null }, balance: money("-3.00"), ages: [age("not-due", "0.00"), age("1-30", "0.00")] },
  ]);
  expect(found.get("C1")).toEqual([
    { balance: money("95.00"), overdue: money("45.00") },
    { balance: money("7", "JPY"), overdue: money("0", "JPY") },
  ]);
  expect(found.get("C2")).toEqual([{ balance: money("-3.00"), overdue: money("0.00") }]);
});
