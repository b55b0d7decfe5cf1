import type { Binding } from "@/api/shapes";

export interface Span {
  binding: Binding;
  /** The day before the next one begins; `null`: until further notice. */
  until: string | null;
  current: boolean;
}

/** Active bindings of a slot as spans, the newest first: each holds until the next begins; of one day the later decided holds. */
export function spansOf(bindings: readonly Binding[], today: string, dayBefore: (day: string) => string): Map<string, Span[]> {
  const slots = new Map<string, Binding[]>();
  for (const binding of bindings) {
    if (binding.status !== "active") continue;
    const of = slots.get(binding.slot);
    if (of === undefined) slots.set(binding.slot, [binding]);
    else of.push(binding);
  }
  const order = (b: Binding) => `${b.valid_from} ${b.decided_at ?? b.created_at}`;
  return new Map(
    [...slots].sort(([a], [b]) => (a < b ? -1 : 1)).map(([slot, of]) => {
      const rising = [...of].sort((a, b) => (order(a) < order(b) ? -1 : 1));
      const holds = rising.filter((b, n) => rising[n + 1]?.valid_from !== b.valid_from);
      const spans = holds.map((binding, n): Span => {
        const next = holds[n + 1];
        const until = next === undefined ? null : dayBefore(next.valid_from);
        return { binding, until, current: binding.valid_from <= today && (until === null || today <= until) };
      });
      return [slot, spans.reverse()];
    }),
  );
}
