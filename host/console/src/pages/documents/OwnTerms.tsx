import { Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useCustomer } from "@/api/hooks";
import { filled } from "@/lib/filled";
import { termsFieldsOf, type TermsFields } from "@/pages/customers/body";
import { useTerms } from "@/pages/customers/terms";
import { PartsAndSteps, RuleAndBasis } from "@/pages/customers/TermsFields";
import { Panel } from "@/ui/parts";

const PLAIN: TermsFields = { basis: "document", rule: { kind: "net", days: 30 } };

/** Whose terms hold of a document: the customer's, or its own, which begin as hers are. Not beside a due date of its own. */
export function WhoseTerms() {
  const { t } = useTranslation();
  const said = useTerms();
  const named: unknown = Form.useWatch("customer");
  const own: unknown = Form.useWatch("terms", { preserve: true });
  const hers = useCustomer(typeof named === "string" ? named : undefined).data?.terms;
  return (
    <Form.Item
      name="terms"
      label={t("customers.terms")}
      extra={own === undefined ? said(hers) : undefined}
      getValueProps={(value: unknown) => ({ value: value === undefined ? "customer" : "own" })}
      getValueFromEvent={(whose: string) => (whose === "customer" ? undefined : hers === undefined ? PLAIN : termsFieldsOf(hers))}
      dependencies={["due_date"]}
      rules={[
        ({ getFieldValue }) => ({
          validator: (_: unknown, value: unknown) => (value !== undefined && filled(getFieldValue("due_date") as string | undefined) !== undefined ? Promise.reject(new Error(t("documents.termsOne"))) : Promise.resolve()),
        }),
      ]}
    >
      <Select options={(["customer", "own"] as const).map((value) => ({ value, label: t(`documents.termsOf.${value}`) }))} />
    </Form.Item>
  );
}

/** What the terms of this one document are, where it has its own. */
export function OwnTerms() {
  const { t } = useTranslation();
  const own: unknown = Form.useWatch("terms", { preserve: true });
  if (own === undefined) return null;
  return (
    <Panel title={t("documents.ownTerms")}>
      <div className="form-grid">
        <RuleAndBasis />
      </div>
      <PartsAndSteps />
    </Panel>
  );
}
