// What an integrator says with a document, a bank line or a customer, said in the forms: terms of one invoice, what is taken off a line, withheld tax
// with its certificate, a part of a line that is nobody's, the receipt that a line takes back, a tax invoice that is named before it is recorded, further tax ids.
import { assert, camt, choose, day, made, serve, still } from "./kit.mjs";
import { large } from "./large.mjs";
import { enrol, seated, setUp } from "./people.mjs";
import { spoken } from "./spoken.mjs";
import { windows } from "./windows.mjs";

const ACCOUNT = "6222000000000000018";
const NUMBER = "26312000000000000009";

export async function fields(language) {
  const server = await serve();
  try {
    const { cookie } = await setUp(server, false);
    const admin = await seated(server, cookie, language);
    const clerk = await seated(server, await enrol(server, cookie, "clerk", "李会计", "clerk"), language);
    const reviewer = await seated(server, await enrol(server, cookie, "reviewer", "王复核", "reviewer"), language);
    for (const p of [admin, clerk, reviewer]) await p.go("/");
    await begin(admin, clerk, reviewer);
    await narrowed(clerk);
    await spoken(clerk);
    await terms(clerk);
    await customer(clerk);
    await withheld(clerk);
    await byHand(clerk, reviewer);
    await evidence(clerk, reviewer);
    await partly(clerk);
    await back(clerk);
    await named(clerk);
    await large(clerk);
    await windows(admin, server.url);
    for (const p of [admin, clerk, reviewer]) await p.context.close();
  } catch (error) {
    error.message += `\nserver: ${server.log().slice(-1500)}`;
    throw error;
  } finally {
    await server.stop();
  }
}

const refused = (place) => place.locator(".ant-form-item-explain-error").first().waitFor();

/** Three invoices of 1130.00, the second of which names a tax invoice, money on account, and four bank lines; the policy knows a rate of withheld tax. */
async function begin(admin, clerk, reviewer) {
  clerk.today = (await clerk.call("GET", "/v1/session")).body.company.today;
  await made(clerk, "/v1/customers", { code: "C0001", name: "苏州精工有限公司", country: "CN", currency: "CNY" });
  const invoice = { customer: "C0001", document_date: clerk.today, currency: "CNY", price_mode: "exclusive", lines: [{ description: "轴承", quantity: "10", unit_price: "100.00", category: "13" }] };
  clerk.first = (await made(clerk, "/v1/invoices", invoice)).number;
  clerk.second = (await made(clerk, "/v1/invoices", { ...invoice, tax_invoice_number: NUMBER })).number;
  clerk.taxed = (await made(clerk, "/v1/invoices", invoice)).number;
  clerk.advance = (await made(clerk, "/v1/receipts", { customer: "C0001", amount: { amount: "30.00", currency: "CNY" }, value_date: clerk.today })).number;
  await made(admin, "/v1/bank-accounts", { number: ACCOUNT, scheme: "CN", holder: "澄湖精密机电（苏州）有限公司", bank: "示例银行苏州分行", currency: "CNY" });
  const rate = { withholding: [{ rate: "0.1", included: "0.13" }] };
  const bound = await made(admin, "/v1/bindings", { slot: "reconciliation", name: "reconciliation-reference", config: rate, valid_from: clerk.today });
  await made(reviewer, `/v1/bindings/${bound.id}/activate`, {});
  await clerk.go("/bank/files");
  const lines = [
    { amount: "1100.00", payer: "代扣税款的人", account: "6217000000000000027", text: "货款" },
    { amount: "700.00", payer: "路过的人", account: "6217999999999999994", text: "货款" },
    { amount: "60.00", payer: "退票的人", account: "6217000000000000035", text: "退票", out: true },
    { amount: "1030.00", payer: "凭单代扣的人", account: "6217000000000000043", text: `货款 ${clerk.taxed}` },
  ];
  await clerk.page.locator("input[type=file]").setInputFiles({ name: "bank.xml", mimeType: "application/xml", buffer: Buffer.from(camt(ACCOUNT, "CNY", clerk.today, lines)) });
  await clerk.page.getByText(clerk.say("bank.imported", { fresh: 4, known: 0 })).first().waitFor();
}

