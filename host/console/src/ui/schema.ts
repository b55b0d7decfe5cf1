/**
 * A plugin's schema as a form reads best: a property without a title is called by its name with blanks, and what holds where nothing is
 * chosen stands in the description. Validation goes by the schema as it is; only annotations differ.
 */
export function readable(schema: Record<string, unknown>, defaultWords: (value: string) => string): Record<string, unknown> {
  const out: Record<string, unknown> = { ...schema };
  const properties = schema["properties"];
  if (isObject(properties)) {
    out["properties"] = Object.fromEntries(
      Object.entries(properties).map(([name, of]) => {
        if (!isObject(of)) return [name, of];
        const inner = readable(of, defaultWords);
        const told = "default" in of ? [inner["description"], defaultWords(JSON.stringify(of["default"]).replace(/^"|"$/g, ""))] : [inner["description"]];
        const description = told.filter((part) => typeof part === "string" && part !== "").join(" ");
        return [name, { ...inner, title: inner["title"] ?? name.replace(/_/g, " "), ...(description === "" ? {} : { description }) }];
      }),
    );
  }
  const items = schema["items"];
  if (isObject(items)) out["items"] = readable(items, defaultWords);
  const definitions = schema["$defs"];
  if (isObject(definitions)) out["$defs"] = Object.fromEntries(Object.entries(definitions).map(([name, of]) => [name, isObject(of) ? readable(of, defaultWords) : of]));
  return out;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
