import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useParams } from "react-router";
import { api, got } from "@/api/client";
import type { Bill as Row } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { CustomerName, Hand } from "@/ui/fields";
import { Act, Amount, Day, Facts, Figure, Instant, Page, Panel, Tag } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { DataTable, given } from "@/ui/table";
import { ActDialogue } from "./ActDialogue";
import { BillState } from "./Bills";
import { actsOf, type BillActName } from "./body";

const ACTS = ["received", "endorsed", "discounted", "paid", "dishonoured", "undone"] as const;
const isAct = (act: string): act is (typeof ACTS)[number] => ACTS.some((known) => known === act);

export default function Bill() {
  const { id = "" } = useParams();
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["bill", id], queryFn: () => got(api.GET("/v1/bills/{id}", { params: { path: { id } } })) });
  if (found.isPending) return <Loading />;
  if (found.data === undefined)
    return (
      <Page title={t("bills.title")} back={{ to: "/bills", label: t("bills.title") }}>
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      </Page>
    );
  return <Known bill={found.data} />;
}

function Known({ bill }: { bill: Row }) {
  const { t } = useTranslation();
  const why = useWhyNot()("money:enter");
  const [doing, setDoing] = useState<BillActName | null>(null);
  return (
    <Page
      title={bill.number ?? t("common.erasedName")}
      sub={
        <span className="row">
          <BillState bill={bill} />
          {bill.recourse && <Tag tone="wait">{t("bills.recourse")}</Tag>}
          <CustomerName id={bill.customer} />
        </span>
      }
      back={{ to: "/bills", label: t("bills.title") }}
      actions={actsOf(bill.state, bill.recourse).map((act, n) => (
        <Act key={act} why={why} type={n === 0 ? "primary" : "default"} onClick={() => setDoing(act)}>
          {t(`bills.${act}`)}
        </Act>
      ))}
    >
      <div className="figures">
        <Figure label={t("bills.face")} value={<Amount value={bill.amount} />} />
        <Figure label={t("bills.maturity")} value={<Day value={bill.maturity} />} />
        <Figure label={t("bills.kind")} value={t(`bills.kindOf.${bill.kind}`)} under={t(`bills.mediumOf.${bill.medium}`)} />
      </div>
      <div className="grid wide-left">
        <Acts acts={bill.acts} />
        <Panel title={t("common.details")}>
          <Facts
            rows={[
              [t("bills.drawer"), bill.drawer ?? t("common.erasedName")],
              [t("bills.acceptor"), bill.acceptor ?? t("common.erasedName")],
              [t("bills.issueDate"), <Day key="i" value={bill.issue_date} />],
              [t("bills.receivedOn"), <Day key="r" value={bill.received_on} />],
              [t("common.number"), <Link key="d" to={`/documents/${bill.document}`}>{bill.document_number}</Link>],
            ]}
          />
        </Panel>
      </div>
      {doing !== null && <ActDialogue act={doing} bill={bill} onClose={() => setDoing(null)} />}
    </Page>
  );
}

function Acts({ acts }: { acts: Row["acts"] }) {
  const { t } = useTranslation();
  return (
    <Panel flush title={t("bills.acts")} extra={<span className="small quiet">{t("bills.undoHint")}</span>}>
      <DataTable
        label={t("bills.acts")}
        query={given(acts)}
        rowKey={(a) => a.n}
        empty=""
        columns={[
          { key: "n", title: "#", render: (a) => a.n },
          {
            key: "act",
            title: t("bills.state"),
            className: "wrap",
            render: (a) => (
              <span>
                {isAct(a.act) ? t(`bills.actOf.${a.act}`) : a.act}
                {a.undoes !== null && a.undoes !== undefined && <span className="quiet small"> {t("bills.undoes", { n: a.undoes })}</span>}
                {a.recourse && <span className="quiet small"> · {t("bills.recourse")}</span>}
              </span>
            ),
          },
          { key: "day", title: t("bills.day"), render: (a) => <Day value={a.effective_date} /> },
          { key: "document", title: t("common.number"), render: (a) => <Link to={`/documents/${a.document}`}>{a.number}</Link> },
          { key: "prepared", title: t("documents.preparedBy"), render: (a) => <Hand of={a.prepared_by} /> },
          { key: "approved", title: t("documents.approvedBy"), render: (a) => <Hand of={a.approved_by} /> },
          { key: "at", title: t("common.at"), render: (a) => <Instant value={a.at} /> },
        ]}
      />
    </Panel>
  );
}
