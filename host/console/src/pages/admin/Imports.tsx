import { App } from "antd";
import { useTranslation } from "react-i18next";
import { closed } from "@/ui/forms";
import { api, got } from "@/api/client";
import { keyed, useList, useWrite } from "@/api/hooks";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { Person } from "@/ui/fields";
import { Act, Instant, Panel, Tag, toneOf } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { Bring, TOUCHED } from "./BringSheet";
import { AdminPage } from "./nav";

export default function Imports() {
  const { t } = useTranslation();
  const code = useCode();
  const whyNot = useWhyNot();
  const { modal, message } = App.useApp();
  const list = useList(["imports"], (after) => got(api.GET("/v1/imports", { params: { query: { limit: 100, after } } })));
  const undo = useWrite({
    run: (id: string, key) => got(api.POST("/v1/imports/{id}/undo", { params: { path: { id }, header: keyed(key) }, body: {} })),
    stale: TOUCHED.map((key) => [key]),
    onDone: () => void message.success(t("admin.importUndone")),
  });
  const why = whyNot("documents:enter");
  // the second person of an undoing need not be one who brings files in
  const whyUndo = whyNot("documents:enter", "documents:approve");
  return (
    <AdminPage sub={t("admin.importHint")}>
      <Bring why={why} />
      <ProblemNote error={undo.error} />
      <Panel flush title={t("admin.imports")}>
        <DataTable
          label={t("admin.imports")}
          query={list}
          rowKey={(i) => i.id}
          empty={t("admin.importsNone")}
          columns={[
            { key: "file", title: t("bank.fileName"), className: "wrap", render: (i) => i.file_name ?? "" },
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
                i.status === "done" && i.made > 0 && (i.undone_at ?? null) === null ? (
                  <Act size="small" why={whyUndo} onClick={() => void modal.confirm({ title: t("admin.importUndo"), content: t("admin.importUndoText"), okText: t("admin.importUndo"), okButtonProps: { danger: true }, onOk: () => undo.mutateAsync(i.id).then(closed, closed) })}>
                    {t("admin.importUndo")}
                  </Act>
                ) : null,
            },
          ]}
        />
      </Panel>
    </AdminPage>
  );
}
