import { Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { filled } from "@/lib/filled";
import { Act } from "@/ui/parts";
import type { Report } from "./ImportReport";
import { DELIMITERS, ENCODINGS, type Layout } from "./mapping";

interface SheetLayoutProps {
  /** Of the file. */
  name: string;
  layout: Layout;
  /** What the server found, where it could read the file. */
  found: Report | null;
  /** It cannot be read as it is: somebody has to say how. */
  asks: boolean;
  looking: boolean;
  onChange: (layout: Layout) => void;
  onRead: () => void;
}

const ROW = /^[1-9]\d{0,8}$/;

/** How a file is read: encoding and separator of a text, the sheet of a workbook, the row of the headings. */
export function SheetLayout({ name, layout, found, asks, looking, onChange, onRead }: SheetLayoutProps) {
  const { t } = useTranslation();
  const book = found === null ? /\.xlsx$/i.test(name) : found.format === "xlsx";
  const asFound = (label: string, value: string | undefined) => `${label} · ${value ?? t("admin.importAsFound")}`;
  return (
    <details open={asks}>
      <summary>{t("admin.importLayout")}</summary>
      <div className="row" style={{ marginTop: 8 }}>
        {book ? (
          <Input
            aria-label={t("admin.importSheet")}
            placeholder={asFound(t("admin.importSheet"), found?.sheet ?? undefined)}
            style={{ width: 220 }}
            autoComplete="off"
            value={layout.sheet ?? ""}
            onChange={(event) => onChange({ ...layout, sheet: filled(event.target.value) })}
          />
        ) : (
          <>
            <Select
              aria-label={t("admin.importEncoding")}
              style={{ width: 220 }}
              value={layout.encoding ?? ""}
              onChange={(value) => onChange({ ...layout, encoding: filled(value) })}
              options={[{ value: "", label: asFound(t("admin.importEncoding"), found?.encoding ?? undefined) }, ...ENCODINGS.map((value) => ({ value, label: value }))]}
            />
            <Select
              aria-label={t("admin.importDelimiter")}
              style={{ width: 180 }}
              value={layout.delimiter ?? ""}
              onChange={(value) => onChange({ ...layout, delimiter: filled(value) })}
              options={[{ value: "", label: asFound(t("admin.importDelimiter"), undefined) }, ...DELIMITERS.map((value) => ({ value, label: value === "tab" ? t("admin.importTab") : value }))]}
            />
          </>
        )}
        <Input
          aria-label={t("admin.importHeaderRow")}
          placeholder={asFound(t("admin.importHeaderRow"), found === null ? undefined : `${found.header_row}`)}
          style={{ width: 180 }}
          inputMode="numeric"
          autoComplete="off"
          value={layout.header_row ?? ""}
          onChange={({ target }) => {
            const typed = target.value.trim();
            if (typed === "") onChange({ ...layout, header_row: undefined });
            else if (ROW.test(typed)) onChange({ ...layout, header_row: JSON.parse(typed) as number });
          }}
        />
        <Act loading={looking} onClick={onRead}>
          {t("admin.importReadAgain")}
        </Act>
      </div>
    </details>
  );
}
