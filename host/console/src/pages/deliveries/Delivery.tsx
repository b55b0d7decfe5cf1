import { Button, Form, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate, useParams } from "react-router";
import { api, got } from "@/api/client";
import { keyed } from "@/api/hooks";
import type { Delivery as Row } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { atLeast, digitsOf, isNegative, isZero } from "@/lib/amount";
import { filled } from "@/lib/filled";
import { AmountField, CustomerName, DayField } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { FormDialogue } from "@/ui/FormDialogue";
import { DeliveryLink, DocumentLink } from "@/ui/Numbered";
import { Act, Amount, Day, Digest, Facts, Instant, Page, Panel, Tag } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { returnedLines, type ReturnedFields } from "./body";
import { settled } from "./Deliveries";

export default function Delivery() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["delivery", id], queryFn: () => got(api.GET("/v1/deliveries/{id}", { params: { path: { id } } })) });
  if (found.isPending) return <Loading />;
  if (found.data === undefined)
    return (
      <Page title={t("deliveries.title")} back={{ to: "/deliveries", label: t("deliveries.title") }}>
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      </Page>
    );
  return <Known delivery={found.data} />;
}

function Known({ delivery }: { delivery: Row }) {
  const { t } = useTranslation();
  const why = useWhyNot()("documents:enter");
  const [doing, setDoing] = useState<"return" | "reverse" | null>(null);
  const back = isNegative(delivery.net.amount);
  const done = settled(delivery);
  return (
    <Page
      title={delivery.number}
      sub={
        <span className="row">
          {back && <Tag tone="info">{t("deliveries.isReturn")}</Tag>}
          <Tag tone={done ? "good" : "wait"}>{done ? t("deliveries.billed") : t("deliveries.open")}</Tag>
          <CustomerName id={delivery.customer} />
        </span>
      }
      back={{ to: "/deliveries", label: t("deliveries.title") }}
      actions={
        <>
          {delivery.links.length === 0 && (
            <Act why={why} onClick={() => setDoing("reverse")}>
              {t("deliveries.reverse")}
            </Act>
          )}
          {!done && !back && (
            <Act why={why} onClick={() => setDoing("return")}>
              {t("deliveries.giveBack")}
            </Act>
          )}
        </>
      }
    >
      <div className="grid wide-left">
        <div className="stack">
          <Lines delivery={delivery} />
          <Links delivery={delivery} />
        </div>
        <Panel title={t("common.details")}>
          <Facts
            rows={[
              [t("deliveries.slip"), delivery.external_id ?? ""],
              [t("deliveries.day"), <Day key="d" value={delivery.delivered_on} />],
              [t("deliveries.net"), <Amount key="n" value={delivery.net} />],
              [t("documents.purchaseOrder"), delivery.purchase_order ?? ""],
              [t("documents.text"), delivery.text ?? ""],
              [t("deliveries.accrual"), delivery.document === null || delivery.document === undefined ? "" : <DocumentLink key="a" id={delivery.document} />],
              [t("deliveries.returnsOf"), delivery.returns === null || delivery.returns === undefined ? "" : <DeliveryLink key="r" id={delivery.returns} />],
              [t("common.at"), <Instant key="t" value={delivery.created_at} />],
              [t("documents.digest"), <Digest key="g" value={delivery.digest} />],
            ]}
          />
        </Panel>
      </div>
      {doing !== null && <TakeBack delivery={delivery} what={doing} onClose={() => setDoing(null)} />}
    </Page>
  );
}

type DeliveryLine = Row["lines"][number];

/** Of a return: whoever recorded it said of which line of an invoice it came back. */
const cameBack = (line: DeliveryLine) => line.returned_document !== null && line.returned_document !== undefined;

function CameBackOf({ line }: { line: DeliveryLine }) {
  const { t } = useTranslation();
  return (
    <span>
      <DocumentLink id={line.returned_document ?? ""} /> {t("deliveries.cameBackLine", { line: line.returned_document_line })}
    </span>
  );
}

function Lines({ delivery }: { delivery: Row }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <Panel flush title={t("deliveries.lines")}>
      <DataTable
        label={t("deliveries.lines")}
        query={given(delivery.lines)}
        rowKey={(l) => l.line}
        empty=""
        columns={[
          { key: "line", title: t("deliveries.line"), render: (l) => l.line },
          { key: "description", title: t("documents.description"), className: "wrap", render: (l) => l.description ?? t("common.erasedName") },
          { key: "quantity", title: t("documents.quantity"), align: "right", render: (l) => `${format.amount(l.quantity)} ${l.unit ?? ""}` },
          { key: "price", title: t("documents.unitPrice"), align: "right", render: (l) => format.amount(atLeast(l.unit_price, digitsOf(l.net.amount))) },
          { key: "category", title: t("documents.category"), render: (l) => l.category },
          { key: "net", title: t("deliveries.net"), align: "right", render: (l) => <Amount value={l.net} currency={false} /> },
          { key: "openq", title: t("deliveries.openQuantity"), align: "right", render: (l) => format.amount(l.open_quantity) },
          { key: "open", title: t("deliveries.open"), align: "right", render: (l) => <Amount value={l.open} dash /> },
          ...(delivery.lines.some(cameBack) ? [{ key: "of", title: t("deliveries.cameBackOf"), render: (l: DeliveryLine) => (cameBack(l) ? <CameBackOf line={l} /> : "") }] : []),
        ]}
      />
    </Panel>
  );
}

