import { App, Modal, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { tell } from "@/api/coming";
import { useWrite } from "@/api/hooks";
import type { Body } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { Act, Panel } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import type { BankLine } from "./proposal";

const STALE = [["bank-line"], ["bank-moves"], ["clearing"], ["suspense"], ["proposals"], ["overview"], ["balance"]] as const;

/** What a line may be besides a customer's money: nobody's yet, a fee, or money of the company's own. */
export function OtherWays({ line, onDone }: { line: BankLine; onDone: () => void }) {
  const { t } = useTranslation();
  const whyNot = useWhyNot();
  const { message } = App.useApp();
  const [payout, setPayout] = useState(false);
  const act = useWrite({
    run: ({ way, body }: { way: "settle" | "fee"; body: Body }, key) => tell("POST", `/v1/bank-lines/${line.id}/${way}`, { body, key }),
    stale: STALE,
    onDone: (_, { way }) => {
      void message.success(way === "fee" ? t("clearing.feeDone") : t("bank.settled"));
      onDone();
    },
  });
  const enter = whyNot("money:enter");
  // What the bank does not call a fee takes the right to approve as well.
  const fee = enter ?? (line.kind === "fee" ? undefined : whyNot("approve"));
  return (
    <Panel title={t("clearing.others")}>
      <div className="stack tight">
        <div className="row">
          {line.credit ? (
            <>
              <Act why={enter} loading={act.isPending} onClick={() => act.mutate({ way: "settle", body: { allocations: [], suspense: line.remaining.amount } })}>
                {t("suspense.putHere")}
              </Act>
              <Act why={enter} onClick={() => setPayout(true)}>
                {t("clearing.payout")}
              </Act>
            </>
          ) : (
            <Act why={fee} loading={act.isPending} onClick={() => act.mutate({ way: "fee", body: {} })}>
              {t("clearing.fee")}
            </Act>
          )}
        </div>
        <ProblemNote error={act.error} />
      </div>
      {payout && <Payout line={line} onClose={() => setPayout(false)} onDone={onDone} />}
    </Panel>
  );
}

function Payout({ line, onClose, onDone }: { line: BankLine; onClose: () => void; onDone: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [from, setFrom] = useState<string | null>(null);
  const accounts = useQuery({ queryKey: ["bank-accounts"], queryFn: () => got(api.GET("/v1/bank-accounts")), staleTime: 60_000 });
  const write = useWrite({
    run: (account: string, key) => tell("POST", `/v1/bank-lines/${line.id}/payout`, { body: { from_account: account }, key }),
    stale: STALE,
    onDone: () => {
      void message.success(t("clearing.payoutDone"));
      onClose();
      onDone();
    },
  });
  return (
    <Modal open title={t("clearing.payout")} okText={t("clearing.payout")} okButtonProps={{ loading: write.isPending, disabled: from === null }} onOk={() => from !== null && write.mutate(from)} onCancel={onClose}>
      <div className="stack">
        <p>{t("clearing.payoutText")}</p>
        <Select
          aria-label={t("clearing.from")}
          placeholder={t("clearing.from")}
          value={from}
          onChange={setFrom}
          options={(accounts.data?.items ?? []).map((account) => ({ value: account.id, label: `${account.number} ${account.bank} ${account.currency}` }))}
        />
        <ProblemNote error={write.error} />
      </div>
    </Modal>
  );
}
