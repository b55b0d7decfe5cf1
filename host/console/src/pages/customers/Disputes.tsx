import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { DISPUTE_STATES, listDisputes, type Dispute, type DisputeState, type Reason } from "@/api/disputes";
import { FED, useList } from "@/api/hooks";
import { useWhyNot } from "@/app/session";
import { CustomerName, Person } from "@/ui/fields";
import { CodeFilter, CustomerFilter, DayFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { Act, Amount, Day, Page, Panel, Tag, type Tone } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { Resolve } from "./DisputeForms";
import { CustomersNav } from "./nav";

const TONES: Readonly<Record<DisputeState, Tone>> = { open: "wait", accepted: "good", rejected: "bad", withdrawn: "plain" };

/** What customers do not want to pay; the open ones first of all. */
export default function Disputes() {
  const { t } = useTranslation();
  const whyNot = useWhyNot();
  const { values, set, reset, used } = useFilters(["state", "customer", "from", "to"]);
  const [resolving, setResolving] = useState<Dispute | null>(null);
  const state = values.state ?? "open";
  const query = { state: DISPUTE_STATES.find((one) => one === state), customer: values.customer, from: values.from, to: values.to };
  const list = useList(["disputes", query], (after) => listDisputes({ ...query, after }), FED);
  return (
    <Page title={t("customers.title")} sub={t("disputes.text")}>
      <CustomersNav />
      <Panel flush title={t("disputes.title")}>
        <Filters onReset={used ? reset : undefined}>
          <CodeFilter label={t("common.status")} codes={DISPUTE_STATES} word={(value) => t(`disputes.stateOf.${value as DisputeState}`)} value={state === "all" ? "" : state} onChange={(v) => set("state", v === "" ? "all" : v)} />
          <CustomerFilter value={values.customer} onChange={(v) => set("customer", v)} />
          <DayFilter label={t("common.from")} value={values.from} onChange={(v) => set("from", v)} />
          <DayFilter label={t("common.to")} value={values.to} onChange={(v) => set("to", v)} />
        </Filters>
        <DataTable
          label={t("disputes.title")}
          query={list}
          rowKey={(d) => d.id}
          empty={used ? <Nothing title={t("disputes.noneThen")} /> : <Nothing title={t("disputes.none")}>{t("disputes.noneHint")}</Nothing>}
          columns={[
            { key: "state", title: t("common.status"), render: (d) => <Tag tone={TONES[d.state]}>{t(`disputes.stateOf.${d.state}`)}</Tag> },
            { key: "customer", title: t("common.customer"), className: "wrap", render: (d) => <CustomerName id={d.customer} /> },
            { key: "number", title: t("common.number"), render: (d) => ((d.document ?? null) === null ? "" : <Link to={`/documents/${d.document ?? ""}`}>{d.number}</Link>) },
            { key: "amount", title: t("disputes.amount"), align: "right", render: (d) => <Amount value={d.amount} /> },
            { key: "reason", title: t("disputes.reason"), className: "wrap", render: (d) => <Said head={d.reason_code} text={d.text} /> },
            {
              key: "opened",
              title: t("disputes.openedOn"),
              render: (d) => (
                <span>
                  <Day value={d.opened_on} /> <Person id={d.opened_by} />
                </span>
              ),
            },
            {
              key: "resolved",
              title: t("disputes.resolved"),
              className: "wrap",
              render: (d) =>
                d.state === "open" ? null : (
                  <span>
                    <Day value={d.resolved_on} /> <Person id={d.resolved_by} /> <span className="quiet">{d.answer ?? ""}</span>
                  </span>
                ),
            },
            {
              key: "act",
              title: "",
              align: "right",
              render: (d) =>
                d.state !== "open" ? null : (
                  <Act size="small" why={whyNot("documents:enter")} onClick={() => setResolving(d)}>
                    {t("disputes.resolve")}
                  </Act>
                ),
            },
          ]}
        />
      </Panel>
      {resolving !== null && <Resolve dispute={resolving} onClose={() => setResolving(null)} />}
    </Page>
  );
}

function Said({ head, text }: { head: Reason; text: string | null | undefined }) {
  const { t } = useTranslation();
  return (
    <span>
      {t(`disputes.reasonOf.${head}`)} <span className="quiet">{text ?? ""}</span>
    </span>
  );
}
