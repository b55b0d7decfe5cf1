import { App, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import { users as everybody } from "@/api/whole";
import { useSession, useWhyNot } from "@/app/session";
import { Act } from "./parts";
import { ProblemNote } from "./states";
import { Dialogue } from "@/ui/dialogue";

/** Lets another approve what separation of duties keeps her from; nobody does it for herself, and few see it. */
export function Except({ subject }: { subject: string }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  if (useWhyNot()("money:except") !== undefined) return null;
  return (
    <>
      <Act onClick={() => setAsking(true)}>{t("documents.exceptionGrant")}</Act>
      {asking && <Grant subject={subject} onClose={() => setAsking(false)} />}
    </>
  );
}

function Grant({ subject, onClose }: { subject: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const me = useSession().person.id;
  const users = useQuery({ queryKey: ["users"], queryFn: everybody });
  const [person, setPerson] = useState<string | undefined>(undefined);
  const [reason, setReason] = useState("");
  const write = useWrite({
    run: (body: { subject: string; person: string; reason: string }, key) => got(api.POST("/v1/exceptions", { params: { header: keyed(key) }, body })),
    stale: [["exceptions"]],
    onDone: () => {
      void message.success(t("documents.exceptionGranted"));
      onClose();
    },
  });
  const others = (users.data?.items ?? []).filter((user) => user.active && user.id !== me);
  return (
    <Dialogue
      typed={reason !== ""}
      title={t("documents.exceptionTitle")}
      okText={t("documents.exceptionGrant")}
      okButtonProps={{ disabled: person === undefined || reason.trim() === "", loading: write.isPending }}
      onOk={() => person !== undefined && write.mutate({ subject, person, reason: reason.trim() })}
      onCancel={onClose}
    >
      <div className="stack">
        <p>{t("documents.exceptionText")}</p>
        <Select aria-label={t("documents.exceptionFor")} placeholder={t("documents.exceptionFor")} value={person} onChange={setPerson} options={others.map((user) => ({ value: user.id, label: user.name }))} />
        <Input.TextArea aria-label={t("common.reason")} value={reason} onChange={(e) => setReason(e.target.value)} rows={3} />
        <ProblemNote error={write.error} />
      </div>
    </Dialogue>
  );
}
