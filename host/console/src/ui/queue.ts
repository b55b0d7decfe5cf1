import { useState } from "react";

interface Row {
  id: string;
}
export interface Stand<T> {
  row: T;
  place: number;
}

/**
 * Where she stands after the queue has changed: at her row wherever it is now. One that somebody else dealt with stays until she moves on; one that
 * she decided herself, once it is gone, gives way to what took its place. `null`: nothing is left.
 */
export function standing<T extends Row>(rows: readonly T[], stand: Stand<T> | null, decided: string | null): Stand<T> | null {
  const found = stand === null ? -1 : rows.findIndex((row) => row.id === stand.row.id);
  if (stand !== null && found >= 0) return found === stand.place ? stand : { row: stand.row, place: found };
  if (stand !== null && decided !== stand.row.id) return stand;
  const place = Math.max(0, Math.min(stand?.place ?? 0, rows.length - 1));
  const row = rows[place];
  return row === undefined ? null : { row, place };
}

/** A queue that others work through as well: she stands at a row, not at a place, so that a key never hits what slid under it. */
export function useQueue<T extends Row>(rows: readonly T[]) {
  const [kept, setKept] = useState<Stand<T> | null>(null);
  const [decided, setDecided] = useState<string | null>(null);
  const stand = standing(rows, kept, decided);
  if (stand !== kept) setKept(stand);
  const now = rows.find((row) => row.id === stand?.row.id);
  return {
    row: now ?? stand?.row,
    at: Math.min(stand?.place ?? 0, Math.max(0, rows.length - 1)),
    /** Another dealt with it: what is shown is not in the queue any more. */
    gone: stand !== null && now === undefined,
    move: (to: number) => {
      const place = Math.max(0, Math.min(rows.length - 1, to));
      const row = rows[place];
      setKept(row === undefined ? null : { row, place });
    },
    decided: setDecided,
    restart: () => setKept(null),
  };
}
