import { Select } from "antd";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { namedBy, useAccountName, useAccountsByHand } from "@/api/chart";
import { useLanguage } from "@/i18n";

/** By its number, or as an answer names it. */
type Of = string | { account: string; name_zh?: string | null; name_en?: string | null };

/** An account with its name – the answer's, which is of the answer's day, else the chart's – and the currency where it stands beside it: asked for once for all rows of a table. */
export function useAccount(): (of: Of, currency?: string) => ReactNode {
  const english = useLanguage() === "en";
  const nameOf = useAccountName();
  return (of, currency) => {
    const account = typeof of === "string" ? of : of.account;
    const name = (typeof of === "string" ? undefined : namedBy(of, english)) ?? nameOf(account);
    return (
      // of one piece: on a narrow screen a cell sets its pieces apart
      <span>
        <span className="num">{account}</span>
        {name === "" ? "" : ` ${name}`}
        {currency === undefined ? "" : ` ${currency}`}
      </span>
    );
  };
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
