import { codes } from "./codes";
import { common, conflict, nav, session } from "./common";
import { problems } from "./problems";

export const words = { common, conflict, nav, session, codes, problems } as const;
export type Words = typeof words;
