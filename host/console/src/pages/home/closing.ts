import { api, got, json, type Schemas } from "@/api/client";
import { FED } from "@/api/hooks";

/** What the tiles of the close look at, asked for again every `poll`, as the page's other figures are. */
export function closing(period: string, poll: number | false) {
  const fed = { ...FED, refetchInterval: poll };
  return {
    checklist: { queryKey: ["close", period], queryFn: () => got(api.GET("/v1/closes/{period}", { params: { path: { period } } })), retry: false, ...fed },
    tie: { queryKey: ["report", "tie-out"], queryFn: () => json<Schemas["TieOutView"]>(api.GET("/v1/reports/tie-out")), ...fed },
    unapplied: { queryKey: ["report", "unapplied"], queryFn: () => json<Schemas["UnappliedReportView"]>(api.GET("/v1/reports/unapplied")), ...fed },
    locks: { queryKey: ["locks"], queryFn: () => got(api.GET("/v1/period-locks")), ...fed },
  };
}
