import { Checkbox, Form, Input, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { api, got, tagged, type Tagged } from "@/api/client";
import { FED, HELD, keyed, usePeople, useWrite } from "@/api/hooks";
import type { CloseFinding, CloseItem } from "@/api/shapes";
import { users as everybody } from "@/api/whole";
import { useSession, useWhyNot } from "@/app/session";
import { words } from "@/i18n/words";
import { useLanguage } from "@/i18n";
import { DayField, Person } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { FormDialogue } from "@/ui/FormDialogue";
import { Act, Day, Instant, Page, Panel, Tag } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { Evidence } from "./Evidence";
import { Dialogue } from "@/ui/dialogue";

function useRegister(register: "items" | "findings"): (code: string) => string {
  const of = useLanguage() === "en" ? 1 : 0;
  const known: Readonly<Record<string, readonly [string, string]>> = words.close[register];
  return (code) => known[code]?.[of] ?? code;
}

type Ask = { is: "sign" | "waive" | "reopen" | "edit" | "free"; item: CloseItem } | null;

export default function Close() {
  const { period = "" } = useParams();
  const { t } = useTranslation();
  const [ask, setAsk] = useState<Ask>(null);
  const found = useQuery({ queryKey: ["close", period], queryFn: () => got(api.GET("/v1/closes/{period}", { params: { path: { period } } })), ...FED });
  const back = { to: "/admin/close", label: t("close.title") };
  if (found.isPending) return <Loading />;
  if (found.data === undefined)
    return (
      <Page title={period} back={back}>
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      </Page>
    );
  const close = found.data;
  const signed = close.items.filter((i) => i.state !== "open" && i.stale !== true).length;
  return (
    <Page
      title={`${t("close.title")} ${close.period}`}
      sub={
        <span className="row">
          <Tag tone={signed === close.items.length ? "good" : "wait"}>{t("close.signedOf", { signed, all: close.items.length })}</Tag>
          {t("close.lockHint")} <Link to="/admin/periods">{t("close.toLock")}</Link>
        </span>
      }
      back={back}
    >
      {close.items.map((item) => (
        <Item key={item.item} item={item} openedBy={close.opened_by} onAsk={setAsk} />
      ))}
      {ask !== null && ask.is === "edit" && <Edit period={period} item={ask.item.item} onClose={() => setAsk(null)} />}
      {ask !== null && ask.is === "free" && <Free period={period} item={ask.item} onClose={() => setAsk(null)} />}
      {ask !== null && ask.is !== "edit" && ask.is !== "free" && <Decide period={period} item={ask.item} what={ask.is} onClose={() => setAsk(null)} />}
    </Page>
  );
}

function Finding({ finding }: { finding: CloseFinding }) {
  const { t } = useTranslation();
  const word = useRegister("findings");
  return (
    <div className="stack tight">
      <span className="row">
        <Tag tone={finding.holds ? "good" : "wait"}>{finding.holds ? t("close.holds") : t("close.fails")}</Tag>
        <span>{word(finding.code)}</span>
      </span>
      <Evidence figures={finding.figures} />
    </div>
  );
}

/** Whether somebody wants it to be mandatory no more, and nobody has confirmed it. */
const isWanted = (item: CloseItem) => item.mandatory && item.freed_by !== null && item.freed_by !== undefined;

function Item({ item, openedBy, onAsk }: { item: CloseItem; openedBy: string; onAsk: (ask: Ask) => void }) {
  const { t } = useTranslation();
  const session = useSession();
  const name = useRegister("items");
  const whyNot = useWhyNot();
  const why = whyNot("ledger:approve");
  const open = item.state === "open" || item.stale === true;
  const holds = item.finding?.holds === true;
  const waives = item.owner?.id === session.person.id ? t("close.ownerWaives") : item.mandatory && openedBy === session.person.id ? t("close.openerWaives") : undefined;
  return (
    <Panel
      title={
        <span className="row">
          {name(item.item)}
          <Tag tone={item.stale === true ? "wait" : item.state === "open" ? "plain" : "good"}>
            {item.stale === true ? t("close.stale") : item.state === "signed" ? t("close.signed") : item.state === "waived" ? t("close.waived") : t("home.closeTodo")}
          </Tag>
          {item.mandatory && <Tag>{t("close.mandatory")}</Tag>}
          {isWanted(item) && <Tag tone="wait">{t("close.freeWanted")}</Tag>}
        </span>
      }
      extra={
        <>
          <Act size="small" why={whyNot("ledger:configure")} onClick={() => onAsk({ is: "edit", item })}>
            {t("close.edit")}
          </Act>
          {isWanted(item) && (
            <Act size="small" why={why ?? (item.freed_by === session.person.id ? t("close.freeOwn") : undefined)} onClick={() => onAsk({ is: "free", item })}>
              {t("close.free")}
            </Act>
          )}
          {!open && (
            <Act size="small" why={why} onClick={() => onAsk({ is: "reopen", item })}>
              {t("close.reopen")}
            </Act>
          )}
          {open && !holds && (
            <Act size="small" why={why ?? waives} onClick={() => onAsk({ is: "waive", item })}>
              {t("close.waive")}
            </Act>
          )}
          {open && (
            <Act size="small" type="primary" why={why ?? (holds ? undefined : t("close.fails"))} onClick={() => onAsk({ is: "sign", item })}>
              {t("close.sign")}
            </Act>
          )}
        </>
      }
    >
      <div className="stack tight">
        {item.finding !== null && item.finding !== undefined && <Finding finding={item.finding} />}
        <span className="small quiet">
          {t("close.owner")} {item.owner === null || item.owner === undefined ? t("close.noOwner") : <Person id={item.owner.id} />} · {t("close.due")} <Day value={item.due_date} />
        </span>
        {isWanted(item) && (
          <span className="small">
            {t("close.freeWanted")} <Person id={item.freed_by} /> {item.freed_for}
          </span>
        )}
        {item.history.map((record, n) => (
          <span key={n} className="small">
            {record.act === "signed" ? t("close.signed") : record.act === "waived" ? t("close.waived") : t("close.reopened")} <Person id={record.by.id} />{" "}
            <span className="quiet">
              <Instant value={record.at} />
            </span>{" "}
            {record.words}
          </span>
        ))}
      </div>
    </Panel>
  );
}

interface DecideProps {
  period: string;
  item: CloseItem;
  what: "sign" | "waive" | "reopen";
  onClose: () => void;
}

function Decide({ period, item, what, onClose }: DecideProps) {
  const { t } = useTranslation();
  const name = useRegister("items");
  const [text, setText] = useState("");
  const write = useWrite({
    run: (said: string, key) => {
      const params = { path: { period, item: item.item }, header: keyed(key) };
      if (what === "reopen") return got(api.POST("/v1/closes/{period}/items/{item}/reopen", { params, body: { reason: said } }));
      return got(api.POST("/v1/closes/{period}/items/{item}/sign", { params, body: what === "waive" ? { waive: said } : said === "" ? {} : { note: said } }));
    },
    stale: [["close"], ["closes"]],
    onDone: onClose,
  });
  // Where nothing here knows that vouchers went to the general ledger, a person says so.
  const must = what !== "sign" || (item.item === "vouchers-exported" && item.finding?.code !== "exported");
  const label = what === "sign" ? t("close.sign") : what === "waive" ? t("close.waive") : t("close.reopen");
  return (
    <Dialogue typed={text !== ""} title={`${label} · ${name(item.item)}`} okText={label} okButtonProps={{ loading: write.isPending, disabled: must && text.trim() === "" }} onOk={() => write.mutate(text.trim())} onCancel={onClose}>
      <label className="stack tight">
        <span className="quiet small">{what === "sign" ? t("close.note") : t("close.reason")}</span>
        <Input.TextArea value={text} onChange={(e) => setText(e.target.value)} rows={3} />
      </label>
      <ProblemNote error={write.error} />
    </Dialogue>
  );
}

/** Another person's word that an item is mandatory no more. */
function Free({ period, item, onClose }: { period: string; item: CloseItem; onClose: () => void }) {
  const { t } = useTranslation();
  const name = useRegister("items");
  const write = useWrite({
    run: (_: null, key) => got(api.POST("/v1/closes/{period}/items/{item}/free", { params: { path: { period, item: item.item }, header: keyed(key) } })),
    stale: [["close"], ["closes"]],
    onDone: onClose,
  });
  return (
    <Dialogue title={`${t("close.free")} · ${name(item.item)}`} okText={t("close.free")} okButtonProps={{ loading: write.isPending }} onOk={() => write.mutate(null)} onCancel={onClose}>
      <p>{t("close.freeText")}</p>
      <p className="quiet">
        <Person id={item.freed_by} /> {item.freed_for}
      </p>
      <ProblemNote error={write.error} />
    </Dialogue>
  );
}

interface EditFields {
  owner?: string;
  due_date: string;
  mandatory: boolean;
  reason?: string;
}

/** Still mandatory only while nobody wants it to be so no more. */
const chosenOf = (item: CloseItem): EditFields => ({ owner: item.owner?.id, due_date: item.due_date, mandatory: item.mandatory && !isWanted(item) });

/** As it stands when the dialogue is opened, values and version out of one answer: who changed it since is not overwritten. */
function Edit({ period, item, onClose }: { period: string; item: string; onClose: () => void }) {
  const { t } = useTranslation();
  const read = () => tagged(api.GET("/v1/closes/{period}/items/{item}", { params: { path: { period, item } } }));
  const stands = useQuery({ queryKey: ["close-item", period, item], queryFn: read, ...HELD });
  if (stands.data !== undefined) return <EditForm period={period} stands={stands.data} read={read} onClose={onClose} />;
  return (
    <Dialogue title={t("close.edit")} footer={null} onCancel={onClose}>
      {stands.isPending ? <Loading rows={2} /> : <ProblemNote error={stands.error} onRetry={() => void stands.refetch()} />}
    </Dialogue>
  );
}

interface EditFormProps {
  period: string;
  stands: Tagged<CloseItem>;
  read: () => Promise<Tagged<CloseItem>>;
  onClose: () => void;
}

function EditForm({ period, stands, read, onClose }: EditFormProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const people = usePeople();
  const name = useRegister("items");
  const users = useQuery({ queryKey: ["users"], queryFn: everybody });
  const item = stands.body;
  const start = chosenOf(item);
  const said = (fields: EditFields) => ({ owner: fields.owner === undefined ? t("close.noOwner") : people(fields.owner), due_date: format.day(fields.due_date), mandatory: fields.mandatory ? t("common.yes") : t("common.no") });
  return (
    <FormDialogue<EditFields, unknown>
      title={name(item.item)}
      act={t("common.save")}
      start={start}
      send={({ owner, ...fields }, key, match) =>
        got(api.PUT("/v1/closes/{period}/items/{item}", { params: { path: { period, item: item.item }, header: { ...keyed(key), "If-Match": match } }, body: owner === undefined ? fields : { ...fields, owner } }))
      }
      versions={{
        etag: stands.etag,
        read: async (mine) => {
          const { body, etag } = await read();
          return { body: { ...mine, ...chosenOf(body) }, etag };
        },
        sides: (mine, theirs) => {
          const [own, other] = [said(mine), said(theirs)];
          return [
            { key: "owner", label: t("close.owner"), mine: own.owner, theirs: other.owner },
            { key: "due_date", label: t("close.due"), mine: own.due_date, theirs: other.due_date },
            { key: "mandatory", label: t("close.mandatory"), mine: own.mandatory, theirs: other.mandatory },
          ];
        },
      }}
      stale={[["close"], ["closes"]]}
      said={() => t("common.saved")}
      onClose={onClose}
    >
      <Form.Item name="owner" label={t("close.owner")}>
        <Select allowClear placeholder={t("close.noOwner")} options={(users.data?.items ?? []).filter((u) => u.active).map((u) => ({ value: u.id, label: u.name }))} />
      </Form.Item>
      <Form.Item name="due_date" label={t("close.due")} rules={[{ required: true, message: t("common.required") }]}>
        <DayField allowClear={false} />
      </Form.Item>
      <Form.Item name="mandatory" valuePropName="checked">
        <Checkbox>{t("close.mandatory")}</Checkbox>
      </Form.Item>
      <Form.Item noStyle shouldUpdate>
        {({ getFieldValue }) =>
          start.mandatory && getFieldValue("mandatory") === false ? (
            <Form.Item name="reason" label={t("close.freeWhy")} extra={t("close.freeText")} rules={[{ required: true, whitespace: true, message: t("common.required") }]}>
              <Input.TextArea rows={2} />
            </Form.Item>
          ) : null
        }
      </Form.Item>
    </FormDialogue>
  );
}
