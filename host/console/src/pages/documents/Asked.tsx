import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got, tagged, type Schemas } from "@/api/client";
import { openItems } from "@/api/hooks";
import { BILL_KINDS, BILL_MEDIA, type Draft } from "@/api/shapes";
import { useCode } from "@/i18n/code";
import { placeIn } from "@/i18n/said";
import { useFormat } from "@/ui/format";
import type { AdvanceValues, RateValues } from "@/ui/moneyParts";
import { CalledDelivery, CalledDocument } from "@/ui/Numbered";
import { Amount, Day, Facts, Panel } from "@/ui/parts";
import { useTerms, type Terms } from "../customers/terms";
import { askedOf } from "./asked";
import type { AllowanceFields } from "./body";

const DAY = /^\d{4}-\d\d-\d\d$/;
const FIGURES = new Set(["net", "rate", "fee", "charges"]);

/** What somebody asks to be posted, beyond its figures: of which item or bill, and why. Who approves it reads it here. */
export function Asked({ draft }: { draft: Draft }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const ofBill = draft.kind.startsWith("bill");
  const label = (key: string): string => {
    if (ofBill)
      switch (key) {
        case "bank_line":
          return t("bills.line");
        case "bill":
        case "number":
          return t("bills.number");
        case "kind":
          return t("bills.kind");
        case "medium":
          return t("bills.medium");
        case "net":
          return t("bills.net");
        case "rate":
          return t("bills.rate");
        case "days":
          return t("bills.days");
        case "to":
        case "from":
          return t("bills.where");
        case "fee":
          return t("bills.fee");
        case "fee_to_customer":
          return t("bills.feeToCustomer");
        case "recourse":
          return t("bills.recourse");
        case "text":
          return draft.kind === "bill-dishonour" ? t("bills.why") : draft.kind === "bill-discount" ? t("bills.bank") : draft.kind === "bill-endorsement" ? t("bills.endorseTo") : t("documents.text");
      }
    if (key === "from" && draft.kind === "refund") return t("documents.paidFrom");
    if (key === "effective_date" && draft.kind === "opening") return t("documents.takenOver");
    if (key === "allocations") return t("documents.pays");
    if (key === "deliveries") return draft.kind === "credit-note" ? t("documents.billedReturns") : t("documents.billedDeliveries");
    return key === "item" ? t("documents.openItem") : key === "account" ? t("common.account") : placeIn(`/${key}`);
  };
  const terms = useTerms();
  const parted = (key: string, value: object): string | null => {
    if (key === "terms") return terms(value as Terms);
    const parts = partsOf(key, value, (of) => code("supply", of), format);
    return parts === null ? null : parts.filter((part) => part !== undefined && part !== "").join(" · ");
  };
  const shown = (key: string, value: unknown): ReactNode => {
    if (typeof value === "boolean") return value ? t("common.yes") : t("common.no");
    if (typeof value === "number") return format.count(value);
    if (isMoney(value)) return <Amount value={value} />;
    if (key === "allocations" && Array.isArray(value)) return <Pays rows={value as Schemas["AllocateToBody"][]} customer={draft.customer ?? undefined} />;
    if (key === "deliveries" && Array.isArray(value)) return <Bills rows={value as Schemas["DeliveryPartBody"][]} />;
    if (typeof value === "object" && value !== null) return parted(key, value);
    if (typeof value !== "string") return null;
    if (key === "document" || key === "original") return <CalledDocument name={value} />;
    if (key === "bill") return <OfBill id={value} />;
    if (key === "bank_line") return <OfLine id={value} />;
    if (key === "item") return <OfItem id={value} customer={draft.customer ?? undefined} />;
    if (key === "from" && draft.kind === "refund" && (value === "bank" || value === "suspense")) return t(`documents.paidFromOf.${value}`);
    if (ofBill && (key === "to" || key === "from") && (value === "bank" || value === "suspense")) return t(`bills.whereOf.${value}`);
    const drawn = draft.kind === "bill" && key === "kind" ? BILL_KINDS.find((one) => one === value) : undefined;
    if (drawn !== undefined) return t(`bills.kindOf.${drawn}`);
    const medium = draft.kind === "bill" && key === "medium" ? BILL_MEDIA.find((one) => one === value) : undefined;
    if (medium !== undefined) return t(`bills.mediumOf.${medium}`);
    if (key === "reason" && draft.kind === "write-off") return code("writeOffReason", value);
    if (DAY.test(value)) return <Day value={value} />;
    return FIGURES.has(key) ? format.amount(value) : value;
  };
  // A list of drafts does not have what they ask.
  const found = useQuery({ queryKey: ["draft", draft.id], queryFn: () => tagged(api.GET("/v1/drafts/{id}", { params: { path: { id: draft.id } } })), enabled: draft.body === undefined || draft.body === null });
  const body = (draft.body ?? found.data?.body.body ?? {}) as Record<string, unknown>;
  const rows = askedOf(draft.kind, body)
    .map(([key, value]): [string, ReactNode] => [label(key), shown(key, value)])
    .filter(([, value]) => value !== null && value !== "");
  if (rows.length === 0) return null;
  return (
    <Panel title={t("common.details")}>
      <Facts rows={rows} />
    </Panel>
  );
}

