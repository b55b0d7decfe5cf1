/** The member states of the EU, whose registrations for VAT have one scheme; as the server has them for sheets. */
const EU = ["AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE"];
const EURO = new Set(["AT", "BE", "BG", "HR", "CY", "EE", "FI", "FR", "DE", "GR", "IE", "IT", "LV", "LT", "LU", "MT", "NL", "PT", "SK", "SI", "ES"]);
const IBAN = new Set([...EU, "GB", "CH", "NO", "IS", "LI", "TR", "AE", "SA"]);
const CURRENCY: Readonly<Record<string, string>> = {
  CN: "CNY", HK: "HKD", MO: "MOP", TW: "TWD", SG: "SGD", JP: "JPY", KR: "KRW", US: "USD", CA: "CAD", AU: "AUD", NZ: "NZD", IN: "INR", GB: "GBP", CH: "CHF",
  LI: "CHF", NO: "NOK", SE: "SEK", DK: "DKK", CZ: "CZK", PL: "PLN", HU: "HUF", RO: "RON", IS: "ISK", TR: "TRY", AE: "AED", SA: "SAR", TH: "THB", MY: "MYR", VN: "VND", ID: "IDR",
};
const CHINESE = new Set(["CN", "HK", "MO", "TW"]);

/** What a form may begin with in a country; nothing where it is not plain. */
export interface Local {
  currency: string | undefined;
  locale: "zh-CN" | "en";
  taxScheme: string | undefined;
  accountScheme: "CN" | "IBAN" | "other";
}

export function localOf(country: string): Local {
  return {
    currency: EURO.has(country) ? "EUR" : CURRENCY[country],
    locale: CHINESE.has(country) ? "zh-CN" : "en",
    taxScheme: country === "CN" ? "CN:USCC" : EU.includes(country) ? "EU:VAT" : undefined,
    accountScheme: country === "CN" ? "CN" : IBAN.has(country) ? "IBAN" : "other",
  };
}

export const ACCOUNT_SCHEMES = ["CN", "IBAN", "BBAN", "other"] as const;

/** The tax rules that are named for the country, as `tax-cn-vat`: others hold nowhere until they are configured. */
export const taxRulesOf = <P extends { name: string; world: string }>(plugins: readonly P[], country: string): P | undefined =>
  country === "" ? undefined : plugins.find((p) => p.world === "tax" && p.name.split("-").includes(country.toLowerCase()));
