/** By hand, as the server's DTOs stand: to be replaced by `Schemas[…]` with the next snapshot of the API. See `coming`. */

export interface Money {
  amount: string;
  currency: string;
}

export interface PageOf<T> {
  items: T[];
  next?: string | null;
}

export interface Party {
  id: string;
  code: string;
  name?: string | null;
}

// How a company keeps its books: /v1/books, /v1/chart, /v1/series, /v1/vouchers

export const VOUCHER_SORTS = ["one", "three"] as const;
export const REVERSAL_STYLES = ["negative", "swapped"] as const;
export const RESETS = ["year", "month", "never"] as const;
export const VOID_REASONS = ["lost", "spoiled", "test"] as const;

export interface Books {
  first_month: number;
  voucher_sorts: (typeof VOUCHER_SORTS)[number];
  reversal_style: (typeof REVERSAL_STYLES)[number];
}

export interface ChartLine {
  role: string;
  part?: string | null;
  valid_from?: string | null;
  account: string;
  name_zh: string;
  name_en: string;
  class: string;
  control: boolean;
}

export interface ChartLineBody {
  role: string;
  part?: string;
  valid_from?: string;
  account: string;
  name_zh?: string;
  name_en?: string;
}

export interface BegunSeries {
  code: string;
  first: number;
  next: number;
  last_date?: string | null;
}

export interface Series {
  kind: string;
  prefix: string;
  reset: (typeof RESETS)[number];
  chronological: boolean;
  begun: BegunSeries[];
}

export interface SeriesBody {
  prefix?: string;
  reset: (typeof RESETS)[number];
  chronological: boolean;
  start?: { on: string; number: number };
}

export interface Voided {
  number: string;
  kind: string;
  reason: (typeof VOID_REASONS)[number];
  reference?: string | null;
  voided_by: string;
  voided_at: string;
}

export interface SeriesGap {
  code: string;
  kind: string;
  first: number;
  last: number;
  documents: number;
  voids: Voided[];
  missing: number;
  first_missing: string[];
}

interface Sides {
  debit: Money;
  credit: Money;
}

export interface VoucherLine {
  account: string;
  name_zh?: string | null;
  name_en?: string | null;
  customer?: Party | null;
  amount: Sides;
  base: Sides;
  tax_code?: string | null;
}

export interface Voucher {
  voucher: string;
  sort: string;
  number: number;
  date: string;
  kind: string;
  document?: string | null;
  entry: string;
  position: number;
  red: boolean;
  made_by: string;
  made_at: string;
  lines: VoucherLine[];
  total: Sides;
}

export interface VoucherExport {
  n: number;
  vouchers: number;
  position: number;
  digest: string;
  exported_by: string;
  exported_at: string;
}

export interface Vouchers {
  period: string;
  fiscal_period: string;
  reversal_style: string;
  vouchers: Voucher[];
  waiting: number;
  exports: VoucherExport[];
}

// Bills of exchange: /v1/bills

export const BILL_KINDS = ["bank", "commercial"] as const;
export const BILL_MEDIA = ["electronic", "paper"] as const;
export const BILL_STATES = ["held", "endorsed", "discounted", "paid", "dishonoured", "cancelled"] as const;

export interface BillAct {
  n: number;
  act: string;
  undoes?: number | null;
  document: string;
  number: string;
  entry: string;
  effective_date: string;
  recourse: boolean;
  by: string;
  at: string;
}

export interface Bill {
  id: string;
  version: number;
  state: (typeof BILL_STATES)[number];
  kind: (typeof BILL_KINDS)[number];
  medium: (typeof BILL_MEDIA)[number];
  customer: string;
  customer_code: string;
  number?: string | null;
  drawer?: string | null;
  acceptor?: string | null;
  amount: Money;
  issue_date: string;
  maturity: string;
  received_on: string;
  recourse: boolean;
  item: string;
  credit_item: string;
  document: string;
  document_number: string;
  acts: BillAct[];
}

export interface BillBody {
  external_id?: string;
  customer: string;
  number: string;
  kind: (typeof BILL_KINDS)[number];
  medium: (typeof BILL_MEDIA)[number];
  drawer: string;
  acceptor: string;
  amount: Money;
  issue_date: string;
  maturity: string;
  received_on: string;
  reference?: string;
  allocations: { document: string; amount?: string }[];
}

// Deliveries: /v1/deliveries, /v1/delivery-settings, /v1/reports/unbilled

export const PERS = ["delivery", "order", "month"] as const;
export const ACCOUNTINGS = ["none", "accrued"] as const;
export type Per = (typeof PERS)[number];

export interface DeliveryLine {
  line: number;
  description?: string | null;
  quantity: string;
  unit?: string | null;
  unit_price: string;
  category: string;
  supply: string;
  net: Money;
  open_quantity: string;
  open: Money;
}

