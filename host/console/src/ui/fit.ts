import { useLayoutEffect, useRef, type RefObject } from "react";

/** How a table is set whose rows are wider than its place: closer, smaller, at last with its texts broken anywhere. Its figures stay whole. */
const WAYS = ["", "tight", "tighter", "tightest"];

/** Chooses the first way that a table fits its place, again whenever one of the two changes its size. */
export function useFit(): RefObject<HTMLDivElement | null> {
  const place = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const at = place.current;
    if (at === null) return;
    const fit = () => {
      for (const way of WAYS) {
        at.dataset["fit"] = way;
        if (at.scrollWidth <= at.clientWidth) return;
      }
    };
    fit();
    let frame = 0;
    // In a frame of its own: what changes sizes while they are told is told of late.
    const watch = new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(fit);
    });
    watch.observe(at);
    if (at.firstElementChild !== null) watch.observe(at.firstElementChild);
    return () => {
      cancelAnimationFrame(frame);
      watch.disconnect();
    };
  });
  return place;
}
