import { Form, Input, Select } from "antd";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api, got, tagged, type Schemas, type Tagged } from "@/api/client";
import { keyed } from "@/api/hooks";
import { every } from "@/api/shapes";
import { useSession, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { AmountField, CustomerField, CustomerName } from "@/ui/fields";
import { FormDialogue } from "@/ui/FormDialogue";
import { Act, Amount, Panel } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { CountField } from "@/ui/spoken";
import { DataTable, type Column } from "@/ui/table";

const KINDS = every<Schemas["ToleranceRoleName"]>({ tail: true, charge: true, discount: true });
const ROLES = every<Schemas["RoleName"]>({ administrator: true, clerk: true, reviewer: true, cashier: true, auditor: true, integrator: true });
type ToleranceBody = Schemas["ToleranceBody"];
type LimitBody = Schemas["RoleLimitBody"];

const readTolerances = () => tagged(api.GET("/v1/tolerances"));
const readLimits = () => tagged(api.GET("/v1/role-limits"));

interface SettingsProps<Whole, Row> {
  title: string;
  act: string;
  empty: string;
  query: UseQueryResult<Tagged<Whole>>;
  rows: (whole: Whole) => readonly Row[];
  columns: Column<Row>[];
  form: (etag: string, onClose: () => void) => ReactNode;
}

/** What is set row by row: all that is set, and a form that sets one. */
function Settings<Whole, Row>({ title, act, empty, query, rows, columns, form }: SettingsProps<Whole, Row>) {
  const whyNot = useWhyNot();
  const [adding, setAdding] = useState(false);
  return (
    <Panel
      flush
      title={title}
      extra={
        <Act size="small" why={whyNot("settings:configure")} onClick={() => setAdding(true)}>
          {act}
        </Act>
      }
    >
      <DataTable label={title} query={{ ...query, data: query.data === undefined ? undefined : rows(query.data.body) }} rowKey={(_, n) => n} empty={empty} columns={columns} />
      {adding && query.data !== undefined && form(query.data.etag, () => setAdding(false))}
    </Panel>
  );
}

/** What reconciliation may write off. */
export function Tolerances() {
  const { t } = useTranslation();
  const code = useCode();
  return (
    <Settings
      title={t("admin.tolerances")}
      act={t("admin.toleranceAdd")}
      empty={t("admin.tolerancesNone")}
      query={useQuery({ queryKey: ["tolerances"], queryFn: readTolerances })}
      rows={(whole) => whole.tolerances}
      columns={[
        { key: "role", title: t("common.kind"), render: (x) => code("toleranceRole", x.role) },
        { key: "customer", title: t("common.customer"), render: (x) => (x.customer === null || x.customer === undefined ? t("admin.everyone") : <CustomerName id={x.customer} />) },
        { key: "amount", title: t("common.amount"), align: "right", render: (x) => <Amount value={x.amount} /> },
        { key: "permille", title: t("admin.permille"), align: "right", render: (x) => `${x.permille} ‰` },
        { key: "monthly", title: t("admin.toleranceMonthly"), align: "right", render: (x) => <Amount value={x.monthly} /> },
      ]}
      form={(etag, onClose) => <SetTolerance etag={etag} onClose={onClose} />}
    />
  );
}

function SetTolerance({ etag, onClose }: { etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const session = useSession();
  const { amount, optional } = useRules();
  return (
    <FormDialogue<ToleranceBody, unknown>
      title={t("admin.toleranceAdd")}
      act={t("common.save")}
      text={t("admin.tolerancesText")}
      start={{ role: "tail", currency: session.company.base_currency, permille: 0 }}
      send={(body, key, match) => got(api.PUT("/v1/tolerances", { params: { header: { ...keyed(key), "If-Match": match } }, body }))}
      versions={{
        etag,
        // what is set now of the same kind, currency and customer; where nothing is, hers stands beside nothing
        read: async (mine) => {
          const { body, etag: now } = await readTolerances();
          const same = body.tolerances.find((one) => one.role === mine.role && one.amount.currency === mine.currency && (one.customer ?? undefined) === (mine.customer ?? undefined));
          return { body: same === undefined ? mine : { ...mine, amount: same.amount.amount, permille: same.permille, monthly: same.monthly?.amount }, etag: now };
        },
        sides: (mine, theirs) => [
          { key: "amount", label: t("common.amount"), mine: mine.amount, theirs: theirs.amount },
          { key: "permille", label: t("admin.permille"), mine: String(mine.permille ?? 0), theirs: String(theirs.permille ?? 0) },
          { key: "monthly", label: t("admin.toleranceMonthly"), mine: mine.monthly ?? "", theirs: theirs.monthly ?? "" },
        ],
      }}
      stale={[["tolerances"]]}
      onClose={onClose}
    >
      <Form.Item name="role" label={t("common.kind")}>
        <Select options={KINDS.map((value) => ({ value, label: code("toleranceRole", value) }))} />
      </Form.Item>
      <UpTo />
      <Form.Item name="permille" label={t("admin.permille")}>
        <CountField min={0} max={1000} />
      </Form.Item>
      <Form.Item name="monthly" label={optional(t("admin.toleranceMonthly"))} rules={amount}>
        <AmountField />
      </Form.Item>
      <Form.Item name="customer" label={optional(t("common.customer"))}>
        <CustomerField />
      </Form.Item>
    </FormDialogue>
  );
}

function UpTo() {
  const { t } = useTranslation();
  const { must, amount } = useRules();
  return (
    <div className="form-grid">
      <Form.Item name="amount" label={t("common.amount")} rules={[...must, ...amount]}>
        <AmountField />
      </Form.Item>
      <Form.Item name="currency" label={t("common.currency")} rules={must} normalize={(value: string) => value.toUpperCase()}>
        <Input maxLength={3} autoComplete="off" />
      </Form.Item>
    </div>
  );
}

/** 岗位限额: the most that who acts in a role may approve to be written off. */
export function RoleLimits() {
  const { t } = useTranslation();
  const code = useCode();
  return (
    <Settings
      title={t("admin.roleLimits")}
      act={t("admin.roleLimitSet")}
      empty={t("admin.roleLimitsNone")}
      query={useQuery({ queryKey: ["role-limits"], queryFn: readLimits })}
      rows={(whole) => whole.role_limits}
      columns={[
        { key: "role", title: t("admin.role"), render: (x) => code("role", x.role) },
        { key: "kind", title: t("common.kind"), render: (x) => code("toleranceRole", x.kind) },
        { key: "amount", title: t("common.amount"), align: "right", render: (x) => <Amount value={x.amount} /> },
      ]}
      form={(etag, onClose) => <SetLimit etag={etag} onClose={onClose} />}
    />
  );
}

function SetLimit({ etag, onClose }: { etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const session = useSession();
  const { must } = useRules();
  return (
    <FormDialogue<LimitBody, unknown>
      title={t("admin.roleLimitSet")}
      act={t("common.save")}
      text={t("admin.roleLimitsText")}
      start={{ role: "clerk", kind: "tail", currency: session.company.base_currency }}
      send={(body, key, match) => got(api.PUT("/v1/role-limits", { params: { header: { ...keyed(key), "If-Match": match } }, body }))}
      versions={{
        etag,
        read: async (mine) => {
          const { body, etag: now } = await readLimits();
          const same = body.role_limits.find((one) => one.role === mine.role && one.kind === mine.kind && one.amount.currency === mine.currency);
          return { body: same === undefined ? mine : { ...mine, amount: same.amount.amount }, etag: now };
        },
        sides: (mine, theirs) => [{ key: "amount", label: t("common.amount"), mine: mine.amount, theirs: theirs.amount }],
      }}
      stale={[["role-limits"]]}
      onClose={onClose}
    >
      <Form.Item name="role" label={t("admin.role")} rules={must}>
        <Select options={ROLES.map((value) => ({ value, label: code("role", value) }))} />
      </Form.Item>
      <Form.Item name="kind" label={t("common.kind")} rules={must}>
        <Select options={KINDS.map((value) => ({ value, label: code("toleranceRole", value) }))} />
      </Form.Item>
      <UpTo />
    </FormDialogue>
  );
}
