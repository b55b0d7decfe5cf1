import type { ChartLine } from "@/api/shapes";

/** What a form has of a line. */
export interface AssignFields {
  role: string;
  part?: string;
  valid_from?: string;
  account: string;
  name_zh?: string;
  name_en?: string;
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
