/** The workbench as it stands in the address: which state, which lines of it, and the one that is worked on. */
export const STATES = ["open", "proposed", "posted", "ignored"] as const;
export type State = (typeof STATES)[number];

/** What narrows the lines. */
export const NARROWED = ["account", "customer", "from", "to"] as const;
export type Narrowed = (typeof NARROWED)[number];
export type Narrow = Partial<Record<Narrowed, string>>;

export const stateIn = (params: URLSearchParams): State => STATES.find((state) => state === params.get("status")) ?? "open";

export function narrowIn(params: URLSearchParams): Narrow {
  const narrow: Narrow = {};
  for (const name of NARROWED) {
    const value = params.get(name);
    if (value !== null && value !== "") narrow[name] = value;
  }
  return narrow;
}

/** The line that is worked on, as the address said it last, and what was written there since: `undefined` where nothing was. */
export interface Followed {
  said: string | null;
  written: string | null | undefined;
  chosen: string | null;
}

/** The address says another line: that is worked on, unless it is what was written there, which she may have left again meanwhile. */
export function follow(now: Followed, said: string | null): Followed {
  return { said, written: undefined, chosen: said === now.written ? now.chosen : said };
}

function changed(params: URLSearchParams, values: Readonly<Record<string, string | null | undefined>>): URLSearchParams {
  const next = new URLSearchParams(params);
  for (const [name, value] of Object.entries(values)) {
    if (value === null || value === undefined || value === "") next.delete(name);
    else next.set(name, value);
  }
  return next;
}

export const withLine = (params: URLSearchParams, line: string | null) => changed(params, { line });

/** Of another state, with what narrows it; the line that was worked on is not of it. */
export const withState = (params: URLSearchParams, state: State) => changed(params, { status: state === "open" ? null : state, line: null });

/** Narrowed otherwise: the line that was worked on may not be there any more, so the first is begun with. */
export const withNarrow = (params: URLSearchParams, narrow: Readonly<Partial<Record<Narrowed, string | undefined>>>) => changed(params, { ...narrow, line: null });

export const withAll = (params: URLSearchParams) => withNarrow(params, { account: undefined, customer: undefined, from: undefined, to: undefined });
