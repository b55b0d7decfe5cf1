import { all } from "./all";
import { api, got } from "./client";

/** The tax invoices of a customer. */
export const taxInvoicesOf = (customer: string) => ({
  queryKey: ["tax-invoices", "of", customer],
  queryFn: () => all((after) => got(api.GET("/v1/tax-invoices", { params: { query: { customer, limit: 200, after } } })), 2000),
  staleTime: 60_000,
});

/** Those with a number: of the older kinds several, which their codes tell apart. */
export const taxInvoicesNumbered = (number: string) => ({
  queryKey: ["tax-invoices", "numbered", number],
  queryFn: async () => (await got(api.GET("/v1/tax-invoices", { params: { query: { number, limit: 20 } } }))).items,
  staleTime: 60_000,
});
