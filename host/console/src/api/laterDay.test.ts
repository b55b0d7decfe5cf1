import { describe, expect, it, vi } from "vitest";
import { isAsked, recordedOrAsked } from "./asked";
import { onLaterDay } from "./laterDay";
import { Problem } from "./problem";

const { post } = vi.hoisted(() => ({ post: vi.fn<(address: string, init: unknown) => Promise<unknown>>() }));
vi.mock("./client", () => ({ api: { POST: post }, got: (answer: unknown) => answer }));

const refusal = (code: string) => new Problem({ code, detail: code }, new Response(null, { status: 409 }));

describe("what has a day of its own that is locked", () => {
  it("is done on a later one that is named, as another request", async () => {
    const tried = vi.fn((day: string | undefined, key: string) => (day === undefined ? Promise.reject(refusal("period-locked")) : Promise.resolve(`${day} ${key}`)));
    expect(await onLaterDay(() => Promise.resolve("2026-12-01"), "k", tried)).toBe("2026-12-01 k-2026-12-01");
    expect(tried.mock.calls).toEqual([[undefined, "k"], ["2026-12-01", "k-2026-12-01"]]);
  });

  it("stays refused where none is named, and asks of no other refusal", async () => {
    const ask = vi.fn(() => Promise.resolve(undefined));
    await expect(onLaterDay(ask, "k", () => Promise.reject(refusal("period-locked")))).rejects.toMatchObject({ code: "period-locked" });
    expect(ask).toHaveBeenCalledTimes(1);
    await expect(onLaterDay(ask, "k", () => Promise.reject(refusal("state")))).rejects.toMatchObject({ code: "state" });
    expect(ask).toHaveBeenCalledTimes(1);
  });
});

describe("what a rule of the company wants approved", () => {
  const body = { number: "1300" };

  it("is recorded where no rule does", async () => {
    const made = await recordedOrAsked("bill", body, "k", () => Promise.resolve({ id: "bil_1" }));
    expect([isAsked(made), post.mock.calls.length]).toEqual([false, 0]);
  });

  it("is a draft of the same body that is submitted", async () => {
    post.mockResolvedValueOnce({ id: "dft_1" }).mockResolvedValueOnce({});
    const made = await recordedOrAsked("bill", body, "k", () => Promise.reject(refusal("approval-required")));
    expect(made).toEqual({ draft: "dft_1" });
    expect(post.mock.calls).toEqual([
      ["/v1/drafts", { params: { header: { "Idempotency-Key": "k-draft" } }, body: { kind: "bill", body } }],
      ["/v1/drafts/{id}/submit", { params: { path: { id: "dft_1" }, header: { "Idempotency-Key": "k-submit" } } }],
    ]);
  });

  it("is no draft for another refusal", async () => {
    post.mockClear();
    await expect(recordedOrAsked("bill", body, "k", () => Promise.reject(refusal("invalid-field")))).rejects.toMatchObject({ code: "invalid-field" });
    expect(post).not.toHaveBeenCalled();
  });
});
