import Form from "@rjsf/antd";
import { englishStringTranslator, TranslatableString, type IconButtonProps } from "@rjsf/utils";
import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { drawn, readable, wordsOf, written } from "./schema";
import { validator } from "./schemaValidator";

interface SchemaFormProps {
  schema: Record<string, unknown>;
  value: Record<string, unknown>;
  /** `typed`: by the person, and not by the form that fills itself in. */
  onChange: (value: Record<string, unknown>, typed: boolean) => void;
}

function Add({ id, className, disabled, onClick, registry }: IconButtonProps) {
  return (
    <Button size="small" icon={<PlusOutlined />} id={id} className={className} disabled={disabled} onClick={onClick}>
      {registry.translateString(TranslatableString.AddItemButton)}
    </Button>
  );
}

const TEMPLATES = { ButtonTemplates: { AddButton: Add } };

/** A form made from a plugin's JSON Schema. A chunk of its own; the host and the plugin check what comes of it. */
export default function SchemaForm({ schema, value, onChange }: SchemaFormProps) {
  const { t } = useTranslation();
  const zh = useLanguage() !== "en";
  const shown = useMemo(() => readable(schema, { zh, byDefault: (text) => t("plugins.default", { value: text }), yes: t("common.yes"), no: t("common.no") }), [schema, zh, t]);
  const ui = useMemo(() => ({ ...wordsOf(schema, zh), "ui:submitButtonOptions": { norender: true }, "ui:options": { label: false } }), [schema, zh]);
  const data = useMemo(() => drawn(schema, value), [schema, value]);
  const words: Partial<Record<TranslatableString, string>> = {
    [TranslatableString.AddItemButton]: t("common.add"),
    [TranslatableString.RemoveButton]: t("common.remove"),
    [TranslatableString.MoveUpButton]: t("plugins.moveUp"),
    [TranslatableString.MoveDownButton]: t("plugins.moveDown"),
  };
  return (
    <Form
      tagName="div"
      className="schema-form"
      schema={shown}
      formContext={{ colon: false, labelAlign: "left", rowGutter: 16 }}
      formData={data}
      validator={validator}
      liveValidate
      showErrorList={false}
      uiSchema={ui}
      templates={TEMPLATES}
      translateString={(text, params) => words[text] ?? englishStringTranslator(text, params)}
      experimental_defaultFormStateBehavior={{ emptyObjectFields: "skipDefaults" }}
      onChange={(event, field) => onChange(written(schema, event.formData ?? {}) as Record<string, unknown>, field !== undefined)}
    />
  );
}
