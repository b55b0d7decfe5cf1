import { App, Button, Form, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import { tokens, users as everybody } from "@/api/whole";
import { useSession, useWhyNot } from "@/app/session";
import { FormDialogue } from "@/ui/FormDialogue";
import { closed } from "@/ui/forms";
import { Act, Instant, Panel, Tag } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { AdminPage } from "./nav";
import { Dialogue } from "@/ui/dialogue";
import { CountField } from "@/ui/spoken";

interface Fields {
  user: string;
  label: string;
  expires_in_days?: number | null;
}

export default function Keys() {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const whyNot = useWhyNot();
  const why = whyNot("people:configure");
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const list = useQuery({ queryKey: ["tokens"], queryFn: tokens, enabled: why === undefined });
  const revoke = useWrite({
    run: (id: string, key) => got(api.POST("/v1/tokens/{id}/revoke", { params: { path: { id }, header: keyed(key) } })),
    stale: [["tokens"]],
    onDone: () => void message.success(t("admin.keyRevoked")),
  });
  return (
    <AdminPage
      sub={t("admin.keyText")}
      actions={
        <Act why={why} type="primary" onClick={() => setAdding(true)}>
          {t("admin.keyNew")}
        </Act>
      }
    >
      <ProblemNote error={revoke.error} />
      {why !== undefined ? (
        <p className="note wait">{why}</p>
      ) : (
        <Panel flush title={t("admin.keys")}>
          <DataTable
            label={t("admin.keys")}
            query={{ ...list, data: list.data?.items }}
            rowKey={(k) => k.id}
            empty={t("admin.keysNone")}
            columns={[
              { key: "label", title: t("admin.keyLabel"), render: (k) => k.label },
              { key: "user", title: t("admin.keyUser"), render: (k) => k.login },
              { key: "at", title: t("admin.created"), render: (k) => <Instant value={k.created_at} /> },
              { key: "expires", title: t("admin.keyExpires"), render: (k) => (k.expires_at === null ? t("admin.keyNever") : <Instant value={k.expires_at} />) },
              {
                key: "act",
                title: "",
                align: "right",
                render: (k) =>
                  k.revoked_at !== null ? (
                    <Tag>{t("admin.keyRevoked")}</Tag>
                  ) : (
                    <Button
                      size="small"
                      aria-label={`${t("admin.keyRevoke")} ${k.label}`}
                      onClick={() => void modal.confirm({ title: t("admin.keyRevoke"), content: t("admin.keyRevokeText"), okText: t("admin.keyRevoke"), okButtonProps: { danger: true }, onOk: () => revoke.mutateAsync(k.id).then(closed, closed) })}
                    >
                      {t("admin.keyRevoke")}
                    </Button>
                  ),
              },
            ]}
          />
        </Panel>
      )}
      {adding && (
        <Add
          onClose={() => setAdding(false)}
          onIssued={setSecret}
        />
      )}
      {secret !== null && <Once secret={secret} onClose={() => setSecret(null)} />}
    </AdminPage>
  );
}

/** Browsers give the clipboard to pages of https and of this machine alone. */
async function copied(text: string): Promise<boolean> {
  if (!window.isSecureContext) return false;
  return navigator.clipboard.writeText(text).then(
    () => true,
    () => false,
  );
}

/** Shown once: it closes only when the person says that she has it. */
function Once({ secret, onClose }: { secret: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  return (
    <Dialogue title={t("admin.keyIssued")} closable={false} mask={{ closable: false }} keyboard={false} footer={<Button type="primary" onClick={onClose}>{t("admin.keyDone")}</Button>}>
      <div className="stack">
        <p className="note wait">{t("admin.keyOnce")}</p>
        <pre className="code">{secret}</pre>
        <div>
          <Button onClick={() => void copied(secret).then((done) => (done ? message.success(t("common.copied")) : message.info(t("admin.keySelect"))))}>{t("common.copy")}</Button>
        </div>
      </div>
    </Dialogue>
  );
}

function Add({ onClose, onIssued }: { onClose: () => void; onIssued: (secret: string) => void }) {
  const { t } = useTranslation();
  const session = useSession();
  const { must } = useRules();
  const users = useQuery({ queryKey: ["users"], queryFn: everybody });
  // For oneself, or for systems: nobody gets a key in a colleague's name.
  const allowed = (users.data?.items ?? []).filter((u) => u.active && (u.id === session.person.id || (u.roles.length === 1 && u.roles[0] === "integrator")));
  return (
    <FormDialogue<Fields, { secret: string }>
      title={t("admin.keyNew")}
      act={t("admin.keyNew")}
      start={{ user: session.person.login }}
      send={({ expires_in_days: days, ...fields }, key) => got(api.POST("/v1/tokens", { params: { header: keyed(key) }, body: days === undefined || days === null ? fields : { ...fields, expires_in_days: days } }))}
      stale={[["tokens"]]}
      onDone={(issued) => onIssued(issued.secret)}
      onClose={onClose}
    >
      <Form.Item name="user" label={t("admin.keyUser")} rules={must}>
        <Select options={allowed.map((u) => ({ value: u.login, label: `${u.name} (${u.login})` }))} />
      </Form.Item>
      <Form.Item name="label" label={t("admin.keyLabel")} rules={must}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="expires_in_days" label={t("admin.keyDays")} extra={t("admin.keyForever")}>
        <CountField min={1} max={3650} />
      </Form.Item>
    </FormDialogue>
  );
}
