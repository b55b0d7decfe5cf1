import type { components } from "./schema";

/**
 * Routes whose description is not in the snapshot yet, by hand from their authors' notes. Each leaves this file when
 * `tests/fixtures/openapi.json` has it; the file goes with the last of them.
 */

type S = components["schemas"];

interface Answers<T, Status extends number> {
  responses: Record<Status, { headers: Record<string, string>; content: { "application/json": T } }> & {
    default: { headers: Record<string, string>; content: { "application/problem+json": S["Problem"] } };
  };
}
interface Ask<Path, Query, Header> {
  parameters: { path: Path; query?: Query; header: Header; cookie?: never };
}
interface AskQuery<Query> {
  parameters: { path?: never; query?: Query; header?: never; cookie?: never };
  requestBody?: never;
}
interface AskPath<Path> {
  parameters: { path: Path; query?: never; header?: never; cookie?: never };
  requestBody?: never;
}
interface Sends<B> {
  requestBody: { content: { "application/json": B } };
}
interface Key {
  "Idempotency-Key": string;
}
interface KeyMatch extends Key {
  "If-Match"?: string;
}
interface KeyMustMatch extends Key {
  "If-Match": string;
}
interface Dry {
  dry_run?: boolean;
}
type None = Record<never, never>;
interface NoKey {
  parameters: { path?: never; query?: never; header?: never; cookie?: never };
}
interface KeyOnly {
  parameters: { path?: never; query?: Dry; header: Key; cookie?: never };
}
type List<T> = { items: T[] };

export interface Session {
  person: { id: string; login: string; name: string; roles: string[]; permissions: string[] };
  company: { id: string; code: string; name: string; base_currency: string; locale: string; time_zone: string; today: string };
  companies: { code: string; name: string; current: boolean }[];
  csrf_token: string;
  must_change_password: boolean;
  expires_at: string;
  idle_minutes: number;
}

export interface CompanyBody {
  code: string;
  name: string;
  country: string;
  jurisdiction?: string;
  base_currency: string;
  time_zone: string;
  locale?: string;
  taxpayer_status?: string;
  tax_id?: { scheme: string; id: string };
  address?: { lines: string[]; city?: string; postal_code?: string; country: string };
  retention_years?: number;
}

export interface SetupBody {
  code: string;
  company: CompanyBody;
  administrator: { login: string; name: string; password: string };
  bank_account?: { number: string; scheme: string; bank: string; bic?: string; holder: string; currency: string };
  plugins?: boolean;
  sample?: boolean;
}

export interface User {
  id: string;
  login: string;
  name: string;
  roles: string[];
  active: boolean;
  has_password: boolean;
  must_change_password: boolean;
  created_at: string;
}

export interface Role {
  name: string;
  permissions: { name: string; deed: string }[];
}

export interface Token {
  id: string;
  user: string;
  login: string;
  label: string;
  created_at: string;
  expires_at: string | null;
  revoked_at: string | null;
}

export interface Conformance {
  step: string;
  outcome: string;
  detail: string | null;
  fuel: number | null;
  memory_peak_bytes: number | null;
}

export interface PluginDetail {
  admitted_at: string;
  builtin: boolean;
  config_schema?: unknown;
  digest: string;
  name: string;
  summary: string;
  version: string;
  world: string;
  size: number;
  admitted_by: string;
  lookups: { name: string; key_columns: string[] }[];
  conformance: Conformance[] | null;
  limits: { memory_bytes_max: number; fuel_base_max: number; fuel_per_item_max: number; time_ms_max: number };
}

export type BindingStatus = "pending" | "active" | "withdrawn";

export interface Binding {
  id: string;
  slot: string;
  digest: string;
  config: Record<string, unknown>;
  config_digest: string;
  valid_from: string;
  status: BindingStatus;
  created_by: string;
  created_at: string;
  decided_by: string | null;
  decided_at: string | null;
}

