import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got } from "@/api/client";
import { FED, useList } from "@/api/hooks";
import { MERGE_STATES, type Merge, type MergeState as State } from "@/api/shapes";
import { CustomerName, Person } from "@/ui/fields";
import { CodeFilter, CustomerFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { Day, Instant, Page, Panel, Tag, type Tone } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { CustomersNav } from "./nav";

const TONES: Readonly<Record<State, Tone>> = { proposed: "wait", merged: "good", withdrawn: "plain", undone: "bad" };

export function MergeState({ of }: { of: Merge }) {
  const { t } = useTranslation();
  return <Tag tone={TONES[of.state]}>{t(`merges.stateOf.${of.state}`)}</Tag>;
}

/** Who took whose place, and what waits for a second person. */
export default function Merges() {
  const { t } = useTranslation();
  const { values, set, reset, used } = useFilters(["state", "customer"]);
  const state = MERGE_STATES.find((one) => one === values.state);
  const query = { limit: 100, state, customer: values.customer };
  const list = useList(["merges", query], (after) => got(api.GET("/v1/customer-merges", { params: { query: { ...query, after } } })), FED);
  return (
    <Page title={t("customers.title")}>
      <CustomersNav />
      <Panel flush title={t("merges.title")}>
        <Filters onReset={used ? reset : undefined}>
          <CodeFilter label={t("merges.state")} codes={MERGE_STATES} word={(value) => t(`merges.stateOf.${value as State}`)} value={values.state} onChange={(v) => set("state", v)} />
          <CustomerFilter value={values.customer} onChange={(v) => set("customer", v)} />
        </Filters>
        <DataTable
          label={t("merges.title")}
          query={list}
          rowKey={(m) => m.id}
          to={(m) => `/customers/merges/${m.id}`}
          empty={used ? <Nothing title={t("merges.none")} /> : <Nothing title={t("merges.noneAll")}>{t("merges.noneHint")}</Nothing>}
          columns={[
            {
              key: "state",
              title: t("merges.state"),
              render: (m) => (
                <Link to={`/customers/merges/${m.id}`}>
                  <MergeState of={m} />
                </Link>
              ),
            },
            { key: "source", title: t("merges.source"), className: "wrap", render: (m) => <CustomerName id={m.source} /> },
            { key: "into", title: t("merges.into"), className: "wrap", render: (m) => <CustomerName id={m.into} /> },
            { key: "date", title: t("merges.date"), render: (m) => <Day value={m.date} /> },
            { key: "by", title: t("merges.proposedBy"), render: (m) => <Person id={m.proposed_by} /> },
            { key: "at", title: t("common.at"), render: (m) => <Instant value={m.proposed_at} /> },
            { key: "decided", title: t("merges.decidedBy"), render: (m) => <Person id={m.decided_by} /> },
          ]}
        />
      </Panel>
    </Page>
  );
}
