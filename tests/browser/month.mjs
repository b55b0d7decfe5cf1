// The month on the screen by three people: a clerk, a reviewer, an auditor; before them the administrator who lets them in.
import path from "node:path";
import fs from "node:fs";
import { assert, camt, choose, out, person, serve, still } from "./kit.mjs";
import { undoing } from "./undoing.mjs";

const SECRET = { admin: "Kranich-Ufer-71", clerk: "Mohnblume-Acht-22", reviewer: "Regenbogen-Tal-33", auditor: "Wolkenbruch-Neun-44", second: "Sturmvogel-Sechs-55" };
const FIRST = "Anfang-Wort-2026";
const ACCOUNT = "6222000000000000018";

export async function month(language) {
  const server = await serve();
  try {
    await story(server, language);
  } catch (error) {
    error.message += `\nserver: ${server.log().slice(-1500)}`;
    throw error;
  } finally {
    await server.stop();
  }
}

async function story(server, language) {
  const admin = await person(server.url, language);
  await setUp(admin, server);
  await letIn(admin);

  const clerk = await person(server.url, language);
  await firstLogin(clerk, "clerk");
  const reviewer = await person(server.url, language);
  await firstLogin(reviewer, "reviewer");
  const auditor = await person(server.url, language);
  await firstLogin(auditor, "auditor");

  const second = await person(server.url, language);
  await firstLogin(second, "second");

  await customer(clerk);
  await invoice(clerk);
  await approveInvoice(reviewer, clerk);
  await bank(clerk);
  await match(clerk, reviewer, second);
  await byHand(clerk, second, admin, reviewer);
  await statements(clerk, reviewer);
  await audit(auditor);
  await forbidden({ clerk, reviewer, auditor });
  await trouble(server, clerk, language);
  for (const p of [admin, clerk, reviewer, auditor, second]) await p.context.close();
}

/** The wizard, in four steps. */
async function setUp(admin, server) {
  const { page, say } = admin;
  await page.goto(server.setup);
  await page.getByRole("heading", { name: say("setup.title") }).waitFor();
  await admin.look("setup-1");
  await admin.field("admin.name").fill("澄湖精密机电（苏州）有限公司");
  await admin.field("admin.code").fill("chenghu");
  await admin.button("common.next").click();
  await page.locator("#administrator_name").fill("陈管理");
  await admin.field("admin.login").fill("chen");
  await admin.field("session.password").fill("short");
  await admin.look("setup-2");
  await admin.button("common.next").click();
  // A password that is too short is refused at its field, on its step.
  await page.locator(".ant-form-item-explain-error").first().waitFor();
  await admin.field("session.password").fill(SECRET.admin);
  await admin.button("common.next").click();
  await admin.field("bank.number").fill(ACCOUNT);
  await admin.field("bank.bank").fill("示例银行苏州分行");
  await admin.look("setup-3");
  await admin.button("common.next").click();
  await admin.button("setup.finish").waitFor();
  await admin.look("setup-4");
  await admin.button("setup.finish").click();
  await admin.button("setup.go").click();
  await page.getByRole("heading", { name: say("home.title"), level: 1 }).waitFor();
  await admin.look("home-empty");
}

/** Users, the approval rule, an API key that is shown once. */
async function letIn(admin) {
  const { page, say } = admin;
  const people = [
    ["clerk", "李会计", "clerk"],
    ["reviewer", "王复核", "reviewer"],
    ["auditor", "赵审计", "auditor"],
    ["second", "孙主管", "reviewer"],
  ];
  await admin.go("/admin/users");
  for (const [login, name, role] of people) {
    await admin.button("admin.userNew").click();
    const dialogue = page.getByRole("dialog");
    await dialogue.getByLabel(say("admin.login"), { exact: true }).fill(login);
    await dialogue.getByLabel(say("admin.personName"), { exact: true }).fill(name);
    await dialogue.getByRole("checkbox", { name: admin.code("role", role) }).check();
    await dialogue.getByLabel(say("admin.initialPassword")).fill(FIRST);
    await dialogue.getByRole("button", { name: say("common.save") }).click();
    await dialogue.waitFor({ state: "hidden" });
    await page.getByRole("cell", { name: login, exact: true }).waitFor();
  }
  await admin.look("users");
  await admin.go("/admin/approvals");
  await admin.button("admin.ruleAdd").click();
  await page.getByLabel(`${say("admin.ruleFrom")} 1`).fill("0");
  await page.getByRole("checkbox", { name: `${say("admin.ruleIntegrators")} 1`, exact: true }).check();
  await admin.button("common.save").click();
  await page.getByText(say("admin.rulesSaved")).waitFor();
  const { rules } = (await admin.call("GET", "/v1/approval-rules")).body;
  assert.equal(rules.find((rule) => rule.builtin !== true).binds_integrators, true);
  await admin.look("approval-rules");
  await admin.go("/admin/keys");
  await admin.button("admin.keyNew").click();
  await page.getByRole("dialog").getByLabel(say("admin.keyLabel")).fill("ERP");
  await page.getByRole("dialog").getByRole("button", { name: say("admin.keyNew") }).click();
  const shown = page.getByRole("dialog").locator("pre");
  await shown.waitFor();
  const secret = (await shown.textContent()) ?? "";
  assert.match(secret, /^zb_[0-9a-f]+$/);
  await admin.button("admin.keyDone").click();
  await admin.look("keys");
  assert.ok(!(await page.content()).includes(secret), "a key is shown once");
}

