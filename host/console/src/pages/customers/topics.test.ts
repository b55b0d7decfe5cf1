import { expect, it } from "vitest";
import { words } from "@/i18n/words";
import { TOPICS, kindsOf, topics } from "./topics";

/** Families of events that are about the company, and never about a customer. */
const OF_THE_COMPANY =
  "advance-settings approval-rules attachment bank bank-account bank-file bank-move books chart close close-item company delivery-settings fx-rate import item number period period-unlock plugin reconciliation regrouping revaluation role-limit series session statement-run token user vouchers".split(" ");

it("every kind of event of a customer has one topic", () => {
  const families = [...new Set(Object.keys(words.codes.event).map((kind) => kind.split(".")[0] ?? ""))].sort();
  const listed = [...Object.values(TOPICS).flat(), ...OF_THE_COMPANY].sort();
  expect(listed).toEqual(families);
});

it("a topic is asked for by its kinds, and what is none by nothing", () => {
  expect(kindsOf("disputes")).toBe("dispute.opened,dispute.resolved");
  expect(kindsOf("clearing")?.split(",")).toContain("allocation.undone");
  expect(kindsOf(undefined)).toBeUndefined();
  expect(kindsOf("toString")).toBeUndefined();
  expect(topics.every((topic) => (kindsOf(topic) ?? "") !== "")).toBe(true);
});
