import { api, got, type Answer, type Schemas } from "./client";
import { keyed } from "./hooks";

// To be replaced by `Schemas["Dispute"]` and typed calls once the snapshot of the description has them.

export const DISPUTE_STATES = ["open", "accepted", "rejected", "withdrawn"] as const;
export type DisputeState = (typeof DISPUTE_STATES)[number];
export const OUTCOMES = ["accepted", "rejected", "withdrawn"] as const;
export type Outcome = (typeof OUTCOMES)[number];
export const REASONS = ["price", "quantity", "quality", "delivery", "duplicate", "not-ours", "other"] as const;
export type Reason = (typeof REASONS)[number];

export interface Dispute {
  id: string;
  state: DisputeState;
  item: string;
  customer: string;
  document?: string | null;
  number?: string | null;
  amount: Schemas["Money"];
  reason_code: Reason;
  /** Null once erased, as is the answer. */
  text?: string | null;
  opened_on: string;
  opened_by: string;
  resolved_on?: string | null;
  answer?: string | null;
  resolved_by?: string | null;
}

/** What of an open item its customer disputes. */
export const disputedOf = (item: object): Schemas["Money"] | null => ("disputed" in item ? (item.disputed as Schemas["Money"]) : null);

interface Untyped {
  GET: (path: string, init?: unknown) => Promise<Answer>;
  POST: (path: string, init?: unknown) => Promise<Answer>;
}
const untyped = api as unknown as Untyped;

interface Wanted {
  state?: string | undefined;
  customer?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  after?: string | undefined;
}

export interface OpenDispute {
  item: string;
  amount?: string;
  reason_code: Reason;
  text?: string;
  on: string;
}

export interface Resolution {
  outcome: Outcome;
  on: string;
  text?: string;
}

export const listDisputes = async (query: Wanted) => (await got(untyped.GET("/v1/disputes", { params: { query: { limit: 100, ...query } } }))) as { items: Dispute[]; next?: string | null };

export const openDispute = async (body: OpenDispute, key: string) => (await got(untyped.POST("/v1/disputes", { params: { header: keyed(key) }, body }))) as Dispute;

export const resolveDispute = async (id: string, body: Resolution, key: string) => (await got(untyped.POST(`/v1/disputes/${id}/resolve`, { params: { header: keyed(key) }, body }))) as Dispute;
