import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Page, SubNav } from "@/ui/parts";

export function BooksPage({ actions, sub, children }: { actions?: ReactNode; sub?: ReactNode; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Page title={t("books.title")} actions={actions} sub={sub}>
      <SubNav
        label={t("books.title")}
        items={[
          { to: "/books/vouchers", label: t("books.vouchers") },
          { to: "/books/chart", label: t("books.chart") },
          { to: "/books/series", label: t("books.series") },
        ]}
      />
      {children}
    </Page>
  );
}
