import { Select } from "antd";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useAccountName, useAccountsByHand } from "@/api/chart";

/** An account with its name, and the currency where it stands beside it: asked for once for all rows of a table. */
export function useAccount(): (code: string, currency?: string) => ReactNode {
  const name = useAccountName();
  return (code, currency) => (
    <>
      <span className="num">{code}</span>
      {name(code) === "" ? "" : ` ${name(code)}`}
      {currency === undefined ? "" : ` ${currency}`}
    </>
  );
}

interface AccountFieldProps {
  id?: string;
  value?: string | undefined;
  onChange?: (value: string | undefined) => void;
}

/** The accounts of the chart that people may post to, by number and name; another number may be typed. */
export function AccountField({ id, value, onChange }: AccountFieldProps) {
  const { t } = useTranslation();
  const chart = useAccountsByHand();
  const [typed, setTyped] = useState("");
  const others = [...new Set([typed.trim(), value ?? ""])].filter((number) => /^\d{4,12}$/.test(number) && !chart.some((line) => line.value === number));
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      style={{ width: "100%" }}
      showSearch={{ optionFilterProp: "label", onSearch: setTyped }}
      allowClear
      placeholder={t("common.account")}
      value={value === undefined || value === "" ? null : value}
      onChange={(next: string | null | undefined) => onChange?.(next ?? undefined)}
      options={[...others.map((number) => ({ value: number, label: number })), ...chart]}
    />
  );
}
