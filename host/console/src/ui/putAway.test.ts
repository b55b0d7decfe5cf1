import { afterEach, expect, it } from "vitest";
import { awayKey, isAway, keepAway } from "./putAway";

afterEach(() => localStorage.clear());

it("is put away by one person in one company, and found again", () => {
  const mine = awayKey("first", "co_1", "usr_1");
  keepAway(mine, true);
  expect(isAway(mine)).toBe(true);
  for (const other of [awayKey("first", "co_2", "usr_1"), awayKey("first", "co_1", "usr_2"), awayKey("last", "co_1", "usr_1")]) expect(isAway(other)).toBe(false);
  keepAway(mine, false);
  expect(isAway(mine)).toBe(false);
  expect(localStorage.length).toBe(0);
});
