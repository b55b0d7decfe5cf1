import { connection } from "@/api/connection";
import { Outdated } from "@/api/problem";

const PAUSE_MS = 4000;

async function reaches(): Promise<boolean> {
  return fetch("/healthz", { cache: "no-store" }).then(
    () => true,
    () => false,
  );
}

/**
 * A part of the program that comes over the wire when it is needed first. While the server is not reached it is asked for again, as everything else is, and the banner says so meanwhile; a server that is reached and does
 * not have it brings another version by now.
 */
export async function fetched<T>(load: () => Promise<T>, isThere: () => Promise<boolean> = reaches): Promise<T> {
  for (let missed = false; ; missed = true) {
    try {
      const part = await load();
      if (missed) connection.reached();
      return part;
    } catch (error) {
      if (await isThere()) {
        connection.reached();
        throw new Outdated(error);
      }
      connection.missed();
      await connection.pause(PAUSE_MS);
    }
  }
}
