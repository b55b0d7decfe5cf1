import { admin, setup } from "./admin";
import { bank, statements } from "./bank";
import { bills } from "./bills";
import { books } from "./books";
import { close } from "./close";
import { codes } from "./codes";
import { common, conflict, nav, session } from "./common";
import { customers } from "./customers";
import { allocate, documents } from "./documents";
import { ages, home } from "./home";
import { plugins } from "./plugins";
import { problems } from "./problems";
import { reports } from "./reports";
import { why } from "./why";

export const words = { admin, ages, allocate, bank, bills, books, close, codes, common, conflict, customers, documents, home, nav, plugins, problems, reports, session, setup, statements, why } as const;
export type Words = typeof words;
