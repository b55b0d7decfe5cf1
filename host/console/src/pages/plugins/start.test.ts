import { describe, expect, it } from "vitest";
import { startOf } from "./start";

const bound = (digest: string, slot: string, config: Record<string, unknown>) => ({ digest, slot, config });

const schema = { additionalProperties: false, properties: { rounding: {}, regime: {} } };
const next = { digest: "v2", name: "tax-cn-vat", world: "tax", config_schema: schema };
const names: Readonly<Record<string, string>> = { v1: "tax-cn-vat", v2: "tax-cn-vat", other: "tax-generic" };
const from = (inForce: ReturnType<typeof bound>[], of: Parameters<typeof startOf>[0] = next) => startOf(of, inForce, (digest) => names[digest]);

describe("what a proposal begins with", () => {
  it("is what is in force of the component", () => {
    expect(from([bound("v1", "tax", { regime: "small" }), bound("v2", "tax:b", { regime: "general" })])).toEqual({ slot: "tax:b", config: { regime: "general" } });
  });

  it("is what another version of it has, as far as the new schema knows it", () => {
    const before = [bound("v1", "tax:main", { rounding: { method: "down" }, gone: true })];
    expect(from(before)).toEqual({ slot: "tax:main", config: { rounding: { method: "down" } } });
    expect(from(before, { ...next, config_schema: { properties: {} } }).config).toEqual({ rounding: { method: "down" }, gone: true });
  });

  it("is nothing of another plugin's", () => {
    expect(from([bound("other", "tax", { rates: [] })])).toEqual({ slot: "tax", config: {} });
  });
});
