import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import type { Schemas } from "@/api/client";
import { taxInvoicesNumbered, taxInvoicesOf } from "@/api/taxInvoices";
import { useWhyNot } from "@/app/session";
import { recordPath } from "@/pages/taxInvoices/body";
import { TaxInvoiceState } from "@/pages/taxInvoices/TaxInvoices";
import { Act, Amount, Day, Panel, Tag } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";

/** The platform's invoices of a document, with how much of it is in each. */
export function TaxInvoicesOf({ document }: { document: Schemas["Document"] }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const why = useWhyNot()("documents:enter");
  const found = useQuery(taxInvoicesOf(document.customer));
  const part = (of: Schemas["TaxInvoice"]) => of.documents.find((link) => link.document === document.id);
  return (
    <Panel
      flush
      title={t("documents.taxInvoices")}
      extra={
        <Act size="small" why={why} onClick={() => void go(recordPath(document.customer, document.number))}>
          {t("taxInvoices.new")}
        </Act>
      }
    >
      <DataTable
        label={t("documents.taxInvoices")}
        query={{ ...found, data: found.data?.filter((one) => part(one) !== undefined) }}
        rowKey={(i) => i.id}
        to={(i) => `/tax-invoices/${i.id}`}
        empty={<Nothing title={t("documents.taxInvoicesNone")} />}
        columns={[
          { key: "number", title: t("taxInvoices.number"), render: (i) => <Link to={`/tax-invoices/${i.id}`}>{i.number}</Link> },
          { key: "status", title: t("common.status"), render: (i) => <TaxInvoiceState of={i} /> },
          { key: "day", title: t("taxInvoices.issuedOn"), render: (i) => <Day value={i.issued_on} /> },
          { key: "amount", title: t("common.amount"), align: "right", render: (i) => <Amount value={part(i)?.amount} /> },
        ]}
      />
    </Panel>
  );
}

/** The number that a document names; where no tax invoice with it is recorded, that is said, and it can be. */
export function NamedTaxInvoice({ number, document }: { number: string; document: Schemas["Document"] }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const why = useWhyNot()("documents:enter");
  const found = useQuery(taxInvoicesNumbered(number));
  if (found.data?.length !== 0) return <Link to={`/tax-invoices?number=${encodeURIComponent(number)}`}>{number}</Link>;
  return (
    <span className="row">
      {number}
      <Tag tone="wait">{t("taxInvoices.unrecorded")}</Tag>
      <Act size="small" why={why} onClick={() => void go(recordPath(document.customer, document.number))}>
        {t("taxInvoices.recordIt")}
      </Act>
    </span>
  );
}
