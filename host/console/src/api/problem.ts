import type { components } from "./schema";

export type ProblemBody = components["schemas"]["Problem"];
export type FieldError = components["schemas"]["FieldError"];

/** A refusal of the server, as RFC 9457 has it. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly next: string;
  readonly errors: readonly FieldError[];
  readonly plugin: ProblemBody["plugin"];
  readonly requestId: string | null;
  readonly retryAfterSeconds: string | null;

  constructor(body: Partial<Omit<ProblemBody, "code">> & { code?: string }, response: Response) {
    super(body.detail ?? body.title ?? response.statusText);
    this.name = "Problem";
    this.status = response.status;
    this.code = body.code ?? `http-${response.status}`;
    this.detail = body.detail ?? "";
    this.next = body.next ?? "";
    this.errors = body.errors ?? [];
    this.plugin = body.plugin;
    this.requestId = response.headers.get("X-Request-Id");
    this.retryAfterSeconds = response.headers.get("Retry-After");
  }
}

/** The server was not reached: nothing is known of what it did, and the same key makes a repetition safe. */
export class Unreached extends Error {
  constructor(cause: unknown) {
    super("unreached", { cause });
    this.name = "Unreached";
  }
}

/** The server was reached and does not have a part of the program any more: it brings another version. */
export class Outdated extends Error {
  constructor(cause: unknown) {
    super("outdated", { cause });
    this.name = "Outdated";
  }
}

export function problemOf(error: unknown, response: Response): Problem {
  const body: unknown = typeof error === "string" ? parsed(error) : error;
  return new Problem(typeof body === "object" && body !== null ? body : {}, response);
}

/** The parts of a refusal that its whole does not say already, with the place or without it. */
export function unsaid(detail: string, errors: readonly FieldError[]): FieldError[] {
  const ways = ({ detail: why, pointer, parameter, header }: FieldError) => [why, `${pointer ?? ""}: ${why}`, `parameter ${parameter ?? ""}: ${why}`, `header ${header ?? ""}: ${why}`];
  return errors.filter((one) => !ways(one).includes(detail));
}

/** Whether it is the refusal of that code. */
export function isRefusal(error: unknown, code: string): error is Problem {
  return error instanceof Problem && error.code === code;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export type FieldPath = (string | number)[];

/** RFC 6901: `/lines/0/unit_price` → ["lines", 0, "unit_price"]. The whole document is []. */
export function pathOf(pointer: string): FieldPath {
  if (pointer === "") return [];
  return pointer
    .slice(1)
    .split("/")
    .map((step) => step.replace(/~1/g, "/").replace(/~0/g, "~"))
    .map((step) => (/^(0|[1-9]\d*)$/.test(step) ? BigInt(step) : step))
    .map((step) => (typeof step === "bigint" ? indexOf(step) : step));
}

function indexOf(step: bigint): number {
  // A place in a list, not an amount.
  return Number(step); // eslint-disable-line no-restricted-syntax
}

export interface Placed {
  /** Errors at fields that the form has. */
  fields: { name: FieldPath; errors: string[] }[];
  /** What no field of the form answers for. */
  rest: FieldError[];
}

/**
 * Puts errors to fields. `knows` says whether the form has a field of that path; of a path that is deeper than a field (`/terms/rule/days`
 * in a form with one field for terms) the field above it takes the error.
 */
export function place(errors: readonly FieldError[], knows: (path: FieldPath) => boolean): Placed {
  const placed: Placed = { fields: [], rest: [] };
  for (const error of errors) {
    const pointer = error.pointer;
    if (pointer === null || pointer === undefined) {
      placed.rest.push(error);
      continue;
    }
    let path = pathOf(pointer);
    while (path.length > 0 && !knows(path)) path = path.slice(0, -1);
    if (path.length === 0) {
      placed.rest.push(error);
      continue;
    }
    const same = placed.fields.find((f) => f.name.length === path.length && f.name.every((step, i) => step === path[i]));
    if (same === undefined) placed.fields.push({ name: path, errors: [error.detail] });
    else same.errors.push(error.detail);
  }
  return placed;
}

const below = (error: FieldError, pointer: string) => error.pointer === pointer || error.pointer?.startsWith(`${pointer}/`) === true;

/** What is refused of that part of the body. */
export const refusedAt = (error: unknown, pointer: string): readonly FieldError[] => (error instanceof Problem ? error.errors.filter((one) => below(one, pointer)) : []);

/** What is refused of none of those parts. */
export const refusedElsewhere = (error: unknown, pointers: readonly string[]): readonly FieldError[] => (error instanceof Problem ? error.errors.filter((one) => !pointers.some((pointer) => below(one, pointer))) : []);
