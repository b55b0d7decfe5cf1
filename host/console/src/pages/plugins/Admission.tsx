import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { useFormat } from "@/ui/format";
import { Tag } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";

export function usePlugin(digest: string) {
  return useQuery({ queryKey: ["plugin", digest], queryFn: () => got(api.GET("/v1/plugins/{digest}", { params: { path: { digest } } })), staleTime: 60_000 });
}

/** What was tried with it before it was let in. */
export function Admission({ digest }: { digest: string }) {
  const { t } = useTranslation();
  const plugin = usePlugin(digest);
  if (plugin.isPending) return <Loading rows={3} />;
  if (plugin.data === undefined) return <ProblemNote error={plugin.error} onRetry={() => void plugin.refetch()} />;
  const steps = plugin.data.conformance;
  if (steps === null) return <Nothing title={t("plugins.reportNone")} />;
  const tone = (outcome: string) => (outcome === "answered" ? "good" : outcome === "refused" ? "info" : "plain");
  return (
    <DataTable
      label={t("plugins.report")}
      query={given(steps)}
      rowKey={(_, n) => n}
      empty={t("plugins.reportNone")}
      columns={[
        { key: "step", title: t("plugins.step"), render: (s) => <span className="mono">{s.step}</span> },
        {
          key: "outcome",
          title: t("plugins.outcome"),
          render: (s) => (
            <Tag tone={tone(s.outcome)}>
              {s.outcome === "answered" || s.outcome === "refused" || s.outcome === "not-run" ? t(`plugins.outcomeOf.${s.outcome}`) : s.outcome}
            </Tag>
          ),
        },
        { key: "detail", title: t("plugins.detail"), className: "wrap", render: (s) => <span lang="en">{s.detail ?? ""}</span> },
      ]}
    />
  );
}

/** What a call may use at most. */
export function Limits({ digest }: { digest: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const plugin = usePlugin(digest);
  if (plugin.data === undefined) return null;
  const rows = Object.entries(plugin.data.limits);
  return (
    <DataTable
      label={t("plugins.limits")}
      query={given(rows)}
      rowKey={([name]) => name}
      empty={t("common.none")}
      columns={[
        { key: "limit", title: t("plugins.limit"), render: ([name]) => <span className="mono">{name}</span> },
        { key: "value", title: "", align: "right", render: ([name, value]) => (/bytes/.test(name) ? format.bytes(value) : format.count(value)) },
      ]}
    />
  );
}
