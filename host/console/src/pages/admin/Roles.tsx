import { useTranslation } from "react-i18next";
import { useRoles } from "@/app/session";
import { useCode } from "@/i18n/code";
import { Panel } from "@/ui/parts";
import { DataTable } from "@/ui/table";
import { AdminPage } from "./nav";

export default function Roles() {
  const { t } = useTranslation();
  const code = useCode();
  const roles = useRoles();
  const permissions = [...new Set((roles.data?.items ?? []).flatMap((role) => role.permissions.map((p) => p.name)))];
  return (
    <AdminPage>
      <Panel flush title={t("admin.roles")}>
        <DataTable
          label={t("admin.roles")}
          query={{ ...roles, data: roles.data?.items }}
          rowKey={(role) => role.name}
          empty={t("common.none")}
          columns={[
            { key: "role", title: t("admin.role"), render: (role) => <strong>{code("role", role.name)}</strong> },
            ...permissions.map((permission) => ({
              key: permission,
              title: code("permission", permission),
              render: (role: { permissions: { name: string }[] }) =>
                role.permissions.some((p) => p.name === permission) ? <span title={t("common.yes")}>✓<span className="sr">{t("common.yes")}</span></span> : <span className="sr">{t("common.no")}</span>,
            })),
          ]}
        />
      </Panel>
    </AdminPage>
  );
}
