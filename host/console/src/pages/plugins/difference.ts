import { isObject, localOf, resolved, wordOf, type Json, type Say } from "@/ui/schema";

type Step = string | number;

/** Where two configurations differ; `undefined`: it is not there. */
export interface Difference {
  steps: readonly Step[];
  before: unknown;
  after: unknown;
}

/** A difference as people read it. */
export interface Change {
  /** RFC 6901, into the later configuration; of what is gone, into the earlier. */
  pointer: string;
  /** What the schema calls the field and what it is in. */
  title: string;
  before: Side;
  after: Side;
}

export interface Side {
  text: string;
  /** Nobody has set it: the text is what holds by default, or empty. */
  unset: boolean;
}

/** Field by field: members of objects, elements of lists of objects; any other value as a whole. */
export function differences(before: unknown, after: unknown, steps: readonly Step[] = []): Difference[] {
  const members = both<Json>(before, after, {}, isObject);
  if (members !== undefined) {
    const [was, is] = members;
    const names = [...new Set([...Object.keys(is), ...Object.keys(was)])];
    if (names.length > 0) return names.flatMap((name) => differences(own(was, name), own(is, name), [...steps, name]));
  }
  const lists = both<unknown[]>(before, after, [], isList);
  if (lists?.some((list) => list.some(isObject)) === true) return elements(...lists, steps);
  return text(before) === text(after) ? [] : [{ steps, before, after }];
}

const isList = (value: unknown): value is unknown[] => Array.isArray(value);
const text = (value: unknown): string | undefined => JSON.stringify(value);
const own = (of: Json, name: string) => (Object.hasOwn(of, name) ? of[name] : undefined);

/** Both sides where both are of a kind; what is not there is the empty one. */
function both<T>(before: unknown, after: unknown, empty: T, kind: (value: unknown) => value is T): [T, T] | undefined {
  const [was, is] = [before === undefined ? empty : before, after === undefined ? empty : after];
  return kind(was) && kind(is) ? [was, is] : undefined;
}

/** What is the same at both ends is left out; what is between is compared one by one. */
function elements(was: readonly unknown[], is: readonly unknown[], steps: readonly Step[]): Difference[] {
  const shorter = Math.min(was.length, is.length);
  let head = 0;
  while (head < shorter && text(was[head]) === text(is[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && text(was.at(-1 - tail)) === text(is.at(-1 - tail))) tail += 1;
  const between = Math.max(was.length, is.length) - head - tail;
  const [gone, come] = [was.slice(head, was.length - tail), is.slice(head, is.length - tail)];
  return Array.from({ length: between }, (_, n) => differences(gone[n], come[n], [...steps, head + n])).flat();
}

interface Configured {
  schema: unknown;
  config: unknown;
}

const schemaOf = ({ schema }: Configured): Json => (isObject(schema) ? schema : {});

/** What differs, each side in the words of its own plugin's schema. */
export function changesOf(before: Configured, after: Configured, say: Say): Change[] {
  const [older, newer] = [schemaOf(before), schemaOf(after)];
  return differences(before.config, after.config).map((found) => {
    const [was, is] = [walk(older, found.steps, say), walk(newer, found.steps, say)];
    return {
      pointer: found.steps.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join(""),
      title: (is.of === undefined ? was : is).titles.join(" › "),
      before: side(found.before, was.of, older, say),
      after: side(found.after, is.of, newer, say),
    };
  });
}

interface Place {
  titles: string[];
  /** The schema of what is there. */
  of: Json | undefined;
}

function walk(root: Json, steps: readonly Step[], say: Say): Place {
  const place: Place = { titles: [], of: resolved(root, root) };
  for (const step of steps) {
    const found = place.of === undefined ? undefined : inner(place.of, step);
    place.of = isObject(found) ? resolved(found, root) : undefined;
    place.titles.push(typeof step === "number" ? `#${step + 1}` : titleOf(place.of, step, say.zh));
  }
  return place;
}

function inner(of: Json, step: Step): unknown {
  const { properties, items, additionalProperties } = of;
  if (typeof step === "number") return items;
  return isObject(properties) && Object.hasOwn(properties, step) ? properties[step] : additionalProperties;
}

function titleOf(of: Json | undefined, name: string, zh: boolean): string {
  const given = of === undefined ? undefined : (localOf(of, zh)["title"] ?? of["title"]);
  return typeof given === "string" ? given : name.replace(/_/g, " ");
}

function side(value: unknown, of: Json | undefined, root: Json, say: Say): Side {
  if (value !== undefined) return { text: shown(value, of, root, say), unset: false };
  const given = of?.["default"];
  return { text: given === undefined ? "" : say.byDefault(shown(given, of, root, say)), unset: true };
}

/** Words of the schema where it has them for a value; else the value as it is written. */
function shown(value: unknown, of: Json | undefined, root: Json, say: Say): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return JSON.stringify(value);
  const items = of?.["items"];
  const said = Array.isArray(value) && isObject(items) ? resolved(items, root) : of;
  return wordOf(value, said === undefined ? undefined : localOf(said, say.zh)["enum"], say);
}