async function login(p, name, password) {
  const { page, say } = p;
  await page.getByRole("heading", { name: say("session.title") }).waitFor();
  await p.field("session.login").fill(name);
  await p.field("session.password").fill(password);
  await p.button("session.submit").click();
}

async function firstLogin(p, name) {
  const { page, say } = p;
  await p.go("/");
  if (name === "clerk") {
    await p.look("login");
    await login(p, name, "not the password");
    await page.getByText(say("problems.login-refused.title")).waitFor();
    await p.look("login-refused");
  }
  await login(p, name, FIRST);
  await p.field("session.old").fill(FIRST);
  await p.field("session.new").fill(SECRET[name]);
  await p.field("session.again").fill(SECRET[name]);
  if (name === "clerk") await p.look("first-password");
  await p.button("session.changeTitle").click();
  await page.getByRole("heading", { name: say("home.title"), level: 1 }).waitFor();
}

async function customer(clerk) {
  const { page, say } = clerk;
  await clerk.go("/customers/new");
  await clerk.field("customers.code").fill("C0001");
  await clerk.field("customers.name").fill("苏州精工有限公司");
  await clerk.field("customers.country").fill("China");
  await page.getByRole("button", { name: say("common.add"), exact: true }).click();
  await page.getByLabel(say("customers.payerAccount"), { exact: true }).fill("6217000000000000027");
  await clerk.field("customers.country").fill("C1");
  await clerk.button("common.save").click();
  // Refused at its field; the rest is kept.
  await page.locator(".ant-form-item-explain-error").first().waitFor();
  await clerk.look("customer-refused");
  assert.equal(await clerk.field("customers.name").inputValue(), "苏州精工有限公司");
  await clerk.field("customers.country").fill("CN");
  await clerk.button("common.save").click();
  await page.getByRole("heading", { name: "苏州精工有限公司" }).waitFor();
  await clerk.look("customer-new");
}

async function invoice(clerk) {
  const { page, say } = clerk;
  await clerk.go("/documents/new/invoice?customer=C0001");
  await page.getByLabel(`${say("documents.description")} 1`).fill("深沟球轴承 6205-2RS");
  await page.getByLabel(`${say("documents.quantity")} 1`).fill("２0");
  await page.getByLabel(`${say("documents.unitPrice")} 1`).fill("50.00");
  // 20 × 50.00 and 13 %: the server's figures, with nothing posted yet.
  await page.getByText("1,130.00").first().waitFor();
  await clerk.look("invoice-preview");
  await clerk.button("documents.saveSubmit").click();
  await page.getByText(clerk.code("documentStatus", "submitted")).first().waitFor();
  // Who prepared it cannot approve it, and the button says why.
  const approve = clerk.button("documents.approve");
  assert.equal(await approve.getAttribute("aria-disabled"), "true");
  await clerk.look("draft-submitted");
}

async function approveInvoice(reviewer, clerk) {
  const { page, say } = reviewer;
  await reviewer.go("/documents/review");
  await page.getByText("苏州精工有限公司").first().waitFor();
  await reviewer.look("review-queue");
  await page.setViewportSize({ width: 390, height: 844 });
  await reviewer.look("review-queue-390");
  await page.setViewportSize({ width: 1280, height: 800 });
  await still(page);
  await page.keyboard.press("a");
  await page.getByText(say("documents.queueEmpty")).waitFor();
  await clerk.go("/documents");
  await clerk.page.getByText("1,130.00").first().waitFor();
  await clerk.look("documents");
  await clerk.page.locator("tbody tr").first().getByRole("link").first().click();
  await clerk.page.getByText(clerk.say("documents.taxes")).first().waitFor();
  await clerk.look("document");
}

