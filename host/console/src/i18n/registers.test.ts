import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { learn, said } from "./said";

interface Schema {
  $ref?: string;
  enum?: (string | null)[];
  oneOf?: Schema[];
  anyOf?: Schema[];
}
interface Described {
  paths: Record<string, { get?: { parameters?: { name: string; in: string; schema: Schema }[] } }>;
  components: { schemas: Record<string, Schema> };
}

const described = JSON.parse(readFileSync("../../tests/fixtures/openapi.json", "utf8")) as Described;

function codesOf(schema: Schema): string[] {
  const named = schema.$ref === undefined ? undefined : described.components.schemas[schema.$ref.split("/").at(-1) ?? ""];
  const inner = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(named === undefined ? [] : [named])];
  return [...(schema.enum ?? []).filter((code) => code !== null), ...inner.flatMap(codesOf)];
}

/** Lists that the console narrows by these members of the address. */
const filters = Object.entries(described.paths).flatMap(([path, { get }]) =>
  (get?.parameters ?? [])
    .filter(({ name, in: at }) => at === "query" && ["kind", "state", "status", "confidence", "world"].includes(name))
    .map(({ name, schema }) => ({ filter: `${path} ${name}`, codes: codesOf(schema) }))
    .filter(({ codes }) => codes.length > 1),
);

beforeAll(learn);

describe("a filter that nobody offers, typed into the address", () => {
  it("is refused with what may stand there in words, none of it a code", () => {
    expect(filters.length).toBeGreaterThan(15);
    for (const { filter, codes } of filters) {
      const { text, foreign } = said(`parameter kind: "zzz" is not one of ${codes.join(", ")}`, "zh-CN");
      expect(foreign, filter).toBe(false);
      expect(text.replace("zzz", "").replace("kind", ""), filter).not.toMatch(/[a-z]{2}/);
    }
  });

  it("is refused in the words of the filter's own options, in both languages", () => {
    const drafts = '"zzz" is not one of draft, submitted, approved, posted, rejected';
    expect(said(drafts, "zh-CN").text).toContain("草稿、待复核、已批准、已过账、已退回");
    expect(said(drafts, "en").text).toBe('"zzz" is not one of Draft, To review, Approved, Posted, Sent back');
    // the least that has them all
    expect(said('"zzz" is not one of open, cleared', "zh-CN").text).toContain("未清、已清");
    expect(said('"zzz" is not one of proposed, approved, rejected, superseded, undone', "zh-CN").text).toContain("待复核、已核销");
    expect(said('"zzz" is not one of ninety, codes', "en").text).toBe('"zzz" is not one of ninety, codes');
  });
});
