import { AutoComplete, Button, Form } from "antd";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, downloadList, got } from "@/api/client";
import { FED, keyed, useList } from "@/api/hooks";
import { useWhyNot } from "@/app/session";
import { CustomerField } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { FormDialogue } from "@/ui/FormDialogue";
import { Act, Page, Panel } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { useTried } from "@/ui/tried";
import { chosen, groupNames, inGroup, placeOf, type Group } from "./groups";
import { CustomersNav } from "./nav";
import { TYPED } from "@/ui/typed";

/** 客户组: how many customers each has, and who is in which. */
export default function Groups() {
  const { t } = useTranslation();
  const format = useFormat();
  const tried = useTried();
  const why = useWhyNot()("customers:enter");
  const [into, setInto] = useState<string | null>(null);
  const list = useList<Group>(["customer-groups", "list"], (after) => got(api.GET("/v1/customer-groups", { params: { query: { limit: 100, after } } })), FED);
  const whole = (file: "csv" | "xlsx") => tried(downloadList("customer-groups", {}, file));
  return (
    <Page
      title={t("customers.title")}
      sub={t("customers.groupsText")}
      actions={
        <>
          <Button onClick={() => whole("csv")}>{t("customers.exportCsv")}</Button>
          <Button onClick={() => whole("xlsx")}>{t("customers.exportXlsx")}</Button>
          <Act why={why} type="primary" onClick={() => setInto("")}>
            {t("customers.groupPut")}
          </Act>
        </>
      }
    >
      <CustomersNav />
      <Panel flush title={t("customers.groups")}>
        <DataTable
          label={t("customers.groups")}
          query={list}
          rowKey={(g) => g.group ?? ""}
          empty={<Nothing title={t("customers.emptyAll")} />}
          columns={[
            {
              key: "group",
              title: t("customers.group"),
              className: "wrap",
              render: (g) => (g.group === null || g.group === undefined ? <span className="quiet">{t("customers.groupNone")}</span> : <Link to={placeOf(g.group)}>{g.group}</Link>),
            },
            { key: "customers", title: t("customers.groupCount"), align: "right", render: (g) => format.count(g.customers) },
            {
              key: "act",
              title: "",
              align: "right",
              render: (g) =>
                g.group === null || g.group === undefined ? null : (
                  <Act size="small" why={why} aria-label={`${t("customers.groupAdd")} ${g.group}`} onClick={() => setInto(g.group ?? "")}>
                    {t("customers.groupAdd")}
                  </Act>
                ),
            },
          ]}
        />
      </Panel>
      {into !== null && <Put group={into} onClose={() => setInto(null)} />}
    </Page>
  );
}

interface PutFields {
  customer: string;
  group?: string;
}

/** A customer into a group, which is there by that; without one, out of hers. */
function Put({ group, onClose }: { group: string; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { must, optional } = useRules();
  const [code, setCode] = useState<string>();
  const names = useQuery(groupNames);
  const now = useQuery({ ...chosen(code ?? ""), enabled: code !== undefined });
  return (
    <FormDialogue<PutFields, unknown>
      title={t("customers.groupPut")}
      act={t("common.save")}
      text={t("customers.groupPutText")}
      start={{ group }}
      send={async (fields, key) => {
        // as she was when she was chosen, or when both sides were shown
        const { body, etag } = await client.query(chosen(fields.customer));
        return got(api.PUT("/v1/customers/{id}", { params: { path: { id: body.id }, header: { ...keyed(key), "If-Match": etag } }, body: inGroup(body, fields.group) }));
      }}
      versions={{
        etag: now.data?.etag ?? "",
        read: async (mine) => {
          const { body, etag } = await client.query({ ...chosen(mine.customer), staleTime: 0 });
          return { body: { ...mine, group: body.group ?? "" }, etag };
        },
        sides: (mine, theirs) => [{ key: "group", label: t("customers.group"), mine: mine.group ?? "", theirs: theirs.group ?? "" }],
      }}
      stale={[["customer-groups"], ["customers"], ["customer"]]}
      said={() => t("customers.groupSaved")}
      onClose={onClose}
    >
      <Form.Item name="customer" label={t("common.customer")} rules={must}>
        <CustomerField onChange={setCode} />
      </Form.Item>
      <Form.Item name="group" label={optional(t("customers.group"))} extra={now.data === undefined ? undefined : t("customers.groupNow", { group: now.data.body.group ?? t("customers.groupNone") })}>
        <AutoComplete showSearch={TYPED} allowClear options={(names.data ?? []).map((value) => ({ value }))} />
      </Form.Item>
    </FormDialogue>
  );
}
