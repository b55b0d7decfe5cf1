import { App, Form, Input, Select, Switch } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { LOCALES } from "@/i18n/locales";
import type { Schemas, Tagged } from "@/api/client";
import { HELD, useList, useWrite } from "@/api/hooks";
import { isRefusal, type FieldError } from "@/api/problem";
import { useSession, useWhyNot } from "@/app/session";
import { closed, Conflict, FormModal, showErrors, type Side } from "@/ui/forms";
import { Act, Panel, Tag } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { DataTable, type Column } from "@/ui/table";
import { contactBody, contactFields, fresh, listContacts, readContact, removeContact, saveContact, type Contact, type ContactBody, type ContactFields } from "./contacts";
import { Dialogue } from "@/ui/dialogue";

type Customer = Schemas["Customer"];

/** 联系人: who is written to, and who confirms statements. */
export function People({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const whyNot = useWhyNot();
  const session = useSession();
  const [edited, setEdited] = useState<Contact | "new" | null>(null);
  const list = useList(["contacts", customer.id], (after: string | undefined) => listContacts(customer.id, after));
  const remove = useWrite({
    run: (id: string, key) => removeContact(customer.id, id, key),
    stale: [["contacts", customer.id]],
    onDone: () => void message.success(t("customers.contactRemoved")),
  });
  const why = whyNot("customers:enter");
  const close = () => setEdited(null);
  const columns: Column<Contact>[] = [
    { key: "name", title: t("customers.contactName"), render: (c) => c.name },
    { key: "role", title: t("customers.contactRole"), render: (c) => c.role },
    { key: "email", title: t("customers.contactEmail"), render: (c) => (c.email === null || c.email === undefined ? "" : <a href={`mailto:${c.email}`}>{c.email}</a>) },
    { key: "phone", title: t("customers.contactPhone"), render: (c) => <span className="num">{c.phone}</span> },
    {
      key: "state",
      title: t("common.status"),
      render: (c) => (
        <span className="row">
          {c.may_confirm && <Tag tone="good">{t("customers.mayConfirm")}</Tag>}
          {!c.active && <Tag>{t("customers.contactInactive")}</Tag>}
          {c.customer !== customer.id && <Tag>{t("customers.ofMerged")}</Tag>}
        </span>
      ),
    },
    {
      key: "act",
      title: "",
      align: "right",
      render: (c) => (
        <span className="row end">
          <Act size="small" why={why} onClick={() => setEdited(c)} aria-label={`${t("common.edit")} ${c.name}`}>
            {t("common.edit")}
          </Act>
          <Act
            size="small"
            why={why}
            aria-label={`${t("common.remove")} ${c.name}`}
            onClick={() =>
              void modal.confirm({
                title: `${t("common.remove")} ${c.name}`,
                content: t("customers.contactRemoveText"),
                okText: t("common.remove"),
                okButtonProps: { danger: true },
                onOk: () => remove.mutateAsync(c.id).then(closed, closed),
              })
            }
          >
            {t("common.remove")}
          </Act>
        </span>
      ),
    },
  ];
  return (
    <Panel
      flush
      title={t("customers.people")}
      extra={
        <Act size="small" why={why} onClick={() => setEdited("new")}>
          {t("customers.contactNew")}
        </Act>
      }
    >
      <ProblemNote error={remove.error} />
      <DataTable label={t("customers.people")} query={list} columns={columns} rowKey={(c) => c.id} empty={t("customers.peopleNone")} />
      {edited === "new" && <Editor customer={customer} id={null} start={fresh(session.company.locale)} etag={null} onClose={close} />}
      {edited !== null && edited !== "new" && <Known customer={customer} id={edited.id} onClose={close} />}
    </Panel>
  );
}

function Known({ customer, id, onClose }: { customer: Customer; id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["contact", id], queryFn: () => readContact(customer.id, id), ...HELD });
  if (found.data !== undefined) return <Editor customer={customer} id={id} start={contactFields(found.data.body)} etag={found.data.etag} onClose={onClose} />;
  return (
    <Dialogue title={t("customers.contactEdit")} footer={null} onCancel={onClose}>
      {found.isPending ? <Loading /> : <ProblemNote error={found.error} />}
    </Dialogue>
  );
}

