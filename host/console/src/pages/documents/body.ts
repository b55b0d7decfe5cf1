import type { Schemas } from "@/api/client";
import type { Body, Delivery, FormKind } from "@/api/shapes";
import { readAmount } from "@/lib/amount";
import { filled } from "@/lib/filled";
import { termsFieldsOf, termsOf, type TermsFields } from "@/pages/customers/body";
import { advanceOf, rateOf, type AdvanceValues, type RateValues } from "@/ui/moneyParts";

/** What the forms of all kinds hold, as text. A kind uses what it needs of it. */
export interface Fields {
  customer?: string;
  currency?: string;
  document_date?: string;
  effective_date?: string;
  supply_date?: string;
  due_date?: string;
  value_date?: string;
  date?: string;
  price_mode?: string;
  external_id?: string;
  purchase_order?: string;
  tax_invoice_number?: string;
  original?: string;
  text?: string;
  reference?: string;
  reason?: string;
  account?: string;
  item?: string;
  from?: string;
  amount?: string;
  lines?: Line[];
  allocations?: PaidFields[];
  /** 红字确认单: its number, or why there is none. */
  red_confirmation?: { number?: string; reason?: string };
  deliveries?: Part[];
  /** 红冲重开: what the original bills of deliveries is billed anew. */
  rebill?: boolean;
  advance?: AdvanceValues;
  fx?: RateValues;
  allowances?: (AllowanceFields | undefined)[];
  /** Of this document; without them the customer's hold. */
  terms?: TermsFields;
}

/** What a receipt pays. */
export interface PaidFields {
  document?: string;
  amount?: string;
}

/** An allowance or charge of a line: an amount, or a fraction of quantity × price. */
export interface LineAllowanceFields {
  amount?: string;
  fraction?: string;
  charge?: boolean;
  reason?: string | null;
}

/** An allowance or charge of the whole document. */
export interface AllowanceFields {
  amount?: string;
  category?: string;
  charge?: boolean;
  reason?: string | null;
}

/** A line of a delivery that the document bills. */
export interface Part {
  delivery?: string;
  line?: number | null;
  document_line?: number | null;
  quantity?: string;
  amount?: string;
}

export interface Line {
  item?: string;
  description?: string;
  quantity?: string;
  unit?: string;
  unit_price?: string;
  category?: string;
  supply?: string;
  /** Of a correction: the line of the original that it takes back, or raises. */
  original_line?: number | null;
  /** What it is, where it is no plain line; of a discount the line that it discounts. */
  nature?: string;
  parent?: number | null;
  allowances?: (LineAllowanceFields | undefined)[] | null;
}

export const NATURES = ["normal", "discounted", "discount", "deposit", "disbursement"] as const;

/** A decimal as the server reads it; what is none goes as it was typed, and the server says so. */
export const decimal = (text: string | undefined): string | undefined => {
  const value = filled(text);
  return value === undefined ? undefined : (readAmount(value) ?? value);
};

/** Without what is blank: an absent member is not an empty one. */
export function some(body: Body): Body {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined));
}

export function lineOf(line: Line): Body {
  return some({
    item: filled(line.item),
    description: filled(line.description),
    quantity: decimal(line.quantity),
    unit: filled(line.unit),
    unit_price: decimal(line.unit_price),
    category: filled(line.category),
    supply: filled(line.supply),
    original_line: line.original_line ?? undefined,
    nature: line.nature === "normal" ? undefined : filled(line.nature),
    parent: line.nature === "discount" ? (line.parent ?? undefined) : undefined,
    allowances: lineAllowancesOf(line.allowances),
  });
}

/** Every row that was added, so that what is refused of one is said at that one; nothing where there is none. */
function lineAllowancesOf(rows: Line["allowances"]): Body[] | undefined {
  if (rows === undefined || rows === null || rows.length === 0) return undefined;
  return rows.map((row) => some({ charge: row?.charge === true ? true : undefined, amount: decimal(row?.amount), fraction: decimal(row?.fraction), reason: filled(row?.reason ?? undefined) }));
}

