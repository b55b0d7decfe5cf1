import type { Schemas } from "@/api/client";
import type { ChartLine } from "@/api/shapes";
import { filled } from "@/lib/filled";

export const CLASSES = ["assets", "liabilities", "equity", "income", "expenses"] as const;
export const isClass = (code: string): code is (typeof CLASSES)[number] => CLASSES.some((known) => known === code);

/** What the chart says in place of a role of an account of the company's own. */
export const OWN = "own";

/** What a form has of a line. */
export interface AssignFields {
  role: string;
  part?: string;
  valid_from?: string;
  account: string;
  name_zh?: string;
  name_en?: string;
}

/** What a form has of an account of the company's own. */
export interface OwnFields {
  account: string;
  name_zh?: string;
  name_en?: string;
  class?: (typeof CLASSES)[number];
}

/** The names that were given. */
export function namesOf(fields: { name_zh?: string; name_en?: string }): Pick<Schemas["ChartLineBody"], "name_zh" | "name_en"> {
  const zh = filled(fields.name_zh);
  const en = filled(fields.name_en);
  return { ...(zh === undefined ? {} : { name_zh: zh }), ...(en === undefined ? {} : { name_en: en }) };
}

/** Blanks are left out: one name is enough, and the number tells the class. */
export function ownBody(fields: OwnFields): Schemas["ChartLineBody"] {
  return {
    role: OWN,
    account: fields.account.trim(),
    ...namesOf(fields),
    ...(fields.class === undefined ? {} : { class: fields.class }),
  };
}

/** What a form of an account of the company's own begins with. */
export const ownFields = ({ account, name_zh, name_en, class: kind }: ChartLine): OwnFields => ({ account, name_zh, name_en, ...(isClass(kind) ? { class: kind } : {}) });

/** Their side of it: the account of the same number; a chart without has nothing against it. */
export function theirsOfOwn(lines: readonly ChartLine[], mine: OwnFields): OwnFields {
  const line = lines.find((one) => one.role === OWN && one.account === mine.account.trim());
  return line === undefined ? mine : ownFields(line);
}

const since = (line: { valid_from?: string | null }) => line.valid_from ?? "";

/** The line that holds now of what is being assigned: of its part on its day, else of the whole role. */
export function lineOf(lines: readonly ChartLine[], { role, part = "", valid_from: from = "" }: AssignFields): ChartLine | undefined {
  const of = (wanted: string) =>
    lines
      .filter((line) => line.role === role && (line.part ?? "") === wanted && since(line) <= from)
      .sort((a, b) => (since(a) < since(b) ? -1 : 1))
      .at(-1);
  return of(part.trim()) ?? (part.trim() === "" ? undefined : of(""));
}

/** Their side of an assignment: what the chart says now of its account; a chart that says nothing of it has nothing against it. */
export function theirsOf(lines: readonly ChartLine[], mine: AssignFields): AssignFields {
  const line = lineOf(lines, mine);
  return line === undefined ? mine : { ...mine, account: line.account, name_zh: line.name_zh, name_en: line.name_en };
}

/** Lines that were not there, or not so. */
export function changedLines(before: readonly ChartLine[], now: readonly ChartLine[]): ChartLine[] {
  const text = (line: ChartLine) => JSON.stringify([line.role, line.part ?? "", since(line), line.account, line.name_zh, line.name_en]);
  const known = new Set(before.map(text));
  return now.filter((line) => !known.has(text(line)));
}
