import { expect, it } from "vitest";
import { rust } from "./rust";
import { words } from "./words";

/** What is written like a kind of event and is none: names of files, and of people in examples. */
const OTHER = /\.(html|xml|pdf|json|ndjson|toml|sqlite|li|wei|zhang)$/;

it("has words for every kind of event, in the log and in its filter", () => {
  const kinds = rust("../crates/app/src").flatMap(({ text }) => [...text.matchAll(/"([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)"/g)].map(([, kind]) => kind ?? ""));
  const all = [...new Set(kinds)].filter((kind) => !OTHER.test(kind));
  expect(all.length).toBeGreaterThan(80);
  expect(all.filter((kind) => !(kind in words.codes.event))).toEqual([]);
});
