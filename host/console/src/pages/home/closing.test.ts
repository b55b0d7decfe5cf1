import { expect, it } from "vitest";
import { closing } from "./closing";

it("the tiles of the close are asked for again while somebody is there, and no longer", () => {
  const asked = Object.values(closing("2026-10", 30_000));
  expect(asked).toHaveLength(4);
  for (const one of asked) expect(one).toMatchObject({ refetchInterval: 30_000, staleTime: 0 });
  for (const one of Object.values(closing("2026-10", false))) expect(one.refetchInterval).toBe(false);
});
