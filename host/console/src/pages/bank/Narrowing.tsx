import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { FED } from "@/api/hooks";
import { bankAccounts } from "@/api/whole";
import { CodeFilter, CustomerFilter, DayFilter } from "@/ui/filterFields";
import type { Narrow, Narrowed } from "./place";

interface NarrowingProps {
  narrow: Narrow;
  onChange: (name: Narrowed, value: string | undefined) => void;
  onReset: (() => void) | undefined;
}

/** Which of the lines: of one account, of one customer, of some days. */
export function Narrowing({ narrow, onChange, onReset }: NarrowingProps) {
  const { t } = useTranslation();
  const accounts = useQuery({ queryKey: ["bank-accounts"], queryFn: bankAccounts, ...FED });
  const found = accounts.data?.items ?? [];
  const chosen = narrow.account;
  const ids = [...found.map((account) => account.id), ...(chosen === undefined || found.some((account) => account.id === chosen) ? [] : [chosen])];
  const word = (id: string) => {
    const account = found.find((one) => one.id === id);
    return account === undefined ? id : `${account.bank} ${account.number}`;
  };
  return (
    <div className="row" role="search" style={{ alignItems: "flex-end" }}>
      <CodeFilter label={t("bank.ownAccount")} codes={ids} word={word} width={240} searched value={chosen} onChange={(value) => onChange("account", value)} />
      <CustomerFilter value={narrow.customer} onChange={(value) => onChange("customer", value)} />
      <DayFilter label={t("bank.bookedFrom")} value={narrow.from} onChange={(value) => onChange("from", value)} />
      <DayFilter label={t("bank.bookedTo")} value={narrow.to} onChange={(value) => onChange("to", value)} />
      {onReset !== undefined && (
        <Button type="link" onClick={onReset}>
          {t("common.reset")}
        </Button>
      )}
    </div>
  );
}
