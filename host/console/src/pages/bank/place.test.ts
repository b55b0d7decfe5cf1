import { describe, expect, it } from "vitest";
import { follow, narrowIn, stateIn, withAll, withLine, withNarrow, withState } from "./place";

const at = (text: string) => new URLSearchParams(text);

describe("the workbench's place in the address", () => {
  it("says the state and what narrows it, and nothing that is blank", () => {
    expect(stateIn(at(""))).toBe("open");
    expect(stateIn(at("status=posted"))).toBe("posted");
    expect(stateIn(at("status=lost"))).toBe("open");
    expect(narrowIn(at("account=ba_1&customer=C-1&from=2026-10-01&to=&status=open"))).toEqual({ account: "ba_1", customer: "C-1", from: "2026-10-01" });
  });

  it("keeps what narrows it when another state or line is shown", () => {
    const narrow = at("account=ba_1&from=2026-10-01&line=bl_1");
    expect(withState(narrow, "posted").toString()).toBe("account=ba_1&from=2026-10-01&status=posted");
    expect(withState(at("status=posted&to=2026-10-31&line=bl_1"), "open").toString()).toBe("to=2026-10-31");
    expect(withLine(narrow, "bl_2").toString()).toBe("account=ba_1&from=2026-10-01&line=bl_2");
    expect(withLine(narrow, null).toString()).toBe("account=ba_1&from=2026-10-01");
  });

  it("follows an address that names another line, or none, and not what was written there", () => {
    const stands = (line: string | null) => ({ said: line, written: undefined, chosen: line });
    expect(follow(stands("zzz"), null)).toEqual(stands(null));
    expect(follow(stands(null), "bl_1")).toEqual(stands("bl_1"));
    // she went on to the third while the second was being written
    const on = follow({ said: "bl_1", written: "bl_2", chosen: "bl_3" }, "bl_2");
    expect(on).toEqual({ said: "bl_2", written: undefined, chosen: "bl_3" });
    // the same address typed afterwards is no writing
    expect(follow(follow(on, null), "bl_2")).toEqual(stands("bl_2"));
  });

  it("begins with the first line where it is narrowed otherwise, and keeps the state", () => {
    const found = withNarrow(at("status=posted&account=ba_1&line=bl_1"), { customer: "C-1" });
    expect(found.toString()).toBe("status=posted&account=ba_1&customer=C-1");
    expect(withNarrow(found, { account: undefined }).toString()).toBe("status=posted&customer=C-1");
    expect(withAll(at("status=posted&account=ba_1&customer=C-1&from=2026-10-01&to=2026-10-31&line=bl_1")).toString()).toBe("status=posted");
  });
});
