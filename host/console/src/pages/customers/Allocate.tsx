import { Form, Select } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, got } from "@/api/client";
import { keyed, openItems, useWrite } from "@/api/hooks";
import type { FieldError } from "@/api/problem";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { filled } from "@/lib/filled";
import { AmountField, DayField } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { FormModal, showErrors } from "@/ui/forms";
import { useRules } from "@/ui/rules";
import { Loading, Nothing, ProblemNote } from "@/ui/states";

interface Fields {
  credit_item: string;
  debit_item: string;
  amount: string;
  effective_date: string;
  discount?: string;
}

/** A credit of hers pays a debit of hers: 核销. */
export function Allocate({ customer, onClose }: { customer: string; onClose: () => void }) {
  const { t } = useTranslation();
  const code = useCode();
  const format = useFormat();
  const whyNot = useWhyNot();
  const [form] = Form.useForm<Fields>();
  const [rest, setRest] = useState<FieldError[]>([]);
  const items = useQuery(openItems(customer));
  const write = useWrite({
    run: ({ discount, ...body }: Fields, key) => got(api.POST("/v1/allocations", { params: { header: keyed(key) }, body: filled(discount) === undefined ? body : { ...body, discount } })),
    stale: [["items"], ["balance"], ["open-items"], ["report"], ["documents"], ["allocations"]],
    onDone: onClose,
  });
  const options = (sign: 1 | -1) =>
    (items.data ?? [])
      .filter((i) => i.sign === sign)
      .map((i) => ({ value: i.id, label: `${i.number ?? ""} · ${code("documentKind", i.kind)} · ${format.amount(i.open.amount)} ${i.open.currency}` }));
  const credits = options(-1);
  const debits = options(1);
  const { must, amount, optional } = useRules();
  return (
    <FormModal
      form={form}
      title={t("customers.allocateTitle")}
      okText={t("allocate.submit")}
      okButtonProps={{ disabled: whyNot("allocations:enter") !== undefined || credits.length === 0 || debits.length === 0, loading: write.isPending }}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      {items.isPending ? (
        <Loading />
      ) : items.data === undefined ? (
        <ProblemNote error={items.error} onRetry={() => void items.refetch()} />
      ) : credits.length === 0 || debits.length === 0 ? (
        <Nothing title={t("allocate.nothing")} />
      ) : (
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={{ effective_date: format.today }}
          onFinish={(fields) => write.mutate(fields, { onError: (error) => setRest(showErrors(form, error)) })}
        >
          <Form.Item name="credit_item" label={t("allocate.credit")} rules={must}>
            <Select
              options={credits}
              onChange={(id: string) => {
                const item = items.data.find((i) => i.id === id);
                if (item !== undefined) form.setFieldValue("amount", item.open.amount);
              }}
            />
          </Form.Item>
          <Form.Item name="debit_item" label={t("allocate.debit")} rules={must}>
            <Select options={debits} />
          </Form.Item>
          <Form.Item name="amount" label={t("common.amount")} rules={[...must, ...amount]}>
            <AmountField />
          </Form.Item>
          <Form.Item name="effective_date" label={t("allocate.day")} rules={must}>
            <DayField allowClear={false} />
          </Form.Item>
          <Form.Item name="discount" label={optional(t("allocate.discount"))} extra={t("allocate.discountHint")} rules={amount}>
            <AmountField />
          </Form.Item>
          {whyNot("allocations:enter") !== undefined && <p className="small quiet">{whyNot("allocations:enter")}</p>}
          <ProblemNote error={write.error} rest={rest} />
        </Form>
      )}
    </FormModal>
  );
}
