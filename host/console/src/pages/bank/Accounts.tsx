import { Form, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { keyed } from "@/api/hooks";
import { useSession, useWhyNot } from "@/app/session";
import { filled } from "@/lib/filled";
import { FormDialogue } from "@/ui/FormDialogue";
import { Act, Page, Panel } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { DataTable } from "@/ui/table";
import { BankNav } from "./nav";

type Body = Schemas["BankAccountBody"];

export default function Accounts() {
  const { t } = useTranslation();
  const whyNot = useWhyNot();
  const [adding, setAdding] = useState(false);
  const list = useQuery({ queryKey: ["bank-accounts"], queryFn: () => got(api.GET("/v1/bank-accounts")) });
  return (
    <Page
      title={t("bank.title")}
      actions={
        <Act why={whyNot("configure", "enter")} type="primary" onClick={() => setAdding(true)}>
          {t("bank.accountNew")}
        </Act>
      }
    >
      <BankNav />
      <Panel flush>
        <DataTable
          label={t("bank.accounts")}
          query={{ ...list, data: list.data?.items }}
          rowKey={(a) => a.id}
          empty={t("bank.accountsNone")}
          columns={[
            { key: "number", title: t("bank.number"), render: (a) => <span className="num">{a.number}</span> },
            { key: "scheme", title: t("bank.scheme"), render: (a) => a.scheme },
            { key: "holder", title: t("bank.holder"), className: "wrap", render: (a) => a.holder },
            { key: "bank", title: t("bank.bank"), className: "wrap", render: (a) => a.bank },
            { key: "bic", title: t("bank.bic"), render: (a) => a.bic ?? "" },
            { key: "currency", title: t("common.currency"), render: (a) => a.currency },
          ]}
        />
      </Panel>
      {adding && <Add onClose={() => setAdding(false)} />}
    </Page>
  );
}

function Add({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const session = useSession();
  const { must, optional } = useRules();
  return (
    <FormDialogue<Body, unknown>
      title={t("bank.accountNew")}
      act={t("common.save")}
      start={{ scheme: "CN", currency: session.company.base_currency, holder: session.company.name }}
      send={({ bic, ...body }, key) => {
        const code = filled(bic ?? undefined);
        return got(api.POST("/v1/bank-accounts", { params: { header: keyed(key) }, body: code === undefined ? body : { ...body, bic: code } }));
      }}
      stale={[["bank-accounts"]]}
      said={() => t("bank.accountAdded")}
      onClose={onClose}
    >
      <div className="form-grid">
        <Form.Item name="number" label={t("bank.number")} rules={must}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="scheme" label={t("bank.scheme")} rules={must}>
          <Select options={["CN", "IBAN", "BBAN", "other"].map((value) => ({ value, label: value }))} />
        </Form.Item>
        <Form.Item name="holder" label={t("bank.holder")} rules={must}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="bank" label={t("bank.bank")} rules={must}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="bic" label={optional(t("bank.bic"))}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="currency" label={t("common.currency")} rules={must} normalize={(value: string) => value.toUpperCase()}>
          <Input maxLength={3} autoComplete="off" />
        </Form.Item>
      </div>
    </FormDialogue>
  );
}
