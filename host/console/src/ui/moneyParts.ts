import type { Schemas } from "@/api/client";
import { readAmount } from "@/lib/amount";
import { filled } from "@/lib/filled";

/** What money on account is for, as a form holds it. */
export interface AdvanceValues {
  tax_category?: string;
  supply?: string;
}

/** A rate of exchange that somebody gives, as a form holds it. */
export interface RateValues {
  rate?: string;
  date?: string;
  source?: string;
}

/** Nothing where nothing is said; of what is said by halves the server says what is missing. */
export function advanceOf(fields: AdvanceValues | null | undefined): Schemas["AdvanceBody"] | undefined {
  const category = filled(fields?.tax_category);
  const supply = filled(fields?.supply ?? undefined);
  if (category === undefined && supply === undefined) return undefined;
  return { tax_category: category ?? "", ...(supply === undefined ? {} : { supply }) };
}

/** Nothing where no rate is given; a day and a source alone say nothing. */
export function rateOf(fields: RateValues | null | undefined): { rate: string; date?: string; source?: string } | undefined {
  const typed = filled(fields?.rate);
  if (typed === undefined) return undefined;
  const date = filled(fields?.date);
  const source = filled(fields?.source);
  return { rate: readAmount(typed) ?? typed, ...(date === undefined ? {} : { date }), ...(source === undefined ? {} : { source }) };
}
