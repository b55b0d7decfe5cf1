// What the month brings besides invoices and receipts: a delivery that is billed later, a tax invoice, a bill of exchange that comes back, money of
// nobody's, who confirms for a customer, and the vouchers at its end.
import { assert, camt, choose, day, made, serve, still } from "./kit.mjs";
import { ownAccount } from "./chart.mjs";
import { enrol, seated, setUp } from "./people.mjs";
import { orders } from "./orders.mjs";
import { rebill } from "./rebill.mjs";

const ACCOUNT = "6222000000000000018";
const BILL = "131339100001120261101";

export async function books(language) {
  const server = await serve();
  try {
    const { cookie } = await setUp(server, false);
    const seat = async (login, name, role) => seated(server, await enrol(server, cookie, login, name, role), language);
    const people = { admin: await seated(server, cookie, language), clerk: await seat("clerk", "李会计", "clerk"), reviewer: await seat("reviewer", "王复核", "reviewer") };
    for (const p of Object.values(people)) await p.go("/");
    await begin(people);
    await contact(people);
    await groups(people);
    await delivery(people);
    await taxInvoice(people);
    await issued(people);
    await bill(people);
    await dishonoured(people);
    await suspense(people);
    await confirmed(people);
    await twoVersions(people);
    await ownAccount(people);
    await series(people);
    await vouchers(people);
    const narrow = await seated(server, cookie, language, 390);
    await found(people.clerk);
    await found(narrow, () => narrow.button("nav.find").click());
    await narrow.context.close();
    await company(people);
    await cameBack(people);
    await rebill(people);
    await orders(people);
    for (const p of Object.values(people)) await p.context.close();
  } catch (error) {
    error.message += `\nserver: ${server.log().slice(-1500)}`;
    throw error;
  } finally {
    await server.stop();
  }
}

const dayAfter = (day, days) => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

/** A customer who owes 1130.00, a bank account, and deliveries that are accrued. */
async function begin({ admin, clerk }) {
  clerk.today = (await clerk.call("GET", "/v1/session")).body.company.today;
  await made(clerk, "/v1/customers", { code: "C0001", name: "苏州精工有限公司", country: "CN", currency: "CNY" });
  const invoice = { customer: "C0001", document_date: clerk.today, currency: "CNY", price_mode: "exclusive", lines: [{ description: "轴承", quantity: "10", unit_price: "100.00", category: "13" }] };
  clerk.invoice = (await made(clerk, "/v1/invoices", invoice)).number;
  await made(admin, "/v1/bank-accounts", { number: ACCOUNT, scheme: "CN", holder: "澄湖精密机电（苏州）有限公司", bank: "示例银行苏州分行", currency: "CNY" });
  // How deliveries work is the administrator's; the clerk reads why she cannot set it.
  await admin.go("/admin/billing");
  await admin.page.getByRole("radio", { name: admin.say("deliveries.accountingOf.accrued") }).check();
  await choose(admin.page, admin.say("deliveries.ordersBecome"), admin.say("deliveries.ordersBecomeOf.invoice"));
  await admin.button("common.save").click();
  await admin.page.getByText(admin.say("deliveries.settingsSaved")).waitFor();
  assert.equal((await admin.call("GET", "/v1/delivery-settings")).body.orders_become, "invoice");
  await clerk.go("/admin/billing");
  assert.equal(await clerk.button("common.save").getAttribute("aria-disabled"), "true");
  await clerk.look("books-delivery-settings");
}

