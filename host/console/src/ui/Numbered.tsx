import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got } from "@/api/client";

/** A number never changes: it is asked for once. */
const ONCE = { staleTime: Infinity, retry: false } as const;

/** A document by its id, as a link with its number. */
export function DocumentLink({ id }: { id: string }) {
  const found = useQuery({ queryKey: ["document", "invoice", id], queryFn: () => got(api.GET("/v1/invoices/{id}", { params: { path: { id } } })), ...ONCE });
  return <Numbered to={`/documents/${id}`} number={found.data?.document.number} asking={found.isPending} />;
}

/** A delivery by its id, as a link with its number. */
export function DeliveryLink({ id }: { id: string }) {
  const found = useQuery({ queryKey: ["delivery", id], queryFn: () => got(api.GET("/v1/deliveries/{id}", { params: { path: { id } } })), ...ONCE });
  return <Numbered to={`/deliveries/${id}`} number={found.data?.number} asking={found.isPending} />;
}

/** A tax invoice by its id, as a link with its number. */
export function TaxInvoiceLink({ id }: { id: string }) {
  const found = useQuery({ queryKey: ["tax-invoice", id], queryFn: () => got(api.GET("/v1/tax-invoices/{id}", { params: { path: { id } } })), ...ONCE });
  return <Numbered to={`/tax-invoices/${id}`} number={found.data?.number} asking={found.isPending} />;
}

/** What cannot be read can be opened all the same: its page says why. */
function Numbered({ to, number, asking }: { to: string; number: string | undefined; asking: boolean }) {
  const { t } = useTranslation();
  return (
    <Link to={to} className="num">
      {number ?? (asking ? "…" : t("common.open"))}
    </Link>
  );
}
