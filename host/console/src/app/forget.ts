/** What is kept beside the queries of a person's session, by who keeps it: gone when another one comes. */
const kept = new Set<() => void>();

export function onForget(forget: () => void): void {
  kept.add(forget);
}

export function forgetAll(): void {
  for (const forget of kept) forget();
}

let unsaved = 0;

/** Something is filled in until the answer is called. */
export function holdUnsaved(): () => void {
  unsaved += 1;
  return () => {
    unsaved -= 1;
  };
}

export const isUnsaved = (): boolean => unsaved > 0;