/** Whether a line says more than its row of the table shows. */
export const hasMore = (line: Line | undefined): boolean => filled(line?.supply) !== undefined || (line?.allowances ?? []).length > 0;

const isBlank = (line: Line | undefined): boolean => line === undefined || Object.keys(lineOf({ ...line, quantity: undefined })).length === 0;

/** The number that a row's line has without the blank ones. */
const numbered = (rows: readonly Line[], line: number | null | undefined) => (line === null || line === undefined ? line : rows.slice(0, line).filter((row) => !isBlank(row)).length);

/** The lines that are none of the blank ones; a discount names its line by the number that this has without those. */
function linesOf(rows: readonly Line[]): Body[] {
  return rows.filter((row) => !isBlank(row)).map((row) => lineOf({ ...row, parent: numbered(rows, row.parent) }));
}

/** What names lines once row `n` is gone: those behind it come one forward, and what named it names none. */
export function closedUp({ lines = [], deliveries = [] }: Pick<Fields, "lines" | "deliveries">, n: number): Required<Pick<Fields, "lines" | "deliveries">> {
  const at = (line: number | null | undefined) => (line === null || line === undefined || line === n + 1 ? null : line > n + 1 ? line - 1 : line);
  return {
    lines: lines.filter((_, row) => row !== n).map((line) => ({ ...line, parent: at(line.parent) })),
    deliveries: deliveries.map((part) => ({ ...part, document_line: at(part.document_line) })),
  };
}

/** Whether somebody began a line: what a fresh one holds of itself is no beginning. */
export const isBegun = (line: Line | undefined): boolean => (filled(line?.item) ?? filled(line?.description) ?? filled(line?.unit_price)) !== undefined;

/** The line of a document that bills a line of a delivery: all that is open of it. Prices of deliveries are without tax. */
export function billedLine(line: Delivery["lines"][number], priceMode: string | undefined): Line {
  const { description, open_quantity: quantity, unit, unit_price, category, supply } = line;
  return { description: description ?? undefined, quantity, unit: unit ?? undefined, unit_price: priceMode === "inclusive" ? undefined : unit_price, category, supply };
}

/** Without what names no delivery; nothing at all where none is named. */
function partsOf(parts: readonly (Part | undefined)[] | undefined, rows: readonly Line[]): Body[] | undefined {
  const named = (parts ?? []).flatMap((part) => {
    const delivery = filled(part?.delivery);
    return delivery === undefined
      ? []
      : [some({ delivery, line: part?.line ?? undefined, document_line: numbered(rows, part?.document_line) ?? undefined, quantity: decimal(part?.quantity), amount: decimal(part?.amount) })];
  });
  return named.length === 0 ? undefined : named;
}

/** Every row that was added, so that what is refused of one is said at that one; nothing where there is none. */
function allowancesOf(rows: Fields["allowances"]): Body[] | undefined {
  if (rows === undefined || rows.length === 0) return undefined;
  return rows.map((row) => some({ charge: row?.charge === true ? true : undefined, amount: decimal(row?.amount), category: filled(row?.category), reason: filled(row?.reason ?? undefined) }));
}

/** Without what names no document. */
export const paidOf = (rows: readonly (PaidFields | undefined)[] | undefined): Body[] =>
  (rows ?? []).filter((row) => filled(row?.document) !== undefined).map((row) => some({ document: filled(row?.document), amount: decimal(row?.amount) }));

/** The number of the confirmation or why there is none; nothing where neither is said. */
function confirmationOf(red: Fields["red_confirmation"]): Body | undefined {
  const said = some({ number: filled(red?.number), reason: filled(red?.reason) });
  return Object.keys(said).length === 0 ? undefined : said;
}

/**
 * The body of a draft. `before` is what the draft held: what this form has no field for stays in it, as the suspense that a receipt comes from.
 */
