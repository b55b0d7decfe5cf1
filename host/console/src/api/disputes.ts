import { api, got, type Schemas } from "./client";
import { keyed } from "./hooks";
import { every } from "./shapes";

export type Dispute = Schemas["Dispute"];
export type DisputeState = Schemas["DisputeStateName"];
export type Outcome = Schemas["OutcomeName"];
export type Reason = Schemas["DisputeReasonName"];
export type OpenDispute = Schemas["DisputeBody"];
export type Resolution = Schemas["ResolutionBody"];

export const DISPUTE_STATES = every<DisputeState>({ open: true, accepted: true, rejected: true, withdrawn: true });
export const OUTCOMES = every<Outcome>({ accepted: true, rejected: true, withdrawn: true });
export const REASONS = every<Reason>({ price: true, quantity: true, quality: true, delivery: true, duplicate: true, "not-ours": true, other: true });

interface Wanted {
  state?: DisputeState | undefined;
  customer?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  after?: string | undefined;
}

export const listDisputes = (query: Wanted) => got(api.GET("/v1/disputes", { params: { query: { limit: 100, ...query } } }));

export const openDispute = (body: OpenDispute, key: string) => got(api.POST("/v1/disputes", { params: { header: keyed(key) }, body }));

export const resolveDispute = (id: string, body: Resolution, key: string) => got(api.POST("/v1/disputes/{id}/resolve", { params: { path: { id }, header: keyed(key) }, body }));