export interface Overview {
  waiting: { proposals: number; statements: number; bank_lines: number; failed_jobs: number; pending_bindings: number };
  /** Absent where the ledger does not tie out. */
  receivables: { report: S["ReportHeadView"]; edges: number[]; totals: S["AgingTotalView"][] } | null;
  runs: { id: string; cut_off: string; status: string; made: number; failed: number; created_by: string; created_at: string }[];
  jobs: S["Job"][];
}

export type DraftKind = "invoice" | "credit-note" | "late-fee" | "receipt" | "write-off" | "refund" | "adjustment";
export type DraftState = "draft" | "submitted" | "approved" | "posted" | "rejected";

export interface Approvals {
  needed: number;
  given: number;
  role: string | null;
  posts: boolean;
}

export interface DraftAct {
  act: string;
  by: string;
  at: string;
  reason: string | null;
  exception: boolean;
}

export interface Draft {
  id: string;
  kind: DraftKind;
  state: DraftState;
  version: number;
  customer: string | null;
  customer_code: string | null;
  amount: S["Money"] | null;
  effective_date: string | null;
  body?: Record<string, unknown> | null;
  prepared_by: string;
  submitted_by: string | null;
  decided_by: string | null;
  reason: string | null;
  approvals: Approvals;
  document: string | null;
  number: string | null;
  acts?: DraftAct[];
  created_at: string;
  updated_at: string;
}

export interface Posting {
  account: string;
  customer: string | null;
  amount: S["Money"];
  base: S["Money"];
  tax_code: string | null;
}

export interface Preview {
  document: {
    kind: string;
    net: S["Money"];
    tax: S["Money"];
    gross: S["Money"];
    document_date: string;
    effective_date: string;
    due_date: string | null;
  };
  lines: S["InvoiceLine"][];
  taxes: S["TaxLine"][];
  warnings: S["PluginWarning"][];
  required_texts: S["RequiredText"][];
  explanations: S["Explanation"][];
  postings: Posting[];
  approvals: Approvals;
}

export interface ApprovalRule {
  kind: DraftKind;
  currency: string | null;
  from: string;
  approvals: number;
  role: string | null;
  post_on_approval: boolean;
  builtin?: boolean;
}

export interface Candidate {
  item: S["CurrentItem"];
  customer_code: string;
  customer_name: string | null;
  score: number;
  reasons: string[];
}

export interface SettleBody {
  customer?: string;
  allocations: { item: string; amount: string }[];
  on_account?: string;
  differences?: { kind: string; amount: string; item?: string }[];
  effective_date?: string;
}

/** Of the snapshot's, with who made it; of what a person settled by hand there is no call. */
export type Proposal = Omit<S["Proposal"], "invocation"> & { invocation?: string | null; created_by?: string | null };

export interface Attachment {
  id: string;
  document: string | null;
  draft: string | null;
  file_name: string | null;
  media_type: string;
  size: number;
  digest: string;
  created_by: string;
  created_at: string;
}

export interface CloseFinding {
  code: string;
  holds: boolean;
  figures: Record<string, unknown>;
}

export interface CloseActor {
  id: string;
  login: string | null;
}

export interface CloseItem {
  item: string;
  owner: CloseActor | null;
  due_date: string;
  mandatory: boolean;
  state: string;
  stale: boolean | null;
  signed_by: CloseActor | null;
  signed_at: string | null;
  evidence: CloseFinding | null;
  known_at: number | null;
  finding: CloseFinding | null;
  history: { act: string; by: CloseActor; at: string; words: string | null }[];
}

export interface Close {
  period: string;
  last_day: string;
  opened_by: string;
  opened_at: string;
  items: CloseItem[];
}

interface Exceptional {
  exception?: { reason: string };
}
type Page<T> = { items: T[]; next?: string | null };
type OfId = { id: string };
interface Paging {
  after?: string;
  limit?: number;
}
type Act<B, T> = Ask<OfId, Dry, KeyMatch> & { requestBody?: { content: { "application/json": B } } } & Answers<T, 200>;

