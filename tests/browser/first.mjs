// The first run that goes on with files: customers and what they owe out of sheets, the bank account, and the first statement, each by the next step that stands there.
import { assert, day, person, serve, still } from "./kit.mjs";
import { PASSWORD } from "./people.mjs";

export async function first(language) {
  const server = await serve();
  try {
    const admin = await person(server.url, language);
    await wizard(admin, server);
    await customers(admin);
    await owed(admin);
    await away(admin);
    await bank(admin);
    await statement(admin);
    await admin.context.close();
  } catch (error) {
    error.message += `\nserver: ${server.log().slice(-1500)}`;
    throw error;
  } finally {
    await server.stop();
  }
}

const both = async (p, name) => {
  await p.look(name);
  await p.page.setViewportSize({ width: 390, height: 844 });
  await p.look(`${name}-narrow`);
  await p.page.setViewportSize({ width: 1280, height: 800 });
};

async function wizard(admin, server) {
  const { page, say } = admin;
  await page.goto(server.setup);
  await admin.field("admin.name").fill("澄湖精密机电（苏州）有限公司");
  // A step is left by the rules that the server has, and the field that is wrong has the focus.
  const code = admin.field("admin.code");
  await code.fill("Müller!");
  await admin.button("common.next").click();
  await page.locator(".ant-form-item-explain-error").first().waitFor();
  await page.waitForFunction(() => document.activeElement?.id === "company_code");
  await code.fill("chenghu");
  await admin.button("common.next").click();
  await page.locator("#administrator_name").fill("陈管理");
  await admin.field("admin.login").fill("chen");
  await admin.field("session.password").fill(PASSWORD);
  await admin.button("common.next").click();
  await page.getByRole("radio", { name: say("setup.bankSkip"), exact: true }).check();
  await admin.button("common.next").click();
  await page.getByRole("radio", { name: say("setup.file"), exact: true }).check();
  await both(admin, "first-choice");
  await admin.button("setup.finish").click();
  await page.getByText(say("setup.fileNext")).waitFor();
  await admin.look("first-ready");
  await admin.button("setup.goFile").click();
  await page.waitForURL(/#\/admin\/imports\?first=customers$/);
}

async function bring(admin, name, rows, text) {
  const { page, say } = admin;
  // the form of this kind, and not that of the one before
  await still(page);
  await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByText(say("admin.importReport", { records: rows, refused: 0 })).waitFor();
  await both(admin, `first-previewed-${rows}`);
  await page.getByRole("button", { name: say("admin.importDo"), exact: true }).click();
  await page.getByText(say("admin.importCame", { made: rows, already: 0 })).waitFor();
  // What is there now is ticked off beside what comes next.
  await page.locator("li[aria-current=step]").getByText(say("home.closeDone")).waitFor();
}

async function customers(admin) {
  const { page } = admin;
  await bring(admin, "客户.csv", 2, "code,name,country,currency\nC0001,苏州精工有限公司,CN,CNY\nC0002,无锡传动有限公司,CN,CNY\n");
  for (const code of ["C0001", "C0002"]) assert.equal((await admin.call("GET", `/v1/customers/${code}`)).status, 200, code);
  await both(admin, "first-customers");
  await admin.button("setup.filesNext", { file: admin.code("importKind", "items") }).click();
  await page.waitForURL(/first=items$/);
  const [saved] = await Promise.all([page.waitForEvent("download"), admin.button("admin.importTemplate").click()]);
  assert.equal(saved.suggestedFilename(), "items.csv");
}

/** Without items: what is not there is left out. */
async function owed(admin) {
  const { page, say } = admin;
  const today = (await admin.call("GET", "/v1/session")).body.company.today;
  await admin.button("setup.filesNext", { file: admin.code("importKind", "opening-balances") }).click();
  await page.waitForURL(/first=opening-balances$/);
  await bring(admin, "期初.csv", 1, `number,customer,amount,currency,document_date,effective_date\nALT-1,C0001,1130.00,CNY,${today},${today}\n`);
  await page.getByRole("link", { name: say("setup.filesBack") }).click();
  await page.getByRole("heading", { name: say("home.title"), level: 1 }).waitFor();
  const card = page.getByRole("region", { name: say("home.first") });
  for (const step of ["customers", "owed", "rules"]) await card.getByRole("listitem").filter({ has: page.getByText(say(`home.firstOf.${step}`), { exact: true }) }).getByText(say("home.closeDone")).waitFor();
  await both(admin, "first-steps");
}

/** Put away they stay away, until they are asked for again. */
async function away(admin) {
  const { page, say } = admin;
  const card = page.getByRole("region", { name: say("home.first") });
  await admin.button("home.firstAway").click();
  await card.waitFor({ state: "detached" });
  await page.reload();
  await admin.button("home.firstShow").waitFor();
  assert.equal(await card.count(), 0);
  await both(admin, "first-away");
  await admin.button("home.firstShow").click();
  await card.waitFor();
}

async function bank(admin) {
  const { page, say } = admin;
  await admin.button("home.firstNow", { step: say("home.firstOf.bank") }).click();
  await page.waitForURL(/#\/bank\/accounts$/);
  await admin.button("bank.accountNew").click();
  const dialogue = page.getByRole("dialog");
  await dialogue.getByLabel(say("bank.number"), { exact: true }).fill("6222000000000000018");
  await dialogue.getByLabel(say("bank.bank"), { exact: true }).fill("示例银行苏州分行");
  await dialogue.getByRole("button", { name: say("common.save") }).click();
  await dialogue.waitFor({ state: "hidden" });
  await page.getByText("6222000000000000018").first().waitFor();
}

async function statement(admin) {
  const { page, say } = admin;
  const today = (await admin.call("GET", "/v1/session")).body.company.today;
  await admin.go("/");
  await admin.button("home.firstNow", { step: say("home.firstOf.statement") }).click();
  await page.waitForURL(/#\/statements\/run$/);
  await day(page, say("statements.cutOff"), today);
  await admin.button("statements.start").click();
  await page.getByText(say("statements.toRun")).click({ timeout: 60_000 });
  await page.locator("tbody tr").filter({ hasText: "苏州精工有限公司" }).getByRole("link").first().click();
  await page.locator("canvas").first().waitFor();
  await page.getByText("1,130.00").first().waitFor();
  // It has served: the steps are gone.
  await admin.go("/");
  await page.getByText(say("home.runs")).first().waitFor();
  assert.equal(await page.getByRole("region", { name: say("home.first") }).count(), 0);
}
