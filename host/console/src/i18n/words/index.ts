import { bank, statements } from "./bank";
import { codes } from "./codes";
import { common, conflict, nav, session } from "./common";
import { customers } from "./customers";
import { allocate, documents } from "./documents";
import { ages, home } from "./home";
import { problems } from "./problems";
import { why } from "./why";

export const words = { ages, allocate, bank, codes, common, conflict, customers, documents, home, nav, problems, session, statements, why } as const;
export type Words = typeof words;
