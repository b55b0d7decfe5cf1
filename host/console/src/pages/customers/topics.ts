import { words } from "@/i18n/words";

/** What a customer's time line is narrowed by: families of events, as `invoice` of `invoice.posted`. */
export const TOPICS = {
  documents: ["invoice", "credit-note", "debit-note", "opening", "document", "adjustment", "write-off", "late-fee", "draft", "exception"],
  money: ["receipt", "refund", "advance", "bill", "proposal", "withholding"],
  clearing: ["allocation", "discount", "difference", "transfer", "suspense"],
  deliveries: ["delivery", "tax-invoice"],
  statements: ["statement"],
  disputes: ["dispute"],
  people: ["contact", "bank-details"],
  terms: ["customer", "tolerance", "billing-rule", "merge"],
} as const;

export type Topic = keyof typeof TOPICS;

export const topics = Object.keys(TOPICS) as Topic[];

/** The kinds of events of a topic, as a list is asked for them; of what is no topic, all. */
export function kindsOf(topic: string | undefined): string | undefined {
  const families: readonly string[] | undefined = topics.includes(topic as Topic) ? TOPICS[topic as Topic] : undefined;
  if (families === undefined) return undefined;
  return Object.keys(words.codes.event)
    .filter((kind) => families.includes(kind.split(".")[0] ?? ""))
    .join(",");
}