async function bank(clerk) {
  const { page, say } = clerk;
  const number = (await clerk.call("GET", "/v1/invoices?limit=1")).body.items[0].number;
  const today = (await clerk.call("GET", "/v1/session")).body.company.today;
  const file = path.join(out, `bank-${clerk.language}.xml`);
  fs.writeFileSync(
    file,
    camt(ACCOUNT, "CNY", today, [
      { amount: "1000.00", payer: "苏州精工有限公司", account: "6217000000000000027", text: number },
      { amount: "300.00", payer: "路过的人", account: "6217999999999999994", text: "货款" },
    ]),
  );
  await clerk.go("/bank/files");
  // 30 MB of nothing: refused in words, and the page goes on.
  const junk = path.join(out, `junk-${clerk.language}.xml`);
  fs.writeFileSync(junk, Buffer.alloc(30 * 1024 * 1024, 0x20));
  await page.locator("input[type=file]").setInputFiles(junk);
  await page.getByRole("alert").waitFor({ timeout: 60_000 });
  await clerk.look("bank-upload-refused");
  await page.locator("input[type=file]").setInputFiles(file);
  await page.getByText(say("bank.imported", { fresh: 2, known: 0 })).first().waitFor();
  await clerk.look("bank-files");
  await clerk.go("/bank");
  await clerk.look("bank-open");
  fs.rmSync(junk);
  fs.rmSync(file);
}

/** Whoever approved her invoice does not approve her receipt in that month: a second reviewer does. */
async function match(clerk, reviewer, second) {
  await clerk.go("/bank");
  await clerk.button("bank.reconcile").click();
  await clerk.page.getByText(clerk.code("jobStatus", "done")).first().waitFor({ timeout: 30_000 });
  await clerk.go("/bank?status=proposed");
  const accept = clerk.button("bank.accept");
  await accept.waitFor();
  assert.equal(await accept.getAttribute("aria-disabled"), "true", "the clerk does not approve");
  await clerk.look("bank-proposed");
  await reviewer.go("/bank/review");
  await reviewer.page.getByText("苏州精工有限公司").first().waitFor();
  await reviewer.look("proposals");
  await reviewer.page.keyboard.press("a");
  await reviewer.page.getByText(reviewer.say("problems.separation-of-duties.title")).waitFor();
  await reviewer.look("separation-of-duties");
  await second.go("/bank/review");
  await second.page.getByText("苏州精工有限公司").first().waitFor();
  await still(second.page);
  await second.page.keyboard.press("a");
  await second.page.getByText(second.say("bank.queueEmpty")).waitFor();
}

/** What no policy explains: by hand, on account, and undone again. */
async function byHand(clerk, reviewer, admin, other) {
  const { page, say } = clerk;
  await clerk.go("/bank");
  await page.getByText("路过的人").first().waitFor();
  await choose(page, say("bank.onAccountFor"), "C0001");
  await clerk.button("bank.onAccountAll").click();
  await page.getByText(say("bank.balances")).waitFor();
  await clerk.look("bank-settle");
  await clerk.button("bank.settle").click();
  await page.getByText(say("bank.accepted")).first().waitFor();
  await reviewer.go("/bank?status=posted");
  await reviewer.page.getByRole("option", { name: /路过的人/ }).click();
  await reviewer.look("bank-posted");
  await reviewer.button("bank.undo").first().click();
  const form = reviewer.page.getByRole("dialog");
  await form.getByLabel(`${reviewer.say("common.reason")} (${reviewer.say("common.optional")})`, { exact: true }).fill("记错客户");
  await reviewer.look("bank-undo");
  await form.getByRole("button", { name: reviewer.say("bank.undo") }).click();
  await reviewer.page.getByText(reviewer.say("bank.undone")).first().waitFor();
  // A link to a line shows that line, wherever it has gone.
  const { id } = (await reviewer.call("GET", "/v1/bank-lines?status=posted&limit=1")).body.items[0];
  await reviewer.go(`/bank?line=${id}`);
  await reviewer.page.getByText(reviewer.say("bank.lineElsewhere", { status: reviewer.code("lineStatus", "posted") })).waitFor();
  await reviewer.button("bank.undo").first().waitFor();
  await undoing({ reviewer, second: other, admin });
}

