import { Form, Radio } from "antd";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, got, type Schemas } from "@/api/client";
import { FED, keyed } from "@/api/hooks";
import { MEANS } from "@/api/shapes";
import { DayField } from "@/ui/fields";
import { useFormat } from "@/ui/format";
import { FormDialogue } from "@/ui/FormDialogue";
import { Day } from "@/ui/parts";
import { useRules } from "@/ui/rules";
import { isIssuable, lastIssue, type Issue as Told } from "./issued";

type Document = Schemas["Document"];

/** How it came to the customer, if anybody told; its events are all that is kept of that. */
export function useIssue(document: Document): Told | undefined {
  const found = useQuery({
    queryKey: ["events", "issued", document.id],
    queryFn: () => got(api.GET("/v1/events", { params: { query: { subject: document.id, limit: 200 } } })),
    enabled: isIssuable(document.kind),
    ...FED,
  });
  return lastIssue(found.data?.items ?? []);
}

/** The day, and how, where that was told. */
export function Issued({ of }: { of: Told }) {
  const { t } = useTranslation();
  return (
    <span>
      <Day value={of.date} />
      {of.means !== undefined && ` · ${t(`documents.meansOf.${of.means}`)}`}
    </span>
  );
}

/** 客户收到发票: what terms that count from it wait for. */
export function Received({ document, onClose }: { document: Document; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { must } = useRules();
  return (
    <FormDialogue<Schemas["ReceivedBody"], Schemas["DueDatesView"]>
      title={t("documents.receivedTitle", { number: document.number })}
      act={t("documents.received")}
      text={t("documents.receivedText")}
      start={{ date: format.today }}
      send={(body, key) => got(api.POST("/v1/invoices/{id}/received", { params: { path: { id: document.id }, header: keyed(key) }, body }))}
      stale={[["events"], ["document"], ["documents"], ["items"], ["open-items"], ["balance"], ["report"]]}
      said={({ number }) => t("documents.receivedNoted", { number })}
      onClose={onClose}
    >
      <Form.Item name="date" label={t("documents.receivedDay")} rules={must}>
        <DayField allowClear={false} />
      </Form.Item>
    </FormDialogue>
  );
}

/** 交付客户: from then on a credit note corrects it, and it is taken back no more. */
export function Issue({ document, onClose }: { document: Document; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { must } = useRules();
  return (
    <FormDialogue<Schemas["IssuedBody"], Schemas["MarkedIssuedView"]>
      title={t("documents.issueTitle", { number: document.number })}
      act={t("documents.issue")}
      text={t("documents.issueText")}
      start={{ date: format.today }}
      send={(body, key) => got(api.POST("/v1/documents/{id}/issued", { params: { path: { id: document.id }, header: keyed(key) }, body }))}
      stale={[["events"]]}
      said={({ number }) => t("documents.issueNoted", { number })}
      onClose={onClose}
    >
      <Form.Item name="date" label={t("documents.issueDay")} rules={must}>
        <DayField allowClear={false} />
      </Form.Item>
      <Form.Item name="means" label={t("documents.issueMeans")} rules={must}>
        <Radio.Group options={MEANS.map((value) => ({ value, label: t(`documents.meansOf.${value}`) }))} />
      </Form.Item>
    </FormDialogue>
  );
}
