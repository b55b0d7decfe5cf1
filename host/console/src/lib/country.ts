import type { Language } from "./amount";

/** The member states of the EU, whose registrations for VAT have one scheme; as the server has them for sheets. */
export const EU = ["AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"];
const EURO = new Set(["AT", "BE", "BG", "HR", "CY", "EE", "FI", "FR", "DE", "GR", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PT", "SK", "SI", "ES"]);
const IBAN = new Set([...EU, "GB", "CH", "NO", "IS", "LI", "TR", "AE", "SA"]);
const CURRENCY: Readonly<Record<string, string>> = {
  CN: "CNY", HK: "HKD", MO: "MOP", TW: "TWD", SG: "SGD", JP: "JPY", KR: "KRW", US: "USD", CA: "CAD", AU: "AUD", NZ: "NZD", IN: "INR", ZA: "ZAR", GB: "GBP", CH: "CHF",
  LI: "CHF", NO: "NOK", SE: "SEK", DK: "DKK", CZ: "CZK", PL: "PLN", HU: "HUF", RO: "RON", IS: "ISK", TR: "TRY", AE: "AED", SA: "SAR", TH: "THB", MY: "MYR", VN: "VND", ID: "IDR",
};
/** Names of registrations for tax: country, colon, what it is called there. */
const SCHEME: Readonly<Record<string, string>> = {
  CN: "CN:USCC", GB: "GB:VAT", CH: "CH:VAT", NO: "NO:VAT", US: "US:EIN", AU: "AU:ABN", NZ: "NZ:GST", SG: "SG:GST", AE: "AE:TRN", SA: "SA:VAT", ZA: "ZA:VAT",
};

/** What a form may begin with in a country; nothing where it is not plain. */
export interface Local {
  currency: string | undefined;
  taxScheme: string | undefined;
  accountScheme: "CN" | "IBAN" | "other";
  /** A chart of accounts to begin with. */
  chart: "cn" | "generic";
  /** China's law has documents kept for thirty years; elsewhere ten is what laws ask for at most, as a rule. */
  retentionYears: number;
}

export function localOf(country: string): Local {
  return {
    currency: EURO.has(country) ? "EUR" : CURRENCY[country],
    taxScheme: EU.includes(country) ? "EU:VAT" : SCHEME[country],
    accountScheme: country === "CN" ? "CN" : IBAN.has(country) ? "IBAN" : "other",
    chart: country === "CN" ? "cn" : "generic",
    retentionYears: country === "CN" ? 30 : 10,
  };
}

const names = new Map<Language, Intl.DisplayNames>();

/** By its name, and its code beside it: `德国 (DE)`; what has no name is its code. */
export function countryName(country: string, language: Language): string {
  if (!/^[A-Z]{2}$/.test(country)) return country;
  let found = names.get(language);
  if (found === undefined) {
    found = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
    names.set(language, found);
  }
  const name = found.of(country);
  return name === undefined ? country : `${name} (${country})`;
}

export const ACCOUNT_SCHEMES = ["CN", "IBAN", "BBAN", "other"] as const;

/** Rules that are made of a configuration, which the first run makes: of any country. */
export const GENERIC_TAX = "tax-generic";

/** The tax rules that are named for the country, as `tax-cn-vat`; for every other country those that are made of a configuration. */
export const taxRulesOf = <P extends { name: string; world: string }>(plugins: readonly P[], country: string): P | undefined => {
  const rules = country === "" ? [] : plugins.filter((p) => p.world === "tax");
  return rules.find((p) => p.name.split("-").includes(country.toLowerCase())) ?? rules.find((p) => p.name === GENERIC_TAX);
};
