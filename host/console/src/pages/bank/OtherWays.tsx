import { App, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { keyed, useReread, useWrite } from "@/api/hooks";
import { bankAccounts } from "@/api/whole";
import { useWhyNot } from "@/app/session";
import { useLaterDay } from "@/ui/laterDay";
import { Act, Panel } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { FittingLines } from "./FittingLines";
import type { BankLine } from "./proposal";
import { ReturnReceipt } from "./ReturnReceipt";
import { Dialogue } from "@/ui/dialogue";

interface OtherProps {
  line: BankLine;
  /** Of the line as it is shown. */
  etag: string;
  onDone: () => void;
}

const STALE = [["bank-line"], ["bank-moves"], ["clearing"], ["suspense"], ["proposals"], ["overview"], ["balance"]] as const;

/** What a line may be besides a customer's money: nobody's yet, a receipt that goes back, a fee, or money of the company's own. */
export function OtherWays({ line, etag, onDone }: OtherProps) {
  const { t } = useTranslation();
  const whyNot = useWhyNot();
  const { message } = App.useApp();
  const [payout, setPayout] = useState(false);
  const [back, setBack] = useState(false);
  const later = useLaterDay();
  const act = useWrite({
    run: ({ way }: { way: "suspense" | "fee" }, key) =>
      later(key, async (day, at) => {
        const params = { path: { id: line.id }, header: { ...keyed(at), "If-Match": etag } };
        const on = day === undefined ? {} : { effective_date: day };
        if (way === "suspense") return (await got(api.POST("/v1/bank-lines/{id}/settle", { params, body: { allocations: [], suspense: line.remaining.amount, ...on } }))).approved !== null;
        await got(api.POST("/v1/bank-lines/{id}/fee", { params, body: on }));
        return true;
      }),
    stale: STALE,
    onDone: (posted, { way }) => {
      void message.success(way === "fee" ? t("clearing.feeDone") : posted ? t("bank.accepted") : t("bank.settled"));
      onDone();
    },
  });
  const reread = useReread(["bank-line"]);
  const enter = whyNot("money:enter");
  // What the bank does not call a fee takes the right to approve as well.
  // A line with a proposal is dealt with by that, or it is turned down.
  const waits = line.status === "proposed" ? t("clearing.decideFirst") : undefined;
  const fee = enter ?? waits ?? (line.kind === "fee" ? undefined : whyNot("money:approve"));
  return (
    <Panel title={t("clearing.others")}>
      <div className="stack tight">
        <div className="row">
          {line.credit ? (
            <>
              <Act why={whyNot("allocations:enter")} loading={act.isPending} onClick={() => act.mutate({ way: "suspense" }, reread)}>
                {t("suspense.putHere")}
              </Act>
              <Act why={enter ?? waits} onClick={() => setPayout(true)}>
                {t("clearing.payout")}
              </Act>
            </>
          ) : (
            <>
              <Act why={whyNot("allocations:enter")} onClick={() => setBack(true)}>
                {t("bank.returnTitle")}
              </Act>
              <Act why={fee} loading={act.isPending} onClick={() => act.mutate({ way: "fee" }, reread)}>
                {t("clearing.fee")}
              </Act>
            </>
          )}
        </div>
        <ProblemNote error={act.error} />
      </div>
      {back && <ReturnReceipt line={line} etag={etag} onClose={() => setBack(false)} onDone={onDone} />}
      {payout && <Payout line={line} etag={etag} onClose={() => setPayout(false)} onDone={onDone} />}
    </Panel>
  );
}

function Payout({ line, etag, onClose, onDone }: OtherProps & { onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [from, setFrom] = useState<string | null>(null);
  const [out, setOut] = useState<string | null>(null);
  const accounts = useQuery({ queryKey: ["bank-accounts"], queryFn: bankAccounts, staleTime: 60_000 });
  const later = useLaterDay();
  const write = useWrite({
    run: ({ account, shown }: { account: string; shown: string | null }, key) =>
      later(key, (day, at) => {
        const body = { from_account: account, ...(shown === null ? {} : { from_line: shown }), ...(day === undefined ? {} : { effective_date: day }) };
        return got(api.POST("/v1/bank-lines/{id}/payout", { params: { path: { id: line.id }, header: { ...keyed(at), "If-Match": etag } }, body }));
      }),
    stale: STALE,
    onDone: () => {
      void message.success(t("clearing.payoutDone"));
      onClose();
      onDone();
    },
  });
  const reread = useReread(["bank-line"]);
  return (
    <Dialogue title={t("clearing.payout")} okText={t("clearing.payout")} okButtonProps={{ loading: write.isPending, disabled: from === null }} onOk={() => from !== null && write.mutate({ account: from, shown: out }, reread)} onCancel={onClose}>
      <div className="stack">
        <p>{t("clearing.payoutText")}</p>
        <Select
          aria-label={t("clearing.from")}
          placeholder={t("clearing.from")}
          value={from}
          onChange={(account) => {
            setFrom(account);
            setOut(null);
          }}
          options={(accounts.data?.items ?? []).filter((account) => account.id !== line.account && account.currency === line.amount.currency).map((account) => ({ value: account.id, label: `${account.number} ${account.bank} ${account.currency}` }))}
        />
        {from !== null && (
          <div>
            <span className="caption">{t("clearing.fit")}</span>
            <FittingLines account={from} money={line.amount} value={out} onChange={setOut} none={t("clearing.fitLater")} />
          </div>
        )}
        <ProblemNote error={write.error ?? accounts.error} />
      </div>
    </Dialogue>
  );
}
