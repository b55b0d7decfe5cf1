import type { Schemas } from "@/api/client";
import type { Proposal } from "@/api/shapes";
import { filled } from "@/lib/filled";
import type { Certificate } from "./settle";

/** Of a proposal that nobody made by hand: what it takes as withheld tax, by item. Its evidence comes with the approval; by hand it came with what was settled. */
export function withheldOf(proposal: Pick<Proposal, "by_hand" | "differences">): { item: string; amounts: Schemas["Money"][] }[] {
  const found = new Map<string, Schemas["Money"][]>();
  for (const { kind, item, amount } of proposal.by_hand ? [] : proposal.differences) {
    if (kind === "withholding" && item !== null && item !== undefined) found.set(item, [...(found.get(item) ?? []), amount]);
  }
  return [...found].map(([item, amounts]) => ({ item, amounts }));
}

export interface EvidenceFields {
  withholding?: (Certificate | undefined)[];
}

/** The certificates, each of all that is taken on its item; what is blank the server asks for. */
export function approvalBody(items: readonly string[], fields: EvidenceFields, day: string | undefined): Schemas["ApprovalBody"] {
  return {
    ...(day === undefined ? {} : { effective_date: day }),
    withholding: items.map((item, n) => {
      const { number, date, authority } = fields.withholding?.[n] ?? {};
      return { item, number: filled(number) ?? "", date: date ?? "", authority: filled(authority) ?? "" };
    }),
  };
}
