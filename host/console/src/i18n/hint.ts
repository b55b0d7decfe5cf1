import type { Said } from "./said";

/** Codes of many reasons: only the server's own sentence says what is in the way, and what to do about it. */
const BY_ITS_REASON: ReadonlySet<string> = new Set(["state"]);

/** What is said to do of a refusal; `null` where the reason that stands beside it says that, and a hint for all of its code would say something else. */
export function hintOf(code: string, reason: Said | null, next: string): string | null {
  return BY_ITS_REASON.has(code) && reason !== null && !reason.foreign ? null : next;
}
