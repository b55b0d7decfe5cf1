import { App, Form, Input } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { CHANGE_STATES, decideChange, listChanges, type BankDetailChange, type BankDetails, type ChangeState } from "@/api/bankDetails";
import { bankAccounts } from "@/api/whole";
import { FED, useList, useWrite } from "@/api/hooks";
import { useSession, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { CustomerName, Person } from "@/ui/fields";
import { CodeFilter, CustomerFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { FormDialogue } from "@/ui/FormDialogue";
import { closed } from "@/ui/forms";
import { Act, Instant, Page, Panel, Tag, type Tone } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { Nothing, ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { BankNav } from "./nav";

const isState = (code: string): code is ChangeState => CHANGE_STATES.some((known) => known === code);
const TONES: Readonly<Record<ChangeState, Tone>> = { proposed: "wait", approved: "good", rejected: "bad", withdrawn: "plain" };
const STALE = [["bank-details"], ["bank-accounts"], ["customer"], ["customers"], ["overview"]] as const;

/** Other bank details: one person proposes them, another decides, and both are seen. */
export default function Details() {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const { values, set, reset, used } = useFilters(["state", "customer"]);
  const [rejecting, setRejecting] = useState<BankDetailChange | null>(null);
  const state = values.state ?? "proposed";
  const query = { state: CHANGE_STATES.find((one) => one === state), customer: values.customer };
  const list = useList(["bank-details", query], (after) => listChanges({ ...query, after }), FED);
  const decide = useWrite({
    run: ({ id, act }: { id: string; act: "approve" | "withdraw" }, key) => decideChange(id, act, undefined, key),
    stale: STALE,
    onDone: (_, { act }) => void message.success(act === "approve" ? t("bankDetails.approved") : t("bankDetails.withdrawn")),
  });
  const ask = (id: string, act: "approve" | "withdraw") =>
    void modal.confirm({ title: t(`bankDetails.${act}`), content: t(`bankDetails.${act}Text`), okText: t(`bankDetails.${act}`), onOk: () => decide.mutateAsync({ id, act }).then(closed, closed) });
  return (
    <Page title={t("bank.title")} sub={t("bankDetails.text")}>
      <BankNav />
      <ProblemNote error={decide.error} />
      <Panel flush title={t("bankDetails.title")}>
        <Filters onReset={used ? reset : undefined}>
          <CodeFilter label={t("common.status")} codes={CHANGE_STATES} word={(code) => (isState(code) ? t(`bankDetails.stateOf.${code}`) : code)} value={state === "all" ? "" : state} onChange={(v) => set("state", v === "" ? "all" : v)} />
          <CustomerFilter value={values.customer} onChange={(v) => set("customer", v)} />
        </Filters>
        <DataTable
          label={t("bankDetails.title")}
          query={list}
          rowKey={(c) => c.id}
          empty={<Nothing title={used ? t("bankDetails.noneThen") : t("bankDetails.none")} />}
          columns={[
            { key: "of", title: t("bankDetails.whose"), className: "wrap", render: (c) => <Whose of={c} /> },
            { key: "before", title: t("bankDetails.before"), className: "wrap", render: (c) => <Known details={c.before} fresh={c.state === "proposed" && (c.before ?? null) === null} /> },
            { key: "after", title: t("bankDetails.after"), className: "wrap", render: (c) => <Known details={c.after} /> },
            { key: "state", title: t("common.status"), render: (c) => <Tag tone={TONES[c.state]}>{t(`bankDetails.stateOf.${c.state}`)}</Tag> },
            { key: "who", title: t("bankDetails.people"), className: "wrap", render: (c) => <Who of={c} /> },
            { key: "act", title: "", align: "right", render: (c) => (c.state === "proposed" ? <Acts of={c} busy={decide.isPending} onAsk={ask} onReject={setRejecting} /> : null) },
          ]}
        />
      </Panel>
      {rejecting !== null && <Reject change={rejecting} onClose={() => setRejecting(null)} />}
    </Page>
  );
}

interface ActsProps {
  of: BankDetailChange;
  busy: boolean;
  onAsk: (id: string, act: "approve" | "withdraw") => void;
  onReject: (of: BankDetailChange) => void;
}

/** Who proposed it takes it back; another decides. */
function Acts({ of, busy, onAsk, onReject }: ActsProps) {
  const { t } = useTranslation();
  const session = useSession();
  const whyNot = useWhyNot();
  const mine = of.proposed_by === session.person.id;
  const own = of.customer === null || of.customer === undefined;
  const decides = whyNot("customers:approve") ?? (own ? whyNot("settings:approve") : undefined) ?? (mine ? t("bankDetails.ownProposal") : undefined);
  const withdraws = whyNot("customers:enter", "customers:approve") ?? (own ? whyNot("settings:configure", "settings:approve") : undefined);
  return (
    <span className="row end nowrap">
      <Act size="small" why={withdraws} disabled={busy} onClick={() => onAsk(of.id, "withdraw")}>
        {t("bankDetails.withdraw")}
      </Act>
      <Act size="small" why={decides} onClick={() => onReject(of)}>
        {t("bankDetails.reject")}
      </Act>
      <Act size="small" type="primary" why={decides} disabled={busy} onClick={() => onAsk(of.id, "approve")}>
        {t("bankDetails.approve")}
      </Act>
    </span>
  );
}

function Whose({ of }: { of: BankDetailChange }) {
  const { t } = useTranslation();
  const accounts = useQuery({ queryKey: ["bank-accounts"], queryFn: bankAccounts, staleTime: 60_000 });
  if (of.customer !== null && of.customer !== undefined) return <CustomerName id={of.customer} />;
  const account = accounts.data?.items.find((one) => one.id === of.bank_account);
  return (
    <span>
      {t("bankDetails.own")} <span className="quiet">{account?.bank ?? ""}</span>
    </span>
  );
}

function Who({ of }: { of: BankDetailChange }) {
  const { t } = useTranslation();
  return (
    <span>
      <span className="quiet">{t("bankDetails.proposed")}</span> <Person id={of.proposed_by} /> <Instant value={of.proposed_at} />
      {of.decided_by !== null && of.decided_by !== undefined && (
        <>
          <br />
          <span className="quiet">{t("bankDetails.decided")}</span> <Person id={of.decided_by} /> <Instant value={of.decided_at} /> <span className="quiet">{of.reason ?? ""}</span>
        </>
      )}
    </span>
  );
}

/** What was, or would be; personal data that are erased are said to be. */
function Known({ details, fresh = false }: { details: BankDetails | null | undefined; fresh?: boolean }) {
  const { t } = useTranslation();
  const code = useCode();
  if (fresh) return <span className="quiet">{t("bankDetails.notYet")}</span>;
  if (details === null || details === undefined) return <span className="quiet">{t("common.erasedName")}</span>;
  if (details.details !== null && details.details !== undefined) {
    const { number, scheme, bank, bic, holder } = details.details;
    return (
      <span>
        <span className="num strong">{number}</span> {code("accountScheme", scheme)}
        <br />
        <span className="quiet">{[holder, bank, bic ?? ""].filter((part) => part !== "").join(" · ")}</span>
      </span>
    );
  }
  const accounts = details.accounts ?? [];
  if (accounts.length === 0) return <span className="quiet">{t("bankDetails.noAccounts")}</span>;
  return (
    <ul>
      {accounts.map((account) => (
        <li key={account.account}>
          <span className="num strong">{account.account}</span> <span className="quiet">{code("accountScheme", account.scheme)}</span>
        </li>
      ))}
    </ul>
  );
}

function Reject({ change, onClose }: { change: BankDetailChange; onClose: () => void }) {
  const { t } = useTranslation();
  const { must } = useRules();
  return (
    <FormDialogue<{ reason: string }, BankDetailChange>
      title={t("bankDetails.reject")}
      act={t("bankDetails.reject")}
      danger
      text={t("bankDetails.rejectText")}
      send={({ reason }, key) => decideChange(change.id, "reject", reason.trim(), key)}
      stale={STALE}
      said={() => t("bankDetails.rejected")}
      onClose={onClose}
    >
      <Form.Item name="reason" label={t("common.reason")} rules={must}>
        <Input.TextArea rows={3} />
      </Form.Item>
    </FormDialogue>
  );
}
