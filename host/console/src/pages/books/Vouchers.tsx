import { App, Drawer } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, download, got, json, type Schemas } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import type { Voucher, VoucherExport } from "@/api/shapes";
import { vouchers } from "@/api/whole";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { useLanguage } from "@/i18n";
import { Downloads, OF_REPORTS } from "@/ui/downloads";
import { Hand, PartyName, Person } from "@/ui/fields";
import { Filters, TextFilter } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { useFormat } from "@/ui/format";
import { closed } from "@/ui/forms";
import { Act, Amount, Day, Digest, Facts, Instant, Panel, Tag } from "@/ui/parts";
import { Nothing, ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { BooksPage } from "./nav";

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** The vouchers of a month as bookkeepers read them; numbered here, handed over to the general ledger, and recorded as that. */
export default function Vouchers() {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const whyNot = useWhyNot();
  const { modal, message } = App.useApp();
  const { values, set } = useFilters(["period", "voucher"]);
  const [failed, setFailed] = useState<unknown>(null);
  const period = values.period !== undefined && MONTH.test(values.period) ? values.period : format.today.slice(0, 7);
  const list = useQuery({ queryKey: ["vouchers", period], queryFn: () => vouchers(period) });
  const number = useWrite({
    run: (month: string, key) => json<Schemas["NumberedView"]>(api.POST("/v1/vouchers", { params: { header: keyed(key) }, body: { period: month } })),
    stale: [["vouchers"]],
    onDone: (done) => void message.success(t("books.numbered", { count: format.count(done.numbered) })),
  });
  const hand = useWrite({
    run: (month: string, key) => got(api.POST("/v1/vouchers/exports", { params: { header: keyed(key) }, body: { period: month } })),
    stale: [["vouchers"], ["close"], ["closes"]],
    onDone: (done) => void message.success(t("books.handed", { count: format.count(done.vouchers) })),
  });
  const whole = (kind: string) => {
    setFailed(null);
    const query = new URLSearchParams({ period, format: kind, language: format.language === "en" ? "en" : "zh" });
    download(`/v1/vouchers?${query.toString()}`, `vouchers-${period}.${kind}`).catch(setFailed);
  };
  const run = whyNot("ledger:run");
  const waiting = list.data?.waiting ?? 0;
  const shown = list.data?.vouchers.find((voucher) => voucher.voucher === values.voucher);
  return (
    <BooksPage
      sub={list.data === undefined ? undefined : t("books.fiscalPeriod", { period: list.data.fiscal_period })}
      actions={<Downloads kinds={OF_REPORTS} onDownload={whole} />}
    >
      <ProblemNote error={failed ?? number.error ?? hand.error} />
      {waiting > 0 && (
        <div className="note wait" role="status">
          <span className="row between">
            <span>{t("books.waiting", { count: format.count(waiting) })}</span>
            <Act size="small" why={run} loading={number.isPending} onClick={() => number.mutate(period)}>
              {t("books.number")}
            </Act>
          </span>
        </div>
      )}
      <Panel
        flush
        title={`${t("books.vouchers")} ${period}`}
        extra={
          <Act
            size="small"
            why={run}
            loading={hand.isPending}
            onClick={() => void modal.confirm({ title: `${t("books.hand")} ${period}`, content: t("books.handText"), okText: t("books.hand"), onOk: () => hand.mutateAsync(period).then(closed, closed) })}
          >
            {t("books.hand")}
          </Act>
        }
      >
        <Filters>
          <TextFilter label={t("books.month")} width={120} value={period} onChange={(v) => set("period", v !== undefined && MONTH.test(v) ? v : undefined)} />
        </Filters>
        <DataTable
          label={t("books.vouchers")}
          query={{ ...list, data: list.data?.vouchers }}
          rowKey={(v) => v.voucher}
          onPick={(v) => set("voucher", v.voucher)}
          empty={<Nothing title={t("books.vouchersNone")} />}
          columns={[
            {
              key: "voucher",
              title: t("books.voucher"),
              render: (v) => (
                <button type="button" className="why-link" onClick={() => set("voucher", v.voucher)}>
                  {v.voucher}
                </button>
              ),
            },
            { key: "date", title: t("common.date"), render: (v) => <Day value={v.date} /> },
            { key: "kind", title: t("books.summary"), render: (v) => code("documentKind", v.kind) },
            { key: "document", title: t("common.number"), render: (v) => (v.document === null || v.document === undefined ? "" : <Link to={`/documents/${encodeURIComponent(v.document)}`}>{v.document}</Link>) },
            { key: "red", title: t("common.status"), render: (v) => (v.red ? <Tag tone="bad">{t("books.red")}</Tag> : "") },
            { key: "prepared", title: t("documents.preparedBy"), render: (v) => <Hand of={v.prepared_by} /> },
            { key: "approved", title: t("documents.approvedBy"), render: (v) => <Hand of={v.approved_by} /> },
            { key: "total", title: t("common.total"), align: "right", render: (v) => <Amount value={v.total.debit} /> },
          ]}
        />
      </Panel>
      <Exports exports={list.data?.exports ?? []} />
      <Drawer open={shown !== undefined} onClose={() => set("voucher", undefined)} title={shown === undefined ? "" : `${shown.voucher} · ${format.day(shown.date)}`} size={760} destroyOnHidden>
        {shown !== undefined && <Sheet voucher={shown} />}
      </Drawer>
    </BooksPage>
  );
}

function Sheet({ voucher }: { voucher: Voucher }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const code = useCode();
  const side = (value: Schemas["Money"]) => <Amount value={value} currency={false} dash />;
  return (
    <div className="stack">
      <Facts
        rows={[
          [t("books.summary"), code("documentKind", voucher.kind)],
          [t("common.number"), voucher.document ?? ""],
          [t("documents.preparedBy"), <Hand key="p" of={voucher.prepared_by} />],
          [t("documents.approvedBy"), voucher.approved_by === null || voucher.approved_by === undefined ? "" : <Hand key="a" of={voucher.approved_by} />],
          [t("books.madeBy"), <Person key="m" id={voucher.made_by} />],
          [t("common.at"), <Instant key="t" value={voucher.made_at} />],
          [t("admin.position"), voucher.position],
        ]}
      />
      <DataTable
        label={voucher.voucher}
        query={given(voucher.lines)}
        rowKey={(_, n) => n}
        empty=""
        columns={[
          {
            key: "account",
            title: t("common.account"),
            className: "wrap",
            render: (line) => (
              <span>
                <span className="num strong">{line.account}</span> {(language === "en" ? line.name_en : line.name_zh) ?? ""} <span className="quiet mono">{line.tax_code ?? ""}</span>
              </span>
            ),
          },
          { key: "customer", title: t("common.customer"), className: "wrap", render: (line) => (line.customer === null || line.customer === undefined ? "" : <PartyName party={line.customer} />) },
          { key: "currency", title: t("common.currency"), render: (line) => line.amount.debit.currency },
          { key: "debit", title: t("books.debit"), align: "right", render: (line) => side(line.amount.debit) },
          { key: "credit", title: t("books.credit"), align: "right", render: (line) => side(line.amount.credit) },
          { key: "base-debit", title: `${t("documents.base")} ${t("books.debit")}`, align: "right", render: (line) => side(line.base.debit) },
          { key: "base-credit", title: `${t("documents.base")} ${t("books.credit")}`, align: "right", render: (line) => side(line.base.credit) },
        ]}
        foot={
          <tr>
            <th scope="row" colSpan={5}>
              {t("common.total")}
            </th>
            <td className="right">{side(voucher.total.debit)}</td>
            <td className="right">{side(voucher.total.credit)}</td>
          </tr>
        }
      />
    </div>
  );
}

function Exports({ exports }: { exports: VoucherExport[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Panel flush title={t("books.exports")}>
      <DataTable
        label={t("books.exports")}
        query={given(exports)}
        rowKey={(e) => e.n}
        empty={<Nothing title={t("books.exportsNone")} />}
        columns={[
          { key: "at", title: t("common.at"), render: (e) => <Instant value={e.exported_at} /> },
          { key: "by", title: t("common.by"), render: (e) => <Person id={e.exported_by} /> },
          { key: "count", title: t("books.count"), align: "right", render: (e) => format.count(e.vouchers) },
          { key: "position", title: t("admin.position"), align: "right", render: (e) => format.count(e.position) },
          { key: "digest", title: t("documents.digest"), render: (e) => <Digest value={e.digest} /> },
        ]}
      />
    </Panel>
  );
}
