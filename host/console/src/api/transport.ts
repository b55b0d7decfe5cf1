import { connection } from "./connection";
import { Unreached } from "./problem";

/**
 * The one way to the server. What it adds to `fetch`:
 *
 * | when | then |
 * |---|---|
 * | an unsafe request | `X-CSRF-Token` of the session |
 * | the server is not reached | said in the banner, tried again a few times; every write bears its key, so that is safe |
 * | the session has ended in the middle of the work | the password is asked for over the open page, and the request made again |
 * | the session is another one, begun in another tab | its token is taken, and the request made again |
 */

const PAUSES_MS = [400, 1500, 4000];
const SAFE = new Set(["GET", "HEAD"]);

let csrf: string | null = null;
let askAgain: (() => Promise<boolean>) | null = null;
let lookAgain: (() => Promise<boolean>) | null = null;
let asking: Promise<boolean> | null = null;

export function setCsrf(token: string | null): void {
  csrf = token;
}

/** For routes whose description names the header. */
export const csrfHeader = () => ({ "X-CSRF-Token": csrf ?? "" });

/** Who asks for the password again, and who looks whose session there is now; both answer whether the work goes on. */
export function onSessionEnd(ask: (() => Promise<boolean>) | null, look: (() => Promise<boolean>) | null = null): void {
  askAgain = ask;
  lookAgain = look;
}

/** The routes that make or end a session answer for themselves. */
function isDoor(url: string): boolean {
  return /\/v1\/(session|setup)(\/|\?|$)/.test(url);
}

export async function transport(request: Request): Promise<Response> {
  const first = await reach(request.clone());
  const mend = await mendOf(first, request);
  if (mend === null) return first;
  // Many requests may find the session ended at once: one dialogue serves all.
  asking ??= mend().finally(() => {
    asking = null;
  });
  return (await asking) ? reach(request.clone()) : first;
}

async function mendOf(first: Response, request: Request): Promise<(() => Promise<boolean>) | null> {
  if (first.status === 401) return isDoor(request.url) ? null : askAgain;
  if (first.status !== 403 || SAFE.has(request.method)) return null;
  const body: unknown = await first.clone().json().catch(() => null);
  return typeof body === "object" && body !== null && "code" in body && body.code === "csrf" ? lookAgain : null;
}

async function reach(request: Request): Promise<Response> {
  const safe = SAFE.has(request.method);
  const repeatable = safe || request.headers.has("Idempotency-Key");
  for (let attempt = 0; ; attempt += 1) {
    const headers = new Headers(request.headers);
    if (!safe && csrf !== null) headers.set("X-CSRF-Token", csrf);
    try {
      const response = await fetch(new Request(request.clone(), { headers, credentials: "same-origin" }));
      connection.reached();
      return response;
    } catch (error) {
      if (request.signal.aborted) throw error;
      connection.missed();
      const pause = PAUSES_MS[attempt];
      if (!repeatable || pause === undefined) throw new Unreached(error);
      await connection.pause(pause);
    }
  }
}
