import { expect, it } from "vitest";
import { sidesOf } from "./sides";

it("two versions of a line say its parts in the same order", () => {
  const mine = { text: "a", lines: [{ description: "甲的改动", quantity: "1", unit_price: "100", category: "13" }] };
  const theirs = { lines: [{ category: "13", description: "乙的改动", quantity: "1", unit_price: "100" }], text: "a" };
  expect(sidesOf(mine, theirs, (text) => text)).toEqual([{ key: "lines", mine: "甲的改动 · 1 · 100 · 13", theirs: "乙的改动 · 1 · 100 · 13" }]);
});

it("what differs by the order of its members only is the same", () => {
  expect(sidesOf({ lines: [{ a: "1", b: "2" }] }, { lines: [{ b: "2", a: "1" }], text: null }, (text) => text)).toEqual([]);
});
