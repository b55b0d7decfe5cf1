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

/** A document by whatever somebody called it: as a link once it is found, until then as it was called. */
export function CalledDocument({ name }: { name: string }) {
  const found = useQuery({ queryKey: ["document", "called", name], queryFn: () => got(api.GET("/v1/invoices/{id}", { params: { path: { id: name } } })), ...ONCE });
  const of = found.data?.document;
  return of === undefined ? <span className="num">{name}</span> : <Numbered to={`/documents/${of.id}`} number={of.number} asking={false} />;
}

/** A delivery by its id, its number or that of its slip; likewise. */
export function CalledDelivery({ name }: { name: string }) {
  const found = useQuery({ queryKey: ["delivery", "called", name], queryFn: () => got(api.GET("/v1/deliveries/{id}", { params: { path: { id: name } } })), ...ONCE });
  const of = found.data;
  return of === undefined ? <span className="num">{name}</span> : <Numbered to={`/deliveries/${of.id}`} number={of.number} asking={false} />;
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
