import { App, Button, Checkbox, Form, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, tagged, type Tagged } from "@/api/client";
import { HELD, keyed, useWrite } from "@/api/hooks";
import type { ApprovalRule } from "@/api/shapes";
import { isRefusal, type FieldError } from "@/api/problem";
import { useRoles, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { AmountField, amountRule, Person } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { Conflict, showErrors, UnsavedGuard } from "@/ui/forms";
import { Act, Panel } from "@/ui/parts";
import { CountField } from "@/ui/spoken";
import { Loading, ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { ALL_DRAFT_KINDS } from "../documents/NewDocument";
import { AdminPage } from "./nav";

type Rules = { rules: ApprovalRule[] };

const read = () => tagged(api.GET("/v1/approval-rules"));
/** Of rules that somebody loosened: it binds her still. */
const isEarlier = (rule: ApprovalRule) => rule.binds !== null && rule.binds !== undefined;
const ownOf = ({ rules }: Rules) => rules.filter((rule) => rule.builtin !== true && !isEarlier(rule)).map((rule) => ({ ...rule, currency: rule.currency ?? "" }));
const bodyOf = (rules: readonly Partial<ApprovalRule>[]): Rules => ({
  rules: rules.map((rule) => ({
    kind: rule.kind ?? "invoice",
    currency: rule.currency === "" ? null : (rule.currency ?? null),
    from: rule.from ?? "0",
    approvals: rule.approvals ?? 1,
    role: rule.role ?? null,
    post_on_approval: rule.post_on_approval ?? true,
    binds_integrators: rule.binds_integrators ?? false,
  })),
});

export default function Approvals() {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["approval-rules", "edit"], queryFn: read, ...HELD });
  return (
    <AdminPage sub={t("admin.rulesText")}>
      {found.isPending ? <Loading /> : found.data === undefined ? <ProblemNote error={found.error} onRetry={() => void found.refetch()} /> : <Editor found={found.data} />}
    </AdminPage>
  );
}

