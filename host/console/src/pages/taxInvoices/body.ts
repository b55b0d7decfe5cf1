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
