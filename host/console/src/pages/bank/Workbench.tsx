import { App, Button, Segmented } from "antd";
import { useQuery, useQueryClient, type InfiniteData } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useMemo, useRef, useState, type RefObject } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useSearchParams } from "react-router";
import { api, got, json, tagged, type Schemas } from "@/api/client";
import { keyed, useList, useWrite } from "@/api/hooks";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { useFormat } from "@/ui/format";
import { JobProgress } from "@/ui/jobs";
import { Act, Page, Panel } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { LineDetail } from "./LineDetail";
import { Narrowing } from "./Narrowing";
import { BankNav } from "./nav";
import { follow, narrowIn, stateIn, STATES, withAll, withLine, withNarrow, withState, type Followed, type Narrowed, type State } from "./place";
import type { BankLine } from "./proposal";

type Pages = InfiniteData<{ items: BankLine[]; next?: string | null }>;

/** Which state is shown, narrowed to what, and which line of it, as they stand in the address; the line a little later than it is picked, not at every key that is held. */
function usePlace() {
  const [params, setParams] = useSearchParams();
  const said = params.get("line");
  const [line, setLine] = useState<Followed>({ said, written: undefined, chosen: said });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const status = stateIn(params);
  const narrow = useMemo(() => narrowIn(params), [params]);
  // A link that leads here again says all anew; what was to be written of the place before is not.
  useEffect(() => () => clearTimeout(timer.current), [params]);
  const shown = JSON.stringify([status, narrow]);
  const [seen, setSeen] = useState(shown);
  if (seen !== shown) {
    setSeen(shown);
    setLine({ said, written: undefined, chosen: said });
  } else if (line.said !== said) {
    // Somewhere else a link or a typed address named another line, or none.
    setLine(follow(line, said));
  }
  const choose = (chosen: string | null) => setLine((now) => ({ ...now, chosen }));
  const write = (next: URLSearchParams) => {
    choose(next.get("line"));
    clearTimeout(timer.current);
    setParams(next, { replace: true });
  };
  return {
    status,
    narrow,
    chosen: line.chosen,
    pick: (to: string | null) => {
      choose(to);
      clearTimeout(timer.current);
      // Who has gone on meanwhile, to a page that is still on its way, is not brought back.
      const from = window.location.hash;
      timer.current = setTimeout(() => {
        if (window.location.hash !== from) return;
        setLine((now) => ({ ...now, written: to }));
        setParams(withLine(params, to), { replace: true });
      }, 250);
    },
    show: (state: State) => write(withState(params, state)),
    to: (name: Narrowed, value: string | undefined) => write(withNarrow(params, { [name]: value })),
    toAll: () => write(withAll(params)),
  };
}

/** The line that is worked on. One that the list does not have, or not yet, is asked for by its id: no other is shown in its place. */
function useLine(rows: readonly BankLine[], chosen: string | null) {
  const found = chosen === null ? 0 : rows.findIndex((line) => line.id === chosen);
  const one = useQuery({
    queryKey: ["bank-line", chosen],
    queryFn: () => tagged(api.GET("/v1/bank-lines/{id}", { params: { path: { id: chosen ?? "" } } })),
    enabled: found === -1,
    retry: false,
  });
  if (found !== -1) return { at: found, line: rows[found], missing: null };
  return { at: -1, line: one.data?.body.line, missing: one.error };
}

