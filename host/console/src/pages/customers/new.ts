import { localOf } from "@/lib/country";
import type { Fields } from "./body";

/** What a new customer begins with: most are of the company's own country. */
export function newCustomer({ country, base_currency, locale }: { country: string; base_currency: string; locale: string }): Fields {
  const { taxScheme } = localOf(country);
  return {
    code: "",
    name: "",
    country,
    currency: base_currency,
    kind: "business",
    taxpayer_status: "general",
    ...(taxScheme === undefined ? {} : { tax_id: { scheme: taxScheme } }),
    locale,
    statement_style: "open-item",
    terms: { basis: "document", rule: { kind: "net", days: 30 } },
    accounts: [],
  };
}
