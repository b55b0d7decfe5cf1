import { expect, it } from "vitest";
import { farther, FIT, nearer, sharpness } from "./zoom";

it("steps nearer and farther, and ends at both", () => {
  const seen: number[] = [FIT];
  for (let zoom = nearer(FIT); zoom !== undefined; zoom = nearer(zoom)) seen.push(zoom);
  for (let zoom = farther(FIT); zoom !== undefined; zoom = farther(zoom)) seen.unshift(zoom);
  expect(seen).toEqual([50, 75, 100, 125, 150, 200, 300]);
  expect([sharpness(FIT), sharpness(300)]).toEqual([2, 3]);
});
