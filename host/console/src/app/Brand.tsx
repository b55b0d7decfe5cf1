import { useTranslation } from "react-i18next";
import { Button } from "antd";
import { chooseLanguage, useLanguage } from "@/i18n";

export function Brand() {
  const { t } = useTranslation();
  return (
    <a className="brand" href="#/">
      <img src="./icon.svg" alt="" />
      <span>{t("common.product")}</span>
    </a>
  );
}

export function LanguageSwitch() {
  const { t } = useTranslation();
  const language = useLanguage();
  const other = language === "en" ? "zh-CN" : "en";
  return (
    <Button type="text" size="small" lang={other} onClick={() => chooseLanguage(other)}>
      {t("common.otherLanguage")}
    </Button>
  );
}
