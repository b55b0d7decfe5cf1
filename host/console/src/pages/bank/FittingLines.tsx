import { Radio } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { all } from "@/api/all";
import { api, got, type Schemas } from "@/api/client";
import { Amount, Day } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { fits } from "./fitting";

interface FittingProps {
  /** Id of the account that the money left. */
  account: string;
  money: Schemas["Money"];
  value: string | null;
  onChange: (line: string | null) => void;
  /** What is chosen where the line has not come; without it one must be. */
  none?: string;
}

/** Open lines of an account that show just this money leave. */
export function FittingLines({ account, money, value, onChange, none }: FittingProps) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ["bank-lines", "out", account],
    queryFn: () => all((after) => got(api.GET("/v1/bank-lines", { params: { query: { status: "open", account, credit: false, limit: 200, after } } })), 5000),
  });
  if (found.isPending) return <Loading rows={2} />;
  if (found.data === undefined) return <ProblemNote error={found.error} onRetry={() => void found.refetch()} />;
  const lines = found.data.filter((line) => fits(line, money));
  if (lines.length === 0 && none === undefined) return <Nothing title={t("clearing.fitNone")}>{t("clearing.fitNoneHint")}</Nothing>;
  return (
    <Radio.Group aria-label={t("clearing.fit")} className="stack tight" value={value ?? ""} onChange={(event) => onChange(event.target.value === "" ? null : String(event.target.value))}>
      {none !== undefined && <Radio value="">{none}</Radio>}
      {lines.map((line) => (
        <Radio key={line.id} value={line.id}>
          <Day value={line.booking_date} /> <Amount value={line.amount} /> <span className="quiet">{[line.payer_name, line.free_text ?? line.structured].filter((text) => (text ?? "") !== "").join(" · ")}</span>
        </Radio>
      ))}
    </Radio.Group>
  );
}
