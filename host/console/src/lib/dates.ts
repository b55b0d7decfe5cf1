import type { Language } from "./amount";

/** Days are `YYYY-MM-DD` text and belong to no time zone; instants are shown in the company's. */

const days = new Map<Language, Intl.DateTimeFormat>();

export function formatDay(day: string | null | undefined, language: Language): string {
  if (day === null || day === undefined) return "";
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (match === null) return day;
  let format = days.get(language);
  if (format === undefined) {
    format =
      language === "en"
        ? new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short", year: "numeric", timeZone: "UTC" })
        : new Intl.DateTimeFormat("zh-CN", { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" });
    days.set(language, format);
  }
  return format.format(new Date(`${day}T00:00:00Z`));
}

const instants = new Map<string, Intl.DateTimeFormat>();

export function formatInstant(instant: string | null | undefined, language: Language, timeZone: string): string {
  if (instant === null || instant === undefined) return "";
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return instant;
  const key = `${language} ${timeZone}`;
  let format = instants.get(key);
  if (format === undefined) {
    // The day as `formatDay` has it.
    format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : "zh-CN", {
      day: "2-digit",
      month: language === "en" ? "short" : "2-digit",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZone,
    });
    instants.set(key, format);
  }
  return format.format(at);
}

/** Today where the company is. */
export function today(timeZone: string, now: Date = new Date()): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).format(now);
}

export function firstOfMonth(day: string): string {
  return `${day.slice(0, 8)}01`;
}

const pad = (n: number) => String(n).padStart(2, "0");

function utc(day: string): Date {
  return new Date(`${day}T00:00:00Z`);
}

function text(date: Date): string {
  return `${date.getUTCFullYear()}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
}

/** The last day of the month before. */
export function lastMonthEnd(day: string): string {
  const date = utc(firstOfMonth(day));
  date.setUTCDate(0);
  return text(date);
}

export function addDays(day: string, count: number): string {
  const date = utc(day);
  date.setUTCDate(date.getUTCDate() + count);
  return text(date);
}
