import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { connection } from "./connection";
import { freshKey, Intent } from "./intent";
import { Unreached } from "./problem";
import { onSessionEnd, setCsrf, transport } from "./transport";

const url = "http://localhost/v1/customers";
const write = () => new Request(url, { method: "POST", body: "{}", headers: { "Idempotency-Key": "k1" } });
let sent: Request[];

function answering(...answers: (Response | Error)[]) {
  vi.stubGlobal("fetch", (request: Request) => {
    sent.push(request);
    const next = answers.shift() ?? new Response(null, { status: 500 });
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  });
}

beforeEach(() => {
  sent = [];
  setCsrf("csrf-1");
  onSessionEnd(null);
  vi.spyOn(connection, "pause").mockResolvedValue();
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

describe("the way to the server", () => {
  it("bears the token against forgery on unsafe requests only", async () => {
    answering(new Response(), new Response());
    await transport(new Request(url));
    await transport(write());
    expect(sent.map((r) => r.headers.get("X-CSRF-Token"))).toEqual([null, "csrf-1"]);
  });

  it("repeats a write with its key when the connection is lost, and says so meanwhile", async () => {
    let lost = false;
    connection.subscribe(() => {
      lost ||= connection.isLost();
    });
    answering(new TypeError("network"), new TypeError("network"), new Response(null, { status: 201 }));
    expect((await transport(write())).status).toBe(201);
    expect(sent.map((r) => r.headers.get("Idempotency-Key"))).toEqual(["k1", "k1", "k1"]);
    expect(lost).toBe(true);
    expect(connection.isLost()).toBe(false);
  });

  it("does not repeat what has no key", async () => {
    answering(new TypeError("network"));
    await expect(transport(new Request(url, { method: "POST", body: "{}" }))).rejects.toBeInstanceOf(Unreached);
    expect(sent).toHaveLength(1);
  });

  it("asks for the password once for many, and repeats them with the new token", async () => {
    const ask = vi.fn(() => {
      setCsrf("csrf-2");
      return Promise.resolve(true);
    });
    onSessionEnd(ask);
    answering(new Response(null, { status: 401 }), new Response(null, { status: 401 }), new Response(), new Response());
    const answers = await Promise.all([transport(write()), transport(new Request(url))]);
    expect(answers.map((a) => a.status)).toEqual([200, 200]);
    expect(ask).toHaveBeenCalledTimes(1);
    expect(sent.at(-2)?.headers.get("X-CSRF-Token") ?? sent.at(-1)?.headers.get("X-CSRF-Token")).toBe("csrf-2");
    expect(sent.filter((r) => r.method === "POST").map((r) => r.headers.get("Idempotency-Key"))).toEqual(["k1", "k1"]);
  });

  it("takes the token anew when the session changed in another tab, and repeats", async () => {
    const renew = vi.fn(() => {
      setCsrf("csrf-3");
      return Promise.resolve(true);
    });
    onSessionEnd(() => Promise.resolve(false), renew);
    const csrf = () => new Response(JSON.stringify({ code: "csrf" }), { status: 403 });
    answering(csrf(), new Response(null, { status: 201 }));
    expect((await transport(write())).status).toBe(201);
    expect(sent.map((r) => r.headers.get("X-CSRF-Token"))).toEqual(["csrf-1", "csrf-3"]);
    answering(new Response(JSON.stringify({ code: "forbidden" }), { status: 403 }));
    const refused = await transport(write());
    expect([refused.status, await refused.json(), renew.mock.calls.length]).toEqual([403, { code: "forbidden" }, 1]);
  });

  it("lets the login answer for itself", async () => {
    const ask = vi.fn(() => Promise.resolve(true));
    onSessionEnd(ask);
    answering(new Response(null, { status: 401 }));
    expect((await transport(new Request("http://localhost/v1/session", { method: "POST", body: "{}" }))).status).toBe(401);
    expect(ask).not.toHaveBeenCalled();
  });
});

describe("keys", () => {
  it("are UUIDs, each its own", () => {
    const keys = [freshKey(), freshKey()];
    for (const key of keys) expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(keys[0]).not.toBe(keys[1]);
  });
  it("are one for one intent", () => {
    let n = 0;
    const intent = new Intent(() => `key-${(n += 1)}`);
    expect(intent.keyFor({ a: 1 })).toBe("key-1");
    expect(intent.keyFor({ a: 1 })).toBe("key-1");
    expect(intent.keyFor({ a: 2 })).toBe("key-2");
    intent.answered();
    expect(intent.keyFor({ a: 2 })).toBe("key-3");
  });
});
