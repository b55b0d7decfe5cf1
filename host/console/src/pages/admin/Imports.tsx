import { App, Button, Checkbox, Select, Upload } from "antd";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { closed } from "@/ui/forms";
import { api, got, json, type Schemas } from "@/api/client";
import { keyed, useList, useWrite } from "@/api/hooks";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { Person } from "@/ui/fields";
import { JobProgress } from "@/ui/jobs";
import { Act, Instant, Panel, Tag, toneOf } from "@/ui/parts";
import { ProblemNote, Told } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { base64Of } from "@/lib/base64";
import { AdminPage } from "./nav";

type Kind = Schemas["KindName"];
type Report = Schemas["ImportedFileView"];
const KINDS: readonly Kind[] = ["customers", "items", "invoices", "receipts", "opening-balances", "old-balances"];
/** What goes to approval and is posted by itself, if it is to. */
const DRAFTED: readonly Kind[] = ["invoices", "receipts", "opening-balances"];
const BYTES_MAX = 24 * 1024 * 1024;

export default function Imports() {
  const { t } = useTranslation();
  const code = useCode();
  const whyNot = useWhyNot();
  const { modal, message } = App.useApp();
  const list = useList(["imports"], (after) => got(api.GET("/v1/imports", { params: { query: { limit: 100, after } } })));
  const undo = useWrite({
    run: (id: string, key) => got(api.POST("/v1/imports/{id}/undo", { params: { path: { id }, header: keyed(key) }, body: {} })),
    stale: [["imports"], ["customers"], ["documents"], ["drafts"]],
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

interface Asked {
  kind: Kind;
  name: string;
  file: string;
  mapping?: Record<string, unknown>;
  mode: "preview" | "all-or-nothing";
  drafts: boolean;
}

/** A sheet is looked at first, with the mapping that the server proposes; then it goes in whole, or not at all. */
function Bring({ why }: { why: string | undefined }) {
  const { t } = useTranslation();
  const code = useCode();
  const { message } = App.useApp();
  const [kind, setKind] = useState<Kind>("customers");
  const [wantsDrafts, setWantsDrafts] = useState(false);
  const [held, setHeld] = useState<{ name: string; file: string } | null>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const [report, setReport] = useState<Report | null>(null);
  const client = useQueryClient();
  const [job, setJob] = useState<string | null>(null);
  const bodyOf = ({ name, ...asked }: Asked) => ({ ...asked, mapping: asked.mapping as never, file_name: name });
  const write = useWrite({
    run: (asked: Asked, key) => json<Report>(api.POST("/v1/imports", { params: { header: keyed(key) }, body: bodyOf(asked) })),
    onDone: (found) => {
      setJob(null);
      setReport(found);
    },
  });
  // what is written may take its time: the server does it beside answering
  const enter = useWrite({
    run: (asked: Asked, key) => json<Partial<Schemas["EnqueuedView"]>>(api.POST("/v1/imports", { params: { header: { ...keyed(key), Prefer: "respond-async" } }, body: bodyOf(asked) })),
    onDone: (made) => setJob(made.job ?? null),
  });
  const ended = (over: Schemas["Job"]) => {
    if (over.status !== "done") return;
    const found = over.result as unknown as Report;
    setReport(found);
    if (found.refused === 0) {
      setHeld(null);
      void message.success(t("admin.importMade", { made: found.made }));
    }
    for (const key of ["imports", "customers", "documents", "drafts"]) void client.invalidateQueries({ queryKey: [key] });
  };
  const look = (of: Kind, sheet: { name: string; file: string }, drafts: boolean) => write.mutate({ kind: of, ...sheet, mode: "preview", drafts: drafts && DRAFTED.includes(of) });
  return (
    <Panel title={t("admin.importDo")}>
      <div className="stack">
        <div className="row">
          <Select
            aria-label={t("admin.importKind")}
            style={{ width: 180 }}
            value={kind}
            onChange={(next) => {
              setKind(next);
              setReport(null);
              if (held !== null) look(next, held, wantsDrafts);
            }}
            options={KINDS.map((value) => ({ value, label: code("importKind", value) }))}
          />
          {why === undefined ? (
            <Upload
              showUploadList={false}
              accept=".csv,.xlsx,.txt"
              beforeUpload={(sent) => {
                setReport(null);
                setTooLarge(sent.size > BYTES_MAX);
                if (sent.size <= BYTES_MAX)
                  void sent.arrayBuffer().then((bytes) => {
                    const sheet = { name: sent.name, file: base64Of(new Uint8Array(bytes)) };
                    setHeld(sheet);
                    look(kind, sheet, wantsDrafts);
                  });
                return false;
              }}
            >
              <Button loading={write.isPending}>{t("admin.importFile")}</Button>
            </Upload>
          ) : (
            <Act why={why}>{t("admin.importFile")}</Act>
          )}
          {DRAFTED.includes(kind) && (
            <Checkbox
              checked={wantsDrafts}
              onChange={({ target }) => {
                setWantsDrafts(target.checked);
                setReport(null);
                if (held !== null) look(kind, held, target.checked);
              }}
            >
              {t("admin.importDrafts")}
            </Checkbox>
          )}
          {held !== null && <span className="quiet">{held.name}</span>}
        </div>
        {tooLarge && (
          <p className="note bad" role="alert">
            {t("admin.importTooLarge")}
          </p>
        )}
        <ProblemNote error={enter.error ?? write.error} />
        {job !== null && <JobProgress key={job} id={job} onOver={ended} />}
        {report !== null && <Shown report={report} />}
        {report !== null && held !== null && kind !== "old-balances" && (
          <div>
            <Act type="primary" loading={write.isPending || enter.isPending} why={report.questions.length > 0 ? report.questions.join(" ") : undefined} onClick={() => enter.mutate({ kind, ...held, mapping: report.mapping, mode: "all-or-nothing", drafts: wantsDrafts && DRAFTED.includes(kind) })}>
              {t("admin.importDo")}
            </Act>
          </div>
        )}
      </div>
    </Panel>
  );
}

function Shown({ report }: { report: Report }) {
  const { t } = useTranslation();
  const columns = (report.mapping as Record<string, unknown>)["columns"];
  const pairs = typeof columns === "object" && columns !== null ? Object.entries(columns) : [];
  return (
    <div className="stack">
      <div className={report.refused > 0 ? "note wait" : "note good"} role="status">
        <strong>{t("admin.importReport", { records: report.records, refused: report.refused })}</strong>
        {[...report.questions, ...report.notes].map((text, n) => (
          <span key={n} className="small">
            <Told detail={text} />
          </span>
        ))}
        {report.sums.map((sum) => (
          <span key={sum.of + sum.currency} className="num">
            {sum.of}: {sum.sum} {sum.currency}
          </span>
        ))}
      </div>
      {pairs.length > 0 && (
        <DataTable
          label={t("admin.importField")}
          query={given(pairs)}
          rowKey={([field]) => field}
          empty=""
          columns={[
            { key: "field", title: t("admin.importField"), render: ([field]) => <span className="mono">{field}</span> },
            { key: "column", title: t("admin.importColumn"), render: ([, column]) => (typeof column === "string" ? column : JSON.stringify(column)) },
          ]}
        />
      )}
      {report.errors.length > 0 && (
        <DataTable
          label={t("admin.importErrors")}
          query={given(report.errors)}
          rowKey={(_, n) => n}
          empty=""
          columns={[
            { key: "cell", title: t("admin.importErrors"), render: (e) => <span className="mono">{e.cell ?? `#${e.row}`}</span> },
            { key: "heading", title: t("admin.importColumn"), render: (e) => e.heading ?? "" },
            { key: "field", title: t("admin.importField"), render: (e) => <span className="mono">{e.field ?? ""}</span> },
            { key: "message", title: t("common.reason"), className: "wrap", render: (e) => <Told detail={e.message} /> },
          ]}
        />
      )}
      {report.differences.length > 0 && (
        <DataTable
          label={t("admin.gain")}
          query={given(report.differences)}
          rowKey={(_, n) => n}
          empty=""
          columns={[
            { key: "customer", title: t("common.customer"), render: (d) => d.customer },
            { key: "old", title: t("admin.oldBooks"), align: "right", render: (d) => `${d.old} ${d.currency}` },
            { key: "new", title: t("admin.ourBooks"), align: "right", render: (d) => `${d.new} ${d.currency}` },
          ]}
        />
      )}
    </div>
  );
}

