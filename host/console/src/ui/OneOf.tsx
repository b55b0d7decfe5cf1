import { Select } from "antd";
import { useTranslation } from "react-i18next";

interface OneOfProps {
  id: string | undefined;
  value: string | undefined;
  onChange: ((one: string | undefined) => void) | undefined;
  /** Whether they are still asked for. */
  busy: boolean;
  /** What is said where there are none. */
  none: string;
  options: { value: string; label: string }[];
}

/** One of those that were found, by any word of it; none again when it is cleared. */
export function OneOf({ id, value, onChange, busy, none, options }: OneOfProps) {
  const { t } = useTranslation();
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      loading={busy}
      value={value ?? null}
      onChange={(one: string | null | undefined) => onChange?.(one ?? undefined)}
      notFoundContent={busy ? t("common.loading") : none}
      options={options}
    />
  );
}
