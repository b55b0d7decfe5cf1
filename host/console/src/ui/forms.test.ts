import type { FormInstance } from "antd";
import { describe, expect, it, vi } from "vitest";
import { Problem } from "@/api/problem";
import { blamedMember, clearErrors, showErrors } from "./forms";

const refusal = (...pointers: string[]) => new Problem({ code: "invalid-field", errors: pointers.map((pointer) => ({ pointer, detail: `of ${pointer}` })) }, new Response(null, { status: 422 }));

describe("what is refused of a form", () => {
  const setFields = vi.fn<(fields: unknown) => void>();
  const form = {
    getFieldsError: () => [
      { name: ["external_id"], errors: ["of before"] },
      { name: ["terms"], errors: [] },
      { name: ["terms", "instalments"], errors: [] },
    ],
    setFields,
    scrollToField: vi.fn(),
  } as unknown as FormInstance;

  it("stands at its field, a list's at the list, and what was said before is said no more", () => {
    const rest = showErrors(form, refusal("/body/terms/instalments", "/body/terms/basis", "/kind"), ["body"]);
    expect(rest.map(({ pointer }) => pointer)).toEqual(["/kind"]);
    expect(setFields.mock.calls).toMatchObject([
      [[{ name: ["external_id"], errors: [] }]],
      [
        [
          { name: ["terms", "instalments"], errors: [{ props: { detail: "of /body/terms/instalments" } }] },
          { name: ["terms"], errors: [{ props: { detail: "of /body/terms/basis" } }] },
        ],
      ],
    ]);
  });

  it("stands there until that field is changed, and no other", () => {
    setFields.mockClear();
    const lines = { getFieldsError: () => [{ name: ["lines", 1, "category"], errors: ["unknown"] }, { name: ["lines", 0, "category"], errors: ["unknown"] }, { name: ["text"], errors: [] }], setFields } as unknown as FormInstance;
    // as antd says what was changed: of a list nothing but the row
    const changed: unknown[] = [];
    changed[1] = { category: "13" };
    clearErrors(lines, { lines: changed });
    expect(setFields.mock.calls).toEqual([[[{ name: ["lines", 1, "category"], errors: [] }]]]);
    clearErrors(lines, { text: "轴承" });
    expect(setFields.mock.calls.length).toBe(1);
  });

  it("of a plugin stands at the member that the plugin read", () => {
    expect(blamedMember("/lines/0", "/documents/0/lines/0/category_code")).toBe("/lines/0/category");
    expect(blamedMember("/lines/0", "/documents/0/lines/0/unit_price")).toBe("/lines/0/unit_price");
    expect([blamedMember("/lines/1", "/documents/0/lines/10/quantity"), blamedMember("/lines/1", null), blamedMember("", "/lines/1")]).toEqual(["/lines/1", "/lines/1", ""]);
  });
});
