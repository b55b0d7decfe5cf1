import { App } from "antd";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got, type Schemas } from "@/api/client";
import { FED, keyed, useList, useWrite } from "@/api/hooks";
import { useSession, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { Person } from "@/ui/fields";
import { CodeFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { useFormat } from "@/ui/format";
import { useWhileHere } from "@/ui/here";
import { Act, Instant, Panel, Tag, toneOf } from "@/ui/parts";
import { ProblemNote, Told } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { AdminPage } from "./nav";

const STATES = ["queued", "running", "done", "failed", "cancelled"] as const;

export default function Jobs() {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const { person } = useSession();
  const whyNot = useWhyNot();
  const { message } = App.useApp();
  const { values, set, reset, used } = useFilters(["status"]);
  const query = { limit: 100, status: values.status as Schemas["JobStatusName"] | undefined };
  const poll = useWhileHere(5_000);
  const list = useList(["jobs", query], (after) => got(api.GET("/v1/jobs", { params: { query: { ...query, after } } })), { ...FED, refetchInterval: poll });
  const cancel = useWrite({
    run: (id: string, key) => got(api.POST("/v1/jobs/{id}/cancel", { params: { path: { id }, header: keyed(key) } })),
    stale: [["jobs"], ["overview"]],
    onDone: () => void message.success(t("admin.jobCancelled")),
  });
  return (
    <AdminPage>
      <ProblemNote error={cancel.error} />
      <Panel flush title={t("admin.jobs")}>
        <Filters onReset={used ? reset : undefined}>
          <CodeFilter label={t("common.status")} codes={STATES} word={(value) => code("jobStatus", value)} value={values.status} onChange={(v) => set("status", v)} />
        </Filters>
        <DataTable
          label={t("admin.jobs")}
          query={list}
          rowKey={(j) => j.id}
          empty={t(used ? "admin.jobsNoneThen" : "admin.jobsNone")}
          columns={[
            { key: "kind", title: t("common.kind"), render: (j) => (j.kind === "import" && j.status === "done" ? <Link to={`/admin/imports?job=${j.id}`}>{code("jobKind", j.kind)}</Link> : code("jobKind", j.kind)) },
            { key: "status", title: t("common.status"), render: (j) => <Tag tone={toneOf(j.status)}>{code("jobStatus", j.status)}</Tag> },
            { key: "progress", title: t("home.progress"), align: "right", render: (j) => `${format.count(j.done)} / ${format.count(j.total)}` },
            { key: "by", title: t("common.by"), render: (j) => <Person id={j.created_by} /> },
            { key: "at", title: t("common.at"), render: (j) => <Instant value={j.finished_at ?? j.created_at} /> },
            { key: "error", title: t("common.reason"), className: "wrap", render: (j) => <Told detail={j.error ?? ""} /> },
            {
              key: "act",
              title: "",
              align: "right",
              render: (j) =>
                j.status === "queued" || j.status === "running" ? (
                  <Act size="small" why={j.created_by === person.id ? undefined : whyNot("records:run")} onClick={() => cancel.mutate(j.id)}>
                    {t("admin.jobCancel")}
                  </Act>
                ) : null,
            },
          ]}
        />
      </Panel>
    </AdminPage>
  );
}
