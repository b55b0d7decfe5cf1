import Form from "@rjsf/antd";
import { useTranslation } from "react-i18next";
import { validator } from "./schemaValidator";

interface SchemaFormProps {
  schema: Record<string, unknown>;
  value: Record<string, unknown>;
  onChange: (value: Record<string, unknown>) => void;
}

/** A form made from a plugin's JSON Schema. A chunk of its own; the host and the plugin check what comes of it. */
export default function SchemaForm({ schema, value, onChange }: SchemaFormProps) {
  const { t } = useTranslation();
  return (
    <Form
      tagName="div"
      schema={schema}
      formData={value}
      validator={validator}
      liveValidate
      showErrorList={false}
      uiSchema={{ "ui:submitButtonOptions": { norender: true }, "ui:title": t("plugins.config") }}
      experimental_defaultFormStateBehavior={{ emptyObjectFields: "skipDefaults" }}
      onChange={(event) => onChange((event.formData ?? {}) as Record<string, unknown>)}
    />
  );
}
