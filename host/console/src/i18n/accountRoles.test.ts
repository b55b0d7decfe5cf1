import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { words } from "./words";

it("has words for every role of accounts", () => {
  const text = readFileSync("../crates/domain/src/ledger/account.rs", "utf8");
  const table = /pub const ROLES: &\[Role\] = &\[(.*?)\n\];/s.exec(text)?.[1] ?? "";
  const roles = [...table.matchAll(/role\(\s*\w+,\s*"([a-z-]+)"/g)].map(([, name]) => name ?? "");
  expect(roles.length).toBeGreaterThan(20);
  expect(Object.keys(words.codes.accountRole).sort()).toEqual(roles.sort());
});
