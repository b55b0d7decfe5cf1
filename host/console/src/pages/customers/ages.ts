import { useTranslation } from "react-i18next";
import { useCode } from "@/i18n/code";

/** Without the unit, as they stand under bars. */
export function shortAge(key: string, named: string): string {
  const between = /^(\d+)-(\d+)$/.exec(key);
  if (between !== null) return `${between[1] ?? ""}–${between[2] ?? ""}`;
  const over = /^(?:over-|>)?(\d+)[+-]?$/.exec(key);
  return over === null ? named : `${over[1] ?? ""}+`;
}

/** `not-due`, `1-30`, `91-`: the keys of the fold's buckets. */
export function useAgeNames(): (key: string) => string {
  const { t } = useTranslation();
  const code = useCode();
  return (key) => {
    const between = /^(\d+)-(\d+)$/.exec(key);
    if (between !== null) return t("ages.days", { from: between[1] ?? "", to: between[2] ?? "" });
    const over = /^(?:over-|>)?(\d+)[+-]?$/.exec(key);
    if (over !== null) return t("ages.over", { days: over[1] ?? "" });
    return code("bucket", key);
  };
}
