import type { Schemas } from "@/api/client";
import { sumDecimals } from "@/lib/amount";

type Account = Pick<Schemas["AgingAccountView"], "customer" | "balance" | "ages">;

/** What a customer owes in one currency, and what of it is past its day. */
export interface Standing {
  balance: Account["balance"];
  overdue: Account["balance"];
}

/** By the customer's code, out of the one report of all of them; control accounts of one currency are one figure. */
export function standings(accounts: readonly Account[]): Map<string, Standing[]> {
  const all = new Map<string, Standing[]>();
  for (const { customer, balance, ages } of accounts) {
    const own = all.get(customer.code) ?? [];
    const before = own.filter((one) => one.balance.currency === balance.currency);
    const late = ages.filter((age) => age.key !== "not-due").map((age) => age.amount.amount);
    const now = {
      balance: { ...balance, amount: sumDecimals([balance.amount, ...before.map((one) => one.balance.amount)]) },
      overdue: { ...balance, amount: sumDecimals([...late, ...before.map((one) => one.overdue.amount)]) },
    };
    all.set(customer.code, [...own.filter((one) => !before.includes(one)), now]);
  }
  return all;
}
