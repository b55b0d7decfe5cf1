import type { Schemas } from "@/api/client";

type Of = Pick<Schemas["Document"], "kind" | "original">;

/** What takes another document back has it as its original. */
export const takesBack = ({ kind, original }: Of): boolean => kind === "adjustment" && original !== null && original !== undefined;

/** What a document is called: one that takes another back is no adjustment to people. */
export const shownKind = (of: Of): string => (takesBack(of) ? "reversal" : of.kind);