export interface DeliveryLink {
  id: string;
  line: number;
  kind: string;
  document?: string | null;
  document_line?: number | null;
  returned_by?: string | null;
  quantity: string;
  amount: Money;
  effective_date: string;
  undoes?: string | null;
}

export interface Delivery {
  id: string;
  number: string;
  external_id?: string | null;
  customer: string;
  delivered_on: string;
  net: Money;
  document?: string | null;
  returns?: string | null;
  purchase_order?: string | null;
  text?: string | null;
  lines: DeliveryLine[];
  links: DeliveryLink[];
  digest: string;
  created_at: string;
}

export interface RecordedDelivery {
  id: string;
  number: string;
}

export interface DeliverySettings {
  delivery_accounting: (typeof ACCOUNTINGS)[number];
  invoice_per: Per;
}

interface ReportHead {
  company: string;
  as_of: string;
  known_at: number;
}

export interface UnbilledRow {
  state: string;
  customer: Party;
  number: string;
  reference?: string | null;
  date: string;
  days: number;
  line: number;
  description?: string | null;
  quantity: string;
  amount: Money;
  accrued: boolean;
}

export interface Unbilled {
  report: ReportHead;
  rows: UnbilledRow[];
  totals: { accrued: Money; not_accrued: Money; not_delivered: Money }[];
}

export interface Invoiced {
  per: Per;
  issued: { invoice: { id?: string; document?: string; number: string }; deliveries: string[] }[];
  returns: string[];
  refused?: { code: string; detail: string } | null;
}

// Tax invoices: /v1/tax-invoices, /v1/reports/tax-invoices

export const TAX_INVOICE_KINDS = ["digital", "digital-special", "ordinary", "special", "other"] as const;

export interface TaxInvoice {
  id: string;
  number: string;
  code: string;
  kind: (typeof TAX_INVOICE_KINDS)[number];
  status: "issued" | "voided" | "red";
  customer: string;
  issued_on: string;
  net: Money;
  tax: Money;
  gross: Money;
  original?: string | null;
  reds: string[];
  confirmation?: string | null;
  reason?: string | null;
  buyer_name?: string | null;
  buyer_tax_id?: string | null;
  voided_on?: string | null;
  documents: { document: string; amount: Money }[];
  digest: string;
  created_at: string;
}

export interface TaxInvoiced {
  report: ReportHead;
  rows: { without: string; customer: Party; kind: string; number: string; date: string; gross: Money; linked: Money; missing: Money }[];
  totals: { documents: Money; tax_invoices: Money }[];
}

// Money whose owner nobody knows, and what payment providers hold: /v1/suspense, /v1/clearing-accounts, /v1/bank-moves

export interface SuspenseMove {
  id: string;
  as: string;
  amount: Money;
  effective_date: string;
  document?: string | null;
  bank_line?: string | null;
  reverses?: string | null;
  reason?: string | null;
  by: string;
  at: string;
  entry: string;
}

export interface Suspense {
  id: string;
  origin: string;
  bank_line?: string | null;
  document?: string | null;
  proposal?: string | null;
  amount: Money;
  open: Money;
  value_date: string;
  effective_date: string;
  age_days: number;
  created_by: string;
  entry: string;
  moves: SuspenseMove[];
}

export interface SuspenseTotals {
  as_of: string;
  totals: { currency: string; items: Money; ledger: Money; ties: boolean }[];
}

export interface ClearingAccounts {
  as_of: string;
  accounts: { account: { id: string; number: string; bank: string; holder: string; currency: string }; balance: Money; stated?: Money | null; stated_on?: string | null; unsettled: number }[];
}

export interface BankMove {
  id: string;
  kind: string;
  from_account: string;
  to_account?: string | null;
  from_line?: string | null;
  to_line?: string | null;
  amount: Money;
  effective_date: string;
  entry: string;
  reverses?: string | null;
  undone_by?: string | null;
  created_by: string;
}

// Locks that move back by two people: /v1/period-unlocks

export interface PeriodUnlock {
  id: string;
  kind: "soft" | "hard" | "tax";
  locked: string;
  through: string;
  state: "proposed" | "approved" | "rejected" | "withdrawn";
  reason?: string | null;
  refusal?: string | null;
  proposed_by: string;
  proposed_at: string;
  decided_by?: string | null;
  decided_at?: string | null;
}

export interface PeriodUnlockBody {
  kind: "soft" | "tax";
  through: string;
  reason: string;
}

// Items of a checklist that are let go by two people: /v1/closes/{period}/items/{item}/free

export interface Freed {
  freed_by?: string | null;
  freed_for?: string | null;
}
