import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got, tagged } from "@/api/client";
import { openItems } from "@/api/hooks";
import { BILL_KINDS, BILL_MEDIA, type Draft } from "@/api/shapes";
import { useCode } from "@/i18n/code";
import { placeIn } from "@/i18n/said";
import { useFormat } from "@/ui/format";
import type { AdvanceValues, RateValues } from "@/ui/moneyParts";
import { Amount, Day, Facts, Panel } from "@/ui/parts";
import { useTerms, type Terms } from "../customers/terms";
import type { AllowanceFields } from "./body";

/** What the preview and the approval say already. */
const SAID = new Set(["customer", "currency", "lines", "allocations", "price_mode", "date", "document_date", "value_date", "effective_date"]);
/** No preview says them of an opening balance. */
const OPENED = new Set(["document_date", "effective_date"]);
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
    if (typeof value === "object" && value !== null) return parted(key, value);
    if (typeof value !== "string") return null;
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
  const rows = Object.entries(body)
    .filter(([key]) => !SAID.has(key) || (draft.kind === "opening" && OPENED.has(key)))
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
