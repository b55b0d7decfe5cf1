import createClient from "openapi-fetch";

import { problemOf } from "./problem";
import type { components, paths } from "./schema";
import { transport } from "./transport";

export type Schemas = components["schemas"];
type Paths = paths;

const origin = typeof location === "undefined" ? "http://localhost" : location.origin;

/** Typed by the description at `/openapi.json`. */
export const api = createClient<Paths>({ baseUrl: origin, fetch: transport });

interface Answer {
  data?: unknown;
  error?: unknown;
  response: Response;
}

export type Body<A extends Answer> = NonNullable<A["data"]>;

/** What was answered, or the refusal as a `Problem`. */
export async function got<A extends Answer>(answer: Promise<A>): Promise<Body<A>> {
  return (await tagged(answer)).body;
}

export interface Tagged<T> {
  body: T;
  /** For `If-Match`. */
  etag: string;
}

export async function tagged<A extends Answer>(answer: Promise<A>): Promise<Tagged<Body<A>>> {
  const { data, error, response } = await answer;
  if (!response.ok) throw problemOf(error, response);
  return { body: data as Body<A>, etag: response.headers.get("ETag") ?? "" };
}

/** Of a route that answers nothing. */
export async function done(answer: Promise<Answer>): Promise<void> {
  const { error, response } = await answer;
  if (!response.ok) throw problemOf(error, response);
}

export interface File {
  blob: Blob;
  name: string | null;
  type: string;
}

/** A file by its address: a report, an artefact. */
export async function file(path: string, accept?: string): Promise<File> {
  const headers = new Headers(accept === undefined ? {} : { Accept: accept });
  const response = await transport(new Request(new URL(path, origin), { headers }));
  if (!response.ok) throw problemOf(await response.text(), response);
  const disposition = response.headers.get("Content-Disposition") ?? "";
  return { blob: await response.blob(), name: nameIn(disposition), type: response.headers.get("Content-Type") ?? "" };
}

/** RFC 6266: the encoded name before the plain one. */
export function nameIn(disposition: string): string | null {
  const encoded = /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1];
  if (encoded !== undefined) {
    try {
      return decodeURIComponent(encoded);
    } catch {
      return null;
    }
  }
  return /filename="([^"]+)"/i.exec(disposition)?.[1] ?? null;
}

/** Hands a file to the person. */
export function save(found: File, otherwise: string): void {
  const address = URL.createObjectURL(found.blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = found.name ?? otherwise;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Of a route that also answers files: what it answers as JSON. */
export async function json<T>(answer: Promise<Answer>): Promise<T> {
  return (await tagged(answer)).body as T;
}
