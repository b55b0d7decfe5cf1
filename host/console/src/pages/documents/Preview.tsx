import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import type { FormKind, Preview } from "@/api/shapes";
import { useCode } from "@/i18n/code";
import { isNegative, isZero, negated } from "@/lib/amount";
import { useAccount } from "@/ui/accounts";
import { CustomerName } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { useLater } from "@/ui/later";
import { Amount, Day, Figure, Panel } from "@/ui/parts";
import { Nothing, ProblemNote, Told } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { isAskable } from "./body";
import { isTold } from "./told";

/** What the server would post, asked a moment after the last key: the browser computes no tax. What the form was `told` already is not told again. */
export function LivePreview({ kind, body, told }: { kind: FormKind; body: Record<string, unknown>; told: unknown }) {
  const { t } = useTranslation();
  const text = JSON.stringify(body);
  const asked = useLater(text, 500);
  const askable = isAskable(kind, JSON.parse(asked) as Record<string, unknown>);
  const preview = useQuery({
    queryKey: ["preview", kind, asked],
    queryFn: () => got(api.POST("/v1/drafts/preview", { body: { kind, body: JSON.parse(asked) as never } })),
    enabled: askable,
    retry: false,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
  const busy = preview.isFetching || asked !== text;
  return (
    <Panel title={t("documents.preview")} extra={<span className="small quiet" role="status">{busy && askable ? t("documents.previewBusy") : ""}</span>}>
      {!askable ? (
        <Nothing title={t("documents.previewWait")} />
      ) : preview.error !== null && !busy ? (
        isTold(preview.error, told) ? <Nothing title={t("documents.previewRefused")} /> : <ProblemNote error={preview.error} />
      ) : preview.data === undefined ? (
        <Nothing title={t("documents.previewBusy")} />
      ) : (
        <PreviewFigures preview={preview.data} />
      )}
    </Panel>
  );
}

export function PreviewFigures({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const named = useAccount();
  const format = useFormat();
  const { net, tax, gross, due_date: due } = preview.document;
  const taxed = preview.taxes.length > 0 || !isZero(tax.amount);
  return (
    <div className="stack">
      <div className="figures">
        {taxed && <Figure label={t("documents.net")} value={<Amount value={net} />} />}
        {taxed && <Figure label={t("documents.tax")} value={<Amount value={tax} />} />}
        <Figure label={taxed ? t("documents.gross") : t("common.amount")} value={<Amount value={gross} />} under={due === null || due === undefined ? <ApprovalText approvals={preview.approvals} /> : undefined} />
        {due !== null && due !== undefined && <Figure label={t("documents.dueDate")} value={<Day value={due} />} under={<ApprovalText approvals={preview.approvals} />} />}
      </div>
      {preview.warnings.length > 0 && (
        <div className="note wait">
          {preview.warnings.map((w, n) => (
            <Told key={n} detail={`${w.code}: ${w.message}`} />
          ))}
        </div>
      )}
      <Payable preview={preview} />
      {preview.taxes.length > 0 && <Taxes taxes={preview.taxes} currency={preview.document.gross.currency} />}
      {preview.postings.length > 0 && (
        <DataTable
          label={t("documents.postings")}
          query={given(preview.postings)}
          rowKey={(_, n) => n}
          empty=""
          columns={[
            { key: "account", title: t("common.account"), className: "wrap", render: (p) => <span>{named(p)} {p.tax_code !== null && <span className="quiet small">{p.tax_code}</span>}</span> },
            { key: "customer", title: t("common.customer"), className: "wrap", render: (p) => <CustomerName id={p.customer} link={false} /> },
            { key: "debit", title: t("documents.debit"), align: "right", render: (p) => (isNegative(p.amount.amount) ? "" : format.amount(p.amount.amount)) },
            { key: "credit", title: t("documents.credit"), align: "right", render: (p) => (isNegative(p.amount.amount) ? format.amount(negated(p.amount.amount)) : "") },
            { key: "base", title: t("documents.base"), align: "right", render: (p) => <Amount value={p.base} /> },
          ]}
        />
      )}
    </div>
  );
}

const OWED = new Set(["invoice", "debit-note", "late-fee"]);

/** What would be payable when, where the one due date does not say it: in parts, with a discount for who pays early, or on a day that is told later. */
function Payable({ preview }: { preview: Preview }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { parts } = preview;
  const late = OWED.has(preview.document.kind) && parts.some((part) => (part.due_date ?? null) === null);
  if (parts.length < 2 && !late && parts.every((part) => part.discounts.length === 0)) return null;
  return (
    <DataTable
      label={t("documents.payable")}
      query={given(parts)}
      rowKey={(_, n) => n}
      empty=""
      columns={[
        { key: "part", title: t("documents.payable"), render: (p) => p.instalment ?? "1/1" },
        { key: "due", title: t("documents.dueDate"), render: (p) => ((p.due_date ?? null) === null ? t("documents.dueLater") : <Day value={p.due_date} />) },
        { key: "amount", title: t("common.amount"), align: "right", render: (p) => <Amount value={p.amount} /> },
        {
          key: "discounts",
          title: t("customers.discounts"),
          className: "wrap",
          render: (p) => p.discounts.map((step) => t("documents.payableEarly", { day: format.day(step.until), amount: format.amount(step.amount.amount) })).join(t("common.listComma")),
        },
      ]}
    />
  );
}

export function ApprovalText({ approvals }: { approvals: Preview["approvals"] }) {
  const { t } = useTranslation();
  const code = useCode();
  if (approvals.needed === 0) return <span>{t("documents.approvalNone")}</span>;
  const roles = [approvals.role, approvals.also].flatMap((role) => (role === null || role === undefined ? [] : [code("role", role)]));
  return (
    <span>
      {t("documents.approvalOf", { needed: approvals.needed, role: roles.length === 0 ? t("documents.anyRole") : roles.join(" + ") })}
      {approvals.posts ? ` ${t("documents.approvalPosts")}` : ""}
    </span>
  );
}

export function Taxes({ taxes, currency, why }: { taxes: readonly Schemas["TaxLine"][]; currency: string; why?: (tax: Schemas["TaxLine"], n: number) => React.ReactNode }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  return (
    <DataTable
      label={t("documents.taxes")}
      query={given(taxes)}
      rowKey={(_, n) => n}
      empty=""
      columns={[
        { key: "code", title: t("documents.taxCode"), render: (x) => <span className="mono">{x.code}</span> },
        { key: "treatment", title: t("documents.treatment"), render: (x) => code("treatment", x.category) },
        { key: "rate", title: t("documents.rate"), align: "right", render: (x) => format.percent(x.rate) },
        { key: "base", title: t("documents.taxable"), align: "right", render: (x) => <Amount value={x.base} currency={false} /> },
        { key: "tax", title: `${t("documents.tax")} (${currency})`, align: "right", render: (x) => <Amount value={x.amount} currency={false} /> },
        { key: "legal", title: t("documents.legal"), className: "wrap", render: (x) => <span className="small">{x.legal_reference ?? ""}</span> },
        ...(why === undefined ? [] : [{ key: "why", title: "", render: why }]),
      ]}
    />
  );
}
