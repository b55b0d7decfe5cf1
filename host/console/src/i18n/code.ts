import { useTranslation } from "react-i18next";
import { words } from "./words";
import type { CodeGroup } from "./words/codes";

/** The word for a code of a register, or the code itself where we have none: registers are open. */
export function useCode(): (group: CodeGroup, code: string | null | undefined) => string {
  const { i18n } = useTranslation();
  const of = i18n.language === "en" ? 1 : 0;
  return (group, code) => {
    if (code === null || code === undefined) return "";
    const register: Readonly<Record<string, readonly [string, string]>> = words.codes[group];
    return register[code]?.[of] ?? code;
  };
}

export function useProblemWords(): (code: string) => { title: string; next: string } | null {
  const { i18n } = useTranslation();
  const of = i18n.language === "en" ? 1 : 0;
  return (code) => {
    const register: Readonly<Record<string, { title: readonly [string, string]; next: readonly [string, string] }>> = words.problems;
    const found = register[code];
    return found === undefined ? null : { title: found.title[of], next: found.next[of] };
  };
}
