import { afterEach, expect, it, vi } from "vitest";
import { connection } from "@/api/connection";
import { Outdated } from "@/api/problem";
import { fetched } from "./fetched";

afterEach(() => {
  vi.restoreAllMocks();
  connection.reached();
});

it("asks for a page's program again while the server is not reached, and says so meanwhile", async () => {
  const pause = vi.spyOn(connection, "pause").mockImplementation(() => {
    expect(connection.isLost()).toBe(true);
    return Promise.resolve();
  });
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(new TypeError("offline")).mockRejectedValueOnce(new TypeError("offline")).mockResolvedValue("page");
  expect(await fetched(load, () => Promise.resolve(false))).toBe("page");
  expect([load.mock.calls.length, pause.mock.calls.length, connection.isLost()]).toEqual([3, 2, false]);
});

it("does not ask a server for ever that is there and has another version", async () => {
  const load = vi.fn<() => Promise<string>>().mockRejectedValue(new TypeError("gone"));
  await expect(fetched(load, () => Promise.resolve(true))).rejects.toBeInstanceOf(Outdated);
  expect(load.mock.calls.length).toBe(1);
  expect(connection.isLost()).toBe(false);
});
