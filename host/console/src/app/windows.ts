import type { Session } from "@/api/shapes";

/** The windows of one browser share its session: what one of them makes of it the others hear here. */
export const CHANNEL = "zhangben.session";
/** What a window says that has logged out. */
export const LEFT = "";

/** Who works where, as the windows tell each other. */
export const placeOf = ({ person, company }: Session): string => `${person.id} ${company.id}`;

/**
 * What a window does about the session that its browser has now: `same`, nothing; `newer`, the day, the roles or the token are others; `other`, another window has gone on to another company or let
 * somebody else in, and nothing of before may stand under the new name; `held`, so it is, but something is filled in, which is of the session before.
 */
export function meeting(shown: Session, now: Session, unsaved: boolean): "same" | "newer" | "other" | "held" {
  if (placeOf(shown) !== placeOf(now)) return unsaved ? "held" : "other";
  return JSON.stringify(shown) === JSON.stringify(now) ? "same" : "newer";
}
