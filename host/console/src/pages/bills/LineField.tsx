import { Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { all } from "@/api/all";
import { api, got, type Schemas } from "@/api/client";
import { useFormat } from "@/ui/format";
import { brings } from "../bank/fitting";

interface LineFieldProps {
  face: Schemas["Money"];
  id?: string;
  value?: string;
  onChange?: (line: string | undefined) => void;
}

/** The line of the bank that brought the money: an open one, of no more than the face. */
export function LineField({ face, id, value, onChange }: LineFieldProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const found = useQuery({
    queryKey: ["bank-lines", "in"],
    queryFn: () => all((after) => got(api.GET("/v1/bank-lines", { params: { query: { status: "open", credit: true, limit: 200, after } } })), 5000),
  });
  const lines = (found.data ?? []).filter((line) => brings(line, face));
  return (
    <Select
      {...(id === undefined ? {} : { id })}
      allowClear
      showSearch={{ optionFilterProp: "label" }}
      loading={found.isFetching}
      value={value ?? null}
      onChange={(line: string | null | undefined) => onChange?.(line ?? undefined)}
      notFoundContent={found.isFetching ? t("common.loading") : t("bills.lineNone")}
      options={lines.map((line) => ({ value: line.id, label: [format.day(line.booking_date), `${format.amount(line.amount.amount)} ${line.amount.currency}`, line.payer_name ?? "", line.free_text ?? ""].filter((part) => part !== "").join(" · ") }))}
    />
  );
}