/** Who may confirm for the customer. */
async function contact({ clerk }) {
  const { page, say } = clerk;
  await clerk.go("/customers/C0001/contacts");
  await clerk.button("customers.contactNew").click();
  const dialogue = page.getByRole("dialog");
  await dialogue.getByLabel(say("customers.contactName"), { exact: true }).fill("周财务");
  await dialogue.getByLabel(say("customers.contactEmail"), { exact: true }).fill("zhou at example");
  await dialogue.getByRole("switch", { name: say("customers.mayConfirm") }).click();
  await dialogue.getByRole("button", { name: say("common.save") }).click();
  await dialogue.locator(".ant-form-item-explain-error").first().waitFor();
  await clerk.look("books-contact-refused");
  await page.keyboard.press("Escape");
  await page.getByText(say("common.unsavedDialogue")).waitFor();
  await clerk.button("common.goOn").click();
  await page.getByText(say("common.unsavedDialogue")).waitFor({ state: "hidden" });
  await dialogue.first().getByLabel(say("customers.contactEmail"), { exact: true }).fill("zhou@example.com");
  await dialogue.first().getByRole("button", { name: say("common.save") }).click();
  await page.getByRole("cell", { name: "周财务", exact: true }).waitFor();
  await page.getByRole("row", { name: /周财务/ }).getByText(say("customers.mayConfirm"), { exact: true }).waitFor();
  await clerk.look("books-contacts");
}

/** A customer into a group that is there by that, while another moves her: both are shown, and hers is taken. */
async function groups({ clerk, reviewer }) {
  const { page, say } = clerk;
  await reviewer.go("/customers/groups");
  assert.equal(await reviewer.button("customers.groupPut").getAttribute("aria-disabled"), "true");
  await clerk.go("/customers/groups");
  await page.getByRole("row", { name: new RegExp(say("customers.groupNone")) }).waitFor();
  await clerk.button("customers.groupPut").click();
  const dialogue = page.getByRole("dialog");
  await choose(page, say("common.customer"), "C0001");
  await dialogue.getByText(say("customers.groupNow", { group: say("customers.groupNone") })).waitFor();
  await dialogue.getByLabel(`${say("customers.group")} (${say("common.optional")})`).fill("经销商");
  await clerk.look("books-group-put");
  const read = await clerk.call("GET", "/v1/customers/C0001");
  const { code, name, country, currency } = read.body;
  const put = await clerk.call("PUT", "/v1/customers/C0001", { code, name, country, currency, group: "OEM" }, { "If-Match": read.etag });
  assert.equal(put.status, 200, JSON.stringify(put.body));
  await dialogue.getByRole("button", { name: say("common.save") }).click();
  await page.getByText(say("conflict.title")).waitFor();
  await clerk.look("books-group-conflict");
  await clerk.button("conflict.save").click();
  await page.getByText(say("customers.groupSaved")).first().waitFor();
  await page.getByRole("link", { name: "经销商" }).click();
  await page.getByRole("link", { name: "C0001" }).waitFor();
  assert.equal((await clerk.call("GET", "/v1/customers/C0001")).body.group, "经销商");
  await clerk.look("books-group");
}

/** Delivered, accrued, and invoiced from the list of what is not billed. */
async function delivery({ clerk }) {
  const { page, say } = clerk;
  await clerk.go("/deliveries/new?customer=C0001");
  await clerk.field("deliveries.day").waitFor();
  await page.getByLabel(`${say("deliveries.slip")} (${say("common.optional")})`, { exact: true }).fill("SH-1");
  await page.getByLabel(`${say("documents.description")} 1`).fill("深沟球轴承 6205-2RS");
  await page.getByLabel(`${say("documents.quantity")} 1`).fill("2");
  await clerk.button("deliveries.new").click();
  // A line without a price: refused at its field, and the rest is kept.
  await page.locator(".ant-form-item-explain-error").first().waitFor();
  await clerk.look("books-delivery-refused");
  await page.getByLabel(`${say("documents.unitPrice")} 1`).fill("100.00");
  await clerk.button("deliveries.new").click();
  await page.waitForURL(/deliveries\/dlv_|deliveries\/del_/);
  await page.getByText(say("deliveries.accrual")).waitFor();
  await clerk.look("books-delivery");
  clerk.delivery = page.url().split("/").at(-1);
  await clerk.go("/deliveries/unbilled?customer=C0001");
  await page.getByRole("cell", { name: "SH-1" }).waitFor();
  await clerk.look("books-unbilled");
  await clerk.button("deliveries.invoiceThese").click();
  const dialogue = page.getByRole("dialog");
  await clerk.look("books-invoice-these");
  await dialogue.getByRole("button", { name: say("deliveries.invoiceThese") }).click();
  await dialogue.waitFor({ state: "hidden" });
  await page.getByText(say("deliveries.issued", { count: 1 })).first().waitFor();
  await page.getByText(say("deliveries.stateOf.delivered-not-billed")).waitFor({ state: "hidden" });
  clerk.billed = await page.locator(".note.good a").first().textContent();
  await clerk.look("books-invoiced");
  await clerk.go(`/deliveries/${clerk.delivery}`);
  await page.getByText(say("deliveries.linkOf.billed"), { exact: true }).waitFor();
  await page.locator(".tag", { hasText: say("deliveries.billed") }).first().waitFor();
  // What bills it is linked by its number.
  await page.getByRole("link", { name: clerk.billed, exact: true }).first().waitFor();
  await clerk.look("books-delivery-billed");
}

