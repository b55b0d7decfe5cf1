import { useQuery } from "@tanstack/react-query";
import { useCode } from "@/i18n/code";
import { all } from "./all";
import { api, got } from "./client";
import { useCompany } from "./hooks";
import { bindings } from "./whole";

export const catalogueQuery = { queryKey: ["catalogue"], queryFn: () => all((after) => got(api.GET("/v1/items", { params: { query: { limit: 200, after } } })), 2000), staleTime: 60_000 };

const membersOf = (of: unknown): Readonly<Record<string, unknown>> => (typeof of === "object" && of !== null ? (of as Record<string, unknown>) : {});
const listOf = (of: unknown): unknown[] => (Array.isArray(of) ? of : []);
const isText = (of: unknown): of is string => typeof of === "string";
const categoriesOf = (tax: unknown): string[] => listOf(membersOf(tax)["categories"]).filter(isText);

/** The tax categories that a configuration names, as the tax rules that come with the host have them: each by itself, or those of each tax. */
export function configured(config: unknown): string[] {
  const { categories, taxes } = membersOf(config);
  return [...listOf(categories).map((one) => membersOf(one)["code"]).filter(isText), ...listOf(taxes).flatMap(categoriesOf)];
}

/**
 * What China's rules have without a configuration, in the order of their table. A configuration adds to it, or says that only its own count.
 * A test compares it with the plugin's own.
 */
export const CHINA = [
  "13", "goods-13", "repair-13", "lease-13",
  "9", "goods-9", "transport-9", "post-9", "telecom-9", "construction-9", "property-9",
  "6", "service-6", "intangible-6", "finance-6", "telecom-6",
  "3", "simple-3", "1", "small-3", "small-1",
  "0", "export-0", "export-exempt", "export-service-0", "export-service-exempt",
  "exempt", "non-taxable",
] as const;

/** The categories that rules of a jurisdiction have by themselves, beside what their configuration says. */
export function unconfigured(jurisdiction: string | undefined, config: unknown): readonly string[] {
  const { taxes, only_these_categories: only } = membersOf(config);
  return jurisdiction === "CN" && taxes === undefined && only !== true ? CHINA : [];
}

/** Those that are known, in China's order and then by name. */
export function inOrder(known: readonly string[]): string[] {
  const order: readonly string[] = CHINA;
  const place = (code: string) => (order.includes(code) ? order.indexOf(code) : order.length);
  return [...new Set(known)].sort((a, b) => place(a) - place(b) || a.localeCompare(b));
}

/** The category of the standard rate, where a configuration has one of each tax. */
export function standardOf(config: unknown): string | undefined {
  const standard = listOf(membersOf(config)["taxes"]).filter((tax) => membersOf(tax)["treatment"] === "standard");
  return standard.flatMap(categoriesOf)[0];
}

/** Whether prices usually include tax, where a configuration says so. */
export const pricesOf = (config: unknown): "exclusive" | "inclusive" => (membersOf(config)["price_mode"] === "inclusive" ? "inclusive" : "exclusive");

/** What a new line begins with: the standard rate, which China's rules have by themselves; else the only one there is, or nothing. */
export const firstCategory = (country: string | undefined, known: readonly string[], standard?: string): string | undefined =>
  standard ?? (country === "CN" ? "13" : known.length === 1 ? known[0] : undefined);

/** Tax categories that are offered, with words where there are any: those of the rules in force and of the catalogue; the one to begin with, and what prices usually are. Not known to all: then none is offered. */
export function useCategories(): { options: { value: string; label: string }[]; first: string | undefined; prices: "exclusive" | "inclusive"; ready: boolean } {
  const company = useCompany();
  const code = useCode();
  const rules = useQuery({ queryKey: ["bindings", "tax"], queryFn: () => bindings({ slot: "tax", status: "active" }), staleTime: 300_000, retry: false });
  const catalogue = useQuery(catalogueQuery);
  const latest = [...(rules.data?.items ?? [])].sort((a, b) => b.valid_from.localeCompare(a.valid_from));
  const configs = latest.map((binding) => binding.config);
  const own = configs.flatMap(configured);
  const builtIn = configs.flatMap((config) => unconfigured(company.data?.jurisdiction, config));
  const known = inOrder([...own, ...builtIn, ...(catalogue.data ?? []).map((item) => item.category)]);
  const word = (category: string) => code("taxCategoryOf", category);
  return {
    options: known.map((value) => ({ value, label: word(value) === value ? value : `${value} ${word(value)}` })),
    first: firstCategory(company.data?.country, [...new Set(own)], configs.map(standardOf).find(isText)),
    prices: pricesOf(configs[0]),
    ready: !company.isPending && !rules.isPending,
  };
}
