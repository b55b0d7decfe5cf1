import { useMemo } from "react";
import { useSessionOrNull } from "@/app/session";
import { useLanguage } from "@/i18n";
import { formatDecimal, formatPercent, type Language } from "@/lib/amount";
import { formatDay, formatInstant, today } from "@/lib/dates";

export interface Format {
  language: Language;
  amount: (text: string) => string;
  percent: (fraction: string) => string;
  day: (day: string | null | undefined) => string;
  instant: (at: string | null | undefined) => string;
  count: (n: number) => string;
  bytes: (n: number) => string;
  /** Today where the company is; a demo's clock is the server's. */
  today: string;
}

export function useFormat(): Format {
  const language = useLanguage();
  const company = useSessionOrNull()?.company;
  const timeZone = company?.time_zone ?? "Asia/Shanghai";
  const now = company?.today ?? today(timeZone);
  return useMemo(() => {
    const whole = new Intl.NumberFormat(language);
    return {
      language,
      amount: (text) => formatDecimal(text, language),
      percent: (fraction) => formatPercent(fraction, language),
      day: (day) => formatDay(day, language),
      instant: (at) => formatInstant(at, language, timeZone),
      count: (n) => whole.format(n),
      bytes: (n) => (n < 1024 ? `${n} B` : n < 1048576 ? `${whole.format(Math.ceil(n / 1024))} kB` : `${whole.format(Math.ceil(n / 1048576))} MB`),
      today: now,
    };
  }, [language, timeZone, now]);
}