export function bodyOf(kind: FormKind, fields: Fields, before: Body = {}): Body {
  const money = (): Body | undefined => {
    const amount = decimal(fields.amount);
    return amount === undefined ? undefined : some({ amount, currency: filled(fields.currency) });
  };
  switch (kind) {
    case "invoice":
    case "credit-note":
    case "debit-note":
    case "late-fee":
      return some({
        ...before,
        customer: filled(fields.customer),
        currency: filled(fields.currency),
        document_date: filled(fields.document_date),
        effective_date: filled(fields.effective_date),
        supply_date: filled(fields.supply_date),
        due_date: filled(fields.due_date),
        price_mode: fields.price_mode ?? "exclusive",
        external_id: filled(fields.external_id),
        purchase_order: filled(fields.purchase_order),
        tax_invoice_number: filled(fields.tax_invoice_number),
        original: filled(fields.original),
        text: filled(fields.text),
        fx: rateOf(fields.fx),
        allowances: allowancesOf(fields.allowances),
        ...(kind === "credit-note" ? {} : { terms: fields.terms === undefined ? undefined : termsOf(fields.terms) }),
        ...(kind === "late-fee" ? {} : { deliveries: partsOf(fields.deliveries, fields.lines ?? []) }),
        ...(kind === "credit-note" ? { red_confirmation: confirmationOf(fields.red_confirmation), rebill: fields.rebill === true ? true : undefined } : {}),
        lines: linesOf(fields.lines ?? []),
      });
    case "receipt":
      return some({
        ...before,
        customer: filled(fields.customer),
        amount: money(),
        value_date: filled(fields.value_date),
        effective_date: filled(fields.effective_date),
        external_id: filled(fields.external_id),
        reference: filled(fields.reference),
        advance: advanceOf(fields.advance),
        fx: rateOf(fields.fx),
        allocations: paidOf(fields.allocations),
      });
    case "write-off":
      return some({ ...before, item: filled(fields.item), amount: decimal(fields.amount), reason: filled(fields.reason), date: filled(fields.date), account: filled(fields.account), text: filled(fields.text) });
    case "refund":
      return some({
        ...before,
        item: filled(fields.item),
        amount: decimal(fields.amount),
        value_date: filled(fields.value_date),
        effective_date: filled(fields.effective_date),
        from: filled(fields.from),
        external_id: filled(fields.external_id),
        reference: filled(fields.reference),
        fx: rateOf(fields.fx),
      });
    case "adjustment":
      return some({
        ...before,
        customer: filled(fields.customer),
        amount: money(),
        item: filled(fields.item),
        account: filled(fields.account),
        date: filled(fields.date),
        due_date: filled(fields.due_date),
        external_id: filled(fields.external_id),
        fx: rateOf(fields.fx),
        text: filled(fields.text),
      });
    case "opening":
      return some({
        ...before,
        customer: filled(fields.customer),
        amount: money(),
        document_date: filled(fields.document_date),
        effective_date: filled(fields.effective_date),
        due_date: filled(fields.due_date),
        external_id: filled(fields.external_id),
        fx: rateOf(fields.fx),
        text: filled(fields.text),
      });
  }
}

/** The fields of a body; amounts of money are one field for the figure and one for its currency. */
export function fieldsOf(body: Body): Fields {
  const { amount, terms, ...rest } = body;
  const flat: Fields = { ...(rest as Fields), ...(typeof terms === "object" && terms !== null ? { terms: termsFieldsOf(terms as Schemas["Terms"]) } : {}) };
  if (typeof amount === "object" && amount !== null) {
    const money = amount as { amount?: string; currency?: string };
    return { ...flat, amount: money.amount, currency: money.currency };
  }
  return typeof amount === "string" ? { ...flat, amount } : flat;
}

/** Whether there is enough to be worth asking the server. */
export function isAskable(kind: FormKind, body: Body): boolean {
  const has = (key: string) => body[key] !== undefined;
  switch (kind) {
    case "invoice":
    case "credit-note":
    case "debit-note":
    case "late-fee": {
      const lines = body["lines"];
      return has("customer") && Array.isArray(lines) && lines.some((line: Body) => line["unit_price"] !== undefined || line["item"] !== undefined);
    }
    case "receipt":
    case "adjustment":
      return has("customer") && has("amount");
    case "opening":
      return has("customer") && has("amount") && has("document_date") && has("effective_date");
    case "write-off":
    case "refund":
      return has("item");
  }
}
