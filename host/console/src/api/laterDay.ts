import { isRefusal, type Problem } from "./problem";

/** Does what has a day of its own; where that is locked, on the day that is named for it then. Where none is named, the refusal stands. */
export async function onLaterDay<Made>(ask: (refusal: Problem) => Promise<string | undefined>, key: string, tried: (day: string | undefined, key: string) => Promise<Made>): Promise<Made> {
  try {
    return await tried(undefined, key);
  } catch (error) {
    if (!isRefusal(error, "period-locked")) throw error;
    const day = await ask(error);
    if (day === undefined) throw error;
    // another request than the one that was refused: a key of its own
    return tried(day, `${key}-${day}`);
  }
}