/** One of the two pieces comes back, of the invoice that billed them; more than she has does not. */
async function cameBack({ clerk }) {
  const { page, say } = clerk;
  const field = (word) => page.getByLabel(`${say(word)} 1`, { exact: true });
  await clerk.go("/deliveries/new?customer=C0001");
  await clerk.field("deliveries.day").waitFor();
  await field("documents.description").fill("深沟球轴承 6205-2RS");
  await field("documents.quantity").fill("-3");
  await field("documents.unitPrice").fill("100.00");
  await clerk.button("deliveries.beforeAdd").click();
  await field("deliveries.beforeInvoice").fill(clerk.billed);
  await clerk.button("deliveries.new").click();
  await page.locator(".ant-form-item-explain-error").first().waitFor();
  await clerk.look("books-return-refused");
  await field("documents.quantity").fill("-1");
  await clerk.button("deliveries.new").click();
  await page.waitForURL(/deliveries\/dlv_/);
  await page.getByText(say("deliveries.cameBackOf"), { exact: true }).waitFor();
  await page.getByRole("link", { name: clerk.billed, exact: true }).first().waitFor();
  await clerk.look("books-return");
}

/** Recorded with the platform's number, linked to the document, which is then not reversed any more. */
async function taxInvoice({ clerk }) {
  const { page, say } = clerk;
  await clerk.go(`/tax-invoices/new?customer=C0001&document=${clerk.billed}`);
  await clerk.field("taxInvoices.number").fill("26312000000000000001");
  await clerk.field("documents.net").fill("200.00");
  await clerk.field("documents.tax").fill("26.00");
  await clerk.field("documents.gross").fill("225.00");
  await clerk.button("taxInvoices.new").click();
  await page.locator(".ant-form-item-explain-error").first().waitFor();
  await clerk.look("books-tax-invoice-refused");
  await clerk.field("documents.gross").fill("226.00");
  await clerk.button("taxInvoices.new").click();
  await page.getByRole("heading", { name: "26312000000000000001" }).waitFor();
  await page.getByText("226.00").first().waitFor();
  await clerk.look("books-tax-invoice");
  await clerk.go("/tax-invoices");
  await page.getByRole("link", { name: "26312000000000000001" }).waitFor();
  await clerk.look("books-tax-invoices");
  // The other invoice waits for its own.
  await clerk.go("/tax-invoices/missing");
  await page.getByRole("link", { name: clerk.invoice }).waitFor();
  await clerk.go(`/documents/${clerk.billed}`);
  await clerk.button("documents.reverse").click();
  const dialogue = page.getByRole("dialog");
  await dialogue.getByLabel(say("common.reason")).fill("开错");
  await dialogue.getByRole("button", { name: say("documents.reverse") }).click();
  await page.getByText(say("problems.tax-invoiced.title")).waitFor();
  await clerk.look("books-tax-invoiced");
  await clerk.abandon();
}

