import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api, got } from "@/api/client";
import { useCategories } from "@/api/categories";
import { keyed } from "@/api/hooks";
import { useSession } from "@/app/session";
import { Lines } from "@/pages/documents/LinesForm";
import { CustomerField, DayField } from "@/ui/fields";
import { RateFields } from "@/ui/moneyFields";
import { Panel } from "@/ui/parts";
import { RecordPage } from "@/ui/RecordPage";
import { useRules } from "@/ui/rules";
import { Loading } from "@/ui/states";
import { deliveryBody, type DeliveryFields } from "./body";
import { InvoicedBefore } from "./InvoicedBefore";

export default function DeliveryForm() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const { company } = useSession();
  const { must, optional } = useRules();
  const categories = useCategories();
  if (!categories.ready) return <Loading />;
  return (
    <RecordPage<DeliveryFields, { id: string; number: string }>
      permission="documents:enter"
      title={t("deliveries.new")}
      back={{ to: "/deliveries", label: t("deliveries.title") }}
      start={{ customer: params.get("customer") ?? undefined, delivered_on: company.today, currency: company.base_currency, lines: [{ quantity: "1", category: categories.first }] }}
      send={(fields, key) => got(api.POST("/v1/deliveries", { params: { header: keyed(key) }, body: deliveryBody(fields) as never }))}
      stale={[["deliveries"], ["report"], ["items"], ["balance"]]}
      said={(made) => t("deliveries.recorded", { number: made.number })}
      to={(made) => `/deliveries/${made.id}`}
    >
      <Panel title={t("deliveries.title")}>
        <div className="form-grid">
          <Form.Item name="customer" label={t("common.customer")} rules={must} className="span2">
            <CustomerField />
          </Form.Item>
          <Form.Item name="delivered_on" label={t("deliveries.day")} rules={must}>
            <DayField allowClear={false} />
          </Form.Item>
          <Form.Item name="currency" label={t("common.currency")} rules={must} normalize={(value: string) => value.toUpperCase()}>
            <Input maxLength={3} autoComplete="off" />
          </Form.Item>
          <Form.Item name="external_id" label={optional(t("deliveries.slip"))}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="purchase_order" label={optional(t("documents.purchaseOrder"))}>
            <Input autoComplete="off" />
          </Form.Item>
          <RateFields />
          <Form.Item name="text" label={optional(t("documents.text"))} className="full">
            <Input autoComplete="off" />
          </Form.Item>
        </div>
      </Panel>
      <Lines />
      <InvoicedBefore />
    </RecordPage>
  );
}
