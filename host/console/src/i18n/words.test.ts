import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { words } from "./words";

type Node = readonly [string, string] | { readonly [key: string]: Node };

function* pairs(node: Node, path: string): Generator<[string, string, string]> {
  if (Array.isArray(node)) {
    const [zh, en] = node as readonly [string, string];
    yield [path, zh, en];
    return;
  }
  for (const [key, child] of Object.entries(node)) yield* pairs(child as Node, path === "" ? key : `${path}.${key}`);
}

const all = [...pairs(words, "")];
const slots = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort();

describe("words", () => {
  it("are said in both languages, with the same gaps to fill", () => {
    expect(all.length).toBeGreaterThan(300);
    for (const [path, zh, en] of all) {
      expect(zh, path).not.toBe("");
      expect(en, path).not.toBe("");
      expect(slots(zh), path).toEqual(slots(en));
    }
  });

  it("are Chinese on the Chinese side, English on the English side", () => {
    const abroad = new Set(["common.otherLanguage"]);
    for (const [path, , en] of all) {
      if (!abroad.has(path)) expect(/[\u4e00-\u9fff]/.test(en), `${path}: ${en}`).toBe(false);
    }
  });

  it("have every code that the API can refuse with", () => {
    const description = JSON.parse(readFileSync("../../tests/fixtures/openapi.json", "utf8")) as {
      components: { schemas: { ProblemCode: { enum: string[] } } };
    };
    const known = new Set(Object.keys(words.problems));
    expect(description.components.schemas.ProblemCode.enum.filter((code) => !known.has(code))).toEqual([]);
  });
});
