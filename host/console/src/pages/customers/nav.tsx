import { useTranslation } from "react-i18next";
import { SubNav } from "@/ui/parts";

export function CustomersNav() {
  const { t } = useTranslation();
  return (
    <SubNav
      label={t("customers.title")}
      items={[
        { to: "/customers", label: t("customers.title"), end: true },
        { to: "/customers/groups", label: t("customers.groups") },
        { to: "/customers/disputes", label: t("disputes.title") },
        { to: "/customers/merges", label: t("merges.title") },
      ]}
    />
  );
}
