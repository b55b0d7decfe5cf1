import { Button, Form, Input, Radio, Select, Space } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useSearchParams } from "react-router";
import { api, download, json } from "@/api/client";
import { SAMPLE_METHODS, type Sample, type SampleMethod } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { filled } from "@/lib/filled";
import { firstOfMonth } from "@/lib/dates";
import { CustomerName, DayField } from "@/ui/fields";
import { useFilters } from "@/ui/filters";
import { useFormat } from "@/ui/format";
import { Act, Amount, Day, Digest, Figure, Panel } from "@/ui/parts";
import { CountField } from "@/ui/spoken";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { AdminPage } from "./nav";
import { freshSeed, packageOf, queryOf, type Query } from "./samples";

const KINDS = ["invoice", "credit-note", "late-fee", "receipt", "return", "refund", "write-off", "adjustment", "transfer", "opening", "allocation", "reversal", "delivery", "bill", "bill-endorsement", "bill-discount", "bill-payment", "bill-dishonour", "suspense", "bank-move", "revaluation", "regrouping"] as const;
const NAMES = ["from", "to", "kind", "method", "seed", "size", "known_at"] as const;

interface Fields {
  from: string;
  to: string;
  kinds: string[];
  method: SampleMethod;
  seed: string;
  size: number | null;
  known_at?: string;
}

/** A population, and what a seed takes of it. What is asked stands in the address: the auditor's colleague draws the same. */
export default function Samples() {
  const { t } = useTranslation();
  const { values } = useFilters(NAMES);
  const query = queryOf(values);
  const why = useWhyNot()("records:audit");
  const drawn = useQuery({
    queryKey: ["sample", query],
    queryFn: () => json<Sample>(api.GET("/v1/audit/sample", { params: { query: query ?? { from: "", to: "", seed: "", size: 0 } } })),
    enabled: query !== null && why === undefined,
    staleTime: Infinity,
  });
  return (
    <AdminPage sub={t("samples.text")}>
      <Ask key={JSON.stringify(query)} start={query} busy={drawn.isFetching} onAgain={() => void drawn.refetch()} />
      {query === null || why !== undefined ? (
        <Panel>
          <Nothing title={why ?? t("samples.nothing")} />
        </Panel>
      ) : drawn.isPending ? (
        <Loading />
      ) : drawn.data === undefined ? (
        <ProblemNote error={drawn.error} onRetry={() => void drawn.refetch()} />
      ) : (
        <Drawn sample={drawn.data} query={query} />
      )}
    </AdminPage>
  );
}

