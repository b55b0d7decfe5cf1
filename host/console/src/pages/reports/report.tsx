import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { file, type Schemas } from "@/api/client";
import { useFormat } from "@/ui/format";
import { Loading, ProblemNote } from "@/ui/states";

export type ReportQuery = Record<string, string>;

/** Filters as they stand in the address: what is none is the server's to refuse, in its own words. */
export function useReport<T>(name: string, query: ReportQuery, enabled = true): UseQueryResult<T> {
  return useQuery({
    queryKey: ["report", name, query],
    queryFn: async () => JSON.parse(await (await file(`/v1/reports/${name}?${new URLSearchParams({ ...query, format: "json" }).toString()}`)).blob.text()) as T,
    enabled,
  });
}

export function Shown<T>({ of, children }: { of: UseQueryResult<T>; children: (report: T) => ReactNode }) {
  if (of.isPending) return <Loading />;
  if (of.data === undefined)
    return (
      <div style={{ padding: 16 }}>
        <ProblemNote error={of.error} onRetry={() => void of.refetch()} />
      </div>
    );
  return <>{children(of.data)}</>;
}

export function Head({ report, children }: { report: Schemas["ReportHeadView"]; children?: ReactNode }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <p className="small quiet" style={{ padding: "10px 12px" }}>
      {report.company} · {t("home.asOf", { day: format.day(report.as_of) })} · {t("reports.position", { position: report.known_at })} {children}
    </p>
  );
}
