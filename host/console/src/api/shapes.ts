import type { Schemas as S } from "./client";

/** Names that pages use for what the description has. */
export type Session = S["Session"];
export type SetupBody = S["SetupBody"];
export type CompanyBody = S["NewCompanyBody"];
export type User = S["User"];
export type PluginDetail = S["PluginDetail"];
export type Binding = S["Binding"];
export type Overview = S["Overview"];
export type Draft = S["Draft"];
export type DraftKind = S["DraftKindName"];
/** Those that the form of drafts is for: a bill of exchange is received and acted on at its own pages. */
export type FormKind = Exclude<DraftKind, `bill${string}` | "reversal">;
export type DraftState = S["DraftStateName"];
export type Preview = S["PreviewView"];
export type ApprovalRule = S["ApprovalRuleBody"];
export type Candidate = S["Candidate"];
export type SettleBody = S["SettleBody"];
export type Attachment = S["Attachment"];
export type Proposal = S["Proposal"];
export type CloseItem = S["CloseItem"];
export type CloseFinding = S["CloseFinding"];
export type Books = S["BooksBody"];
export type ChartLine = S["ChartLine"];
export type Series = S["Series"];
export type SeriesGap = S["SeriesGapView"];
export type Voided = S["VoidedView"];
export type Voucher = S["Voucher"];
export type VoucherExport = S["VoucherExport"];
export type Bill = S["Bill"];
export type BillBody = S["BillBody"];
export type Delivery = S["Delivery"];
export type DeliverySettings = Required<S["DeliverySettingsBody"]>;
export type Invoiced = S["InvoicedView"];
export type Per = S["PerName"];
export type OrdersBecome = S["OrdersBecomeName"];
export type TaxInvoice = S["TaxInvoice"];
export type Suspense = S["Suspense"];
export type SuspenseMove = S["SuspenseMove"];
export type BankMove = S["BankMove"];
export type Merge = S["Merge"];
export type MergeState = S["MergeStateName"];
export type IssueMeans = S["IssueMeans"];
export type Sample = S["AuditSample"];
export type SampleMethod = S["SampleMethodName"];

/** A body that the description calls an object. */
export type Body = Record<string, unknown>;

/** A register of codes as a list: each of them and no other, or it does not compile. */
export const every = <C extends string>(codes: Readonly<Record<C, true>>): readonly C[] => Object.keys(codes) as C[];

export const VOUCHER_SORTS = every<S["VoucherSortsName"]>({ one: true, three: true });
export const REVERSAL_STYLES = every<S["ReversalStyleName"]>({ negative: true, swapped: true });
export const RESETS = every<S["ResetName"]>({ year: true, month: true, never: true });
export const VOID_REASONS = every<S["VoidReasonName"]>({ lost: true, spoiled: true, test: true });
export const MEANS = every<S["IssueMeans"]>({ paper: true, "e-mail": true, portal: true, platform: true });
export const BILL_KINDS = every<S["BillKindName"]>({ bank: true, commercial: true });
export const BILL_MEDIA = every<S["BillMediumName"]>({ electronic: true, paper: true });
export const BILL_STATES = every<S["BillStateName"]>({ held: true, endorsed: true, discounted: true, paid: true, dishonoured: true, cancelled: true });
export const PERS = every<Per>({ delivery: true, order: true, month: true });
export const ORDERS_BECOME = every<OrdersBecome>({ delivery: true, invoice: true });
export const ACCOUNTINGS = every<S["AccountingName"]>({ none: true, accrued: true, deferred: true });
export const TAX_INVOICE_KINDS = every<S["TaxInvoiceKindName"]>({ digital: true, "digital-special": true, ordinary: true, special: true, other: true });
export const MERGE_STATES = every<MergeState>({ proposed: true, merged: true, withdrawn: true, undone: true });
export const SAMPLE_METHODS = every<SampleMethod>({ hash: true, "monetary-unit": true });