/** Sent to the customer: from then on it is not reversed. */
async function issued({ clerk }) {
  const { page, say } = clerk;
  await clerk.go(`/documents/${clerk.invoice}`);
  await clerk.button("documents.issue").click();
  const dialogue = page.getByRole("dialog");
  await day(dialogue, say("documents.issueDay"), dayAfter(clerk.today, 1));
  await dialogue.getByRole("radio", { name: say("documents.meansOf.e-mail") }).check();
  await dialogue.getByRole("button", { name: say("documents.issue") }).click();
  await dialogue.locator(".ant-form-item-explain-error").first().waitFor();
  await clerk.look("books-issue-refused");
  await day(dialogue, say("documents.issueDay"), clerk.today);
  await dialogue.getByRole("button", { name: say("documents.issue") }).click();
  await dialogue.waitFor({ state: "hidden" });
  await page.locator("dd", { hasText: say("documents.meansOf.e-mail") }).waitFor();
  assert.equal(await clerk.button("documents.reverse").getAttribute("aria-disabled"), "true");
  await clerk.look("books-issued");
}

/** A draft of hers that the page shows: another approves it, she posts it. */
async function seenThrough({ clerk, reviewer }, picture) {
  await clerk.page.waitForURL(/documents\/drafts\/dft_/);
  await clerk.page.getByText(clerk.code("documentStatus", "submitted")).first().waitFor();
  assert.equal(await clerk.button("documents.approve").getAttribute("aria-disabled"), "true");
  await clerk.look(`${picture}-submitted`);
  const id = clerk.page.url().split("/").at(-1);
  await reviewer.go("/");
  await reviewer.go("/documents/review");
  await reviewer.page.getByText("苏州精工有限公司").first().waitFor();
  await still(reviewer.page);
  await reviewer.look(`${picture}-queue`);
  await reviewer.page.keyboard.press("a");
  await reviewer.page.getByText(reviewer.say("documents.queueEmpty")).waitFor();
  if ((await clerk.call("GET", `/v1/drafts/${id}`)).body.state === "posted") return;
  await clerk.page.reload();
  await clerk.button("documents.post").click();
  await clerk.page.locator(".tag", { hasText: clerk.code("documentStatus", "posted") }).first().waitFor();
}

const state = (p, name) => p.page.locator(".tag", { hasText: p.say(`bills.stateOf.${name}`) }).first().waitFor();

/** A bill pays the invoice, and is discounted with recourse. */
async function bill(people) {
  const { clerk } = people;
  const { page, say } = clerk;
  await clerk.go("/bills/new?customer=C0001");
  await clerk.field("bills.number").fill(BILL);
  await clerk.field("bills.drawer").fill("苏州精工有限公司");
  await clerk.field("bills.acceptor").fill("示例银行");
  await clerk.field("bills.face").fill("1130.00");
  await day(page, say("bills.issueDate"), clerk.today);
  await day(page, say("bills.maturity"), dayAfter(clerk.today, -1));
  await clerk.button("common.add").click();
  await page.getByLabel(`${say("bills.pays")} 1`).fill(clerk.invoice);
  await clerk.button("bills.new").click();
  await page.locator(".ant-form-item-explain-error").first().waitFor();
  await clerk.look("books-bill-refused");
  await day(page, say("bills.maturity"), dayAfter(clerk.today, 90));
  // It pays the whole invoice: nothing of it is money on account, for which there would be a tax.
  const advance = page.getByLabel(`${say("documents.advance")} (${say("common.optional")})`);
  await advance.fill("13");
  await advance.press("Tab");
  await clerk.button("bills.new").click();
  await page.getByText(clerk.language === "en" ? /nothing of it stays on account/ : /此款已全部核销/).first().waitFor();
  await clerk.look("books-bill-advance-refused");
  await advance.fill("");
  await advance.press("Tab");
  await clerk.button("bills.new").click();
  await page.getByRole("heading", { name: BILL }).waitFor();
  clerk.bill = page.url().split("/").at(-1);
  await clerk.look("books-bill");
  await clerk.button("bills.discount").click();
  const dialogue = page.getByRole("dialog");
  await dialogue.getByLabel(`${say("bills.net")} (${say("common.optional")})`).fill("1120.00");
  await dialogue.getByRole("checkbox", { name: say("bills.recourse") }).check();
  await clerk.look("books-bill-discount");
  await dialogue.getByRole("button", { name: say("bills.discount") }).click();
  await seenThrough(people, "books-bill-discount");
  await clerk.go("/bills");
  await page.getByRole("link", { name: BILL }).waitFor();
  await state(clerk, "discounted");
  await clerk.look("books-bills");
}