async function statements(clerk, reviewer) {
  const { page, say } = clerk;
  await clerk.go("/statements/run");
  const today = (await clerk.call("GET", "/v1/session")).body.company.today;
  await clerk.field("statements.cutOff").fill(today);
  await page.keyboard.press("Enter");
  await clerk.button("statements.start").click();
  await page.getByText(say("statements.toRun")).waitFor({ timeout: 60_000 });
  await clerk.look("statement-run");
  await clerk.go("/statements");
  await clerk.look("statements");
  await page.locator("tbody tr").first().getByRole("link").first().click();
  await page.locator("canvas").first().waitFor({ timeout: 30_000 });
  assert.equal(await clerk.button("statements.approve").getAttribute("aria-disabled"), "true");
  await clerk.look("statement-of-mine");
  await reviewer.go("/statements?status=sealed");
  await reviewer.page.locator("tbody tr").first().getByRole("link").first().click();
  await reviewer.page.locator("canvas").first().waitFor({ timeout: 30_000 });
  await reviewer.look("statement");
  await sheet(reviewer);
  await reviewer.button("statements.approve").click();
  await reviewer.page.getByText(reviewer.say("statements.approved")).first().waitFor();
  const [saved] = await Promise.all([reviewer.page.waitForEvent("download"), reviewer.page.getByRole("button", { name: "PDF", exact: true }).click()]);
  assert.match(saved.suggestedFilename(), /\.pdf$/);
}

/** Wide enough to be read at 1280, beside its figures; larger and smaller by keyboard; beneath them on a phone. */
async function sheet(p) {
  const box = (place) => p.page.locator(place).first().boundingBox();
  const width = async () => Math.round((await box(".pdf canvas")).width);
  const fit = await width();
  assert.ok(fit >= 600, `a sheet is ${fit} px wide`);
  const figures = await box(".split.paper > .stack");
  const place = await box(".pdf");
  assert.ok(figures.x + figures.width <= place.x && figures.y < place.y + place.height, "its figures stand beside it");
  await p.button("statements.zoomIn").focus();
  await p.page.keyboard.press("Enter");
  await p.page.getByText("125%", { exact: true }).waitFor();
  assert.ok(Math.abs((await width()) - fit * 1.25) < 8, `${await width()} of ${fit}`);
  await p.look("statement-larger");
  await p.page.setViewportSize({ width: 390, height: 844 });
  const beneath = await box(".split.paper > .stack");
  assert.ok((await box(".pdf")).y >= beneath.y + beneath.height, "on a phone it stands beneath them");
  await p.look("statement-larger-narrow");
  await p.page.setViewportSize({ width: 1280, height: 800 });
  await p.button("statements.zoomFit").click();
  await p.page.getByText("100%", { exact: true }).waitFor();
  assert.equal(await width(), fit);
}

