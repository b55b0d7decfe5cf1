import type { Schemas } from "@/api/client";

/** What became of an item that went over: what is not open any more, or not all of it, was paid or used. */
export function fateOf(item: Pick<Schemas["CurrentItem"], "open" | "original"> | undefined): "untouched" | "used" {
  return item !== undefined && item.open.amount === item.original.amount ? "untouched" : "used";
}
