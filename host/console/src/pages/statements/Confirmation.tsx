import { Form, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { all } from "@/api/all";
import { api, got, type Schemas } from "@/api/client";
import { FED, keyed, useCustomer } from "@/api/hooks";
import { isRefusal } from "@/api/problem";
import { useWhyNot } from "@/app/session";
import { DayField, Person } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { FormDialogue } from "@/ui/FormDialogue";
import { Act, Day, Facts, Instant, Panel } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { Loading, ProblemNote } from "@/ui/states";
import { ANOTHER, confirmationBody, whosePeople, type ConfirmFields } from "./confirm";

type Row = Schemas["Statement"];
type Contact = Schemas["Contact"];

/** How it was confirmed; null where nobody recorded that yet. */
async function confirmationOf(id: string): Promise<Schemas["Confirmation"] | null> {
  try {
    return await got(api.GET("/v1/statements/{id}/confirmation", { params: { path: { id } } }));
  } catch (error) {
    if (isRefusal(error, "not-found")) return null;
    throw error;
  }
}

/** 对账确认: who of the customer's confirmed it, or recording that. What was not approved was not sent to her. */
export function Confirmation({ statement }: { statement: Row }) {
  const { t } = useTranslation();
  const whyNot = useWhyNot();
  const [recording, setRecording] = useState(false);
  const sent = statement.status === "approved" || statement.status === "superseded";
  const found = useQuery({ queryKey: ["confirmation", statement.id], queryFn: () => confirmationOf(statement.id), enabled: sent, ...FED });
  if (!sent) return null;
  const of = found.data;
  const why = whyNot("statements:enter") ?? (statement.status === "approved" ? undefined : t("statements.confirmSuperseded"));
  return (
    <Panel
      title={t("statements.confirmation")}
      extra={
        of === null && (
          <Act size="small" why={why} onClick={() => setRecording(true)}>
            {t("statements.confirm")}
          </Act>
        )
      }
    >
      {found.isPending ? (
        <Loading rows={2} />
      ) : of === undefined ? (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      ) : of === null ? (
        <p className="quiet">{t("statements.confirmNone")}</p>
      ) : (
        <Facts
          rows={[
            [t("statements.confirmedOn"), <Day key="d" value={of.date} />],
            [t("statements.confirmedBy"), of.by ?? t("common.erasedName")],
            [t("common.reason"), of.reason ?? ""],
            [t("statements.evidence"), of.evidence ?? t("common.erasedName")],
            [t("common.by"), <Person key="p" id={of.recorded_by} />],
            [t("common.at"), <Instant key="t" value={of.recorded_at} />],
          ]}
        />
      )}
      {recording && <Record statement={statement} onClose={() => setRecording(false)} />}
    </Panel>
  );
}

/** Those who may confirm for the customer. */
function usePeopleWhoMay(customer: string): { people: readonly Contact[]; isPending: boolean; error: unknown } {
  const of = useCustomer(customer);
  const whose = of.data === undefined ? [] : whosePeople(of.data);
  const found = useQuery({
    queryKey: ["contacts", "may-confirm", whose],
    queryFn: async () => {
      const lists = await Promise.all(whose.map((one) => all((after) => got(api.GET("/v1/contacts", { params: { query: { customer: one, may_confirm: true, active: true, limit: 200, after } } })))));
      return [...new Map(lists.flat().map((contact) => [contact.id, contact])).values()];
    },
    enabled: whose.length > 0,
    ...FED,
  });
  return { people: found.data ?? [], isPending: found.isPending && of.error === null, error: of.error ?? found.error };
}

function Record({ statement, onClose }: { statement: Row; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { must } = useRules();
  const { people, isPending, error } = usePeopleWhoMay(statement.customer);
  const told = (contact: Contact) => [contact.name, contact.role, contact.email ?? contact.phone].filter((one) => one !== null && one !== undefined).join(" · ");
  return (
    <FormDialogue<ConfirmFields, Schemas["Confirmation"]>
      title={t("statements.confirmTitle", { number: statement.number })}
      act={t("statements.confirm")}
      text={t("statements.confirmText")}
      start={{ date: format.today }}
      // With the digest as ETag: these are the bytes that were confirmed.
      send={(fields, key) =>
        got(api.POST("/v1/statements/{id}/confirmation", { params: { path: { id: statement.id }, header: { ...keyed(key), "If-Match": `"${statement.digest}"` } }, body: confirmationBody(fields) }))
      }
      stale={[["confirmation"], ["items"], ["open-items"], ["report"], ["balance"], ["overview"]]}
      said={() => t("statements.confirmed")}
      onClose={onClose}
    >
      <Form.Item name="contact" label={t("statements.confirmedBy")} rules={must} extra={!isPending && error === null && people.length === 0 ? t("statements.confirmNobody") : undefined}>
        <Select loading={isPending} options={[...people.map((contact) => ({ value: contact.id, label: told(contact) })), { value: ANOTHER, label: t("statements.confirmAnother") }]} />
      </Form.Item>
      <Another asked={people.length > 0} />
      <Form.Item name="date" label={t("statements.confirmedOn")} rules={must}>
        <DayField allowClear={false} />
      </Form.Item>
      <Form.Item name="evidence" label={t("statements.evidence")} extra={t("statements.evidenceHint")} rules={must}>
        <Input autoComplete="off" />
      </Form.Item>
      <ProblemNote error={error} />
    </FormDialogue>
  );
}

/** Somebody else: her name, and why that counts where there are some who may. */
function Another({ asked }: { asked: boolean }) {
  const { t } = useTranslation();
  const { must, optional } = useRules();
  const contact: unknown = Form.useWatch("contact");
  if (contact !== ANOTHER) return null;
  return (
    <>
      <Form.Item name="by" label={t("statements.confirmName")} rules={must}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="reason" label={asked ? t("common.reason") : optional(t("common.reason"))} extra={asked ? t("statements.confirmReason") : undefined} rules={asked ? must : []}>
        <Input autoComplete="off" />
      </Form.Item>
    </>
  );
}
