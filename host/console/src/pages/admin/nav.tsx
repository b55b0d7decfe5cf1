import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Page, SubNav } from "@/ui/parts";

/** Every page of the administration: one heading, one row of places. */
export function AdminPage({ actions, sub, children }: { actions?: ReactNode; sub?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  const items = [
    ["company", t("admin.company")],
    ["users", t("admin.users")],
    ["roles", t("admin.roles")],
    ["approvals", t("admin.approvals")],
    ["exceptions", t("exceptions.title")],
    ["periods", t("admin.periods")],
    ["close", t("close.title")],
    ["rates", t("admin.rates")],
    ["billing", t("deliveries.settings")],
    ["imports", t("admin.imports")],
    ["keys", t("admin.keys")],
    ["jobs", t("admin.jobs")],
    ["audit", t("admin.audit")],
    ["samples", t("samples.title")],
    ["health", t("admin.health")],
  ] as const;
  return (
    <Page title={t("admin.title")} actions={actions} sub={sub}>
      <SubNav label={t("admin.title")} items={items.map(([to, label]) => ({ to: `/admin/${to}`, label }))} />
      {children}
    </Page>
  );
}
