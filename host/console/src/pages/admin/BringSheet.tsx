import { App, Button, Checkbox, Radio, Select, Upload } from "antd";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { api, json, saveText, type Schemas } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import { isRefusal } from "@/api/problem";
import { useLanguage } from "@/i18n";
import { useCode } from "@/i18n/code";
import { UnsavedGuard } from "@/ui/forms";
import { JobProgress } from "@/ui/jobs";
import { Act, Panel } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { base64Of } from "@/lib/base64";
import { MODES, TOUCHED, type Mode } from "./brought";
import { Shown, type Report } from "./ImportReport";
import { carried, KINDS, mappingOf, ofLayout, template, type Kind, type Layout, type Mapping } from "./mapping";
import { MappingEditor } from "./MappingEditor";
import { SheetLayout } from "./SheetLayout";

const BYTES_MAX = 24 * 1024 * 1024;
/** What goes to approval and is posted by itself, if it is to. */
const DRAFTED: readonly Kind[] = ["invoices", "receipts", "opening-balances"];

interface Sheet {
  name: string;
  file: string;
}
interface Asked extends Sheet {
  kind: Kind;
  mapping?: Mapping;
  mode: "preview" | Mode;
  drafts: boolean;
  /** Of the reasons in the file of refused rows. */
  language: "zh" | "en";
}

const bodyOf = ({ name, mapping, ...asked }: Asked) => ({ ...asked, file_name: name, mapping: mapping as never });
const kindOf = (name: string | null) => KINDS.find((one) => one === name);

