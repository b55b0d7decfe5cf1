/** What a window, a bookmark and a reader call a page: its parts, each of them once. */
export function titleOf(...parts: string[]): string {
  return parts.filter((part, n) => part !== "" && parts.indexOf(part) === n).join(" · ");
}
