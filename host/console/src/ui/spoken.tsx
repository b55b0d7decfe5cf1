import { CloseCircleFilled, DownOutlined, UpOutlined } from "@ant-design/icons";
import { InputNumber, type InputNumberProps } from "antd";
import { useLayoutEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** What stands in a button that antd itself calls something English: the button is called by our word. */
function Named({ word, children }: { word: string; children: ReactNode }) {
  const at = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    at.current?.closest("button, [role=button]")?.setAttribute("aria-label", word);
  }, [word]);
  return (
    <span ref={at} aria-hidden>
      {children}
    </span>
  );
}

/** The cross that empties a field. */
export function Clear() {
  const { t } = useTranslation();
  return (
    <Named word={t("common.clear")}>
      <CloseCircleFilled />
    </Named>
  );
}

/** What empties a field: of all `Select`s by the `ConfigProvider`, of an `Input` at its own `allowClear`. */
export const CLEARED = { clearIcon: <Clear /> };

/** A whole number that is counted up and down. */
export function CountField({ precision = 0, ...input }: InputNumberProps<number>) {
  const { t } = useTranslation();
  const controls = {
    upIcon: (
      <Named word={t("common.increase")}>
        <UpOutlined />
      </Named>
    ),
    downIcon: (
      <Named word={t("common.decrease")}>
        <DownOutlined />
      </Named>
    ),
  };
  return <InputNumber<number> precision={precision} style={{ width: "100%" }} controls={controls} {...input} />;
}
