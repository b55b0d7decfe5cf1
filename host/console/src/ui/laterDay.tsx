import { App } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { onLaterDay } from "@/api/laterDay";
import type { Problem } from "@/api/problem";
import { DayField } from "./fields";
import { useFormat } from "./format";
import { Told } from "./states";

/** Does what has a day of its own; where that is locked, asks for a later one. */
export function useLaterDay() {
  const { t } = useTranslation();
  const { today } = useFormat();
  const { modal } = App.useApp();
  const asked = (refusal: Problem) =>
    new Promise<string | undefined>((answer) => {
      let day = today;
      void modal.confirm({
        title: t("bank.lockedDay"),
        content: (
          <Asked
            refusal={refusal}
            start={today}
            onChange={(chosen) => {
              day = chosen;
            }}
          />
        ),
        okText: t("bank.lockedDayUse"),
        onOk: () => answer(day),
        onCancel: () => answer(undefined),
      });
    });
  return <Made,>(key: string, tried: (day: string | undefined, key: string) => Promise<Made>): Promise<Made> => onLaterDay(asked, key, tried);
}

function Asked({ refusal, start, onChange }: { refusal: Problem; start: string; onChange: (day: string) => void }) {
  const { t } = useTranslation();
  const [day, setDay] = useState(start);
  return (
    <div className="stack">
      <Told detail={refusal.detail} />
      <span className="caption">{t("documents.effectiveDate")}</span>
      <DayField
        aria-label={t("documents.effectiveDate")}
        allowClear={false}
        value={day}
        onChange={(chosen) => {
          if (chosen === undefined) return;
          setDay(chosen);
          onChange(chosen);
        }}
      />
    </div>
  );
}
