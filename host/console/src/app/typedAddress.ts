/**
 * An address that somebody types, or that a page's own script sets, goes past the router's blocker, which knows only the history that the
 * router made. It has to be heard before the router hears it, and a window tells its listeners in the order in which they came: this
 * module is read before the router is made.
 */

/** Whether to stay: asked with the address after the `#`. */
type Ask = (to: string) => boolean;

let ask: Ask | null = null;
let here: { state: unknown; href: string } | null = null;

/** From now on typed addresses are asked about; answers how to end that. */
export function watchTyped(now: Ask): () => void {
  ask = now;
  here = { state: window.history.state as unknown, href: location.href };
  return () => {
    if (ask === now) ask = null;
  };
}

const ownEntry = (state: unknown) => typeof state === "object" && state !== null && "idx" in state && typeof state.idx === "number";
export const pathIn = (address: string): string => address.split("?")[0] ?? "";

function heard(event: PopStateEvent): void {
  if (ask === null || here === null) return;
  // Between two entries of its own the router can block; from one that was typed it cannot.
  if (ownEntry(event.state) && ownEntry(here.state)) return;
  const to = location.hash.slice(1);
  if (pathIn(to) === pathIn(new URL(here.href).hash.slice(1)) || !ask(to === "" ? "/" : to)) return;
  event.stopImmediatePropagation();
  window.history.pushState(here.state, "", here.href);
}

if (typeof window !== "undefined") window.addEventListener("popstate", heard);
