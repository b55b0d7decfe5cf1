import { useMemo } from "react";
import { useSessionOrNull } from "@/app/session";
import { useLanguage } from "@/i18n";
import { formatCount, formatDecimal, formatPercent, type Language } from "@/lib/amount";
import { countryName } from "@/lib/country";
import { formatDay, formatInstant, today } from "@/lib/dates";

export interface Format {
  language: Language;
  amount: (text: string) => string;
  percent: (fraction: string) => string;
  day: (day: string | null | undefined) => string;
  instant: (at: string | null | undefined) => string;
  /** By its name, with its code. */
  country: (code: string) => string;
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
    const count = (n: number) => formatCount(n, language);
    return {
      language,
      amount: (text) => formatDecimal(text, language),
      percent: (fraction) => formatPercent(fraction, language),
      day: (day) => formatDay(day, language),
      instant: (at) => formatInstant(at, language, timeZone),
      country: (country) => countryName(country, language),
      count,
      bytes: (n) => (n < 1024 ? `${n} B` : n < 1048576 ? `${count(Math.ceil(n / 1024))} kB` : n < 10737418240 ? `${count(Math.ceil(n / 1048576))} MB` : `${count(Math.floor(n / 1073741824))} GB`),
      today: now,
    };
  }, [language, timeZone, now]);
}
