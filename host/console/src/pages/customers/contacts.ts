import type { Tagged } from "@/api/client";
import { problemOf } from "@/api/problem";
import { transport } from "@/api/transport";
import { filled } from "@/lib/filled";

// To be replaced by `Schemas["Contact"]`, `Schemas["ContactBody"]` and calls of `api` once the snapshot of the description has them.

export interface Contact {
  id: string;
  customer: string;
  name: string;
  role?: string | null | undefined;
  email?: string | null | undefined;
  phone?: string | null | undefined;
  locale: string;
  may_confirm: boolean;
  active: boolean;
  version: number;
}

export interface ContactBody {
  name: string;
  role?: string | undefined;
  email?: string | undefined;
  phone?: string | undefined;
  locale: string;
  may_confirm: boolean;
  active: boolean;
}

/** What the form holds. */
export type ContactFields = ContactBody;

export const fresh = (locale: string): ContactFields => ({ name: "", locale, may_confirm: false, active: true });

export function contactFields(contact: Contact): ContactFields {
  const { name, locale, may_confirm, active } = contact;
  return { name, role: contact.role ?? undefined, email: contact.email ?? undefined, phone: contact.phone ?? undefined, locale, may_confirm, active };
}

/** The whole body: what is blank is left out, and gone. */
export function contactBody(fields: ContactFields): ContactBody {
  const { locale, may_confirm, active } = fields;
  return { name: fields.name.trim(), role: filled(fields.role), email: filled(fields.email), phone: filled(fields.phone), locale, may_confirm, active };
}

interface Sent {
  method?: "POST" | "PUT" | "DELETE";
  key?: string;
  etag?: string;
  body?: ContactBody;
}

async function ask<T>(path: string, { method, key, etag, body }: Sent = {}): Promise<Tagged<T>> {
  const headers = new Headers();
  if (key !== undefined) headers.set("Idempotency-Key", key);
  if (etag !== undefined) headers.set("If-Match", etag);
  if (body !== undefined) headers.set("Content-Type", "application/json");
  const request = new Request(new URL(path, location.origin), { method: method ?? "GET", headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const response = await transport(request);
  if (!response.ok) throw problemOf(await response.text(), response);
  return { body: (await response.json()) as T, etag: response.headers.get("ETag") ?? "" };
}

const place = (customer: string, contact?: string) => `/v1/customers/${encodeURIComponent(customer)}/contacts${contact === undefined ? "" : `/${contact}`}`;

export async function listContacts(customer: string, after: string | undefined): Promise<{ items: Contact[]; next?: string | null }> {
  const query = new URLSearchParams({ limit: "100", ...(after === undefined ? {} : { after }) });
  return (await ask<{ items: Contact[]; next?: string | null }>(`${place(customer)}?${query.toString()}`)).body;
}

export const readContact = (customer: string, id: string) => ask<Contact>(place(customer, id));

/** Adds, or where `etag` is that of one who is there, replaces. */
export const saveContact = (customer: string, id: string | null, body: ContactBody, etag: string | null, key: string) =>
  ask<Contact>(place(customer, id ?? undefined), { method: id === null ? "POST" : "PUT", key, body, ...(etag === null ? {} : { etag }) });

export const removeContact = (customer: string, id: string, key: string) => ask<Contact>(place(customer, id), { method: "DELETE", key });
