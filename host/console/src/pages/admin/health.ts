import type { Schemas } from "@/api/client";

export const PARTS = ["database", "disk", "sealing", "jobs", "plugins", "verification", "checkpoint", "clock", "font"] as const;
export type Part = (typeof PARTS)[number];

export type AgeUnit = "seconds" | "minutes" | "hours" | "days";

/** A span of time in the unit in which people say it. */
export function ageOf(seconds: number): { unit: AgeUnit; n: number } {
  if (seconds < 120) return { unit: "seconds", n: seconds };
  if (seconds < 7200) return { unit: "minutes", n: Math.floor(seconds / 60) };
  if (seconds < 172_800) return { unit: "hours", n: Math.floor(seconds / 3600) };
  return { unit: "days", n: Math.floor(seconds / 86_400) };
}

/** What is worst stands first; else in the order of the parts. */
export function byWorst(health: Schemas["HealthView"]): Part[] {
  const rank = { broken: 0, look: 1, ok: 2 } as const;
  return [...PARTS].sort((one, other) => rank[health[one].state] - rank[health[other].state] || PARTS.indexOf(one) - PARTS.indexOf(other));
}
