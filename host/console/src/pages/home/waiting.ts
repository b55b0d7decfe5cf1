/** How many there are, as far as it is known: nothing that is not known is ever taken for none. */
export type Known = { is: "known"; count: number; more: boolean } | { is: "asked" } | { is: "unknown" };

interface Answer<T> {
  data: { items: readonly T[]; next?: unknown } | undefined;
  isPending: boolean;
}

/** Of the first page of a list; with `more` there are at least so many. */
export function counted<T>({ data, isPending }: Answer<T>, counts: (item: T) => boolean = () => true): Known {
  if (data === undefined) return { is: isPending ? "asked" : "unknown" };
  return { is: "known", count: data.items.filter(counts).length, more: (data.next ?? null) !== null };
}

export const exactly = (count: number): Known => ({ is: "known", count, more: false });

/** Whether something is done: 0 left, one left, or nothing known yet. */
export const heldOf = (holds: boolean | undefined, isPending: boolean): Known => (holds === undefined ? { is: isPending ? "asked" : "unknown" } : exactly(holds ? 0 : 1));

export const isNone = (known: Known): boolean => known.is === "known" && known.count === 0 && !known.more;

/** Whoever prepared or proposed it waits for somebody else. */
export const notBy = (person: string) => (item: { prepared_by?: string | null; submitted_by?: string | null; proposed_by?: string | null }) =>
  item.prepared_by !== person && item.submitted_by !== person && item.proposed_by !== person;
