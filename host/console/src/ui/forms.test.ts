import type { FormInstance } from "antd";
import { describe, expect, it, vi } from "vitest";
import { Problem } from "@/api/problem";
import { showErrors } from "./forms";

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
    expect(setFields.mock.calls).toEqual([
      [[{ name: ["external_id"], errors: [] }]],
      [
        [
          { name: ["terms", "instalments"], errors: ["of /body/terms/instalments"] },
          { name: ["terms"], errors: ["of /body/terms/basis"] },
        ],
      ],
    ]);
  });
});
