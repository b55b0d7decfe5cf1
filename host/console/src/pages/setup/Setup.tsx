import { Button, Form, Input, Radio, Select, Steps } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import type { SetupBody } from "@/api/shapes";
import type { FieldError } from "@/api/problem";
import { Brand, LanguageSwitch } from "@/app/Brand";
import { useDoors } from "@/app/session";
import { useLanguage } from "@/i18n";
import { useCode } from "@/i18n/code";
import { ACCOUNT_SCHEMES, GENERIC_TAX, localOf, taxRulesOf } from "@/lib/country";
import { filled } from "@/lib/filled";
import { follow, showErrors, useStay } from "@/ui/forms";
import { JobProgress } from "@/ui/jobs";
import { Loading, ProblemNote } from "@/ui/states";
import { COMPANY_START, companyBody, CompanyFields, followCountry, type CompanyFormFields } from "../admin/companyFields";
import { firstFileAt } from "../home/firstSteps";
import { Summary } from "../plugins/Summary";
import { bodyAt, staysAt, stepOf } from "./steps";
import { TAX_FIELDS, TaxRules } from "./TaxRules";
import { TAX_START, taxConfig, type TaxFields } from "./taxConfig";

interface Fields {
  code: string;
  company: CompanyFormFields;
  administrator: { login: string; name: string; password: string };
  bank: boolean;
  bank_account: { number?: string; scheme: string; bank?: string; bic?: string; holder?: string; currency?: string };
  slots: Partial<Record<(typeof SLOTS)[number], string>>;
  tax: TaxFields;
  data: Data;
}

/** What the company begins with. */
type Data = "sample" | "file" | "empty";

const SLOTS = ["tax", "statement", "reconciliation", "bank"] as const;

/** Which fields the first steps show: a step is left when its own hold. */
const FIELDS: (string | string[])[][] = [
  ["code", ["company", "name"], ["company", "code"], ["company", "country"], ["company", "base_currency"], ["company", "time_zone"]],
  [["administrator", "login"], ["administrator", "name"], ["administrator", "password"]],
];
const BANK_FIELDS = ["number", "bank", "holder", "currency"].map((name) => ["bank_account", name]);

/** Rules that are made of a configuration. */
const isGeneric = (plugins: readonly Schemas["Plugin"][], digest: string | undefined): boolean => digest !== undefined && plugins.some((p) => p.digest === digest && p.name === GENERIC_TAX);

function bodyOf(fields: Fields, plugins: readonly Schemas["Plugin"][]): SetupBody {
  const { bank, bank_account: account } = fields;
  return {
    code: fields.code.trim(),
    company: companyBody(fields.company),
    administrator: fields.administrator,
    sample: fields.data === "sample",
    // In force for documents of last year too: whoever takes over has some.
    bindings: SLOTS.flatMap((slot) => {
      const digest = fields.slots[slot];
      if (digest === undefined || digest === "") return [];
      const config = slot === "tax" && isGeneric(plugins, digest) ? { config: taxConfig(fields.company.country, fields.company.base_currency, fields.tax) as never } : {};
      return [{ slot, digest, ...config, valid_from: `${new Date().getFullYear() - 1}-01-01` }];
    }),
    ...(bank
      ? {
          bank_account: {
            number: account.number?.trim() ?? "",
            scheme: account.scheme,
            bank: account.bank?.trim() ?? "",
            holder: account.holder?.trim() ?? "",
            currency: account.currency?.trim() ?? "",
            bic: filled(account.bic),
          },
        }
      : {}),
  };
}

/** What somebody who never heard of it chooses. */
const summed = (plugin: Schemas["Plugin"] | undefined) => plugin !== undefined && <Summary of={plugin} />;

/** The first of each kind that this server brings; tax rules of the country. */
function startOf(plugins: readonly Schemas["Plugin"][]): Fields["slots"] {
  const first = (slot: string) => (slot === "tax" ? taxRulesOf(plugins, COMPANY_START.country) : plugins.find((p) => p.world === slot))?.digest;
  return Object.fromEntries(SLOTS.map((slot) => [slot, first(slot)]));
}

function codeInAddress(): string {
  return new URLSearchParams(location.hash.split("?")[1] ?? "").get("code") ?? "";
}

interface Made {
  begun: Schemas["BegunView"];
  data: Data;
}

export default function Setup() {
  const { t } = useTranslation();
  const open = useQuery({ queryKey: ["setup"], queryFn: () => got(api.GET("/v1/setup")), retry: false, refetchOnWindowFocus: false, staleTime: Infinity });
  const [made, setMade] = useState<Made | null>(null);
  return (
    <main className="door">
      <div className="panel wide">
        <div className="body stack">
          <div className="row between">
            <Brand />
            <LanguageSwitch />
          </div>
          <div>
            <h1 style={{ fontSize: 20 }}>{t("setup.title")}</h1>
            <p className="quiet">{t("setup.intro")}</p>
          </div>
          {made !== null ? (
            <Done made={made} />
          ) : open.isPending ? (
            <Loading />
          ) : open.data === undefined ? (
            <ProblemNote error={open.error} onRetry={() => void open.refetch()} />
          ) : open.data.open ? (
            <Wizard plugins={open.data.plugins} onMade={setMade} />
          ) : (
            <div className="note">
              <span>{t("setup.closed")}</span>
              <a href="#/">{t("setup.toLogin")}</a>
            </div>
          )}
        </div>
      </div>
    </main>
  );
}

