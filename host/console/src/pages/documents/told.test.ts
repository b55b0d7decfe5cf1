import { expect, it } from "vitest";
import { Problem } from "@/api/problem";
import { isTold } from "./told";

const refused = (detail: string, code = "invalid-field") => new Problem({ code, detail: `/x: ${detail}`, errors: [{ pointer: "/x", detail }] }, new Response(null, { status: 422 }));

it("a preview is refused with what the form was told, or with something else", () => {
  expect(isTold(refused("is no date"), refused("is no date"))).toBe(true);
  expect(isTold(refused("is no amount"), refused("is no date"))).toBe(false);
  expect(isTold(refused("is no date"), refused("is no date", "invalid-body"))).toBe(false);
  expect(isTold(refused("is no date"), null)).toBe(false);
  expect(isTold(new Error("is no date"), refused("is no date"))).toBe(false);
});
