import { codes } from "./codes";
import { common, conflict, nav, session } from "./common";
import { customers } from "./customers";
import { ages, home } from "./home";
import { problems } from "./problems";

export const words = { ages, codes, common, conflict, customers, home, nav, problems, session } as const;
export type Words = typeof words;
