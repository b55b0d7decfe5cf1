/** The part of a sealed statement that the page shows; the description calls it an object. */
export interface Sealed {
  subject: {
    number: string;
    version: number;
    cut_off: string;
    period: { start: string; end: string };
    customer: { code: string; name?: string };
    previous?: { number: string };
  };
  sections: Section[];
}

interface Section {
  account: string;
  currency: string;
  opening: string;
  closing: string;
  total_debit: string;
  total_credit: string;
  unapplied: string;
  movements: Movement[];
  prior_period: Movement[];
  open_items: Item[];
  aging: { buckets: { key: string; amount: string }[]; unapplied: string; total: string };
  tax: { code: string; rate: string; base: string; amount: string }[];
}

export interface Movement {
  id: number;
  kind: string;
  number: string;
  document_date: string;
  posting_date: string;
  /** `original`: what it takes back. */
  references?: { kind: string; value: string }[];
  text?: string;
  debit: string;
  credit: string;
  balance: string;
}

export interface Item {
  id: number;
  kind: string;
  number: string;
  document_date: string;
  due?: string;
  days_overdue: number;
  open: string;
}
