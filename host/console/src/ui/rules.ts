import { useTranslation } from "react-i18next";
import { amountRule } from "./fields";

/** What forms say of their fields. */
export function useRules() {
  const { t } = useTranslation();
  return {
    must: [{ required: true, message: t("common.required") }],
    amount: [amountRule(t("common.notAmount"))],
    optional: (label: string) => `${label} (${t("common.optional")})`,
  };
}
