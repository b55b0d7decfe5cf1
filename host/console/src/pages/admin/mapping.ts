import type { Schemas } from "@/api/client";
import type { Language } from "@/lib/amount";
import { importFields } from "@/i18n/words/importFields";

export type Kind = Schemas["KindName"];

/** Which column is which field, as the server proposes it and a person mends it; what is not edited here goes back as it came. */
export interface Mapping {
  /** Heading → field. */
  columns: Readonly<Record<string, string>>;
  /** Field → the same value for every row. */
  constants?: Readonly<Record<string, string>>;
  dates?: string;
  decimal?: string;
  thousands?: string;
  readonly [rest: string]: unknown;
}

interface About {
  /** What every row must have. */
  required: readonly string[];
  /** Whether it has days, and figures, which are written in more than one way. */
  dated: boolean;
  figures: boolean;
}

/** Every kind that the server takes: one that is added there does not compile without it here. */
export const ABOUT: Readonly<Record<Kind, About>> = {
  customers: { required: ["code", "name", "country", "currency"], dated: false, figures: false },
  items: { required: ["code", "name", "category"], dated: false, figures: true },
  invoices: { required: ["customer", "document_date", "currency", "price_mode"], dated: true, figures: true },
  receipts: { required: ["customer", "amount", "currency", "value_date"], dated: true, figures: true },
  "opening-balances": { required: ["customer", "amount", "currency", "document_date", "effective_date"], dated: true, figures: true },
  deliveries: { required: ["customer", "delivered_on", "currency", "quantity"], dated: true, figures: true },
  orders: { required: ["number", "customer", "ordered_on", "currency", "quantity"], dated: true, figures: true },
  "old-balances": { required: ["customer", "balance", "currency", "date"], dated: true, figures: true },
};
export const KINDS = Object.keys(ABOUT) as Kind[];

export const DATES = ["YYYY-MM-DD", "YYYY/MM/DD", "YYYY.MM.DD", "YYYY年MM月DD日", "YYYYMMDD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "DD-MM-YYYY", "MM-DD-YYYY"] as const;

type Words = Readonly<Record<string, readonly [string, string]>>;

export const fieldsOf = (kind: Kind): string[] => Object.keys(importFields[kind]);

export function fieldName(kind: Kind, field: string, language: Language): string {
  const words: Words = importFields[kind];
  return words[field]?.[language === "en" ? 1 : 0] ?? field;
}

const known = (value: unknown): Readonly<Record<string, string>> =>
  typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === "string")) : {};

/** The one in a report, which the description calls an object. */
export function mappingOf(said: Readonly<Record<string, unknown>>): Mapping {
  return { ...said, columns: known(said["columns"]), constants: known(said["constants"]) };
}

export const columnOf = (mapping: Mapping, field: string): string | undefined => Object.entries(mapping.columns).find(([, of]) => of === field)?.[0];

const without = (from: Readonly<Record<string, string>> | undefined, gone: (key: string, value: string) => boolean) => Object.fromEntries(Object.entries(from ?? {}).filter(([key, value]) => !gone(key, value)));

/** A column is one field, and a field is of one column: either leaves what it was before. */
export function withColumn(mapping: Mapping, field: string, heading: string | undefined): Mapping {
  const columns = without(mapping.columns, (own, of) => of === field || own === heading);
  if (heading === undefined) return { ...mapping, columns };
  return { ...mapping, columns: { ...columns, [heading]: field }, constants: without(mapping.constants, (of) => of === field) };
}

/** The same for every row: instead of a column. */
export function withConstant(mapping: Mapping, field: string, text: string): Mapping {
  const constants = without(mapping.constants, (of) => of === field);
  if (text === "") return { ...mapping, constants };
  return { ...mapping, columns: without(mapping.columns, (_, of) => of === field), constants: { ...constants, [field]: text } };
}

/** How days, or figures, are written; `undefined`: as the server finds it. A separator of thousands goes with the one of decimals. */
export function withFormat(mapping: Mapping, member: "dates" | "decimal", value: string | undefined): Mapping {
  const gone = member === "decimal" ? ["decimal", "thousands"] : ["dates"];
  const kept = { ...Object.fromEntries(Object.entries(mapping).filter(([name]) => !gone.includes(name))), columns: mapping.columns } as Mapping;
  return value === undefined ? kept : ({ ...kept, [member]: value });
}

/** How a file is read, before anybody knows its columns: what is left out is found in it. */
export interface Layout {
  encoding?: string;
  delimiter?: string;
  sheet?: string;
  header_row?: number;
}
export const ENCODINGS = ["utf-8", "gb18030", "windows-1252", "utf-16le", "utf-16be"] as const;
export const DELIMITERS = [",", ";", "tab", "|"] as const;
const LAYOUT: ReadonlySet<string> = new Set(["encoding", "delimiter", "sheet", "header_row"] satisfies (keyof Layout)[]);

/** As a mapping of which the server proposes the rest; nothing where nothing is said. */
export const ofLayout = (layout: Layout): Mapping | undefined => (Object.values(layout).every((value) => value === undefined) ? undefined : { columns: {}, ...layout });

/** What a person said of another file – of the one that this is mended of, say – for this one; nothing where a column of it is not here. */
export function carried(before: Mapping, found: Mapping, headings: readonly string[]): Mapping | undefined {
  const named = Object.keys(before.columns);
  if (named.length === 0 || named.some((heading) => !headings.includes(heading))) return undefined;
  const only = (of: Mapping, layout: boolean) => Object.fromEntries(Object.entries(of).filter(([name]) => LAYOUT.has(name) === layout));
  return { ...only(before, false), ...only(found, true), columns: before.columns };
}

/** Fields that every row must have and that neither a column nor a value for all gives. */
export const missing = (kind: Kind, mapping: Mapping): string[] => ABOUT[kind].required.filter((field) => columnOf(mapping, field) === undefined && (mapping.constants?.[field] ?? "") === "");

/** What stands instead of other columns, or is for the take-over of old books only, is in no template. */
const SELDOM = new Set(["line_amount", "old_balance"]);

/** A sheet with headings and nothing below, which the server maps by itself; marked as UTF-8 for Excel. */
export function template(kind: Kind, language: Language): string {
  const headings = fieldsOf(kind).filter((field) => !SELDOM.has(field));
  return `\uFEFF${headings.map((field) => (language === "en" ? field : fieldName(kind, field, language))).join(",")}\r\n`;
}
