import { App } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams } from "react-router";
import { api, got } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import type { TaxInvoice as Row } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { CustomerName, DayField } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { DocumentLink, TaxInvoiceLink } from "@/ui/Numbered";
import { Act, Amount, Day, Digest, Facts, Figure, Instant, Page, Panel } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { TaxInvoiceState } from "./TaxInvoices";
import { Dialogue } from "@/ui/dialogue";

export default function TaxInvoice() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["tax-invoice", id], queryFn: () => got(api.GET("/v1/tax-invoices/{id}", { params: { path: { id } } })) });
  if (found.isPending) return <Loading />;
  if (found.data === undefined)
    return (
      <Page title={t("taxInvoices.title")} back={{ to: "/tax-invoices", label: t("taxInvoices.title") }}>
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      </Page>
    );
  return <Known invoice={found.data} />;
}

function Known({ invoice }: { invoice: Row }) {
  const { t } = useTranslation();
  const why = useWhyNot()("documents:enter");
  const [voiding, setVoiding] = useState(false);
  return (
    <Page
      title={invoice.number}
      sub={
        <span className="row">
          <TaxInvoiceState of={invoice} />
          {t(`taxInvoices.kindOf.${invoice.kind}`)} · <CustomerName id={invoice.customer} />
        </span>
      }
      back={{ to: "/tax-invoices", label: t("taxInvoices.title") }}
      actions={
        invoice.status === "issued" && (
          <Act why={why} onClick={() => setVoiding(true)}>
            {t("taxInvoices.void")}
          </Act>
        )
      }
    >
      <div className="figures">
        <Figure label={t("documents.net")} value={<Amount value={invoice.net} />} />
        <Figure label={t("documents.tax")} value={<Amount value={invoice.tax} />} />
        <Figure label={t("documents.gross")} value={<Amount value={invoice.gross} />} />
      </div>
      <div className="grid wide-left">
        <Panel flush title={t("taxInvoices.documents")}>
          <DataTable
            label={t("taxInvoices.documents")}
            query={given(invoice.documents)}
            rowKey={(d) => d.document}
            empty={<Nothing title={t("taxInvoices.documentsNone")} />}
            columns={[
              { key: "document", title: t("common.number"), render: (d) => <DocumentLink id={d.document} /> },
              { key: "amount", title: t("common.amount"), align: "right", render: (d) => <Amount value={d.amount} /> },
            ]}
          />
        </Panel>
        <Panel title={t("common.details")}>
          <Facts
            rows={[
              [t("taxInvoices.code"), invoice.code],
              [t("taxInvoices.issuedOn"), <Day key="i" value={invoice.issued_on} />],
              [t("taxInvoices.voidOn"), invoice.voided_on === null || invoice.voided_on === undefined ? "" : <Day key="v" value={invoice.voided_on} />],
              [t("taxInvoices.takesBack"), invoice.original === null || invoice.original === undefined ? "" : <TaxInvoiceLink key="o" id={invoice.original} />],
              [
                t("taxInvoices.reds"),
                invoice.reds.length === 0 ? (
                  ""
                ) : (
                  <span key="r" className="row">
                    {invoice.reds.map((red) => (
                      <TaxInvoiceLink key={red} id={red} />
                    ))}
                  </span>
                ),
              ],
              [t("taxInvoices.confirmation"), invoice.confirmation ?? ""],
              [t("taxInvoices.reason"), invoice.reason ?? ""],
              [t("taxInvoices.buyer"), invoice.buyer_name ?? ""],
              [t("taxInvoices.buyerTaxId"), invoice.buyer_tax_id ?? ""],
              [t("common.at"), <Instant key="t" value={invoice.created_at} />],
              [t("documents.digest"), <Digest key="g" value={invoice.digest} />],
            ]}
          />
        </Panel>
      </div>
      {voiding && <Void invoice={invoice} onClose={() => setVoiding(false)} />}
    </Page>
  );
}

function Void({ invoice, onClose }: { invoice: Row; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { message } = App.useApp();
  const [day, setDay] = useState(format.today);
  const write = useWrite({
    run: (on: string, key) => got(api.POST("/v1/tax-invoices/{id}/void", { params: { path: { id: invoice.id }, header: keyed(key) }, body: { on } })),
    stale: [["tax-invoice"], ["tax-invoices"], ["report"]],
    onDone: () => {
      void message.success(t("taxInvoices.voided"));
      onClose();
    },
  });
  return (
    <Dialogue title={`${t("taxInvoices.void")} · ${invoice.number}`} okText={t("taxInvoices.void")} okButtonProps={{ loading: write.isPending, danger: true }} onOk={() => write.mutate(day)} onCancel={onClose}>
      <div className="stack">
        <p>{t("taxInvoices.voidText")}</p>
        <span className="caption">{t("taxInvoices.voidOn")}</span>
        <DayField aria-label={t("taxInvoices.voidOn")} allowClear={false} value={day} onChange={(value) => value !== undefined && setDay(value)} />
        <ProblemNote error={write.error} />
      </div>
    </Dialogue>
  );
}
