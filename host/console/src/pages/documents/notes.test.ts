import { expect, it } from "vitest";
import { notesOf } from "./notes";

it("tells what a line is beyond a plain sale of goods, and of which line", () => {
  expect(notesOf({ nature: "normal", parent: null, original_line: null, supply: "goods" })).toEqual([]);
  expect(notesOf({ nature: "discount", parent: 2, original_line: null, supply: "goods" })).toEqual([
    { is: "nature", of: "discount" },
    { is: "parent", of: 2 },
  ]);
  expect(notesOf({ nature: "normal", parent: null, original_line: 1, supply: "service" })).toEqual([{ is: "original", of: 1 }, { is: "service" }]);
});
