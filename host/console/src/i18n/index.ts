import i18next from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import type { Language } from "@/lib/amount";
import { learn } from "./said";
import { words, type Words } from "./words";

type Side<T> = T extends readonly [string, string] ? string : { [K in keyof T]: Side<T[K]> };

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: Side<Words> };
  }
}

type Tree = { readonly [key: string]: readonly [string, string] | Tree };

function side(tree: Tree, of: 0 | 1): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [key, isPair(value) ? value[of] : side(value, of)]),
  );
}

function isPair(value: readonly [string, string] | Tree): value is readonly [string, string] {
  return Array.isArray(value);
}

const KEPT = "zhangben.language";

function kept(): Language | null {
  const found = localStorage.getItem(KEPT);
  return found === "zh-CN" || found === "en" ? found : null;
}

function initialLanguage(): Language {
  return kept() ?? (navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en");
}

/** Where nobody has chosen, the company's. */
export function suggestLanguage(locale: string): void {
  if (kept() === null) void speak(locale.startsWith("zh") ? "zh-CN" : "en");
}

export function chooseLanguage(language: Language): void {
  localStorage.setItem(KEPT, language);
  void speak(language);
}

/** What was refused is said anew at once, so its words are there first; without them it stays English: no reason not to switch. */
async function speak(language: Language): Promise<void> {
  if (language !== "en") await learn().catch(() => undefined);
  await i18next.changeLanguage(language);
}

export function start(): void {
  i18next.on("languageChanged", (now) => {
    document.documentElement.lang = now;
    // Without it refusals say in English what they say beside our words: no reason to stop.
    if (now !== "en") learn().catch(() => undefined);
  });
  void i18next.use(initReactI18next).init({
    lng: initialLanguage(),
    fallbackLng: false,
    interpolation: { escapeValue: false },
    resources: { "zh-CN": { translation: side(words, 0) }, en: { translation: side(words, 1) } },
    initAsync: false,
  });
}

export function useLanguage(): Language {
  const { i18n } = useTranslation();
  return i18n.language === "en" ? "en" : "zh-CN";
}
