import { api, got, tagged, type Schemas, type Tagged } from "@/api/client";
import { keyed } from "@/api/hooks";
import { filled } from "@/lib/filled";

export type Contact = Schemas["Contact"];

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

export const listContacts = (customer: string, after: string | undefined) =>
  got(api.GET("/v1/customers/{id}/contacts", { params: { path: { id: customer }, query: { limit: 100, after } } }));

export const readContact = (customer: string, id: string): Promise<Tagged<Contact>> => tagged(api.GET("/v1/customers/{id}/contacts/{contact}", { params: { path: { id: customer, contact: id } } }));

/** Adds, or replaces who is there and was read with `etag`. */
export function saveContact(customer: string, id: string | null, body: ContactBody, etag: string | null, key: string): Promise<Contact> {
  if (id === null || etag === null) return got(api.POST("/v1/customers/{id}/contacts", { params: { path: { id: customer }, header: keyed(key) }, body }));
  return got(api.PUT("/v1/customers/{id}/contacts/{contact}", { params: { path: { id: customer, contact: id }, header: { ...keyed(key), "If-Match": etag } }, body }));
}

export const removeContact = (customer: string, id: string, key: string) => got(api.DELETE("/v1/customers/{id}/contacts/{contact}", { params: { path: { id: customer, contact: id }, header: keyed(key) } }));