export interface PendingPaths {
  "/v1/session": {
    get: NoKey & Answers<Session, 200>;
    post: NoKey & Sends<{ company?: string; login: string; password: string }> & Answers<Session, 200>;
    delete: NoKey & { responses: { 204: { headers: Record<string, string>; content?: never } } };
  };
  "/v1/session/password": { post: NoKey & Sends<{ old: string; new: string }> & Answers<Session, 200> };
  "/v1/session/company": { post: NoKey & Sends<{ company: string }> & Answers<Session, 200> };
  "/v1/setup": {
    get: NoKey & Answers<{ open: boolean }, 200>;
    post: NoKey & Sends<SetupBody> & Answers<{ session: Session; job: string | null }, 201>;
  };
  "/v1/companies": { post: KeyOnly & Sends<CompanyBody> & Answers<{ id: string; code: string }, 201> };
  "/v1/users": {
    get: AskQuery<None> & Answers<List<User>, 200>;
    post: KeyOnly & Sends<{ login: string; name: string; roles: string[]; password?: string }> & Answers<User, 201>;
  };
  "/v1/users/{id}": {
    get: AskPath<{ id: string }> & Answers<User, 200>;
    put: Ask<{ id: string }, Dry, KeyMustMatch> & Sends<{ name: string; roles: string[]; active: boolean }> & Answers<User, 200>;
  };
  "/v1/users/{id}/password": { post: Ask<{ id: string }, None, KeyMatch> & Sends<{ password: string }> & Answers<User, 200> };
  "/v1/roles": { get: AskQuery<None> & Answers<List<Role>, 200> };
  "/v1/tokens": {
    get: AskQuery<{ user?: string }> & Answers<List<Token>, 200>;
    post: KeyOnly &
      Sends<{ user: string; label: string; expires_in_days?: number }> &
      Answers<{ id: string; secret: string; expires_at: string | null }, 201>;
  };
  "/v1/tokens/{id}/revoke": { post: Ask<{ id: string }, Dry, KeyMatch> & Answers<Token, 200> };
  "/v1/plugins/{digest}": { get: AskPath<{ digest: string }> & Answers<PluginDetail, 200> };
  "/v1/plugins/{digest}/validate-config": {
    post: Ask<{ digest: string }, None, Key> &
      Sends<{ config: unknown }> &
      Answers<{ accepted: boolean; problems: { pointer: string; message: string }[] }, 200>;
  };
  "/v1/bindings": {
    get: AskQuery<{ status?: BindingStatus; slot?: string; digest?: string; on?: string }> & Answers<List<Binding>, 200>;
    post: KeyOnly &
      Sends<{ slot: string; digest?: string; name?: string; config?: unknown; valid_from: string }> &
      Answers<{ id: string; digest: string; status: string }, 201>;
  };
  "/v1/bindings/{id}": { get: AskPath<{ id: string }> & Answers<Binding, 200> };
  "/v1/bindings/{id}/activate": { post: Ask<{ id: string }, Dry, KeyMatch> & Answers<Binding, 200> };
  "/v1/bindings/{id}/withdraw": { post: Ask<{ id: string }, Dry, KeyMatch> & Answers<Binding, 200> };
  "/v1/overview": { get: AskQuery<None> & Answers<Overview, 200> };
  "/v1/drafts": {
    get: AskQuery<Paging & { state?: DraftState; kind?: DraftKind; customer?: string }> & Answers<Page<Draft>, 200>;
    post: KeyOnly & Sends<{ kind: DraftKind; body: Record<string, unknown> }> & Answers<Draft, 201>;
  };
  "/v1/drafts/preview": {
    post: NoKey & Sends<{ kind: DraftKind; body: Record<string, unknown> }> & Answers<Preview, 200>;
  };
  "/v1/drafts/{id}": {
    get: AskPath<OfId> & Answers<Draft, 200>;
    put: Ask<OfId, Dry, KeyMustMatch> & Sends<{ body: Record<string, unknown> }> & Answers<Draft, 200>;
    delete: Ask<OfId, None, KeyMatch> & { requestBody?: never } & Answers<Draft, 200>;
  };
  "/v1/drafts/{id}/preview": { post: AskPath<OfId> & Answers<Preview, 200> };
  "/v1/drafts/{id}/submit": { post: Act<never, Draft> };
  "/v1/drafts/{id}/approve": { post: Act<Exceptional, Draft> };
  "/v1/drafts/{id}/reject": { post: Act<{ reason: string }, Draft> };
  "/v1/drafts/{id}/post": { post: Act<never, Draft> };
  "/v1/approval-rules": {
    get: AskQuery<None> & Answers<{ rules: ApprovalRule[] }, 200>;
    put: { parameters: { path?: never; query?: Dry; header: KeyMatch } } & Sends<{ rules: ApprovalRule[] }> &
      Answers<{ rules: ApprovalRule[] }, 200>;
  };
  "/v1/documents/{id}/reverse": {
    post: Ask<OfId, Dry, Key> & Sends<{ date?: string; reason: string }> & Answers<{ document: string; number: string; entry: string }, 201>;
  };
  "/v1/proposals": {
    get: AskQuery<Paging & { status?: S["ProposalStatusName"]; customer?: string; confidence?: S["ConfidenceName"] }> & Answers<Page<Proposal>, 200>;
  };
  "/v1/bank-lines/{id}": {
    get: AskPath<OfId> &
      Answers<{ line: S["BankLine"]; proposals: Proposal[]; documents: string[]; candidates: Candidate[] }, 200>;
  };
  "/v1/bank-lines/{id}/candidates": {
    get: {
      parameters: {
        path: OfId;
        query?: Paging & { customer?: string; name?: string; reference?: string; amount_from?: string; amount_to?: string };
        header?: never;
      };
    } & Answers<Page<Candidate>, 200>;
  };
  "/v1/bank-lines/{id}/settle": {
    post: Ask<OfId, Dry, Key> & Sends<SettleBody> & Answers<{ proposal: Proposal; approved: S["ApprovedView"] | null }, 201>;
  };
  "/v1/proposals/{id}/approve": { post: Act<Exceptional & { effective_date?: string }, S["ApprovedView"]> };
  "/v1/proposals/{id}/undo": {
    post: Act<{ date?: string; reason?: string }, { proposal: Proposal; documents: string[]; lines: string[] }>;
  };
  "/v1/closes": {
    get: AskQuery<Paging> & Answers<Page<Close>, 200>;
    post: KeyOnly & Sends<{ period: string }> & Answers<Close, 201>;
  };
  "/v1/closes/{period}": { get: AskPath<{ period: string }> & Answers<Close, 200> };
  "/v1/closes/{period}/items/{item}": {
    get: AskPath<{ period: string; item: string }> & Answers<CloseItem, 200>;
    put: Ask<{ period: string; item: string }, Dry, KeyMustMatch> &
      Sends<{ owner?: string; due_date: string; mandatory: boolean }> &
      Answers<CloseItem, 200>;
  };
  "/v1/closes/{period}/items/{item}/sign": {
    post: Ask<{ period: string; item: string }, Dry, KeyMatch> & Sends<{ note?: string; waive?: string }> & Answers<CloseItem, 200>;
  };
  "/v1/closes/{period}/items/{item}/reopen": {
    post: Ask<{ period: string; item: string }, Dry, KeyMatch> & Sends<{ reason: string }> & Answers<CloseItem, 200>;
  };
  "/v1/attachments": { get: AskQuery<{ document?: string; draft?: string }> & Answers<List<Attachment>, 200> };
}
