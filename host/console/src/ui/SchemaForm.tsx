import Form from "@rjsf/antd";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { readable } from "./schema";
import { validator } from "./schemaValidator";

interface SchemaFormProps {
  schema: Record<string, unknown>;
  value: Record<string, unknown>;
  /** `typed`: by the person, and not by the form that fills itself in. */
  onChange: (value: Record<string, unknown>, typed: boolean) => void;
}

/** A form made from a plugin's JSON Schema. A chunk of its own; the host and the plugin check what comes of it. */
export default function SchemaForm({ schema, value, onChange }: SchemaFormProps) {
  const { t } = useTranslation();
  const shown = useMemo(() => readable(schema, (value) => t("plugins.default", { value })), [schema, t]);
  return (
    <Form
      tagName="div"
      className="schema-form"
      schema={shown}
      formContext={{ colon: false, labelAlign: "left", rowGutter: 16 }}
      formData={value}
      validator={validator}
      liveValidate
      showErrorList={false}
      uiSchema={{ "ui:submitButtonOptions": { norender: true }, "ui:options": { label: false } }}
      experimental_defaultFormStateBehavior={{ emptyObjectFields: "skipDefaults" }}
      onChange={(event, field) => onChange((event.formData ?? {}) as Record<string, unknown>, field !== undefined)}
    />
  );
}
