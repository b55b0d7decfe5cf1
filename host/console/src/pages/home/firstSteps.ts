import { useQuery } from "@tanstack/react-query";
import { api, got } from "@/api/client";
import { FED } from "@/api/hooks";
import { bankAccounts, bindings } from "@/api/whole";
import { useWhileHere } from "@/ui/here";
import { exactly, heldOf, isNone, type Known } from "./waiting";

/** Files that a new company may begin with, in the order in which one wants the other. */
export const FIRST_FILES = ["customers", "items", "opening-balances", "invoices"] as const;
export type FirstFile = (typeof FIRST_FILES)[number];

export const firstFileOf = (name: string | null): FirstFile | null => FIRST_FILES.find((one) => one === name) ?? null;
export const fileAfter = (file: FirstFile): FirstFile | undefined => FIRST_FILES[FIRST_FILES.indexOf(file) + 1];
export const firstFileAt = (file: FirstFile): string => `/admin/imports?first=${file}`;

/** Whether there is some of it: 0 left, one left, or nothing known yet. */
export type Found = Readonly<Record<FirstFile | "bank" | "rules", Known>>;

export interface FirstStep {
  name: "customers" | "items" | "owed" | "bank" | "rules" | "statement";
  to: string;
  left: Known;
  /** The first statement goes without. */
  optional?: boolean;
}

/** One of the two is enough. */
function either(a: Known, b: Known): Known {
  if (isNone(a) || isNone(b)) return exactly(0);
  return a.is === "known" ? b : a;
}

/** What a company needs until its first statement. */
export const firstSteps = (found: Found): FirstStep[] => [
  { name: "customers", to: firstFileAt("customers"), left: found.customers },
  { name: "items", to: firstFileAt("items"), left: found.items, optional: true },
  { name: "owed", to: firstFileAt("opening-balances"), left: either(found["opening-balances"], found.invoices) },
  { name: "bank", to: "/bank/accounts", left: found.bank },
  { name: "rules", to: "/plugins/bindings", left: found.rules },
  { name: "statement", to: "/statements/run", left: exactly(1) },
];

/** The one to take now; none while it is not known whether an earlier one is done. */
export function stepNow(steps: readonly FirstStep[]): FirstStep | undefined {
  const first = steps.find((step) => step.optional !== true && !isNone(step.left));
  return first?.left.is === "known" ? first : undefined;
}

interface Answer {
  data: { items: readonly unknown[] } | undefined;
  isPending: boolean;
}
const some = ({ data, isPending }: Answer): Known => heldOf(data === undefined ? undefined : data.items.length > 0, isPending);

/** What each step looks at, asked for again every `poll`: others bring customers and rules, too. */
export function looks(poll: number | false) {
  const limit = 1;
  const fed = { ...FED, refetchInterval: poll };
  return {
    customers: { queryKey: ["customers", "some"], queryFn: () => got(api.GET("/v1/customers", { params: { query: { limit } } })), ...fed },
    items: { queryKey: ["catalogue", "some"], queryFn: () => got(api.GET("/v1/items", { params: { query: { limit } } })), ...fed },
    openings: { queryKey: ["documents", "some", "opening"], queryFn: () => got(api.GET("/v1/invoices", { params: { query: { limit, kind: "opening" } } })), ...fed },
    invoices: { queryKey: ["documents", "some", "invoice"], queryFn: () => got(api.GET("/v1/invoices", { params: { query: { limit, kind: "invoice" } } })), ...fed },
    accounts: { queryKey: ["bank-accounts"], queryFn: bankAccounts, ...fed },
    rules: { queryKey: ["bindings", "active"], queryFn: () => bindings({ status: "active" }), ...fed },
  };
}

/** What there is of each already, however it came in. */
export function useFound(): Found {
  const of = looks(useWhileHere(30_000));
  const customers = useQuery(of.customers);
  const items = useQuery(of.items);
  const openings = useQuery(of.openings);
  const invoices = useQuery(of.invoices);
  const accounts = useQuery(of.accounts);
  const rules = useQuery(of.rules);
  const served = (slot: string) => rules.data?.items.some((one) => one.slot === slot) === true;
  return {
    customers: some(customers),
    items: some(items),
    "opening-balances": some(openings),
    invoices: some(invoices),
    bank: some(accounts),
    rules: heldOf(rules.data === undefined ? undefined : served("tax") && served("statement"), rules.isPending),
  };
}
