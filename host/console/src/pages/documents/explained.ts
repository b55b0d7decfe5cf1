import type { Schemas } from "@/api/client";

type Tax = Pick<Schemas["TaxLine"], "lines" | "allowance" | "code">;
type Told = Pick<Schemas["Explanation"], "subject" | "args">;

/** Which part of the document a plugin speaks of; it counts from 0. */
const SUBJECT = /(?:^|\/)(lines|allowances|taxes|tax[-_]lines)\/(\d+)(?:\/|$)/;

/** What is told of the tax line at `n`: of the line or allowance that it stands on, of its code where one is named. What is told of no part is of all. */
export function explanationsOf<E extends Told>(explanations: readonly E[], tax: Tax, n: number): E[] {
  return explanations.filter(({ subject, args }) => {
    const found = SUBJECT.exec(subject);
    if (found === null) return true;
    const part = found[1] ?? "";
    const is = (index: number) => String(index) === found[2];
    if (part.startsWith("tax")) return is(n);
    const stands = part === "lines" ? tax.lines.some((line) => is(line - 1)) : is((tax.allowance ?? 0) - 1);
    const code = args["code"];
    return stands && (code === undefined || code === tax.code);
  });
}
