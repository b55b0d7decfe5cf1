import { Problem } from "@/api/problem";

/** Whether a refusal is one that stands on the page already. */
export function isTold(refused: unknown, told: unknown): boolean {
  if (!(refused instanceof Problem && told instanceof Problem) || refused.code !== told.code) return false;
  const details = (problem: Problem) => (problem.errors.length === 0 ? [problem.detail] : problem.errors.map((one) => one.detail));
  const known = details(told);
  return details(refused).every((detail) => known.includes(detail));
}
