import { expect, it } from "vitest";
import type { Schemas } from "@/api/client";
import { words } from "@/i18n/words";
import { PARTS, ageOf, byWorst } from "./health";

it("a span is said in the unit that people use", () => {
  expect([0, 119, 120, 7199, 7200, 172_799, 172_800].map(ageOf)).toEqual([
    { unit: "seconds", n: 0 },
    { unit: "seconds", n: 119 },
    { unit: "minutes", n: 2 },
    { unit: "minutes", n: 119 },
    { unit: "hours", n: 2 },
    { unit: "hours", n: 47 },
    { unit: "days", n: 2 },
  ]);
});

it("what is worst stands first", () => {
  const states = Object.fromEntries(PARTS.map((part) => [part, { state: "ok" }]));
  const health = { ...states, jobs: { state: "look" }, font: { state: "broken" } } as unknown as Schemas["HealthView"];
  expect(byWorst(health).slice(0, 3)).toEqual(["font", "jobs", "database"]);
});

it("every part has a name, a meaning and what to do", () => {
  for (const said of [words.health.names, words.health.means, words.health.next]) expect(Object.keys(said).sort()).toEqual([...PARTS].sort());
});
