import type { Schemas } from "@/api/client";
import { MEANS, type IssueMeans } from "@/api/shapes";

/** Kinds that a credit note corrects, and which are noted as issued (decision 81). */
export const isIssuable = (kind: string) => kind === "invoice" || kind === "debit-note";

export interface Issue {
  date: string;
  /** Not where it is known by its receipt. */
  means: IssueMeans | undefined;
}

/** What was told last of how it came to the customer: that is what counts. */
export function lastIssue(events: readonly Pick<Schemas["Event"], "kind" | "data">[]): Issue | undefined {
  const told = events.filter((event) => event.kind === "document.issued" || event.kind === "invoice.received").at(-1);
  if (told === undefined) return undefined;
  const data: Readonly<Record<string, unknown>> = told.data;
  const { date } = data;
  return typeof date === "string" ? { date, means: MEANS.find((means) => means === data["means"]) } : undefined;
}
