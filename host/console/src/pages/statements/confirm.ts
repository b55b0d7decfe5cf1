import type { Schemas } from "@/api/client";
import { filled } from "@/lib/filled";

/** Instead of a contact's id: somebody else of the customer's. */
export const ANOTHER = "another";

export interface ConfirmFields {
  /** Id of who may confirm, or `ANOTHER`. */
  contact: string;
  by?: string;
  reason?: string;
  date: string;
  evidence: string;
}

/** A contact, or a name with its reason: what the form hides is not sent. */
export function confirmationBody({ contact, by, reason, date, evidence }: ConfirmFields): Schemas["ConfirmationBody"] {
  const shown = { date, evidence: evidence.trim() };
  if (contact !== ANOTHER) return { ...shown, contact };
  const why = filled(reason);
  return { ...shown, by: by?.trim() ?? "", ...(why === undefined ? {} : { reason: why }) };
}

/** Whose people are offered: the customer's, those of whoever took her place, those of who pays for her. */
export function whosePeople({ id, merged_into: into, parent }: Pick<Schemas["Customer"], "id" | "merged_into" | "parent">): string[] {
  return [...new Set([id, into, parent].filter((one) => one !== null && one !== undefined))];
}