/** The bank lines of one account and of some days stand in the address; where there are none it says so, and how to have all again. */
async function narrowed(clerk) {
  const { page, say } = clerk;
  await clerk.go("/bank");
  // the account is another's, of this second
  await page.reload();
  const lines = page.getByRole("listbox", { name: say("bank.lines"), exact: true }).getByRole("option");
  await lines.nth(1).waitFor();
  await choose(page, say("bank.ownAccount"), ACCOUNT);
  await page.waitForURL(/[?&]account=/);
  await still(page);
  assert.equal(await lines.count(), 4);
  const before = new Date(Date.parse(`${clerk.today}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  await day(page, say("bank.bookedTo"), before);
  await page.waitForURL(new RegExp(`[?&]to=${before}`));
  await page.getByText(say("bank.noneNarrowed")).waitFor();
  await clerk.look("fields-narrowed");
  await page.setViewportSize({ width: 390, height: 844 });
  await clerk.look("fields-narrowed-narrow");
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.reload();
  await page.getByText(say("bank.noneNarrowed")).waitFor();
  await clerk.button("common.reset").first().click();
  await lines.nth(1).waitFor();
  assert.ok(!/account=|to=/.test(page.url()), page.url());
}

/** Ten percent off a line; payable in two parts, less for who pays early: refused where the parts do not come to the whole, and previewed by the server. */
async function terms(clerk) {
  const { page, say } = clerk;
  await clerk.go("/documents/new/invoice?customer=C0001");
  await page.getByLabel(`${say("documents.description")} 1`).fill("深沟球轴承 6205-2RS");
  await page.getByLabel(`${say("documents.quantity")} 1`).fill("10");
  await page.getByLabel(`${say("documents.unitPrice")} 1`).fill("100.00");
  await page.getByRole("button", { name: say("documents.lineMore", { n: 1 }), exact: true }).click();
  await choose(page, `${say("documents.supply")} 1`, clerk.code("supply", "goods"));
  await page.getByRole("button", { name: `${say("documents.allowanceAdd")} 1`, exact: true }).click();
  await page.getByLabel(`${say("documents.lineAllowance", { n: 1, k: 1 })} · ${say("documents.lineFraction")}`, { exact: true }).fill("0.1");
  // 10 × 100.00, less a tenth, and 13 %
  await page.getByText("1,017.00").first().waitFor();
  await choose(page, say("customers.terms"), say("documents.termsOf.own"));
  await choose(page, say("customers.rule"), say("customers.byInstalments"));
  const part = (n, what) => page.getByLabel(`${say("customers.instalment", { n })} · ${say(what)}`, { exact: true });
  for (const [n, share] of [[1, "400"], [2, "500"]]) {
    await clerk.button("customers.instalmentAdd").click();
    await part(n, "customers.share").fill(share);
  }
  await part(2, "customers.days").fill("60");
  await clerk.button("documents.saveSubmit").click();
  await refused(page);
  await clerk.look("fields-terms-refused");
  await part(2, "customers.share").fill("600");
  await clerk.button("customers.discountAdd").click();
  await page.getByLabel(`${say("customers.discounts")} 1 · ${say("customers.discountDays")}`, { exact: true }).fill("10");
  await page.getByLabel(`${say("customers.discounts")} 1 · ${say("customers.discountPermille")}`, { exact: true }).fill("20");
  const payable = page.getByRole("table", { name: say("documents.payable"), exact: true });
  // 400‰ and 600‰ of 1017.00, and what 20‰ of each is
  for (const figure of ["406.80", "610.20", /8\.1[34]/]) await payable.getByText(figure).first().waitFor();
  await clerk.look("fields-terms");
  await clerk.button("documents.saveSubmit").click();
  await page.waitForURL(/documents\/drafts\/dft_/);
  await page.locator("dd", { hasText: say("customers.instalments", { parts: 2 }) }).waitFor();
  await page.getByRole("table", { name: say("documents.allowancesOf"), exact: true }).getByText("10%").waitFor();
  await clerk.look("fields-draft");
  const { body } = await clerk.call("GET", `/v1/drafts/${page.url().split("/").at(-1)}`);
  assert.deepEqual(
    [body.body.terms.instalments.map(({ permille, rule }) => [permille, rule.days]), body.body.lines[0].allowances, body.body.lines[0].supply],
    [[[400, 30], [600, 60]], [{ fraction: "0.1" }], "goods"],
  );
}

/** A consumer with a registration abroad and an address there: refused at the field that is missing, and kept. */
async function customer(clerk) {
  const { page, say } = clerk;
  await clerk.go("/customers/C0001/edit");
  await choose(page, say("customers.kind"), clerk.code("customerKind", "consumer"));
  await clerk.button("customers.taxIdAdd").click();
  const at = (what) => page.getByLabel(`${say("customers.taxIds")} 1 · ${say(what)}`, { exact: true });
  await at("customers.taxId").fill("DE136695976");
  await clerk.field("customers.city").fill("Hamburg");
  await clerk.field("customers.addressLines").fill("Deich 1");
  await clerk.field("customers.addressCountry").fill("de");
  await clerk.button("common.save").click();
  await refused(page);
  await clerk.look("fields-customer-refused");
  await at("customers.taxScheme").fill("EU:VAT");
  await clerk.button("common.save").click();
  await page.waitForURL(/customers\/C0001$/);
  await page.locator("dd", { hasText: "DE136695976" }).waitFor();
  const { kind, country, address, tax_ids: ids } = (await clerk.call("GET", "/v1/customers/C0001")).body;
  assert.deepEqual([kind, country, address.country, ids.map(({ scheme, id }) => `${scheme} ${id}`)], ["consumer", "CN", "DE", ["EU:VAT DE136695976"]]);
}

async function line(clerk, payer, item) {
  const { page, say } = clerk;
  await clerk.go("/bank");
  await page.getByRole("option", { name: new RegExp(payer) }).click();
  await page.getByRole("heading", { name: new RegExp(payer) }).first().waitFor();
  await page.getByLabel(say("bank.searchItems"), { exact: true }).fill(item);
  await page.getByRole("checkbox", { name: new RegExp(item) }).check();
  return page.getByLabel(`${say("common.amount")} ${item}`, { exact: true });
}

/** Tax that the payer withheld, with its certificate: without one it is refused at its row; with one another person approves it. */
async function withheld(clerk) {
  const { page, say } = clerk;
  await (await line(clerk, "代扣税款的人", clerk.first)).fill("1130.00");
  await clerk.button("bank.addDifference").click();
  await choose(page, `${say("bank.difference")} 1`, clerk.code("difference", "withholding"));
  await page.getByLabel(`${say("common.amount")} 1`, { exact: true }).fill("30.00");
  await refused(page);
  await clerk.look("fields-withheld-refused");
  await page.getByLabel(say("bank.certificate"), { exact: true }).fill("(2026) 0007");
  await day(page, say("bank.certificateDate"), clerk.today);
  await page.getByLabel(say("bank.certificateAuthority"), { exact: true }).fill("国家税务总局苏州工业园区税务局");
  await page.getByText(say("bank.balances")).waitFor();
  await clerk.look("fields-withheld");
  await clerk.button("bank.settle").click();
  await page.getByText(say("bank.settled")).first().waitFor();
  await page.getByRole("option", { name: /代扣税款的人/ }).waitFor({ state: "hidden" });
}

/** By hand the certificate came with what was settled: another person approves it, and is asked for none. */
async function byHand(clerk, reviewer) {
  const { page, say } = reviewer;
  await reviewer.go("/bank/review");
  await page.getByText("苏州精工有限公司").first().waitFor();
  await still(page);
  await page.keyboard.press("a");
  await page.getByText(say("bank.queueEmpty")).waitFor();
  assert.equal((await clerk.call("GET", `/v1/invoices/${clerk.first}`)).body.document.open.amount, "0.00");
}

/** Tax that the policy proposes as withheld, at the rate of its configuration: its certificate is asked for at the approval. */
async function evidence(clerk, reviewer) {
  const { page, say } = reviewer;
  await made(clerk, "/v1/reconciliations", {});
  const proposed = async () => (await reviewer.call("GET", "/v1/proposals?status=proposed")).body.items.map(({ rule }) => rule);
  assert.deepEqual(await proposed(), ["reference-withholding"]);
  await reviewer.go("/bank/review");
  await page.reload();
  await page.getByText("苏州精工有限公司").first().waitFor();
  await still(page);
  await page.keyboard.press("a");
  const dialogue = page.getByRole("dialog").filter({ hasText: say("bank.withheldTitle") });
  // a tenth of the net
  await dialogue.getByRole("region", { name: clerk.taxed }).getByText("100.00").waitFor();
  const accept = dialogue.getByRole("button", { name: say("bank.accept") });
  await accept.click();
  await refused(dialogue);
  assert.equal((await proposed()).length, 1, "without its certificate it is not approved");
  await reviewer.look("fields-evidence-refused");
  await dialogue.getByLabel(say("bank.certificate"), { exact: true }).fill("(2026) 0008");
  await day(dialogue, say("bank.certificateDate"), clerk.today);
  await dialogue.getByLabel(say("bank.certificateAuthority"), { exact: true }).fill("CN:STA");
  await reviewer.look("fields-evidence");
  await accept.click();
  await page.getByText(say("bank.queueEmpty")).waitFor();
  assert.equal((await clerk.call("GET", `/v1/invoices/${clerk.taxed}`)).body.document.open.amount, "0.00");
}

/** `o` goes to what is missing first, the customer; what is no amount is said at its field, and why nothing can be settled beside the button. */
async function onAccountByKey(clerk) {
  const { page, say } = clerk;
  await clerk.go("/bank");
  await page.getByRole("option", { name: /路过的人/ }).click();
  await page.getByText(say("bank.missing.choice")).first().waitFor();
  await page.keyboard.press("o");
  const customer = page.getByLabel(say("bank.onAccountFor"), { exact: true });
  assert.ok(await customer.evaluate((field) => field === document.activeElement), "the customer is missing first");
  const amount = page.getByLabel(say("bank.onAccount"), { exact: true });
  await amount.fill("abc");
  await page.getByText(say("common.notAmount")).waitFor();
  await amount.fill("5.00");
  await page.getByText(say("bank.missing.customer")).first().waitFor();
  await clerk.look("fields-on-account");
  await amount.fill("");
}

/** A part of a line pays with money that was on account, the rest is nobody's; what turns out to be the customer's pays what is named. */
async function partly(clerk) {
  const { page, say } = clerk;
  await onAccountByKey(clerk);
  await (await line(clerk, "路过的人", clerk.second)).fill("500.00");
  const credit = page.getByRole("list", { name: say("bank.credits") });
  await credit.getByRole("checkbox", { name: new RegExp(clerk.advance) }).check();
  assert.equal(await credit.getByLabel(`${say("common.amount")} ${clerk.advance}`, { exact: true }).inputValue(), "30.00");
  const suspense = page.getByLabel(say("bank.toSuspense"), { exact: true });
  await page.getByLabel(say("bank.onAccount"), { exact: true }).fill("100.00");
  await suspense.fill("100.00");
  // Money is nobody's or the customer's.
  await refused(page);
  await clerk.look("fields-partly-refused");
  await page.getByLabel(say("bank.onAccount"), { exact: true }).fill("");
  await suspense.fill("200.00");
  await page.getByText(say("bank.balances")).waitFor();
  await clerk.look("fields-partly");
  await clerk.button("bank.settle").click();
  await page.getByRole("option", { name: /路过的人/ }).waitFor({ state: "hidden" });
  await clerk.go("/bank/suspense");
  await page.getByText(say("suspense.ties")).waitFor();
  await page.locator("tbody tr").first().getByRole("button").first().click();
  await page.locator(".ant-drawer-open").getByRole("button", { name: say("suspense.identify") }).click();
  const dialogue = page.getByRole("dialog").filter({ hasText: say("suspense.identifyTitle") });
  await choose(page, say("common.customer"), "C0001");
  await dialogue.getByRole("button", { name: say("common.add"), exact: true }).click();
  await dialogue.getByLabel(`${say("documents.pays")} 1`).fill(clerk.second);
  await dialogue.getByLabel(`${say("common.amount")} 1`).fill("900");
  await dialogue.getByRole("button", { name: say("suspense.identify") }).click();
  await dialogue.locator(".ant-form-item-explain-error, .note.bad").first().waitFor();
  await clerk.look("fields-identify-refused");
  await dialogue.getByLabel(`${say("common.amount")} 1`).fill("200");
  await dialogue.getByRole("button", { name: say("suspense.identify") }).click();
  await dialogue.waitFor({ state: "hidden" });
  await page.locator(".ant-drawer-open").getByText(say("suspense.moveOf.identified")).first().waitFor();
  assert.equal((await clerk.call("GET", `/v1/invoices/${clerk.second}`)).body.document.open.amount, "400.00");
}

/** A payment that the bank takes back, of two that are alike: she says which, and no fee that is not in it. */
async function back(clerk) {
  const { page, say } = clerk;
  const paid = { customer: "C0001", amount: { amount: "60.00", currency: "CNY" }, value_date: clerk.today };
  const first = await made(clerk, "/v1/receipts", paid);
  const second = await made(clerk, "/v1/receipts", paid);
  await clerk.go("/bank");
  await page.getByRole("option", { name: /退票的人/ }).click();
  await page.getByRole("heading", { name: /退票的人/ }).first().waitFor();
  await clerk.button("bank.returnTitle").click();
  const dialogue = page.getByRole("dialog").filter({ hasText: say("bank.returnText") });
  await choose(page, say("common.customer"), "C0001", dialogue);
  await choose(page, say("bank.returnReceipt"), second.number, dialogue);
  const fee = dialogue.getByLabel(`${say("bank.returnFee")} (CNY) (${say("common.optional")})`, { exact: true });
  await fee.fill("1.00");
  await dialogue.getByRole("button", { name: say("bank.returnAct") }).click();
  await refused(dialogue);
  await clerk.look("fields-return-refused");
  await fee.fill("");
  await dialogue.getByRole("button", { name: say("bank.returnAct") }).click();
  await dialogue.waitFor({ state: "hidden" });
  await page.getByRole("option", { name: /退票的人/ }).waitFor({ state: "hidden" });
  const open = async ({ number }) => (await clerk.call("GET", `/v1/invoices/${number}`)).body.document.open.amount.replace("-", "");
  assert.deepEqual([await open(first), await open(second)], ["60.00", "0.00"]);
}

/** A number that the invoice names and nobody recorded: said at the document and among what does not match, and recorded from there. */
async function named(clerk) {
  const { page, say } = clerk;
  await clerk.go("/tax-invoices/missing?named=unrecorded");
  await page.getByRole("cell", { name: NUMBER }).waitFor();
  assert.equal(await page.getByRole("link", { name: clerk.first, exact: true }).count(), 0, "the other names none");
  await clerk.look("fields-unrecorded");
  await clerk.go(`/documents/${clerk.second}`);
  await page.getByText(say("taxInvoices.unrecorded")).waitFor();
  await clerk.look("fields-named");
  await page.locator("dd", { hasText: NUMBER }).getByRole("button", { name: say("taxInvoices.recordIt"), exact: true }).click();
  await clerk.field("taxInvoices.number").waitFor();
  await still(page);
  assert.equal(await clerk.field("taxInvoices.number").inputValue(), NUMBER);
  const figures = await Promise.all(["documents.net", "documents.tax", "documents.gross"].map((key) => clerk.field(key).inputValue()));
  assert.deepEqual(figures, ["1,000.00", "130.00", "1,130.00"]);
  await clerk.look("fields-record");
  await clerk.button("taxInvoices.new").click();
  await page.getByRole("heading", { name: NUMBER }).waitFor();
  await clerk.go(`/documents/${clerk.second}`);
  await page.locator("dd").getByRole("link", { name: NUMBER }).waitFor();
  assert.equal(await page.getByText(say("taxInvoices.unrecorded")).count(), 0);
}
