import { Form, Input, Select, type FormInstance } from "antd";
import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import type { CompanyBody } from "@/api/shapes";
import { useCode } from "@/i18n/code";
import { LOCALES } from "@/i18n/locales";
import { localOf } from "@/lib/country";
import { filled } from "@/lib/filled";
import { follow } from "@/ui/forms";
import { CountField } from "@/ui/spoken";

export interface CompanyFormFields {
  code: string;
  name: string;
  country: string;
  base_currency: string;
  time_zone: string;
  locale: string;
  taxpayer_status: string;
  tax_id?: { scheme?: string; id?: string };
  address?: { lines?: string; city?: string; postal_code?: string; country?: string };
  retention_years: number;
  chart: "cn" | "generic";
}

export const COMPANY_START: CompanyFormFields = {
  code: "",
  name: "",
  country: "CN",
  base_currency: "CNY",
  time_zone: "Asia/Shanghai",
  locale: "zh-CN",
  taxpayer_status: "general",
  tax_id: { scheme: "CN:USCC" },
  retention_years: 30,
  chart: "cn",
};

export function companyBody(fields: CompanyFormFields): CompanyBody {
  const { tax_id, address, ...rest } = fields;
  const id = tax_id?.id?.trim() ?? "";
  const lines = (address?.lines ?? "").split("\n").map((line) => line.trim()).filter((line) => line !== "");
  const city = filled(address?.city);
  const postal = filled(address?.postal_code);
  const somewhere = lines.length > 0 || city !== undefined || postal !== undefined;
  const at = { country: filled(address?.country) ?? rest.country, lines, ...(city === undefined ? {} : { city }), ...(postal === undefined ? {} : { postal_code: postal }) };
  return { ...rest, code: rest.code.trim(), name: rest.name.trim(), ...(id === "" ? {} : { tax_id: { id, scheme: tax_id?.scheme?.trim() ?? "" } }), ...(somewhere ? { address: at } : {}) };
}

/** What may be corrected of a company that is there; code and currency stand there to be seen. */
export type CorrectionFields = Omit<CompanyFormFields, "chart"> & { jurisdiction: string };

type Company = Schemas["Company"];

export function correctionOf(company: Company): CorrectionFields {
  const { tax_id: taxId, address } = company;
  return {
    code: company.code,
    name: company.name,
    country: company.country,
    jurisdiction: company.jurisdiction,
    base_currency: company.base_currency,
    time_zone: company.time_zone,
    locale: company.locale,
    taxpayer_status: company.taxpayer_status,
    retention_years: company.retention_years,
    ...(taxId === null || taxId === undefined ? {} : { tax_id: { scheme: taxId.scheme, id: taxId.id } }),
    ...(address === null || address === undefined ? {} : { address: { lines: address.lines.join("\n"), city: address.city ?? "", postal_code: address.postal_code ?? "", country: address.country } }),
  };
}

export function correctedBody(fields: CorrectionFields, before: Company): Schemas["CompanyBody"] {
  const { tax_id: taxId, address } = companyBody({ ...fields, chart: "cn" });
  return {
    code: before.code,
    name: fields.name.trim(),
    country: fields.country,
    jurisdiction: fields.jurisdiction,
    base_currency: before.base_currency,
    time_zone: fields.time_zone,
    locale: fields.locale,
    taxpayer_status: fields.taxpayer_status,
    retention_years: fields.retention_years,
    ...(taxId === null || taxId === undefined ? {} : { tax_id: taxId }),
    ...(address === null || address === undefined ? {} : { address }),
  };
}

/** What goes with a country, until somebody says otherwise: currency, time zone, scheme of the tax id, chart of accounts, years kept. */
export function followCountry(form: FormInstance, prefix: string[], country: string): void {
  const local = localOf(country);
  const zone = country === "CN" ? "Asia/Shanghai" : Intl.DateTimeFormat().resolvedOptions().timeZone;
  const goes = (path: string[], value: string | number) => follow(form, [...prefix, ...path], value);
  goes(["base_currency"], local.currency ?? "");
  goes(["time_zone"], zone);
  goes(["tax_id", "scheme"], local.taxScheme ?? "");
  goes(["chart"], local.chart);
  goes(["retention_years"], local.retentionYears);
}

const ZONES = typeof Intl.supportedValuesOf === "function" ? Intl.supportedValuesOf("timeZone") : ["Asia/Shanghai", "Europe/London"];

/** Fields of a company; `prefix` is where they lie in a larger form, `there` says that it is there already. */
export function CompanyFields({ prefix = [], there = false }: { prefix?: string[]; there?: boolean }) {
  const { t } = useTranslation();
  const code = useCode();
  const must = [{ required: true, message: t("common.required") }];
  const name = (...path: string[]) => [...prefix, ...path];
  const upper = (value: string) => value.toUpperCase();
  return (
    <div className="form-grid">
      <Form.Item name={name("name")} label={t("admin.name")} rules={must} className="full">
        <Input autoComplete="organization" />
      </Form.Item>
      <Form.Item name={name("code")} label={t("admin.code")} rules={must}>
        <Input autoComplete="off" disabled={there} />
      </Form.Item>
      <Form.Item name={name("country")} label={t("admin.country")} rules={must} normalize={upper}>
        <Input maxLength={2} autoComplete="off" />
      </Form.Item>
      <Form.Item name={name("base_currency")} label={t("admin.base")} rules={must} normalize={upper}>
        <Input maxLength={3} autoComplete="off" disabled={there} />
      </Form.Item>
      {there && (
        <Form.Item name={name("jurisdiction")} label={t("admin.jurisdiction")} rules={must} normalize={upper}>
          <Input autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item name={name("time_zone")} label={t("admin.timeZone")} rules={must}>
        <Select showSearch options={ZONES.map((value) => ({ value, label: value }))} />
      </Form.Item>
      <Form.Item name={name("locale")} label={t("admin.locale")}>
        <Select options={[...LOCALES]} />
      </Form.Item>
      <Form.Item name={name("taxpayer_status")} label={t("admin.taxpayer")}>
        <Select options={["general", "small-scale", "none"].map((value) => ({ value, label: code("taxpayer", value) }))} />
      </Form.Item>
      <Form.Item name={name("tax_id", "id")} label={`${t("admin.taxId")} (${t("common.optional")})`}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name={name("tax_id", "scheme")} label={t("admin.taxScheme")}>
        <Input autoComplete="off" />
      </Form.Item>
      {!there && (
        <Form.Item name={name("chart")} label={t("books.chart")}>
          <Select options={(["cn", "generic"] as const).map((value) => ({ value, label: t(`books.templateOf.${value}`) }))} />
        </Form.Item>
      )}
      {there && (
        <Form.Item name={name("address", "country")} label={`${t("admin.addressCountry")} (${t("common.optional")})`} normalize={upper}>
          <Input maxLength={2} autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item name={name("address", "city")} label={`${t("customers.city")} (${t("common.optional")})`}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name={name("address", "postal_code")} label={`${t("customers.postal")} (${t("common.optional")})`}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name={name("address", "lines")} label={`${t("customers.addressLines")} (${t("common.optional")})`} className="full">
        <Input.TextArea rows={2} />
      </Form.Item>
      <Form.Item name={name("retention_years")} label={t("admin.retention")}>
        <CountField min={1} max={100} />
      </Form.Item>
    </div>
  );
}
