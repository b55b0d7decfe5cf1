import { App, Form, Input } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, json, tagged, type Schemas } from "@/api/client";
import { HELD, keyed, useList, useWrite } from "@/api/hooks";
import { useSession, useWhyNot } from "@/app/session";
import { readAmount } from "@/lib/amount";
import { lastMonthEnd } from "@/lib/dates";
import { useAccount } from "@/ui/accounts";
import { AmountField, DayField } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { FormDialogue } from "@/ui/FormDialogue";
import { Act, Amount, Day, Panel } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { AdminPage } from "./nav";
import { Dialogue } from "@/ui/dialogue";

type Rate = Schemas["FxRate"];

export default function Rates() {
  const { t } = useTranslation();
  const named = useAccount();
  const format = useFormat();
  const whyNot = useWhyNot();
  const [dialogue, setDialogue] = useState<"rate" | "revalue" | "regroup" | null>(null);
  const rates = useList(["rates"], (after) => got(api.GET("/v1/fx-rates", { params: { query: { limit: 100, after } } })));
  const revaluations = useList(["revaluations"], (after) => got(api.GET("/v1/revaluations", { params: { query: { limit: 100, after } } })));
  const regroupings = useList(["regroupings"], (after) => got(api.GET("/v1/regroupings", { params: { query: { limit: 100, after } } })));
  const [correcting, setCorrecting] = useState<Rate | null>(null);
  const run = whyNot("ledger:run");
  const enter = whyNot("ledger:enter");
  return (
    <AdminPage
      actions={
        <>
          <Act why={run} onClick={() => setDialogue("revalue")}>
            {t("admin.revalue")}
          </Act>
          <Act why={run} onClick={() => setDialogue("regroup")}>
            {t("admin.regroup")}
          </Act>
          <Act why={enter} type="primary" onClick={() => setDialogue("rate")}>
            {t("admin.rateAdd")}
          </Act>
        </>
      }
    >
      <Panel flush title={t("admin.revaluations")}>
        <DataTable
          label={t("admin.revaluations")}
          query={revaluations}
          rowKey={(_, n) => n}
          empty={t("admin.revalNone")}
          columns={[
            { key: "day", title: t("reports.asOf"), render: (r) => <Day value={r.as_of} /> },
            { key: "account", title: t("common.account"), className: "wrap", render: (r) => named(r.account, r.currency) },
            { key: "balance", title: t("ages.balance"), align: "right", render: (r) => <Amount value={r.balance} /> },
            { key: "rate", title: t("admin.rateValue"), align: "right", render: (r) => format.amount(r.rate) },
            { key: "carrying", title: t("admin.carrying"), align: "right", render: (r) => <Amount value={r.carrying} /> },
            { key: "value", title: t("admin.valued"), align: "right", render: (r) => <Amount value={r.value} /> },
            { key: "gain", title: t("admin.gain"), align: "right", render: (r) => <Amount value={r.difference} /> },
          ]}
        />
      </Panel>
      <Panel flush title={t("admin.regroupings")}>
        <DataTable
          label={t("admin.regroupings")}
          query={regroupings}
          rowKey={(_, n) => n}
          empty={t("admin.regroupNone")}
          columns={[
            { key: "day", title: t("reports.asOf"), render: (r) => <Day value={r.as_of} /> },
            { key: "account", title: t("common.account"), className: "wrap", render: (r) => named(r.account, r.currency) },
            { key: "credits", title: t("admin.regroupCredits"), align: "right", render: (r) => <Amount value={r.credits} /> },
            { key: "carrying", title: t("admin.carrying"), align: "right", render: (r) => <Amount value={r.base_credits} /> },
            { key: "posted", title: t("admin.regroupPosted"), align: "right", render: (r) => <Amount value={r.difference} /> },
          ]}
        />
      </Panel>
      <Panel flush title={t("admin.rates")}>
        <DataTable
          label={t("admin.rates")}
          query={rates}
          rowKey={(r) => r.source + r.target + r.date}
          empty={t("admin.ratesNone")}
          columns={[
            { key: "source", title: t("admin.rateSource"), render: (r) => r.source },
            { key: "target", title: t("admin.rateTarget"), render: (r) => r.target },
            { key: "day", title: t("common.date"), render: (r) => <Day value={r.date} /> },
            { key: "rate", title: t("admin.rateValue"), align: "right", render: (r) => format.amount(r.rate) },
            { key: "origin", title: t("admin.rateOrigin"), render: (r) => r.origin },
            {
              key: "act",
              title: "",
              align: "right",
              render: (r) => (
                <Act size="small" why={enter} aria-label={`${t("common.edit")} ${r.source} ${r.target} ${format.day(r.date)}`} onClick={() => setCorrecting(r)}>
                  {t("common.edit")}
                </Act>
              ),
            },
          ]}
        />
      </Panel>
      {dialogue === "regroup" && <Regroup onClose={() => setDialogue(null)} />}
      {correcting !== null && <Correct of={correcting} onClose={() => setCorrecting(null)} />}
      {dialogue === "rate" && <SetRate onClose={() => setDialogue(null)} />}
      {dialogue === "revalue" && <Revalue onClose={() => setDialogue(null)} />}
    </AdminPage>
  );
}

