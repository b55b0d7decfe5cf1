import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { bankAccounts } from "@/api/whole";
import { useLanguage } from "@/i18n";
import { words } from "@/i18n/words";
import { isDecimal } from "@/lib/amount";
import { CustomerName } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { DocumentLink } from "@/ui/Numbered";
import { Day } from "@/ui/parts";

type Figures = Readonly<Record<string, unknown>>;

function isFigures(value: unknown): value is Figures {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a finding is made of: figures with their names, lists of them row by row. New ones of the server are shown by the names they bear. */
export function Evidence({ figures }: { figures: Figures }) {
  const plain = Object.entries(figures).filter(([, value]) => !Array.isArray(value) && value !== null);
  const lists = Object.entries(figures).filter((pair): pair is [string, unknown[]] => Array.isArray(pair[1]) && pair[1].length > 0);
  return (
    <>
      {plain.length > 0 && (
        <span className="row small quiet">
          {plain.map(([name, value]) => (
            <Named key={name} name={name} value={value} />
          ))}
        </span>
      )}
      {lists.map(([name, rows]) => (
        <List key={name} name={name} rows={rows} />
      ))}
    </>
  );
}

function useFigureWord(): (name: string) => string {
  const of = useLanguage() === "en" ? 1 : 0;
  const known: Readonly<Record<string, readonly [string, string]>> = words.close.figures;
  return (name) => known[name]?.[of] ?? name.replace(/_/g, " ");
}

function List({ name, rows }: { name: string; rows: readonly unknown[] }) {
  const word = useFigureWord();
  return (
    <div className="small">
      <span className="quiet">{word(name)}</span>
      <ul className="stack tight" style={{ paddingLeft: 12 }}>
        {rows.slice(0, 50).map((row, n) => (
          <li key={n}>{isFigures(row) ? <Evidence figures={row} /> : <Value name={name} value={row} />}</li>
        ))}
      </ul>
    </div>
  );
}

function Named({ name, value }: { name: string; value: unknown }) {
  const word = useFigureWord();
  if (isFigures(value))
    return (
      <span className="row">
        {word(name)} <Evidence figures={value} />
      </span>
    );
  return (
    <span>
      {word(name)} <Value name={name} value={value} />
    </span>
  );
}

function Value({ name, value }: { name: string; value: unknown }) {
  const format = useFormat();
  const { t } = useTranslation();
  const word = useFigureWord();
  if (typeof value === "number") return <strong className="num">{format.count(value)}</strong>;
  if (typeof value === "boolean") return <span>{value ? t("common.yes") : t("common.no")}</span>;
  if (typeof value !== "string") return null;
  if (value.startsWith("cus_")) return <CustomerName id={value} />;
  if (value.startsWith("ba_")) return <BankAccount id={value} />;
  if (value.startsWith("doc_")) return <DocumentLink id={value} />;
  if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return <Day value={value} />;
  if (isDecimal(value) && name !== "account") return <strong className="num">{format.amount(value)}</strong>;
  return <span className="num">{name === "kind" ? word(value) : value}</span>;
}

function BankAccount({ id }: { id: string }) {
  const list = useQuery({ queryKey: ["bank-accounts"], queryFn: bankAccounts, staleTime: 60_000 });
  return <span className="num">{list.data?.items.find((account) => account.id === id)?.number ?? id}</span>;
}
