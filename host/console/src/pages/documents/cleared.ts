import type { Schemas } from "@/api/client";

type Sides = Pick<Schemas["Allocation"], "debit_item" | "debit_document" | "debit_number" | "credit_item" | "credit_document" | "credit_number">;

interface Side {
  item: string;
  /** Id. */
  document: string | undefined;
  number: string | undefined;
}

/** The other side of an allocation than a document's own items. */
export function otherSide(of: Sides, own: ReadonlySet<string>): Side {
  return own.has(of.debit_item)
    ? { item: of.credit_item, document: of.credit_document ?? undefined, number: of.credit_number ?? undefined }
    : { item: of.debit_item, document: of.debit_document ?? undefined, number: of.debit_number ?? undefined };
}
