import { expect, it } from "vitest";
import { Problem } from "@/api/problem";
import type { SetupBody } from "@/api/shapes";
import { bodyAt, staysAt } from "./steps";

const refused = (pointer: string | null, code = "invalid-field") => new Problem({ code, errors: pointer === null ? [] : [{ pointer, detail: "no" }] }, new Response(null, { status: 422 }));

it("a step is left when what is refused belongs to a later one, and kept for anything else", () => {
  expect([0, 1, 2].map((step) => staysAt(step, refused("/company/code")))).toEqual([true, true, true]);
  expect([0, 1, 2].map((step) => staysAt(step, refused("/administrator/password")))).toEqual([false, true, true]);
  expect([0, 1, 2].map((step) => staysAt(step, refused("/bank_account/number")))).toEqual([false, false, true]);
  expect(staysAt(0, refused("/code", "setup-code"))).toBe(true);
  expect(staysAt(0, refused(null, "setup-closed"))).toBe(true);
  expect(staysAt(0, new Error("no network"))).toBe(true);
});

it("what later steps ask for is blank until they are shown", () => {
  const body = { code: "c", company: {}, administrator: {}, sample: true, bindings: [{ slot: "tax" }], bank_account: { number: "1" } } as unknown as SetupBody;
  expect(bodyAt(0, body)).toEqual({ code: "c", company: {}, administrator: { login: "", name: "", password: "" }, sample: false, bindings: [] });
  expect(bodyAt(2, body)).toMatchObject({ bindings: [{ slot: "tax" }], bank_account: { number: "1" } });
});
