import type { Schemas } from "@/api/client";

/** The item on the other side of an allocation than a document's own. */
export function otherSide(allocation: Pick<Schemas["Allocation"], "debit_item" | "credit_item">, own: ReadonlySet<string>): string {
  return own.has(allocation.debit_item) ? allocation.credit_item : allocation.debit_item;
}
