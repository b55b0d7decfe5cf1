import type { Schemas as S } from "./client";

/** Names that pages use for what the description has. */
export type Session = S["Session"];
export type SetupBody = S["SetupBody"];
export type CompanyBody = S["NewCompanyBody"];
export type User = S["User"];
export type PluginDetail = S["PluginDetail"];
export type Binding = S["Binding"];
export type Overview = S["Overview"];
export type Draft = S["Draft"];
export type DraftKind = S["DraftKindName"];
/** Those that the console has a form for: bills of exchange come through the API. */
export type FormKind = Exclude<DraftKind, `bill${string}`>;
export type DraftState = S["DraftStateName"];
export type Preview = S["PreviewView"];
export type ApprovalRule = S["ApprovalRuleBody"];
export type Candidate = S["Candidate"];
export type SettleBody = S["SettleBody"];
export type Attachment = S["Attachment"];
export type Proposal = S["Proposal"];
export type CloseItem = S["CloseItem"];
export type CloseFinding = S["CloseFinding"];

/** A body that the description calls an object. */
export type Body = Record<string, unknown>;
