import { useTranslation } from "react-i18next";
import type { Schemas } from "@/api/client";
import { useCode } from "@/i18n/code";
import { atLeast, digitsOf } from "@/lib/amount";
import { useFormat } from "@/ui/format";
import { Amount, Panel } from "@/ui/parts";
import { DataTable, given } from "@/ui/table";
import { notesOf, type Note } from "./notes";

export function Lines({ lines }: { lines: readonly Schemas["InvoiceLine"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const code = useCode();
  const said = (note: Note): string => {
    switch (note.is) {
      case "nature":
        return t(`documents.natureOf.${note.of}`);
      case "parent":
        return `${t("documents.discountOf")} ${note.of}`;
      case "original":
        return `${t("documents.originalLine")} ${note.of}`;
      case "service":
        return code("supply", "service");
    }
  };
  const noted = lines.some((line) => notesOf(line).length > 0);
  return (
    <Panel flush title={t("documents.lines")}>
      <DataTable
        label={t("documents.lines")}
        query={given(lines)}
        rowKey={(l) => l.line}
        empty={t("common.none")}
        columns={[
          { key: "n", title: t("documents.line"), render: (l) => <span className="num quiet">{l.line}</span> },
          { key: "description", title: t("documents.description"), className: "wrap", render: (l) => l.description ?? "" },
          { key: "quantity", title: t("documents.quantity"), align: "right", render: (l) => `${format.amount(l.quantity)} ${l.unit ?? ""}` },
          { key: "price", title: t("documents.unitPrice"), align: "right", render: (l) => format.amount(atLeast(l.unit_price, digitsOf(l.net.amount))) },
          { key: "category", title: t("documents.category"), render: (l) => <span className="mono">{l.category}</span> },
          ...(noted ? [{ key: "nature", title: t("documents.nature"), className: "wrap", render: (l: Schemas["InvoiceLine"]) => notesOf(l).map(said).join(" · ") }] : []),
          { key: "net", title: t("documents.net"), align: "right", render: (l) => <Amount value={l.net} currency={false} /> },
          { key: "tax", title: t("documents.tax"), align: "right", render: (l) => <Amount value={l.tax} currency={false} dash /> },
          { key: "gross", title: t("documents.gross"), align: "right", render: (l) => <Amount value={l.gross} currency={false} /> },
        ]}
      />
    </Panel>
  );
}

/** What is taken off or added, of a line or of the whole. */
export function AllowancesOf({ rows }: { rows: readonly Schemas["Allowance"][] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (rows.length === 0) return null;
  return (
    <Panel flush title={t("documents.allowancesOf")}>
      <DataTable
        label={t("documents.allowancesOf")}
        query={given(rows)}
        rowKey={(a) => `${a.line ?? ""} ${a.n}`}
        empty=""
        columns={[
          { key: "line", title: t("documents.line"), render: (a) => a.line ?? t("documents.allowanceWhole") },
          { key: "kind", title: t("common.kind"), render: (a) => (a.charge ? t("documents.charge") : t("documents.allowance")) },
          { key: "reason", title: t("common.reason"), className: "wrap", render: (a) => a.reason ?? "" },
          { key: "fraction", title: t("documents.fraction"), align: "right", render: (a) => (a.fraction === null || a.fraction === undefined ? "" : format.percent(a.fraction)) },
          { key: "amount", title: t("common.amount"), align: "right", render: (a) => <span className="num">{format.amount(a.amount)}</span> },
        ]}
      />
    </Panel>
  );
}
