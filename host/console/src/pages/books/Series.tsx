import { Checkbox, Form, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, tagged, type Schemas } from "@/api/client";
import { HELD, keyed } from "@/api/hooks";
import { RESETS, VOID_REASONS, type Series, type SeriesGap, type Voided } from "@/api/shapes";
import { gaps as everyGap, series as everySeries } from "@/api/whole";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { filled } from "@/lib/filled";
import { DayField, Person } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { FormDialogue } from "@/ui/FormDialogue";
import { Act, Day, Instant, Panel, Tag } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { CountField } from "@/ui/spoken";
import { Nothing, ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { BooksPage } from "./nav";

const STALE = [["series"], ["series-gaps"]] as const;

/** How documents are numbered, and that every number is accounted for. */
export default function SeriesPage() {
  const { t } = useTranslation();
  const code = useCode();
  const why = useWhyNot()("settings:configure");
  const [editing, setEditing] = useState<Series | null>(null);
  const [voiding, setVoiding] = useState<SeriesGap | null>(null);
  const list = useQuery({ queryKey: ["series"], queryFn: everySeries });
  return (
    <BooksPage sub={t("books.seriesText")}>
      <Panel flush title={t("books.series")}>
        <DataTable
          label={t("books.series")}
          query={{ ...list, data: list.data?.series }}
          rowKey={(s) => s.kind}
          empty={t("books.seriesNone")}
          columns={[
            { key: "kind", title: t("common.kind"), render: (s) => code("documentKind", s.kind) },
            { key: "prefix", title: t("books.prefix"), render: (s) => <span className="mono">{s.prefix}</span> },
            { key: "reset", title: t("books.reset"), render: (s) => t(`books.resetOf.${s.reset}`) },
            { key: "chronological", title: t("books.chronological"), render: (s) => (s.chronological ? t("common.yes") : t("common.no")) },
            { key: "begun", title: t("books.begun"), className: "wrap", render: (s) => <Begun series={s} /> },
            {
              key: "act",
              title: "",
              align: "right",
              render: (s) => (
                <Act size="small" why={why} onClick={() => setEditing(s)}>
                  {t("common.edit")}
                </Act>
              ),
            },
          ]}
        />
      </Panel>
      <Gaps onVoid={setVoiding} />
      {editing !== null && <Edit series={editing} onClose={() => setEditing(null)} />}
      {voiding !== null && <Void series={voiding} onClose={() => setVoiding(null)} />}
    </BooksPage>
  );
}

function Begun({ series }: { series: Series }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (series.begun.length === 0) return <span className="quiet">–</span>;
  return (
    <ul className="stack tight">
      {series.begun.map((begun) => (
        <li key={begun.code} className="small">
          <span className="mono">{begun.code}</span>{" "}
          <span className="quiet">
            {t("books.next")} {format.count(begun.next)}
            {begun.last_date !== null && begun.last_date !== undefined && (
              <>
                {" "}
                · {t("books.lastDate")} <Day value={begun.last_date} />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

function Gaps({ onVoid }: { onVoid: (series: SeriesGap) => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const why = useWhyNot()("settings:configure");
  const gaps = useQuery({ queryKey: ["series-gaps"], queryFn: everyGap });
  const voids = (gaps.data?.series ?? []).flatMap((series) => series.voids);
  return (
    <>
      <Panel flush title={t("books.gaps")} extra={<span className="small quiet">{t("books.gapsText")}</span>}>
        <DataTable
          label={t("books.gaps")}
          query={{ ...gaps, data: gaps.data?.series }}
          rowKey={(s) => s.code}
          empty={<Nothing title={t("books.seriesNone")} />}
          columns={[
            { key: "code", title: t("books.code"), render: (s) => <span className="mono">{s.code}</span> },
            { key: "kind", title: t("common.kind"), render: (s) => code("documentKind", s.kind) },
            { key: "first", title: t("books.first"), align: "right", render: (s) => format.count(s.first) },
            { key: "last", title: t("books.last"), align: "right", render: (s) => (s.last === 0 ? "–" : format.count(s.last)) },
            { key: "documents", title: t("books.documents"), align: "right", render: (s) => format.count(s.documents) },
            { key: "voids", title: t("books.voids"), align: "right", render: (s) => format.count(s.voids.length) },
            {
              key: "missing",
              title: t("books.missing"),
              className: "wrap",
              render: (s) =>
                s.missing === 0 ? (
                  <Tag tone="good">{t("common.none")}</Tag>
                ) : (
                  <>
                    <Tag tone="bad">{format.count(s.missing)}</Tag> <span className="mono">{s.first_missing.join(t("common.listComma"))}</span>
                  </>
                ),
            },
            {
              key: "act",
              title: "",
              align: "right",
              render: (s) => (
                <Act size="small" why={why} onClick={() => onVoid(s)}>
                  {t("books.void")}
                </Act>
              ),
            },
          ]}
        />
      </Panel>
      {voids.length > 0 && <Voids voids={voids} />}
    </>
  );
}

function Voids({ voids }: { voids: Voided[] }) {
  const { t } = useTranslation();
  return (
    <Panel flush title={t("books.voidedList")}>
      <DataTable
        label={t("books.voidedList")}
        query={{ data: voids, error: null, isPending: false, refetch: () => undefined }}
        rowKey={(v) => v.number}
        empty=""
        columns={[
          { key: "number", title: t("common.number"), render: (v) => <span className="mono">{v.number}</span> },
          { key: "reason", title: t("books.voidReason"), render: (v) => t(`books.voidReasonOf.${v.reason}`) },
          { key: "reference", title: t("books.voidReference"), render: (v) => v.reference ?? "" },
          { key: "by", title: t("common.by"), render: (v) => <Person id={v.voided_by} /> },
          { key: "at", title: t("common.at"), render: (v) => <Instant value={v.voided_at} /> },
        ]}
      />
    </Panel>
  );
}

interface EditFields {
  prefix: string;
  reset: Series["reset"];
  chronological: boolean;
  start_on?: string;
  start_number?: number | null;
}

/** What the server takes of the form: a start is one with both of its parts. */
export function seriesBody(fields: EditFields): Schemas["SeriesBody"] {
  const { prefix, reset, chronological, start_on: on, start_number: number } = fields;
  const start = on === undefined || number === undefined || number === null ? {} : { start: { on, number } };
  const named = filled(prefix);
  return { ...(named === undefined ? {} : { prefix: named.toUpperCase() }), reset, chronological, ...start };
}

const readOne = (kind: Series["kind"]) => tagged(api.GET("/v1/series/{kind}", { params: { path: { kind } } }));
const rulesOf = ({ prefix, reset, chronological }: Series) => ({ prefix, reset, chronological });

function Edit({ series, onClose }: { series: Series; onClose: () => void }) {
  const kind = series.kind;
  const found = useQuery({ queryKey: ["one-series", kind], queryFn: () => readOne(kind), ...HELD });
  return found.data === undefined ? <ProblemNote error={found.error} onRetry={() => void found.refetch()} /> : <EditForm series={found.data.body} etag={found.data.etag} onClose={onClose} />;
}

function EditForm({ series, etag, onClose }: { series: Series; etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const { optional } = useRules();
  const yes = (of: boolean) => (of ? t("common.yes") : t("common.no"));
  return (
    <FormDialogue<EditFields, unknown>
      title={t("books.seriesEdit", { kind: code("documentKind", series.kind) })}
      act={t("common.save")}
      start={rulesOf(series)}
      send={(fields, key, match) => got(api.PUT("/v1/series/{kind}", { params: { path: { kind: series.kind }, header: { ...keyed(key), "If-Match": match } }, body: seriesBody(fields) }))}
      versions={{
        etag,
        // a start is of who fills it in
        read: async (mine) => {
          const { body, etag: now } = await readOne(series.kind);
          return { body: { ...mine, ...rulesOf(body) }, etag: now };
        },
        sides: (mine, theirs) => [
          { key: "prefix", label: t("books.prefix"), mine: mine.prefix, theirs: theirs.prefix },
          { key: "reset", label: t("books.reset"), mine: t(`books.resetOf.${mine.reset}`), theirs: t(`books.resetOf.${theirs.reset}`) },
          { key: "chronological", label: t("books.chronological"), mine: yes(mine.chronological), theirs: yes(theirs.chronological) },
        ],
      }}
      stale={STALE}
      said={() => t("books.seriesSaved")}
      onClose={onClose}
    >
      <Form.Item name="prefix" label={t("books.prefix")} extra={t("books.prefixHint")}>
        <Input maxLength={10} autoComplete="off" />
      </Form.Item>
      <Form.Item name="reset" label={t("books.reset")}>
        <Select options={RESETS.map((value) => ({ value, label: t(`books.resetOf.${value}`) }))} />
      </Form.Item>
      <Form.Item name="chronological" valuePropName="checked" extra={t("books.chronologicalHint")}>
        <Checkbox>{t("books.chronological")}</Checkbox>
      </Form.Item>
      <p className="small quiet" style={{ marginBottom: 8 }}>
        {t("books.startHint")}
      </p>
      <div className="form-grid">
        <Form.Item name="start_on" label={optional(t("books.startOn"))}>
          <DayField />
        </Form.Item>
        <Form.Item name="start_number" label={optional(t("books.startNumber"))}>
          <CountField min={1} max={1_000_000_000} />
        </Form.Item>
      </div>
    </FormDialogue>
  );
}

interface VoidFields {
  number?: number | null;
  reason: Voided["reason"];
  reference?: string;
}

function Void({ series, onClose }: { series: SeriesGap; onClose: () => void }) {
  const { t } = useTranslation();
  const { optional } = useRules();
  return (
    <FormDialogue<VoidFields, { number: string }>
      title={`${t("books.void")} · ${series.code}`}
      act={t("books.void")}
      danger
      text={t("books.voidText")}
      start={{ reason: "spoiled" }}
      send={({ number, reason, reference }, key) =>
        got(
          api.POST("/v1/series/{code}/voids", {
            params: { path: { code: series.code }, header: keyed(key) },
            body: { reason, ...(number === undefined || number === null ? {} : { number }), ...(filled(reference) === undefined ? {} : { reference: filled(reference) }) },
          }),
        )
      }
      stale={STALE}
      said={(done) => t("books.voided", { number: done.number })}
      onClose={onClose}
    >
      <Form.Item name="number" label={optional(t("books.voidNumber"))}>
        <CountField min={1} />
      </Form.Item>
      <Form.Item name="reason" label={t("books.voidReason")}>
        <Select options={VOID_REASONS.map((value) => ({ value, label: t(`books.voidReasonOf.${value}`) }))} />
      </Form.Item>
      <Form.Item name="reference" label={optional(t("books.voidReference"))}>
        <Input autoComplete="off" />
      </Form.Item>
    </FormDialogue>
  );
}
