import type { Body } from "@/api/shapes";
import type { Line } from "@/pages/documents/body";
import { lineOf } from "@/pages/documents/body";
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
}

/** What is blank is left out: a line takes it from the catalogue, or the server asks for it. */
export function deliveryBody(fields: DeliveryFields): Body {
  const some = { external_id: filled(fields.external_id), purchase_order: filled(fields.purchase_order), text: filled(fields.text), fx: rateOf(fields.fx) };
  return {
    customer: fields.customer,
    delivered_on: fields.delivered_on,
    currency: fields.currency,
    ...Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined)),
    lines: (fields.lines ?? []).map(lineOf),
  };
}
