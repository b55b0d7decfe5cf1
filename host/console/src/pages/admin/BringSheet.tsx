import { App, Button, Checkbox, Select, Upload } from "antd";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearchParams } from "react-router";
import { api, json, saveText, type Schemas } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import { useLanguage } from "@/i18n";
import { useCode } from "@/i18n/code";
import { JobProgress } from "@/ui/jobs";
import { Act, Panel } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { base64Of } from "@/lib/base64";
import { Shown, type Report } from "./ImportReport";
import { KINDS, mappingOf, template, type Kind, type Mapping } from "./mapping";
import { MappingEditor } from "./MappingEditor";

const BYTES_MAX = 24 * 1024 * 1024;
/** What goes to approval and is posted by itself, if it is to. */
const DRAFTED: readonly Kind[] = ["invoices", "receipts", "opening-balances"];
/** What an import may have changed, by the first part of a query's key. */
export const TOUCHED = ["imports", "customers", "customer", "catalogue", "documents", "drafts", "deliveries", "open-items", "balance", "report", "overview"] as const;

interface Sheet {
  name: string;
  file: string;
}
interface Asked extends Sheet {
  kind: Kind;
  mapping?: Mapping;
  mode: "preview" | "all-or-nothing";
  drafts: boolean;
}

const bodyOf = ({ name, mapping, ...asked }: Asked) => ({ ...asked, file_name: name, mapping: mapping as never });

/** A sheet is looked at first, with the mapping that the server proposes and a person mends; then it goes in whole, or not at all. */
export function Bring({ why }: { why: string | undefined }) {
  const { t } = useTranslation();
  const code = useCode();
  const language = useLanguage();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [params] = useSearchParams();
  const [kind, setKind] = useState<Kind>(() => KINDS.find((one) => one === params.get("kind")) ?? "customers");
  const [wantsDrafts, setWantsDrafts] = useState(false);
  const [held, setHeld] = useState<Sheet | null>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const [report, setReport] = useState<Report | null>(null);
  const [mapping, setMapping] = useState<Mapping | null>(null);
  const [edited, setEdited] = useState(false);
  const [job, setJob] = useState<string | null>(null);
  const show = (found: Report) => {
    setJob(null);
    setReport(found);
    setMapping(mappingOf(found.mapping));
    setEdited(false);
  };
  const forget = () => {
    setJob(null);
    setReport(null);
    setMapping(null);
    setEdited(false);
  };
  const write = useWrite({
    run: (asked: Asked, key) => json<Report>(api.POST("/v1/imports", { params: { header: keyed(key) }, body: bodyOf(asked) })),
    onDone: show,
  });
  // what is written may take its time: the server does it beside answering
  const enter = useWrite({
    run: (asked: Asked, key) => json<Partial<Schemas["EnqueuedView"]>>(api.POST("/v1/imports", { params: { header: { ...keyed(key), Prefer: "respond-async" } }, body: bodyOf(asked) })),
    onDone: (made) => setJob(made.job ?? null),
  });
  const ended = (over: Schemas["Job"]) => {
    if (over.status !== "done") return;
    const found = over.result as unknown as Report;
    show(found);
    if (found.refused === 0) {
      setHeld(null);
      void message.success(t("admin.importMade", { made: found.made }));
    }
    for (const key of TOUCHED) void client.invalidateQueries({ queryKey: [key] });
  };
  const look = (of: Kind, sheet: Sheet, as?: Mapping, drafts = wantsDrafts) => {
    enter.reset();
    write.mutate({ kind: of, ...sheet, ...(as === undefined ? {} : { mapping: as }), mode: "preview", drafts: drafts && DRAFTED.includes(of) });
  };
  const choose = (sent: File) => {
    forget();
    setHeld(null);
    setTooLarge(sent.size > BYTES_MAX);
    if (sent.size > BYTES_MAX) return;
    void sent.arrayBuffer().then((bytes) => {
      const sheet = { name: sent.name, file: base64Of(new Uint8Array(bytes)) };
      setHeld(sheet);
      look(kind, sheet);
    });
  };
  const waits = edited ? t("admin.importEdited") : report !== null && report.questions.length > 0 ? t("admin.importMappingAsked") : undefined;
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
              forget();
              if (held !== null) look(next, held);
            }}
            options={KINDS.map((value) => ({ value, label: code("importKind", value) }))}
          />
          {why === undefined ? (
            <Upload
              showUploadList={false}
              accept=".csv,.xlsx,.txt"
              beforeUpload={(sent) => {
                choose(sent);
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
                if (held !== null) look(kind, held, mapping ?? undefined, target.checked);
              }}
            >
              {t("admin.importDrafts")}
            </Checkbox>
          )}
          <Button type="link" onClick={() => saveText(template(kind, language), `${kind}.csv`)}>
            {t("admin.importTemplate")}
          </Button>
          {held !== null && <span className="quiet">{held.name}</span>}
        </div>
        {tooLarge && (
          <p className="note bad" role="alert">
            {t("admin.importTooLarge")}
          </p>
        )}
        <ProblemNote error={enter.error ?? write.error} />
        {job !== null && <JobProgress key={job} id={job} onOver={ended} />}
        {report !== null && <Shown kind={kind} report={report} />}
        {report !== null && held !== null && mapping !== null && (
          <>
            <MappingEditor
              kind={kind}
              headings={report.headings}
              mapping={mapping}
              looking={write.isPending}
              onChange={(next) => {
                setMapping(next);
                setEdited(true);
              }}
              onLook={() => look(kind, held, mapping)}
            />
            {kind !== "old-balances" && (
              <div>
                <Act type="primary" loading={write.isPending || enter.isPending} why={why ?? waits} onClick={() => enter.mutate({ kind, ...held, mapping, mode: "all-or-nothing", drafts: wantsDrafts && DRAFTED.includes(kind) })}>
                  {t("admin.importDo")}
                </Act>
              </div>
            )}
          </>
        )}
      </div>
    </Panel>
  );
}
