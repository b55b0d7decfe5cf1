/** Mine, with those of their fields that were chosen. */
export function together<Fields extends object>(mine: Fields, theirs: Fields, choice: Readonly<Record<string, "mine" | "theirs">>): Fields {
  return { ...mine, ...Object.fromEntries(Object.entries(theirs).filter(([key]) => choice[key] === "theirs")) };
}
