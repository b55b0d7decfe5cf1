import { Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { api, got } from "@/api/client";
import { FED, keyed, useList, useWrite } from "@/api/hooks";
import { useWhyNot } from "@/app/session";
import { lastMonthEnd } from "@/lib/dates";
import { Person } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { Act, Day, Instant, Panel, Tag } from "@/ui/parts";
import { Nothing, ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { AdminPage } from "./nav";

export default function Closes() {
  const { t } = useTranslation();
  const format = useFormat();
  const go = useNavigate();
  const why = useWhyNot()("ledger:run");
  const [month, setMonth] = useState(lastMonthEnd(format.today).slice(0, 7));
  const list = useList(["closes"], (after) => got(api.GET("/v1/closes", { params: { query: { limit: 100, after } } })), FED);
  const open = useWrite({
    run: (period: string, key) => got(api.POST("/v1/closes", { params: { header: keyed(key) }, body: { period } })),
    stale: [["closes"]],
    onDone: (made) => void go(`/admin/close/${made.period}`),
  });
  return (
    <AdminPage sub={t("close.noneHint")}>
      <ProblemNote error={open.error} />
      <Panel
        flush
        title={t("close.title")}
        extra={
          <>
            <Input aria-label={t("close.month")} style={{ width: 110 }} value={month} onChange={(e) => setMonth(e.target.value.trim())} placeholder="2026-11" />
            <Act why={why} type="primary" loading={open.isPending} onClick={() => open.mutate(month)}>
              {t("close.openOther")}
            </Act>
          </>
        }
      >
        <DataTable
          label={t("close.title")}
          query={{ ...list, data: list.data === undefined ? undefined : [...list.data].reverse() }}
          rowKey={(c) => c.period}
          to={(c) => `/admin/close/${c.period}`}
          empty={<Nothing title={t("close.none")} />}
          columns={[
            { key: "period", title: t("close.month"), render: (c) => <Link to={`/admin/close/${c.period}`}>{c.period}</Link> },
            { key: "last", title: t("admin.lockThrough"), render: (c) => <Day value={c.last_day} /> },
            {
              key: "state",
              title: t("common.status"),
              render: (c) => {
                const signed = c.items.filter((i) => i.state !== "open").length;
                return <Tag tone={signed === c.items.length ? "good" : "wait"}>{t("close.signedOf", { signed, all: c.items.length })}</Tag>;
              },
            },
            { key: "by", title: t("common.by"), render: (c) => <Person id={c.opened_by} /> },
            { key: "at", title: t("common.at"), render: (c) => <Instant value={c.opened_at} /> },
          ]}
        />
      </Panel>
    </AdminPage>
  );
}
