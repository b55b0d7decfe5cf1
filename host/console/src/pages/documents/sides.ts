/** A field of two versions, each said in one line. */
export interface SaidSide {
  key: string;
  mine: string;
  theirs: string;
}

type Body = Readonly<Record<string, unknown>>;

/** In which order members stand, wherever they are met first: the form's own before the server's. */
function ranks(versions: readonly unknown[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === "object" && value !== null)
      for (const [key, inside] of Object.entries(value)) {
        if (!found.has(key)) found.set(key, found.size);
        walk(inside);
      }
  };
  versions.forEach(walk);
  return found;
}

/** The fields that differ; the parts of a line stand in the same order on both sides. */
export function sidesOf(mine: Body, theirs: Body, amount: (text: string) => string): SaidSide[] {
  const rank = ranks([mine, theirs]);
  const said = (value: unknown): string => {
    if (value === null || value === undefined) return "";
    if (typeof value === "string") return amount(value);
    if (Array.isArray(value)) return value.map(said).join("; ");
    if (typeof value !== "object") return JSON.stringify(value);
    const parts = Object.entries(value).sort(([a], [b]) => (rank.get(a) ?? 0) - (rank.get(b) ?? 0));
    return parts.map(([, part]) => said(part)).filter(Boolean).join(" · ");
  };
  return [...new Set([...Object.keys(mine), ...Object.keys(theirs)])].map((key) => ({ key, mine: said(mine[key]), theirs: said(theirs[key]) })).filter((side) => side.mine !== side.theirs);
}
