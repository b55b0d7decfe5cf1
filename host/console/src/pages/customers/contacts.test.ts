import { describe, expect, it } from "vitest";
import { contactBody, contactFields, fresh, type Contact } from "./contacts";

const contact: Contact = { id: "con_1", customer: "cus_1", name: "王敏", role: "财务", email: null, phone: "+86 512", locale: "zh-CN", may_confirm: true, active: false, version: 3, created_at: "2026-11-01T00:00:00Z", updated_at: "2026-11-01T00:00:00Z" };

describe("somebody in the form", () => {
  it("comes back as the body that makes the same", () => {
    expect(contactBody(contactFields(contact))).toEqual({ name: "王敏", role: "财务", email: undefined, phone: "+86 512", locale: "zh-CN", may_confirm: true, active: false });
  });

  it("leaves out what is blank", () => {
    const body = contactBody({ ...fresh("en"), name: " Li Lei ", role: " ", email: "", phone: "  " });
    expect(body).toEqual({ name: "Li Lei", role: undefined, email: undefined, phone: undefined, locale: "en", may_confirm: false, active: true });
  });
});
