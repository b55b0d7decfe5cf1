import { compareDecimals, formatPercent, isNegative, isZero, readAmount } from "@/lib/amount";
import { EU, localOf } from "@/lib/country";
import { knownRates, type KnownRate, type RateRole } from "@/lib/taxRates";

/** What the first run asks of taxes, where the rules are made of a configuration. */
export interface TaxFields {
  /** Whether the company charges a tax at all. */
  charged: boolean;
  /** Percentages, as they were typed. */
  standard?: string;
  reduced?: string;
  zero: boolean;
  exempt: boolean;
  prices: "exclusive" | "inclusive";
  rounding: "line" | "document";
  /** Customers in other countries. */
  abroad: "refused" | "home" | "untaxed";
}

export const TAX_START: TaxFields = { charged: true, standard: "", reduced: "", zero: false, exempt: false, prices: "exclusive", rounding: "line", abroad: "refused" };

/** What the rates that are known of a country fill in. */
export function suggested(country: string): Pick<TaxFields, "standard" | "reduced" | "zero" | "rounding"> | undefined {
  const known = knownRates(country);
  if (known === undefined) return undefined;
  const of = (role: RateRole) => known.rates.filter((one) => one.role === role).map((one) => one.percent);
  return { standard: of("standard").join(" "), reduced: of("reduced").join(" "), zero: of("zero").length > 0, rounding: known.rounding ?? "line" };
}

/** `20` → `0.2`, `5.5` → `0.055`: a percentage as the fraction of which rules are made; `null` where it is none above 0 and up to 100. */
export function fractionOf(typed: string): string | null {
  const read = readAmount(typed.replace(/[%％]\s*$/, ""));
  if (read === null || isZero(read) || isNegative(read) || compareDecimals(read, "100") > 0) return null;
  const [whole = "", part = ""] = read.split(".");
  const digits = whole.padStart(3, "0");
  const text = `${digits.slice(0, -2)}.${digits.slice(-2)}${part}`.replace(/^0+(?=\d)/, "").replace(/\.?0+$/, "");
  return /^[0-2](\.\d{1,8})?$/.test(text) ? text : null;
}

/** Several, between blanks or semicolons. */
export const listed = (typed: string | undefined): string[] => (typed ?? "").split(/[\s;；、，]+|,\s+/).filter((one) => one !== "");

/** Whether the rates can be so: each is a rate, and no two are the same. */
export function ratesHold(standard: string | undefined, reduced: string | undefined): boolean {
  const all = [...(standard === undefined || standard.trim() === "" ? [] : [standard]), ...listed(reduced)].map(fractionOf);
  return all.every((one) => one !== null) && new Set(all).size === all.length;
}

interface Kind {
  kind: "vat" | "sales";
  code: string;
  en: string;
  zh: string;
}

const VAT: Kind = { kind: "vat", code: "VAT", en: "VAT", zh: "增值税" };
const GST: Kind = { kind: "vat", code: "GST", en: "GST", zh: "商品及服务税" };
const KINDS: Readonly<Record<string, Kind>> = {
  AU: GST,
  NZ: GST,
  SG: GST,
  JP: { kind: "vat", code: "CT", en: "Consumption tax", zh: "消费税" },
  US: { kind: "sales", code: "ST", en: "Sales tax", zh: "销售税" },
};
/** Whose law has the country's tax, as the register names authorities: area, colon, name. */
const AUTHORITIES: Readonly<Record<string, string>> = { ES: "ES:AEAT", GB: "GB:HMRC" };
/** What is no place abroad to the tax of a country: the Isle of Man (Isle of Man Act 1979, s. 6), Monaco (Directive 2006/112/EC, art. 7), Liechtenstein (MWSTG Art. 3 Bst. a). */
const TERRITORY: Readonly<Record<string, readonly string[]>> = { CH: ["CH", "LI"], FR: ["FR", "MC"], GB: ["GB", "IM"] };

type Tax = Record<string, unknown>;

/** The configuration of the rules that are made of one, as an integrator would write it. */
export function taxConfig(country: string, base: string, fields: TaxFields): Record<string, unknown> {
  const kind = KINDS[country] ?? VAT;
  const family = { authority: AUTHORITIES[country] ?? `${country}:TAX`, kind: kind.kind };
  const outside = { ...family, code: `${kind.code}-OUT` };
  const seller = { countries: [country] };
  if (!fields.charged) {
    const none = { ...outside, name: { en: "No tax", "zh-CN": "不征税" }, jurisdiction: country, treatment: "out-of-scope", categories: ["none"] };
    return { description: "Named at the first run: the company charges no tax.", seller, taxes: [none], default_category: "none", outside, price_mode: "exclusive" };
  }
  const home = fields.abroad === "home" ? {} : { place: { within: [...(TERRITORY[country] ?? [country])] } };
  const taxes = charged(country, kind, fields).map((tax) => ({ ...family, jurisdiction: country, ...tax, ...home }));
  return {
    description: "Rates and categories as they were named at the first run.",
    seller,
    taxes: [...taxes, ...(fields.abroad === "untaxed" ? abroad(country, kind).map((tax) => ({ ...family, jurisdiction: country, ...tax })) : [])],
    rounding: { level: fields.rounding },
    outside,
    price_mode: fields.prices,
    ...(localOf(country).currency === base ? { tax_currency: base } : {}),
  };
}

function charged(country: string, kind: Kind, fields: TaxFields): Tax[] {
  const known = knownRates(country)?.rates ?? [];
  /** Since when, and by which clause: of a rate that is known. */
  const law = (found: KnownRate | undefined): Tax => (found === undefined ? {} : { valid_from: found.from, legal_reference: found.law });
  const taxed = (role: "standard" | "reduced", typed: string): Tax => {
    const rate = fractionOf(typed) ?? "";
    const percent = formatPercent(rate, "en").replace("%", "");
    const found = known.find((one) => one.role === role && fractionOf(one.percent) === rate);
    const category = role === "standard" ? role : `${role}-${percent}`;
    return { code: `${kind.code}-${percent}`, name: { en: `${kind.en} ${percent} %`, "zh-CN": `${kind.zh}${percent}%` }, treatment: role, rate, categories: [category], ...law(found) };
  };
  const zero: Tax = { code: `${kind.code}-0`, name: { en: `${kind.en} 0 %`, "zh-CN": `${kind.zh}零税率` }, treatment: "zero", categories: ["zero"], ...law(known.find((one) => one.role === "zero")) };
  const exempt: Tax = { code: `${kind.code}-EXEMPT`, name: { en: `${kind.en}: exempt`, "zh-CN": `${kind.zh}：免税` }, treatment: "exempt", categories: ["exempt"] };
  return [taxed("standard", fields.standard ?? ""), ...listed(fields.reduced).map((typed) => taxed("reduced", typed)), ...(fields.zero ? [zero] : []), ...(fields.exempt ? [exempt] : [])];
}

/** Of a member of the EU these are not the other members: what is sold there depends on who buys it. */
function abroad(country: string, kind: Kind): Tax[] {
  const place = { not_within: [...new Set([...(TERRITORY[country] ?? [country]), ...(EU.includes(country) ? [...EU, "MC"] : [])])] };
  return [
    { code: `${kind.code}-EXPORT`, name: { en: "Export", "zh-CN": "出口" }, treatment: "export", supply: "goods", place },
    { code: `${kind.code}-ABROAD`, name: { en: "Service supplied abroad", "zh-CN": "境外服务" }, treatment: "out-of-scope", supply: "service", place },
  ];
}
