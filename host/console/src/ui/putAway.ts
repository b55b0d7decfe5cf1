import { useState } from "react";
import { useSession } from "@/app/session";

/** What one person has put away in one company, kept at her browser. */
export const awayKey = (what: string, company: string, person: string) => `zhangben.away.${what}.${company}.${person}`;

export const isAway = (key: string): boolean => localStorage.getItem(key) !== null;

export function keepAway(key: string, away: boolean): void {
  if (away) localStorage.setItem(key, "yes");
  else localStorage.removeItem(key);
}

/** Whether it is put away, and how to do so or to have it again. */
export function usePutAway(what: string): [boolean, (away: boolean) => void] {
  const { company, person } = useSession();
  const key = awayKey(what, company.id, person.id);
  const [held, setHeld] = useState({ key, away: isAway(key) });
  if (held.key !== key) setHeld({ key, away: isAway(key) });
  const put = (away: boolean) => {
    keepAway(key, away);
    setHeld({ key, away });
  };
  return [held.away, put];
}
