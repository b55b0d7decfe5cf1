import type { Body } from "@/api/shapes";
import { decimal, lineOf, some, type Line } from "@/pages/documents/body";
import { filled } from "@/lib/filled";
import { rateOf, type RateValues } from "@/ui/moneyParts";

export interface DeliveryFields {
  customer: string;
  delivered_on: string;
  currency: string;
  external_id?: string;
  purchase_order?: string;
  text?: string;
  fx?: RateValues;
  lines?: Line[];
  invoices?: (InvoicedFields | undefined)[];
}

/** A line of an invoice that is delivered now. */
export interface InvoicedFields {
  document?: string;
  document_line?: number | null;
  line?: number | null;
  quantity?: string;
  amount?: string;
}

/** What comes back of a line; without a quantity all that is open of it. */
export interface ReturnedFields {
  line?: number | null;
  quantity?: string;
}

/** Every row that was added, so that what is refused of one is said at that one. */
const invoicesOf = (invoices: DeliveryFields["invoices"]): Body[] =>
  (invoices ?? []).map((part) => some({ document: filled(part?.document), document_line: part?.document_line ?? undefined, line: part?.line ?? undefined, quantity: decimal(part?.quantity), amount: decimal(part?.amount) }));

/** The lines of a return: none are named where all that is open comes back. */
export function returnedLines(lines: readonly (ReturnedFields | undefined)[] | undefined): { line: number; quantity?: string }[] | undefined {
  if (lines === undefined || lines.length === 0) return undefined;
  return lines.map((one) => {
    const quantity = decimal(one?.quantity);
    return { line: one?.line ?? 0, ...(quantity === undefined ? {} : { quantity }) };
  });
}

/** What is blank is left out: a line takes it from the catalogue, or the server asks for it. */
export function deliveryBody(fields: DeliveryFields): Body {
  return some({
    customer: fields.customer,
    delivered_on: fields.delivered_on,
    currency: fields.currency,
    external_id: filled(fields.external_id),
    purchase_order: filled(fields.purchase_order),
    text: filled(fields.text),
    fx: rateOf(fields.fx),
    lines: (fields.lines ?? []).map(lineOf),
    invoices: (fields.invoices ?? []).length === 0 ? undefined : invoicesOf(fields.invoices),
  });
}