function Wizard({ plugins, onMade }: { plugins: readonly Schemas["Plugin"][]; onMade: (made: Made) => void }) {
  const code = useCode();
  const { t } = useTranslation();
  const [form] = Form.useForm<Fields>();
  const [step, setStep] = useState(0);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [rest, setRest] = useState<FieldError[]>([]);
  const [begun, setBegun] = useState(false);
  useStay(begun);
  const must = [{ required: true, message: t("common.required") }];
  const bank = Form.useWatch("bank", form) as boolean | undefined;
  const base = Form.useWatch(["company", "base_currency"], form) as string | undefined;
  const country = Form.useWatch(["company", "country"], form) as string | undefined;
  const slots = Form.useWatch("slots", form) as Fields["slots"] | undefined;
  const rules = slots?.tax;
  const chosenFor = (slot: (typeof SLOTS)[number]) => plugins.find((p) => p.digest === slots?.[slot]);
  // Documents speak as the page does, until somebody says otherwise.
  const language = useLanguage();
  useEffect(() => {
    follow(form, ["company", "locale"], language);
  }, [form, language]);
  const forward = (fields: Fields) => {
    if (step === 1) form.setFieldValue("bank_account", { holder: fields.company.name, currency: fields.company.base_currency, ...fields.bank_account });
    setError(null);
    setRest([]);
    setStep(step + 1);
  };
  /** By the server's own rules, as far as the step goes: nothing is made. */
  const tried = (fields: Fields) => {
    setBusy(true);
    got(api.POST("/v1/setup", { params: { query: { dry_run: true } }, body: bodyAt(step, bodyOf(fields, plugins)) }))
      .then(() => forward(fields), (refused: unknown) => {
        if (staysAt(step, refused)) show(refused, Math.min(step, stepOf(refused)));
        else forward(fields);
      })
      .finally(() => setBusy(false));
  };
  const show = (refused: unknown, at: number) => {
    setError(refused);
    setStep(at);
    // The fields of the step are there once it is shown.
    setTimeout(() => setRest(showErrors(form, refused)), 0);
  };
  const next = () => {
    // what was refused of the last try may be mended
    setError(null);
    setRest([]);
    const names = step === 2 ? [...TAX_FIELDS, ...(bank === true ? BANK_FIELDS : [])] : (FIELDS[step] ?? []);
    form.validateFields(names).then(
      () => tried(form.getFieldsValue(true) as Fields),
      () => undefined,
    );
  };
  // Rules, account and currency go with the country until they are chosen otherwise.
  const moveTo = (now: string) => {
    followCountry(form, ["company"], now);
    follow(form, ["bank_account", "scheme"], localOf(now).accountScheme);
    follow(form, ["slots", "tax"], taxRulesOf(plugins, now)?.digest);
    form.setFieldValue("tax", TAX_START);
    if (form.getFieldValue(["company", "base_currency"]) !== "CNY" && form.getFieldValue("data") === "sample") form.setFieldValue("data", "empty");
  };
  const finish = () => {
    setBusy(true);
    setError(null);
    const fields = form.getFieldsValue(true) as Fields;
    got(api.POST("/v1/setup", { body: bodyOf(fields, plugins) }))
      .then((begun) => onMade({ begun, data: fields.data }), (refused: unknown) => {
        show(refused, stepOf(refused));
      })
      .finally(() => setBusy(false));
  };
  const hidden = (n: number) => (step === n ? undefined : { display: "none" });
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ code: codeInAddress(), company: { ...COMPANY_START, locale: language }, bank: true, bank_account: { scheme: "CN" }, slots: startOf(plugins), tax: TAX_START, data: "empty", administrator: {} }}
      onValuesChange={(changed: { company?: Partial<CompanyFormFields> }) => {
        setBegun(true);
        const now = changed.company?.country;
        if (now?.length === 2) moveTo(now);
      }}
      scrollToFirstError={{ block: "center", focus: true }}
      onFinish={() => (step < 3 ? next() : finish())}
    >
      <div className="stack">
        <Steps size="small" current={step} items={[{ title: t("setup.stepCompany") }, { title: t("setup.stepAdmin") }, { title: t("setup.stepBank") }, { title: t("setup.stepData") }]} />
        <div style={hidden(0)}>
          <Form.Item name="code" label={t("setup.code")} extra={t("setup.codeHint")} rules={step === 0 ? must : []}>
            <Input autoComplete="off" />
          </Form.Item>
          <CompanyFields prefix={["company"]} />
        </div>
        <div style={hidden(1)}>
          <p className="quiet" style={{ marginBottom: 12 }}>
            {t("setup.adminText")}
          </p>
          <div className="form-grid">
            <Form.Item name={["administrator", "name"]} label={t("admin.personName")} rules={step === 1 ? must : []}>
              <Input autoComplete="name" />
            </Form.Item>
            <Form.Item name={["administrator", "login"]} label={t("admin.login")} rules={step === 1 ? must : []}>
              <Input autoComplete="username" autoCapitalize="none" />
            </Form.Item>
            <Form.Item name={["administrator", "password"]} label={t("session.password")} extra={t("session.rule")} rules={step === 1 ? must : []}>
              <Input.Password autoComplete="new-password" />
            </Form.Item>
          </div>
        </div>
        <div style={hidden(2)}>
          <p className="quiet" style={{ marginBottom: 8 }}>
            {t("setup.plugins")}
          </p>
          <div className="form-grid">
            {SLOTS.map((slot) => (
              <Form.Item key={slot} name={["slots", slot]} label={code("slot", slot)} extra={slot === "tax" && taxRulesOf(plugins, country ?? "") === undefined ? t("setup.taxLater") : summed(chosenFor(slot))}>
                <Select
                  allowClear
                  placeholder={t("common.none")}
                  options={plugins.filter((p) => p.world === slot).map((p) => ({ value: p.digest, label: `${p.name} ${p.version}`, title: p.summary }))}
                />
              </Form.Item>
            ))}
          </div>
          {isGeneric(plugins, rules) && <TaxRules country={country ?? ""} asked={step === 2} />}
          <Form.Item name="bank">
            <Radio.Group
              options={[
                { value: true, label: t("bank.accountNew") },
                { value: false, label: t("setup.bankSkip") },
              ]}
            />
          </Form.Item>
          {bank === true && (
            <div className="form-grid">
              <Form.Item name={["bank_account", "number"]} label={t("bank.number")} rules={step === 2 ? must : []}>
                <Input autoComplete="off" />
              </Form.Item>
              <Form.Item name={["bank_account", "scheme"]} label={t("bank.scheme")}>
                <Select options={ACCOUNT_SCHEMES.map((value) => ({ value, label: code("accountScheme", value) }))} />
              </Form.Item>
              <Form.Item name={["bank_account", "bank"]} label={t("bank.bank")} rules={step === 2 ? must : []}>
                <Input autoComplete="off" />
              </Form.Item>
              <Form.Item name={["bank_account", "holder"]} label={t("bank.holder")} rules={step === 2 ? must : []}>
                <Input autoComplete="off" />
              </Form.Item>
              <Form.Item name={["bank_account", "currency"]} label={t("common.currency")} rules={step === 2 ? must : []} normalize={(value: string) => value.toUpperCase()}>
                <Input maxLength={3} autoComplete="off" />
              </Form.Item>
              <Form.Item name={["bank_account", "bic"]} label={`${t("bank.bic")} (${t("common.optional")})`}>
                <Input autoComplete="off" />
              </Form.Item>
            </div>
          )}
        </div>
        <div style={hidden(3)}>
          <Form.Item name="data" extra={base === "CNY" ? undefined : t("setup.sampleCny")}>
            <Radio.Group
              style={{ display: "flex", flexDirection: "column", gap: 8 }}
              options={[
                { value: "sample", label: t("setup.sample"), disabled: base !== "CNY" },
                { value: "file", label: t("setup.file") },
                { value: "empty", label: t("setup.empty") },
              ]}
            />
          </Form.Item>
        </div>
        <ProblemNote error={error} rest={rest} />
        <div className="row between">
          <Button onClick={() => setStep(step - 1)} style={step === 0 ? { visibility: "hidden" } : undefined}>
            {t("common.previous")}
          </Button>
          <Button type="primary" htmlType="submit" loading={busy}>
            {step === 3 ? t("setup.finish") : t("common.next")}
          </Button>
        </div>
      </div>
    </Form>
  );
}

function Done({ made: { begun, data } }: { made: Made }) {
  const { t } = useTranslation();
  const { enter } = useDoors();
  const job = begun.job ?? null;
  const [over, setOver] = useState(job === null);
  const go = (to: string) => {
    location.hash = `#${to}`;
    enter(begun.session);
  };
  return (
    <div className="stack">
      <p className="note good" role="status">
        <strong>{t("setup.ready")}</strong>
        {data === "file" && <span>{t("setup.fileNext")}</span>}
      </p>
      {job !== null && (
        <>
          <p>{t("setup.loadingSample")}</p>
          <JobProgress id={job} onOver={() => setOver(true)} />
        </>
      )}
      <div className="row">
        {data === "file" && (
          <Button type="primary" onClick={() => go(firstFileAt("customers"))}>
            {t("setup.goFile")}
          </Button>
        )}
        <Button type={data === "file" ? "default" : "primary"} onClick={() => go("/")} disabled={!over}>
          {t("setup.go")}
        </Button>
      </div>
    </div>
  );
}