interface EditorProps {
  customer: Customer;
  id: string | null;
  start: ContactFields;
  etag: string | null;
  onClose: () => void;
}

function Editor({ customer, id, start, etag, onClose }: EditorProps) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const [form] = Form.useForm<ContactFields>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const [theirs, setTheirs] = useState<Tagged<Contact> | null>(null);
  const write = useWrite({
    run: ({ body, match }: { body: ContactBody; match: string | null }, key) => saveContact(customer.id, id, body, match, key),
    stale: [["contacts", customer.id], ["contact"]],
    onDone: () => {
      void message.success(t("customers.contactSaved"));
      onClose();
    },
  });
  const send = (fields: ContactFields, match: string | null) =>
    write.mutate(
      { body: contactBody(fields), match },
      {
        onError: (error) => {
          if (isRefusal(error, "precondition-failed") && id !== null) void readContact(customer.id, id).then(setTheirs);
          else setRest(showErrors(form, error));
        },
      },
    );
  const mine = () => ({ ...start, ...form.getFieldsValue(true) }) as ContactFields;
  if (theirs !== null)
    return (
      <ContactConflict
        mine={mine()}
        theirs={contactFields(theirs.body)}
        onCancel={() => setTheirs(null)}
        onChoose={(fields) => {
          const match = theirs.etag;
          form.setFieldsValue(fields);
          setTheirs(null);
          send(fields, match);
        }}
      />
    );
  return (
    <FormModal
      form={form}
      title={id === null ? t("customers.contactNew") : t("customers.contactEdit")}
      okText={t("common.save")}
      okButtonProps={{ loading: write.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={start} onFinish={() => send(mine(), etag)}>
        <Form.Item name="name" label={t("customers.contactName")} rules={[{ required: true, message: t("common.required") }]}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="role" label={t("customers.contactRole")}>
          <Input autoComplete="off" />
        </Form.Item>
        <Form.Item name="email" label={t("customers.contactEmail")}>
          <Input type="email" autoComplete="off" />
        </Form.Item>
        <Form.Item name="phone" label={t("customers.contactPhone")}>
          <Input type="tel" autoComplete="off" />
        </Form.Item>
        <Form.Item name="locale" label={t("customers.contactLocale")}>
          <Select options={[...LOCALES]} />
        </Form.Item>
        <Form.Item name="may_confirm" label={t("customers.mayConfirm")} extra={t("customers.mayConfirmHint")} valuePropName="checked">
          <Switch />
        </Form.Item>
        <Form.Item name="active" label={t("customers.contactActive")} valuePropName="checked">
          <Switch />
        </Form.Item>
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}

const FIELDS = ["name", "role", "email", "phone", "locale", "may_confirm", "active"] as const;

interface ConflictProps {
  mine: ContactFields;
  theirs: ContactFields;
  onCancel: () => void;
  onChoose: (fields: ContactFields) => void;
}

function ContactConflict({ mine, theirs, onCancel, onChoose }: ConflictProps) {
  const { t } = useTranslation();
  const label: Record<(typeof FIELDS)[number], string> = {
    name: t("customers.contactName"),
    role: t("customers.contactRole"),
    email: t("customers.contactEmail"),
    phone: t("customers.contactPhone"),
    locale: t("customers.contactLocale"),
    may_confirm: t("customers.mayConfirm"),
    active: t("customers.contactActive"),
  };
  const said = (value: string | boolean | undefined) => (typeof value === "boolean" ? (value ? t("common.yes") : t("common.no")) : (value ?? ""));
  const sides: Side[] = FIELDS.map((key) => ({ key, label: label[key], mine: said(mine[key]), theirs: said(theirs[key]) })).filter((side) => side.mine !== side.theirs);
  return (
    <Conflict
      sides={sides}
      onCancel={onCancel}
      onChoose={(choice) => onChoose({ ...mine, ...Object.fromEntries(FIELDS.filter((key) => choice[key] === "theirs").map((key) => [key, theirs[key]])) })}
    />
  );
}
