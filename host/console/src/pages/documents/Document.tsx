import { App, Form, Input } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { isAsked, recordedOrAsked } from "@/api/asked";
import { api, got, type Schemas } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { CustomerName, DayField, Hand } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { FormModal, leaveSaved, showErrors } from "@/ui/forms";
import { Act, Amount, Day, Digest, Facts, Figure, Instant, Page, Panel, Tag } from "@/ui/parts";
import { DocumentLink } from "@/ui/Numbered";
import { Loading, ProblemNote, Told } from "@/ui/states";
import { Why } from "@/ui/Why";
import { Attachments } from "./Attachments";
import { Billed } from "./Billed";
import { useTerms } from "../customers/terms";
import { Issue, Issued, Received, useIssue } from "./Issue";
import { explanationsOf } from "./explained";
import { isIssuable } from "./issued";
import { shownKind, takesBack } from "./kinds";
import { AllowancesOf, Lines } from "./Lines";
import { Paid, useCorrections } from "./Paid";
import { Taxes } from "./Preview";
import { NamedTaxInvoice, TaxInvoicesOf } from "./TaxInvoicesOf";

type Invoice = Schemas["Invoice"];
const TAXED = new Set(["invoice", "debit-note", "late-fee", "credit-note"]);
const REVERSIBLE = new Set(["invoice", "credit-note", "debit-note", "receipt", "opening", "late-fee", "write-off", "refund", "adjustment", "bill", "bill-endorsement", "bill-discount", "bill-payment", "bill-dishonour"]);

export default function Document() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["document", id], queryFn: () => got(api.GET("/v1/invoices/{id}", { params: { path: { id } } })) });
  if (found.isPending) return <Loading />;
  if (found.data === undefined)
    return (
      <Page title={id} back={{ to: "/documents", label: t("documents.title") }}>
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      </Page>
    );
  return <Known invoice={found.data} />;
}

