import { describe, expect, it } from "vitest";
import type { Binding } from "@/api/shapes";
import { addDays } from "@/lib/dates";
import { spansOf } from "./timeline";

const binding = (id: string, slot: string, from: string, status: Binding["status"] = "active", decided = "2026-01-01T00:00:00Z"): Binding => ({
  id,
  slot,
  digest: id,
  config: {},
  config_digest: "",
  valid_from: from,
  status,
  created_by: "usr_1",
  created_at: "2026-01-01T00:00:00Z",
  decided_by: null,
  decided_at: decided,
});

describe("bindings on a time line", () => {
  const spans = spansOf(
    [
      binding("b", "tax", "2026-06-01"),
      binding("a", "tax", "2026-01-01"),
      binding("x", "tax", "2026-03-01", "pending"),
      binding("b2", "tax", "2026-06-01", "active", "2026-02-01T00:00:00Z"),
      binding("s", "statement", "2027-01-01"),
    ],
    "2026-06-30",
    (day) => addDays(day, -1),
  );

  it("hold until the next begins, and what waits is none", () => {
    expect(spans.get("tax")?.map((s) => [s.binding.id, s.until, s.current])).toEqual([
      ["b2", null, true],
      ["a", "2026-05-31", false],
    ]);
  });

  it("are not in force before their day", () => {
    expect(spans.get("statement")?.map((s) => s.current)).toEqual([false]);
    expect([...spans.keys()]).toEqual(["statement", "tax"]);
  });
});
