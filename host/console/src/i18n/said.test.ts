import { beforeAll, describe, expect, it } from "vitest";
import { learn, ownWords, placeIn, pluginSays, said } from "./said";
import { plain, rust } from "./rust";
import { details as ownDetails, terms } from "./words/details";
import { actsDetails, actsTerms } from "./words/detailsActs";
import { bankFileDetails } from "./words/detailsBankFiles";
import { booksDetails, booksTerms } from "./words/detailsBooks";
import { filesDetails } from "./words/detailsFiles";
import { close } from "./words/close";
import { fillers } from "./words/fillers";
import { pluginRefusals } from "./words/refusals";

const details = [...ownDetails, ...booksDetails, ...filesDetails, ...bankFileDetails, ...actsDetails];
const sources = (folder: string) => rust(folder).map(({ text }) => plain(text)).join("\n");

/** Where refusals are worded that reach a person: errors with their sentence, and members that are refused with one. */
const SPEAKING = ["../crates/app/src", "../crates/domain/src", "../crates/money/src", "../crates/sheets/src", "../src/http/v1"];
/**
 * What is told to others: of a plugin's answer and what it asks for to its author (`accept`, `proposal`, `assess`, `look_up` and the like), of
 * bytes that are not what was written, of commands at the machine, of audits and of keys to its operator, of sums that must come out to nobody.
 */
const UNTOLD = /accepted\.rs$|layout\/accept\.rs$|canonical\.rs$|checkpoint\/bytes\.rs$|statement\/fold\.rs$|sheets\/src\/write\/|vault\/mod\.rs$|audit\/export\/mod\.rs$/;

/** Where only what is bound, or comes of a helper, is told to others than whom its errors are told. */
const UNTOLD_PARTS = /audit\/(verify|replay|figure|opener|difference|export\/journal)|(reconciliation|tax)\/(accept|auto|differences|proposal|treatment|texts|breakdown)\.rs$|domain\/src\/bank\/|invoice\/(assess|look_up)\.rs$/;

const LITERAL = String.raw`"((?:[^"\\]|\\.)*)"`;
const isProse = (found: string) => /[a-z]{2} |^[a-z]+ [a-z]/.test(found.replace(/\{[^{}]*\}/g, ""));
const literals = (text: string) => [...text.matchAll(new RegExp(LITERAL, "gs"))].map(([, found]) => plain(found ?? ""));

/** Sentences that are bound before they are told, in whatever arm, and those that go through a helper, as `refused("…")`. What says that data are corrupt is not of these. */
function parts(text: string): string[] {
  const bound = new RegExp(String.raw`\blet \(?(?:message|advice|why|refused|what|text|reason|since|detail|line)\b[^=;]*= ((?:"(?:[^"\\]|\\.)*"|[^;"])*);`, "gs");
  const lets = [...text.matchAll(bound)].filter((found) => !/corrupt|detail: what/i.test(found[0] + text.slice(found.index + found[0].length, found.index + found[0].length + 120)));
  const helped = new RegExp(String.raw`\b(?:refused|refuse|unfit|at|Err|Some)\(\s*(?:match [^{"]*\{\s*true => )?(?:"[^"]*",\s*)?(?:format(?:_args)?!\()?\s*${LITERAL}`, "gs");
  const arms = new RegExp(String.raw`=>\s*(?:\{\s*)?(?:\(\s*)?(?:format!\()?\s*${LITERAL}`, "gs");
  const constants = new RegExp(String.raw`\bconst \w+: &str =\s*${LITERAL}`, "gs");
  return [...lets.flatMap(([, found]) => literals(found ?? "")), ...[helped, arms, constants].flatMap((pattern) => [...text.matchAll(pattern)].map(([, found]) => plain(found ?? "")))].filter(isProse);
}

/** What fills the gaps of others: what is not there, is not positive, or was changed by another. */
function fillings(text: string): string[] {
  const named = new RegExp(String.raw`(Corrupt \{\s*)?\b(?:what|since):\s*(?:format!\(\s*)?${LITERAL}`, "gs");
  const nouns = new RegExp(String.raw`\b(?:there\((?:[^;{}"]|"[^"]*\.[^"]*")*?,|not_found\(|changed\(|OwnAccount\(|Unsupported\()\s*${LITERAL}`, "gs");
  const ofThese = [...text.matchAll(named)].filter(([, corrupt]) => corrupt === undefined).map(([, , found]) => plain(found ?? ""));
  return [...ofThese.filter(isProse), ...[...text.matchAll(nouns)].map(([, found]) => plain(found ?? ""))];
}

