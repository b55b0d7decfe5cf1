import type { Body, Suspense } from "@/api/shapes";
import { readAmount } from "@/lib/amount";
import { filled } from "@/lib/filled";
import { paidOf, type PaidFields } from "@/pages/documents/body";
import { advanceOf, rateOf, type AdvanceValues, type RateValues } from "@/ui/moneyParts";

export interface IdentifyFields {
  customer: string;
  amount?: string;
  reference?: string;
  /** Where the day on which it came is locked. */
  effective_date?: string;
  allocations?: PaidFields[];
  advance?: AdvanceValues;
  fx?: RateValues;
}

/** The receipt that money in suspense turned out to be: of the day on which it came. */
export function receiptOf(of: Suspense, fields: IdentifyFields): Body {
  const typed = filled(fields.amount);
  const reference = filled(fields.reference);
  const advance = advanceOf(fields.advance);
  const fx = rateOf(fields.fx);
  return {
    customer: fields.customer,
    amount: { amount: typed === undefined ? of.open.amount : (readAmount(typed) ?? typed), currency: of.open.currency },
    value_date: of.value_date,
    suspense: of.id,
    ...(reference === undefined ? {} : { reference }),
    ...(filled(fields.effective_date) === undefined ? {} : { effective_date: fields.effective_date }),
    ...(advance === undefined ? {} : { advance }),
    ...(fx === undefined ? {} : { fx }),
    allocations: paidOf(fields.allocations),
  };
}

export interface ClearFields {
  amount?: string;
  date?: string;
  reason?: string;
  bank_line?: string;
}

export function clearBody(what: "paid-back" | "income", fields: ClearFields): Body {
  const typed = filled(fields.amount);
  const reason = filled(fields.reason);
  const line = what === "paid-back" ? filled(fields.bank_line) : undefined;
  return {
    as: what,
    ...(typed === undefined ? {} : { amount: readAmount(typed) ?? typed }),
    ...(fields.date === undefined ? {} : { date: fields.date }),
    ...(line === undefined ? {} : { bank_line: line }),
    ...(reason === undefined ? {} : { reason }),
  };
}
