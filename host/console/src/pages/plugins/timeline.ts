import type { Binding } from "@/api/shapes";

/** `future`: active, its day is not there yet; `ended`: another has followed; `superseded`: another of the same day was activated after it. */
export type State = "pending" | "withdrawn" | "future" | "current" | "ended" | "superseded";

export interface Span {
  binding: Binding;
  state: State;
  /** The day before the next one begins, for which it holds or would hold; `null`: until further notice. */
  until: string | null;
  /** What holds on its first day without it. */
  before: Binding | null;
  /** The last earlier one of the same plugin and configuration, where another has held since: it is a step back to that. */
  backTo: Binding | null;
}

/** As the server ranks them: by first day, then by when they were activated. What nobody has decided would be the last of its day. */
const rank = (b: Binding) => [b.valid_from, b.decided_at ?? (b.status === "active" ? b.created_at : "9"), b.created_at, b.id].join(" ");

const same = (one: Binding, other: Binding) => one.digest === other.digest && one.config_digest === other.config_digest;

/** All bindings by slot, the newest first, each with the time for which it holds and what it follows. */
export function spansOf(bindings: readonly Binding[], today: string, dayBefore: (day: string) => string): Map<string, Span[]> {
  const slots = new Map<string, Binding[]>();
  for (const binding of [...bindings].sort((a, b) => (rank(a) < rank(b) ? -1 : 1))) slots.set(binding.slot, [...(slots.get(binding.slot) ?? []), binding]);
  const named = [...slots].sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(named.map(([slot, of]) => [slot, of.map((binding) => span(binding, of, today, dayBefore)).reverse()]));
}

/** `all` of its slot, rising. */
function span(binding: Binding, all: readonly Binding[], today: string, dayBefore: (day: string) => string): Span {
  const others = all.filter((b) => b.status === "active" && b.id !== binding.id);
  const earlier = others.filter((b) => rank(b) < rank(binding));
  const before = earlier.at(-1) ?? null;
  const next = others.find((b) => b.valid_from > binding.valid_from);
  const until = next === undefined ? null : dayBefore(next.valid_from);
  const changes = before !== null && !same(before, binding);
  const backTo = changes ? (earlier.findLast((b) => same(b, binding)) ?? null) : null;
  const superseded = others.some((b) => b.valid_from === binding.valid_from && rank(b) > rank(binding));
  return { binding, state: stateOf(binding, until, superseded, today), until, before, backTo };
}

function stateOf({ status, valid_from }: Binding, until: string | null, superseded: boolean, today: string): State {
  if (status !== "active") return status;
  if (superseded) return "superseded";
  if (valid_from > today) return "future";
  return until !== null && until < today ? "ended" : "current";
}

/** What holds on a day; `spans` of its slot, the newest first. */
export const heldOn = (spans: readonly Span[], day: string): Binding | null => spans.find(({ binding }) => binding.status === "active" && binding.valid_from <= day)?.binding ?? null;
