import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { api, got } from "@/api/client";
import { useList } from "@/api/hooks";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { Person } from "@/ui/fields";
import { Act, Instant, Panel, Tag, toneOf } from "@/ui/parts";
import { DataTable } from "@/ui/table";
import { firstFileOf } from "../home/firstSteps";
import { Bring } from "./BringSheet";
import { mayBeUndone } from "./brought";
import { FirstFiles } from "./FirstFiles";
import { AdminPage } from "./nav";
import { TakeBack } from "./TakeBack";

export default function Imports() {
  const { t } = useTranslation();
  const code = useCode();
  const whyNot = useWhyNot();
  const [params] = useSearchParams();
  const first = firstFileOf(params.get("first"));
  const [undoing, setUndoing] = useState<string | null>(null);
  const list = useList(["imports"], (after) => got(api.GET("/v1/imports", { params: { query: { limit: 100, after } } })));
  const why = whyNot("documents:enter");
  // the second person of an undoing need not be one who brings files in
  const whyUndo = whyNot("documents:enter", "documents:approve");
  return (
    <AdminPage sub={t("admin.importHint")}>
      {first !== null && <FirstFiles at={first} />}
      <Bring key={first} why={why} />
      <Panel flush title={t("admin.imports")}>
        <DataTable
          label={t("admin.imports")}
          query={list}
          rowKey={(i) => i.id}
          to={(i) => `/admin/imports/${i.id}`}
          empty={t("admin.importsNone")}
          columns={[
            { key: "file", title: t("bank.fileName"), className: "wrap", render: (i) => <Link to={`/admin/imports/${i.id}`}>{i.file_name ?? t("common.erasedName")}</Link> },
            { key: "kind", title: t("admin.importKind"), render: (i) => (i.drafts ? `${code("importKind", i.kind)} · ${t("admin.importDrafts")}` : code("importKind", i.kind)) },
            { key: "status", title: t("common.status"), render: (i) => <Tag tone={toneOf(i.status)}>{code("importStatus", i.status)}</Tag> },
            { key: "count", title: t("admin.importCount"), align: "right", render: (i) => `${i.made} / ${i.already} / ${i.refused}` },
            { key: "by", title: t("common.by"), render: (i) => <Person id={i.created_by} /> },
            { key: "at", title: t("common.at"), render: (i) => <Instant value={i.created_at} /> },
            {
              key: "act",
              title: "",
              align: "right",
              render: (i) =>
                mayBeUndone(i) ? (
                  <Act size="small" why={whyUndo} onClick={() => setUndoing(i.id)}>
                    {t("admin.importUndo")}
                  </Act>
                ) : null,
            },
          ]}
        />
      </Panel>
      {undoing !== null && <TakeBack id={undoing} onClose={() => setUndoing(null)} />}
    </AdminPage>
  );
}