async function audit(auditor) {
  const { page, say } = auditor;
  await auditor.go("/admin/audit");
  await auditor.button("admin.verify").click();
  await page.getByText(say("admin.verified")).waitFor({ timeout: 60_000 });
  await auditor.look("audit");
  // What it found stands on the page of whoever runs the host, each part with its state.
  await auditor.go("/admin/health");
  const part = (name) => page.getByRole("row").filter({ hasText: say(`health.names.${name}`) });
  await part("verification").getByText(say("admin.verified")).waitFor();
  await part("database").getByText(say("health.states.ok"), { exact: true }).waitFor();
  assert.equal(await page.locator("tbody tr").count(), 9);
  await auditor.look("health");
  // The newest first, also of one kind.
  await auditor.go("/admin/audit?kind=plugin.bound");
  const times = await page.locator("tbody tr time").evaluateAll((all) => all.map((one) => one.dateTime));
  assert.ok(times.length > 1, `${times}`);
  assert.deepEqual(times, [...times].sort().reverse());
  const rows = page.locator("tbody tr");
  // By whom, on which days and of which customer: each narrows it, stands in the address, and holds for the file.
  const clerk = (await auditor.call("GET", "/v1/users")).body.items.find((one) => one.login === "clerk").id;
  await auditor.go(`/admin/audit?actor=${clerk}&customer=C0001&kind=customer.created`);
  await rows.first().waitFor();
  const some = await rows.count();
  assert.ok(some > 0, `${some}`);
  const [log] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "CSV" }).click()]);
  assert.match(log.suggestedFilename(), /^audit-log\.csv$/);
  await auditor.go(`/admin/audit?actor=${clerk}&to=2001-01-01`);
  await page.getByText(say("admin.eventsNoneThen")).waitFor();
  await auditor.button("common.reset").click();
  await rows.first().waitFor();
  assert.ok(!page.url().includes("actor="), page.url());
  await auditor.go("/customers/C0001/timeline?topic=documents");
  await page.locator(".timeline li").getByText(auditor.code("event", "invoice.posted")).first().waitFor();
  assert.equal(await page.locator(".timeline li").getByText(auditor.code("event", "customer.created")).count(), 0);
  await page.locator(".timeline li a").first().click();
  await page.waitForURL(/\/documents\//);
  const number = (await auditor.call("GET", "/v1/invoices?kind=invoice&limit=1")).body.items[0].id;
  await auditor.go(`/documents/${number}`);
  await page.getByRole("button", { name: say("why.ask") }).first().click();
  await page.locator(".ant-drawer-open").getByText(auditor.code("taxRule", "rate-of-category")).waitFor();
  await auditor.button("why.replay").click();
  await page.getByText(say("why.sameText")).waitFor({ timeout: 30_000 });
  await auditor.look("why");
  await page.keyboard.press("Escape");
  await auditor.go("/customers/C0001/ledger");
  await page.getByText("1,130.00").first().waitFor();
  await auditor.look("ledger");
  // What she may not do says so where it is, before she fills anything in.
  await auditor.go("/customers/C0001/items");
  assert.equal(await auditor.button("customers.allocateTitle").getAttribute("aria-disabled"), "true");
}

