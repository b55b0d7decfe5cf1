import type { Schemas } from "@/api/client";
import { every } from "@/api/shapes";
import { placeIn } from "@/i18n/said";
import type { Language } from "@/lib/amount";
import { placeOf } from "@/ui/places";

export type Mode = Exclude<Schemas["ModeName"], "preview">;
type Import = Pick<Schemas["Import"], "status" | "made">;
type Row = Schemas["ImportRowOut"];

/** How a sheet may go in; the first is what is meant unless somebody says otherwise. */
export const MODES = every<Mode>({ "all-or-nothing": true, "best-effort": true });

/** What an import may have changed, by the first part of a query's key. */
export const TOUCHED = ["imports", "customers", "customer", "catalogue", "documents", "drafts", "deliveries", "open-items", "balance", "report", "overview"] as const;

/** Whether there is something to take back: of one that stands as running the server knows whether anybody is still at it. */
export const mayBeUndone = ({ status, made }: Import): boolean => status === "running" || ((status === "done" || status === "cancelled") && made > 0);

/** What the refused rows of a file are called, and theirs again. */
export const rejectsName = (of: string, format: string): string => `${of.replace(/\.(csv|tsv|txt|xlsx)$/i, "").replace(/-rejected$/, "")}-rejected.${format}`;

/** Rows of a sheet: one, or from one to another. */
export const rowsOf = ({ first_row, last_row }: Pick<Row, "first_row" | "last_row">): string => (first_row === last_row ? `${first_row}` : `${first_row}–${last_row}`);

/** Where what a record made is shown; `null` where it is gone. */
export function madeAt({ subject, label, status }: Pick<Row, "subject" | "label" | "status">): string | null {
  if (label === null || label === undefined) return subject.startsWith("dft_") && status === "in" ? placeOf(subject) : null;
  return subject.startsWith("sku_") ? `/items?code_prefix=${encodeURIComponent(label)}` : placeOf(subject);
}

/** A record as it was read: each member by its name, with its value. */
export function readAs(body: unknown, language: Language): [string, string][] {
  const found: [string, string][] = [];
  const walk = (value: unknown, pointer: string) => {
    if (value === null || value === undefined) return;
    if (typeof value === "object") for (const [name, inner] of Object.entries(value as Record<string, unknown>)) walk(inner, `${pointer}/${name}`);
    else found.push([placeIn(pointer, language), typeof value === "string" ? value : JSON.stringify(value)]);
  };
  walk(body, "");
  return found;
}
