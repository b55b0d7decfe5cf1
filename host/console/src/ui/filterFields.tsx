import { Button, Input, Select } from "antd";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { CustomerField, DayField } from "./fields";
import { CLEARED } from "./spoken";

/** What narrows a list, above it; and, where something does, the way back to all of it. */
export function Filters({ onReset, children }: { onReset?: (() => void) | undefined; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <div className="filters" role="search">
      {children}
      {onReset !== undefined && (
        <Button type="link" onClick={onReset}>
          {t("common.reset")}
        </Button>
      )}
    </div>
  );
}

interface FilterProps {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}

interface CodeFilterProps extends FilterProps {
  label: string;
  codes: readonly string[];
  word: (code: string) => string;
  width?: number;
  searched?: boolean;
}

/** One code of a register, or all of them. */
export function CodeFilter({ label, codes, word, width = 130, searched = false, value, onChange }: CodeFilterProps) {
  const { t } = useTranslation();
  return (
    <div className="field">
      <span>{label}</span>
      <Select
        aria-label={label}
        showSearch={searched ? { optionFilterProp: "label" } : false}
        style={{ width }}
        value={value ?? ""}
        onChange={onChange}
        options={[{ value: "", label: t("common.all") }, ...codes.map((code) => ({ value: code, label: word(code) }))]}
      />
    </div>
  );
}

export function CustomerFilter({ value, onChange }: FilterProps) {
  const { t } = useTranslation();
  return (
    <div className="field" style={{ width: 240 }}>
      <span>{t("common.customer")}</span>
      <CustomerField value={value} onChange={onChange} />
    </div>
  );
}

export function DayFilter({ label, value, onChange }: FilterProps & { label: string }) {
  return (
    <div className="field" style={{ width: 150 }}>
      <span>{label}</span>
      <DayField aria-label={label} value={value} onChange={onChange} />
    </div>
  );
}

/** Keeps what is typed in itself, for the address follows a little later; what is reset is empty. */
export function TextFilter({ label, width, value, onChange }: FilterProps & { label: string; width: number }) {
  const [held, setHeld] = useState({ text: value ?? "", value });
  if (held.value !== value) setHeld({ text: value === undefined ? "" : held.value === undefined && held.text === "" ? value : held.text, value });
  return (
    <label className="field">
      <span>{label}</span>
      <Input
        allowClear={CLEARED}
        style={{ width }}
        value={held.text}
        onChange={(event) => {
          setHeld({ ...held, text: event.target.value });
          onChange(event.target.value.trim());
        }}
      />
    </label>
  );
}
