import { App } from "antd";
import { useTranslation } from "react-i18next";
import { ProblemNote } from "./states";

/** For what has no form or page around it – a download, the way out: what became of it is said. */
export function useTried(): (act: Promise<unknown>) => void {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  return (act) => void act.catch((error: unknown) => void modal.error({ title: t("common.notDone"), content: <ProblemNote error={error} /> }));
}
