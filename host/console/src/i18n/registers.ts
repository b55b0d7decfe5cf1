import { bankDetails } from "./words/bankDetails";
import { bills } from "./words/bills";
import { books } from "./words/books";
import { codes } from "./words/codes";
import { taxInvoices } from "./words/deliveries";
import { disputes } from "./words/disputes";
import { merges } from "./words/merges";

type Register = Readonly<Record<string, readonly [string, string]>>;

/** What lists are narrowed by, in the words of the filters' own options. */
const REGISTERS: readonly Register[] = [
  codes.documentKind,
  codes.documentStatus,
  codes.lineStatus,
  codes.proposalStatus,
  codes.confidence,
  codes.statementStatus,
  codes.jobStatus,
  codes.jobKind,
  codes.importKind,
  codes.importStatus,
  codes.bindingStatus,
  codes.slot,
  bankDetails.stateOf,
  bills.stateOf,
  books.classOf,
  disputes.stateOf,
  merges.stateOf,
  taxInvoices.kindOf,
  taxInvoices.statusOf,
];

const OPTIONS = /(?<=^(?:parameter \w+: )?".*" is not one of )[a-z-]+(?:, [a-z-]+)+$/s;

/** What may stand at a filter, of which the server lists the codes: their words, where they are those of one register. */
export function withOptions(detail: string, language: "zh-CN" | "en"): string {
  return detail.replace(OPTIONS, (list) => {
    const asked = list.split(", ");
    const [register] = REGISTERS.filter((one) => asked.every((code) => code in one)).sort((a, b) => Object.keys(a).length - Object.keys(b).length);
    return register === undefined ? list : asked.map((code) => register[code]?.[language === "en" ? 1 : 0] ?? code).join(language === "en" ? ", " : "、");
  });
}
