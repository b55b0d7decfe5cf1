import { Form, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { proposeOwn, type OwnDetails } from "@/api/bankDetails";
import { api, got, type Schemas } from "@/api/client";
import { keyed, useCompany } from "@/api/hooks";
import { every } from "@/api/shapes";
import { bankAccounts } from "@/api/whole";
import { useSession, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { ACCOUNT_SCHEMES, localOf } from "@/lib/country";
import { filled } from "@/lib/filled";
import { FormDialogue } from "@/ui/FormDialogue";
import { Act, Page, Panel } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { DataTable } from "@/ui/table";
import { BankNav } from "./nav";

type Body = Schemas["BankAccountBody"];

const KINDS = every<Schemas["BankAccountKindName"]>({ bank: true, clearing: true });

/** Without what is blank; only a clearing account chooses its place in the chart. */
export function accountBody({ bic, ledger_account, ...body }: Body): Body {
  const at = filled(bic ?? undefined);
  const account = body.kind === "clearing" ? filled(ledger_account ?? undefined) : undefined;
  return { ...body, ...(at === undefined ? {} : { bic: at }), ...(account === undefined ? {} : { ledger_account: account }) };
}

export default function Accounts() {
  const { t } = useTranslation();
  const code = useCode();
  const company = useCompany();
  const whyNot = useWhyNot();
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<Schemas["BankAccount"] | null>(null);
  const list = useQuery({ queryKey: ["bank-accounts"], queryFn: bankAccounts });
  return (
    <Page
      title={t("bank.title")}
      actions={
        <Act why={whyNot("settings:configure")} type="primary" onClick={() => setAdding(true)}>
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
            { key: "scheme", title: t("bank.scheme"), render: (a) => code("accountScheme", a.scheme) },
            { key: "holder", title: t("bank.holder"), className: "wrap", render: (a) => a.holder },
            { key: "bank", title: t("bank.bank"), className: "wrap", render: (a) => a.bank },
            { key: "bic", title: t("bank.bic"), render: (a) => a.bic ?? "" },
            { key: "currency", title: t("common.currency"), render: (a) => a.currency },
            { key: "state", title: t("common.status"), render: (a) => (a.confirmed ? null : <Link to="/bank/details">{t("bankDetails.unconfirmed")}</Link>) },
            {
              key: "act",
              title: "",
              align: "right",
              render: (a) => (
                <Act size="small" why={whyNot("settings:configure")} aria-label={`${t("bankDetails.change")} ${a.number}`} onClick={() => setChanging(a)}>
                  {t("bankDetails.change")}
                </Act>
              ),
            },
          ]}
        />
      </Panel>
      {adding && <Add country={company.data?.country ?? ""} onClose={() => setAdding(false)} />}
      {changing !== null && <Change account={changing} onClose={() => setChanging(null)} />}
    </Page>
  );
}

/** What an account is known by; its currency is chosen once. */
function Fields({ currency = false }: { currency?: boolean }) {
  const { t } = useTranslation();
  const code = useCode();
  const { must, optional } = useRules();
  return (
    <div className="form-grid">
      <Form.Item name="number" label={t("bank.number")} rules={must}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="scheme" label={t("bank.scheme")} rules={must}>
        <Select options={ACCOUNT_SCHEMES.map((value) => ({ value, label: code("accountScheme", value) }))} />
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
      {currency && (
        <Form.Item name="currency" label={t("common.currency")} rules={must} normalize={(value: string) => value.toUpperCase()}>
          <Input maxLength={3} autoComplete="off" />
        </Form.Item>
      )}
    </div>
  );
}

function Add({ country, onClose }: { country: string; onClose: () => void }) {
  const { t } = useTranslation();
  const session = useSession();
  const { optional } = useRules();
  return (
    <FormDialogue<Body, Schemas["BankAccount"]>
      title={t("bank.accountNew")}
      act={t("common.save")}
      start={{ kind: "bank", scheme: localOf(country).accountScheme, currency: session.company.base_currency, holder: session.company.name }}
      send={(fields, key) => got(api.POST("/v1/bank-accounts", { params: { header: keyed(key) }, body: accountBody(fields) }))}
      stale={[["bank-accounts"], ["bank-details"]]}
      said={(made) => (made.confirmed ? t("bank.accountAdded") : t("bankDetails.asked"))}
      onClose={onClose}
    >
      <Form.Item name="kind" label={t("bank.accountKind")}>
        <Select options={KINDS.map((value) => ({ value, label: t(`bank.accountKindOf.${value}`) }))} />
      </Form.Item>
      <Fields currency />
      <Form.Item noStyle dependencies={["kind"]}>
        {({ getFieldValue }) =>
          getFieldValue("kind") === "clearing" && (
            <Form.Item name="ledger_account" label={optional(t("bank.ledgerAccount"))} extra={t("bank.ledgerAccountHint")}>
              <Input inputMode="numeric" maxLength={12} autoComplete="off" />
            </Form.Item>
          )
        }
      </Form.Item>
    </FormDialogue>
  );
}

/** Other details of an account, which another person approves. Its currency stays. */
function Change({ account, onClose }: { account: Schemas["BankAccount"]; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <FormDialogue<OwnDetails, unknown>
      title={`${t("bankDetails.change")} · ${account.number}`}
      act={t("bankDetails.change")}
      text={t("bankDetails.changeText")}
      start={{ number: account.number, scheme: account.scheme, holder: account.holder, bank: account.bank, bic: account.bic ?? null }}
      send={({ bic, ...details }, key) => {
        const code = filled(bic ?? undefined);
        return proposeOwn(account.id, code === undefined ? details : { ...details, bic: code }, key);
      }}
      prefix={["details"]}
      stale={[["bank-accounts"], ["bank-details"]]}
      said={() => t("bankDetails.asked")}
      onClose={onClose}
    >
      <Fields />
    </FormDialogue>
  );
}
