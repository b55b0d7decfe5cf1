import { App, Form, Input } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { ask, tell } from "@/api/coming";
import type { Delivery as Row, RecordedDelivery } from "@/api/comingShapes";
import { useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import { useWhyNot } from "@/app/session";
import { isNegative } from "@/lib/amount";
import { filled } from "@/lib/filled";
import { CustomerName, DayField } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { FormModal, showErrors } from "@/ui/forms";
import { Act, Amount, Day, Digest, Facts, Instant, Page, Panel, Tag } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { settled } from "./Deliveries";

export default function Delivery() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["delivery", id], queryFn: () => ask<Row>(`/v1/deliveries/${encodeURIComponent(id)}`) });
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
              [t("deliveries.accrual"), delivery.document === null || delivery.document === undefined ? "" : <Link key="a" to={`/documents/${delivery.document}`}>{t("common.open")}</Link>],
              [t("deliveries.returnsOf"), delivery.returns === null || delivery.returns === undefined ? "" : <Link key="r" to={`/deliveries/${delivery.returns}`}>{t("common.open")}</Link>],
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
          { key: "price", title: t("documents.unitPrice"), align: "right", render: (l) => format.amount(l.unit_price) },
          { key: "category", title: t("documents.category"), render: (l) => l.category },
          { key: "net", title: t("deliveries.net"), align: "right", render: (l) => <Amount value={l.net} currency={false} /> },
          { key: "openq", title: t("deliveries.openQuantity"), align: "right", render: (l) => format.amount(l.open_quantity) },
          { key: "open", title: t("deliveries.open"), align: "right", render: (l) => <Amount value={l.open} dash /> },
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
              <>
                {l.kind === "billed" || l.kind === "returned" ? t(`deliveries.linkOf.${l.kind}`) : l.kind} {undone.has(l.id) && <span className="quiet">{t("deliveries.undone")}</span>}
              </>
            ),
          },
          { key: "day", title: t("common.date"), render: (l) => <Day value={l.effective_date} /> },
          {
            key: "to",
            title: t("common.details"),
            render: (l) =>
              l.document !== null && l.document !== undefined ? (
                <Link to={`/documents/${l.document}`}>{t("common.open")}</Link>
              ) : l.returned_by !== null && l.returned_by !== undefined ? (
                <Link to={`/deliveries/${l.returned_by}`}>{t("common.open")}</Link>
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
}

function TakeBack({ delivery, what, onClose }: { delivery: Row; what: "return" | "reverse"; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const go = useNavigate();
  const { message } = App.useApp();
  const [form] = Form.useForm<BackFields>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const write = useWrite({
    run: (fields: BackFields, key) => {
      const text = filled(fields.text);
      const slip = filled(fields.external_id);
      const body = what === "reverse" ? { date: fields.date, reason: text ?? "" } : { date: fields.date, ...(slip === undefined ? {} : { external_id: slip }), ...(text === undefined ? {} : { text }) };
      return tell<RecordedDelivery>("POST", `/v1/deliveries/${delivery.id}/${what}`, { body, key });
    },
    stale: [["delivery"], ["deliveries"], ["report"], ["items"], ["balance"]],
    onDone: (made) => {
      void message.success(t(what === "reverse" ? "deliveries.reversed" : "deliveries.given", { number: made.number }));
      onClose();
      void go(`/deliveries/${made.id}`);
    },
  });
  const must = [{ required: true, message: t("common.required") }];
  return (
    <FormModal
      form={form}
      title={t(what === "reverse" ? "deliveries.reverseTitle" : "deliveries.giveBackTitle", { number: delivery.number })}
      okText={t(what === "reverse" ? "deliveries.reverse" : "deliveries.giveBack")}
      okButtonProps={{ loading: write.isPending, danger: what === "reverse" }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ date: what === "reverse" ? delivery.delivered_on : format.today }}
        onFinish={(fields) => write.mutate(fields, { onError: (error) => setRest(showErrors(form, error)) })}
      >
        <p style={{ marginBottom: 12 }}>{t(what === "reverse" ? "deliveries.reverseText" : "deliveries.giveBackText")}</p>
        <Form.Item name="date" label={t("common.date")} rules={must}>
          <DayField allowClear={false} />
        </Form.Item>
        {what === "return" && (
          <Form.Item name="external_id" label={`${t("deliveries.slip")} (${t("common.optional")})`}>
            <Input autoComplete="off" />
          </Form.Item>
        )}
        <Form.Item name="text" label={what === "reverse" ? t("common.reason") : `${t("documents.text")} (${t("common.optional")})`} rules={what === "reverse" ? must : []}>
          <Input.TextArea rows={2} />
        </Form.Item>
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}
