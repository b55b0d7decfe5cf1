import { App, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, upload, type Schemas } from "@/api/client";
import { useList, useWrite } from "@/api/hooks";
import { useWhyNot } from "@/app/session";
import { Person } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { Act, Instant, Page, Panel } from "@/ui/parts";
import { ProblemNote, Told } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { Why } from "@/ui/Why";
import { BankNav } from "./nav";

type Imported = Schemas["ImportedView"];
const BYTES_MAX = 64 * 1024 * 1024;

export default function Files() {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const why = useWhyNot()("money:enter");
  const [tooLarge, setTooLarge] = useState<string | null>(null);
  const [made, setMade] = useState<Imported | null>(null);
  const list = useList(["bank-files"], (after) => got(api.GET("/v1/bank-files", { params: { query: { limit: 100, after } } })));
  const write = useWrite({
    run: (sent: File, key) => upload<Imported>(`/v1/bank-files?${new URLSearchParams({ file_name: sent.name }).toString()}`, sent, "application/octet-stream", key),
    stale: [["bank-files"], ["bank-lines"], ["overview"]],
    onDone: (imported) => {
      setMade(imported);
      void message.success(t("bank.imported", { fresh: imported.lines_new, known: imported.lines_known }));
    },
  });
  return (
    <Page title={t("bank.title")}>
      <BankNav />
      <Panel title={t("bank.upload")}>
        <div className="stack">
          <p className="quiet">{t("bank.uploadHint")}</p>
          {why === undefined ? (
            <Upload.Dragger
              showUploadList={false}
              multiple={false}
              disabled={write.isPending}
              beforeUpload={(sent) => {
                setMade(null);
                setTooLarge(sent.size > BYTES_MAX ? sent.name : null);
                if (sent.size <= BYTES_MAX) write.mutate(sent);
                return false;
              }}
            >
              <p style={{ padding: 12 }}>{write.isPending ? t("bank.uploading") : t("bank.upload")}</p>
            </Upload.Dragger>
          ) : (
            <div>
              <Act why={why}>{t("bank.upload")}</Act>
            </div>
          )}
          {tooLarge !== null && (
            <div className="note bad" role="alert">
              <strong>{tooLarge}</strong>
              <span>{t("bank.tooLarge")}</span>
            </div>
          )}
          <ProblemNote error={write.error} />
          {made !== null && (
            <div className="note good" role="status">
              <strong>{made.already ? t("bank.already") : t("bank.imported", { fresh: made.lines_new, known: made.lines_known })}</strong>
              {made.warnings.map((warning, n) => (
                <span key={n} className="small">
                  <Told detail={warning} />
                </span>
              ))}
            </div>
          )}
        </div>
      </Panel>
      <Panel flush title={t("bank.files")}>
        <DataTable
          label={t("bank.files")}
          query={list}
          rowKey={(f) => f.id}
          empty={t("bank.filesNone")}
          columns={[
            { key: "name", title: t("bank.fileName"), className: "wrap", render: (f) => f.file_name },
            { key: "size", title: t("bank.size"), align: "right", render: (f) => format.bytes(f.size) },
            { key: "by", title: t("common.by"), render: (f) => <Person id={f.imported_by} /> },
            { key: "at", title: t("common.at"), render: (f) => <Instant value={f.imported_at} /> },
            { key: "why", title: "", align: "right", render: (f) => <Why invocation={f.invocation} of={f.file_name} /> },
          ]}
        />
      </Panel>
    </Page>
  );
}
