import { all } from "./all";
import { file, type Schemas } from "./client";
import type { Series, SeriesGap } from "./shapes";

/** Lists that forms choose from and tables show whole: everything of them, page by page. */

interface Whole<T> {
  items: T[];
}

type Asked = Readonly<Record<string, string | undefined>>;

async function page<T>(path: string, query: Asked, after: string | undefined): Promise<T> {
  const given = Object.entries({ ...query, limit: "200", after }).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return JSON.parse(await (await file(`${path}?${new URLSearchParams(given).toString()}`)).blob.text()) as T;
}

async function whole<T>(path: string, query: Asked = {}): Promise<Whole<T>> {
  return { items: await all((after) => page<Whole<T> & { next?: string | null }>(path, query, after)) };
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
  const rows = (after: string | undefined) => page<OfSeries<T>>(path, {}, after).then(({ series, next }) => ({ items: series, next }));
  return { series: await all<T>(rows) };
}

export const series = () => wholeSeries<Series>("/v1/series");
export const gaps = () => wholeSeries<SeriesGap>("/v1/series/gaps");

type Vouchers = Schemas["VouchersView"] & { next?: string | null };

/** The vouchers of a month, all of them: what is said of the month is the same on every page. */
export async function vouchers(period: string): Promise<Vouchers> {
  const of = (after?: string) => page<Vouchers>("/v1/vouchers", { period, format: "json" }, after);
  const first = await of();
  const next = first.next ?? undefined;
  if (next === undefined) return first;
  const more = async (after: string | undefined) => {
    const found = await of(after ?? next);
    return { items: found.vouchers, next: found.next };
  };
  return { ...first, vouchers: [...first.vouchers, ...(await all(more))] };
}
