/**
 * A plugin's schema as a form reads best. A property is called by its title, without one by its name with blanks; what holds where
 * nothing is chosen stands in the description. In Chinese what the schema says in `x-zh` goes before: `title`, `description`, and `enum`
 * with a word for each value. Validation goes by the schema as it is: only annotations differ.
 */
export type Json = Record<string, unknown>;

export interface Say {
  zh: boolean;
  /** Said of what holds by default. */
  byDefault: (value: string) => string;
  yes: string;
  no: string;
}

export function readable(schema: Json, say: Say): Json {
  const local = localOf(schema, say.zh);
  const out: Json = { ...schema };
  for (const part of ["title", "description"]) if (typeof local[part] === "string") out[part] = local[part];
  const properties = schema["properties"];
  if (isObject(properties)) out["properties"] = Object.fromEntries(Object.entries(properties).map(([name, of]) => [name, isObject(of) ? member(name, of, say) : of]));
  const items = schema["items"];
  if (isObject(items)) out["items"] = readable(items, say);
  const definitions = schema["$defs"];
  if (isObject(definitions)) out["$defs"] = Object.fromEntries(Object.entries(definitions).map(([name, of]) => [name, isObject(of) ? readable(of, say) : of]));
  return out;
}

function member(name: string, of: Json, say: Say): Json {
  const inner = readable(of, say);
  const value = wordOf(of["default"], localOf(of, say.zh)["enum"], say);
  const told = [inner["description"], value === "" ? "" : say.byDefault(value)];
  const description = told.filter((part) => typeof part === "string" && part !== "").join(" ");
  return { ...inner, title: inner["title"] ?? name.replace(/_/g, " "), ...(description === "" ? {} : { description }) };
}

export function wordOf(value: unknown, words: unknown, say: Say): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "boolean") return value ? say.yes : say.no;
  if (Array.isArray(value)) return value.map((one: unknown) => wordOf(one, words, say)).join(", ");
  if (typeof value !== "string") return JSON.stringify(value);
  const word = isObject(words) ? words[value] : undefined;
  return typeof word === "string" ? word : value;
}

/** How the form shows values that the schema has words for, as @rjsf reads it. */
export function wordsOf(schema: Json, zh: boolean, root: Json = schema, depth = 0): Json {
  const of = resolved(schema, root);
  const out: Json = {};
  if (depth > DEPTH_MAX) return out;
  const [values, words] = [of["enum"], localOf(of, zh)["enum"]];
  if (Array.isArray(values) && isObject(words)) out["ui:enumNames"] = values.map((value: unknown) => (typeof value === "string" ? (words[value] ?? value) : value));
  const put = (name: string, inner: unknown) => {
    const found = isObject(inner) ? wordsOf(inner, zh, root, depth + 1) : {};
    if (Object.keys(found).length > 0) out[name] = found;
  };
  if (isObject(of["properties"])) for (const [name, inner] of Object.entries(of["properties"])) put(name, inner);
  put("items", of["items"]);
  return out;
}

/**
 * What holds where nothing is chosen, drawn as if it were chosen: switches, choices and lists. A text or a number stays empty, or nobody
 * could empty it: its default is told beside it.
 */
export function drawn(schema: Json, value: unknown, root: Json = schema, depth = 0): unknown {
  const of = resolved(schema, root);
  const { properties, items } = of;
  if (depth > DEPTH_MAX) return value;
  if (isObject(properties) && (value === undefined || isObject(value))) {
    const out: Json = { ...value };
    for (const [name, inner] of Object.entries(properties)) {
      const shown = isObject(inner) ? drawn(inner, out[name], root, depth + 1) : undefined;
      if (shown !== undefined) out[name] = shown;
    }
    // What is there only in part would be wrong; the whole of it is the person's to fill in.
    const whole = Object.keys(out).length > 0 && required(of).every((name) => out[name] !== undefined);
    return value === undefined && !whole ? undefined : out;
  }
  if (Array.isArray(value)) return isObject(items) ? value.map((one: unknown) => drawn(items, one, root, depth + 1)) : value;
  if (value !== undefined) return value;
  const given = of["default"];
  return typeof given === "boolean" || Array.isArray(given) || Array.isArray(of["enum"]) ? given : undefined;
}

/** Of what is drawn what differs from what holds anyway: that alone is written. */
export function written(schema: Json, shown: unknown, root: Json = schema, depth = 0): unknown {
  const of = resolved(schema, root);
  const { properties, items } = of;
  if (Array.isArray(shown)) return isObject(items) && depth <= DEPTH_MAX ? shown.map((one: unknown) => written(items, one, root, depth + 1)) : shown;
  if (!isObject(shown) || !isObject(properties) || depth > DEPTH_MAX) return shown;
  const must = required(of);
  const kept = Object.entries(shown).flatMap(([name, value]): [string, unknown][] => {
    const inner = properties[name];
    if (value === undefined) return [];
    if (!isObject(inner) || must.includes(name)) return [[name, isObject(inner) ? written(inner, value, root, depth + 1) : value]];
    if (JSON.stringify(value) === JSON.stringify(drawn(inner, undefined, root, depth + 1))) return [];
    const rest = written(inner, value, root, depth + 1);
    return isObject(rest) && Object.keys(rest).length === 0 ? [] : [[name, rest]];
  });
  return Object.fromEntries(kept);
}

/** A schema may refer to itself. */
const DEPTH_MAX = 8;

/** With what its `$ref` names. */
export function resolved(schema: Json, root: Json): Json {
  const ref = schema["$ref"];
  const definitions = root["$defs"];
  if (typeof ref !== "string" || !ref.startsWith("#/$defs/") || !isObject(definitions)) return schema;
  const named = definitions[ref.slice("#/$defs/".length)];
  return isObject(named) ? { ...named, ...schema } : schema;
}

const required = (of: Json): string[] => (Array.isArray(of["required"]) ? of["required"].filter((name): name is string => typeof name === "string") : []);

export function localOf(schema: Json, zh: boolean): Json {
  const local = schema["x-zh"];
  return zh && isObject(local) ? local : {};
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
