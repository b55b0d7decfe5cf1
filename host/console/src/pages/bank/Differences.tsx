import { Button, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useCode } from "@/i18n/code";
import { AmountField, DayField } from "@/ui/fields";
import { RefusedAt } from "@/ui/refused";
import { sentAt, type Certificate, type Chosen } from "./settle";

/** What is cleared besides the money, each on one of the items that are settled. */
export function Differences({ chosen, error, onChange }: { chosen: Chosen; error: unknown; onChange: (chosen: Chosen) => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const set = (n: number, part: Partial<Chosen["differences"][number]>) => onChange({ ...chosen, differences: chosen.differences.map((d, m) => (m === n ? { ...d, ...part } : d)) });
  const ticked = Object.keys(chosen.items);
  const options = ticked.map((item) => ({ value: item, label: chosen.numbers?.[item] ?? item.slice(0, 12) }));
  return (
    <div className="stack tight">
      {chosen.differences.map((difference, n) => {
        const first = difference.kind === "charge" ? undefined : ticked[0];
        const item = difference.item !== undefined && ticked.includes(difference.item) ? difference.item : first;
        return (
          <div key={n} className="stack tight">
            <div className="row">
              <Select
                aria-label={`${t("bank.difference")} ${n + 1}`}
                style={{ width: 130 }}
                value={difference.kind}
                onChange={(kind) => set(n, { kind })}
                options={(["tail", "charge", "discount", "withholding"] as const).map((value) => ({ value, label: code("difference", value) }))}
              />
              <span style={{ width: 150 }}>
                <AmountField aria-label={`${t("common.amount")} ${n + 1}`} value={difference.amount} onChange={(amount) => set(n, { amount: amount ?? "" })} />
              </span>
              {ticked.length > 1 && (
                <Select
                  aria-label={`${t("bank.differenceOf")} ${n + 1}`}
                  style={{ width: 180 }}
                  placeholder={t("bank.differenceOf")}
                  allowClear={difference.kind === "charge"}
                  value={item ?? null}
                  onChange={(chosenItem: string | null | undefined) => set(n, { item: chosenItem ?? undefined })}
                  options={options}
                />
              )}
              {difference.kind === "withholding" && <Evidence of={difference.certificate ?? {}} onChange={(certificate) => set(n, { certificate })} />}
              <Button onClick={() => onChange({ ...chosen, differences: chosen.differences.filter((_, m) => m !== n) })}>{t("common.remove")}</Button>
            </div>
            {difference.amount.trim() !== "" && <RefusedAt error={error} pointer={`/differences/${sentAt(chosen.differences, n)}`} />}
          </div>
        );
      })}
      <div>
        <Button size="small" onClick={() => onChange({ ...chosen, differences: [...chosen.differences, { kind: "tail", amount: "" }] })}>
          {t("bank.addDifference")}
        </Button>
      </div>
    </div>
  );
}

/** The certificate of withheld tax. */
function Evidence({ of, onChange }: { of: Certificate; onChange: (certificate: Certificate) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <Input style={{ width: 150 }} aria-label={t("bank.certificate")} placeholder={t("bank.certificate")} value={of.number ?? ""} onChange={(e) => onChange({ ...of, number: e.target.value })} />
      <DayField aria-label={t("bank.certificateDate")} value={of.date} onChange={(date) => onChange({ ...of, date })} />
      <Input style={{ width: 150 }} aria-label={t("bank.certificateAuthority")} placeholder={t("bank.certificateAuthority")} value={of.authority ?? ""} onChange={(e) => onChange({ ...of, authority: e.target.value })} />
    </>
  );
}