export default function Workbench() {
  const { t } = useTranslation();
  const code = useCode();
  const go = useNavigate();
  const whyNot = useWhyNot();
  const client = useQueryClient();
  const { message } = App.useApp();
  const { status, narrow, chosen, pick, show, to, toAll } = usePlace();
  const narrowed = Object.keys(narrow).length > 0;
  const key = ["bank-lines", status, narrow];
  const list = useList<BankLine>(key, (after) => got(api.GET("/v1/bank-lines", { params: { query: { status, ...narrow, limit: 200, after } } })));
  // The rest comes in the background: the first lines can be worked on meanwhile.
  const { hasMore, isFetchingMore, fetchMore, moreError } = list;
  const goesOn = hasMore && moreError === null;
  useEffect(() => {
    if (goesOn && !isFetchingMore) void fetchMore();
  }, [goesOn, isFetchingMore, fetchMore]);

  const [job, setJob] = useState<string | null>(null);
  const reconcile = useWrite({
    run: (_: null, k) => json<Partial<Schemas["EnqueuedView"]>>(api.POST("/v1/reconciliations", { params: { header: { ...keyed(k), Prefer: "respond-async" } }, body: {} })),
    onDone: (made) => setJob(made.job ?? null),
  });
  const rows = list.data ?? [];
  const { at, line, missing } = useLine(rows, chosen);
  const asked = at === -1 && line === undefined && missing === null;

  const box = useRef<HTMLDivElement>(null);
  const choose = (n: number) => {
    // What is worked on already is read again: others may have dealt with what fits it.
    if (n === at) void client.invalidateQueries({ queryKey: ["bank-line", rows[n]?.id] });
    pick(rows[n]?.id ?? null);
  };

  /** A line that is dealt with leaves the list; ten thousand others are not asked for again. */
  const drop = (id: string) => {
    pick(rows[at + 1]?.id ?? rows[at - 1]?.id ?? null);
    client.setQueryData<Pages>(key, (old) => (old === undefined ? old : { ...old, pages: old.pages.map((page) => ({ ...page, items: page.items.filter((l) => l.id !== id) })) }));
    // What is kept of other states, or narrowed otherwise, is not so any more.
    client.removeQueries({ queryKey: ["bank-lines"], type: "inactive" });
    void client.invalidateQueries({ queryKey: ["overview"] });
    // What was pressed goes with its line; the keys go on at the list.
    setTimeout(() => box.current?.focus({ preventScroll: true }), 0);
  };

  return (
    <Page
      title={t("bank.title")}
      actions={
        <>
          <Act why={whyNot("allocations:run")} loading={reconcile.isPending} onClick={() => reconcile.mutate(null)}>
            {t("bank.reconcile")}
          </Act>
          <Act why={whyNot("money:enter")} type="primary" onClick={() => void go("/bank/files")}>
            {t("bank.upload")}
          </Act>
        </>
      }
    >
      <BankNav />
      <ProblemNote error={reconcile.error} />
      {job !== null && (
        <Panel>
          <JobProgress
            id={job}
            onOver={(over) => {
              const result = over.result as { proposals?: unknown[]; unmatched?: number } | null | undefined;
              if (over.status === "done")
                void message.success(t("bank.matched", { proposals: Array.isArray(result?.proposals) ? result.proposals.length : "–", unmatched: result?.unmatched ?? "–" }));
              void client.invalidateQueries({ queryKey: ["bank-lines"] });
              void client.invalidateQueries({ queryKey: ["bank-line"] });
              void client.invalidateQueries({ queryKey: ["proposals"] });
              void client.invalidateQueries({ queryKey: ["overview"] });
            }}
          />
        </Panel>
      )}
      <div className="row between">
        <Segmented
          aria-label={t("common.status")}
          value={status}
          onChange={show}
          options={STATES.map((value) => ({ value, label: code("lineStatus", value) }))}
        />
        <span className="quiet small" role="status">
          {list.data === undefined ? "" : goesOn ? t("bank.loading", { count: rows.length }) : t("bank.loaded", { count: rows.length })}
        </span>
      </div>
      <Narrowing narrow={narrow} onChange={to} onReset={narrowed ? toAll : undefined} />
      <ProblemNote error={moreError} onRetry={() => void fetchMore()} />
      {list.isPending ? (
        <Loading />
      ) : list.data === undefined ? (
        <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      ) : rows.length === 0 && line === undefined && !asked ? (
        <Panel>
          {narrowed ? (
            <Nothing title={t("bank.noneNarrowed")}>
              {status === "open" && narrow.customer !== undefined && <span>{t("bank.noneOfCustomer")}</span>}
              <Button onClick={toAll}>{t("common.reset")}</Button>
            </Nothing>
          ) : (
            <Nothing title={t("bank.none")}>
              <span>{t("bank.noneHint")}</span>
              <Button onClick={() => void go("/bank/files")}>{t("bank.upload")}</Button>
            </Nothing>
          )}
        </Panel>
      ) : (
        <div className="split">
          <Panel flush title={t("bank.lines")}>
            <Lines box={box} rows={rows} at={at} onPick={choose} />
          </Panel>
          <div className="stack" style={{ alignSelf: "stretch" }}>
            {line === undefined ? (
              asked ? <Loading /> : <p className="note wait">{t("bank.lineGone")}</p>
            ) : (
              <>
                {at === -1 && !hasMore && <p className="note wait">{t("bank.lineElsewhere", { status: code("lineStatus", line.status) })}</p>}
                <LineDetail key={line.id} line={line} onGone={() => drop(line.id)} move={(by) => pick(rows[Math.max(0, Math.min(rows.length - 1, at + by))]?.id ?? null)} />
              </>
            )}
          </div>
        </div>
      )}
    </Page>
  );
}

/** Only what is seen is in the page, however many there are. */
function Lines({ box, rows, at, onPick }: { box: RefObject<HTMLDivElement | null>; rows: BankLine[]; at: number; onPick: (n: number) => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  // eslint-disable-next-line react-hooks/incompatible-library
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => box.current, estimateSize: () => 58, overscan: 10 });
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
  }, [at, virtual]);
  return (
    <div
      ref={box}
      className="lines"
      role="listbox"
      aria-label={t("bank.lines")}
      aria-activedescendant={at < 0 ? undefined : `line-${at}`}
      tabIndex={0}
      onKeyDown={(event) => {
        const to = event.key === "ArrowDown" ? at + 1 : event.key === "ArrowUp" ? at - 1 : event.key === "Home" ? 0 : event.key === "End" ? rows.length - 1 : null;
        if (to === null) return;
        event.preventDefault();
        const next = Math.max(0, Math.min(rows.length - 1, to));
        if (next !== at) onPick(next);
      }}
    >
      <div style={{ height: virtual.getTotalSize(), position: "relative" }} role="presentation">
        {virtual.getVirtualItems().map((item) => {
          const line = rows[item.index];
          if (line === undefined) return null;
          return (
            // Keys are the list's own: it bears the focus, its options do not.
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={line.id}
              id={`line-${item.index}`}
              role="option"
              tabIndex={-1}
              aria-selected={item.index === at}
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              className={item.index === at ? "line at" : "line"}
              style={{ transform: `translateY(${item.start}px)` }}
              onClick={() => onPick(item.index)}
            >
              <span className="a">{line.payer_name ?? code("lineKind", line.kind)}</span>
              <span className="num strong">{format.amount(line.credit ? line.amount.amount : `-${line.amount.amount}`)}</span>
              <span className="b">
                {format.day(line.booking_date)} · {line.structured ?? line.free_text ?? code("lineKind", line.kind)}
              </span>
              <span className="b right">{line.amount.currency}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
