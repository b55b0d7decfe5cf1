import { api, got, type Schemas } from "./client";
import { keyed } from "./hooks";
import { every } from "./shapes";

export type BankDetailChange = Schemas["BankDetailChange"];
export type BankDetails = Schemas["BankDetails"];
export type ChangeState = Schemas["BankDetailStateName"];
export type OwnDetails = Schemas["OwnDetailsBody"];

export const CHANGE_STATES = every<ChangeState>({ proposed: true, approved: true, rejected: true, withdrawn: true });

interface Wanted {
  state?: ChangeState | undefined;
  customer?: string | undefined;
  after?: string | undefined;
}

export const listChanges = (query: Wanted) => got(api.GET("/v1/bank-detail-changes", { params: { query: { limit: 100, ...query } } }));

export const proposeOwn = (bank_account: string, details: OwnDetails, key: string) => got(api.POST("/v1/bank-detail-changes", { params: { header: keyed(key) }, body: { bank_account, details } }));

/** A reason goes with a rejection. */
export function decideChange(id: string, act: "approve" | "reject" | "withdraw", reason: string | undefined, key: string): Promise<BankDetailChange> {
  const params = { path: { id }, header: keyed(key) };
  if (act === "reject") return got(api.POST("/v1/bank-detail-changes/{id}/reject", { params, body: { reason: reason ?? "" } }));
  return act === "approve" ? got(api.POST("/v1/bank-detail-changes/{id}/approve", { params })) : got(api.POST("/v1/bank-detail-changes/{id}/withdraw", { params }));
}
