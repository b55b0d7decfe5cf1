import type { Schemas } from "@/api/client";
import { NATURES } from "./body";

type Line = Pick<Schemas["InvoiceLine"], "nature" | "parent" | "original_line" | "supply">;

export type Note = { is: "nature"; of: (typeof NATURES)[number] } | { is: "parent" | "original"; of: number } | { is: "service" };

/** What a line is beyond a plain sale of goods, and which other line it is of. */
export function notesOf({ nature, parent, original_line: original, supply }: Line): Note[] {
  const kind = NATURES.find((one) => one === nature && one !== "normal");
  return [
    ...(kind === undefined ? [] : [{ is: "nature", of: kind } as const]),
    ...(typeof parent === "number" ? [{ is: "parent", of: parent } as const] : []),
    ...(typeof original === "number" ? [{ is: "original", of: original } as const] : []),
    ...(supply === "service" ? [{ is: "service" } as const] : []),
  ];
}
