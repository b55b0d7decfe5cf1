import { expect, it } from "vitest";
import { byHand, namedBy, namesOf } from "./chart";

const line = (account: string, name: string, hand = true) => ({ account, name_zh: name, name_en: `${name} in English`, by_hand: hand });

it("names accounts by the chart's last line, else by their bank", () => {
  const money = [
    { ledger_account: "100201", bank: "工商银行", number: "6222" },
    { ledger_account: "1002", bank: "工商银行", number: "6223" },
  ];
  const names = namesOf([line("1002", "银行存款"), line("6603", "旧名"), line("6603", "财务费用")], money, false);
  expect([names.get("100201"), names.get("1002"), names.get("6603"), names.get("9999")]).toEqual(["工商银行 6222", "银行存款", "财务费用", undefined]);
  expect(namesOf([line("6603", "财务费用")], [], true).get("6603")).toBe("财务费用 in English");
});

it("offers those that may be posted to by hand, each once", () => {
  expect(byHand([line("6711", "尾差"), line("1122", "应收账款", false), line("1231", "坏账准备"), line("6711", "营业外支出")], false)).toEqual([
    { value: "1231", label: "1231 坏账准备" },
    { value: "6711", label: "6711 营业外支出" },
  ]);
});

it("an answer that names an account is heard, one that does not leaves it to the chart", () => {
  expect([namedBy({ name_zh: "应收账款", name_en: "Receivables" }, false), namedBy({ name_zh: "应收账款", name_en: "Receivables" }, true)]).toEqual(["应收账款", "Receivables"]);
  expect([namedBy({ name_zh: null, name_en: null }, false), namedBy({}, true)]).toEqual([undefined, undefined]);
});