type Words = Pick<ReturnType<typeof useFormat>, "amount" | "day">;

/** What has parts, in the order in which it is read; nothing of what is shown elsewhere. */
function partsOf(key: string, value: object, supplyWord: (of: string | undefined) => string, format: Words): (string | undefined)[] | null {
  switch (key) {
    case "fx": {
      const { rate, date, source } = value as RateValues;
      return [rate === undefined ? undefined : format.amount(rate), date === undefined ? undefined : format.day(date), source];
    }
    case "advance": {
      const { tax_category: category, supply } = value as AdvanceValues;
      return [category, supplyWord(supply)];
    }
    case "red_confirmation": {
      const { number, reason } = value as { number?: string; reason?: string };
      return [number, reason];
    }
    case "allowances":
      if (!Array.isArray(value)) return null;
      return (value as AllowanceFields[]).map(({ amount, category, charge, reason }) => [`${charge === true ? "+" : "−"}${format.amount(amount ?? "")}`, category ?? "", reason ?? ""].filter((part) => part !== "").join(" "));
    default:
      return null;
  }
}

const isMoney = (value: unknown): value is { amount: string; currency: string } => typeof value === "object" && value !== null && "amount" in value && "currency" in value && typeof value.amount === "string" && typeof value.currency === "string";

/** What the money pays: a document by what it is called, or an item; without an amount as far as it goes. */
function Pays({ rows, customer }: { rows: readonly Schemas["AllocateToBody"][]; customer: string | undefined }) {
  const format = useFormat();
  return (
    <ul className="stack tight">
      {rows.map(({ document, item, amount }, n) => (
        <li key={n} className="row">
          {typeof document === "string" && <CalledDocument name={document} />}
          {typeof item === "string" && <OfItem id={item} customer={customer} />}
          {typeof amount === "string" && <span className="num">{format.amount(amount)}</span>}
        </li>
      ))}
    </ul>
  );
}

/** The lines of deliveries that it bills, or of returns that it credits; without quantity and amount all that is open of them. */
function Bills({ rows }: { rows: readonly Schemas["DeliveryPartBody"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <ul className="stack tight">
      {rows.map(({ delivery, line, document_line: by, quantity, amount }, n) => (
        <li key={n} className="row">
          <CalledDelivery name={delivery} />
          <span>
            {t("documents.billedLine")} {line}
            {typeof by === "number" && ` · ${t("documents.billedBy")} ${by}`}
            {typeof quantity === "string" && ` · ${t("documents.quantity")} ${format.amount(quantity)}`}
            {typeof amount === "string" && ` · ${t("common.amount")} ${format.amount(amount)}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

function OfLine({ id }: { id: string }) {
  const found = useQuery({ queryKey: ["bank-line", id], queryFn: () => tagged(api.GET("/v1/bank-lines/{id}", { params: { path: { id } } })) });
  const line = found.data?.body.line;
  return line === undefined ? (
    <>…</>
  ) : (
    <>
      <Day value={line.booking_date} /> <Amount value={line.amount} /> {line.payer_name}
    </>
  );
}

function OfBill({ id }: { id: string }) {
  const found = useQuery({ queryKey: ["bill", id], queryFn: () => got(api.GET("/v1/bills/{id}", { params: { path: { id } } })) });
  return <Link to={`/bills/${id}`}>{found.data?.number ?? "…"}</Link>;
}

function OfItem({ id, customer }: { id: string; customer: string | undefined }) {
  const items = useQuery({ ...openItems(customer), enabled: customer !== undefined });
  const item = items.data?.find((one) => one.id === id);
  if (item === undefined) return <span className="mono">{id.slice(0, 12)}…</span>;
  return (
    <span>
      {item.document === null || item.document === undefined ? item.number : <Link to={`/documents/${item.document}`}>{item.number}</Link>} <Amount value={item.open} />
    </span>
  );
}
