import { expect, it } from "vitest";
import { statementQuery } from "./statementNumber";

it("a statement's number says whose it is and to which day", () => {
  expect(statementQuery("ST-20261031-E/1%")).toEqual({ customer: "E/1%", cut_off: "2026-10-31" });
  for (const other of ["ST-2026-C1", "ST-20261031-", "INV-2026-000001", "苏州"]) expect(statementQuery(other)).toBeNull();
});