/** It is not paid: the customer owes again. */
async function dishonoured(people) {
  const { clerk } = people;
  const { page, say } = clerk;
  await clerk.go(`/bills/${clerk.bill}`);
  await clerk.button("bills.dishonour").click();
  const dialogue = page.getByRole("dialog");
  await dialogue.getByLabel(say("bills.why"), { exact: true }).fill("承兑人拒绝付款");
  await clerk.look("books-bill-dishonour");
  await dialogue.getByRole("button", { name: say("bills.dishonour") }).click();
  await seenThrough(people, "books-bill-dishonour");
  await clerk.go(`/bills/${clerk.bill}`);
  await page.reload();
  await state(clerk, "dishonoured");
  await clerk.look("books-bill-dishonoured");
  await clerk.go("/customers/C0001/items");
  await page.getByText("1,130.00").first().waitFor();
  await clerk.look("books-items-again");
}

/** Nobody's money: part of it turns out to be the customer's, the rest another person takes to income. */
async function suspense({ clerk, reviewer }) {
  const { page, say } = clerk;
  await clerk.go("/bank/files");
  const file = camt(ACCOUNT, "CNY", clerk.today, [{ amount: "300.00", payer: "路过的人", account: "6217999999999999994", text: "货款" }]);
  await page.locator("input[type=file]").setInputFiles({ name: "bank.xml", mimeType: "application/xml", buffer: Buffer.from(file) });
  await page.getByText(say("bank.imported", { fresh: 1, known: 0 })).first().waitFor();
  await clerk.go("/bank");
  await page.getByText("路过的人").first().waitFor();
  await clerk.button("suspense.putHere").click();
  await page.getByText(say("bank.accepted")).first().waitFor();
  await clerk.go("/bank/suspense");
  await page.getByText(say("suspense.ties")).waitFor();
  await clerk.look("books-suspense");
  await page.locator("tbody tr").first().getByRole("button").first().click();
  const drawer = page.locator(".ant-drawer-open");
  await drawer.getByText(say("suspense.movesNone")).waitFor();
  for (const known of ["路过的人", "6217999999999999994", "货款"]) await drawer.getByText(known, { exact: true }).waitFor();
  // Who put it there does not let it out.
  assert.equal(await drawer.getByRole("button", { name: say("suspense.income") }).getAttribute("aria-disabled"), "true");
  await clerk.look("books-suspense-item");
  await drawer.getByRole("button", { name: say("suspense.identify") }).click();
  const dialogue = page.getByRole("dialog").filter({ hasText: say("suspense.identifyTitle") });
  await choose(page, say("common.customer"), "C0001");
  await dialogue.getByLabel(`${say("common.amount")} (CNY)`).fill("1000");
  await dialogue.getByRole("button", { name: say("suspense.identify") }).click();
  await dialogue.locator(".ant-form-item-explain-error, .note.bad").first().waitFor();
  await clerk.look("books-suspense-refused");
  await dialogue.getByLabel(`${say("common.amount")} (CNY)`).fill("200");
  await dialogue.getByRole("button", { name: say("suspense.identify") }).click();
  await dialogue.waitFor({ state: "hidden" });
  await drawer.getByText(say("suspense.moveOf.identified")).first().waitFor();
  await reviewer.go("/bank/suspense");
  await reviewer.page.locator("tbody tr").first().getByRole("button").first().click();
  const other = reviewer.page.locator(".ant-drawer-open");
  await other.getByRole("button", { name: reviewer.say("suspense.income") }).click();
  const asked = reviewer.page.getByRole("dialog").filter({ hasText: reviewer.say("suspense.clearText") });
  await asked.getByLabel(reviewer.say("common.reason")).fill("无人认领");
  await reviewer.look("books-suspense-income");
  await asked.getByRole("button", { name: reviewer.say("suspense.income") }).click();
  await asked.waitFor({ state: "hidden" });
  await other.getByText(reviewer.say("suspense.moveOf.income")).first().waitFor();
  await reviewer.look("books-suspense-done");
}

