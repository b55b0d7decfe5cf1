import { useTranslation } from "react-i18next";
import { SubNav } from "@/ui/parts";

export function BankNav() {
  const { t } = useTranslation();
  return (
    <SubNav
      label={t("bank.title")}
      items={[
        { to: "/bank", label: t("bank.lines"), end: true },
        { to: "/bank/review", label: t("bank.review") },
        { to: "/bank/suspense", label: t("suspense.title") },
        { to: "/bank/clearing", label: t("clearing.title") },
        { to: "/bank/files", label: t("bank.files") },
        { to: "/bank/accounts", label: t("bank.accounts") },
        { to: "/bank/details", label: t("bankDetails.title") },
      ]}
    />
  );
}