/** Each forbidden action, called directly as the wrong person: 403, whatever the screen shows. */
async function forbidden({ clerk, reviewer, auditor }) {
  const item = { customer: "C0001", document_date: "2026-11-02", currency: "CNY", price_mode: "exclusive", lines: [] };
  const customer = { code: "C0099", name: "甲", country: "CN", currency: "CNY" };
  const draft = (await clerk.call("POST", "/v1/drafts", { kind: "adjustment", body: { customer: "C0001", amount: { amount: "5.00", currency: "CNY" }, account: "6711", date: (await clerk.call("GET", "/v1/session")).body.company.today, text: "x" } })).body;
  const submitted = await clerk.call("POST", `/v1/drafts/${draft.id}/submit`);
  assert.equal(submitted.status, 200, JSON.stringify(submitted.body));
  const cases = [
    [auditor, "POST", "/v1/customers", customer],
    [reviewer, "POST", "/v1/customers", customer],
    [auditor, "POST", "/v1/invoices", item],
    [reviewer, "POST", "/v1/drafts", { kind: "invoice", body: {} }],
    [auditor, "POST", "/v1/drafts", { kind: "invoice", body: {} }],
    [clerk, "POST", `/v1/drafts/${draft.id}/approve`, {}],
    [auditor, "POST", `/v1/drafts/${draft.id}/approve`, {}],
    [auditor, "POST", "/v1/reconciliations", {}],
    [reviewer, "POST", "/v1/reconciliations", {}],
    [auditor, "POST", "/v1/statement-runs", { cut_off: "2026-11-30" }],
    [clerk, "POST", "/v1/users", { login: "x", name: "x", roles: ["clerk"] }],
    [reviewer, "POST", "/v1/tokens", { user: "reviewer", label: "x" }],
    [clerk, "PUT", "/v1/period-locks", { kind: "soft", through: "2026-10-31" }],
    [auditor, "PUT", "/v1/period-locks", { kind: "soft", through: "2026-10-31" }],
    [clerk, "POST", "/v1/verify", null],
    [clerk, "POST", "/v1/bindings", { slot: "tax", name: "tax-cn-vat", valid_from: "2026-11-01" }],
    [reviewer, "PUT", "/v1/approval-rules", { rules: [] }],
    [clerk, "POST", "/v1/companies", { code: "b", name: "b", country: "CN", base_currency: "CNY", time_zone: "Asia/Shanghai" }],
  ];
  for (const [p, method, address, body] of cases) {
    const answer = await p.call(method, address, body);
    assert.equal(answer.status, 403, `${method} ${address}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
  // Without the token against forgery nothing is done, whoever asks.
  const forged = await clerk.page.evaluate(async () => (await fetch("/v1/customers", { method: "POST", headers: { "Content-Type": "application/json", "Idempotency-Key": crypto.randomUUID() }, body: "{}" })).status);
  assert.equal(forged, 403);
  const sent = await reviewer.call("POST", `/v1/drafts/${draft.id}/reject`, { reason: "x" });
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
}

/** Bad luck in the middle of the work: nothing that was filled in is lost. */
async function trouble(server, clerk, language) {
  const { page, say, context } = clerk;
  // Another changes the customer while the form is open.
  await clerk.go("/customers/C0001/edit");
  await clerk.field("customers.email").fill("mine@example.com");
  const other = await clerk.call("GET", "/v1/customers/C0001");
  const { code, country, currency, terms, accounts, locale, kind, taxpayer_status, statement_style } = other.body;
  const changed = await clerk.call("PUT", "/v1/customers/C0001", { code, country, currency, terms, accounts, locale, kind, taxpayer_status, statement_style, name: "苏州精工股份有限公司" }, { "If-Match": other.etag });
  assert.equal(changed.status, 200, JSON.stringify(changed.body));
  await clerk.button("common.save").click();
  await page.getByText(say("conflict.title")).waitFor();
  await clerk.look("conflict");
  await page.getByRole("row", { name: new RegExp(say("customers.name")) }).getByRole("radio").nth(1).check();
  await clerk.button("conflict.save").click();
  await page.getByRole("heading", { name: "苏州精工股份有限公司" }).waitFor();
  assert.equal((await clerk.call("GET", "/v1/customers/C0001")).body.email, "mine@example.com");

  // The session ends in the middle of a form: the password over it, and the same act goes on.
  await clerk.go("/customers/C0001/edit");
  await clerk.field("customers.externalId").fill("ERP-77");
  await context.clearCookies();
  await clerk.button("common.save").click();
  await page.getByText(say("session.againTitle")).waitFor();
  await clerk.look("session-again");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("type")), "password");
  // Somebody else may sign in, but not over what is filled in without a word.
  await clerk.button("session.againOther").click();
  const asked = page.locator(".ant-modal-confirm-title", { hasText: say("common.unsavedTitle") });
  await asked.waitFor();
  await clerk.button("common.stay").click();
  await asked.waitFor({ state: "hidden" });
  await page.getByRole("dialog").getByLabel(say("session.password")).fill(SECRET.clerk);
  await page.getByRole("dialog").getByRole("button", { name: say("session.submit"), exact: true }).click();
  await page.getByRole("heading", { name: "苏州精工股份有限公司" }).waitFor();
  assert.equal((await clerk.call("GET", "/v1/customers/C0001")).body.external_id, "ERP-77");

  // The connection is lost while it is saved: said, tried again, and nothing that was filled in is gone.
  await clerk.go("/customers/C0001/edit");
  await clerk.field("customers.externalId").fill("ERP-78");
  await context.setOffline(true);
  await clerk.button("common.save").click();
  await page.getByText(say("common.lost")).waitFor();
  await page.getByText(say("common.unreachedTitle")).waitFor();
  await clerk.look("connection-lost");
  assert.equal(await clerk.field("customers.externalId").inputValue(), "ERP-78");
  await context.setOffline(false);
  await clerk.button("common.save").click();
  await page.getByRole("heading", { name: "苏州精工股份有限公司" }).waitFor();
  assert.equal((await clerk.call("GET", "/v1/customers/C0001")).body.external_id, "ERP-78");

  // A form that was opened by its link is left for what it is of.
  await clerk.go("/customers/C0001/edit");
  await clerk.button("common.cancel").click();
  await page.getByRole("heading", { name: "苏州精工股份有限公司" }).waitFor();

  // Leaving what is not saved is asked about.
  await clerk.go("/customers/C0001/edit");
  await clerk.field("customers.externalId").fill("never saved");
  await page.getByRole("link", { name: say("nav.reports") }).click();
  await page.getByText(say("common.unsavedTitle")).waitFor();
  await clerk.button("common.stay").click();
  assert.equal(await clerk.field("customers.externalId").inputValue(), "never saved");
  await page.getByRole("link", { name: say("nav.reports") }).click();
  await clerk.button("common.leave").click();
  await page.getByRole("heading", { name: say("reports.title"), level: 1 }).waitFor();

  // The other language, as soon as its words are there, and kept.
  await page.getByRole("button", { name: say("common.otherLanguage") }).click();
  await page.waitForFunction((lang) => document.documentElement.lang === lang, language === "en" ? "zh-CN" : "en");
}