/** Who of the customer's confirmed a statement: one of those who may, on a day that can be. */
async function confirmed({ clerk, reviewer }) {
  const { page, say } = clerk;
  const run = await made(clerk, "/v1/statement-runs", { cut_off: clerk.today, customers: ["C0001"] });
  const [id] = run.made;
  await made(reviewer, `/v1/statements/${id}/approve`, null);
  await reviewer.go(`/statements/${id}`);
  assert.equal(await reviewer.button("statements.confirm").getAttribute("aria-disabled"), "true");
  await clerk.go(`/statements/${id}`);
  await clerk.button("statements.confirm").click();
  const dialogue = page.getByRole("dialog");
  await choose(page, say("statements.confirmedBy"), "周财务");
  await day(dialogue, say("statements.confirmedOn"), dayAfter(clerk.today, -1));
  await dialogue.getByLabel(say("statements.evidence"), { exact: true }).fill("盖章回函");
  await dialogue.getByRole("button", { name: say("statements.confirm") }).click();
  await dialogue.locator(".ant-form-item-explain-error").first().waitFor();
  await clerk.look("books-confirmation-refused");
  await day(dialogue, say("statements.confirmedOn"), clerk.today);
  await dialogue.getByRole("button", { name: say("statements.confirm") }).click();
  await dialogue.waitFor({ state: "hidden" });
  await page.locator("dd", { hasText: "周财务" }).waitFor();
  assert.equal(await clerk.button("statements.confirm").count(), 0, "it is confirmed once");
  await clerk.look("books-confirmed");
}

/** Another changed how the books are kept while the form was open: both sides, and neither is lost. */
async function twoVersions({ admin }) {
  const { page, say } = admin;
  await admin.go("/books/chart");
  await page.locator("section.panel", { hasText: say("books.firstMonth") }).getByRole("button", { name: say("common.edit") }).click();
  await choose(page, say("books.style"), say("books.styleOf.swapped"));
  const read = await admin.call("GET", "/v1/books");
  const put = await admin.call("PUT", "/v1/books", { ...read.body, voucher_sorts: "three" }, { "If-Match": read.etag });
  assert.equal(put.status, 200, JSON.stringify(put.body));
  await page.getByRole("dialog").getByRole("button", { name: say("common.save") }).click();
  await page.getByText(say("conflict.title")).waitFor();
  await admin.look("books-conflict");
  await page.getByRole("row", { name: new RegExp(say("books.sorts")) }).getByRole("radio").nth(1).check();
  await admin.button("conflict.save").click();
  await page.getByText(say("conflict.title")).waitFor({ state: "hidden" });
  await page.getByText(say("books.settingsSaved")).first().waitFor();
  const { voucher_sorts: sorts, reversal_style: style } = (await admin.call("GET", "/v1/books")).body;
  assert.deepEqual([sorts, style], ["three", "swapped"]);
}

/** Every number is accounted for: also one that is spoiled. */
async function series({ admin, clerk }) {
  const { page, say } = admin;
  await clerk.go("/books/series");
  assert.equal(await clerk.button("common.edit").first().getAttribute("aria-disabled"), "true");
  await admin.go("/books/series");
  // Another changed the rule meanwhile: both sides, and what is chosen of each.
  await page.getByRole("row", { name: new RegExp(`^${admin.code("documentKind", "debit-note")}`) }).getByRole("button", { name: say("common.edit") }).click();
  await page.getByRole("dialog").getByLabel(say("books.prefix"), { exact: true }).fill("DNX");
  const read = await admin.call("GET", "/v1/series/debit-note");
  const put = await admin.call("PUT", "/v1/series/debit-note", { prefix: read.body.prefix, reset: "month", chronological: read.body.chronological }, { "If-Match": read.etag });
  assert.equal(put.status, 200, JSON.stringify(put.body));
  await page.getByRole("dialog").getByRole("button", { name: say("common.save") }).click();
  await page.getByText(say("conflict.title")).waitFor();
  await admin.look("books-series-conflict");
  await page.getByRole("row", { name: new RegExp(say("books.reset")) }).getByRole("radio").nth(1).check();
  await admin.button("conflict.save").click();
  await page.getByText(say("books.seriesSaved")).first().waitFor();
  const { prefix, reset } = (await admin.call("GET", "/v1/series/debit-note")).body;
  assert.deepEqual([prefix, reset], ["DNX", "month"]);
  await page.getByRole("row", { name: /^INV-/ }).getByRole("button", { name: say("books.void") }).click();
  const dialogue = page.getByRole("dialog");
  await dialogue.getByRole("button", { name: say("books.void") }).click();
  await dialogue.waitFor({ state: "hidden" });
  await page.getByRole("heading", { name: say("books.voidedList") }).waitFor();
  await admin.look("books-series");
}

