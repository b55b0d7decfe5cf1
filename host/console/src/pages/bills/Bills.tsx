import { Checkbox } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { api, got } from "@/api/client";
import { useList } from "@/api/hooks";
import { BILL_STATES, type Bill } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { DocumentsNav } from "@/pages/documents/columns";
import { CustomerName } from "@/ui/fields";
import { CodeFilter, CustomerFilter, DayFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { Act, Amount, Day, Page, Panel, Tag, type Tone } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";

const TONES: Readonly<Record<Bill["state"], Tone>> = { held: "wait", endorsed: "info", discounted: "info", paid: "good", dishonoured: "bad", cancelled: "plain" };
const isState = (code: string): code is Bill["state"] => BILL_STATES.some((known) => known === code);

export function BillState({ bill }: { bill: Bill }) {
  const { t } = useTranslation();
  return <Tag tone={TONES[bill.state]}>{t(`bills.stateOf.${bill.state}`)}</Tag>;
}

/** The register of bills of exchange. */
export default function Bills() {
  const { t } = useTranslation();
  const go = useNavigate();
  const whyNot = useWhyNot();
  const { values, set, reset, used } = useFilters(["state", "customer", "maturity_from", "maturity_to", "contingent"]);
  const query = { limit: 100, state: BILL_STATES.find((state) => state === values.state), customer: values.customer, maturity_from: values.maturity_from, maturity_to: values.maturity_to, contingent: values.contingent === "true" ? true : undefined };
  const list = useList(["bills", query], (after) => got(api.GET("/v1/bills", { params: { query: { ...query, after } } })));
  return (
    <Page
      title={t("documents.title")}
      actions={
        <Act why={whyNot("money:enter")} type="primary" onClick={() => void go("/bills/new")}>
          {t("bills.new")}
        </Act>
      }
    >
      <DocumentsNav />
      <Panel flush title={t("bills.title")}>
        <Filters onReset={used ? reset : undefined}>
          <CodeFilter label={t("bills.state")} codes={BILL_STATES} word={(value) => (isState(value) ? t(`bills.stateOf.${value}`) : value)} value={values.state} onChange={(v) => set("state", v)} />
          <CustomerFilter value={values.customer} onChange={(v) => set("customer", v)} />
          <DayFilter label={t("bills.maturityFrom")} value={values.maturity_from} onChange={(v) => set("maturity_from", v)} />
          <DayFilter label={t("bills.maturityTo")} value={values.maturity_to} onChange={(v) => set("maturity_to", v)} />
          <div className="field">
            <span>{t("bills.contingent")}</span>
            <Checkbox checked={values.contingent === "true"} onChange={(event) => set("contingent", event.target.checked ? "true" : "")} style={{ height: 32, alignItems: "center" }}>
              {t("bills.contingentHint")}
            </Checkbox>
          </div>
        </Filters>
        <DataTable
          label={t("bills.title")}
          query={list}
          rowKey={(b) => b.id}
          to={(b) => `/bills/${b.id}`}
          empty={<Nothing title={used ? t("bills.none") : t("bills.noneAll")} />}
          columns={[
            { key: "number", title: t("bills.number"), className: "wrap mono", render: (b) => <Link to={`/bills/${b.id}`}>{b.number ?? t("common.erasedName")}</Link> },
            { key: "customer", title: t("common.customer"), className: "wrap", render: (b) => <CustomerName id={b.customer} /> },
            { key: "kind", title: t("bills.kind"), render: (b) => t(`bills.kindOf.${b.kind}`) },
            { key: "acceptor", title: t("bills.acceptor"), className: "wrap", render: (b) => b.acceptor ?? t("common.erasedName") },
            { key: "maturity", title: t("bills.maturity"), render: (b) => <Day value={b.maturity} /> },
            {
              key: "state",
              title: t("bills.state"),
              render: (b) => (
                <span>
                  <BillState bill={b} /> {b.recourse && <span className="small quiet">{t("bills.recourse")}</span>}
                </span>
              ),
            },
            { key: "amount", title: t("bills.face"), align: "right", render: (b) => <Amount value={b.amount} /> },
          ]}
        />
      </Panel>
    </Page>
  );
}