function SetRate({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const session = useSession();
  const { must, amount } = useRules();
  const upper = (value: string) => value.toUpperCase();
  return (
    <FormDialogue<Schemas["FxRateBody"], unknown>
      title={t("admin.rateAdd")}
      act={t("common.save")}
      start={{ target: session.company.base_currency, date: session.company.today, origin: "PBOC" }}
      send={(body, key) => got(api.PUT("/v1/fx-rates", { params: { header: keyed(key) }, body }))}
      stale={[["rates"]]}
      said={() => t("admin.rateSaved")}
      onClose={onClose}
    >
      <div className="form-grid">
        <Form.Item name="source" label={t("admin.rateSource")} rules={must} normalize={upper}>
          <Input maxLength={3} autoComplete="off" />
        </Form.Item>
        <Form.Item name="target" label={t("admin.rateTarget")} rules={must} normalize={upper}>
          <Input maxLength={3} autoComplete="off" />
        </Form.Item>
        <Form.Item name="date" label={t("common.date")} rules={must}>
          <DayField allowClear={false} />
        </Form.Item>
        <Form.Item name="rate" label={t("admin.rateValue")} rules={[...must, ...amount]}>
          <AmountField />
        </Form.Item>
        <Form.Item name="origin" label={t("admin.rateOrigin")} rules={must}>
          <Input autoComplete="off" />
        </Form.Item>
      </div>
    </FormDialogue>
  );
}

const readRate = ({ source, target, date }: Rate) => tagged(api.GET("/v1/fx-rates/{source}/{target}/{date}", { params: { path: { source, target, date } } }));

function Correct({ of, onClose }: { of: Rate; onClose: () => void }) {
  const found = useQuery({ queryKey: ["one-rate", of.source, of.target, of.date], queryFn: () => readRate(of), ...HELD });
  return found.data === undefined ? <ProblemNote error={found.error} onRetry={() => void found.refetch()} /> : <CorrectForm rate={found.data.body} etag={found.data.etag} onClose={onClose} />;
}

/** The rate of a day, for documents to come: what is posted keeps its own. */
function CorrectForm({ rate, etag, onClose }: { rate: Rate; etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { must, amount } = useRules();
  const { source, target, date } = rate;
  return (
    <FormDialogue<Schemas["FxRateOfDayBody"], unknown>
      title={t("admin.rateEdit", { pair: `${source}/${target}`, day: format.day(date) })}
      act={t("common.save")}
      text={t("admin.rateEditText")}
      start={{ rate: rate.rate, origin: rate.origin }}
      send={(body, key, match) => got(api.PUT("/v1/fx-rates/{source}/{target}/{date}", { params: { path: { source, target, date }, header: { ...keyed(key), "If-Match": match } }, body: { ...body, rate: readAmount(body.rate) ?? body.rate } }))}
      versions={{
        etag,
        read: async () => {
          const { body, etag: now } = await readRate(rate);
          return { body: { rate: body.rate, origin: body.origin }, etag: now };
        },
        sides: (mine, theirs) => [
          { key: "rate", label: t("admin.rateValue"), mine: mine.rate, theirs: theirs.rate },
          { key: "origin", label: t("admin.rateOrigin"), mine: mine.origin, theirs: theirs.origin },
        ],
      }}
      stale={[["rates"]]}
      said={() => t("admin.rateSaved")}
      onClose={onClose}
    >
      <Form.Item name="rate" label={t("admin.rateValue")} rules={[...must, ...amount]}>
        <AmountField />
      </Form.Item>
      <Form.Item name="origin" label={t("admin.rateOrigin")} rules={must}>
        <Input autoComplete="off" />
      </Form.Item>
    </FormDialogue>
  );
}

function Revalue({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const write = useWrite({
    run: (as_of: string, key) => json<Schemas["Revaluations"]>(api.POST("/v1/revaluations", { params: { header: keyed(key) }, body: { as_of } })),
    stale: [["revaluations"], ["report"]],
    onDone: (made) => {
      void message.success(t("admin.revalued", { count: made.revaluations.length }));
      onClose();
    },
  });
  return <AtDay title={t("admin.revalue")} text={t("admin.revalueText")} pending={write.isPending} error={write.error} onDay={write.mutate} onClose={onClose} />;
}

function Regroup({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const write = useWrite({
    run: (as_of: string, key) => json<Schemas["Regroupings"]>(api.POST("/v1/regroupings", { params: { header: keyed(key) }, body: { as_of } })),
    stale: [["regroupings"], ["report"]],
    onDone: (made) => {
      void message.success(t("admin.regrouped", { count: made.regroupings.length }));
      onClose();
    },
  });
  return <AtDay title={t("admin.regroup")} text={t("admin.regroupText")} pending={write.isPending} error={write.error} onDay={write.mutate} onClose={onClose} />;
}

/** Asks for the day of what is posted for it and taken back on the next. */
function AtDay({ title, text, pending, error, onDay, onClose }: { title: string; text: string; pending: boolean; error: Error | null; onDay: (day: string) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [day, setDay] = useState(lastMonthEnd(format.today));
  return (
    <Dialogue title={title} okText={title} okButtonProps={{ loading: pending }} onOk={() => onDay(day)} onCancel={onClose}>
      <div className="stack">
        <p>{text}</p>
        <span className="caption">{t("reports.asOf")}</span>
        <DayField aria-label={t("reports.asOf")} allowClear={false} value={day} onChange={(value) => value !== undefined && setDay(value)} />
        <ProblemNote error={error} />
      </div>
    </Dialogue>
  );
}
