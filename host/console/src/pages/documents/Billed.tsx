import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { all } from "@/api/all";
import { api, got, type Schemas } from "@/api/client";
import { addDays } from "@/lib/dates";
import { useFormat } from "@/ui/format";
import { Amount, Day, Panel } from "@/ui/parts";
import { ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";

/** How long before a document something was delivered that it bills. */
const DAYS = 400;

/** The lines of deliveries that a document bills, and what a credit note gave back of them; nothing where there is none, as for who does not work with deliveries. */
export function Billed({ document }: { document: Schemas["Document"] }) {
  const { t } = useTranslation();
  const query = { customer: document.customer, from: addDays(document.document_date, -DAYS), limit: 200 };
  const found = useQuery({
    queryKey: ["deliveries", "of", query],
    queryFn: () => all((after) => got(api.GET("/v1/deliveries", { params: { query: { ...query, after } } })), 2000),
    staleTime: 60_000,
  });
  const undone = (links: readonly Schemas["DeliveryLink"][]) => new Set(links.map((link) => link.undoes));
  const rows = (found.data ?? []).flatMap((delivery) => {
    const back = undone(delivery.links);
    return delivery.links.filter((link) => link.document === document.id && (link.undoes ?? null) === null && !back.has(link.id)).map((link) => ({ delivery, link }));
  });
  if (found.data === undefined && found.error !== null) return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  const again = (found.data ?? []).flatMap((delivery) => delivery.links.filter((link) => link.given_back_by === document.id).map((link) => ({ delivery, link })));
  return (
    <>
      {rows.length > 0 && <Parts title={document.kind === "credit-note" ? t("documents.billedReturns") : t("documents.billedDeliveries")} rows={rows} />}
      {again.length > 0 && <Parts title={t("documents.rebilled")} rows={again} />}
    </>
  );
}

interface PartsProps {
  title: string;
  rows: { delivery: Schemas["Delivery"]; link: Schemas["DeliveryLink"] }[];
}

function Parts({ title, rows }: PartsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Panel flush title={title}>
      <DataTable
        label={title}
        query={given(rows)}
        rowKey={({ link }) => link.id}
        to={({ delivery }) => `/deliveries/${delivery.id}`}
        empty=""
        columns={[
          { key: "number", title: t("common.number"), render: ({ delivery }) => <Link to={`/deliveries/${delivery.id}`}>{delivery.number}</Link> },
          { key: "slip", title: t("deliveries.slip"), render: ({ delivery }) => delivery.external_id ?? "" },
          { key: "day", title: t("deliveries.day"), render: ({ delivery }) => <Day value={delivery.delivered_on} /> },
          { key: "line", title: t("documents.billedLine"), align: "right", render: ({ link }) => link.line },
          { key: "by", title: t("documents.billedBy"), align: "right", render: ({ link }) => link.document_line ?? "" },
          { key: "quantity", title: t("documents.quantity"), align: "right", render: ({ link }) => format.amount(link.quantity) },
          { key: "amount", title: t("deliveries.net"), align: "right", render: ({ link }) => <Amount value={link.amount} /> },
        ]}
      />
    </Panel>
  );
}
