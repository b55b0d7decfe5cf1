import { App, Button, Checkbox, Input } from "antd";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import { keyed, useReread, useWrite } from "@/api/hooks";
import { freshKey } from "@/api/intent";
import { isRefusal, refusedElsewhere } from "@/api/problem";
import type { Candidate, SettleBody } from "@/api/shapes";
import { onForget } from "@/app/forget";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { AmountField, CustomerField, DayField } from "@/ui/fields";
import { useStay } from "@/ui/forms";
import { useLater } from "@/ui/later";
import { Act, Amount, Day, Panel } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { RefusedAt } from "@/ui/refused";
import { CLEARED } from "@/ui/spoken";
import { Score, type BankLine } from "./proposal";
import { Credits } from "./Credits";
import { Differences } from "./Differences";
import { bodyOf, isUnread, missingIn, proposedAmount, sentAt, sentCredits, type Chosen } from "./settle";

const NOTHING: Chosen = { items: {}, onAccount: "", customer: undefined, differences: [] };

/** What was ticked and split for a line stays while another one is looked at. */
const kept = new Map<string, Chosen>();
onForget(() => kept.clear());

/** Candidates with score and reasons; ticked ones are settled, in parts and over several items; the rest goes on account. */
export function Settle({ line, etag, best, onDone }: { line: BankLine; etag: string; best: readonly Candidate[]; onDone: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const whyNot = useWhyNot();
  const [chosen, setChosen] = useState<Chosen>(() => kept.get(line.id) ?? { ...NOTHING, customer: line.customer ?? undefined });
  const begun = Object.keys(chosen.items).length > 0 || chosen.onAccount !== "" || (chosen.suspense ?? "") !== "" || chosen.differences.length > 0;
  useEffect(() => {
    if (begun) kept.set(line.id, chosen);
    else kept.delete(line.id);
  }, [begun, chosen, line.id]);
  useStay(begun);
  const [search, setSearch] = useState("");
  const asked = useLater(search.trim(), 300);
  const query = asked === "" ? {} : /^[A-Za-z]{1,3}\d+$/.test(asked) ? { customer: asked.toUpperCase() } : /\d/.test(asked) ? { reference: asked } : { name: asked };
  const candidates = useQuery({
    queryKey: ["candidates", line.id, query],
    queryFn: () => got(api.GET("/v1/bank-lines/{id}/candidates", { params: { path: { id: line.id }, query: { ...query, limit: 20 } } })),
    placeholderData: keepPreviousData,
    enabled: asked !== "",
  });
  // Without a search those that fit best; what is ticked stays in sight.
  const shown = asked === "" ? best : (candidates.data?.items ?? []);
  const missing = missingIn(chosen);
  const body = missing === null ? bodyOf(chosen) : null;
  const checked = useChecked(line.id, body);
  const write = useWrite({
    run: (settle: SettleBody, key) => got(api.POST("/v1/bank-lines/{id}/settle", { params: { path: { id: line.id }, header: { ...keyed(key), "If-Match": etag } }, body: settle })),
    stale: [["proposals"], ["bank-line"], ["overview"], ["candidates"], ["items"], ["open-items"], ["balance"], ["report"], ["receipts"], ["suspense"]],
    onDone: (made) => {
      kept.delete(line.id);
      setChosen(NOTHING);
      void message.success(made.approved === null ? t("bank.settled") : t("bank.accepted"));
      onDone();
    },
  });
  const reread = useReread(["bank-line"]);
  const refusal = write.error ?? checked.error;
  const askDay = chosen.day !== undefined || isRefusal(checked.error, "period-locked");
  const placed = ["/customer", "/on_account", "/suspense", ...(askDay ? ["/effective_date"] : []), ...chosen.differences.map((_, n) => `/differences/${sentAt(chosen.differences, n)}`), ...sentCredits(chosen).map((_, n) => `/credits/${n}`)];
  const right = whyNot("allocations:enter");
  const why = right ?? (missing !== null ? t(`bank.missing.${missing}`) : checked.ok ? undefined : checked.busy ? t("bank.balancing") : t("bank.settleRefused"));
  return (
    <Panel title={t("bank.settleTitle")}>
      <div className="stack">
        <p className="small quiet">{t("bank.settleHint")}</p>
        <Input allowClear={CLEARED} aria-label={t("bank.searchItems")} placeholder={t("bank.searchItems")} value={search} onChange={(e) => setSearch(e.target.value)} />
        {asked !== "" && candidates.isPending ? (
          <Loading rows={3} />
        ) : asked !== "" && candidates.data === undefined ? (
          <ProblemNote error={candidates.error} onRetry={() => void candidates.refetch()} />
        ) : shown.length === 0 ? (
          <Nothing title={t("bank.candidatesNone")} />
        ) : (
          <ul className="stack tight" aria-label={t("bank.candidates")}>
            {shown.map((candidate) => (
              <li key={candidate.item.id}>
                <CandidateRow
                  candidate={candidate}
                  typed={chosen.items[candidate.item.id]}
                  onChange={(typed) =>
                    setChosen((before) => {
                      const items = { ...before.items };
                      if (typed === undefined) Reflect.deleteProperty(items, candidate.item.id);
                      else items[candidate.item.id] = typed;
                      const numbers = { ...before.numbers, [candidate.item.id]: candidate.item.number ?? "" };
                      const whose = { ...before.whose, [candidate.item.id]: candidate.customer_code };
                      return { ...before, items, numbers, whose, customer: before.customer ?? candidate.customer_code };
                    })
                  }
                  remaining={line.remaining.amount}
                />
              </li>
            ))}
          </ul>
        )}
        <Credits chosen={chosen} currency={line.remaining.currency} error={refusal} onChange={setChosen} />
        <Differences chosen={chosen} error={refusal} onChange={setChosen} />
        <div className="form-grid" style={{ rowGap: 12 }}>
          <div data-on-account={chosen.customer === undefined || undefined}>
            <span className="caption">{t("bank.onAccountFor")}</span>
            <CustomerField aria-label={t("bank.onAccountFor")} value={chosen.customer} onChange={(customer) => setChosen({ ...chosen, customer })} />
            {missing === "customer" ? <Wrong>{t("common.required")}</Wrong> : <RefusedAt error={refusal} pointer="/customer" />}
          </div>
          <div data-on-account={chosen.customer !== undefined || undefined}>
            <label className="caption" htmlFor="on-account">
              {t("bank.onAccount")}
            </label>
            <div className="row" style={{ flexWrap: "nowrap" }}>
              <AmountField id="on-account" value={chosen.onAccount} onChange={(value) => setChosen({ ...chosen, onAccount: value ?? "" })} />
              <Button onClick={() => setChosen({ ...chosen, items: {}, credits: {}, differences: [], suspense: "", onAccount: line.remaining.amount })}>{t("bank.onAccountAll")}</Button>
            </div>
            {isUnread(chosen.onAccount) ? <Wrong>{t("common.notAmount")}</Wrong> : <RefusedAt error={refusal} pointer="/on_account" />}
          </div>
          <div>
            <label className="caption" htmlFor="to-suspense">
              {t("bank.toSuspense")}
            </label>
            <AmountField id="to-suspense" value={chosen.suspense ?? ""} onChange={(value) => setChosen({ ...chosen, suspense: value ?? "" })} />
            <span className="small quiet">{t("bank.toSuspenseHint")}</span>
            {isUnread(chosen.suspense ?? "") ? <Wrong>{t("common.notAmount")}</Wrong> : <RefusedAt error={refusal} pointer="/suspense" />}
          </div>
        </div>
        {askDay && (
          <div>
            <span className="caption">{t("bank.lockedDay")}</span>
            <DayField aria-label={t("bank.lockedDay")} value={chosen.day} onChange={(day) => setChosen({ ...chosen, day })} />
            <RefusedAt error={refusal} pointer="/effective_date" />
          </div>
        )}
        <ProblemNote error={refusal} rest={refusedElsewhere(refusal, placed)} />
        <div className="row between">
          <span className="small quiet" role="status">
            {why ?? t("bank.balances")} {t("bank.waitOther")}
          </span>
          <Act why={why} type="primary" loading={write.isPending} onClick={() => body !== null && write.mutate(body, reread)}>
            {t("bank.settle")}
          </Act>
        </div>
      </div>
    </Panel>
  );
}

/** What is wrong with a field before the server is asked. */
function Wrong({ children }: { children: string }) {
  return (
    <div className="ant-form-item-explain-error" role="alert">
      {children}
    </div>
  );
}

/** The server says whether it balances: a dry run, a moment after the last key. */
function useChecked(line: string, body: SettleBody | null) {
  const text = body === null ? "" : JSON.stringify(body);
  const asked = useLater(text, 400);
  const check = useQuery({
    queryKey: ["settle", line, asked],
    queryFn: () =>
      got(api.POST("/v1/bank-lines/{id}/settle", { params: { path: { id: line }, query: { dry_run: true }, header: { "Idempotency-Key": freshKey() } }, body: JSON.parse(asked) as SettleBody })),
    enabled: asked !== "",
    retry: false,
    staleTime: 0,
    gcTime: 0,
  });
  const busy = text !== asked || check.isFetching;
  return { busy, ok: text !== "" && !busy && check.isSuccess, error: text === "" || busy ? null : check.error };
}

function CandidateRow({ candidate, typed, remaining, onChange }: { candidate: Candidate; typed: string | undefined; remaining: string; onChange: (typed: string | undefined) => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const { item } = candidate;
  const ticked = typed !== undefined;
  return (
    <div className={ticked ? "candidate best" : "candidate"}>
      <div className="row between" style={{ flexWrap: "nowrap", alignItems: "flex-start" }}>
        <Checkbox checked={ticked} onChange={(e) => onChange(e.target.checked ? proposedAmount(item.open.amount, remaining) : undefined)}>
          <span className="strong">{item.number}</span>{" "}
          <span className="quiet">
            {code("documentKind", item.kind)} · {candidate.customer_code} {candidate.customer_name ?? t("common.erasedName")}
          </span>
        </Checkbox>
        <Score permille={candidate.score} />
      </div>
      <div className="row between">
        <span className="small quiet">
          <Day value={item.document_date} /> · {t("customers.due")} <Day value={item.due_date} />
          {candidate.reasons.length > 0 && <> · {candidate.reasons.map((r) => code("candidateReason", r)).join(t("common.listComma"))}</>}
          {item.document !== null && item.document !== undefined && (
            <>
              {" "}
              · <Link to={`/documents/${item.document}`}>{t("common.open")}</Link>
            </>
          )}
        </span>
        {ticked ? (
          <span style={{ width: 150 }}>
            <AmountField aria-label={`${t("common.amount")} ${item.number ?? ""}`} value={typed} onChange={(value) => onChange(value ?? "")} />
            {isUnread(typed) && <Wrong>{t("common.notAmount")}</Wrong>}
          </span>
        ) : (
          <Amount value={item.open} />
        )}
      </div>
    </div>
  );
}