/** The sentences of `#[error("…")]`, and of `invalid(…, "…")`, that say more than what fills their gaps. */
function sentences(text: string): string[] {
  const error = new RegExp(String.raw`#\[error\(\s*${LITERAL}`, "gs");
  const refused = new RegExp(String.raw`\binvalid\((?:[^;{}"]|"[^"]*")*?,\s*(?:format!\()?\s*${LITERAL}`, "gs");
  return [error, refused].flatMap((pattern) => [...text.matchAll(pattern)].map(([, found]) => plain(found ?? ""))).filter(isProse);
}

const zh = (detail: string) => said(detail, "zh-CN");

beforeAll(learn);

describe("the catalogue of what the server says", () => {
  it("has the server's own sentences, and no other", () => {
    const said = sources("../crates") + sources("../src");
    expect(details.filter(([en]) => !said.includes(`"${en}"`)).map(([en]) => en)).toEqual([]);
  });

  it("fills no gap that is not there, and has each sentence once", () => {
    for (const [en, text] of details) {
      const gaps = [...en.matchAll(/\{[^{}]*\}/g)].length;
      for (const [, n] of text.matchAll(/\$(\d)/g)) expect(BigInt(n ?? "0") <= BigInt(gaps), en).toBe(true);
      expect(text).toMatch(/[\u4e00-\u9fff]/);
    }
    expect(new Set(details.map(([en]) => en)).size).toBe(details.length);
  });

  it("has words for what a person may be told: none of the server's sentences comes without", () => {
    const known = new Set(details.map(([en]) => en));
    const told = SPEAKING.flatMap((folder) => rust(folder).flatMap(({ name, text }) => (UNTOLD.test(`${folder}/${name}`) ? [] : sentences(text).map((sentence) => ({ name, sentence })))));
    // The scan finds what it is for.
    expect(told.length).toBeGreaterThan(400);
    expect(told.filter(({ sentence }) => !known.has(sentence))).toEqual([]);
  });

  it("has words for what is bound first or goes through a helper, and for what fills a gap", () => {
    const known = new Set([...details, ...fillers].map(([en]) => en));
    const words = new Set(Object.keys({ ...terms, ...booksTerms, ...actsTerms, ...close.items }));
    const told = SPEAKING.flatMap((folder) => rust(folder).flatMap(({ name, text }) => (UNTOLD.test(`${folder}/${name}`) || UNTOLD_PARTS.test(`${folder}/${name}`) ? [] : [{ name, parts: parts(text), fillings: fillings(text) }])));
    const all = told.flatMap(({ name, parts, fillings }) => [...parts, ...fillings].map((found) => ({ name, found })));
    expect(told.flatMap((of) => of.parts).length).toBeGreaterThan(100);
    expect(told.flatMap((of) => of.fillings).length).toBeGreaterThan(200);
    expect(all.filter(({ found }) => !known.has(found) && !words.has(found))).toEqual([]);
    const said = sources("../crates") + sources("../src");
    expect([...fillers.map(([en]) => en), ...Object.keys(actsTerms)].filter((en) => !said.includes(`"${en}"`))).toEqual([]);
  });

  it("has words for all that is told of a bank's file", () => {
    const known = new Set(bankFileDetails.map(([en]) => en));
    const told = rust("../crates/domain/src/bank").flatMap(({ text }) => [...text.matchAll(/\b(?:push|Some)\(\s*format!\(\s*"((?:[^"\\]|\\.)*)"/gs)].map(([, found]) => plain(found ?? "")));
    expect(told.length).toBeGreaterThan(15);
    expect(told.filter((sentence) => !known.has(sentence))).toEqual([]);
  });

  it("has the codes of the plugins that come with the host", () => {
    const said = sources("../../plugins");
    expect(Object.keys(pluginRefusals).filter((code) => !said.includes(`"${code}"`))).toEqual([]);
  });
});

describe("a refusal in the person's language", () => {
  it("counts a size as people do", () => {
    expect(zh("the body is larger than 10485760 bytes").text).toBe("内容超过 10 MB");
    expect(said("the body is larger than 1572864 bytes", "en").text).toBe("the body is larger than 1.5 MB");
    expect(said("at most 254 bytes", "en").text).toBe("at most 254 bytes");
  });

  it("is the server's sentence with its values", () => {
    expect(zh("2026-10-03 lies in a period that is locked (hard lock through 2026-10-31): use a later date, or have the lock moved")).toEqual({
      text: "2026-10-03 在已锁定的期间内（硬锁，锁定至 2026-10-31），请改用之后的日期或请人解锁",
      foreign: false,
    });
    expect(zh('"xyz" is not an ISO 4217 currency code').text).toBe("xyz 不是币种代码（如 CNY）");
    expect(zh("user usr_1 may not approve or reject (documents) in this company: that takes the role administrator or reviewer").text).toBe("您没有此权限（批准或退回 · 单据），需要角色：管理员、复核员");
  });

  it("calls a role of accounts as the chart does", () => {
    expect(zh("1200 is the account of receivables: each role has accounts of its own").text).toBe("1200 已是“应收账款”的科目：每个用途的科目不能共用");
    expect(zh("line 0 on account output-tax: 1.00 CNY is beyond the largest amount that is posted").text).toBe("第 0 行（科目 应交增值税—销项税额）：1.00 CNY 超过可记账的最大金额");
  });

  it("names the place in words, and says what stands inside of another", () => {
    expect(zh("/lines/0/quantity: must be greater than 0").text).toBe("明细行 1 · 数量：须大于 0");
    expect(zh("parameter from: \"31.12.2026\" is not a date of the form YYYY-MM-DD that exists in the calendar").text).toBe("条件 from：31.12.2026 不是有效日期");
    expect(zh("must be a decimal as a string, like \"12.34\", not a number").text).toBe("须是数字（如 12.34），而不是数字");
    expect(zh("there is no open item item_1").text).toBe("没有此未清项：item_1");
  });

  it("says of each row of a sheet why, inside of what it says of the whole", () => {
    const of = (amount: string) => `reversal over CNY ${amount} takes 1 approvals by a rule of this company: it is not posted without a draft`;
    expect(zh(`nothing was undone, since 2 of its records cannot be taken back: row 2: ${of("100.00")}; row 3: ${of("20.50")}`).text).toBe(
      "有 2 条记录不能撤回，因此全部保留：第 2 行：按本公司规定，CNY 100.00 以上的冲销单须 1 人审批：请先做草稿；第 3 行：按本公司规定，CNY 20.50 以上的冲销单须 1 人审批：请先做草稿",
    );
  });

  it("stays the server's where there is no sentence for it, and English is not touched", () => {
    expect(zh("something nobody has translated")).toEqual({ text: "something nobody has translated", foreign: true });
    expect(said("is required", "en")).toEqual({ text: "is required", foreign: false });
    expect(said("/maturity: must lie after the day of issue", "en").text).toBe("maturity: must lie after the day of issue");
    expect(zh("税务局拒绝")).toEqual({ text: "税务局拒绝", foreign: false });
  });

  it("calls by their names what the caller knows", () => {
    const names = (code: string) => ({ currency: "币种", number: "单据编号", item: "商品编码" })[code];
    expect(said('currency is in no column: map one, or give it for all rows in "constants"', "zh-CN", names).text).toBe("币种 不在任何列中：请选择一列，或为全部行填同一值");
    expect(said('column C "x" may be number or item: map it in "columns"', "zh-CN", names).text).toBe("C 列 x 可能是 单据编号、商品编码：请在列对应中选定");
  });

  it("says of a cell why it is refused, whatever it holds", () => {
    const of = (detail: string) => zh(detail).text;
    expect(of('"R1" stands in row 2 already')).toBe("R1 已在第 2 行出现");
    expect(of('"A-1" stands in row 2 already; rows of one invoice stand together: sort the sheet by this column')).toBe("A-1 已在第 2 行出现；同一发票的各行须相邻，请按此列排序");
    expect(of('says "EUR", but row 2 of the same number says "CNY"')).toBe("此处为 EUR，同一单号的第 2 行却为 CNY");
    expect(of('says "EUR", but row 2 of the same number says nothing')).toBe("此处为 EUR，同一单号的第 2 行却为 空");
    expect(of("is marked €, but the row's currency is CNY")).toBe("金额标有 €，该行币种却是 CNY");
    expect(of('"x" is not one of business, consumer, government; translate it under "values" in the mapping')).toBe("x 不在可选值中，请改为：business, consumer, government");
    expect(of('there is no item "A-9" in the catalogue')).toBe("商品目录中没有 A-9");
    expect(of('"1e400" is written with an exponent: format the column as a number with all its digits')).toBe("1e400 是科学计数：请把该列设为显示全部数字");
  });

  it("says of a bank's file where, and what of it", () => {
    const of = (detail: string) => zh(detail).text;
    expect(of("statement 1, entry 2 (byte 300): its batch says 3 payments, the file shows 2")).toBe("第 1 份对账单第 2 笔（第 300 字节）：批次声明有 3 笔付款，文件中有 2 笔");
    expect(of("statement 1 declares 3 credit entries, but holds 2")).toBe("第 1 份对账单 声明有 3 笔贷方流水，实有 2");
    expect(of("statement 1, balance opening-booked of 5.00 EUR is not in the account's currency CNY: left out")).toBe("第 1 份对账单的期初余额 的 5.00 EUR 不是账户币种 CNY，已略过");
    expect(of("statement 1: control characters are left out of: account id, owner")).toBe("第 1 份对账单：已去掉其中的控制字符：账号、户名");
    expect(of("the file cannot be imported: statement 1 names no account; correct the file or ask the bank for another")).toBe("文件无法导入：第 1 份对账单没有账号。请更正文件，或向银行重新索取");
    expect(of("no-status at Ntry[2]: none is stated")).toBe("流水没有状态（none is stated）");
    // A word of theirs is none elsewhere.
    expect(of('there is no item "code" in the catalogue')).toBe("商品目录中没有 code");
  });

  it("says what was bound first, and what fills a gap by its name", () => {
    const of = (detail: string) => zh(detail).text;
    expect(of("/lines/0/unit_price: must not be negative: give a discount as an allowance, or as a line of the nature `discount` that names its line in `parent`; take goods back with a credit note")).toBe(
      "明细行 1 · 单价：不能为负：折扣请用折让，或用“折扣行”并指明所折扣的行；退货请开红字发票",
    );
    expect(of("the amount payable must be positive, found 0.00")).toBe("应付金额须为正数，现为 0.00");
    expect(of("/lines/0/unit_price: times the quantity comes to more than the largest amount there is, 90071992547409.91 CNY")).toBe("明细行 1 · 单价：乘以数量超过最大金额 90071992547409.91 CNY");
    expect(of("/phone: is not a telephone number of at most 40 characters")).toContain("不是有效的电话号码（最多 40 个字符）");
    expect(of('parameter digest: "abc" is not a digest of 64 hexadecimal digits')).toBe("条件 digest：abc 不是 64 位十六进制摘要");
    expect(of("there is no bank line bl_1")).toBe("没有此银行流水：bl_1");
    expect(of("there is no exchange rate CNY/USD/2026-11-28")).toBe("没有此汇率：CNY/USD/2026-11-28");
    expect(of("draft drf_1 was changed by another at the same time: read it again and repeat")).toBe("草稿 drf_1同时被他人修改，请刷新后重试");
    // What is named with its number is no sentence.
    expect(zh("draft drf_1").foreign).toBe(true);
  });

  it("points by names", () => {
    expect(placeIn("/body/lines/2/unit_price", "en")).toBe("line 3 · unit price");
    expect(placeIn("/documents/0/lines/1/category", "zh-CN")).toBe("明细行 2 · 税收类别");
    expect(placeIn("/surprise/x", "en")).toBe("surprise · x");
  });
});

describe("a plugin's refusal", () => {
  const detail = "the tax plugin tax-cn-vat 1.0.0 refused: original-missing at /documents/0/original: a credit note needs: its original";
  it("has our word for its code, and its own words apart", () => {
    expect(pluginSays("original-missing", "zh-CN")).toBe("红字发票须指明所冲的原发票");
    expect(pluginSays("house-rule-7", "zh-CN")).toBeNull();
    expect(ownWords(detail, "original-missing", "/documents/0/original")).toBe("a credit note needs: its original");
    expect(ownWords("the bank plugin b refused: broken-xml: cut short", "broken-xml", null)).toBe("cut short");
    expect(ownWords("anything else", "broken-xml", null)).toBe("anything else");
  });
});
