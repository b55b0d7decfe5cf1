/** What the preview and the approval say already. */
const SAID = new Set(["customer", "currency", "lines", "price_mode", "date", "effective_date"]);
/** Of an opening balance both days are its own. */
const BESIDE: Readonly<Record<string, readonly string[]>> = { opening: ["effective_date"] };

/** The members of a draft's body that who approves reads beside its figures; of an empty list nothing is asked. */
export function askedOf(kind: string, body: Readonly<Record<string, unknown>>): [string, unknown][] {
  const beside = BESIDE[kind] ?? [];
  return Object.entries(body).filter(([key, value]) => (!SAID.has(key) || beside.includes(key)) && !(Array.isArray(value) && value.length === 0));
}