function Links({ delivery }: { delivery: Row }) {
  const { t } = useTranslation();
  const format = useFormat();
  const undone = new Set(delivery.links.map((link) => link.undoes));
  return (
    <Panel flush title={t("deliveries.links")}>
      <DataTable
        label={t("deliveries.links")}
        query={given(delivery.links)}
        rowKey={(l) => l.id}
        empty={<Nothing title={t("deliveries.linksNone")} />}
        columns={[
          { key: "line", title: t("deliveries.line"), render: (l) => l.line },
          {
            key: "kind",
            title: t("common.kind"),
            render: (l) => (
              <span>
                {l.kind === "billed" || l.kind === "returned" ? t(`deliveries.linkOf.${l.kind}`) : l.kind} {undone.has(l.id) && <span className="quiet">{t("deliveries.undone")}</span>}
              </span>
            ),
          },
          { key: "day", title: t("common.date"), render: (l) => <Day value={l.effective_date} /> },
          {
            key: "to",
            title: t("common.details"),
            render: (l) =>
              l.document !== null && l.document !== undefined ? (
                <DocumentLink id={l.document} />
              ) : l.returned_by !== null && l.returned_by !== undefined ? (
                <DeliveryLink id={l.returned_by} />
              ) : (
                ""
              ),
          },
          { key: "quantity", title: t("documents.quantity"), align: "right", render: (l) => format.amount(l.quantity) },
          { key: "amount", title: t("common.amount"), align: "right", render: (l) => <Amount value={l.amount} /> },
        ]}
      />
    </Panel>
  );
}

interface BackFields {
  date?: string;
  external_id?: string;
  text?: string;
  lines?: ReturnedFields[];
}

function TakeBack({ delivery, what, onClose }: { delivery: Row; what: "return" | "reverse"; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const go = useNavigate();
  const { must, optional } = useRules();
  const reverse = what === "reverse";
  return (
    <FormDialogue<BackFields, { id: string; number: string }>
      title={t(reverse ? "deliveries.reverseTitle" : "deliveries.giveBackTitle", { number: delivery.number })}
      act={t(reverse ? "deliveries.reverse" : "deliveries.giveBack")}
      danger={reverse}
      text={t(reverse ? "deliveries.reverseText" : "deliveries.giveBackText")}
      start={{ date: reverse ? delivery.delivered_on : format.today }}
      send={(fields, key) => {
        const text = filled(fields.text);
        const slip = filled(fields.external_id);
        const params = { path: { id: delivery.id }, header: keyed(key) };
        if (reverse) return got(api.POST("/v1/deliveries/{id}/reverse", { params, body: { date: fields.date, reason: text ?? "" } }));
        const lines = returnedLines(fields.lines);
        const body = { date: fields.date ?? format.today, ...(lines === undefined ? {} : { lines }), ...(slip === undefined ? {} : { external_id: slip }), ...(text === undefined ? {} : { text }) };
        return got(api.POST("/v1/deliveries/{id}/return", { params, body }));
      }}
      stale={[["delivery"], ["deliveries"], ["report"], ["items"], ["balance"]]}
      said={(made) => t(reverse ? "deliveries.reversed" : "deliveries.given", { number: made.number })}
      onDone={(made) => void go(`/deliveries/${made.id}`)}
      onClose={onClose}
    >
      <Form.Item name="date" label={t("common.date")} rules={must}>
        <DayField allowClear={false} />
      </Form.Item>
      {!reverse && (
        <>
          <Form.Item name="external_id" label={optional(t("deliveries.slip"))}>
            <Input autoComplete="off" />
          </Form.Item>
          <ReturnedLines delivery={delivery} />
        </>
      )}
      <Form.Item name="text" label={reverse ? t("common.reason") : optional(t("documents.text"))} rules={reverse ? must : []}>
        <Input.TextArea rows={2} />
      </Form.Item>
    </FormDialogue>
  );
}

/** Which of its lines come back, and how much of each; all that is open where none is named. */
function ReturnedLines({ delivery }: { delivery: Row }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { must, amount } = useRules();
  const options = delivery.lines.filter((line) => !isZero(line.open_quantity)).map((line) => ({ value: line.line, label: `${line.line} · ${line.description ?? t("common.erasedName")} · ${format.amount(line.open_quantity)} ${line.unit ?? ""}` }));
  return (
    <Form.List name="lines">
      {(rows, { add, remove }) => (
        <div className="stack tight" style={{ marginBottom: 12 }}>
          {rows.map((row, n) => (
            <div key={row.key} className="row" style={{ alignItems: "flex-start" }}>
              <Form.Item name={[row.name, "line"]} style={{ flex: 1, minWidth: 180, margin: 0 }} rules={must}>
                <Select aria-label={`${t("deliveries.returnedLine")} ${n + 1}`} placeholder={t("deliveries.returnedLine")} options={options} />
              </Form.Item>
              <Form.Item name={[row.name, "quantity"]} style={{ width: 130, margin: 0 }} rules={amount}>
                <AmountField aria-label={`${t("documents.quantity")} ${n + 1}`} placeholder={t("documents.quantity")} />
              </Form.Item>
              <Button onClick={() => remove(row.name)} aria-label={`${t("common.remove")} ${t("deliveries.returnedLine")} ${n + 1}`}>
                {t("common.remove")}
              </Button>
            </div>
          ))}
          <div>
            <Button onClick={() => add({})}>{t("deliveries.returnedAdd")}</Button>
          </div>
        </div>
      )}
    </Form.List>
  );
}
