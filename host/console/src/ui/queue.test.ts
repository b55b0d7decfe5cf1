import { describe, expect, it } from "vitest";
import { standing } from "./queue";

const rows = (...ids: string[]) => ids.map((id) => ({ id }));
const at = (id: string, place: number) => ({ row: { id }, place });

describe("a queue that others work through as well", () => {
  it("begins at its first row", () => {
    expect(standing(rows("a", "b"), null, null)).toEqual(at("a", 0));
    expect(standing(rows(), null, null)).toBeNull();
  });
  it("stays at its row when one before it goes", () => {
    expect(standing(rows("b", "c"), at("b", 1), null)).toEqual(at("b", 0));
  });
  it("keeps what another dealt with until she moves", () => {
    expect(standing(rows("b"), at("a", 0), null)).toEqual(at("a", 0));
    expect(standing(rows(), at("a", 0), "b")).toEqual(at("a", 0));
  });
  it("goes on from her own, once it is gone", () => {
    expect(standing(rows("a", "b"), at("a", 0), "a")).toEqual(at("a", 0));
    expect(standing(rows("b"), at("a", 0), "a")).toEqual(at("b", 0));
    expect(standing(rows("a"), at("b", 1), "b")).toEqual(at("a", 0));
    expect(standing(rows(), at("a", 0), "a")).toBeNull();
  });
  it("is the same where nothing has changed, so that a page is drawn once", () => {
    const stand = at("a", 0);
    expect(standing(rows("a"), stand, null)).toBe(stand);
  });
});
