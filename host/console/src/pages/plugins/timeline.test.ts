import { describe, expect, it } from "vitest";
import type { Binding } from "@/api/shapes";
import { addDays } from "@/lib/dates";
import { heldOn, spansOf } from "./timeline";

const binding = (id: string, slot: string, from: string, of: Partial<Binding> = {}): Binding => ({
  id,
  slot,
  digest: id,
  config: {},
  config_digest: "",
  valid_from: from,
  status: "active",
  created_by: "usr_1",
  created_at: "2026-01-01T00:00:00Z",
  decided_by: null,
  decided_at: "2026-01-01T00:00:00Z",
  ...of,
});

const spans = (all: Binding[]) => spansOf(all, "2026-06-30", (day) => addDays(day, -1));
const line = (all: Binding[], slot: string) => spans(all).get(slot)?.map((s) => [s.binding.id, s.state, s.until, s.before?.id ?? null]);

describe("bindings on a time line", () => {
  it("hold until the next begins", () => {
    const all = [binding("b", "tax", "2026-06-01"), binding("a", "tax", "2026-01-01"), binding("s", "statement", "2026-02-01")];
    expect(line(all, "tax")).toEqual([
      ["b", "current", null, "a"],
      ["a", "ended", "2026-05-31", null],
    ]);
    expect([...spans(all).keys()]).toEqual(["statement", "tax"]);
  });

  it("are not in force before their day, and end on the day before another's", () => {
    const all = [binding("a", "tax", "2026-01-01"), binding("b", "tax", "2026-07-01"), binding("c", "tax", "2026-08-01")];
    expect(line(all, "tax")).toEqual([
      ["c", "future", null, "b"],
      ["b", "future", "2026-07-31", "a"],
      ["a", "current", "2026-06-30", null],
    ]);
  });

  it("are seen when another of the same day was activated after them, whichever was proposed first", () => {
    const late = binding("late", "tax", "2026-06-01", { decided_at: "2026-02-02T00:00:00Z" });
    const early = binding("early", "tax", "2026-06-01", { decided_at: "2026-02-01T00:00:00Z", created_at: "2026-01-31T00:00:00Z" });
    expect(line([late, binding("a", "tax", "2026-01-01"), early], "tax")).toEqual([
      ["late", "current", null, "early"],
      ["early", "superseded", null, "a"],
      ["a", "ended", "2026-05-31", null],
    ]);
  });

  it("that wait or were withdrawn end none, and say what they would follow and until when", () => {
    const pending = binding("p", "tax", "2026-03-01", { status: "pending", decided_at: null });
    const withdrawn = binding("w", "tax", "2026-03-01", { status: "withdrawn", decided_at: "2026-02-01T00:00:00Z" });
    expect(line([binding("b", "tax", "2026-06-01"), pending, withdrawn, binding("a", "tax", "2026-01-01")], "tax")).toEqual([
      ["b", "current", null, "a"],
      ["p", "pending", "2026-05-31", "a"],
      ["w", "withdrawn", "2026-05-31", "a"],
      ["a", "ended", "2026-05-31", null],
    ]);
  });

  it("are a step back where plugin and configuration are those of an earlier one, and another has held since", () => {
    const of = (id: string, from: string, digest: string, config_digest: string) => binding(id, "tax", from, { digest, config_digest });
    const all = [of("a", "2026-01-01", "v1", "x"), of("b", "2026-02-01", "v2", "x"), of("c", "2026-03-01", "v1", "x"), of("d", "2026-04-01", "v1", "x"), of("e", "2026-05-01", "v2", "y")];
    expect(spans(all).get("tax")?.map((s) => [s.binding.id, s.backTo?.id ?? null])).toEqual([
      ["e", null],
      ["d", null],
      ["c", "a"],
      ["b", null],
      ["a", null],
    ]);
  });

  it("say what holds on a day: the last that was activated of the last first day, and nobody's proposal", () => {
    const later = { decided_at: "2026-02-01T00:00:00Z" };
    const all = [binding("a", "tax", "2026-01-01"), binding("b", "tax", "2026-07-01"), binding("c", "tax", "2026-07-01", later), binding("p", "tax", "2026-08-01", { status: "pending", decided_at: null })];
    const of = spans(all).get("tax") ?? [];
    expect(["2025-12-31", "2026-06-30", "2026-07-01", "2026-09-01"].map((day) => heldOn(of, day)?.id)).toEqual([undefined, "a", "c", "c"]);
  });
});