/** Numbered in the order of the chain, looked at, and handed over. */
async function vouchers({ clerk, reviewer }) {
  const { page, say } = clerk;
  await reviewer.go("/books/vouchers");
  assert.equal(await reviewer.button("books.hand").getAttribute("aria-disabled"), "true");
  await clerk.go("/books/vouchers");
  await clerk.button("books.number").click();
  await page.locator("tbody tr").first().getByRole("button").first().waitFor();
  await page.locator(".note.wait").waitFor({ state: "hidden" });
  // The bill came back by a draft: who prepared it and who approved it are two people.
  const row = page.locator("tbody tr").first();
  for (const name of ["李会计", "王复核"]) await row.getByText(name).waitFor();
  await clerk.look("books-vouchers");
  await page.locator("tbody tr").first().getByRole("button").first().click();
  await page.locator(".ant-drawer-open").getByText(say("books.debit")).first().waitFor();
  await clerk.look("books-voucher");
  await page.keyboard.press("Escape");
  await clerk.button("books.hand").click();
  const asked = page.getByRole("dialog").filter({ hasText: say("books.handText") });
  await asked.getByRole("button", { name: say("books.hand") }).click();
  await page.getByText(say("books.exportsNone")).waitFor({ state: "hidden" });
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: `${say("common.download")} XLSX` }).click()]);
  assert.match(saved.suggestedFilename(), /\.xlsx$/);
  await clerk.look("books-handed-over");
}

/** A customer by a part of her name, at the top of every page. */
async function found(p, opened = async () => undefined) {
  await p.go("/books/vouchers");
  await opened();
  await p.page.getByRole("combobox", { name: p.say("nav.find"), exact: true }).fill("精工");
  await still(p.page);
  await p.page.locator(".ant-select-item-option", { hasText: "C0001" }).first().click();
  await p.page.waitForURL(/customers\/C0001/);
  await p.page.getByRole("heading", { name: /精工/ }).waitFor();
}

/** The company's name is corrected while another corrects it too: both are shown, and hers is taken. */
async function company({ admin, clerk }) {
  const { page, say } = admin;
  const right = "澄湖精密机电（苏州）股份有限公司";
  await clerk.go("/admin/company");
  assert.equal(await clerk.button("common.edit").first().getAttribute("aria-disabled"), "true");
  await admin.go("/admin/company");
  await admin.button("common.edit").first().click();
  const dialogue = page.getByRole("dialog");
  await dialogue.getByLabel(say("admin.name"), { exact: true }).fill(right);
  const read = await admin.call("GET", "/v1/company");
  const { id, ...body } = read.body;
  const office = { lines: ["干诺道中 1 号"], city: "香港", country: "HK" };
  const put = await admin.call("PUT", "/v1/company", { ...body, name: "澄湖", address: office }, { "If-Match": read.etag });
  assert.equal(put.status, 200, `${id}: ${JSON.stringify(put.body)}`);
  await dialogue.getByRole("button", { name: say("common.save") }).click();
  await page.getByText(say("conflict.title")).waitFor();
  // Her name, and their address with the country that it lies in.
  await page.getByRole("row", { name: /HK/ }).getByRole("radio").nth(1).check();
  await admin.look("books-company-conflict");
  await admin.button("conflict.save").click();
  await page.getByText(say("common.saved")).first().waitFor();
  const merged = (await admin.call("GET", "/v1/company")).body;
  assert.deepEqual([merged.name, merged.country, merged.address.city, merged.address.country], [right, "CN", "香港", "HK"]);
  await page.locator("header .company", { hasText: right }).waitFor();
  await admin.look("books-company");
}
