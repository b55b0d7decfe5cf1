import { App, Checkbox, ConfigProvider, Form, Input, Switch } from "antd";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, tagged, type Schemas, type Tagged } from "@/api/client";
import { HELD, keyed, useWrite } from "@/api/hooks";
import type { User } from "@/api/shapes";
import type { FieldError } from "@/api/problem";
import { users } from "@/api/whole";
import { useRoles, useSession, useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { FormDialogue } from "@/ui/FormDialogue";
import { closed, FormModal, showErrors } from "@/ui/forms";
import { Person } from "@/ui/fields";
import { Act, Instant, Panel, Tag } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { Loading, ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { AdminPage } from "./nav";
import { Dialogue } from "@/ui/dialogue";

/** A user, who stands behind her, and behind that one. */
function lineOf(all: readonly User[], id: string): string[] {
  const line: string[] = [];
  for (let one: string | null | undefined = id; typeof one === "string" && !line.includes(one); ) {
    const here: string = one;
    line.push(here);
    one = all.find((user) => user.id === here)?.behind;
  }
  return line;
}

export default function Users() {
  const { t } = useTranslation();
  const { modal, message } = App.useApp();
  const code = useCode();
  const session = useSession();
  const whyNot = useWhyNot();
  const [dialogue, setDialogue] = useState<{ is: "new" } | { is: "edit" | "reset"; user: User } | null>(null);
  const list = useQuery({ queryKey: ["users"], queryFn: users });
  const why = whyNot("people:configure");
  const close = () => setDialogue(null);
  const all = list.data?.items ?? [];
  const mine = lineOf(all, session.person.id);
  const whyNotConfirm = (user: User) => why ?? (lineOf(all, user.id).some((one) => mine.includes(one)) ? t("admin.behindOwn") : undefined);
  const confirm = useWrite({
    run: (id: string, key) => got(api.POST("/v1/users/{id}/confirm", { params: { path: { id }, header: keyed(key) } })),
    stale: [["users"]],
    onDone: () => void message.success(t("admin.userConfirmed")),
  });
  return (
    <AdminPage
      actions={
        <Act why={why} type="primary" onClick={() => setDialogue({ is: "new" })}>
          {t("admin.userNew")}
        </Act>
      }
    >
      <ProblemNote error={confirm.error} />
      <Panel flush title={t("admin.users")}>
        <DataTable
          label={t("admin.users")}
          query={{ ...list, data: list.data?.items }}
          rowKey={(u) => u.id}
          empty={t("admin.usersNone")}
          columns={[
            { key: "login", title: t("admin.login"), render: (u) => u.login },
            { key: "name", title: t("admin.personName"), render: (u) => u.name },
            { key: "roles", title: t("admin.role"), className: "wrap", render: (u) => u.roles.map((role) => code("role", role)).join(t("common.listComma")) },
            {
              key: "state",
              title: t("common.status"),
              render: (u) => (
                <span className="row">
                  <Tag tone={u.active ? "good" : "plain"}>{u.active ? t("admin.active") : t("admin.inactive")}</Tag>
                  {!u.has_password && <Tag>{t("admin.noPassword")}</Tag>}
                  {u.must_change_password && <Tag tone="wait">{t("admin.mustChange")}</Tag>}
                  {typeof u.behind === "string" && (
                    <Tag tone="wait">
                      {t("admin.behind")} <Person id={u.behind} />
                    </Tag>
                  )}
                </span>
              ),
            },
            { key: "at", title: t("admin.created"), render: (u) => <Instant value={u.created_at} /> },
            {
              key: "act",
              title: "",
              align: "right",
              render: (u) => (
                <span className="row end">
                  {typeof u.behind === "string" && (
                    <Act
                      size="small"
                      why={whyNotConfirm(u)}
                      aria-label={`${t("admin.userConfirm")} ${u.login}`}
                      onClick={() => void modal.confirm({ title: t("admin.userConfirm"), content: t("admin.userConfirmText"), okText: t("admin.userConfirm"), onOk: () => confirm.mutateAsync(u.id).then(closed, closed) })}
                    >
                      {t("admin.userConfirm")}
                    </Act>
                  )}
                  <Act size="small" why={why} onClick={() => setDialogue({ is: "edit", user: u })} aria-label={`${t("common.edit")} ${u.login}`}>
                    {t("common.edit")}
                  </Act>
                  {u.id !== session.person.id && (
                    <Act size="small" why={why} onClick={() => setDialogue({ is: "reset", user: u })} aria-label={`${t("admin.resetPassword")} ${u.login}`}>
                      {t("admin.resetPassword")}
                    </Act>
                  )}
                </span>
              ),
            },
          ]}
        />
      </Panel>
      {dialogue?.is === "new" && <NewUser onClose={close} />}
      {dialogue?.is === "edit" && <EditUser id={dialogue.user.id} onClose={close} />}
      {dialogue?.is === "reset" && <Reset user={dialogue.user} onClose={close} />}
    </AdminPage>
  );
}

function RolesField() {
  const { t } = useTranslation();
  const code = useCode();
  const roles = useRoles();
  return (
    <Form.Item name="roles" label={t("admin.role")} rules={[{ required: true, message: t("common.required") }]}>
      <Checkbox.Group options={(roles.data?.items ?? []).map((role) => ({ value: role.name, label: code("role", role.name) }))} />
    </Form.Item>
  );
}

interface NewFields {
  login: string;
  name: string;
  roles: RoleName[];
  password?: string;
}

function NewUser({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [form] = Form.useForm<NewFields>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const [made, setMade] = useState<User | null>(null);
  const write = useWrite({
    run: async ({ password, ...body }: NewFields, key) => {
      // The password has a route of its own: where it is refused, the user is there and only the password is asked for again.
      const user = made ?? (await got(api.POST("/v1/users", { params: { header: keyed(key) }, body })));
      setMade(user);
      if (password === undefined) return user;
      return got(api.POST("/v1/users/{id}/password", { params: { path: { id: user.id } }, body: { password } }));
    },
    stale: [["users"]],
    onDone: () => {
      void message.success(t("admin.userSaved"));
      onClose();
    },
  });
  const must = [{ required: true, message: t("common.required") }];
  return (
    <FormModal form={form} title={t("admin.userNew")} okText={t("common.save")} okButtonProps={{ loading: write.isPending }} onOk={() => form.submit()} onCancel={onClose}>
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={({ password, ...fields }) =>
          write.mutate(password === undefined || password === "" ? fields : { ...fields, password }, {
            onError: (error) => {
              setRest(showErrors(form, error));
              void client.invalidateQueries({ queryKey: ["users"] });
            },
          })
        }
      >
        {made !== null && <p className="note wait">{t("admin.userThere")}</p>}
        <ConfigProvider componentDisabled={made !== null}>
          <Form.Item name="login" label={t("admin.login")} rules={must}>
            <Input autoComplete="off" autoCapitalize="none" />
          </Form.Item>
          <Form.Item name="name" label={t("admin.personName")} rules={must}>
            <Input autoComplete="off" />
          </Form.Item>
          <RolesField />
        </ConfigProvider>
        <Form.Item name="password" label={t("admin.initialPassword")} extra={`${t("session.rule")} ${t("admin.initialHint")}`}>
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <ProblemNote error={write.error} rest={rest} />
      </Form>
    </FormModal>
  );
}

type RoleName = Schemas["RoleName"];

interface EditFields {
  name: string;
  roles: RoleName[];
  active: boolean;
}

function EditUser({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation();
  const found = useQuery({
    queryKey: ["user", id],
    queryFn: () => tagged(api.GET("/v1/users/{id}", { params: { path: { id } } })),
    ...HELD,
  });
  if (found.data !== undefined) return <EditForm start={found.data} onClose={onClose} />;
  return (
    <Dialogue title={t("admin.userEdit")} footer={null} onCancel={onClose}>
      {found.isPending ? <Loading /> : <ProblemNote error={found.error} />}
    </Dialogue>
  );
}

const editOf = ({ name, roles, active }: User): EditFields => ({ name, roles: roles as RoleName[], active });

function EditForm({ start, onClose }: { start: Tagged<User>; onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const { must } = useRules();
  const id = start.body.id;
  const roles = (names: string[]) => names.map((role) => code("role", role)).join(t("common.listComma"));
  const yes = (active: boolean) => (active ? t("common.yes") : t("common.no"));
  return (
    <FormDialogue<EditFields, unknown>
      title={`${t("admin.userEdit")} · ${start.body.login}`}
      act={t("common.save")}
      start={editOf(start.body)}
      send={({ name, roles: named, active }, key, match) => got(api.PUT("/v1/users/{id}", { params: { path: { id }, header: { ...keyed(key), "If-Match": match } }, body: { name, roles: named, active } }))}
      versions={{
        etag: start.etag,
        read: async () => {
          const { body, etag } = await tagged(api.GET("/v1/users/{id}", { params: { path: { id } } }));
          return { body: editOf(body), etag };
        },
        sides: (mine, theirs) => [
          { key: "name", label: t("admin.personName"), mine: mine.name, theirs: theirs.name },
          { key: "roles", label: t("admin.role"), mine: roles(mine.roles), theirs: roles(theirs.roles) },
          { key: "active", label: t("admin.active"), mine: yes(mine.active), theirs: yes(theirs.active) },
        ],
      }}
      stale={[["users"], ["user"]]}
      said={() => t("admin.userSaved")}
      onClose={onClose}
    >
      <Form.Item name="name" label={t("admin.personName")} rules={must}>
        <Input autoComplete="off" />
      </Form.Item>
      <RolesField />
      <Form.Item name="active" label={t("admin.active")} valuePropName="checked">
        <Switch />
      </Form.Item>
    </FormDialogue>
  );
}

function Reset({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation();
  const { must } = useRules();
  return (
    <FormDialogue<{ password: string }, unknown>
      title={`${t("admin.resetPassword")} · ${user.login}`}
      act={t("admin.resetPassword")}
      text={t("admin.resetText")}
      send={(body, key) => got(api.POST("/v1/users/{id}/password", { params: { path: { id: user.id }, header: keyed(key) }, body }))}
      stale={[["users"]]}
      said={() => t("admin.resetDone")}
      onClose={onClose}
    >
      <Form.Item name="password" label={t("session.new")} extra={t("session.rule")} rules={must}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </FormDialogue>
  );
}
