import { api, got } from "./client";
import { keyed } from "./hooks";
import { isRefusal } from "./problem";
import type { Body, DraftKind } from "./shapes";

/** What waits for another person instead of having been recorded. */
export interface Asked {
  draft: string;
}

/** Records it; where a rule of the company wants it approved, the same body is a draft that is submitted at once: hers is the first step, another's the second. */
export async function recordedOrAsked<Made>(kind: DraftKind, body: Body, key: string, record: () => Promise<Made>): Promise<Made | Asked> {
  try {
    return await record();
  } catch (error) {
    if (!isRefusal(error, "approval-required")) throw error;
    const made = await got(api.POST("/v1/drafts", { params: { header: keyed(`${key}-draft`) }, body: { kind, body: body as never } }));
    await got(api.POST("/v1/drafts/{id}/submit", { params: { path: { id: made.id }, header: keyed(`${key}-submit`) } }));
    return { draft: made.id };
  }
}

export const isAsked = (made: object): made is Asked => "draft" in made;
