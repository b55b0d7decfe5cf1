import { Form, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, tagged, got, type Schemas } from "@/api/client";
import { keyed } from "@/api/hooks";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { lastMonthEnd } from "@/lib/dates";
import { DayField, Person } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { FormDialogue } from "@/ui/FormDialogue";
import { Act, Day, Instant, Panel, Tag } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { DataTable } from "@/ui/table";
import { AdminPage } from "./nav";
import { Unlocking, Unlocks } from "./Unlocks";

type Body = Schemas["PeriodLockBody"];

export default function Periods() {
  const { t } = useTranslation();
  const code = useCode();
  const whyNot = useWhyNot();
  const [locking, setLocking] = useState(false);
  const [unlocking, setUnlocking] = useState<"soft" | "tax" | null>(null);
  const list = useQuery({ queryKey: ["locks", "tagged"], queryFn: () => tagged(api.GET("/v1/period-locks")) });
  return (
    <AdminPage
      sub={t("admin.lockText")}
      actions={
        <Act why={whyNot("ledger:lock")} type="primary" onClick={() => setLocking(true)}>
          {t("admin.lockNew")}
        </Act>
      }
    >
      <Panel flush title={t("admin.periods")}>
        <DataTable
          label={t("admin.periods")}
          query={{ ...list, data: list.data?.body.items }}
          rowKey={(l) => l.kind}
          empty={t("admin.locksNone")}
          columns={[
            { key: "kind", title: t("admin.lockKind"), render: (l) => <Tag>{code("lock", l.kind)}</Tag> },
            { key: "through", title: t("admin.lockThrough"), render: (l) => <Day value={l.through} /> },
            { key: "by", title: t("admin.lockBy"), render: (l) => <Person id={l.set_by} /> },
            { key: "at", title: t("common.at"), render: (l) => <Instant value={l.set_at} /> },
            {
              key: "unlock",
              title: "",
              render: (l) => {
                const { kind } = l;
                return kind === "hard" ? null : (
                  <Act size="small" why={whyNot("ledger:lock")} onClick={() => setUnlocking(kind)}>
                    {t("admin.unlockNew")}
                  </Act>
                );
              },
            },
          ]}
        />
      </Panel>
      <Unlocks />
      {unlocking !== null && <Unlocking kind={unlocking} onClose={() => setUnlocking(null)} />}
      {locking && list.data !== undefined && <Lock etag={list.data.etag} onClose={() => setLocking(false)} />}
    </AdminPage>
  );
}

function Lock({ etag, onClose }: { etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const { must } = useRules();
  return (
    <FormDialogue<Body, unknown>
      title={t("admin.lockNew")}
      act={t("admin.lockNew")}
      text={t("admin.lockText")}
      start={{ kind: "soft", through: lastMonthEnd(format.today) }}
      send={(body, key, match) => got(api.PUT("/v1/period-locks", { params: { header: { ...keyed(key), "If-Match": match } }, body }))}
      versions={{
        etag,
        // how far the same lock reaches now; one that is not set yet reaches nowhere
        read: async (mine) => {
          const { body, etag: now } = await tagged(api.GET("/v1/period-locks"));
          return { body: { ...mine, through: body.items.find((lock) => lock.kind === mine.kind)?.through ?? mine.through }, etag: now };
        },
        sides: (mine, theirs) => [{ key: "through", label: t("admin.lockThrough"), mine: format.day(mine.through), theirs: format.day(theirs.through) }],
      }}
      stale={[["locks"], ["overview"]]}
      said={() => t("admin.lockSet")}
      onClose={onClose}
    >
      <Form.Item name="kind" label={t("admin.lockKind")} extra={t("admin.lockHardText")}>
        <Select options={["soft", "hard", "tax"].map((value) => ({ value, label: code("lock", value) }))} />
      </Form.Item>
      <Form.Item name="through" label={t("admin.lockThrough")} rules={must}>
        <DayField allowClear={false} />
      </Form.Item>
    </FormDialogue>
  );
}
