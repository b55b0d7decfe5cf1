import type { SetupBody } from "@/api/shapes";
import { isRefusal, Problem } from "@/api/problem";

/** On which step stands what a refusal is about. */
export function stepOf(error: unknown): number {
  const pointer = error instanceof Problem ? (error.errors[0]?.pointer ?? "") : "";
  if (isRefusal(error, "setup-code")) return 0;
  if (pointer.startsWith("/company") || pointer === "/code") return 0;
  if (pointer.startsWith("/administrator")) return 1;
  if (pointer.startsWith("/bank_account") || pointer.startsWith("/bindings")) return 2;
  return 3;
}

/** Whether a refusal of a trial keeps somebody on her step: not what a later step asks for. */
export function staysAt(step: number, refused: unknown): boolean {
  const later = refused instanceof Problem && (refused.errors[0]?.pointer ?? "") !== "" && stepOf(refused) > step;
  return !later;
}

/** What of the body is there on a step; what the later ones ask for is blank. */
export function bodyAt(step: number, body: SetupBody): SetupBody {
  const { login, name, password } = body.administrator as Partial<SetupBody["administrator"]>;
  const begun = { ...body, administrator: { login: login ?? "", name: name ?? "", password: password ?? "" }, sample: false };
  if (step >= 2) return begun;
  const { code, company, administrator, sample } = begun;
  return { code, company, administrator, sample, bindings: [] };
}
