// The first run of a company outside China: rates that are suggested and taken, the chart of its own, and an invoice that bears them.
import fs from "node:fs";
import { fileURLToPath } from "node:url";
import { assert, choose, person, serve, still } from "./kit.mjs";
import { enrol, PASSWORD, seated } from "./people.mjs";

/** What the form makes; a test of the server binds the same. */
const wanted = JSON.parse(fs.readFileSync(fileURLToPath(new URL("../fixtures/setup-tax-gb.json", import.meta.url)), "utf8"));

export async function abroad(language) {
  const server = await serve();
  try {
    const admin = await person(server.url, language);
    await wizard(admin, server);
    await made(admin);
    await invoice(admin, server, language);
    await admin.context.close();
  } catch (error) {
    error.message += `\nserver: ${server.log().slice(-1500)}`;
    throw error;
  } finally {
    await server.stop();
  }
}

async function wizard(admin, server) {
  const { page, say } = admin;
  await page.goto(server.setup);
  await page.getByRole("heading", { name: say("setup.title") }).waitFor();
  await admin.field("admin.name").fill("Harbour Tools Ltd");
  await admin.field("admin.code").fill("harbour");
  // A country that was mistyped first leaves nothing behind.
  await admin.field("admin.country").fill("uk");
  await admin.field("admin.country").fill("de");
  assert.equal(await admin.field("admin.base").inputValue(), "EUR");
  await admin.field("admin.country").fill("gb");
  assert.equal(await admin.field("admin.country").inputValue(), "GB");
  assert.equal(await admin.field("admin.base").inputValue(), "GBP", "the currency goes with the country");
  await admin.look("abroad-1");
  await admin.button("common.next").click();
  await page.locator("#administrator_name").fill("Alex Morgan");
  await admin.field("admin.login").fill("morgan");
  await admin.field("session.password").fill(PASSWORD);
  await admin.button("common.next").click();
  await admin.field("bank.number").fill("GB29NWBK60161331926819");
  await admin.field("bank.bank").fill("NatWest");
  // A rate is asked for: nothing is charged that nobody named.
  await admin.button("common.next").click();
  await page.locator(".ant-form-item-explain-error").first().waitFor();
  await page.getByText("Value Added Tax Act 1994, s. 2(1)").waitFor();
  await admin.look("abroad-2");
  await admin.button("setup.taxTake").click();
  assert.equal(await admin.field("setup.taxStandard").inputValue(), "20");
  await admin.field("setup.taxStandard").fill("20,5");
  await admin.button("common.next").click();
  await page.getByText(say("setup.taxBadRate")).first().waitFor();
  await admin.button("setup.taxTake").click();
  await page.getByText(say("setup.taxBadRate")).first().waitFor({ state: "hidden" });
  await choose(page, say("setup.taxAbroad"), say("setup.taxAbroadOf.untaxed"));
  await still(page);
  await admin.look("abroad-3");
  await noTax(admin);
  await admin.button("common.next").click();
  await admin.button("setup.finish").waitFor();
  await admin.look("abroad-4");
  await admin.button("setup.finish").click();
  await admin.button("setup.go").click();
  await page.getByRole("heading", { name: say("home.title"), level: 1 }).waitFor();
}

/** Who charges none says so, is asked for no rate, and may change her mind. */
async function noTax(admin) {
  const { page, say } = admin;
  await page.getByRole("radio", { name: say("setup.taxNone"), exact: true }).check();
  await page.getByText(say("setup.taxNoneText")).waitFor();
  assert.equal(await admin.field("setup.taxStandard").count(), 0);
  await admin.look("abroad-no-tax");
  await page.getByRole("radio", { name: say("setup.taxCharged"), exact: true }).check();
  assert.equal(await admin.field("setup.taxStandard").inputValue(), "20");
}

/** What the wizard made is what the form says, to the letter. */
async function made(admin) {
  const bound = (await admin.call("GET", "/v1/bindings?slot=tax")).body.items;
  assert.equal(bound.length, 1);
  assert.deepEqual([bound[0].status, bound[0].config], ["active", wanted]);
  const company = (await admin.call("GET", "/v1/company")).body;
  assert.deepEqual([company.country, company.locale, company.retention_years], ["GB", admin.language, 10]);
  const chart = JSON.stringify((await admin.call("GET", "/v1/chart")).body);
  assert.ok(chart.includes('"1200"') && !chart.includes('"1122"'), chart);
}

/** A line begins with the standard rate: 20 × 50.00 and 20 %. */
async function invoice(admin, server, language) {
  const [{ name, value }] = (await admin.context.cookies()).filter((cookie) => cookie.name === "zhangben_session");
  const clerk = await seated(server, await enrol(server, `${name}=${value}`, "clerk", "Sam Reed", "clerk"), language);
  await clerk.go("/");
  const customer = await clerk.call("POST", "/v1/customers", { code: "C0001", name: "Mill Lane Garage Ltd", country: "GB", currency: "GBP", locale: "en" });
  assert.equal(customer.status, 201, JSON.stringify(customer.body));
  await allowance(clerk);
  const { page, say } = clerk;
  await clerk.go("/documents/new/invoice?customer=C0001");
  assert.equal(await page.getByLabel(`${say("documents.category")} 1`).inputValue(), "standard");
  await page.getByLabel(`${say("documents.description")} 1`).fill("Torque wrench");
  await page.getByLabel(`${say("documents.quantity")} 1`).fill("20");
  await page.getByLabel(`${say("documents.unitPrice")} 1`).fill("50.00");
  await page.getByText("1,200.00").first().waitFor();
  await clerk.look("abroad-invoice");
  await clerk.context.close();
}

/** What a line holds that the form has no field for goes with it when the one before is taken out. */
async function allowance({ page, say, call, go, button }) {
  const { today } = (await call("GET", "/v1/session")).body.company;
  const line = (description, price) => ({ description, quantity: "1", unit_price: price, category: "standard" });
  const lines = [line("Wrench", "10.00"), { ...line("Vice", "80.00"), allowances: [{ amount: "5.00", reason: "Trade" }] }];
  const made = await call("POST", "/v1/drafts", { kind: "invoice", body: { customer: "C0001", document_date: today, currency: "GBP", price_mode: "exclusive", lines } });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  await go(`/documents/drafts/${made.body.id}/edit`);
  await page.getByRole("button", { name: `${say("common.remove")} 1`, exact: true }).click();
  await button("documents.saveDraft").click();
  await page.waitForURL(/documents\/drafts\/dft_[0-9a-f]+$/);
  const left = (await call("GET", `/v1/drafts/${made.body.id}`)).body.body.lines;
  assert.equal(left.length, 1);
  assert.deepEqual([left[0].description, left[0].allowances[0].amount], ["Vice", "5.00"]);
}