function Known({ invoice }: { invoice: Invoice }) {
  const { t } = useTranslation();
  const code = useCode();
  const go = useNavigate();
  const format = useFormat();
  const terms = useTerms();
  const whyNot = useWhyNot();
  const [doing, setDoing] = useState<"issue" | "received" | "reverse" | null>(null);
  const doc = invoice.document;
  const reversedBy = invoice.reversed_by ?? undefined;
  const enter = whyNot("documents:enter") ?? (reversedBy === undefined ? undefined : t("documents.reversedWhy", { number: reversedBy.number }));
  const corrections = useCorrections(doc);
  const issue = useIssue(doc);
  // It is not taken back itself.
  const reversal = takesBack(doc);
  // Of terms that count from a later day the items know it, what is due first in front.
  const due = doc.due_date ?? invoice.items[0]?.due_date ?? undefined;
  const byReceipt = invoice.terms?.basis === "invoice-received";
  const invocation = doc.invocation ?? null;
  const taxWhy = (tax: Schemas["TaxLine"], n: number) =>
    invocation === null ? null : (
      <Why
        invocation={invocation}
        of={`${doc.number} · ${tax.code} ${format.percent(tax.rate)} · ${format.amount(tax.base.amount)} → ${format.amount(tax.amount.amount)} ${tax.amount.currency}`}
        explanations={explanationsOf(invoice.explanations, tax, n)}
      />
    );
  return (
    <Page
      title={doc.number}
      sub={
        <span className="row">
          {code("documentKind", shownKind(doc))} · <CustomerName id={doc.customer} />
          {reversedBy !== undefined && <Tag tone="bad">{code("documentStatus", "reversed")}</Tag>}
        </span>
      }
      back={{ to: "/documents", label: t("documents.title") }}
      actions={
        <>
          {byReceipt && (
            <Act why={enter} onClick={() => setDoing("received")}>
              {t("documents.received")}
            </Act>
          )}
          {isIssuable(doc.kind) && (
            <Act why={enter} onClick={() => setDoing("issue")}>
              {t("documents.issue")}
            </Act>
          )}
          {isIssuable(doc.kind) && (
            <Act why={enter} onClick={() => void go(`/documents/new/credit-note?customer=${doc.customer}&original=${encodeURIComponent(doc.number)}`)}>
              {t("documents.credit1")}
            </Act>
          )}
          {REVERSIBLE.has(doc.kind) && !reversal && (
            <Act why={enter ?? (issue === undefined ? undefined : t("documents.issuedReverse"))} onClick={() => setDoing("reverse")}>
              {t("documents.reverse")}
            </Act>
          )}
        </>
      }
    >
      <div className="figures">
        <Figure label={t("documents.net")} value={<Amount value={doc.net} />} />
        <Figure label={t("documents.tax")} value={<Amount value={doc.tax} />} />
        <Figure label={t("documents.gross")} value={<Amount value={doc.gross} />} />
        <Figure label={t("documents.dueDate")} value={due === undefined ? (byReceipt ? t("documents.receivedWaits") : "–") : <Day value={due} />} />
      </div>
      <div className="grid wide-left">
        <div className="stack">
          {invoice.lines.length > 0 && <Lines lines={invoice.lines} />}
          <AllowancesOf rows={invoice.allowances} />
          {invoice.taxes.length > 0 && (
            <Panel flush title={t("documents.taxes")}>
              <Taxes taxes={invoice.taxes} currency={doc.tax.currency} why={taxWhy} />
            </Panel>
          )}
          <Paid invoice={invoice} />
          {(doc.kind === "invoice" || doc.kind === "debit-note" || doc.kind === "credit-note") && <Billed document={doc} />}
          {TAXED.has(doc.kind) && <TaxInvoicesOf document={doc} />}
          {invoice.required_texts.length > 0 && (
            <Panel title={t("documents.required")}>
              <ul className="stack tight">
                {invoice.required_texts.map((text, n) => (
                  <li key={n} lang={text.language} className="small">
                    {text.text} <span className="quiet">{text.citation}</span>
                  </li>
                ))}
              </ul>
            </Panel>
          )}
          {invoice.warnings.length > 0 && (
            <div className="note wait">
              <strong>{t("documents.warnings")}</strong>
              {invoice.warnings.map((w, n) => (
                <Told key={n} detail={`${w.code}: ${w.message}`} />
              ))}
            </div>
          )}
        </div>
        <div className="stack">
          <Panel title={t("common.details")}>
            <Facts
              rows={[
                [t("documents.documentDate"), <Day key="d" value={doc.document_date} />],
                [t("documents.effectiveDate"), <Day key="e" value={doc.effective_date} />],
                [t("documents.supplyDate"), doc.supply_date === null || doc.supply_date === undefined ? "" : <Day key="s" value={doc.supply_date} />],
                [t("documents.priceMode"), invoice.lines.length === 0 ? "" : code("priceMode", doc.price_mode)],
                [reversal ? t("documents.reverses") : t("documents.original"), doc.original === null || doc.original === undefined ? "" : <DocumentLink key="o" id={doc.original} />],
                [t("documents.reversedBy"), reversedBy === undefined ? "" : <Link key="r" to={`/documents/${reversedBy.id}`}>{reversedBy.number}</Link>],
                [t("customers.terms"), terms(invoice.terms)],
                [t("documents.issued"), issue === undefined ? "" : <Issued key="i" of={issue} />],
                [t("documents.externalId"), doc.external_id ?? ""],
                [t("documents.purchaseOrder"), doc.purchase_order ?? ""],
                [t("documents.taxInvoice"), (doc.tax_invoice_number ?? "") === "" ? "" : <NamedTaxInvoice key="n" number={doc.tax_invoice_number ?? ""} document={doc} />],
                [
                  t("documents.corrections"),
                  corrections.length === 0 ? (
                    ""
                  ) : (
                    <span key="c" className="row">
                      {corrections.map((one) => (
                        <Link key={one.id} to={`/documents/${one.id}`}>
                          {one.number}
                        </Link>
                      ))}
                    </span>
                  ),
                ],
                [t("documents.text"), doc.text ?? ""],
                [t("documents.fx"), doc.fx_rate === "1" ? "" : `${doc.fx_rate} (${doc.fx_source}, ${format.day(doc.fx_date)})`],
                [t("documents.preparedBy"), <Hand key="p" of={invoice.prepared_by} />],
                [t("documents.approvedBy"), invoice.approved_by === null || invoice.approved_by === undefined ? t("documents.approvedByNone") : <Hand key="a" of={invoice.approved_by} />],
                [t("documents.acts"), invoice.draft === null || invoice.draft === undefined ? "" : <Link key="d" to={`/documents/drafts/${invoice.draft}`}>{t("documents.draftActs")}</Link>],
                [t("documents.createdAt"), <Instant key="c" value={doc.created_at} />],
                [t("documents.digest"), <Digest key="g" value={doc.digest} />],
              ]}
            />
          </Panel>
          <Attachments of={{ document: doc.id }} kind={doc.kind} />
        </div>
      </div>
      {doing === "received" && <Received document={doc} onClose={() => setDoing(null)} />}
      {doing === "issue" && <Issue document={doc} onClose={() => setDoing(null)} />}
      {doing === "reverse" && <Reverse document={doc} onClose={() => setDoing(null)} />}
    </Page>
  );
}

function Reverse({ document, onClose }: { document: Schemas["Document"]; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const go = useNavigate();
  const { message } = App.useApp();
  const [form] = Form.useForm<{ date?: string; reason: string }>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: (body: { date?: string; reason: string }, key) =>
      recordedOrAsked("reversal", { ...body, document: document.id }, key, () => got(api.POST("/v1/documents/{id}/reverse", { params: { path: { id: document.id }, header: keyed(key) }, body }))),
    stale: [["document"], ["documents"], ["receipts"], ["items"], ["open-items"], ["balance"], ["report"], ["overview"], ["drafts"]],
    onDone: (made) => {
      onClose();
      if (isAsked(made)) {
        void message.success(t("documents.reverseAsked"));
        leaveSaved(() => void go(`/documents/drafts/${made.draft}`));
        return;
      }
      void message.success(t("documents.reversed", { number: made.number }));
      leaveSaved(() => void go(`/documents/${made.document}`));
    },
  });
  return (
    <FormModal form={form} title={t("documents.reverseTitle", { number: document.number })} okText={t("documents.reverse")} okButtonProps={{ loading: write.isPending, danger: true }} onOk={() => form.submit()} onCancel={onClose}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ date: format.today }}
        onFinish={(fields) => write.mutate(fields, { onError: (error) => setRest(showErrors(form, error)) })}
      >
        <p style={{ marginBottom: 12 }}>{t("documents.reverseText")}</p>
        <Form.Item name="date" label={t("documents.reverseDay")}>
          <DayField />
        </Form.Item>
        <Form.Item name="reason" label={t("common.reason")} rules={[{ required: true, message: t("common.required") }]}>
          <Input.TextArea rows={3} />
        </Form.Item>
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}

