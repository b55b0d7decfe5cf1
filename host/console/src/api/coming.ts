import { problemOf } from "./problem";
import { transport } from "./transport";
import type { Tagged } from "./client";

/**
 * Routes whose description is not in the snapshot of the API yet, with types by hand (`comingShapes`). To be replaced by `api` once
 * `tests/fixtures/openapi.json` has them: then the type check holds what stands here against the server.
 */
type Query = Readonly<Record<string, string | number | boolean | undefined>>;

const origin = typeof location === "undefined" ? "http://localhost" : location.origin;

function addressed(path: string, query: Query = {}): URL {
  const url = new URL(path, origin);
  for (const [name, value] of Object.entries(query)) if (value !== undefined && value !== "") url.searchParams.set(name, String(value));
  return url;
}

async function answered<T>(request: Request): Promise<Tagged<T>> {
  const response = await transport(request);
  const text = await response.text();
  if (!response.ok) throw problemOf(text, response);
  return { body: (text === "" ? null : JSON.parse(text)) as T, etag: response.headers.get("ETag") ?? "" };
}

export async function ask<T>(path: string, query?: Query): Promise<T> {
  return (await answered<T>(new Request(addressed(path, query)))).body;
}

export function askTagged<T>(path: string, query?: Query): Promise<Tagged<T>> {
  return answered<T>(new Request(addressed(path, query)));
}

interface Sent {
  body?: unknown;
  key: string;
  etag?: string | undefined;
  query?: Query;
}

export async function tell<T>(method: "POST" | "PUT" | "DELETE", path: string, { body, key, etag, query }: Sent): Promise<T> {
  const headers = new Headers({ "Idempotency-Key": key });
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (etag !== undefined) headers.set("If-Match", etag);
  return (await answered<T>(new Request(addressed(path, query), { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }))).body;
}
