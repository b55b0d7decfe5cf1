import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "antd";
import { chooseLanguage, useLanguage } from "@/i18n";
import { titleOf } from "@/lib/title";

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

/** What stands before somebody is in: one thing to do, and nothing else to go to. */
export function Door({ title, text, children }: { title: string; text?: string; children: ReactNode }) {
  const { t } = useTranslation();
  // Nothing of who was here before stands in the window's title.
  useEffect(() => {
    document.title = titleOf(title, t("common.product"));
  }, [title, t]);
  return (
    <main className="door">
      <div className="panel">
        <div className="body">
          <div className="row between" style={{ alignItems: "flex-start" }}>
            <Brand />
            <LanguageSwitch />
          </div>
          <h1 style={{ fontSize: 20, marginBottom: text === undefined ? 16 : 8 }}>{title}</h1>
          {text !== undefined && (
            <p className="quiet" style={{ marginBottom: 16 }}>
              {text}
            </p>
          )}
          {children}
        </div>
      </div>
    </main>
  );
}