/** A sheet is looked at first, with the mapping that the server proposes and a person mends; then it goes in whole, or as far as it is right. */
export function Bring({ why }: { why: string | undefined }) {
  const { t } = useTranslation();
  const code = useCode();
  const language = useLanguage();
  const spoken: Asked["language"] = language === "en" ? "en" : "zh";
  const { message } = App.useApp();
  const client = useQueryClient();
  const [params, setParams] = useSearchParams();
  const [kind, setKind] = useState<Kind>(() => kindOf(params.get("kind")) ?? kindOf(params.get("first")) ?? "customers");
  const [wantsDrafts, setWantsDrafts] = useState(false);
  const [mode, setMode] = useState<Mode>("all-or-nothing");
  const [held, setHeld] = useState<Sheet | null>(null);
  const [layout, setLayout] = useState<Layout>({});
  const [tooLarge, setTooLarge] = useState(false);
  const [report, setReport] = useState<Report | null>(null);
  const [mapping, setMapping] = useState<Mapping | null>(null);
  const [edited, setEdited] = useState(false);
  // what she said of each kind: it holds for the next file, and when she comes back to it
  const [said, setSaid] = useState<Readonly<Partial<Record<Kind, Mapping>>>>({});
  const [job, setJob] = useState<string | null>(() => params.get("job"));
  const [gone, setGone] = useState(false);
  // the address names what was brought in: loaded anew, it shows the same report
  const keep = (id: string | null) => {
    if (params.get("job") === id) return;
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (id === null) next.delete("job");
        else next.set("job", id);
        return next;
      },
      { replace: true },
    );
  };
  const show = (found: Report) => {
    setJob(null);
    setReport(found);
    setMapping(mappingOf(found.mapping));
    setEdited(false);
  };
  const forget = () => {
    setJob(null);
    keep(null);
    setGone(false);
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
  });
  const bring = (asked: Asked) =>
    enter.mutate(asked, {
      // only while she is here: nobody is called back to this page
      onSuccess: (made) => {
        setJob(made.job ?? null);
        keep(made.job ?? null);
      },
    });
  const ended = (over: Schemas["Job"]) => {
    if (over.kind !== "import") return;
    for (const key of TOUCHED) void client.invalidateQueries({ queryKey: [key] });
    if (over.status !== "done") return;
    const found = (over.result ?? null) as unknown as Report | null;
    if (found === null) {
      setJob(null);
      setGone(true);
      return;
    }
    show(found);
    setKind(kindOf(found.kind) ?? kind);
    if (held === null || found.refused > 0) return;
    setHeld(null);
    void message.success(t("admin.importMade", { made: found.made }));
  };
  function look(of: Kind, sheet: Sheet, as: Mapping | undefined, drafts = wantsDrafts) {
    enter.reset();
    keep(null);
    const asked = { kind: of, ...sheet, ...(as === undefined ? {} : { mapping: as }), mode: "preview" as const, drafts: drafts && DRAFTED.includes(of), language: spoken };
    write.mutate(asked, {
      onSuccess: (found) => {
        const before = said[of];
        const again = found.proposed && before !== undefined ? carried(before, mappingOf(found.mapping), found.headings) : undefined;
        if (again !== undefined) look(of, sheet, again, drafts);
      },
    });
  }
  const choose = (sent: File) => {
    forget();
    write.reset();
    enter.reset();
    setHeld(null);
    setLayout({});
    setTooLarge(sent.size > BYTES_MAX);
    if (sent.size > BYTES_MAX) return;
    void sent.arrayBuffer().then((bytes) => {
      const sheet = { name: sent.name, file: base64Of(new Uint8Array(bytes)) };
      setHeld(sheet);
      look(kind, sheet, undefined);
    });
  };
  const asks = report !== null && report.questions.length > 0;
  const bad = report !== null && report.refused > 0 && mode === "all-or-nothing" ? t("admin.importRefusedWaits", { refused: report.refused }) : undefined;
  const waits = edited ? t("admin.importEdited") : asks ? t("admin.importMappingAsked") : bad;
  return (
    <Panel title={t("admin.importDo")}>
      <UnsavedGuard dirty={edited} member="first" />
      <div className="stack">
        <div className="row">
          <Select
            aria-label={t("admin.importKind")}
            style={{ width: 180 }}
            value={kind}
            onChange={(next) => {
              setKind(next);
              forget();
              if (held !== null) look(next, held, ofLayout(layout));
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
                if (held !== null) look(kind, held, mapping ?? ofLayout(layout), target.checked);
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
        {kind === "orders" && (
          <p className="small quiet">
            {t("deliveries.ordersByRule")} <Link to="/admin/billing">{t("deliveries.ordersRule")}</Link>
          </p>
        )}
        {tooLarge && (
          <p className="note bad" role="alert">
            {t("admin.importTooLarge")}
          </p>
        )}
        {gone && <p className="note">{t("admin.importReportGone")}</p>}
        <ProblemNote error={enter.error ?? write.error} />
        {held !== null && (
          <SheetLayout
            name={held.name}
            layout={layout}
            found={report}
            asks={isRefusal(write.error, "sheet-unreadable")}
            looking={write.isPending}
            onChange={setLayout}
            onRead={() => look(kind, held, ofLayout(layout))}
          />
        )}
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
                setSaid({ ...said, [kind]: next });
                setEdited(true);
              }}
              onLook={() => look(kind, held, mapping)}
            />
            {kind !== "old-balances" && (
              <>
                <HowItGoesIn mode={mode} onChange={setMode} />
                <div>
                  <Act type="primary" loading={write.isPending || enter.isPending} why={why ?? waits} onClick={() => bring({ kind, ...held, mapping, mode, drafts: wantsDrafts && DRAFTED.includes(kind), language: spoken })}>
                    {t("admin.importDo")}
                  </Act>
                </div>
              </>
            )}
          </>
        )}
      </div>
    </Panel>
  );
}

/** 整份导入 or 跳过有误的行, with what each does. */
function HowItGoesIn({ mode, onChange }: { mode: Mode; onChange: (mode: Mode) => void }) {
  const { t } = useTranslation();
  return (
    <div className="stack tight">
      <h3>{t("admin.importMode")}</h3>
      <Radio.Group aria-label={t("admin.importMode")} className="stack tight" value={mode} onChange={(event) => onChange(event.target.value as Mode)}>
        {MODES.map((value) => (
          <Radio key={value} value={value}>
            {t(`admin.importModeOf.${value}`)} <span className="small quiet">{t(`admin.importModeText.${value}`)}</span>
          </Radio>
        ))}
      </Radio.Group>
    </div>
  );
}
