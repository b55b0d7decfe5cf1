import { all } from "./all";
import type { Schemas } from "./client";
import { ask } from "./coming";
import type { PageOf, Series, SeriesGap, Vouchers } from "./comingShapes";

/** Lists that forms choose from and tables show whole: everything of them, page by page. */

interface Whole<T> {
  items: T[];
}

type Asked = Readonly<Record<string, string | undefined>>;

async function whole<T>(path: string, query: Asked = {}): Promise<Whole<T>> {
  return { items: await all((after) => ask<PageOf<T>>(path, { ...query, limit: 200, after })) };
}

export const users = () => whole<Schemas["User"]>("/v1/users");
export const tokens = () => whole<Schemas["Token"]>("/v1/tokens");
export const plugins = () => whole<Schemas["Plugin"]>("/v1/plugins");
export const bankAccounts = () => whole<Schemas["BankAccount"]>("/v1/bank-accounts");
export const bindings = (query: Asked = {}) => whole<Schemas["Binding"]>("/v1/bindings", query);

interface OfSeries<T> {
  series: T[];
  next?: string | null;
}

async function wholeSeries<T>(path: string): Promise<OfSeries<T>> {
  const page = (after: string | undefined) => ask<OfSeries<T>>(path, { limit: 200, after }).then(({ series, next }) => ({ items: series, next }));
  return { series: await all<T>(page) };
}

export const series = () => wholeSeries<Series>("/v1/series");
export const gaps = () => wholeSeries<SeriesGap>("/v1/series/gaps");

/** The vouchers of a month, all of them: what is said of the month is the same on every page. */
export async function vouchers(period: string): Promise<Vouchers> {
  const page = (after?: string) => ask<Vouchers>("/v1/vouchers", { period, format: "json", limit: 200, after });
  const first = await page();
  const next = first.next ?? undefined;
  if (next === undefined) return first;
  const more = async (after: string | undefined) => {
    const found = await page(after ?? next);
    return { items: found.vouchers, next: found.next };
  };
  return { ...first, vouchers: [...first.vouchers, ...(await all(more))] };
}