function Editor({ found }: { found: Tagged<Rules> }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const why = useWhyNot()("settings:configure");
  const roles = useRoles();
  const { message } = App.useApp();
  const [form] = Form.useForm<Rules>();
  const [dirty, setDirty] = useState(false);
  const [rest, setRest] = useState<FieldError[]>([]);
  // What is filled in is of what was read, and once both sides were shown of what was there then.
  const [match, setMatch] = useState(found.etag);
  const [theirs, setTheirs] = useState<Tagged<Rules> | null>(null);
  const builtin = found.body.rules.filter((rule) => rule.builtin === true);
  const now = useQuery({ queryKey: ["earlier-rules"], queryFn: read });
  const earlier = (now.data?.body.rules ?? []).filter(isEarlier);
  const write = useWrite({
    run: async ({ body, at }: { body: Rules; at: string }, key) => {
      await got(api.PUT("/v1/approval-rules", { params: { header: { ...keyed(key), "If-Match": at } }, body }));
      return (await read()).etag;
    },
    stale: [["earlier-rules"]],
    onDone: (etag) => {
      setMatch(etag);
      setRest([]);
      setDirty(false);
      void message.success(t("admin.rulesSaved"));
    },
  });
  const send = (body: Rules, at: string) =>
    write.mutate(
      { body, at },
      {
        onError: (error) => {
          setRest(showErrors(form, error));
          if (isRefusal(error, "precondition-failed")) read().then(setTheirs, () => undefined);
        },
      },
    );
  const mine = () => (form.getFieldValue("rules") as Partial<ApprovalRule>[] | undefined) ?? [];
  const roleName = (role: string | null | undefined) => (role === null || role === undefined ? t("admin.anyRole") : code("role", role));
  const inWords = (rules: readonly Partial<ApprovalRule>[]) =>
    rules
      .map((rule) => {
        const from = `≥ ${format.amount(rule.from ?? "0")} ${rule.currency ?? ""}`.trim();
        const marks = [rule.post_on_approval === false ? "" : t("admin.rulePosts"), rule.binds_integrators === true ? t("admin.ruleIntegrators") : ""];
        return [code("documentKind", rule.kind), from, `× ${rule.approvals ?? 1}`, roleName(rule.role), ...marks].filter((part) => part !== "").join(" · ");
      })
      .join("; ");
  return (
    <>
      <UnsavedGuard dirty={dirty} />
      <Panel title={t("admin.approvals")}>
        <Form
          form={form}
          disabled={why !== undefined}
          initialValues={{ rules: ownOf(found.body) }}
          onValuesChange={() => setDirty(true)}
          onFinish={() => send(bodyOf(mine()), match)}
        >
          <Form.List name="rules">
            {(rows, { add, remove }) => (
              // A wide table in a narrow window scrolls by keyboard too.
              // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
              <div className="table-wrap" role="region" aria-label={t("admin.approvals")} tabIndex={0}>
                {rows.length === 0 && <p className="quiet">{t("admin.rulesNone")}</p>}
                {rows.length > 0 && (
                  <table className="lines-form" style={{ minWidth: 840 }}>
                    <thead>
                      <tr>
                        {[t("common.kind"), t("common.currency"), t("admin.ruleFrom"), t("admin.ruleApprovals"), t("admin.ruleRole"), t("admin.rulePosts"), t("admin.ruleIntegrators")].map((title) => (
                          <th key={title} scope="col">
                            {title}
                          </th>
                        ))}
                        <th scope="col">
                          <span className="sr">{t("common.actions")}</span>
                        </th>
                      </tr>
                    </thead>
                    <tbody>
                      {rows.map((row, n) => (
                        <tr key={row.key}>
                          <td>
                            <Form.Item name={[row.name, "kind"]}>
                              <Select aria-label={`${t("common.kind")} ${n + 1}`} options={ALL_DRAFT_KINDS.map((value) => ({ value, label: code("documentKind", value) }))} />
                            </Form.Item>
                          </td>
                          <td style={{ width: 90 }}>
                            <Form.Item name={[row.name, "currency"]} normalize={(value: string) => value.toUpperCase()}>
                              <Input aria-label={`${t("common.currency")} ${n + 1}`} maxLength={3} placeholder={t("admin.anyCurrency")} />
                            </Form.Item>
                          </td>
                          <td>
                            <Form.Item name={[row.name, "from"]} rules={[{ required: true, message: t("common.required") }, amountRule(t("common.notAmount"))]}>
                              <AmountField aria-label={`${t("admin.ruleFrom")} ${n + 1}`} />
                            </Form.Item>
                          </td>
                          <td style={{ width: 100 }}>
                            <Form.Item name={[row.name, "approvals"]}>
                              <CountField aria-label={`${t("admin.ruleApprovals")} ${n + 1}`} min={0} max={5} />
                            </Form.Item>
                          </td>
                          <td>
                            <Form.Item name={[row.name, "role"]}>
                              <Select
                                aria-label={`${t("admin.ruleRole")} ${n + 1}`}
                                allowClear
                                placeholder={t("admin.anyRole")}
                                options={(roles.data?.items ?? []).filter((r) => r.permissions.some((p) => p.name === "approve")).map((r) => ({ value: r.name, label: code("role", r.name) }))}
                              />
                            </Form.Item>
                          </td>
                          <td>
                            <Form.Item name={[row.name, "post_on_approval"]} valuePropName="checked">
                              <Checkbox aria-label={`${t("admin.rulePosts")} ${n + 1}`} />
                            </Form.Item>
                          </td>
                          <td>
                            <Form.Item name={[row.name, "binds_integrators"]} valuePropName="checked">
                              <Checkbox aria-label={`${t("admin.ruleIntegrators")} ${n + 1}`} />
                            </Form.Item>
                          </td>
                          <td>
                            <Button onClick={() => remove(row.name)}>{t("common.remove")}</Button>
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                )}
                <div className="row" style={{ marginTop: 12 }}>
                  <Act why={why} onClick={() => add({ kind: "invoice", currency: "", from: "0", approvals: 1, post_on_approval: true })}>
                    {t("admin.ruleAdd")}
                  </Act>
                  <Act why={why} type="primary" htmlType="submit" loading={write.isPending}>
                    {t("common.save")}
                  </Act>
                </div>
              </div>
            )}
          </Form.List>
        </Form>
        {theirs === null && <ProblemNote error={write.error} rest={rest} />}
      </Panel>
      {theirs !== null && (
        <Conflict
          sides={[{ key: "rules", label: t("admin.approvals"), mine: inWords(mine()), theirs: inWords(ownOf(theirs.body)) }].filter((side) => side.mine !== side.theirs)}
          onCancel={() => setTheirs(null)}
          onChoose={(choice) => {
            setMatch(theirs.etag);
            setTheirs(null);
            if (choice["rules"] === "theirs") {
              write.reset();
              form.setFieldsValue({ rules: ownOf(theirs.body) });
              setDirty(false);
            } else send(bodyOf(mine()), theirs.etag);
          }}
        />
      )}
      {earlier.length > 0 && (
        <Panel flush title={t("admin.ruleEarlier")}>
          <p className="note wait">{t("admin.ruleEarlierText")}</p>
          <Standing label={t("admin.ruleEarlier")} rules={earlier} />
        </Panel>
      )}
      <Panel flush title={t("admin.ruleBuiltin")}>
        <Standing label={t("admin.ruleBuiltin")} rules={builtin} />
      </Panel>
    </>
  );
}

/** Rules that are not edited here. */
function Standing({ label, rules }: { label: string; rules: ApprovalRule[] }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  return (
    <DataTable
      label={label}
      query={given(rules)}
      rowKey={(_, n) => n}
      empty={t("common.none")}
      columns={[
        { key: "kind", title: t("common.kind"), render: (r) => code("documentKind", r.kind) },
        { key: "currency", title: t("common.currency"), render: (r) => r.currency ?? t("admin.anyCurrency") },
        { key: "from", title: t("admin.ruleFrom"), align: "right", render: (r) => format.amount(r.from) },
        { key: "n", title: t("admin.ruleApprovals"), align: "right", render: (r) => r.approvals },
        { key: "role", title: t("admin.ruleRole"), render: (r) => (r.role === null || r.role === undefined ? t("admin.anyRole") : code("role", r.role)) },
        { key: "posts", title: t("admin.rulePosts"), render: (r) => (r.post_on_approval ? t("common.yes") : t("common.no")) },
        { key: "integrators", title: t("admin.ruleIntegrators"), render: (r) => (r.binds_integrators === true ? t("common.yes") : t("common.no")) },
        ...(rules.some(isEarlier) ? [{ key: "binds", title: t("admin.ruleBinds"), render: (r: ApprovalRule) => <Person id={r.binds} /> }] : []),
      ]}
    />
  );
}
