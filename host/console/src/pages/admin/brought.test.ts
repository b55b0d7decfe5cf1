import { describe, expect, it } from "vitest";
import { blobOf } from "@/lib/base64";
import { madeAt, mayBeUndone, MODES, readAs, rejectsName, rowsOf } from "./brought";

describe("an import", () => {
  it("goes in whole unless somebody says otherwise", () => {
    expect(MODES).toEqual(["all-or-nothing", "best-effort"]);
  });

  it("may be taken back where it made something, or was left in the middle", () => {
    expect(mayBeUndone({ status: "done", made: 2 })).toBe(true);
    expect(mayBeUndone({ status: "done", made: 0 })).toBe(false);
    expect(mayBeUndone({ status: "running", made: 0 })).toBe(true);
    expect(mayBeUndone({ status: "cancelled", made: 100 })).toBe(true);
    expect(mayBeUndone({ status: "cancelled", made: 0 })).toBe(false);
    expect(mayBeUndone({ status: "undone", made: 2 })).toBe(false);
  });
});

describe("its rows", () => {
  const row = (subject: string, label: string | null = null, status = "in") => madeAt({ subject, label, status });
  it("lead to what they made", () => {
    expect(row("cus_1", "C0001")).toBe("/customers/cus_1");
    expect(row("doc_1", "INV-2026-000001")).toBe("/documents/doc_1");
    expect(row("dlv_1", "DN-2026-000001")).toBe("/deliveries/dlv_1");
    expect(row("sku_1", "A 1&2")).toBe("/items?code_prefix=A%201%262");
    expect(row("dft_1")).toBe("/documents/drafts/dft_1");
    expect(row("dft_1", "INV-2026-000001", "undone")).toBe("/documents/drafts/dft_1");
  });

  it("lead nowhere where it is gone", () => {
    expect(row("cus_1", null, "undone")).toBeNull();
    expect(row("sku_1", null, "undone")).toBeNull();
    expect(row("dft_1", null, "undone")).toBeNull();
  });

  it("are one or several of the sheet", () => {
    expect(rowsOf({ first_row: 2, last_row: 2 })).toBe("2");
    expect(rowsOf({ first_row: 2, last_row: 4 })).toBe("2–4");
  });
});

describe("refused rows", () => {
  it("are a file beside the one that they are of", () => {
    expect(rejectsName("客户.csv", "csv")).toBe("客户-rejected.csv");
    expect(rejectsName("客户-rejected.CSV", "csv")).toBe("客户-rejected.csv");
    expect(rejectsName("a.b.xlsx", "xlsx")).toBe("a.b-rejected.xlsx");
  });

  it("come byte by byte", async () => {
    expect([...new Uint8Array(await blobOf("/+8AQQ==").arrayBuffer())]).toEqual([255, 239, 0, 65]);
  });
});

it("a record says what was read, in the person's words", () => {
  const body = { customer: "C1", document_date: "2026-04-03", lines: [{ unit_price: "1.50", quantity: null }], terms: { days: 30 } };
  expect(readAs(body, "en")).toEqual([
    ["customer", "C1"],
    ["document date", "2026-04-03"],
    ["line 1 · unit price", "1.50"],
    ["terms · days", "30"],
  ]);
  expect(readAs({ document_date: "2026-04-03" }, "zh-CN")).toEqual([["单据日", "2026-04-03"]]);
});
