import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { all } from "@/api/all";
import { api, got, type Schemas } from "@/api/client";
import { useFormat } from "@/ui/format";
import { OneOf } from "@/ui/OneOf";
import { shows } from "./fitting";

interface LineFieldProps {
  /** The most that it may show. */
  money: Schemas["Money"];
  /** Whether the money came in or went out. */
  credit: boolean;
  id?: string;
  value?: string;
  onChange?: (line: string | undefined) => void;
}

/** The line of the bank that shows money come or go: an open one, of no more than that. */
export function LineField({ money, credit, id, value, onChange }: LineFieldProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const found = useQuery({
    queryKey: ["bank-lines", credit ? "in" : "gone"],
    queryFn: () => all((after) => got(api.GET("/v1/bank-lines", { params: { query: { status: "open", credit, limit: 200, after } } })), 5000),
  });
  const lines = (found.data ?? []).filter((line) => shows(line, money, credit));
  return (
    <OneOf
      id={id}
      value={value}
      onChange={onChange}
      busy={found.isFetching}
      none={t("bank.lineNone")}
      options={lines.map((line) => ({ value: line.id, label: [format.day(line.booking_date), `${format.amount(line.amount.amount)} ${line.amount.currency}`, line.payer_name ?? "", line.free_text ?? ""].filter((part) => part !== "").join(" · ") }))}
    />
  );
}
