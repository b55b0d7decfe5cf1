import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { api, got, type Schemas } from "@/api/client";
import { FED, useList } from "@/api/hooks";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { Person } from "@/ui/fields";
import { Act, Facts, Instant, Page, Panel, Tag, toneOf } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { DataTable } from "@/ui/table";
import { madeAt, mayBeUndone, rowsOf } from "./brought";
import { TakeBack } from "./TakeBack";

type Row = Schemas["ImportRowOut"];

export default function Import() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["imports", id], queryFn: () => got(api.GET("/v1/imports/{id}", { params: { path: { id } } })), ...FED });
  if (found.isPending) return <Loading />;
  if (found.data === undefined)
    return (
      <Page title={t("admin.imports")} back={{ to: "/admin/imports", label: t("admin.imports") }}>
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      </Page>
    );
  return <Known of={found.data} />;
}

function Known({ of }: { of: Schemas["Import"] }) {
  const { t } = useTranslation();
  const code = useCode();
  const [undoing, setUndoing] = useState(false);
  // the second person of an undoing need not be one who brings files in
  const why = useWhyNot()("documents:enter", "documents:approve");
  const undone = of.undone_at ?? null;
  return (
    <Page
      title={of.file_name ?? t("admin.imports")}
      sub={
        <span className="row">
          <Tag tone={toneOf(of.status)}>{code("importStatus", of.status)}</Tag>
          {code("importKind", of.kind)}
          {of.drafts && ` · ${t("admin.importDrafts")}`}
        </span>
      }
      back={{ to: "/admin/imports", label: t("admin.imports") }}
      actions={
        mayBeUndone(of) ? (
          <Act why={why} onClick={() => setUndoing(true)}>
            {t("admin.importUndo")}
          </Act>
        ) : undefined
      }
    >
      <Panel title={t("common.details")}>
        <div className="stack">
          <Facts
            rows={[
              [t("admin.importMode"), of.mode === "best-effort" ? t("admin.importModeOf.best-effort") : t("admin.importModeOf.all-or-nothing")],
              [t("admin.importCount"), <span key="n" className="num">{`${of.made} / ${of.already} / ${of.refused}`}</span>],
              [t("common.by"), <Person key="b" id={of.created_by} />],
              [t("common.at"), <Instant key="t" value={of.created_at} />],
              [t("admin.importUndoneBy"), undone === null ? "" : <Person key="u" id={of.undone_by} />],
              [t("admin.importUndoneAt"), undone === null ? "" : <Instant key="v" value={undone} />],
            ]}
          />
          {of.refused > 0 && (
            <p className="note">
              <span>
                {t("admin.importRefusedThen", { refused: of.refused })} <Link to="/admin/jobs">{t("admin.jobs")}</Link>
              </span>
            </p>
          )}
        </div>
      </Panel>
      <Rows id={of.id} />
      {undoing && <TakeBack id={of.id} onClose={() => setUndoing(false)} />}
    </Page>
  );
}

/** Which rows of the file became what. */
function Rows({ id }: { id: string }) {
  const { t } = useTranslation();
  const code = useCode();
  const list = useList(["imports", id, "rows"], (after) => got(api.GET("/v1/imports/{id}/rows", { params: { path: { id }, query: { limit: 100, after } } })), FED);
  return (
    <Panel flush title={t("admin.importRows")}>
      <DataTable
        label={t("admin.importRows")}
        query={list}
        rowKey={(row) => row.n}
        empty={t("admin.importRowsNone")}
        columns={[
          { key: "row", title: t("admin.importRow"), align: "right", render: (row) => rowsOf(row) },
          { key: "made", title: t("admin.importMadeOf"), render: (row) => <MadeOf row={row} /> },
          { key: "status", title: t("common.status"), render: (row) => <Tag tone={row.status === "in" ? "good" : "plain"}>{code("importRowStatus", row.status)}</Tag> },
        ]}
      />
    </Panel>
  );
}

function MadeOf({ row }: { row: Row }) {
  const { t } = useTranslation();
  const place = madeAt(row);
  if (place === null) return <span className="quiet">{t("admin.importMadeGone")}</span>;
  return (
    <Link className="num" to={place}>
      {row.label ?? t("admin.importMadeDraft")}
    </Link>
  );
}
