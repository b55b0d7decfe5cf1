import { useQuery } from "@tanstack/react-query";
import { all } from "./all";
import { api, got } from "./client";
import { useCompany } from "./hooks";
import { bindings } from "./whole";

export const catalogueQuery = { queryKey: ["catalogue"], queryFn: () => all((after) => got(api.GET("/v1/items", { params: { query: { limit: 200, after } } })), 2000), staleTime: 60_000 };

/** The tax categories that a configuration names, as the tax rules that come with the host have it. */
export function configured(config: unknown): string[] {
  const found: unknown = typeof config === "object" && config !== null && "categories" in config ? config.categories : null;
  if (!Array.isArray(found)) return [];
  return found.flatMap((one: unknown) => (typeof one === "object" && one !== null && "code" in one && typeof one.code === "string" ? [one.code] : []));
}

/** What a new line begins with: the standard rate in China, whose rules have it by themselves; elsewhere the only one there is, or nothing. */
export const firstCategory = (country: string | undefined, known: readonly string[]): string | undefined => (country === "CN" ? "13" : known.length === 1 ? known[0] : undefined);

/** Tax categories that are offered: those of the rules in force and of the catalogue; and the one to begin with. Not known to all: then none is offered. */
export function useCategories(): { known: string[]; first: string | undefined; ready: boolean } {
  const company = useCompany();
  const rules = useQuery({ queryKey: ["bindings", "tax"], queryFn: () => bindings({ slot: "tax", status: "active" }), staleTime: 300_000, retry: false });
  const catalogue = useQuery(catalogueQuery);
  const own = (rules.data?.items ?? []).flatMap((binding) => configured(binding.config));
  const known = [...new Set([...own, ...(catalogue.data ?? []).map((item) => item.category)])].sort();
  return { known, first: firstCategory(company.data?.country, [...new Set(own)]), ready: !company.isPending && !rules.isPending };
}
