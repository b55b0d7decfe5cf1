import { Progress } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { useCode } from "@/i18n/code";
import { useFormat } from "./format";
import { ProblemNote, Told } from "./states";

type Job = Schemas["Job"];
const OVER = new Set(["done", "failed", "cancelled"]);

/** Long work: its progress, and once it is over what came of it. */
export function JobProgress({ id, onOver }: { id: string; onOver?: (job: Job) => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const job = useQuery({
    queryKey: ["job", id],
    queryFn: () => got(api.GET("/v1/jobs/{id}", { params: { path: { id } } })),
    refetchInterval: (query) => (OVER.has(query.state.data?.status ?? "") ? false : 700),
  });
  const told = useRef(false);
  const over = OVER.has(job.data?.status ?? "");
  useEffect(() => {
    if (!over || told.current || job.data === undefined) return;
    told.current = true;
    onOver?.(job.data);
  }, [over, job.data, onOver]);
  if (job.data === undefined) return <ProblemNote error={job.error} />;
  const { done, total, status, error } = job.data;
  const percent = status === "done" ? 100 : total === 0 ? 0 : Math.floor((done * 100) / total);
  return (
    <div className="stack tight" role="status">
      <span>
        {code("jobKind", job.data.kind)} · {code("jobStatus", status)} · <span className="num">{`${format.count(done)} / ${format.count(total)}`}</span>
      </span>
      <Progress percent={percent} size="small" status={status === "failed" ? "exception" : status === "done" ? "success" : "active"} showInfo={false} aria-label={t("home.progress")} />
      {error !== null && error !== undefined && <span className="note bad"><Told detail={error} /></span>}
    </div>
  );
}
