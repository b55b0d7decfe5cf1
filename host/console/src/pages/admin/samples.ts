import { SAMPLE_METHODS, type SampleMethod } from "@/api/shapes";

/** What stands in the address of a sample: it can be sent to whoever draws it again. */
export interface Asked {
  from?: string | undefined;
  to?: string | undefined;
  kind?: string | undefined;
  method?: string | undefined;
  seed?: string | undefined;
  size?: string | undefined;
  known_at?: string | undefined;
}

export interface Query {
  from: string;
  to: string;
  kind?: string;
  method: SampleMethod;
  seed: string;
  size: number;
  known_at?: number;
}

const whole = (text: string | undefined): number | undefined => (text !== undefined && /^(0|[1-9]\d{0,14})$/.test(text) ? (JSON.parse(text) as number) : undefined);

/** The query, where the address says enough for one. */
export function queryOf(asked: Asked): Query | null {
  const { from, to, seed, kind } = asked;
  const size = whole(asked.size);
  if (from === undefined || to === undefined || seed === undefined || size === undefined) return null;
  const at = whole(asked.known_at);
  return {
    from,
    to,
    ...(kind === undefined ? {} : { kind }),
    method: SAMPLE_METHODS.find((method) => method === asked.method) ?? "hash",
    seed,
    size,
    ...(at === undefined ? {} : { known_at: at }),
  };
}

/** The address of the package of what was drawn: at its position, so that it is the same sample. */
export function packageOf(query: Query, knownAt: number): string {
  const text = Object.fromEntries(Object.entries({ ...query, known_at: knownAt, format: "zip" }).map(([name, value]) => [name, String(value)]));
  return `/v1/audit/sample?${new URLSearchParams(text).toString()}`;
}

/** 128 bits that nobody chose. */
export function freshSeed(fill: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes)): string {
  return [...fill(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
