import { App, Form, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { readChart } from "@/api/chart";
import { api, got, tagged, type Schemas } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import { isRefusal } from "@/api/problem";
import { REVERSAL_STYLES, VOUCHER_SORTS, type Books, type ChartLine } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { useLanguage } from "@/i18n";
import { useCode } from "@/i18n/code";
import { filled } from "@/lib/filled";
import { DayField } from "@/ui/fields";
import { CodeFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { FormDialogue } from "@/ui/FormDialogue";
import { Conflict } from "@/ui/forms";
import { Act, Day, Facts, Panel, Tag } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { changedLines, CLASSES, isClass, namesOf, OWN, ownBody, ownFields, theirsOf, theirsOfOwn, type AssignFields, type OwnFields } from "./lines";
import { BooksPage } from "./nav";
import { Dialogue } from "@/ui/dialogue";
import { CountField } from "@/ui/spoken";

const readBooks = () => tagged(api.GET("/v1/books"));

/** The account of each role of accounts, from which day on, and the company's own accounts; and how the books are kept. */
export default function Chart() {
  const { t } = useTranslation();
  const language = useLanguage();
  const code = useCode();
  const why = useWhyNot()("settings:configure");
  const { values, set, reset, used } = useFilters(["class"]);
  const [assigning, setAssigning] = useState<ChartLine | "new" | null>(null);
  const [owning, setOwning] = useState<ChartLine | "new" | null>(null);
  const [templating, setTemplating] = useState(false);
  const chart = useQuery({ queryKey: ["chart"], queryFn: readChart });
  const lines = chart.data?.body.lines;
  const etag = chart.data?.etag ?? "";
  const name = (line: ChartLine) => (language === "en" ? line.name_en : line.name_zh);
  return (
    <BooksPage
      sub={t("books.chartText")}
      actions={
        <>
          <Act why={why} onClick={() => setTemplating(true)}>
            {t("books.template")}
          </Act>
          <Act why={why} onClick={() => setOwning("new")}>
            {t("books.addOwn")}
          </Act>
          <Act why={why} type="primary" onClick={() => setAssigning("new")}>
            {t("books.assign")}
          </Act>
        </>
      }
    >
      <Settings />
      <Panel flush title={t("books.chart")}>
        <Filters onReset={used ? reset : undefined}>
          <CodeFilter label={t("books.class")} codes={CLASSES} word={(value) => (isClass(value) ? t(`books.classOf.${value}`) : value)} value={values.class} onChange={(v) => set("class", v)} />
        </Filters>
        <DataTable
          label={t("books.chart")}
          query={{ ...chart, data: lines?.filter((line) => values.class === undefined || line.class === values.class) }}
          rowKey={(line, n) => `${line.role} ${line.part ?? ""} ${line.valid_from ?? ""} ${n}`}
          empty={<Nothing title={t("books.chartNone")} />}
          columns={[
            { key: "account", title: t("common.account"), render: (line) => <span className="num strong">{line.account}</span> },
            { key: "name", title: t("books.accountName"), className: "wrap", render: name },
            { key: "class", title: t("books.class"), render: (line) => (isClass(line.class) ? t(`books.classOf.${line.class}`) : line.class) },
            { key: "role", title: t("books.role"), render: (line) => (line.role === OWN ? <span className="quiet">{t("books.own")}</span> : code("accountRole", line.role)) },
            { key: "part", title: t("books.part"), render: (line) => <span className="mono">{line.part ?? ""}</span> },
            { key: "from", title: t("common.from"), render: (line) => (line.valid_from === null || line.valid_from === undefined ? <span className="quiet">{t("books.fromBeginning")}</span> : <Day value={line.valid_from} />) },
            { key: "control", title: t("books.control"), render: (line) => (line.control ? <Tag tone="info">{t("books.control")}</Tag> : "") },
            {
              key: "act",
              title: "",
              align: "right",
              render: (line) => (
                <Act size="small" why={why} onClick={() => (line.role === OWN ? setOwning(line) : setAssigning(line))}>
                  {t("common.edit")}
                </Act>
              ),
            },
          ]}
        />
      </Panel>
      {assigning !== null && <Assign line={assigning === "new" ? null : assigning} roles={[...new Set((lines ?? []).map((line) => line.role).filter((role) => role !== OWN))]} etag={etag} onClose={() => setAssigning(null)} />}
      {owning !== null && <OwnAccount line={owning === "new" ? null : owning} etag={etag} onClose={() => setOwning(null)} />}
      {templating && chart.data !== undefined && <Template start={chart.data} onClose={() => setTemplating(false)} />}
    </BooksPage>
  );
}

/** Blanks are left out: the server has its own names, and its beginning. */
export function lineBody(fields: AssignFields): Schemas["ChartLineBody"] {
  const part = filled(fields.part);
  return {
    role: fields.role,
    account: fields.account.trim(),
    ...(part === undefined ? {} : { part }),
    ...(fields.valid_from === undefined ? {} : { valid_from: fields.valid_from }),
    ...namesOf(fields),
  };
}

/** What an account is called in either language. */
function NameFields({ hint }: { hint: string }) {
  const { t } = useTranslation();
  const { optional } = useRules();
  return (
    <>
      <Form.Item name="name_zh" label={optional(t("books.nameZh"))} extra={hint}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item name="name_en" label={optional(t("books.nameEn"))}>
        <Input autoComplete="off" />
      </Form.Item>
    </>
  );
}

function Assign({ line, roles, etag, onClose }: { line: ChartLine | null; roles: string[]; etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const { must, optional } = useRules();
  return (
    <FormDialogue<AssignFields, unknown>
      title={t("books.assign")}
      act={t("common.save")}
      start={line === null ? {} : { role: line.role, part: line.part ?? "", account: line.account, name_zh: line.name_zh, name_en: line.name_en }}
      send={(fields, key, match) => got(api.PUT("/v1/chart", { params: { header: { ...keyed(key), "If-Match": match } }, body: lineBody(fields) }))}
      versions={{
        etag,
        read: async (mine) => {
          const now = await readChart();
          return { body: theirsOf(now.body.lines, mine), etag: now.etag };
        },
        sides: (mine, theirs) => [
          { key: "account", label: t("common.account"), mine: mine.account, theirs: theirs.account },
          { key: "name_zh", label: t("books.nameZh"), mine: mine.name_zh ?? "", theirs: theirs.name_zh ?? "" },
          { key: "name_en", label: t("books.nameEn"), mine: mine.name_en ?? "", theirs: theirs.name_en ?? "" },
        ],
      }}
      stale={[["chart"]]}
      said={() => t("books.assigned")}
      onClose={onClose}
    >
      <Form.Item name="role" label={t("books.role")} rules={must}>
        <Select showSearch={{ optionFilterProp: "label" }} disabled={line !== null} options={roles.map((value) => ({ value, label: code("accountRole", value) }))} />
      </Form.Item>
      <Form.Item name="part" label={optional(t("books.part"))} extra={t("books.partHint")}>
        <Input autoComplete="off" />
      </Form.Item>
      <div className="form-grid">
        <Form.Item name="account" label={t("common.account")} rules={must}>
          <Input inputMode="numeric" maxLength={12} autoComplete="off" />
        </Form.Item>
        <Form.Item name="valid_from" label={optional(t("common.from"))} extra={t("books.validFromHint")}>
          <DayField />
        </Form.Item>
        <NameFields hint={t("books.nameHint")} />
      </div>
    </FormDialogue>
  );
}

/** An account that no role has, with its names. */
function OwnAccount({ line, etag, onClose }: { line: ChartLine | null; etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { must, optional } = useRules();
  const classOf = (value: OwnFields["class"]) => (value === undefined ? "" : t(`books.classOf.${value}`));
  return (
    <FormDialogue<OwnFields, unknown>
      title={line === null ? t("books.addOwn") : t("books.editOwn")}
      act={t("common.save")}
      text={t("books.ownText")}
      start={line === null ? {} : ownFields(line)}
      send={(fields, key, match) => got(api.PUT("/v1/chart", { params: { header: { ...keyed(key), "If-Match": match } }, body: ownBody(fields) }))}
      versions={{
        etag,
        read: async (mine) => {
          const now = await readChart();
          return { body: theirsOfOwn(now.body.lines, mine), etag: now.etag };
        },
        sides: (mine, theirs) => [
          { key: "name_zh", label: t("books.nameZh"), mine: mine.name_zh ?? "", theirs: theirs.name_zh ?? "" },
          { key: "name_en", label: t("books.nameEn"), mine: mine.name_en ?? "", theirs: theirs.name_en ?? "" },
          { key: "class", label: t("books.class"), mine: classOf(mine.class), theirs: classOf(theirs.class) },
        ],
      }}
      stale={[["chart"]]}
      said={() => t("books.ownSaved")}
      onClose={onClose}
    >
      <div className="form-grid">
        <Form.Item name="account" label={t("common.account")} rules={must}>
          <Input inputMode="numeric" maxLength={12} autoComplete="off" disabled={line !== null} />
        </Form.Item>
        <Form.Item name="class" label={optional(t("books.class"))} extra={t("books.classHint")}>
          <Select allowClear options={CLASSES.map((value) => ({ value, label: t(`books.classOf.${value}`) }))} />
        </Form.Item>
        <NameFields hint={t("books.ownNameHint")} />
      </div>
    </FormDialogue>
  );
}

const TEMPLATES = ["cn", "generic"] as const;

type Read = Awaited<ReturnType<typeof readChart>>;

function Template({ start, onClose }: { start: Read; onClose: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { message } = App.useApp();
  // As it was when the dialogue was opened: the page behind may read it again.
  const [before] = useState(start);
  const [theirs, setTheirs] = useState<Read | null>(null);
  const [template, setTemplate] = useState<(typeof TEMPLATES)[number]>("cn");
  const write = useWrite({
    run: ({ chosen, match }: { chosen: (typeof TEMPLATES)[number]; match: string }, key) => got(api.PUT("/v1/chart/template", { params: { header: { ...keyed(key), "If-Match": match } }, body: { template: chosen } })),
    stale: [["chart"]],
    onDone: () => {
      void message.success(t("books.templated"));
      onClose();
    },
  });
  const put = (match: string) =>
    write.mutate(
      { chosen: template, match },
      {
        onError: (error) => {
          if (isRefusal(error, "precondition-failed")) readChart().then(setTheirs, () => undefined);
        },
      },
    );
  if (theirs !== null) {
    const changed = changedLines(before.body.lines, theirs.body.lines).map((line) => `${line.account} ${language === "en" ? line.name_en : line.name_zh}`);
    return (
      <Conflict
        sides={[{ key: "chart", label: t("books.chart"), mine: t(`books.templateOf.${template}`), theirs: changed.join(t("common.listComma")) }]}
        onCancel={() => setTheirs(null)}
        onChoose={(choice) => {
          if (choice["chart"] === "theirs") onClose();
          else {
            setTheirs(null);
            put(theirs.etag);
          }
        }}
      />
    );
  }
  return (
    <Dialogue title={t("books.template")} okText={t("books.template")} okButtonProps={{ loading: write.isPending }} onOk={() => put(before.etag)} onCancel={onClose}>
      <div className="stack">
        <p>{t("books.templateText")}</p>
        <Select aria-label={t("books.template")} value={template} onChange={setTemplate} options={TEMPLATES.map((value) => ({ value, label: t(`books.templateOf.${value}`) }))} />
        <ProblemNote error={write.error} />
      </div>
    </Dialogue>
  );
}

function Settings() {
  const { t } = useTranslation();
  const why = useWhyNot()("settings:configure");
  const [editing, setEditing] = useState(false);
  const found = useQuery({ queryKey: ["books"], queryFn: readBooks });
  return (
    <Panel
      title={t("books.settings")}
      extra={
        found.data !== undefined && (
          <Act size="small" why={why} onClick={() => setEditing(true)}>
            {t("common.edit")}
          </Act>
        )
      }
    >
      {found.isPending ? (
        <Loading rows={2} />
      ) : found.data === undefined ? (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Facts
          three
          rows={[
            [t("books.firstMonth"), found.data.body.first_month],
            [t("books.sorts"), t(`books.sortsOf.${found.data.body.voucher_sorts}`)],
            [t("books.style"), t(`books.styleOf.${found.data.body.reversal_style}`)],
          ]}
        />
      )}
      {editing && found.data !== undefined && <EditSettings start={found.data.body} etag={found.data.etag} onClose={() => setEditing(false)} />}
    </Panel>
  );
}

function EditSettings({ start, etag, onClose }: { start: Books; etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <FormDialogue<Books, unknown>
      title={t("books.settings")}
      act={t("common.save")}
      start={start}
      send={(body, key, match) => got(api.PUT("/v1/books", { params: { header: { ...keyed(key), "If-Match": match } }, body }))}
      versions={{
        etag,
        read: readBooks,
        sides: (mine, theirs) => [
          { key: "first_month", label: t("books.firstMonth"), mine: mine.first_month, theirs: theirs.first_month },
          { key: "voucher_sorts", label: t("books.sorts"), mine: t(`books.sortsOf.${mine.voucher_sorts}`), theirs: t(`books.sortsOf.${theirs.voucher_sorts}`) },
          { key: "reversal_style", label: t("books.style"), mine: t(`books.styleOf.${mine.reversal_style}`), theirs: t(`books.styleOf.${theirs.reversal_style}`) },
        ],
      }}
      stale={[["books"]]}
      said={() => t("books.settingsSaved")}
      onClose={onClose}
    >
      <Form.Item name="first_month" label={t("books.firstMonth")} extra={t("books.firstMonthHint")}>
        <CountField min={1} max={12} />
      </Form.Item>
      <Form.Item name="voucher_sorts" label={t("books.sorts")}>
        <Select options={VOUCHER_SORTS.map((value) => ({ value, label: t(`books.sortsOf.${value}`) }))} />
      </Form.Item>
      <Form.Item name="reversal_style" label={t("books.style")}>
        <Select options={REVERSAL_STYLES.map((value) => ({ value, label: t(`books.styleOf.${value}`) }))} />
      </Form.Item>
    </FormDialogue>
  );
}
