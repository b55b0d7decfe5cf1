import { admin, setup } from "./admin";
import { bank, statements } from "./bank";
import { bills } from "./bills";
import { books } from "./books";
import { close } from "./close";
import { codes } from "./codes";
import { common, conflict, nav, session } from "./common";
import { customers } from "./customers";
import { deliveries, taxInvoices } from "./deliveries";
import { allocate, documents } from "./documents";
import { ages, home } from "./home";
import { plugins } from "./plugins";
import { problems } from "./problems";
import { reports } from "./reports";
import { clearing, suspense } from "./suspense";
import { why } from "./why";

export const words = { admin, ages, allocate, bank, bills, books, clearing, close, codes, common, conflict, customers, deliveries, documents, home, nav, plugins, problems, reports, session, setup, statements, suspense, taxInvoices, why } as const;
export type Words = typeof words;
