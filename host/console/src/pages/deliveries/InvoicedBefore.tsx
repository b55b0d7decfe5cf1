import { useTranslation } from "react-i18next";
import { Panel } from "@/ui/parts";
import { PartsTable } from "@/ui/PartsTable";

/** What of a delivery was invoiced before it: its invoice, and which line of that is which of this. */
export function InvoicedBefore() {
  const { t } = useTranslation();
  return (
    <Panel title={t("deliveries.before")}>
      <p className="small quiet" style={{ marginBottom: 8 }}>
        {t("deliveries.beforeHint")}
      </p>
      <PartsTable
        name="invoices"
        label={t("deliveries.before")}
        row={t("deliveries.beforeInvoice")}
        add={t("deliveries.beforeAdd")}
        fresh={(rows) => ({ line: rows + 1 })}
        columns={[
          { name: "document", title: t("deliveries.beforeInvoice"), kind: "text" },
          { name: "document_line", title: t("deliveries.beforeLine"), width: 110, kind: "line" },
          { name: "line", title: t("deliveries.beforeOwn"), width: 110, kind: "line" },
          { name: "quantity", title: t("documents.quantity"), spoken: t("deliveries.beforeQuantity"), width: 120, kind: "amount" },
          { name: "amount", title: t("deliveries.net"), width: 140, kind: "amount" },
        ]}
      />
    </Panel>
  );
}
