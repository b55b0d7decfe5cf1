import { Form } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { all } from "@/api/all";
import { api, got } from "@/api/client";
import { useFormat } from "@/ui/format";
import { OneOf } from "@/ui/OneOf";

interface ReceiptFieldProps {
  /** Of the line that takes it back. */
  currency: string;
  id?: string;
  value?: string;
  onChange?: (receipt: string | undefined) => void;
}

/** A receipt of the customer whom the form names. */
export function ReceiptField({ currency, id, value, onChange }: ReceiptFieldProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const customer = Form.useWatch("customer") as string | undefined;
  const found = useQuery({
    queryKey: ["documents", "receipts-of", customer],
    queryFn: () => all((after) => got(api.GET("/v1/invoices", { params: { query: { kind: "receipt", customer, limit: 200, after } } })), 5000),
    enabled: customer !== undefined,
  });
  const receipts = (customer === undefined ? [] : (found.data ?? [])).filter((receipt) => receipt.gross.currency === currency);
  return (
    <OneOf
      id={id}
      value={value}
      onChange={onChange}
      busy={found.isFetching}
      none={t("bank.receiptNone")}
      options={receipts.map((receipt) => ({ value: receipt.id, label: [receipt.number, format.day(receipt.document_date), `${format.amount(receipt.gross.amount)} ${currency}`].join(" · ") }))}
    />
  );
}
