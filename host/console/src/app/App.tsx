import { App as AntApp, ConfigProvider } from "antd";
import en from "antd/locale/en_GB";
import zh from "antd/locale/zh_CN";
import { useQueryClient } from "@tanstack/react-query";
import dayjs from "dayjs";
import "dayjs/locale/en-gb";
import "dayjs/locale/zh-cn";
import { lazy, Suspense, useEffect, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { RouterProvider } from "react-router";
import { connection } from "@/api/connection";
import { Unreached } from "@/api/problem";
import { useLanguage } from "@/i18n";
import { CLEARED } from "@/ui/spoken";
import { Loading, ProblemNote } from "@/ui/states";
import { fetched } from "./fetched";
import { Login } from "./Login";
import { PasswordChange } from "./PasswordChange";
import { router } from "./router";
import { SessionProvider, useDoors } from "./session";
import { theme } from "./theme";

const Setup = lazy(() => fetched(() => import("@/pages/setup/Setup")));

export function App() {
  const language = useLanguage();
  useEffect(() => {
    dayjs.locale(language === "en" ? "en-gb" : "zh-cn");
    document.documentElement.lang = language;
  }, [language]);
  return (
    <ConfigProvider locale={language === "en" ? en : zh} theme={theme} button={{ autoInsertSpace: false }} select={CLEARED}>
      <AntApp>
        <SessionProvider>
          <Inside />
          <LostBanner />
        </SessionProvider>
      </AntApp>
    </ConfigProvider>
  );
}

function Inside() {
  const { state, look } = useDoors();
  const hash = useHash();
  // Setup has its own door: nobody can be signed in before there is somebody.
  if (hash.startsWith("#/setup") && state.is !== "unknown")
    return (
      <Suspense fallback={<Loading />}>
        <Setup />
      </Suspense>
    );
  switch (state.is) {
    case "unknown":
      return <Loading />;
    case "failed":
      return (
        <div className="door">
          <ProblemNote error={state.error} onRetry={look} />
        </div>
      );
    case "out":
      return <Login />;
    case "in":
      return state.session.must_change_password ? <PasswordChange first /> : <RouterProvider router={router} />;
  }
}

function useHash(): string {
  return useSyncExternalStore(
    (changed) => {
      window.addEventListener("hashchange", changed);
      return () => window.removeEventListener("hashchange", changed);
    },
    () => location.hash,
  );
}

function LostBanner() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const lost = useSyncExternalStore((changed) => connection.subscribe(changed), connection.isLost);
  // What could not be read meanwhile is read, now that it can be.
  useEffect(() => {
    if (!lost) void client.refetchQueries({ type: "active", predicate: (query) => query.state.error instanceof Unreached });
  }, [client, lost]);
  if (!lost) return null;
  return (
    <div className="banner" role="status">
      <span>{t("common.lost")}</span>
      <button type="button" onClick={() => connection.now()}>
        {t("common.tryNow")}
      </button>
    </div>
  );
}
