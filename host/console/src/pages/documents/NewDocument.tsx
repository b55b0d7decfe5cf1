import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { useWhyNot } from "@/app/session";
import { useCode } from "@/i18n/code";
import { Act } from "@/ui/parts";

export const DRAFT_KINDS = ["invoice", "credit-note", "debit-note", "late-fee", "receipt", "write-off", "refund", "adjustment", "opening"] as const;

/** Bills of exchange and reversals are drafts too, and have rules of approval. */
export const ALL_DRAFT_KINDS = [...DRAFT_KINDS, "bill", "bill-endorsement", "bill-discount", "bill-payment", "bill-dishonour", "reversal"] as const;

/** What a draft is to who asks whether she may: a cashier brings money in, and nothing else. */
export const noun = (kind: string) => (kind === "receipt" || kind === "refund" || kind.startsWith("bill") ? "money" : "documents");

export function NewDocument() {
  const { t } = useTranslation();
  const code = useCode();
  const go = useNavigate();
  const whyNot = useWhyNot();
  const why = whyNot("documents:enter", "money:enter");
  if (why !== undefined) return <Act why={why}>{t("documents.new")}</Act>;
  return (
    <Dropdown
      trigger={["click"]}
      menu={{ items: DRAFT_KINDS.filter((kind) => whyNot(`${noun(kind)}:enter`) === undefined).map((kind) => ({ key: kind, label: code("documentKind", kind) })), onClick: ({ key }) => void go(`/documents/new/${key}`) }}
    >
      <Button type="primary">{t("documents.new")} ▾</Button>
    </Dropdown>
  );
}
