import type { Schemas } from "@/api/client";
import type { Body, TaxInvoice } from "@/api/shapes";
import { readAmount } from "@/lib/amount";
import { filled } from "@/lib/filled";

export interface TaxInvoiceFields {
  number: string;
  code?: string;
  kind: TaxInvoice["kind"];
  customer: string;
  issued_on: string;
  currency: string;
  net: string;
  tax: string;
  gross: string;
  original?: string;
  confirmation?: string;
  reason?: string;
  buyer_name?: string;
  buyer_tax_id?: string;
  documents?: { document?: string; amount?: string }[];
}

const decimal = (text: string) => readAmount(text) ?? text.trim();

export function taxInvoiceBody(fields: TaxInvoiceFields): Body {
  const some = {
    code: filled(fields.code),
    original: filled(fields.original),
    confirmation: filled(fields.confirmation),
    reason: filled(fields.reason),
    buyer_name: filled(fields.buyer_name),
    buyer_tax_id: filled(fields.buyer_tax_id),
  };
  return {
    number: fields.number.trim(),
    kind: fields.kind,
    customer: fields.customer,
    issued_on: fields.issued_on,
    currency: fields.currency,
    net: decimal(fields.net),
    tax: decimal(fields.tax),
    gross: decimal(fields.gross),
    ...Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined)),
    documents: (fields.documents ?? []).flatMap(({ document, amount }) => {
      const named = filled(document);
      const part = filled(amount);
      return named === undefined ? [] : [{ document: named, ...(part === undefined ? {} : { amount: decimal(part) }) }];
    }),
  };
}

/** Where one is recorded of a document, whose number, figures and customer the form begins with. */
export const recordPath = (customer: string, document: string) => `/tax-invoices/new?customer=${encodeURIComponent(customer)}&document=${encodeURIComponent(document)}`;

/**
 * What the form begins with of a document; `others` are the tax invoices of its customer. Its figures where nothing of it is in one that stands:
 * how a part is taxed the platform says. Of a credit note the one that it takes back.
 */
export function startOf(document: Schemas["Document"], others: readonly TaxInvoice[], today: string): Partial<TaxInvoiceFields> {
  const standing = others.filter((one) => one.status === "issued");
  const has = (one: TaxInvoice, id: string | null | undefined) => one.documents.some((link) => link.document === id);
  const named = document.tax_invoice_number ?? undefined;
  const whole = !standing.some((one) => has(one, document.id));
  const original = document.kind === "credit-note" ? standing.find((one) => has(one, document.original))?.number : undefined;
  return {
    customer: document.customer,
    kind: "digital",
    issued_on: today,
    currency: document.gross.currency,
    ...(named === undefined || others.some((one) => one.number === named) ? {} : { number: named }),
    ...(whole ? { net: document.net.amount, tax: document.tax.amount, gross: document.gross.amount } : {}),
    ...(original === undefined ? {} : { original }),
    documents: [{ document: document.number }],
  };
}
