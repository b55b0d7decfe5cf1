import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";

export type Terms = Schemas["Terms"];

export const BASES = ["document", "delivery", "invoice-received", "statement-cut-off", "statement-confirmed"] as const;
export const RULES = ["net", "end-of-month", "days-end-of-month", "monthly"] as const;
export const COUNTINGS = ["cut-off-month-end", "cut-off", "whole-months"] as const;

/** Terms in words: 单据日起，月结 30 天，25 日结算. */
export function useTerms(): (terms: Terms | null | undefined) => string {
  const { t } = useTranslation();
  return (terms) => {
    if (terms === null || terms === undefined) return "";
    const { rule, basis, instalments = [], discounts = [] } = terms;
    const atOnce = rule?.kind === "net" && rule.days === 0;
    const due = atOnce ? t("customers.dueAtOnce") : rule
      ? rule.kind === "end-of-month" && (rule.months ?? 0) > 0
        ? t("customers.monthsLater", { months: rule.months ?? 0, days: rule.days ?? 0 })
        : t(`customers.ruleOf.${rule.kind}`, { days: rule.days ?? 0, cut: rule.kind === "monthly" ? rule.cut_off : 0 })
      : t("customers.instalments", { parts: instalments.length });
    const early = discounts.map(({ days, permille }) => t("customers.earlyPayment", { days, permille }));
    const said = [due, ...early].join(t("customers.termsAnd"));
    return basis === "document" ? said : `${said} (${t(`customers.basisOf.${basis}`)})`;
  };
}
