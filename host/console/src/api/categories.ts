import { useQuery } from "@tanstack/react-query";
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

/** Tax categories that are offered: those of the rules in force and of the catalogue; the one to begin with, and what prices usually are. Not known to all: then none is offered. */
export function useCategories(): { known: string[]; first: string | undefined; prices: "exclusive" | "inclusive"; ready: boolean } {
  const company = useCompany();
  const rules = useQuery({ queryKey: ["bindings", "tax"], queryFn: () => bindings({ slot: "tax", status: "active" }), staleTime: 300_000, retry: false });
  const catalogue = useQuery(catalogueQuery);
  const latest = [...(rules.data?.items ?? [])].sort((a, b) => b.valid_from.localeCompare(a.valid_from));
  const configs = latest.map((binding) => binding.config);
  const own = configs.flatMap(configured);
  const known = [...new Set([...own, ...(catalogue.data ?? []).map((item) => item.category)])].sort();
  return { known, first: firstCategory(company.data?.country, [...new Set(own)], configs.map(standardOf).find(isText)), prices: pricesOf(configs[0]), ready: !company.isPending && !rules.isPending };
}
