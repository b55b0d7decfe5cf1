import { Input, Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { download } from "@/api/client";
import { NotFound } from "@/app/RouteFailure";
import { Downloads, OF_REPORTS } from "@/ui/downloads";
import { CustomerFilter, DayFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { useFormat } from "@/ui/format";
import { Page, Panel, SubNav } from "@/ui/parts";
import { CLEARED } from "@/ui/spoken";
import { ProblemNote } from "@/ui/states";
import { Balances } from "./Balances";
import type { ReportQuery } from "./report";
import { Aging, Ledger, Tax, TieOut, TrialBalance, Unapplied } from "./views";

const REPORTS = ["aging", "balances", "trial-balance", "ledger", "tax", "unapplied", "tie-out"] as const;
type Name = (typeof REPORTS)[number];
const WITH_CUSTOMER = new Set<Name>(["aging", "balances", "ledger", "tax", "unapplied"]);
const WITH_FROM = new Set<Name>(["trial-balance", "ledger", "tax"]);

export default function Reports() {
  const { name: asked } = useParams();
  const name = REPORTS.find((n) => n === asked);
  return name === undefined ? <NotFound /> : <Report name={name} />;
}

function Report({ name }: { name: Name }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { values, set } = useFilters(["customer", "from", "as_of", "known_at", "basis", "edges", "missing_due_date"]);
  const [failed, setFailed] = useState<unknown>(null);
  const title: Record<Name, string> = {
    aging: t("reports.aging"),
    balances: t("reports.balances"),
    "trial-balance": t("reports.trialBalance"),
    ledger: t("reports.ledger"),
    tax: t("reports.tax"),
    unapplied: t("reports.unapplied"),
    "tie-out": t("reports.tieOut"),
  };
  const query: ReportQuery = {
    ...(values.as_of === undefined ? {} : { as_of: values.as_of }),
    ...(values.known_at === undefined ? {} : { known_at: values.known_at }),
    ...(WITH_CUSTOMER.has(name) && values.customer !== undefined ? { customer: values.customer } : {}),
    ...(WITH_FROM.has(name) && values.from !== undefined ? { from: values.from } : {}),
    ...(name === "aging" && values.basis !== undefined ? { basis: values.basis } : {}),
    ...(name === "aging" && values.edges !== undefined ? { edges: values.edges } : {}),
    ...(name === "aging" && values.missing_due_date !== undefined ? { missing_due_date: values.missing_due_date } : {}),
  };
  const whole = (kind: string) => {
    setFailed(null);
    const asked = new URLSearchParams({ ...query, format: kind, language: format.language === "en" ? "en" : "zh" });
    download(`/v1/reports/${name}?${asked.toString()}`, `${name}.${kind}`).catch(setFailed);
  };
  return (
    <Page
      title={t("reports.title")}
      actions={<Downloads kinds={OF_REPORTS} onDownload={whole} />}
    >
      <SubNav label={t("reports.title")} items={REPORTS.map((n) => ({ to: `/reports/${n}`, label: title[n] }))} />
      <ProblemNote error={failed} />
      <Panel flush title={title[name]}>
        <Filters>
          {WITH_CUSTOMER.has(name) && <CustomerFilter value={values.customer} onChange={(v) => set("customer", v)} />}
          {WITH_FROM.has(name) && <DayFilter label={t("common.from")} value={values.from} onChange={(v) => set("from", v)} />}
          <DayFilter label={t("reports.asOf")} value={values.as_of ?? format.today} onChange={(v) => set("as_of", v)} />
          <label className="field" title={t("reports.knownAtHint")}>
            <span>{t("reports.knownAt")}</span>
            <Input allowClear={CLEARED} inputMode="numeric" style={{ width: 110 }} defaultValue={values.known_at} onChange={(e) => set("known_at", /^\d*$/.test(e.target.value) ? e.target.value : "")} />
          </label>
          {name === "aging" && (
            <>
              <div className="field">
                <span>{t("reports.basis")}</span>
                <Select
                  aria-label={t("reports.basis")}
                  style={{ width: 160 }}
                  value={values.basis ?? "due-date"}
                  onChange={(v) => set("basis", v === "due-date" ? "" : v)}
                  options={(["due-date", "document-date", "fifo"] as const).map((value) => ({ value, label: t(`reports.basisOf.${value}`) }))}
                />
              </div>
              <label className="field">
                <span>{t("reports.edges")}</span>
                <Input style={{ width: 130 }} defaultValue={values.edges ?? "30,60,90"} onChange={(e) => set("edges", e.target.value.replace(/[，、\s]+/g, ","))} />
              </label>
              <div className="field">
                <span>{t("reports.missing")}</span>
                <Select
                  aria-label={t("reports.missing")}
                  style={{ width: 150 }}
                  value={values.missing_due_date ?? "document-date"}
                  onChange={(v) => set("missing_due_date", v === "document-date" ? "" : v)}
                  options={(["document-date", "not-due"] as const).map((value) => ({ value, label: t(`reports.missingOf.${value}`) }))}
                />
              </div>
            </>
          )}
        </Filters>
        {name === "aging" && <Aging query={query} />}
        {name === "balances" && <Balances query={query} />}
        {name === "trial-balance" && <TrialBalance query={query} />}
        {name === "ledger" && <Ledger query={query} />}
        {name === "tax" && <Tax query={query} />}
        {name === "unapplied" && <Unapplied query={query} />}
        {name === "tie-out" && <TieOut query={query} />}
      </Panel>
    </Page>
  );
}
