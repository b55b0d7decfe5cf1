import { Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { Act } from "@/ui/parts";
import { DataTable, given } from "@/ui/table";
import { ABOUT, columnOf, DATES, fieldName, fieldsOf, missing, withColumn, withConstant, withFormat, type Kind, type Mapping } from "./mapping";

interface Editing {
  kind: Kind;
  /** The columns of the file. */
  headings: readonly string[];
  mapping: Mapping;
  looking: boolean;
  onChange: (mapping: Mapping) => void;
  onLook: () => void;
}

/** Which column is which field: as it is proposed, to be mended and looked at again. */
export function MappingEditor({ kind, headings, mapping, looking, onChange, onLook }: Editing) {
  const { t } = useTranslation();
  const language = useLanguage();
  const name = (field: string) => fieldName(kind, field, language);
  const must = new Set(ABOUT[kind].required);
  const lacking = missing(kind, mapping);
  const why = lacking.length > 0 ? t("admin.importMappingMissing", { fields: lacking.map(name).join(t("common.listComma")) }) : undefined;
  return (
    <div className="stack">
      <h3>{t("admin.importMapping")}</h3>
      <p className="small quiet">{t("admin.importMappingText")}</p>
      <DataTable
        label={t("admin.importMapping")}
        query={given(fieldsOf(kind))}
        rowKey={(field) => field}
        empty=""
        columns={[
          { key: "field", title: t("admin.importField"), render: (field) => (must.has(field) ? `${name(field)} *` : name(field)) },
          {
            key: "column",
            title: t("admin.importColumn"),
            render: (field) => (
              <Select
                aria-label={`${name(field)} · ${t("admin.importColumn")}`}
                style={{ width: 220 }}
                showSearch
                allowClear
                placeholder={t("admin.importNoColumn")}
                value={columnOf(mapping, field) ?? null}
                onChange={(heading: string | null | undefined) => onChange(withColumn(mapping, field, heading ?? undefined))}
                options={headings.map((value) => ({ value, label: value }))}
              />
            ),
          },
          {
            key: "value",
            title: t("admin.importValue"),
            render: (field) => (
              <Input
                aria-label={`${name(field)} · ${t("admin.importValue")}`}
                style={{ width: 160 }}
                autoComplete="off"
                value={mapping.constants?.[field] ?? ""}
                onChange={(event) => onChange(withConstant(mapping, field, event.target.value))}
              />
            ),
          },
        ]}
      />
      <Formats kind={kind} mapping={mapping} onChange={onChange} />
      <div>
        <Act why={why} loading={looking} onClick={onLook}>
          {t("admin.importAgain")}
        </Act>
      </div>
    </div>
  );
}

/** How days and figures are written, where there are some. */
function Formats({ kind, mapping, onChange }: Pick<Editing, "kind" | "mapping" | "onChange">) {
  const { t } = useTranslation();
  const { dated, figures } = ABOUT[kind];
  return (
    <div className="row">
      {dated && (
        <Select
          aria-label={t("admin.importDates")}
          virtual={false}
          style={{ width: 220 }}
          value={mapping.dates ?? ""}
          onChange={(value) => onChange(withFormat(mapping, "dates", value === "" ? undefined : value))}
          options={[{ value: "", label: `${t("admin.importDates")} · ${t("admin.importAsFound")}` }, ...DATES.map((value) => ({ value, label: value })), { value: "serial", label: t("admin.importDatesSerial") }]}
        />
      )}
      {figures && (
        <Select
          aria-label={t("admin.importDecimal")}
          style={{ width: 220 }}
          value={mapping.decimal ?? ""}
          onChange={(value) => onChange(withFormat(mapping, "decimal", value === "" ? undefined : value))}
          options={[
            { value: "", label: `${t("admin.importDecimal")} · ${t("admin.importAsFound")}` },
            { value: ".", label: t("admin.importDecimalPoint") },
            { value: ",", label: t("admin.importDecimalComma") },
          ]}
        />
      )}
    </div>
  );
}
