import { useTranslation } from "react-i18next";
import { SubNav } from "@/ui/parts";

export function PluginsNav() {
  const { t } = useTranslation();
  return (
    <SubNav
      label={t("plugins.title")}
      items={[
        { to: "/plugins", label: t("plugins.installed"), end: true },
        { to: "/plugins/bindings", label: t("plugins.bindings") },
      ]}
    />
  );
}
