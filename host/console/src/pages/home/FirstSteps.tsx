import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { Panel } from "@/ui/parts";
import { Checks } from "./Checks";
import { firstSteps, stepNow, useFound, type FirstStep } from "./firstSteps";
import { isNone } from "./waiting";

/** The way of a new company to its first statement; gone once statements were made, or put away. */
export function FirstSteps({ onAway }: { onAway: () => void }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const steps = firstSteps(useFound());
  const now = stepNow(steps);
  const label = (step: FirstStep) => t(`home.firstOf.${step.name}`);
  const state = ({ left, optional = false }: FirstStep) => {
    if (isNone(left)) return t("home.closeDone");
    if (left.is === "asked") return t("home.closeNotYet");
    if (left.is === "unknown") return t("home.unknown");
    return optional ? t("common.optional") : t("home.closeTodo");
  };
  return (
    <Panel
      title={t("home.first")}
      extra={
        <>
          <Button type="text" onClick={onAway}>
            {t("home.firstAway")}
          </Button>
          {now !== undefined && (
            <Button type="primary" onClick={() => void go(now.to)}>
              {t("home.firstNow", { step: label(now) })}
            </Button>
          )}
        </>
      }
    >
      <Checks checks={steps.map((step) => ({ label: label(step), to: step.to, done: isNone(step.left), state: state(step) }))} />
    </Panel>
  );
}
