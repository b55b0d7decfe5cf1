// The ways that the month does not take: files, reversals, a plugin by two people and back, a month that is closed for good, and what goes wrong on them.
import fs from "node:fs";
import path from "node:path";
import { bindings } from "./bindings.mjs";
import { assert, choose, made, out, serve, still } from "./kit.mjs";
import { enrol, seated, setUp } from "./people.mjs";
import { typed } from "./typed.mjs";

/** Where `cargo xtask plugins` puts what it builds: beside the pictures. */
const plugins = process.env.ZHANGBEN_PLUGINS ?? path.join(path.dirname(out), "plugins");

export async function paths(language) {
  const server = await serve();
  try {
    const { cookie } = await setUp(server, false);
    const seat = async (login, name, role) => seated(server, await enrol(server, cookie, login, name, role), language);
    const people = {
      admin: await seated(server, cookie, language),
      clerk: await seat("clerk", "李会计", "clerk"),
      reviewer: await seat("reviewer", "王复核", "reviewer"),
      second: await seat("second", "孙主管", "reviewer"),
    };
    for (const p of Object.values(people)) await p.go("/");
    await confirming(people, await seat("deputy", "周主任", "administrator"));
    await books(people);
    await files(people);
    await queue(people);
    await asks(people);
    await reversal(people);
    await refusedByPlugin(people);
    await plugin(people, language);
    await bindings(people, language);
    await closing(people);
    await unsaved(people);
    await typed(people);
    await twoVersions(people);
    await sheet(people);
    await lockedAway(people);
    await someRows(people);
    for (const p of Object.values(people)) await p.context.close();
  } catch (error) {
    error.message += `\nserver: ${server.log().slice(-1500)}`;
    throw error;
  } finally {
    await server.stop();
  }
}

/** Whoever made a user does not confirm her: another administrator does. */
async function confirming({ admin }, deputy) {
  await made(admin, "/v1/users", { login: "new", name: "吴新人", roles: ["clerk"] });
  const button = (p) => p.page.getByRole("button", { name: `${p.say("admin.userConfirm")} new`, exact: true });
  await admin.go("/admin/users");
  assert.equal(await button(admin).getAttribute("aria-disabled"), "true", "she made her");
  await deputy.go("/admin/users");
  await button(deputy).click();
  await deputy.look("user-confirm");
  await deputy.page.getByRole("dialog").getByRole("button", { name: deputy.say("admin.userConfirm"), exact: true }).click();
  await deputy.page.getByText(deputy.say("admin.userConfirmed")).first().waitFor();
  await button(deputy).waitFor({ state: "detached" });
  await deputy.context.close();
}

const line = (price) => ({ description: "轴承", quantity: "1", unit_price: price, category: "13" });
const invoice = (day, price) => ({ customer: "C0001", document_date: day, currency: "CNY", price_mode: "exclusive", lines: [line(price)] });

