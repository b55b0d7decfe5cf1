import { App, Form, Radio, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { api, got, tagged } from "@/api/client";
import { HELD, keyed, useWrite } from "@/api/hooks";
import { isRefusal, type FieldError } from "@/api/problem";
import { ACCOUNTINGS, ORDERS_BECOME, PERS, type DeliverySettings } from "@/api/shapes";
import { useWhyNot } from "@/app/session";
import { clearErrors, Conflict, showErrors, UnsavedGuard } from "@/ui/forms";
import { Act, Panel } from "@/ui/parts";
import { Loading, ProblemNote } from "@/ui/states";
import { Advances } from "./Advances";
import { AdminPage } from "./nav";

const read = async () => {
  const { body, etag } = await tagged(api.GET("/v1/delivery-settings"));
  const settings: DeliverySettings = { orders_become: "delivery", ...body };
  return { body: settings, etag };
};

/** How what was delivered is accounted for, and of what invoices are made. */
export default function Billing() {
  const { t } = useTranslation();
  const found = useQuery({ queryKey: ["delivery-settings", "edit"], queryFn: read, ...HELD });
  return (
    <AdminPage>
      {found.isPending ? (
        <Loading />
      ) : found.data === undefined ? (
        <ProblemNote error={found.error} onRetry={() => void found.refetch()} />
      ) : (
        <Editor start={found.data.body} etag={found.data.etag} />
      )}
      <Advances />
      <Panel title={t("deliveries.importsTitle")}>
        <p>
          {t("deliveries.importsText")} <Link to="/admin/imports?kind=deliveries">{t("deliveries.imports")}</Link> · <Link to="/admin/imports?kind=orders">{t("deliveries.importOrders")}</Link> · <Link to="/deliveries/unbilled">{t("deliveries.unbilled")}</Link>
        </p>
      </Panel>
    </AdminPage>
  );
}

function Editor({ start, etag }: { start: DeliverySettings; etag: string }) {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const why = useWhyNot()("settings:configure");
  const [form] = Form.useForm<DeliverySettings>();
  const [match, setMatch] = useState(etag);
  const [dirty, setDirty] = useState(false);
  const [rest, setRest] = useState<FieldError[]>([]);
  const [theirs, setTheirs] = useState<Awaited<ReturnType<typeof read>> | null>(null);
  const write = useWrite({
    run: async ({ body, at }: { body: DeliverySettings; at: string }, key) => {
      await got(api.PUT("/v1/delivery-settings", { params: { header: { ...keyed(key), "If-Match": at } }, body }));
      return (await read()).etag;
    },
    stale: [["delivery-settings"], ["billing-rule"]],
    onDone: (now) => {
      setDirty(false);
      setMatch(now);
      void message.success(t("deliveries.settingsSaved"));
    },
  });
  const send = (body: DeliverySettings, at: string) =>
    write.mutate(
      { body, at },
      {
        onError: (error) => {
          if (isRefusal(error, "precondition-failed")) void read().then(setTheirs);
          else setRest(showErrors(form, error));
        },
      },
    );
  const accounting = (value: DeliverySettings["delivery_accounting"]) => t(`deliveries.accountingOf.${value}`);
  const per = (value: DeliverySettings["invoice_per"]) => t(`deliveries.perOf.${value}`);
  const become = (value: DeliverySettings["orders_become"]) => t(`deliveries.ordersBecomeOf.${value}`);
  const mine = () => form.getFieldsValue(true) as DeliverySettings;
  return (
    <Panel title={t("deliveries.settings")}>
      <UnsavedGuard dirty={dirty} />
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={start}
        disabled={why !== undefined}
        onValuesChange={(changed) => {
          clearErrors(form, changed);
          setDirty(true);
        }}
        onFinish={() => send(mine(), match)}
      >
        <Form.Item name="delivery_accounting" label={t("deliveries.accounting")} extra={t("deliveries.settingsLater")}>
          <Radio.Group className="stack tight">
            {ACCOUNTINGS.map((value) => (
              <Radio key={value} value={value}>
                {accounting(value)} <span className="small quiet">{t(`deliveries.accountingText.${value}`)}</span>
              </Radio>
            ))}
          </Radio.Group>
        </Form.Item>
        <Form.Item name="invoice_per" label={t("deliveries.per")} extra={t("deliveries.ruleElsewhere")} style={{ maxWidth: 480 }}>
          <Select options={PERS.map((value) => ({ value, label: per(value) }))} />
        </Form.Item>
        <Form.Item name="orders_become" label={t("deliveries.ordersBecome")} extra={t("deliveries.ordersBecomeText")} style={{ maxWidth: 480 }}>
          <Select options={ORDERS_BECOME.map((value) => ({ value, label: become(value) }))} />
        </Form.Item>
        {theirs === null && <ProblemNote error={write.error} rest={rest} />}
        <Act why={why} type="primary" htmlType="submit" loading={write.isPending}>
          {t("common.save")}
        </Act>
      </Form>
      {theirs !== null && (
        <Conflict
          sides={[
            { key: "delivery_accounting", label: t("deliveries.accounting"), mine: accounting(mine().delivery_accounting), theirs: accounting(theirs.body.delivery_accounting) },
            { key: "invoice_per", label: t("deliveries.per"), mine: per(mine().invoice_per), theirs: per(theirs.body.invoice_per) },
            { key: "orders_become", label: t("deliveries.ordersBecome"), mine: become(mine().orders_become), theirs: become(theirs.body.orders_become) },
          ].filter((side) => side.mine !== side.theirs)}
          onCancel={() => setTheirs(null)}
          onChoose={(choice) => {
            const held = mine();
            const body: DeliverySettings = {
              delivery_accounting: choice["delivery_accounting"] === "theirs" ? theirs.body.delivery_accounting : held.delivery_accounting,
              invoice_per: choice["invoice_per"] === "theirs" ? theirs.body.invoice_per : held.invoice_per,
              orders_become: choice["orders_become"] === "theirs" ? theirs.body.orders_become : held.orders_become,
            };
            form.setFieldsValue(body);
            setTheirs(null);
            send(body, theirs.etag);
          }}
        />
      )}
    </Panel>
  );
}
