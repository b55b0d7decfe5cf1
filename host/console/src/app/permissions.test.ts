import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { words } from "@/i18n/words";

/** What is asked for in the sources: `whyNot("money:enter", …)`, `useWhyNot()("…")`, `permission="…"`. */
function asked(): { at: string; permission: string }[] {
  const files = readdirSync("src", { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".tsx"));
  return files.flatMap((at) => {
    const text = readFileSync(`src/${at}`, "utf8");
    const calls = [...text.matchAll(/\b(?:whyNot|useWhyNot\(\))\(((?:"[^"]*"(?:, )?)+)\)/g)].flatMap(([, list]) => [...(list ?? "").matchAll(/"([^"]*)"/g)].map(([, found]) => found ?? ""));
    const props = [...text.matchAll(/\bpermission="([^"]*)"/g)].map(([, found]) => found ?? "");
    return [...calls, ...props].map((permission) => ({ at, permission }));
  });
}

it("asks for a noun's verb, as the server does: a bare verb lets a cashier click what she is refused", () => {
  const all = asked();
  expect(all.length).toBeGreaterThan(50);
  const known = ({ permission }: { permission: string }) => {
    const [noun, verb, ...rest] = permission.split(":");
    return (noun ?? "") in words.codes.noun && (verb ?? "") in words.codes.verb && rest.length === 0;
  };
  expect(all.filter((one) => !known(one))).toEqual([]);
});
