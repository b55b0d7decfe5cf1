import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Schemas } from "@/api/client";
import { useCode } from "@/i18n/code";
import { CustomerName } from "@/ui/fields";
import { Amount, Day, SubNav } from "@/ui/parts";
import type { Column } from "@/ui/table";
import { shownKind } from "./kinds";

export function useDocumentColumns(customer = true): Column<Schemas["Document"]>[] {
  const { t } = useTranslation();
  const code = useCode();
  return [
    { key: "number", title: t("documents.number"), render: (d) => <Link to={`/documents/${d.id}`}>{d.number}</Link> },
    { key: "kind", title: t("common.kind"), render: (d) => code("documentKind", shownKind(d)) },
    ...(customer ? [{ key: "customer", title: t("common.customer"), className: "wrap", render: (d: Schemas["Document"]) => <CustomerName id={d.customer} /> }] : []),
    { key: "date", title: t("documents.documentDate"), render: (d) => <Day value={d.document_date} /> },
    { key: "due", title: t("documents.dueDate"), render: (d) => <Day value={d.due_date} /> },
    { key: "net", title: t("documents.net"), align: "right", render: (d) => <Amount value={d.net} currency={false} /> },
    { key: "tax", title: t("documents.tax"), align: "right", render: (d) => <Amount value={d.tax} currency={false} dash /> },
    { key: "gross", title: t("documents.gross"), align: "right", render: (d) => <Amount value={d.gross} /> },
    { key: "open", title: t("customers.open"), align: "right", render: (d) => <Amount value={d.open} currency={false} dash /> },
  ];
}

export function DocumentsNav() {
  const { t } = useTranslation();
  return (
    <SubNav
      label={t("documents.title")}
      items={[
        { to: "/documents", label: t("documents.posted"), end: true },
        { to: "/documents/drafts", label: t("documents.drafts"), end: true },
        { to: "/documents/review", label: t("documents.review") },
        { to: "/deliveries", label: t("deliveries.title"), end: true },
        { to: "/deliveries/unbilled", label: t("deliveries.unbilled") },
        { to: "/tax-invoices", label: t("taxInvoices.title"), end: true },
        { to: "/tax-invoices/missing", label: t("taxInvoices.missing") },
        { to: "/items", label: t("documents.catalogue") },
        { to: "/bills", label: t("bills.title") },
      ]}
    />
  );
}
