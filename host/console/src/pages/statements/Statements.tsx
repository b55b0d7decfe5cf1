import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { api, downloadList, got, type Schemas } from "@/api/client";
import { FED, useList } from "@/api/hooks";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { CustomerName, Person } from "@/ui/fields";
import { CodeFilter, CustomerFilter, DayFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { Act, Amount, Day, Page, Panel, Tag, toneOf } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { useTried } from "@/ui/tried";

const STATES = ["sealed", "approved", "rejected", "superseded"] as const;

/** The archive: every statement that was ever sealed. */
export default function Statements() {
  const { t } = useTranslation();
  const tried = useTried();
  const code = useCode();
  const go = useNavigate();
  const whyNot = useWhyNot();
  const { values, set, reset, used } = useFilters(["status", "customer", "cut_off", "run"]);
  const query = {
    limit: 100,
    status: values.status as Schemas["StatementStatusName"] | undefined,
    customer: values.customer,
    cut_off: values.cut_off,
    run: values.run,
  };
  const list = useList(["statements", query], (after) => got(api.GET("/v1/statements", { params: { query: { ...query, after } } })), FED);
  const whole = (format: "csv" | "xlsx") => tried(downloadList("statements", query, format));
  return (
    <Page
      title={t("statements.title")}
      actions={
        <>
          <Button onClick={() => whole("csv")}>CSV</Button>
          <Button onClick={() => whole("xlsx")}>XLSX</Button>
          <Act why={whyNot("statements:run")} type="primary" onClick={() => void go("/statements/run")}>
            {t("statements.run")}
          </Act>
        </>
      }
    >
      <Panel flush>
        <Filters onReset={used ? reset : undefined}>
          <CodeFilter label={t("common.status")} codes={STATES} word={(value) => code("statementStatus", value)} value={values.status} onChange={(v) => set("status", v)} />
          <CustomerFilter value={values.customer} onChange={(v) => set("customer", v)} />
          <DayFilter label={t("statements.cutOff")} value={values.cut_off} onChange={(v) => set("cut_off", v)} />
        </Filters>
        <DataTable
          label={t("statements.archive")}
          query={list}
          rowKey={(s) => s.id}
          to={(s) => `/statements/${s.id}`}
          empty={<Nothing title={used ? t("statements.none") : t("statements.noneAll")} />}
          columns={[
            { key: "number", title: t("statements.number"), render: (s) => <Link to={`/statements/${s.id}`}>{s.number}</Link> },
            { key: "customer", title: t("common.customer"), className: "wrap", render: (s) => <CustomerName id={s.customer} /> },
            {
              key: "period",
              title: t("statements.period"),
              render: (s) => (
                <span className="nowrap">
                  <Day value={s.period_start} /> – <Day value={s.cut_off} />
                </span>
              ),
            },
            {
              key: "closing",
              title: t("customers.closing"),
              align: "right",
              render: (s) =>
                s.closings.map((one) => (
                  <div key={one.account + one.closing.currency}>
                    <Amount value={one.closing} />
                  </div>
                )),
            },
            { key: "version", title: t("statements.version"), align: "right", render: (s) => s.version },
            { key: "style", title: t("customers.style"), render: (s) => code("style", s.style) },
            { key: "status", title: t("common.status"), render: (s) => <Tag tone={toneOf(s.status)}>{code("statementStatus", s.status)}</Tag> },
            { key: "by", title: t("statements.decidedBy"), render: (s) => <Person id={s.decided_by} /> },
          ]}
        />
      </Panel>
    </Page>
  );
}
