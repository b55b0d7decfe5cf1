/** The languages that documents and people are spoken to in, each by its own name. */
export const LOCALES = [
  { value: "zh-CN", label: "中文" },
  { value: "en", label: "English" },
] as const;

export const localeName = (locale: string): string => LOCALES.find((one) => one.value === locale)?.label ?? locale;
