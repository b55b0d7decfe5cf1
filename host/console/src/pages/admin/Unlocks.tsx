import { App, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { FED, keyed, useList, useWrite } from "@/api/hooks";
import { useSession, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { DayField, Person } from "@/ui/fields";
import { FormDialogue } from "@/ui/FormDialogue";
import { Act, Day, Instant, Panel, Tag } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { useRules } from "@/ui/rules";
import { DataTable } from "@/ui/table";
import { Dialogue } from "@/ui/dialogue";

type PeriodUnlock = Schemas["PeriodUnlock"];

const STALE = [["unlocks"], ["locks"], ["overview"]];

type Verb = "approve" | "reject" | "withdraw";

/** Locks that shall move back: who proposed it sees why she may not decide. */
export function Unlocks() {
  const { t } = useTranslation();
  const code = useCode();
  const whyNot = useWhyNot();
  const { person } = useSession();
  const [deciding, setDeciding] = useState<{ unlock: PeriodUnlock; verb: Verb } | null>(null);
  const list = useList(["unlocks"], (after) => got(api.GET("/v1/period-unlocks", { params: { query: { state: "proposed", limit: 100, after } } })), FED);
  const why = (unlock: PeriodUnlock) => whyNot("ledger:lock") ?? (unlock.proposed_by === person.id ? t("admin.unlockOwn") : undefined);
  return (
    <Panel flush title={t("admin.unlocks")}>
      <DataTable
        label={t("admin.unlocks")}
        query={list}
        rowKey={(u) => u.id}
        empty={t("admin.unlocksNone")}
        columns={[
          { key: "kind", title: t("admin.lockKind"), render: (u) => <Tag>{code("lock", u.kind)}</Tag> },
          { key: "from", title: t("admin.unlockFrom"), render: (u) => <Day value={u.locked} /> },
          { key: "through", title: t("admin.unlockThrough"), render: (u) => <Day value={u.through} /> },
          { key: "reason", title: t("admin.unlockReason"), render: (u) => u.reason },
          { key: "by", title: t("admin.unlockProposer"), render: (u) => <Person id={u.proposed_by} /> },
          { key: "at", title: t("common.at"), render: (u) => <Instant value={u.proposed_at} /> },
          {
            key: "acts",
            title: "",
            render: (u) => (
              <span className="row">
                <Act size="small" type="primary" why={why(u)} onClick={() => setDeciding({ unlock: u, verb: "approve" })}>
                  {t("admin.unlockApprove")}
                </Act>
                <Act size="small" why={why(u)} onClick={() => setDeciding({ unlock: u, verb: "reject" })}>
                  {t("admin.unlockReject")}
                </Act>
                <Act size="small" why={whyNot("ledger:lock")} onClick={() => setDeciding({ unlock: u, verb: "withdraw" })}>
                  {t("admin.unlockWithdraw")}
                </Act>
              </span>
            ),
          },
        ]}
      />
      {deciding !== null && <Decide {...deciding} onClose={() => setDeciding(null)} />}
    </Panel>
  );
}

function Decide({ unlock, verb, onClose }: { unlock: PeriodUnlock; verb: Verb; onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const { message } = App.useApp();
  const [reason, setReason] = useState("");
  const label = t(verb === "approve" ? "admin.unlockApprove" : verb === "reject" ? "admin.unlockReject" : "admin.unlockWithdraw");
  const write = useWrite({
    run: (said: string, key) => {
      const params = { path: { id: unlock.id }, header: keyed(key) };
      if (verb === "approve") return got(api.POST("/v1/period-unlocks/{id}/approve", { params }));
      if (verb === "withdraw") return got(api.POST("/v1/period-unlocks/{id}/withdraw", { params }));
      return got(api.POST("/v1/period-unlocks/{id}/reject", { params, body: { reason: said } }));
    },
    stale: STALE,
    onDone: () => {
      void message.success(t(verb === "approve" ? "admin.unlockDone" : verb === "reject" ? "admin.unlockTurned" : "admin.unlockGone"));
      onClose();
    },
  });
  return (
    <Dialogue
      typed={reason !== ""}
      title={`${label} · ${code("lock", unlock.kind)}`}
      okText={label}
      okButtonProps={{ loading: write.isPending, disabled: verb === "reject" && reason.trim() === "" }}
      onOk={() => write.mutate(reason.trim())}
      onCancel={onClose}
    >
      <p>
        <Day value={unlock.locked} /> → <Day value={unlock.through} />
      </p>
      <p className="quiet">{unlock.reason}</p>
      {verb === "reject" && (
        <label className="stack tight">
          <span className="quiet small">{t("admin.unlockReason")}</span>
          <Input.TextArea value={reason} onChange={(e) => setReason(e.target.value)} rows={3} />
        </label>
      )}
      <ProblemNote error={write.error} />
    </Dialogue>
  );
}

/** Proposes to move a lock back; nothing moves before another person approves it. */
export function Unlocking({ kind, onClose }: { kind: "soft" | "tax"; onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const { must } = useRules();
  return (
    <FormDialogue<{ through: string; reason: string }, unknown>
      title={`${t("admin.unlockNew")} · ${code("lock", kind)}`}
      act={t("admin.unlockNew")}
      text={t("admin.unlockText")}
      send={(fields, key) => got(api.POST("/v1/period-unlocks", { params: { header: keyed(key) }, body: { ...fields, kind } }))}
      stale={STALE}
      said={() => t("admin.unlockSent")}
      onClose={onClose}
    >
      <Form.Item name="through" label={t("admin.unlockThrough")} rules={must}>
        <DayField allowClear={false} />
      </Form.Item>
      <Form.Item name="reason" label={t("admin.unlockReason")} rules={must}>
        <Input.TextArea rows={3} />
      </Form.Item>
    </FormDialogue>
  );
}
