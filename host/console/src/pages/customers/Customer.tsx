import { App, Button, Dropdown, Input, Modal } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { useAccountName } from "@/api/chart";
import { api, got, tagged, type Schemas } from "@/api/client";
import { keyed, useWrite } from "@/api/hooks";
import { NotFound } from "@/app/RouteFailure";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { Ages } from "@/ui/ages";
import { CustomerName } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { Act, Amount, Facts, Figure, Instant, Page, Panel, SubNav, Tag } from "@/ui/parts";
import { Loading, Nothing, ProblemNote } from "@/ui/states";
import { useTried } from "@/ui/tried";
import { shortAge, useAgeNames } from "./ages";
import { BillingRule } from "./BillingRule";
import { placeOf } from "./groups";
import { People } from "./People";
import { Documents, Items, Ledger, Statements } from "./tabs";
import { useTerms } from "./terms";
import { Timeline } from "./Timeline";

type CustomerRow = Schemas["Customer"];
const TABS = ["overview", "ledger", "items", "documents", "statements", "contacts", "timeline"];

export default function Customer() {
  const { id = "", tab = "overview" } = useParams();
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["customer", id, "tagged"], queryFn: () => tagged(api.GET("/v1/customers/{id}", { params: { path: { id } } })) });
  if (!TABS.includes(tab)) return <NotFound />;
  if (found.isPending) return <Loading />;
  if (found.data === undefined)
    return (
      <Page title={id} back={{ to: "/customers", label: t("customers.title") }}>
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      </Page>
    );
  return <Known customer={found.data.body} etag={found.data.etag} tab={tab} />;
}

function Known({ customer, etag, tab }: { customer: CustomerRow; etag: string; tab: string }) {
  const { t } = useTranslation();
  const go = useNavigate();
  const whyNot = useWhyNot();
  const base = `/customers/${customer.code}`;
  const enter = whyNot("customers:enter");
  const gone = customer.erased_at !== null && customer.erased_at !== undefined;
  return (
    <Page
      title={customer.name ?? t("common.erasedName")}
      sub={
        <span className="row">
          <span className="num">{customer.code}</span>
          {customer.archived_at !== null && customer.archived_at !== undefined && <Tag>{t("customers.archived")}</Tag>}
          {gone && <Tag tone="bad">{t("customers.erased")}</Tag>}
          {customer.parent !== null && customer.parent !== undefined && (
            <span>
              {t("customers.parent")}: <CustomerName id={customer.parent} />
            </span>
          )}
          {(customer.bank_detail_change ?? null) !== null && <Link to={`/bank/details?customer=${customer.code}`}>{t("bankDetails.waiting")}</Link>}
          {customer.merged_into !== null && customer.merged_into !== undefined && (
            <span>
              {t("customers.mergedInto")}: <CustomerName id={customer.merged_into} />
            </span>
          )}
        </span>
      }
      back={{ to: "/customers", label: t("customers.title") }}
      actions={
        <>
          <Act why={whyNot("money:enter")} onClick={() => void go(`/documents/new/receipt?customer=${customer.code}`)}>
            {t("customers.newReceipt")}
          </Act>
          <Act why={whyNot("documents:enter")} type="primary" onClick={() => void go(`/documents/new/invoice?customer=${customer.code}`)}>
            {t("customers.newInvoice")}
          </Act>
          {!gone && (
            <Act why={enter} onClick={() => void go(`${base}/edit`)}>
              {t("common.edit")}
            </Act>
          )}
          <More customer={customer} etag={etag} />
        </>
      }
    >
      <SubNav
        label={t("customers.title")}
        items={[
          { to: base, label: t("customers.overview"), end: true },
          { to: `${base}/ledger`, label: t("customers.ledger") },
          { to: `${base}/items`, label: t("customers.items") },
          { to: `${base}/documents`, label: t("customers.documents") },
          { to: `${base}/statements`, label: t("customers.statements") },
          { to: `${base}/contacts`, label: t("customers.contacts") },
          { to: `${base}/timeline`, label: t("customers.timeline") },
        ]}
      />
      <MergeWaits customer={customer} />
      {tab === "overview" && <Overview customer={customer} />}
      {tab === "ledger" && <Ledger customer={customer} />}
      {tab === "items" && <Items customer={customer} />}
      {tab === "documents" && <Documents customer={customer} />}
      {tab === "statements" && <Statements customer={customer} />}
      {tab === "contacts" && <Contacts customer={customer} />}
      {tab === "timeline" && <Timeline customer={customer} />}
    </Page>
  );
}

