import { all } from "./all";
import { api, got } from "./client";

/** A page of a query; `after` is the cursor of the page before. */
const paged = <Q extends object>(query: Q, after: string | undefined) => ({ ...query, limit: 200, after }) as Q;

/** What pays an item, or what it pays. */
export const allocationsOf = (item: string) => all((after) => got(api.GET("/v1/allocations", { params: { query: paged({ item }, after) } })));

/** The files of a document or a draft. */
export const attachmentsOf = (of: { document: string } | { draft: string }) => all((after) => got(api.GET("/v1/attachments", { params: { query: paged(of, after) } })));

/** What is open of a customer, out of the one fold. */
export const openItemsOf = (id: string) => all((after) => got(api.GET("/v1/customers/{id}/open-items", { params: { path: { id }, query: paged({}, after) } })));