async function books({ admin, clerk }) {
  const { today } = (await clerk.call("GET", "/v1/session")).body.company;
  clerk.today = today;
  clerk.before = new Date(Date.parse(`${today.slice(0, 8)}01T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
  await made(clerk, "/v1/customers", { code: "C0001", name: "苏州精工有限公司", country: "CN", currency: "CNY" });
  await made(clerk, "/v1/invoices", invoice(clerk.before, "100.00"));
  const receipts = Buffer.from(`number,customer,amount,value_date\nSK-1,C0001,3.00,${clerk.before}\n`).toString("base64");
  const columns = Object.fromEntries(["number", "customer", "amount", "value_date"].map((name) => [name, name]));
  const brought = await made(clerk, "/v1/imports", { kind: "receipts", file_name: "收款.csv", file: receipts, mode: "all-or-nothing", mapping: { columns, constants: { currency: "CNY" } } });
  assert.equal(brought.made, 1, JSON.stringify(brought));
  // before the rule, which binds the direct route too
  clerk.posted = await made(clerk, "/v1/invoices", invoice(clerk.today, "70.00"));
  const rules = await admin.call("GET", "/v1/approval-rules");
  const put = await admin.call("PUT", "/v1/approval-rules", { rules: [{ kind: "invoice", from: "0", approvals: 1, post_on_approval: false }] }, { "If-Match": rules.etag });
  assert.equal(put.status, 200, JSON.stringify(put.body));
}

/** A file goes with a draft and with its document; what is no such file, and what is too large, is refused in words. */
async function files({ clerk }) {
  const { page, say } = clerk;
  const draft = await made(clerk, "/v1/drafts", { kind: "invoice", body: invoice(clerk.today, "40.00") });
  await clerk.go(`/documents/drafts/${draft.id}`);
  const input = page.locator("input[type=file]");
  const bytes = Buffer.from("%PDF-1.7\norder\n");
  await input.setInputFiles({ name: "订单.pdf", mimeType: "application/pdf", buffer: bytes });
  const link = page.getByRole("button", { name: "订单.pdf" });
  await link.waitFor();
  const [saved] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.equal(saved.suggestedFilename(), "订单.pdf");
  assert.deepEqual(fs.readFileSync(await saved.path()), bytes);
  await input.setInputFiles({ name: "run.exe", mimeType: "application/x-msdownload", buffer: Buffer.from("MZ\x90\x00\x03\x00") });
  await page.getByText(say("documents.attachWrongKind", { name: "run.exe" })).waitFor();
  await clerk.look("attachment-refused");
  await input.setInputFiles({ name: "scan.pdf", mimeType: "application/pdf", buffer: Buffer.concat([bytes, Buffer.alloc(30 * 1024 * 1024)]) });
  await page.getByText(say("problems.body-too-large.title")).waitFor({ timeout: 60_000 });
  await clerk.look("attachment-too-large");
  assert.equal((await clerk.call("GET", `/v1/attachments?draft=${draft.id}`)).body.items.length, 1);
  clerk.draft = draft.id;
}

/** Three wait: down and up, one is sent back with a reason, one is approved and opened, all without a mouse. */
async function queue({ clerk, reviewer }) {
  const { page, say } = reviewer;
  const ids = [clerk.draft];
  for (const price of ["50.00", "60.00"]) ids.push((await made(clerk, "/v1/drafts", { kind: "invoice", body: invoice(clerk.today, price) })).id);
  for (const id of ids) await made(clerk, `/v1/drafts/${id}/submit`, null);
  await reviewer.go("/documents/review");
  const place = (at, of) => page.getByRole("heading", { name: say("documents.queueOf", { at, of }) }).waitFor();
  await place(1, 3);
  await page.keyboard.press("j");
  await place(2, 3);
  await page.keyboard.press("j");
  await place(3, 3);
  await page.keyboard.press("k");
  await place(2, 3);
  await page.keyboard.press("r");
  const dialogue = page.getByRole("dialog");
  // the key leads into the field: no mouse is wanted
  await page.waitForFunction(() => document.activeElement?.tagName === "TEXTAREA");
  await page.keyboard.insertText("数量不对");
  await reviewer.look("queue-send-back");
  await dialogue.getByRole("button", { name: say("documents.reject") }).click();
  await place(2, 2);
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText(say("documents.keyApprove"), { exact: true }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await page.keyboard.press("a");
  await place(1, 1);
  await page.keyboard.press("Enter");
  await page.waitForURL(/documents\/drafts\/dft_/);
  await reviewer.button("documents.approve").first().click();
  await page.locator(".tag", { hasText: reviewer.code("documentStatus", "approved") }).first().waitFor();
  const states = [];
  for (const id of ids) states.push((await clerk.call("GET", `/v1/drafts/${id}`)).body.state);
  assert.deepEqual(states.sort(), ["approved", "approved", "rejected"]);
  // The clerk posts what was approved; the file of the draft is the document's.
  await clerk.go(`/documents/drafts/${clerk.draft}`);
  await clerk.page.reload();
  await clerk.button("documents.post").click();
  await clerk.page.getByRole("link", { name: /^INV-/ }).click();
  await clerk.page.getByRole("button", { name: "订单.pdf" }).waitFor();
}

/** Who approves a receipt reads what it pays, and of a reversal what it takes back: by number, as a link. */
async function asks({ clerk, reviewer }) {
  const { id, number } = (await clerk.call("GET", `/v1/invoices/${clerk.posted.id}`)).body.document;
  const receipt = { customer: "C0001", amount: { amount: "9.00", currency: "CNY" }, value_date: clerk.today, allocations: [{ document: number, amount: "8.00" }] };
  for (const [kind, body] of [["receipt", receipt], ["reversal", { document: id, reason: "重复录入" }]]) {
    const draft = await made(clerk, "/v1/drafts", { kind, body });
    await reviewer.go(`/documents/drafts/${draft.id}`);
    await reviewer.page.getByRole("link", { name: number, exact: true }).waitFor();
    await reviewer.look(`asked-${kind}`);
    assert.ok((await clerk.call("DELETE", `/v1/drafts/${draft.id}`)).status < 300);
  }
}

/** A reversal asks why, makes the opposite document, and is refused the second time. */
async function reversal({ clerk }) {
  const { page, say } = clerk;
  const { id } = clerk.posted;
  await clerk.go(`/documents/${id}`);
  await page.locator("input[type=file]").setInputFiles({ name: "proof.txt", mimeType: "text/plain", buffer: Buffer.from("sent\n") });
  await page.getByRole("button", { name: "proof.txt" }).waitFor();
  await clerk.button("documents.reverse").click();
  const dialogue = page.getByRole("dialog");
  const confirm = dialogue.getByRole("button", { name: say("documents.reverse") });
  await still(page);
  await confirm.click();
  await dialogue.getByText(say("common.required")).waitFor();
  await dialogue.getByLabel(say("common.reason")).fill("重复录入");
  // What is typed into a dialogue is not thrown away by Escape.
  await page.keyboard.press("Escape");
  await page.getByText(say("common.unsavedDialogue")).waitFor();
  await clerk.button("common.goOn").click();
  assert.equal(await dialogue.first().getByLabel(say("common.reason")).inputValue(), "重复录入");
  await clerk.look("reverse");
  await confirm.first().click();
  await page.waitForURL((url) => /documents\/doc_/.test(url.hash) && !url.hash.includes(id));
  await page.getByText(clerk.code("documentKind", "reversal")).first().waitFor();
  await page.getByText(say("documents.reverses")).waitFor();
  assert.equal(await clerk.button("documents.reverse").count(), 0, "a reversal is not taken back by itself");
  await clerk.look("reversal");
  await clerk.go(`/documents/${id}`);
  await page.getByText(clerk.code("documentStatus", "reversed")).first().waitFor();
  await page.getByText(say("documents.reversedBy")).first().waitFor();
  for (const act of ["documents.reverse", "documents.issue", "documents.credit1"]) assert.equal(await clerk.button(act).getAttribute("aria-disabled"), "true", act);
  await page.locator("td").getByRole("link", { name: /^RV-/ }).first().waitFor();
  assert.equal((await clerk.call("POST", `/v1/documents/${id}/reverse`, { reason: "again" })).status, 409);
  await clerk.look("reversed-twice");
}

/** What a tax plugin refuses, in the person's language, with the plugin's own words beside it. */
async function refusedByPlugin({ clerk }) {
  const { page, say } = clerk;
  await clerk.go("/documents/new/invoice?customer=C0001");
  await page.getByLabel(`${say("documents.description")} 1`).fill("轴承");
  await page.getByLabel(`${say("documents.unitPrice")} 1`).fill("50.00");
  await page.getByLabel(`${say("documents.category")} 1`).fill("77");
  await page.getByText(say("problems.plugin-refused.title")).first().waitFor();
  await page.getByText(clerk.language === "en" ? "This tax category is not configured" : "没有配置此税收类别").first().waitFor();
  assert.match(await page.locator(".note.bad q").first().textContent(), /77/);
  await clerk.look("plugin-refused");
  await page.getByLabel(`${say("documents.category")} 1`).fill("13");
  await page.getByText("56.50").first().waitFor();
}

/** The same component with a section of its own behind it: another digest, the same rules. */
function another(bytes) {
  const name = Buffer.from("zhangben-test");
  const content = Buffer.concat([Buffer.from([name.length]), name, Buffer.from("x")]);
  return Buffer.concat([bytes, Buffer.from([0, content.length]), content]);
}

async function activated(p, name) {
  await p.go("/plugins/bindings");
  await p.page.reload();
  await p.button("plugins.activate").click();
  await p.page.getByText(p.say("plugins.activated")).first().waitFor();
  await p.look(name);
}

const inForce = async (p) => (await p.call("GET", `/v1/bindings?on=${(await p.call("GET", "/v1/session")).body.company.today}`)).body.items.find((b) => b.slot === "tax").digest;

/** Uploaded with its report, proposed by one, activated by another, rolled back by the same two. */
async function plugin({ admin, clerk, second }, language) {
  const { page, say } = admin;
  await admin.go("/plugins");
  const input = page.locator("input[type=file]");
  await input.setInputFiles({ name: "rules.wasm", mimeType: "application/wasm", buffer: Buffer.from("no component") });
  await page.getByText(say("problems.component-refused.title")).waitFor({ timeout: 30_000 });
  await admin.look("plugin-not-admitted");
  await input.setInputFiles({ name: "rules.wasm", mimeType: "application/wasm", buffer: another(fs.readFileSync(path.join(plugins, "tax-cn-vat.wasm"))) });
  const bind = page.getByRole("link", { name: say("plugins.bind") });
  await bind.waitFor({ timeout: 120_000 });
  await page.getByRole("table", { name: say("plugins.report") }).getByText(say("plugins.outcomeOf.answered")).first().waitFor();
  await admin.look("plugin-admitted");
  const first = await inForce(admin);
  await bind.click();
  await still(page);
  await page.locator(".schema-form").waitFor();
  await admin.button("plugins.check").click();
  await page.getByText(say("plugins.accepted")).waitFor();
  await admin.button("plugins.propose").click();
  await page.getByRole("heading", { name: say("plugins.pendingTitle") }).waitFor();
  assert.equal(await admin.button("plugins.activate").getAttribute("aria-disabled"), "true", "nobody activates what she proposed");
  await admin.look("binding-proposed");
  const pending = (await admin.call("GET", "/v1/bindings")).body.items.find((b) => b.status === "pending");
  for (const p of [admin, clerk]) assert.equal((await p.call("POST", `/v1/bindings/${pending.id}/activate`)).status, 403);
  await activated(second, "binding-activated");
  assert.notEqual(await inForce(admin), first);
  await page.reload();
  await admin.button("plugins.rollBack").first().click();
  await admin.look("roll-back");
  await page.getByRole("dialog").getByRole("button", { name: say("plugins.propose") }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  assert.notEqual(await inForce(admin), first, `${language}: a proposal changes nothing`);
  await activated(second, "rolled-back");
  assert.equal(await inForce(admin), first);
}

/** The month before, item by item: what does not hold is waived with a reason, then nothing goes into it any more. */
async function closing({ admin, clerk, reviewer }) {
  const { page, say } = reviewer;
  const month = clerk.before.slice(0, 7);
  await admin.go("/admin/close");
  await admin.page.getByLabel(admin.say("close.month")).fill(month);
  await admin.button("close.openOther").click();
  await admin.page.getByRole("heading", { name: new RegExp(month) }).waitFor();
  await admin.look("close-open");
  const lock = async (name) => {
    await admin.go("/admin/periods");
    await admin.page.reload();
    await admin.button("admin.lockNew").first().click();
    const dialogue = admin.page.getByRole("dialog");
    await choose(admin.page, admin.say("admin.lockKind"), admin.code("lock", "hard"));
    await dialogue.getByRole("button", { name: admin.say("admin.lockNew") }).click();
    if (name !== null) {
      await admin.page.getByText(admin.say("problems.state.title")).waitFor();
      await admin.look(name);
    } else await admin.page.getByText(admin.say("admin.lockSet")).waitFor();
  };
  await lock("lock-refused");
  await reviewer.go(`/admin/close/${month}`);
  const items = (await reviewer.call("GET", `/v1/closes/${month}`)).body.items;
  for (const item of items) {
    const panel = page.locator("section.panel", { hasText: say(`close.items.${item.item}`) }).first();
    const what = item.finding.holds ? "sign" : "waive";
    await panel.getByRole("button", { name: say(`close.${what}`), exact: true }).click();
    const dialogue = page.getByRole("dialog");
    if (what === "waive" || item.item === "vouchers-exported") await dialogue.getByRole("textbox").fill(what === "waive" ? "本月未上线，下月补齐" : "batch 7");
    if (what === "waive") await reviewer.look("close-waive");
    await dialogue.getByRole("button", { name: say(`close.${what}`), exact: true }).click();
    await dialogue.waitFor({ state: "hidden" });
    await panel.getByText(say(what === "sign" ? "close.signed" : "close.waived"), { exact: true }).first().waitFor();
  }
  await page.getByText(say("close.signedOf", { signed: items.length, all: items.length })).waitFor();
  await reviewer.look("close-signed");
  await lock(null);
  await admin.look("locked");
  await clerk.go("/documents/new/adjustment?customer=C0001");
  const late = await clerk.call("POST", "/v1/invoices", invoice(clerk.before, "1.00"));
  assert.deepEqual([late.status, late.body.code], [409, "period-locked"]);
  await clerk.go(`/documents/new/invoice?customer=C0001`);
  const field = clerk.field("documents.documentDate");
  await field.fill(clerk.before);
  await clerk.page.keyboard.press("Enter");
  await clerk.page.getByLabel(`${clerk.say("documents.description")} 1`).fill("轴承");
  await clerk.page.getByLabel(`${clerk.say("documents.unitPrice")} 1`).fill("50.00");
  await clerk.page.getByText(clerk.say("problems.period-locked.title")).first().waitFor();
  await clerk.look("period-locked");
}

/** A form that is not saved: *back*, and an address that is typed, ask first. */
async function unsaved({ clerk }) {
  const { page, say } = clerk;
  const asked = () => page.getByText(say("common.unsavedTitle")).waitFor();
  // The invoice that the locked month refused is still there.
  await clerk.go("/customers");
  await asked();
  await clerk.button("common.leave").click();
  await page.getByRole("link", { name: /C0001/ }).first().click();
  await page.waitForURL(/customers\/C0001$/);
  await clerk.button("common.edit").first().click();
  await page.waitForURL(/edit$/);
  await clerk.field("customers.externalId").fill("never saved");
  const kept = async () => {
    await clerk.button("common.stay").click();
    await page.getByText(say("common.unsavedTitle")).waitFor({ state: "hidden" });
    assert.match(page.url(), /#\/customers\/C0001\/edit$/);
    assert.equal(await clerk.field("customers.externalId").inputValue(), "never saved");
  };
  await page.evaluate(() => history.back());
  await asked();
  await kept();
  const type = () => page.evaluate(() => location.assign("#/reports/aging"));
  await type();
  await asked();
  await clerk.look("unsaved");
  await kept();
  await type();
  await asked();
  await clerk.button("common.leave").click();
  await page.getByRole("heading", { name: say("reports.title"), level: 1 }).waitFor();
  // Saved forms go on by themselves.
  await clerk.go("/customers/C0001/edit");
  await clerk.field("customers.externalId").fill("ERP-1");
  await clerk.button("common.save").click();
  await page.waitForURL(/customers\/C0001$/);
}

/** Another has changed the draft: both versions side by side, and hers is not lost. */
async function twoVersions({ clerk }) {
  const { page, say } = clerk;
  const draft = await made(clerk, "/v1/drafts", { kind: "invoice", body: { ...invoice(clerk.today, "80.00"), text: "first" } });
  await clerk.go(`/documents/drafts/${draft.id}/edit`);
  await page.getByLabel(`${say("documents.unitPrice")} 1`).fill("81.00");
  const read = await clerk.call("GET", `/v1/drafts/${draft.id}`);
  const put = await clerk.call("PUT", `/v1/drafts/${draft.id}`, { body: { ...invoice(clerk.today, "80.00"), text: "theirs" } }, { "If-Match": read.etag });
  assert.equal(put.status, 200, JSON.stringify(put.body));
  await clerk.button("documents.saveSubmit").click();
  await page.getByText(say("conflict.title")).waitFor();
  await clerk.look("draft-conflict");
  await page.getByRole("row", { name: new RegExp(clerk.language === "en" ? "^text" : "^说明") }).getByRole("radio").nth(1).check();
  await clerk.button("conflict.saveSubmit").click();
  await page.waitForURL(/documents\/drafts\/dft_[0-9a-f]+$/);
  const { body, state } = (await clerk.call("GET", `/v1/drafts/${draft.id}`)).body;
  assert.deepEqual([body.text, body.lines[0].unit_price, state], ["theirs", "81.00", "submitted"]);
}

/** A file whose headings nobody knows: what is asked is answered, it is looked at again, comes in, and is taken back. */
async function sheet({ clerk, second }) {
  const { page, say } = clerk;
  const field = (name) => say(`importFields.opening-balances.${name}`);
  await clerk.go("/admin/imports");
  await choose(page, say("admin.importKind"), clerk.code("importKind", "opening-balances"));
  const [saved] = await Promise.all([page.waitForEvent("download"), clerk.button("admin.importTemplate").click()]);
  assert.match(fs.readFileSync(await saved.path(), "utf8"), clerk.language === "en" ? /^\uFEFFnumber,customer,/ : /^\uFEFF单据编号,客户编码,/);
  const rows = "谁,票,多少,单据日期\nC0001,ALT-1,100.00,03/04/2026\nC0001,ALT-2,20.50,05/04/2026\n";
  await page.locator("input[type=file]").setInputFiles({ name: "旧账.csv", mimeType: "text/csv", buffer: Buffer.from(rows) });
  await page.getByText(say("admin.importMappingAsked")).first().waitFor();
  const bring = page.getByRole("button", { name: say("admin.importDo"), exact: true });
  assert.equal(await bring.getAttribute("aria-disabled"), "true");
  await clerk.look("sheet-asked");
  for (const [name, column] of [["customer", "谁"], ["number", "票"], ["amount", "多少"]]) await choose(page, `${field(name)} · ${say("admin.importColumn")}`, column);
  for (const [name, value] of [["currency", "CNY"], ["effective_date", clerk.today]]) await page.getByLabel(`${field(name)} · ${say("admin.importValue")}`, { exact: true }).fill(value);
  await choose(page, say("admin.importDates"), "DD/MM/YYYY");
  assert.equal(await bring.getAttribute("aria-disabled"), "true");
  await clerk.button("admin.importAgain").click();
  await page.getByText(say("admin.importReport", { records: 2, refused: 0 })).waitFor();
  await clerk.look("sheet-looked-at");
  await bring.click();
  await page.getByText(say("admin.importMade", { made: 2 })).waitFor();
  const row = page.getByRole("row", { name: /旧账\.csv/ });
  await row.waitFor();
  await clerk.look("sheet-imported");
  const posted = async () => (await clerk.call("GET", "/v1/open-items?customer=C0001&limit=200")).body.items.filter((item) => JSON.stringify(item).includes('"20.50"')).length;
  assert.equal(await posted(), 1);
  const undo = async (p) => {
    await p.page.getByRole("row", { name: /旧账\.csv/ }).getByRole("button", { name: say("admin.importUndo") }).click();
    await p.page.getByRole("dialog").getByRole("button", { name: say("admin.importUndo") }).click();
  };
  // After the take-over that takes another person than who brought it in, and one who approved no invoice of the customer.
  await undo(clerk);
  await page.getByText(say("problems.state.title")).waitFor();
  // The refusal's own reason says what to do, and no word of anybody who was faster.
  assert.equal(await page.getByText(say("problems.state.next")).count(), 0);
  await clerk.look("sheet-not-hers");
  await page.getByRole("dialog").getByRole("button", { name: say("common.cancel") }).click();
  await page.getByRole("dialog").waitFor({ state: "hidden" });
  await second.go("/admin/imports");
  await undo(second);
  await second.page.getByText(say("admin.importUndone")).waitFor();
  await second.page.getByRole("row", { name: /旧账\.csv/ }).getByText(clerk.code("importStatus", "undone")).waitFor();
  assert.equal(await posted(), 0);
  await second.look("sheet-taken-back");
}

/** What its rows became; and since its month is locked by now, it goes back on a day that she gives. */
async function lockedAway({ clerk }) {
  const { page, say } = clerk;
  await clerk.go("/admin/imports");
  await page.getByRole("link", { name: "收款.csv" }).click();
  await page.waitForURL(/admin\/imports\/imp_[0-9a-f]+$/);
  await page.getByRole("link", { name: /^RC-/ }).waitFor();
  await clerk.look("import-rows");
  await clerk.button("admin.importUndo").click();
  const dialogue = page.getByRole("dialog");
  const confirm = dialogue.getByRole("button", { name: say("admin.importUndo") });
  await confirm.click();
  await dialogue.getByText(say("problems.state.title")).waitFor();
  await clerk.look("import-locked");
  await dialogue.getByLabel(say("admin.importLater")).first().fill(clerk.today);
  await page.keyboard.press("Enter");
  await confirm.click();
  await page.getByText(say("admin.importUndoneLater", { later: 1 })).waitFor();
  await page.getByRole("table", { name: say("admin.importRows") }).getByText(clerk.code("importRowStatus", "undone")).waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  await clerk.look("import-rows-narrow");
  await page.setViewportSize({ width: 1280, height: 800 });
}

/** One row is wrong: the other goes in, this one comes back as a file with its reason, is mended, and comes in by what was said of the first file. */
async function someRows({ clerk }) {
  const { page, say } = clerk;
  const send = (name, text, encoding = "utf8") => page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text, encoding) });
  const bring = page.getByRole("button", { name: say("admin.importDo"), exact: true });
  const report = (records, refused) => page.getByText(say("admin.importReport", { records, refused })).waitFor();
  const came = () => page.getByText(say("admin.importCame", { made: 1, already: 0 })).waitFor();
  await clerk.go("/admin/imports");
  await choose(page, say("admin.importKind"), clerk.code("importKind", "customers"));
  await send("客户.csv", "谁,客户名称,国家,币种\nK1,甲厂,CN,CNY\nK2,乙厂,China,CNY\n");
  await page.getByText(say("admin.importMappingAsked")).first().waitFor();
  await choose(page, `${say("importFields.customers.code")} · ${say("admin.importColumn")}`, "谁");
  await clerk.button("admin.importAgain").click();
  await report(2, 1);
  const errors = page.getByRole("table", { name: say("admin.importErrors") });
  await errors.getByText("C3", { exact: true }).waitFor();
  assert.equal(await errors.locator("[lang=en]").count(), 0, "the reason is said in her language");
  // As a whole it would leave nothing, and says so before it is tried.
  assert.equal(await bring.getAttribute("aria-disabled"), "true");
  await page.getByRole("radio", { name: say("admin.importModeOf.best-effort") }).check();
  await clerk.look("sheet-some-rows");
  await page.setViewportSize({ width: 390, height: 844 });
  await clerk.look("sheet-some-rows-narrow");
  await page.setViewportSize({ width: 1280, height: 800 });
  await bring.click();
  await came();
  await clerk.look("sheet-rejected");
  const [saved] = await Promise.all([page.waitForEvent("download"), clerk.button("admin.importRejects").click()]);
  assert.equal(saved.suggestedFilename(), "客户-rejected.csv");
  const rejected = fs.readFileSync(await saved.path(), "utf8");
  assert.match(rejected, /^\uFEFF谁,客户名称,国家,币种,import_error\r\nK2,乙厂,China,CNY,/);
  assert.ok(rejected.includes(clerk.language === "en" ? "country code of two capital letters" : "不是两位大写国家代码"), rejected);
  await send("客户-rejected.csv", rejected.replace("China", "CN"));
  await report(1, 0);
  await bring.click();
  await page.getByText(say("admin.importMade", { made: 1 })).waitFor();
  for (const code of ["K1", "K2"]) assert.equal((await clerk.call("GET", `/v1/customers/${code}`)).status, 200, code);
  // Loaded anew, the page still says what came of it.
  await page.reload();
  await came();
  await choose(page, say("admin.importKind"), clerk.code("importKind", "customers"));
  await send("kunden.csv", "code,name,country,currency\nG1,Müller GmbH,DE,EUR\n", "latin1");
  await page.getByText(say("problems.sheet-unreadable.title")).waitFor();
  await clerk.look("sheet-encoding");
  await choose(page, say("admin.importEncoding"), "windows-1252");
  await clerk.button("admin.importReadAgain").click();
  await page.getByText("Müller GmbH").first().waitFor();
}