function Ask({ start, busy, onAgain }: { start: Query | null; busy: boolean; onAgain: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const why = useWhyNot()("records:audit");
  const [form] = Form.useForm<Fields>();
  const [params, setParams] = useSearchParams();
  const must = [{ required: true, message: t("common.required") }];
  const initial: Fields = {
    from: start?.from ?? firstOfMonth(format.today),
    to: start?.to ?? format.today,
    kinds: start?.kind?.split(",") ?? [],
    method: start?.method ?? "hash",
    seed: start?.seed ?? "",
    size: start?.size ?? 25,
    known_at: start?.known_at === undefined ? "" : String(start.known_at),
  };
  const draw = (fields: Fields) => {
    const at = filled(fields.known_at);
    const next = new URLSearchParams({
      from: fields.from,
      to: fields.to,
      ...(fields.kinds.length === 0 ? {} : { kind: fields.kinds.join(",") }),
      method: fields.method,
      seed: fields.seed.trim(),
      size: String(fields.size ?? ""),
      ...(at === undefined ? {} : { known_at: at }),
    });
    if (next.toString() === params.toString()) onAgain();
    else setParams(next);
  };
  const method = (Form.useWatch("method", form) as SampleMethod | undefined) ?? initial.method;
  return (
    <Panel title={t("samples.population")}>
      <Form form={form} layout="vertical" requiredMark={false} initialValues={initial} onFinish={draw}>
        <div className="form-grid">
          <Form.Item name="from" label={t("samples.from")} rules={must}>
            <DayField allowClear={false} />
          </Form.Item>
          <Form.Item name="to" label={t("samples.to")} rules={must}>
            <DayField allowClear={false} />
          </Form.Item>
          <Form.Item name="known_at" label={`${t("samples.knownAt")} (${t("common.optional")})`} extra={t("samples.knownAtHint")} rules={[{ pattern: /^\d{0,15}$/, message: t("common.notAmount") }]}>
            <Input inputMode="numeric" autoComplete="off" />
          </Form.Item>
          <Form.Item name="kinds" label={t("samples.kinds")} className="full">
            <Select mode="multiple" allowClear placeholder={t("samples.allKinds")} options={KINDS.map((value) => ({ value, label: code("documentKind", value) }))} />
          </Form.Item>
          <Form.Item name="method" label={t("samples.method")} className="full" extra={t(`samples.methodText.${method}`)}>
            <Radio.Group options={SAMPLE_METHODS.map((value) => ({ value, label: t(`samples.methodOf.${value}`) }))} />
          </Form.Item>
          <Form.Item label={t("samples.seed")} htmlFor="seed" extra={t("samples.seedHint")} className="span2">
            <Space.Compact style={{ width: "100%" }}>
              <Form.Item name="seed" noStyle rules={[{ required: true, whitespace: true, max: 100, message: t("samples.seedHint") }]}>
                <Input id="seed" maxLength={100} autoComplete="off" />
              </Form.Item>
              <Button onClick={() => form.setFieldValue("seed", freshSeed())}>{t("samples.seedDraw")}</Button>
            </Space.Compact>
          </Form.Item>
          <Form.Item name="size" label={t("samples.size")} extra={t("samples.sizeHint")} rules={must}>
            <CountField min={1} max={500} />
          </Form.Item>
        </div>
        <Act why={why} type="primary" htmlType="submit" loading={busy}>
          {t("samples.draw")}
        </Act>
      </Form>
    </Panel>
  );
}

function Drawn({ sample, query }: { sample: Sample; query: Query }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const [failed, setFailed] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const fetchPackage = () => {
    setFailed(null);
    setBusy(true);
    download(packageOf(query, sample.known_at), `sample-${sample.from}-${sample.to}.zip`)
      .catch(setFailed)
      .finally(() => setBusy(false));
  };
  return (
    <>
      <div className="figures">
        <Figure label={t("samples.entries")} value={format.count(sample.population)} />
        <Figure label={t("samples.taken")} value={format.count(sample.taken.length)} />
        <Figure label={t("samples.knownAt")} value={format.count(sample.known_at)} under={<>{t("samples.hash")} <Digest value={sample.hash} /></>} />
      </div>
      <ProblemNote error={failed} />
      <Panel flush title={t("samples.totals")}>
        <DataTable
          label={t("samples.totals")}
          query={given(sample.totals)}
          rowKey={(x) => x.kind}
          empty={<Nothing title={t("samples.totalsNone")} />}
          columns={[
            { key: "kind", title: t("common.kind"), render: (x) => code("documentKind", x.kind) },
            { key: "count", title: t("samples.count"), align: "right", render: (x) => format.count(x.entries) },
            { key: "sum", title: t("samples.sum"), align: "right", render: (x) => <Amount value={x.amount} /> },
          ]}
        />
      </Panel>
      <Panel
        flush
        title={t("samples.taken")}
        extra={
          sample.taken.length > 0 && (
            <>
              <span className="small quiet">{t("samples.packageText")}</span>
              <Button loading={busy} onClick={fetchPackage}>
                {t("samples.package")}
              </Button>
            </>
          )
        }
      >
        <DataTable
          label={t("samples.taken")}
          query={given(sample.taken)}
          rowKey={(x) => x.entry}
          empty={<Nothing title={t("samples.takenNone")} />}
          columns={[
            { key: "position", title: t("admin.position"), align: "right", render: (x) => format.count(x.position) },
            {
              key: "number",
              title: t("common.number"),
              render: (x) => (x.document === null || x.document === undefined ? <span className="mono">{x.entry.slice(0, 12)}…</span> : <Link to={`/documents/${x.document}`}>{x.number}</Link>),
            },
            { key: "kind", title: t("common.kind"), render: (x) => code("documentKind", x.kind) },
            { key: "day", title: t("documents.effectiveDate"), render: (x) => <Day value={x.effective_date} /> },
            { key: "customer", title: t("common.customer"), className: "wrap", render: (x) => <CustomerName id={x.customer} /> },
            { key: "amount", title: t("common.amount"), align: "right", render: (x) => <Amount value={x.amount} /> },
          ]}
        />
      </Panel>
    </>
  );
}
