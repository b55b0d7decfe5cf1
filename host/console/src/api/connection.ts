/** Whether the server is reached, for the banner; and what waits for it. */

type Listener = () => void;

let lost = false;
const listeners = new Set<Listener>();
let waiting: (() => void)[] = [];

export const connection = {
  subscribe(listener: Listener): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  isLost: (): boolean => lost,
  reached(): void {
    set(false);
  },
  missed(): void {
    set(true);
  },
  /** After so many milliseconds, or at once when a person asks or the network comes back. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, ms);
      function done() {
        clearTimeout(timer);
        waiting = waiting.filter((w) => w !== done);
        resolve();
      }
      waiting.push(done);
    });
  },
  now(): void {
    for (const go of [...waiting]) go();
    if (lost) probe();
  },
};

const LOOK_MS = 5_000;
let looking: ReturnType<typeof setInterval> | undefined;

/** Whether the server is there again, though nobody asks it for anything. */
function probe(): void {
  fetch("/healthz", { cache: "no-store" }).then(
    () => connection.reached(),
    () => undefined,
  );
}

function set(value: boolean) {
  if (lost === value) return;
  lost = value;
  clearInterval(looking);
  if (lost) looking = setInterval(probe, LOOK_MS);
  for (const listener of listeners) listener();
}

if (typeof window !== "undefined") {
  window.addEventListener("online", () => connection.now());
}
