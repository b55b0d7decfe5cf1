import { App, AutoComplete, Button, Form, Input, Select } from "antd";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { api, got, tagged } from "@/api/client";
import { HELD, keyed, useCompany, useWrite } from "@/api/hooks";
import { isRefusal, type FieldError } from "@/api/problem";
import { useSession, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { localeName } from "@/i18n/locales";
import type { CodeGroup } from "@/i18n/words/codes";
import { CustomerField, CustomerName } from "@/ui/fields";
import { clearErrors, Conflict, showErrors, UnsavedGuard, useWayBack, type Side, leaveSaved } from "@/ui/forms";
import { Act, Page, Panel } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { ACCOUNT_SCHEMES, localOf } from "@/lib/country";
import { bodyOf, CUSTOMER_KINDS, fieldsOf, type Customer, type CustomerBody, type Fields } from "./body";
import { groupNames } from "./groups";
import { newCustomer } from "./new";
import { TermsPanel } from "./TermsFields";
import { useTerms } from "./terms";
import { TYPED } from "@/ui/typed";

interface Write {
  body: CustomerBody;
  etag: string | null;
}

export default function CustomerForm() {
  const { id } = useParams();
  const { t } = useTranslation();
  const session = useSession();
  const company = useCompany();
  const found = useQuery({
    queryKey: ["customer", "edit", id],
    queryFn: () => tagged(api.GET("/v1/customers/{id}", { params: { path: { id: id ?? "" } } })),
    enabled: id !== undefined,
    ...HELD,
  });
  if (id === undefined ? company.isPending : found.isPending) return <Loading />;
  if (id !== undefined && found.data === undefined)
    return (
      <Page title={t("customers.edit")}>
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      </Page>
    );
  const start = found.data === undefined ? newCustomer({ ...session.company, country: company.data?.country ?? "" }) : fieldsOf(found.data.body);
  return <Editor start={start} etag={found.data?.etag ?? null} before={found.data?.body ?? null} />;
}

function Editor({ start, etag, before }: { start: Fields; etag: string | null; before: Customer | null }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const client = useQueryClient();
  const back = before === null ? { to: "/customers", label: t("customers.title") } : { to: `/customers/${before.code}`, label: before.code };
  const wayBack = useWayBack(back.to);
  const whyNot = useWhyNot();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const [dirty, setDirty] = useState(false);
  const [rest, setRest] = useState<FieldError[]>([]);
  const [theirs, setTheirs] = useState<{ body: Customer; etag: string } | null>(null);
  // What is filled in is of what was read, and once both sides were shown of what was there then.
  const [match, setMatch] = useState(etag);
  const write = useWrite<Write, Pick<Customer, "code"> & { bank_detail_change?: string | null }>({
    run: async ({ body, etag: at }, key) => {
      if (at === null) return got(api.POST("/v1/customers", { params: { header: keyed(key) }, body }));
      return got(api.PUT("/v1/customers/{id}", { params: { path: { id: before?.id ?? body.code }, header: { ...keyed(key), "If-Match": at } }, body }));
    },
    stale: [["customers"], ["customer"], ["customer-groups"], ["bank-details"]],
    onDone: (saved) => {
      setDirty(false);
      // Other accounts of who is there already are in force when another person says so.
      if ((saved.bank_detail_change ?? null) !== null) void message.info(t("bankDetails.waits"));
      else void message.success(before === null ? t("customers.created") : t("customers.changed"));
      leaveSaved(() => void go(`/customers/${saved.code}`));
    },
  });
  const send = (fields: Fields, at: string | null) =>
    write.mutate(
      { body: bodyOf(fields), etag: at },
      {
        onError: (error) => {
          if (isRefusal(error, "precondition-failed") && before !== null)
            void tagged(api.GET("/v1/customers/{id}", { params: { path: { id: before.id } } })).then(setTheirs, () => undefined);
          else setRest(showErrors(form, error));
        },
      },
    );
  const all = () => form.getFieldsValue(true) as Fields;
  const edited = (changed: unknown) => {
    clearErrors(form, changed);
    setDirty(true);
  };

  return (
    <Page
      title={before === null ? t("customers.new") : t("customers.edit")}
      sub={before === null ? undefined : `${before.code} ${before.name ?? ""}`}
      back={back}
    >
      <UnsavedGuard dirty={dirty} />
      <Form form={form} layout="vertical" initialValues={start} onValuesChange={edited} onFinish={() => send(all(), match)} scrollToFirstError>
        <div className="stack">
          <Identity fixed={before !== null} />
          <TermsPanel />
          <Contact />
          {write.error !== null && theirs === null && <ProblemNote error={write.error} rest={rest} />}
          <div className="row sticky-actions">
            <Act why={whyNot("customers:enter")} type="primary" htmlType="submit" loading={write.isPending}>
              {t("common.save")}
            </Act>
            <Button onClick={wayBack}>{t("common.cancel")}</Button>
          </div>
        </div>
      </Form>
      {theirs !== null && (
        <CustomerConflict
          mine={all()}
          theirs={theirs.body}
          onCancel={() => setTheirs(null)}
          onChoose={(fields) => {
            form.setFieldsValue(fields);
            void client.invalidateQueries({ queryKey: ["customer"] });
            setMatch(theirs.etag);
            setTheirs(null);
            send(fields, theirs.etag);
          }}
        />
      )}
    </Page>
  );
}

const FLAT = ["name", "country", "kind", "taxpayer_status", "group", "region", "email", "external_id", "parent", "locale", "statement_style"] as const;

const CODED: Readonly<Record<string, CodeGroup>> = { kind: "customerKind", taxpayer_status: "taxpayer", statement_style: "style" };

function CustomerConflict({ mine, theirs, onCancel, onChoose }: { mine: Fields; theirs: Customer; onCancel: () => void; onChoose: (fields: Fields) => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const terms = useTerms();
  const now = fieldsOf(theirs);
  const nested = ["tax_id", "tax_ids", "address", "terms", "accounts"] as const;
  const label: Record<string, string> = {
    name: t("customers.name"),
    country: t("customers.country"),
    kind: t("customers.kind"),
    taxpayer_status: t("customers.taxpayer"),
    group: t("customers.group"),
    region: t("customers.region"),
    email: t("customers.email"),
    external_id: t("customers.externalId"),
    parent: t("customers.parent"),
    locale: t("customers.locale"),
    statement_style: t("customers.style"),
    tax_id: t("customers.taxId"),
    tax_ids: t("customers.taxIds"),
    address: t("customers.address"),
    terms: t("customers.terms"),
    accounts: t("customers.payerAccounts"),
  };
  const said = (value: unknown): string => {
    if (value === null || value === undefined) return "";
    if (typeof value === "string") return value;
    if (typeof value === "object")
      return Object.values(value)
        .map(said)
        .filter((s) => s !== "")
        .join(" · ");
    return typeof value === "number" ? String(value) : "";
  };
  /** Codes in words, and the payer by her name. */
  const worded = (key: string, value: unknown): ReactNode => {
    if (typeof value !== "string" || value === "") return said(value);
    if (key === "parent") return <CustomerName id={value} link={false} />;
    if (key === "locale") return localeName(value);
    const register = CODED[key];
    return register === undefined ? said(value) : code(register, value);
  };
  // Terms in words; of what the words leave out, all of it.
  const both = (key: (typeof FLAT)[number] | (typeof nested)[number]) => {
    const [a, b] = [terms(bodyOf(mine).terms), terms(bodyOf(now).terms)];
    return key === "terms" && a !== b ? { mine: a, theirs: b } : { mine: said(mine[key]), theirs: said(now[key]) };
  };
  const sides: Side[] = [...FLAT, ...nested]
    .map((key) => ({ key, label: label[key] ?? key, ...both(key) }))
    .filter((side) => side.mine !== side.theirs)
    .map((side) => ({ ...side, mine: worded(side.key, side.mine), theirs: worded(side.key, side.theirs) }));
  return (
    <Conflict
      sides={sides}
      onCancel={onCancel}
      onChoose={(choice) => {
        const taken = Object.fromEntries([...FLAT, ...nested].map((key) => [key, choice[key] === "theirs" ? now[key] : mine[key]]));
        onChoose({ ...mine, ...taken });
      }}
    />
  );
}

function Identity({ fixed }: { fixed: boolean }) {
  const { t } = useTranslation();
  const code = useCode();
  const groups = useQuery(groupNames);
  // Tax rules know others too: what the customer has stays to be chosen.
  const held: unknown = Form.useWatch("taxpayer_status");
  const statuses = [...new Set(["general", "small-scale", "exempt", "none", ...(typeof held === "string" && held !== "" ? [held] : [])])];
  const must = [{ required: true, message: t("common.required") }];
  return (
    <Panel title={t("customers.overview")}>
      <div className="form-grid">
        <Form.Item name="code" label={t("customers.code")} rules={must}>
          <Input disabled={fixed} autoComplete="off" />
        </Form.Item>
        <Form.Item name="name" label={t("customers.name")} rules={must}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="kind" label={t("customers.kind")}>
          <Select options={CUSTOMER_KINDS.map((value) => ({ value, label: code("customerKind", value) }))} />
        </Form.Item>
        <Form.Item name="country" label={t("customers.country")} rules={must}>
          <Input maxLength={2} autoComplete="off" />
        </Form.Item>
        <Form.Item name="region" label={t("customers.region")}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="currency" label={t("common.currency")} rules={must}>
          <Input maxLength={3} disabled={fixed} autoComplete="off" />
        </Form.Item>
        <Form.Item name={["tax_id", "id"]} label={t("customers.taxId")}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name={["tax_id", "scheme"]} label={t("customers.taxScheme")}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="taxpayer_status" label={t("customers.taxpayer")}>
          <Select options={statuses.map((value) => ({ value, label: code("taxpayer", value) }))} />
        </Form.Item>
        <Form.Item name="parent" label={t("customers.parent")}>
          <CustomerField aria-label={t("customers.parent")} />
        </Form.Item>
        <Form.Item name="group" label={t("customers.group")}>
          <AutoComplete showSearch={TYPED} allowClear options={(groups.data ?? []).map((value) => ({ value }))} />
        </Form.Item>
        <Form.Item name="external_id" label={t("customers.externalId")}>
          <Input autoComplete="off" />
        </Form.Item>
      </div>
      <FurtherTaxIds />
    </Panel>
  );
}

/** Registrations in other countries, or of other kinds. */
function FurtherTaxIds() {
  const { t } = useTranslation();
  return (
    <section aria-label={t("customers.taxIds")}>
      <h3 style={{ fontSize: 13, marginBottom: 4 }}>{t("customers.taxIds")}</h3>
      <Form.List name="tax_ids">
        {(rows, { add, remove }, { errors }) => (
          <div className="stack tight">
            {rows.map((row, n) => (
              <div key={row.key} className="row" style={{ alignItems: "flex-start", flexWrap: "nowrap" }}>
                <Form.Item name={[row.name, "scheme"]} style={{ width: 110, margin: 0 }}>
                  <Input aria-label={`${t("customers.taxIds")} ${n + 1} · ${t("customers.taxScheme")}`} placeholder="EU:VAT" autoComplete="off" />
                </Form.Item>
                <Form.Item name={[row.name, "id"]} style={{ flex: 1, maxWidth: 360, margin: 0 }}>
                  <Input aria-label={`${t("customers.taxIds")} ${n + 1} · ${t("customers.taxId")}`} placeholder={t("customers.taxId")} autoComplete="off" />
                </Form.Item>
                <Button onClick={() => remove(row.name)} aria-label={`${t("common.remove")} ${t("customers.taxIds")} ${n + 1}`}>
                  {t("common.remove")}
                </Button>
              </div>
            ))}
            <div>
              <Button onClick={() => add({})}>{t("customers.taxIdAdd")}</Button>
            </div>
            <Form.ErrorList errors={errors} />
          </div>
        )}
      </Form.List>
    </section>
  );
}

function Contact() {
  const { t } = useTranslation();
  const code = useCode();
  const form = Form.useFormInstance<Fields>();
  const home = useCompany().data?.country ?? "";
  // Where the customer is; while that is no country, where the company is.
  const schemeHere = () => {
    const typed = (form.getFieldValue("country") as string | undefined) ?? "";
    return localOf(/^[A-Z]{2}$/.test(typed) ? typed : home).accountScheme;
  };
  return (
    <Panel title={t("customers.contacts")}>
      <div className="form-grid">
        <Form.Item name="email" label={t("customers.email")}>
          <Input type="email" autoComplete="off" />
        </Form.Item>
        <Form.Item name={["address", "city"]} label={t("customers.city")}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name={["address", "postal_code"]} label={t("customers.postal")}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name={["address", "country"]} label={t("customers.addressCountry")} extra={t("customers.addressCountryHint")} normalize={(value: string) => value.toUpperCase()}>
          <Input maxLength={2} autoComplete="off" />
        </Form.Item>
        <Form.Item name={["address", "lines"]} label={t("customers.addressLines")} className="full">
          <Input.TextArea rows={3} />
        </Form.Item>
      </div>
      <h3 style={{ fontSize: 13, marginBottom: 4 }}>{t("customers.payerAccounts")}</h3>
      <p className="small quiet" style={{ marginBottom: 8 }}>
        {t("customers.payerHint")}
      </p>
      <Form.List name="accounts">
        {(rows, { add, remove }, { errors }) => (
          <div className="stack tight">
            {rows.map((row) => (
              <div key={row.key} className="row" style={{ alignItems: "flex-start", flexWrap: "nowrap" }}>
                <Form.Item name={[row.name, "scheme"]} style={{ width: 110, margin: 0 }}>
                  <Select aria-label={t("customers.payerScheme")} options={ACCOUNT_SCHEMES.map((value) => ({ value, label: code("accountScheme", value) }))} />
                </Form.Item>
                <Form.Item name={[row.name, "account"]} style={{ flex: 1, maxWidth: 360, margin: 0 }}>
                  <Input aria-label={t("customers.payerAccount")} autoComplete="off" />
                </Form.Item>
                <Button onClick={() => remove(row.name)}>{t("common.remove")}</Button>
              </div>
            ))}
            <div>
              <Button onClick={() => add({ scheme: schemeHere() })}>{t("common.add")}</Button>
            </div>
            <Form.ErrorList errors={errors} />
          </div>
        )}
      </Form.List>
    </Panel>
  );
}
