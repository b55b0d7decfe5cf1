import { describe, expect, it } from "vitest";
import { forgetAll, holdUnsaved, isUnsaved, onForget } from "./forget";

describe("what goes with a person", () => {
  it("is forgotten by everybody who keeps it", () => {
    const kept = new Map([["line", 1]]);
    onForget(() => kept.clear());
    forgetAll();
    expect(kept.size).toBe(0);
  });

  it("is unsaved while any form holds it", () => {
    const [one, other] = [holdUnsaved(), holdUnsaved()];
    one();
    expect(isUnsaved()).toBe(true);
    other();
    expect(isUnsaved()).toBe(false);
  });
});
