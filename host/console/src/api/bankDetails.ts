import { api, got, type Answer } from "./client";
import { keyed } from "./hooks";

// To be replaced by `Schemas["BankDetailChange"]` and typed calls once the snapshot of the description has them.

interface PayerAccount {
  scheme: string;
  account: string;
}

export interface OwnDetails {
  number: string;
  scheme: string;
  bank: string;
  bic?: string | null;
  holder: string;
}

export interface BankDetails {
  accounts?: PayerAccount[] | null;
  details?: OwnDetails | null;
}

export type ChangeState = "proposed" | "approved" | "rejected" | "withdrawn";

export interface BankDetailChange {
  id: string;
  customer?: string | null;
  bank_account?: string | null;
  state: ChangeState;
  /** Null of an account that is not in force yet. */
  before?: BankDetails | null;
  /** Null once erased. */
  after?: BankDetails | null;
  reason?: string | null;
  proposed_by: string;
  proposed_at: string;
  decided_by?: string | null;
  decided_at?: string | null;
}

/** The change of her accounts that waits, where one does. */
export const waitingChange = (customer: object): string | null => ("bank_detail_change" in customer && typeof customer.bank_detail_change === "string" ? customer.bank_detail_change : null);

/** An account of the company's own is in force unless it says that it is not. */
export const inForce = (account: object): boolean => !("confirmed" in account) || account.confirmed !== false;

interface Untyped {
  GET: (path: string, init?: unknown) => Promise<Answer>;
  POST: (path: string, init?: unknown) => Promise<Answer>;
}
const untyped = api as unknown as Untyped;

interface Wanted {
  state?: string | undefined;
  customer?: string | undefined;
  after?: string | undefined;
}

export const listChanges = async (query: Wanted) => (await got(untyped.GET("/v1/bank-detail-changes", { params: { query: { limit: 100, ...query } } }))) as { items: BankDetailChange[]; next?: string | null };

export const proposeOwn = async (bank_account: string, details: OwnDetails, key: string) => (await got(untyped.POST("/v1/bank-detail-changes", { params: { header: keyed(key) }, body: { bank_account, details } }))) as BankDetailChange;

/** A reason goes with a rejection. */
export const decideChange = async (id: string, act: "approve" | "reject" | "withdraw", reason: string | undefined, key: string) =>
  (await got(untyped.POST(`/v1/bank-detail-changes/${id}/${act}`, { params: { header: keyed(key) }, ...(reason === undefined ? {} : { body: { reason } }) }))) as BankDetailChange;
