import { assert } from "./kit.mjs";

/** A form whose own address was typed: *back* to a page that was reached by a click asks first. */
export async function typed({ clerk }) {
  const { page, say } = clerk;
  await clerk.go("/customers");
  await page.getByRole("link", { name: /C0001/ }).first().click();
  await page.waitForURL(/customers\/C0001$/);
  await page.evaluate(() => location.assign("#/documents/new/receipt?customer=C0001"));
  const amount = clerk.field("common.amount");
  await amount.fill("12.00");
  const back = async () => {
    await page.evaluate(() => history.back());
    await page.getByText(say("common.unsavedTitle")).waitFor();
  };
  await back();
  await clerk.button("common.stay").click();
  await page.getByText(say("common.unsavedTitle")).waitFor({ state: "hidden" });
  assert.match(page.url(), /#\/documents\/new\/receipt/);
  assert.equal(await amount.inputValue(), "12.00");
  await back();
  await clerk.button("common.leave").click();
  await page.waitForURL(/customers\/C0001$/);
}
