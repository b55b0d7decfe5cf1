import type { BillBody, Body } from "@/api/shapes";
import { readAmount } from "@/lib/amount";
import { filled } from "@/lib/filled";
import { advanceOf, rateOf, type AdvanceValues, type RateValues } from "@/ui/moneyParts";

/** A decimal as the server reads it; what is none goes as it was typed, and the server says so. */
const decimal = (text: string | undefined): string | undefined => {
  const value = filled(text);
  return value === undefined ? undefined : (readAmount(value) ?? value);
};

const some = <T extends object>(body: T): T => Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as T;

export interface BillFields {
  customer: string;
  number: string;
  kind: BillBody["kind"];
  medium: BillBody["medium"];
  drawer: string;
  acceptor: string;
  amount: string;
  currency: string;
  issue_date: string;
  maturity: string;
  received_on: string;
  reference?: string;
  external_id?: string;
  allocations?: { document?: string; amount?: string }[];
  advance?: AdvanceValues;
  fx?: RateValues;
}

export function billBody(fields: BillFields): BillBody {
  const allocations = (fields.allocations ?? []).flatMap(({ document, amount }) => {
    const named = filled(document);
    if (named === undefined) return [];
    const part = decimal(amount);
    return [{ document: named, ...(part === undefined ? {} : { amount: part }) }];
  });
  const reference = filled(fields.reference);
  const external = filled(fields.external_id);
  const advance = advanceOf(fields.advance);
  const fx = rateOf(fields.fx);
  return {
    customer: fields.customer,
    number: fields.number.trim(),
    kind: fields.kind,
    medium: fields.medium,
    drawer: fields.drawer.trim(),
    acceptor: fields.acceptor.trim(),
    amount: { amount: decimal(fields.amount) ?? "", currency: fields.currency },
    issue_date: fields.issue_date,
    maturity: fields.maturity,
    received_on: fields.received_on,
    ...(reference === undefined ? {} : { reference }),
    ...(external === undefined ? {} : { external_id: external }),
    ...(advance === undefined ? {} : { advance }),
    // of a rate without its day or source the server says what is missing
    ...(fx === undefined ? {} : { fx: fx as NonNullable<BillBody["fx"]> }),
    allocations,
  };
}

export const BILL_ACTS = ["endorse", "discount", "pay", "dishonour"] as const;
export type BillActName = (typeof BILL_ACTS)[number];

export interface ActFields {
  date: string;
  account?: string;
  recourse?: boolean;
  net?: string;
  rate?: string;
  days?: number | null;
  /** Of one that was not paid: what it was paid back from. */
  where?: "bank" | "suspense";
  bank_line?: string;
  charges?: string;
  fee?: string;
  fee_to_customer?: boolean;
  text?: string;
  fx?: RateValues;
}

/** What is sent for an act: only what it has. */
export function actBody(act: BillActName, bill: string, fields: ActFields): Body {
  const text = filled(fields.text);
  const head = { bill, date: fields.date, fx: rateOf(fields.fx) };
  switch (act) {
    case "endorse":
      return some({ ...head, account: filled(fields.account), recourse: fields.recourse ?? true, text });
    case "discount":
      return some({ ...head, recourse: fields.recourse ?? false, net: decimal(fields.net), rate: decimal(fields.rate), days: fields.days ?? undefined, bank_line: filled(fields.bank_line), text });
    case "pay":
      return some({ ...head, charges: decimal(fields.charges), bank_line: filled(fields.bank_line), text });
    case "dishonour":
      return some({ ...head, account: filled(fields.account), from: fields.where, fee: decimal(fields.fee), fee_to_customer: fields.fee_to_customer ?? false, text });
  }
}

/** The draft of an act; being paid is recorded at once, but for charges that no line of the bank shows. */
export const DRAFT_OF = { endorse: "bill-endorsement", discount: "bill-discount", pay: "bill-payment", dishonour: "bill-dishonour" } as const;

/** What can be done with a bill as it stands. */
export function actsOf(state: string, recourse: boolean): readonly BillActName[] {
  if (state === "held") return ["pay", "endorse", "discount", "dishonour"];
  // What was given on comes back only where somebody may come back to us.
  if (state === "endorsed") return recourse ? ["dishonour"] : [];
  if (state === "discounted") return recourse ? ["pay", "dishonour"] : [];
  return [];
}
