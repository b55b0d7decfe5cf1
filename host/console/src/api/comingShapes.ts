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
