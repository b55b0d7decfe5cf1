import { useEffect, useState } from "react";

const QUIET_MS = 300_000;
const SIGNS = ["pointerdown", "pointermove", "keydown", "wheel"] as const;

/** How often to ask again while somebody is there; `false` once nothing has moved for minutes: a page left open lets its session end. */
export function useWhileHere(ms: number): number | false {
  const [here, setHere] = useState(true);
  useEffect(() => {
    const gone = () => setHere(false);
    let timer = setTimeout(gone, QUIET_MS);
    const seen = () => {
      clearTimeout(timer);
      timer = setTimeout(gone, QUIET_MS);
      setHere(true);
    };
    for (const sign of SIGNS) window.addEventListener(sign, seen, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const sign of SIGNS) window.removeEventListener(sign, seen);
    };
  }, []);
  return here ? ms : false;
}
