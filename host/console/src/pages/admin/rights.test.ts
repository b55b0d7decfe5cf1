import { describe, expect, it } from "vitest";
import { rightsOf } from "./rights";

const role = (name: string, verbs: string[], may: string[]) => ({ name, permissions: verbs.map((verb) => ({ name: verb })), may });
const roles = [
  role("administrator", ["read", "enter", "approve", "configure"], ["documents:read", "documents:enter", "documents:approve", "money:read", "money:enter", "people:read", "people:configure"]),
  role("cashier", ["read", "enter"], ["documents:read", "money:read", "money:enter", "people:read"]),
];

describe("rights", () => {
  const rights = rightsOf(roles);

  it("are nouns by verbs, each once and in the server's order", () => {
    expect(rights.nouns).toEqual(["documents", "money", "people"]);
    expect(rights.verbs).toEqual(["read", "enter", "approve", "configure"]);
  });

  it("are held by roles, or are none", () => {
    expect(rights.holders("money", "enter")).toEqual(["administrator", "cashier"]);
    expect(rights.holders("documents", "enter")).toEqual(["administrator"]);
    expect(rights.holders("money", "configure")).toEqual([]);
  });
});
