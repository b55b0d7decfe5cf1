import { assert, made, still } from "./kit.mjs";
import { PASSWORD } from "./people.mjs";

/** A page that is opened first while the connection is lost: what she sees stays, she is told, and it comes. */
async function notOpenedYet({ page, say, context, go }) {
  await go("/customers");
  await context.setOffline(true);
  await page.getByRole("link", { name: say("nav.plugins") }).click();
  await page.getByText(say("common.lost")).waitFor();
  await page.getByRole("heading", { name: say("customers.title"), level: 1 }).waitFor();
  await context.setOffline(false);
  await page.getByRole("heading", { name: say("plugins.title"), level: 1 }).waitFor();
  await page.getByText(say("common.lost")).waitFor({ state: "hidden" });
}

/** A link to a form for somebody who is not there: the form, and no end of asking for her. */
async function unknown({ page, say, go }) {
  let asked = 0;
  const count = (request) => (asked += request.url().endsWith("/v1/customers/NOPE") ? 1 : 0);
  page.on("request", count);
  await go("/documents/new/invoice?customer=NOPE");
  await page.getByRole("button", { name: say("documents.saveDraft") }).waitFor();
  await still(page);
  page.off("request", count);
  assert.ok(asked < 5, `she was asked for ${asked} times`);
  // nor is a tab that there is not an empty page
  await go("/customers/C0001/nope");
  await page.getByText(say("common.notFoundText")).waitFor();
}

/** Two windows of one browser, in two companies: neither shows one company's figures under the other's name, and what is filled in stays. */
export async function windows(admin, url) {
  const { page, say, context } = admin;
  await notOpenedYet(admin);
  await unknown(admin);
  const home = (await admin.call("GET", "/v1/session")).body.company;
  const there = { code: "taihu", name: "太湖商贸有限公司", country: "CN", base_currency: "CNY", time_zone: "Asia/Shanghai" };
  await made(admin, "/v1/companies", there);
  await admin.go("/customers");
  await page.getByRole("link", { name: "C0001", exact: true }).waitFor();
  const other = await context.newPage();
  await other.goto(`${url}/#/admin/company`);
  // A window is told from another by its title: each tab of an area has its own.
  const title = (window, ...parts) => window.waitForFunction((wanted) => document.title === wanted, [...parts, "common.product"].map((key) => say(key)).join(" · "));
  await title(other, "admin.title", "admin.company");
  const goOn = (code) => other.getByRole("row").filter({ hasText: code }).getByRole("button", { name: say("admin.switchTo") }).click();
  const stands = (window, company) => window.locator("header .company", { hasText: company.name }).waitFor();
  await goOn(there.code);
  await stands(other, there);
  await stands(page, there);
  await page.getByRole("heading", { name: say("home.title"), level: 1 }).waitFor();
  assert.equal(await page.getByText("苏州精工有限公司").count(), 0);

  // Something is filled in: it is of the company where it was begun, and asks for the way back there.
  await admin.go("/customers/new");
  await admin.field("customers.name").fill("无锡传动有限公司");
  await goOn(home.code);
  await stands(other, home);
  const dialogue = page.getByRole("dialog").filter({ hasText: say("session.againTitle") });
  await dialogue.waitFor();
  await stands(page, there);
  await dialogue.getByLabel(say("session.password")).fill(PASSWORD);
  await dialogue.getByRole("button", { name: say("session.submit"), exact: true }).click();
  await dialogue.waitFor({ state: "hidden" });
  assert.equal(await admin.field("customers.name").inputValue(), "无锡传动有限公司");
  await stands(other, there);

  // Logged out is logged out in both.
  await admin.button("common.cancel").click();
  await admin.button("common.leave").click();
  await page.getByRole("button", { name: say("nav.account") }).click();
  await page.getByRole("menuitem", { name: say("nav.logout") }).click();
  for (const window of [page, other]) await window.getByRole("heading", { name: say("session.title") }).waitFor();
  await title(page, "session.title");
  await other.close();
}
