import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { isAsked, recordedOrAsked, type Asked } from "@/api/asked";
import { api, got } from "@/api/client";
import { keyed } from "@/api/hooks";
import { BILL_KINDS, BILL_MEDIA } from "@/api/shapes";
import { useSession } from "@/app/session";
import { DocumentsWithAmounts } from "@/ui/DocumentsWithAmounts";
import { AmountField, CustomerField, DayField } from "@/ui/fields";
import { AdvanceFields, RateFields } from "@/ui/moneyFields";
import { Panel } from "@/ui/parts";
import { RecordPage } from "@/ui/RecordPage";
import { useRules } from "@/ui/rules";
import { billBody, type BillFields } from "./body";

/** A bill that a customer pays with. */
export default function BillForm() {
  const { t } = useTranslation();
  const [params] = useSearchParams();
  const { company } = useSession();
  const { must, amount, optional } = useRules();
  return (
    <RecordPage<BillFields, { id: string; number: string } | Asked>
      permission="money:enter"
      title={t("bills.new")}
      back={{ to: "/bills", label: t("bills.title") }}
      start={{ customer: params.get("customer") ?? undefined, kind: "bank", medium: "electronic", currency: company.base_currency, received_on: company.today, allocations: [] }}
      send={(fields, key) => {
        const body = billBody(fields);
        return recordedOrAsked("bill", { ...body }, key, () => got(api.POST("/v1/bills", { params: { header: keyed(key) }, body })));
      }}
      stale={[["bills"], ["items"], ["open-items"], ["balance"], ["documents"], ["drafts"], ["overview"]]}
      said={(made) => (isAsked(made) ? t("documents.asked") : t("bills.received", { number: made.number }))}
      to={(made) => (isAsked(made) ? `/documents/drafts/${made.draft}` : `/bills/${made.id}`)}
    >
      <Panel title={t("bills.title")}>
        <div className="form-grid">
          <Form.Item name="customer" label={t("common.customer")} rules={must} className="span2">
            <CustomerField />
          </Form.Item>
          <Form.Item name="number" label={t("bills.number")} rules={must}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="kind" label={t("bills.kind")}>
            <Select options={BILL_KINDS.map((value) => ({ value, label: t(`bills.kindOf.${value}`) }))} />
          </Form.Item>
          <Form.Item name="medium" label={t("bills.medium")}>
            <Select options={BILL_MEDIA.map((value) => ({ value, label: t(`bills.mediumOf.${value}`) }))} />
          </Form.Item>
          <Form.Item name="drawer" label={t("bills.drawer")} rules={must}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="acceptor" label={t("bills.acceptor")} rules={must}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="amount" label={t("bills.face")} rules={[...must, ...amount]}>
            <AmountField />
          </Form.Item>
          <Form.Item name="currency" label={t("common.currency")} rules={must} normalize={(value: string) => value.toUpperCase()}>
            <Input maxLength={3} autoComplete="off" />
          </Form.Item>
          <Form.Item name="issue_date" label={t("bills.issueDate")} rules={must}>
            <DayField />
          </Form.Item>
          <Form.Item name="maturity" label={t("bills.maturity")} rules={must}>
            <DayField />
          </Form.Item>
          <Form.Item name="received_on" label={t("bills.receivedOn")} rules={must}>
            <DayField />
          </Form.Item>
          <Form.Item name="reference" label={optional(t("bills.reference"))} extra={t("bills.referenceHint")}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="external_id" label={optional(t("documents.externalId"))}>
            <Input autoComplete="off" />
          </Form.Item>
          <RateFields />
        </div>
      </Panel>
      <Panel title={t("bills.pays")}>
        <p className="small quiet" style={{ marginBottom: 8 }}>
          {t("documents.paysHint")} · {t("documents.receiptHint")}
        </p>
        <DocumentsWithAmounts name="allocations" label={t("bills.pays")} />
        <div className="form-grid" style={{ marginTop: 12 }}>
          <AdvanceFields />
        </div>
      </Panel>
    </RecordPage>
  );
}
