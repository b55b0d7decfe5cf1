import { useTranslation } from "react-i18next";
import { downloadList } from "@/api/client";
import { useRoles } from "@/app/session";
import { useCode } from "@/i18n/code";
import { Downloads, OF_LISTS } from "@/ui/downloads";
import { CodeFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { Facts, Panel } from "@/ui/parts";
import { DataTable } from "@/ui/table";
import { useTried } from "@/ui/tried";
import { AdminPage } from "./nav";
import { rightsOf } from "./rights";

/** Who may do what to what: a row for what it is done to, a column for what is done. */
export default function Roles() {
  const { t } = useTranslation();
  const tried = useTried();
  const code = useCode();
  const roles = useRoles();
  const { values, set, reset, used } = useFilters(["role"]);
  const all = roles.data?.items ?? [];
  const { nouns, verbs, holders } = rightsOf(all);
  const said = (noun: string, verb: string) => {
    const names = holders(noun, verb);
    if (names.length === 0) return null;
    if (values.role !== undefined) return <Held holds={names.includes(values.role)} />;
    if (names.length === all.length) return <span className="quiet small">{t("admin.everyRole")}</span>;
    return (
      <span className="names small">
        {names.map((name) => (
          <span key={name}>{code("role", name)}</span>
        ))}
      </span>
    );
  };
  return (
    <AdminPage sub={t("admin.rolesText")}>
      <Panel
        flush
        title={t("admin.roles")}
        extra={<Downloads kinds={OF_LISTS} small onDownload={(format) => tried(downloadList("roles", {}, format))} />}
      >
        <Filters onReset={used ? reset : undefined}>
          <CodeFilter label={t("admin.role")} codes={all.map((role) => role.name)} word={(name) => code("role", name)} width={180} value={values.role} onChange={(name) => set("role", name)} />
        </Filters>
        <DataTable
          label={t("admin.roles")}
          query={{ ...roles, data: roles.data === undefined ? undefined : nouns }}
          rowKey={(noun) => noun}
          empty={t("common.none")}
          columns={[
            { key: "noun", title: t("admin.noun"), render: (noun) => <strong style={{ textTransform: "capitalize" }}>{code("noun", noun)}</strong> },
            ...verbs.map((verb) => ({ key: verb, title: code("verb", verb), render: (noun: string) => said(noun, verb) })),
          ]}
        />
      </Panel>
      <Panel title={t("admin.verbs")}>
        <Facts three rows={verbs.map((verb) => [code("verb", verb), code("permission", verb)])} />
      </Panel>
    </AdminPage>
  );
}

function Held({ holds }: { holds: boolean }) {
  const { t } = useTranslation();
  return (
    <span title={holds ? t("common.yes") : t("common.no")}>
      <span aria-hidden="true" className={holds ? "strong" : "quiet"}>
        {holds ? "✓" : "–"}
      </span>
      <span className="sr">{holds ? t("common.yes") : t("common.no")}</span>
    </span>
  );
}