/** That somebody proposed to merge her, on either side: a second person decides. */
function MergeWaits({ customer }: { customer: CustomerRow }) {
  const { t } = useTranslation();
  const query = { customer: customer.code, state: "proposed" as const, limit: 1 };
  const found = useQuery({ queryKey: ["merges", query], queryFn: () => got(api.GET("/v1/customer-merges", { params: { query } })), staleTime: 60_000 });
  const merge = found.data?.items[0];
  if (merge === undefined) return null;
  return (
    <div className="note wait" role="status">
      <span className="row">
        <Link to={`/customers/merges/${merge.id}`}>{t("merges.waits")}</Link>
        <CustomerName id={merge.source} link={false} /> → <CustomerName id={merge.into} link={false} />
      </span>
    </div>
  );
}

/** Archive, merge and erasure: seldom, and asked about first. */
function More({ customer, etag }: { customer: CustomerRow; etag: string }) {
  const { t } = useTranslation();
  const tried = useTried();
  const go = useNavigate();
  const { modal, message } = App.useApp();
  const whyNot = useWhyNot();
  const [erasing, setErasing] = useState(false);
  const [typed, setTyped] = useState("");
  const archived = customer.archived_at !== null && customer.archived_at !== undefined;
  // Who is merged already is archived by that, and who is erased has nothing to take over.
  const merged = (customer.merged_into ?? customer.erased_at ?? null) !== null;
  const archive = useWrite({
    run: (_: null, key) => {
      const params = { path: { id: customer.id }, header: { ...keyed(key), "If-Match": etag } };
      return archived ? got(api.POST("/v1/customers/{id}/unarchive", { params })) : got(api.POST("/v1/customers/{id}/archive", { params }));
    },
    stale: [["customers"], ["customer"]],
  });
  const erase = useWrite({
    run: (_: null, key) => got(api.POST("/v1/customers/{id}/erase", { params: { path: { id: customer.id }, header: { ...keyed(key), "If-Match": etag } } })),
    stale: [["customers"], ["customer"]],
    onDone: () => {
      setErasing(false);
      void message.success(t("customers.erased"));
    },
  });
  const enter = whyNot("customers:enter");
  const mayErase = whyNot("customers:erase") === undefined && (customer.erased_at ?? null) === null;
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items: [
            { key: "archive", label: archived ? t("customers.unarchive") : t("customers.archive"), disabled: enter !== undefined, title: enter ?? "" },
            ...(merged ? [] : [{ key: "merge", label: t("merges.propose"), disabled: enter !== undefined, title: enter ?? "" }]),
            ...(mayErase ? [{ key: "erase", label: t("customers.erase"), danger: true }] : []),
          ],
          onClick: ({ key }) => {
            if (key === "erase") setErasing(true);
            else if (key === "merge") void go(`/customers/${customer.code}/merge`);
            else if (archived) tried(archive.mutateAsync(null));
            else void modal.confirm({ title: t("customers.archive"), content: t("customers.archiveText"), okText: t("customers.archive"), onOk: () => tried(archive.mutateAsync(null)) });
          },
        }}
      >
        <Button aria-label={t("common.actions")}>⋯</Button>
      </Dropdown>
      <Modal
        open={erasing}
        title={t("customers.erase")}
        okText={t("customers.erase")}
        okButtonProps={{ danger: true, disabled: typed !== customer.code, loading: erase.isPending }}
        onOk={() => erase.mutate(null)}
        onCancel={() => setErasing(false)}
      >
        <div className="stack">
          <p>{t("customers.eraseText")}</p>
          <Input aria-label={t("customers.code")} value={typed} onChange={(e) => setTyped(e.target.value)} />
          <ProblemNote error={erase.error} />
        </div>
      </Modal>
    </>
  );
}

