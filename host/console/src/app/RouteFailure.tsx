import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useRouteError } from "react-router";
import { Page } from "@/ui/parts";
import { Nothing, ProblemNote } from "@/ui/states";

/** One page has failed: the others stand. */
export function RouteFailure() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <Page title={t("common.crashTitle")} sub={t("common.crashText")} actions={<Button onClick={() => location.reload()}>{t("common.reload")}</Button>}>
      <ProblemNote error={error} />
    </Page>
  );
}

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t("common.notFoundTitle")}>
      <Nothing title={t("common.notFoundText")}>
        <Link to="/">{t("common.toHome")}</Link>
      </Nothing>
    </Page>
  );
}
