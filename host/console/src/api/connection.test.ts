import { afterEach, expect, it, vi } from "vitest";
import { connection } from "./connection";

afterEach(() => {
  connection.reached();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("finds by itself, or when she asks, that the server is there again", async () => {
  vi.useFakeTimers();
  let there = false;
  const asked = vi.fn(() => (there ? Promise.resolve(new Response()) : Promise.reject(new TypeError("network"))));
  vi.stubGlobal("fetch", asked);
  connection.missed();
  await vi.advanceTimersByTimeAsync(11_000);
  expect([asked.mock.calls.length, connection.isLost()]).toEqual([2, true]);
  there = true;
  connection.now();
  await vi.advanceTimersByTimeAsync(0);
  expect(connection.isLost()).toBe(false);
  const before = asked.mock.calls.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.mock.calls.length).toBe(before);
});
