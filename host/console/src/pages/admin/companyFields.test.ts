import type { FormInstance } from "antd";
import { expect, it } from "vitest";
import { together } from "@/ui/versions";
import { COMPANY_START, companyBody, correctedBody, correctionOf, followCountry } from "./companyFields";

/** A form of which these fields were filled in by hand. */
function form(touched: readonly string[]) {
  const set: Record<string, unknown> = {};
  const byHand = new Set(touched);
  const own = {
    isFieldTouched: (path: string[]) => byHand.has(path.join(".")),
    setFields: (fields: { name: string[]; value: unknown; touched?: boolean }[]) => {
      for (const field of fields) {
        const at = field.name.join(".");
        set[at] = field.value;
        // as the library does: what is set counts as filled in by hand, unless it is said that it is not
        if (field.touched !== false) byHand.add(at);
      }
    },
  };
  return { set, form: own as unknown as FormInstance };
}

it("currency, scheme, chart and years follow the country until somebody says otherwise", () => {
  const fresh = form([]);
  followCountry(fresh.form, ["company"], "DE");
  expect(fresh.set).toMatchObject({ "company.base_currency": "EUR", "company.tax_id.scheme": "EU:VAT", "company.chart": "generic", "company.retention_years": 10 });
  // The language is the page's, wherever the company is.
  expect(fresh.set).not.toHaveProperty("company.locale");
  // A country that was mistyped first is none that stays.
  followCountry(fresh.form, ["company"], "ZZ");
  followCountry(fresh.form, ["company"], "CN");
  expect(fresh.set).toMatchObject({ "company.base_currency": "CNY", "company.time_zone": "Asia/Shanghai", "company.tax_id.scheme": "CN:USCC", "company.chart": "cn", "company.retention_years": 30 });
  const chosen = form(["base_currency"]);
  followCountry(chosen.form, [], "CN");
  expect(chosen.set).toEqual({ time_zone: "Asia/Shanghai", "tax_id.scheme": "CN:USCC", chart: "cn", retention_years: 30 });
});

it("a company is where its address says, in its own country, and nowhere where none is filled in", () => {
  const fields = { ...COMPANY_START, code: " CH ", name: "澄湖" };
  expect(companyBody({ ...fields, address: { lines: " ", city: "" } })).not.toHaveProperty("address");
  expect(companyBody({ ...fields, address: { lines: "星湖街 1 号\n\n 5 幢 ", city: "苏州", postal_code: " 215000 " } })).toMatchObject({
    code: "CH",
    address: { country: "CN", lines: ["星湖街 1 号", "5 幢"], city: "苏州", postal_code: "215000" },
  });
});

const there = {
  id: "co_1",
  code: "ch",
  name: "澄湖",
  country: "CN",
  jurisdiction: "CN",
  base_currency: "CNY",
  time_zone: "Asia/Shanghai",
  locale: "zh-CN",
  taxpayer_status: "general",
  tax_id: { scheme: "CN:USCC", id: "91320594" },
  address: { lines: ["星湖街 1 号", "5 幢"], city: "苏州", postal_code: null, country: "HK" },
  retention_years: 30,
};

it("a company that is corrected sends back what stays, and drops what was emptied", () => {
  const sent = { ...correctedBody(correctionOf(there), there), id: "co_1" };
  expect(sent).toEqual({ ...there, address: { lines: there.address.lines, city: "苏州", country: "HK" } });
  const emptied = { ...correctionOf(there), name: " 澄湖精密 ", tax_id: { scheme: "CN:USCC", id: "" }, address: { lines: "", city: "" } };
  const body = correctedBody(emptied, there);
  expect(body.name).toBe("澄湖精密");
  expect(body).not.toHaveProperty("tax_id");
  expect(body).not.toHaveProperty("address");
});

it("an address goes with its country, whosever is taken of two versions", () => {
  const at = { lines: ["星湖街 1 号"], city: "苏州", postal_code: null, country: "CN" };
  const mine = { ...there, address: at };
  const theirs = { ...there, country: "HK", jurisdiction: "HK", address: { ...at, city: "香港", country: "HK" } };
  const merged = (choice: Record<string, "mine" | "theirs">) => {
    const { country, address } = correctedBody(together(correctionOf(mine), correctionOf(theirs), choice), mine);
    return [country, address?.city, address?.country];
  };
  expect(merged({ address: "theirs" })).toEqual(["CN", "香港", "HK"]);
  expect(merged({ country: "theirs", jurisdiction: "theirs" })).toEqual(["HK", "苏州", "CN"]);
  // of one who had none, it is theirs with its country
  expect(correctedBody(together(correctionOf({ ...there, address: null }), correctionOf(theirs), { address: "theirs" }), mine).address?.country).toBe("HK");
});
