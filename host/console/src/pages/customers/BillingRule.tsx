import { Form, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got, tagged, type Schemas } from "@/api/client";
import { keyed } from "@/api/hooks";
import { ORDERS_BECOME, PERS, type OrdersBecome, type Per } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { FormDialogue } from "@/ui/FormDialogue";
import { Act, Facts, Panel, Tag } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";

const read = (id: string) => tagged(api.GET("/v1/customers/{id}/billing-rule", { params: { path: { id } } }));

interface Rule {
  per: Per;
  orders_become: OrdersBecome;
}

/** Of what a customer's invoices are made, and what becomes of imported orders: by a rule of the customer's own, or the company's. */
export function BillingRule({ customer }: { customer: Schemas["Customer"] }) {
  const { t } = useTranslation();
  const why = useWhyNot()("customers:enter");
  const [editing, setEditing] = useState(false);
  const found = useQuery({ queryKey: ["billing-rule", customer.id], queryFn: () => read(customer.id) });
  return (
    <Panel
      title={t("deliveries.rule")}
      extra={
        found.data !== undefined && (
          <Act size="small" why={why} onClick={() => setEditing(true)}>
            {t("common.edit")}
          </Act>
        )
      }
    >
      {found.isPending ? (
        <Loading rows={1} />
      ) : found.data === undefined ? (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <div className="stack tight">
          <Facts
            rows={[
              [t("deliveries.per"), t(`deliveries.perOf.${found.data.body.per}`)],
              [t("deliveries.ordersBecome"), t(`deliveries.ordersBecomeOf.${found.data.body.orders_become}`)],
            ]}
          />
          <div>
            <Tag>{found.data.body.own ? t("deliveries.ruleOwn") : t("deliveries.ruleCompany")}</Tag>
          </div>
        </div>
      )}
      {editing && found.data !== undefined && <Edit customer={customer} rule={found.data.body} etag={found.data.etag} onClose={() => setEditing(false)} />}
    </Panel>
  );
}

function Edit({ customer, rule, etag, onClose }: { customer: Schemas["Customer"]; rule: Rule; etag: string; onClose: () => void }) {
  const { t } = useTranslation();
  const named = (value: Per) => t(`deliveries.perOf.${value}`);
  const become = (value: OrdersBecome) => t(`deliveries.ordersBecomeOf.${value}`);
  return (
    <FormDialogue<Rule, unknown>
      title={t("deliveries.rule")}
      act={t("common.save")}
      text={t("deliveries.ruleText")}
      start={{ per: rule.per, orders_become: rule.orders_become }}
      send={(body, key, match) => got(api.PUT("/v1/customers/{id}/billing-rule", { params: { path: { id: customer.id }, header: { ...keyed(key), "If-Match": match } }, body }))}
      versions={{
        etag,
        read: async () => {
          const { body, etag: now } = await read(customer.id);
          return { body: { per: body.per, orders_become: body.orders_become }, etag: now };
        },
        sides: (mine, theirs) => [
          { key: "per", label: t("deliveries.per"), mine: named(mine.per), theirs: named(theirs.per) },
          { key: "orders_become", label: t("deliveries.ordersBecome"), mine: become(mine.orders_become), theirs: become(theirs.orders_become) },
        ],
      }}
      stale={[["billing-rule"]]}
      said={() => t("deliveries.ruleSaved")}
      onClose={onClose}
    >
      <Form.Item name="per" label={t("deliveries.per")}>
        <Select options={PERS.map((value) => ({ value, label: named(value) }))} />
      </Form.Item>
      <Form.Item name="orders_become" label={t("deliveries.ordersBecome")} extra={t("deliveries.ordersBecomeText")}>
        <Select options={ORDERS_BECOME.map((value) => ({ value, label: become(value) }))} />
      </Form.Item>
    </FormDialogue>
  );
}
