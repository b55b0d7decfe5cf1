import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link, useNavigate } from "react-router";
import { all } from "@/api/all";
import { api, got, type Schemas } from "@/api/client";
import { useWhyNot } from "@/app/session";
import { TaxInvoiceState } from "@/pages/taxInvoices/TaxInvoices";
import { Act, Amount, Day, Panel } from "@/ui/parts";
import { Nothing } from "@/ui/states";
import { DataTable } from "@/ui/table";

/** The platform's invoices of a document, with how much of it is in each. */
export function TaxInvoicesOf({ document }: { document: Schemas["Document"] }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const why = useWhyNot()("enter");
  const query = { customer: document.customer, limit: 200 };
  const found = useQuery({
    queryKey: ["tax-invoices", "of", query],
    queryFn: () => all((after) => got(api.GET("/v1/tax-invoices", { params: { query: { ...query, after } } })), 2000),
    staleTime: 60_000,
  });
  const part = (of: Schemas["TaxInvoice"]) => of.documents.find((link) => link.document === document.id);
  return (
    <Panel
      flush
      title={t("documents.taxInvoices")}
      extra={
        <Act size="small" why={why} onClick={() => void go(`/tax-invoices/new?customer=${document.customer}&document=${encodeURIComponent(document.number)}`)}>
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
