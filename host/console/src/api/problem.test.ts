import { describe, expect, it } from "vitest";
import { nameIn } from "./client";
import { pathOf, place, problemOf, refusedAt, refusedElsewhere, unsaid } from "./problem";

describe("pointers", () => {
  it("are paths of fields", () => {
    expect(pathOf("/lines/0/unit_price")).toEqual(["lines", 0, "unit_price"]);
    expect(pathOf("/a~1b/m~0n")).toEqual(["a/b", "m~n"]);
    expect(pathOf("")).toEqual([]);
    expect(pathOf("/x/007")).toEqual(["x", "007"]);
  });

  it("find their field, or the one above it, or none", () => {
    const known = new Set(["name", "terms", "lines.0.quantity"]);
    const placed = place(
      [
        { detail: "too long", pointer: "/name" },
        { detail: "and odd", pointer: "/name" },
        { detail: "no day", pointer: "/terms/rule/days" },
        { detail: "no number", pointer: "/lines/0/quantity" },
        { detail: "unknown", pointer: "/colour" },
        { detail: "a header", header: "If-Match" },
      ],
      (path) => known.has(path.join(".")),
    );
    expect(placed.fields).toEqual([
      { name: ["name"], errors: ["too long", "and odd"] },
      { name: ["terms"], errors: ["no day"] },
      { name: ["lines", 0, "quantity"], errors: ["no number"] },
    ]);
    expect(placed.rest.map((e) => e.detail)).toEqual(["unknown", "a header"]);
  });
});

describe("refusals", () => {
  it("say nothing twice", () => {
    const digest = { detail: "is no digest", parameter: "digest" };
    const price = { detail: "must not be 0", pointer: "/lines/0/unit_price" };
    expect(unsaid("parameter digest: is no digest", [digest])).toEqual([]);
    expect(unsaid("/lines/0/unit_price: must not be 0", [price])).toEqual([]);
    expect(unsaid("is no digest", [digest])).toEqual([]);
    expect(unsaid("two things are wrong", [digest, price])).toEqual([digest, price]);
    expect(unsaid("parameter id: is no digest", [digest])).toEqual([digest]);
  });

  it("keep code, next and errors", () => {
    const response = new Response(null, { status: 422, headers: { "X-Request-Id": "req_1" } });
    const problem = problemOf({ code: "invalid-field", detail: "d", next: "n", errors: [{ detail: "e", pointer: "/a" }] }, response);
    expect(problem).toMatchObject({ status: 422, code: "invalid-field", detail: "d", next: "n", requestId: "req_1" });
    expect(problem.errors).toHaveLength(1);
  });

  it("are refusals also without a document", () => {
    expect(problemOf("<html>", new Response(null, { status: 502 })).code).toBe("http-502");
    expect(problemOf('{"code":"busy"}', new Response(null, { status: 503 })).code).toBe("busy");
  });
});

describe("names of files", () => {
  it("come encoded or plain", () => {
    expect(nameIn(`attachment; filename="a.csv"; filename*=UTF-8''%E8%B4%A6.csv`)).toBe("账.csv");
    expect(nameIn(`attachment; filename="a.csv"`)).toBe("a.csv");
    expect(nameIn("inline")).toBeNull();
  });
});

describe("refusals of fields that are in no form", () => {
  it("stand at their part of the body, and what stands at none is left over", () => {
    const errors = ["/suspense", "/differences/1/certificate/number", "/differences/10/amount", "/allocations/0/item"].map((pointer) => ({ pointer, detail: pointer }));
    const problem = problemOf({ code: "invalid-field", errors }, new Response(null, { status: 422 }));
    const at = (pointer: string) => refusedAt(problem, pointer).map((one) => one.pointer);
    expect(at("/differences/1")).toEqual(["/differences/1/certificate/number"]);
    expect(at("/suspense")).toEqual(["/suspense"]);
    expect(refusedElsewhere(problem, ["/suspense", "/differences/1"]).map((one) => one.pointer)).toEqual(["/differences/10/amount", "/allocations/0/item"]);
    expect([refusedAt(new Error("x"), ""), refusedElsewhere(null, [])]).toEqual([[], []]);
  });
});
