import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api, download, got, type Schemas } from "@/api/client";
import { useList } from "@/api/hooks";
import { useCode } from "@/i18n/code";
import { Downloads, OF_LISTS } from "@/ui/downloads";
import { Person } from "@/ui/fields";
import { CodeFilter, DayFilter, Filters } from "@/ui/filterFields";
import { useFilters } from "@/ui/filters";
import { Named } from "@/ui/named";
import { Amount, Instant, Panel } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { useTried } from "@/ui/tried";
import { kindsOf, topics, type Topic } from "./topics";

/** What happened with her, the newest first: what, when, by whom, of which document. */
export function Timeline({ customer }: { customer: Schemas["Customer"] }) {
  const { t } = useTranslation();
  const tried = useTried();
  const { values, set, reset, used } = useFilters(["from", "to", "topic"]);
  const query = { from: values.from, to: values.to, kind: kindsOf(values.topic) };
  const list = useList(["events", "timeline", customer.id, query], (after) =>
    got(api.GET("/v1/customers/{id}/timeline", { params: { path: { id: customer.id }, query: { limit: 100, ...query, after } } })),
  );
  const whole = (format: "csv" | "xlsx") => {
    const asked = Object.entries({ format, ...query }).filter((pair): pair is [string, string] => pair[1] !== undefined);
    tried(download(`/v1/customers/${customer.id}/timeline?${new URLSearchParams(asked).toString()}`, `timeline.${format}`));
  };
  return (
    <Panel
      title={t("customers.timeline")}
      extra={<Downloads kinds={OF_LISTS} small onDownload={whole} />}
    >
      <Filters onReset={used ? reset : undefined}>
        <CodeFilter label={t("common.kind")} codes={topics} word={(topic) => t(`topics.${topic as Topic}`)} width={180} value={values.topic} onChange={(v) => set("topic", v)} />
        <DayFilter label={t("common.from")} value={values.from} onChange={(v) => set("from", v)} />
        <DayFilter label={t("common.to")} value={values.to} onChange={(v) => set("to", v)} />
      </Filters>
      {list.data === undefined ? (
        list.error === null ? <Loading /> : <ProblemNote error={list.error} onRetry={() => void list.refetch()} />
      ) : list.data.length === 0 ? (
        <Nothing title={t(used ? "admin.eventsNoneThen" : "customers.timelineNone")} />
      ) : (
        <ol className="timeline">
          {list.data.map((event) => (
            <Happening key={event.id} event={event} of={customer.id} />
          ))}
        </ol>
      )}
      <ProblemNote error={list.moreError} />
      {list.hasMore && (
        <Button size="small" loading={list.isFetchingMore} onClick={() => void list.fetchMore()}>
          {t("common.more")}
        </Button>
      )}
    </Panel>
  );
}

function Happening({ event, of }: { event: Schemas["LoggedEvent"]; of: string }) {
  const code = useCode();
  return (
    <li>
      <span className="quiet">
        <Instant value={event.at} />
      </span>
      <span className="row between">
        <span>
          <span className="strong" title={event.kind}>
            {code("event", event.kind)}
          </span>{" "}
          <Named about={event.about} but={of} />{" "}
          <span className="quiet">
            <Person id={event.person} />
          </span>
        </span>
        <Amount value={event.amount} />
      </span>
    </li>
  );
}
