import { useCallback, useEffect, useMemo, useRef } from "react";
import { useSearchParams } from "react-router";

/** Filters stand in the address: a filtered list can be sent to a colleague, and *back* finds it again. */
export function useFilters<K extends string>(names: readonly K[]) {
  const [params, setParams] = useSearchParams();
  const timers = useRef(new Map<K, ReturnType<typeof setTimeout>>());
  useEffect(() => {
    const all = timers.current;
    return () => all.forEach(clearTimeout);
  }, []);
  const values = useMemo(
    () => Object.fromEntries(names.map((name) => [name, params.get(name) ?? undefined])) as Partial<Record<K, string>>,
    // The names of a page do not change.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [params],
  );
  /** A little later than typed: a request a word, not a letter. */
  const set = useCallback(
    (name: K, value: string | undefined) => {
      clearTimeout(timers.current.get(name));
      timers.current.set(
        name,
        setTimeout(() => {
          setParams(
            (before) => {
              const next = new URLSearchParams(before);
              if (value === undefined || value === "") next.delete(name);
              else next.set(name, value);
              return next;
            },
            { replace: true },
          );
        }, 250),
      );
    },
    [setParams],
  );
  const reset = useCallback(() => {
    timers.current.forEach(clearTimeout);
    setParams({}, { replace: true });
  }, [setParams]);
  return { values, set, reset, used: names.some((name) => params.has(name)) };
}
