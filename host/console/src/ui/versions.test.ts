import { describe, expect, it } from "vitest";
import { together } from "./versions";

describe("two versions", () => {
  const mine = { name: "mine", account: "1", note: "kept" };
  const theirs = { name: "theirs", account: "2", note: "other" };

  it("become one by what is chosen of each", () => {
    expect(together(mine, theirs, { name: "theirs", account: "mine" })).toEqual({ name: "theirs", account: "1", note: "kept" });
  });

  it("are mine where nothing differs, or nothing of theirs is wanted", () => {
    expect(together(mine, theirs, {})).toEqual(mine);
  });
});
