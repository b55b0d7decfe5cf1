import { DatePicker, Input, Select, type InputProps } from "antd";
import dayjs from "dayjs";
import { useMemo, useState } from "react";
import { flushSync } from "react-dom";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { useQuery } from "@tanstack/react-query";
import { api, got, type Schemas } from "@/api/client";
import { useCustomer, usePeople } from "@/api/hooks";
import { readAmount } from "@/lib/amount";
import { useFormat } from "./format";
import { useLater } from "./later";

interface Value<T> {
  id?: string;
  value?: T | undefined;
  onChange?: (value: T | undefined) => void;
  "aria-label"?: string;
}

/** A day as `YYYY-MM-DD` text. */
export function DayField({ id, value, onChange, allowClear = true, ...rest }: Value<string> & { allowClear?: boolean }) {
  const format = useFormat();
  const { t } = useTranslation();
  // The same day is the same object: another one would undo what is being typed.
  const day = useMemo(() => (value === undefined || value === "" ? null : dayjs(value)), [value]);
  return (
    <DatePicker
      {...(id === undefined ? {} : { id })}
      aria-label={rest["aria-label"]}
      allowClear={allowClear}
      value={day}
      format={format.language === "en" ? ["DD MMM YYYY", "YYYY-MM-DD", "DD/MM/YYYY"] : ["YYYY/MM/DD", "YYYY-MM-DD", "YYYYMMDD"]}
      placeholder={t("common.date")}
      // Enter takes the day that is typed; it does not send the form as well.
      onKeyDown={(event) => {
        if (event.key === "Enter") event.preventDefault();
      }}
      onChange={(chosen) => onChange?.(chosen === null ? undefined : chosen.format("YYYY-MM-DD"))}
    />
  );
}

/** Decimal text in and out; grouped when it is left, plain while it is edited. */
export function AmountField({ value, onChange, ...input }: Omit<InputProps, "value" | "onChange"> & Value<string>) {
  const format = useFormat();
  const [typed, setTyped] = useState<string | null>(null);
  const shown = typed ?? (value === undefined ? "" : format.amount(value));
  return (
    <Input
      {...input}
      className="amount-input"
      inputMode="decimal"
      autoComplete="off"
      value={shown}
      onFocus={(event) => {
        const field = event.target;
        // Ungrouped at once, and all of it selected: what is typed replaces it. A press of the mouse then puts the caret where it is.
        flushSync(() => setTyped(value ?? ""));
        field.select();
      }}
      onChange={(event) => {
        setTyped(event.target.value);
        const text = event.target.value.trim();
        onChange?.(text === "" ? undefined : (readAmount(text) ?? text));
      }}
      onBlur={() => setTyped(null)}
    />
  );
}

/** A rule for forms: what is typed is an amount. */
export function amountRule(message: string) {
  return {
    validator: (_: unknown, value: string | undefined) =>
      value === undefined || value === "" || readAmount(value) !== null ? Promise.resolve() : Promise.reject(new Error(message)),
  };
}

/** Customers by the beginning of the code, then by a part of code or name. */
export async function findCustomers(text: string) {
  const ask = (query: { code_prefix?: string; contains?: string }) => got(api.GET("/v1/customers", { params: { query: { ...query, limit: 20 } } }));
  if (text === "") return (await ask({})).items;
  const [byCode, byPart] = await Promise.all([ask({ code_prefix: text.toUpperCase() }), ask({ contains: text })]);
  const codes = new Set(byCode.items.map((c) => c.code));
  return [...byCode.items, ...byPart.items.filter((c) => !codes.has(c.code))];
}

/** Its value is the customer's code. */
export function CustomerField({ id, value, onChange, placeholder, ...rest }: Value<string> & { placeholder?: string }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const text = useLater(typed, 200);
  const found = useQuery({ queryKey: ["customers", "find", text], queryFn: () => findCustomers(text), staleTime: 30_000 });
  const chosen = useCustomer(value);
  const options = (found.data ?? []).map((c) => ({ value: c.code, label: `${c.code} ${c.name ?? t("common.erasedName")}` }));
  if (value !== undefined && value !== "" && !options.some((o) => o.value === value)) {
    const c = chosen.data;
    options.unshift({ value, label: c === undefined ? value : `${c.code} ${c.name ?? t("common.erasedName")}` });
  }
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      aria-label={rest["aria-label"] ?? t("common.customer")}
      style={{ width: "100%", minWidth: 200 }}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      allowClear
      placeholder={placeholder ?? t("common.customer")}
      value={value ?? null}
      onChange={(code: string | null | undefined) => onChange?.(code ?? undefined)}
      options={options}
      loading={found.isFetching}
      notFoundContent={found.isFetching ? t("common.loading") : found.isError ? t("common.notDone") : t("nav.findNone")}
    />
  );
}

/** Who acts, by the name that came along: who may not read the list of people sees it too. */
export function Hand({ of }: { of: Schemas["Hand"] | null | undefined }) {
  const people = usePeople();
  return <span>{of?.name ?? people(of?.id)}</span>;
}

/** A customer by id, as a link with code and name. */
export function CustomerName({ id, link = true }: { id: string | null | undefined; link?: boolean }) {
  const { t } = useTranslation();
  const customer = useCustomer(id);
  if (id === null || id === undefined) return null;
  const text = customer.data === undefined ? "…" : (customer.data.name ?? t("common.erasedName"));
  const whole = (
    <>
      <span className="quiet num">{customer.data?.code}</span> {text}
    </>
  );
  return link ? <Link to={`/customers/${customer.data?.code ?? id}`}>{whole}</Link> : <span>{whole}</span>;
}

/** The customer of a report's row, which has code and name already. */
export function PartyName({ party }: { party: Schemas["PartyView"] }) {
  const { t } = useTranslation();
  return (
    <Link to={`/customers/${party.code}`}>
      <span className="quiet num">{party.code}</span> {party.name ?? t("common.erasedName")}
    </Link>
  );
}

export function Person({ id }: { id: string | null | undefined }) {
  const people = usePeople();
  return <span>{people(id)}</span>;
}

/** Several of them, in a row. */
export function People({ ids }: { ids: readonly string[] }) {
  const { t } = useTranslation();
  return ids.map((id, n) => (
    <span key={id}>
      {n > 0 && t("common.listComma")}
      <Person id={id} />
    </span>
  ));
}
