import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { useCode } from "@/i18n/code";
import { useFormat } from "@/ui/format";
import { Facts, Tag } from "@/ui/parts";
import { Loading, Nothing, ProblemNote, Told } from "@/ui/states";
import { DataTable, given } from "@/ui/table";

export function usePlugin(digest: string) {
  return useQuery({ queryKey: ["plugin", digest], queryFn: () => got(api.GET("/v1/plugins/{digest}", { params: { path: { digest } } })), staleTime: 60_000 });
}

/** What was tried with it before it was let in. */
export function Admission({ digest }: { digest: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const code = useCode();
  const plugin = usePlugin(digest);
  if (plugin.isPending) return <Loading rows={3} />;
  if (plugin.data === undefined) return <ProblemNote error={plugin.error} onRetry={() => void plugin.refetch()} />;
  const { conformance: steps, limits } = plugin.data;
  if (steps === null || steps === undefined) return <Nothing title={t("plugins.reportNone")} />;
  const tone = (outcome: string) => (outcome === "answered" ? "good" : outcome === "refused" ? "info" : "plain");
  return (
    <DataTable
      label={t("plugins.report")}
      query={given(steps)}
      rowKey={(_, n) => n}
      empty={t("plugins.reportNone")}
      columns={[
        { key: "step", title: t("plugins.step"), className: "wrap", render: (s) => code("admissionStep", s.step) },
        {
          key: "outcome",
          title: t("plugins.outcome"),
          render: (s) => (
            <Tag tone={tone(s.outcome)}>
              {s.outcome === "answered" || s.outcome === "refused" || s.outcome === "not-run" ? t(`plugins.outcomeOf.${s.outcome}`) : s.outcome}
            </Tag>
          ),
        },
        { key: "fuel", title: t("plugins.fuel"), align: "right", render: (s) => (s.fuel === null || s.fuel === undefined ? "" : `${format.count(s.fuel)} / ${format.count(limits.fuel_base_max)}`) },
        { key: "memory", title: t("plugins.memory"), align: "right", render: (s) => (s.memory_peak_bytes === null || s.memory_peak_bytes === undefined ? "" : `${format.bytes(s.memory_peak_bytes)} / ${format.bytes(limits.memory_bytes_max)}`) },
        { key: "detail", title: t("plugins.detail"), className: "wrap", render: (s) => <Told detail={s.detail ?? ""} /> },
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
  const { limits } = plugin.data;
  return (
    <Facts
      rows={[
        [t("plugins.limitMemory"), <span key="m" className="num">{format.bytes(limits.memory_bytes_max)}</span>],
        [t("plugins.limitFuel"), <span key="f" className="num">{format.count(limits.fuel_base_max)}</span>],
        [t("plugins.limitFuelItem"), <span key="i" className="num">{format.count(limits.fuel_per_item_max)}</span>],
        [t("plugins.limitTime"), <span key="t" className="num">{`${format.count(limits.time_ms_max)} ms`}</span>],
      ]}
    />
  );
}
