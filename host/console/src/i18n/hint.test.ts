import { beforeAll, describe, expect, it } from "vitest";
import { hintOf } from "./hint";
import { learn, said } from "./said";
import { words } from "./words";

beforeAll(learn);

describe("what to do about a refusal", () => {
  const next = words.problems.state.next[0];

  it("is its own reason where an import is not undone: nobody else has dealt with it", () => {
    const running = said("import imp_1 is still being brought in: let it end, and undo it then", "zh-CN");
    expect(running.foreign).toBe(false);
    expect(hintOf("state", running, next)).toBeNull();
    const kept = said("nothing was undone, since 1 of its records cannot be taken back: row 2: is required", "zh-CN");
    expect(kept).toMatchObject({ foreign: false, text: expect.stringContaining("第 2 行") as string });
    expect(hintOf("state", kept, next)).toBeNull();
  });

  it("is the hint of the code where the reason is not known, or in words she does not read", () => {
    expect(hintOf("state", null, next)).toBe(next);
    expect(hintOf("state", said("something nobody has translated", "zh-CN"), next)).toBe(next);
  });

  it("stays beside the reason for every other code", () => {
    expect(hintOf("period-locked", said("is required", "zh-CN"), "x")).toBe("x");
  });

  it("blames nobody for a state", () => {
    expect(words.problems.state.next.join(" ")).not.toMatch(/他人|[Ss]omebody/);
  });
});
