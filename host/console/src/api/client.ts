import createClient from "openapi-fetch";

import { problemOf } from "./problem";
import type { components, paths } from "./schema";
import { transport } from "./transport";

export type Schemas = components["schemas"];
type Paths = paths;

const origin = typeof location === "undefined" ? "http://localhost" : location.origin;

/** A list is a file as well: `file` fetches that. */
type Read = "application/json" | "application/problem+json";

/** Typed by the description at `/openapi.json`. */
export const api = createClient<Paths, Read>({ baseUrl: origin, fetch: transport });

export interface Answer {
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

export interface File {
  blob: Blob;
  name: string | null;
  type: string;
}

/** A file by its address: a report, an artefact. */
export async function file(path: string): Promise<File> {
  const response = await transport(new Request(new URL(path, origin)));
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

/** Fetches a file and hands it to the person, by its own name where the server gives one. */
export async function download(path: string, otherwise: string): Promise<void> {
  save(await file(path), otherwise);
}

type Filters = Readonly<Record<string, string | number | boolean | undefined>>;

/** The address of a list as a file: with the filters of what is shown, and all of its pages. */
export function listAddress(list: string, filters: Filters, format: "csv" | "xlsx"): string {
  const asked = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(filters)) if (name !== "limit" && value !== undefined && value !== "") asked.set(name, String(value));
  return `/v1/lists/${list}?${asked.toString()}`;
}

export function downloadList(list: string, filters: Filters, format: "csv" | "xlsx"): Promise<void> {
  return download(listAddress(list, filters, format), `${list}.${format}`);
}

/** Sends a file as the body of a request: what the server makes of it. */
export async function upload<T>(path: string, sent: Blob, type: string, key: string): Promise<T> {
  const response = await transport(new Request(new URL(path, origin), { method: "POST", body: sent, headers: { "Content-Type": type, "Idempotency-Key": key } }));
  if (!response.ok) throw problemOf(await response.text(), response);
  return (await response.json()) as T;
}

/** A file that is made here. */
export function saveText(text: string, name: string): void {
  saveBlob(new Blob([text], { type: "text/csv" }), name);
}

/** A file that stood in an answer. */
export function saveBlob(blob: Blob, name: string): void {
  save({ blob, name, type: blob.type }, name);
}

function save(found: File, otherwise: string): void {
  const address = URL.createObjectURL(found.blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = found.name ?? otherwise;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Of a route that also answers something else, or whose answer the description calls an object: what is known of it here. */
export async function json<T>(answer: Promise<Answer>): Promise<T> {
  return (await tagged(answer)).body as T;
}
