import type { Schemas } from "@/api/client";
import { localOf } from "@/lib/country";
import { filled } from "@/lib/filled";

export type Customer = Schemas["Customer"];
export type CustomerBody = Schemas["CustomerBody"];

/** What a customer may be: the register is the server's. */
export const CUSTOMER_KINDS = ["business", "consumer", "government"] as const;

export interface RuleFields {
  kind?: string;
  days?: number;
  months?: number;
  cut_off?: number;
  counting?: string;
}

/** Terms as a form holds them. */
export interface TermsFields {
  basis: string;
  /** Of the kind `instalments`: each of those has a rule of its own. */
  rule?: RuleFields;
  instalments?: { permille?: number; rule?: RuleFields }[];
  discounts?: { days?: number; permille?: number }[];
}

/** What the form holds: flat where the body nests. */
export interface Fields {
  code: string;
  name: string;
  country: string;
  currency: string;
  kind: string;
  taxpayer_status: string;
  tax_id?: { scheme?: string; id?: string };
  /** Further registrations. */
  tax_ids?: ({ scheme?: string; id?: string } | undefined)[];
  group?: string;
  region?: string;
  /** `country` where it is not the customer's. */
  address?: { lines?: string; city?: string; postal_code?: string; country?: string };
  email?: string;
  external_id?: string;
  parent?: string;
  locale: string;
  statement_style: "open-item" | "balance-forward";
  terms: TermsFields;
  accounts: { scheme?: string; account?: string }[];
}

const ruleFieldsOf = (rule: Schemas["TermsRule"]): RuleFields => ({
  kind: rule.kind,
  days: rule.days,
  ...(rule.kind === "end-of-month" ? { months: rule.months } : {}),
  ...(rule.kind === "monthly" ? { cut_off: rule.cut_off, counting: rule.counting ?? "cut-off-month-end" } : {}),
});

export function termsFieldsOf({ basis, rule, instalments, discounts }: Schemas["Terms"]): TermsFields {
  return {
    basis,
    rule: rule === undefined || rule === null ? { kind: "instalments" } : ruleFieldsOf(rule),
    ...(instalments ? { instalments: instalments.map((part) => ({ permille: part.permille, rule: ruleFieldsOf(part.rule) })) } : {}),
    ...(discounts ? { discounts } : {}),
  };
}

export function fieldsOf(customer: Customer): Fields {
  const given = <T>(value: T | null | undefined): T | undefined => value ?? undefined;
  return {
    code: customer.code,
    name: customer.name ?? "",
    country: customer.country,
    currency: customer.currency,
    kind: customer.kind,
    taxpayer_status: customer.taxpayer_status,
    tax_id: { scheme: customer.tax_id?.scheme, id: customer.tax_id?.id },
    tax_ids: customer.tax_ids.map((one) => ({ scheme: one.scheme, id: one.id })),
    group: given(customer.group),
    region: given(customer.region),
    address: {
      lines: customer.address?.lines.join("\n"),
      city: given(customer.address?.city),
      postal_code: given(customer.address?.postal_code),
      country: customer.address?.country === customer.country ? undefined : given(customer.address?.country),
    },
    email: given(customer.email),
    external_id: given(customer.external_id),
    parent: given(customer.parent),
    locale: customer.locale,
    statement_style: customer.statement_style,
    terms: termsFieldsOf(customer.terms),
    accounts: customer.accounts.map((a) => ({ scheme: a.scheme, account: a.account })),
  };
}

/** A rule, or parts with a rule each; of what is left blank in a part or step the server says what it must be. */
export function termsOf({ basis, rule = {}, instalments = [], discounts = [] }: TermsFields): Schemas["Terms"] {
  return {
    basis: basis as Schemas["BasisName"],
    ...(rule.kind === "instalments" ? { instalments: instalments.map((part) => ({ permille: part.permille ?? 0, rule: ruleOf(part.rule ?? {}) })) } : { rule: ruleOf(rule) }),
    ...(discounts.length > 0 ? { discounts: discounts.map((step) => ({ days: step.days ?? 0, permille: step.permille ?? 0 })) } : {}),
  };
}

function ruleOf(rule: RuleFields): Schemas["TermsRule"] {
  const days = rule.days ?? 0;
  switch (rule.kind) {
    case "end-of-month":
      return { kind: "end-of-month", days, months: rule.months ?? 0 };
    case "days-end-of-month":
      return { kind: "days-end-of-month", days };
    case "monthly":
      return { kind: "monthly", cut_off: rule.cut_off ?? 31, days, counting: (rule.counting ?? "cut-off-month-end") as Schemas["CountingName"] };
    default:
      return { kind: "net", days };
  }
}

/** The whole body: what it leaves out, as what is `undefined` is in JSON, is gone. */
export function bodyOf(fields: Fields): CustomerBody {
  const lines = (fields.address?.lines ?? "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const city = filled(fields.address?.city);
  const postal = filled(fields.address?.postal_code);
  const country = filled(fields.address?.country)?.toUpperCase() ?? fields.country.trim().toUpperCase();
  const id = filled(fields.tax_id?.id);
  return {
    code: fields.code.trim(),
    name: fields.name.trim(),
    country: fields.country.trim().toUpperCase(),
    currency: fields.currency.trim().toUpperCase(),
    kind: fields.kind,
    taxpayer_status: fields.taxpayer_status,
    locale: fields.locale,
    statement_style: fields.statement_style,
    terms: termsOf(fields.terms),
    tax_id: id === undefined ? undefined : { id, scheme: filled(fields.tax_id?.scheme) ?? "" },
    address: lines.length === 0 && city === undefined && postal === undefined ? undefined : { country, lines, city, postal_code: postal },
    tax_ids: (fields.tax_ids ?? []).flatMap((one) => {
      const [scheme, number] = [filled(one?.scheme), filled(one?.id)];
      return scheme === undefined && number === undefined ? [] : [{ scheme: scheme ?? "", id: number ?? "" }];
    }),
    group: filled(fields.group),
    region: filled(fields.region),
    email: filled(fields.email),
    external_id: filled(fields.external_id),
    parent: filled(fields.parent),
    accounts: fields.accounts
      .filter((a) => filled(a.account) !== undefined)
      .map((a) => ({ scheme: filled(a.scheme) ?? localOf(fields.country.trim().toUpperCase()).accountScheme, account: filled(a.account) ?? "" })),
  };
}