function Overview({ customer }: { customer: CustomerRow }) {
  const { t } = useTranslation();
  const code = useCode();
  const terms = useTerms();
  const balance = useQuery({ queryKey: ["balance", customer.id], queryFn: () => got(api.GET("/v1/customers/{id}/balance", { params: { path: { id: customer.id } } })) });
  const ages = useAgeNames();
  const accountName = useAccountName();
  const format = useFormat();
  return (
    <div className="stack">
      {balance.isPending ? (
        <Loading rows={2} />
      ) : balance.data === undefined ? (
        <ProblemNote error={balance.error} onRetry={() => void balance.refetch()} />
      ) : balance.data.accounts.length === 0 ? (
        <Panel>
          <Nothing title={t("customers.noBalance")} />
        </Panel>
      ) : (
        balance.data.accounts.map((a) => (
          <div key={a.account + a.balance.currency} className="stack tight">
            <div className="figures">
              <Figure label={`${t("customers.balance")} · ${a.account} ${accountName(a.account)}`} value={<Amount value={a.balance} />} />
              <Figure label={t("customers.openItems")} value={<Amount value={a.open_items} />} to={`/customers/${customer.code}/items`} />
              <Figure label={t("customers.unapplied")} value={<Amount value={a.unapplied} />} />
            </div>
            <Panel title={`${t("ages.title")} · ${a.balance.currency}`}>
              <Ages labels={a.aging.map((bucket) => ages(bucket.key))} short={a.aging.map((bucket) => shortAge(bucket.key, ages(bucket.key)))} amounts={a.aging.map((bucket) => bucket.amount.amount)} currency={a.balance.currency} />
            </Panel>
          </div>
        ))
      )}
      <Panel title={t("customers.overview")}>
        <Facts
          three
          rows={[
            [t("customers.kind"), code("customerKind", customer.kind)],
            [t("common.currency"), customer.currency],
            [t("customers.terms"), terms(customer.terms)],
            [t("customers.style"), code("style", customer.statement_style)],
            [t("customers.taxpayer"), code("taxpayer", customer.taxpayer_status)],
            [t("customers.taxId"), customer.tax_id === null || customer.tax_id === undefined ? "" : `${customer.tax_id.id} (${customer.tax_id.scheme})`],
            [t("customers.taxIds"), customer.tax_ids.map((one) => `${one.id} (${one.scheme})`).join(t("common.listComma"))],
            [t("customers.group"), customer.group === null || customer.group === undefined ? "" : <Link key="group" to={placeOf(customer.group)}>{customer.group}</Link>],
            [t("customers.country"), [format.country(customer.country), customer.region ?? ""].filter((s) => s !== "").join(" · ")],
            [t("customers.externalId"), customer.external_id ?? ""],
            [t("admin.created"), <Instant key="at" value={customer.created_at} />],
          ]}
        />
      </Panel>
      <BillingRule customer={customer} />
    </div>
  );
}

function Contacts({ customer }: { customer: CustomerRow }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const enters = useWhyNot()("customers:enter") === undefined;
  const address = customer.address;
  const rows: [string, React.ReactNode][] = [
    [t("customers.email"), customer.email === null || customer.email === undefined ? "" : <a href={`mailto:${customer.email}`}>{customer.email}</a>],
    [t("customers.address"), address === null || address === undefined ? "" : [...address.lines, address.postal_code ?? "", address.city ?? "", format.country(address.country)].filter((s) => s !== "").join(t("common.listComma"))],
    ...customer.accounts.map((a, n): [string, React.ReactNode] => [`${t("customers.payerAccount")} ${n + 1}`, <span key={n} className="mono">{`${code("accountScheme", a.scheme)} ${a.account}`}</span>]),
  ];
  const some = rows.some(([, value]) => value !== "");
  return (
    <div className="stack">
      <People customer={customer} />
      <Panel title={t("customers.contacts")}>
        {some ? (
          <Facts rows={rows} />
        ) : (
          <Nothing title={t("customers.contactsNone")}>
            {enters && <Link to={`/customers/${customer.code}/edit`}>{t("common.edit")}</Link>}
          </Nothing>
        )}
      </Panel>
    </div>
  );
}
