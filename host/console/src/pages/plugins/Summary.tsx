import { useLanguage } from "@/i18n";
import { words } from "@/i18n/words";

/** What a plugin does: of those that come with the host in the person's language, of others as their author says it. */
export function Summary({ of }: { of: { name: string; summary: string; builtin: boolean } }) {
  const language = useLanguage();
  const known: Readonly<Record<string, readonly [string, string]>> = words.plugins.summaryOf;
  const own = of.builtin ? known[of.name] : undefined;
  return own === undefined ? <span lang="en">{of.summary}</span> : <span>{own[language === "en" ? 1 : 0]}</span>;
}
