// An invoice that is credited and written anew (红冲重开) while its goods stay with the customer: what it bills of deliveries waits again.
import { assert, made, still } from "./kit.mjs";

export async function rebill({ clerk }) {
  const { page, say } = clerk;
  const line = { description: "滚子轴承 NU205", quantity: "3", unit_price: "100.00", category: "13" };
  await made(clerk, "/v1/deliveries", { external_id: "SH-9", customer: "C0001", delivered_on: clerk.today, currency: "CNY", lines: [line] });
  const invoice = { customer: "C0001", document_date: clerk.today, currency: "CNY", price_mode: "exclusive", lines: [line], deliveries: [{ delivery: "SH-9", line: 1 }] };
  const { number } = await made(clerk, "/v1/invoices", invoice);
  assert.equal(await waiting(clerk), 0, "it is billed");
  await clerk.go(`/documents/${number}`);
  await clerk.button("documents.credit1").click();
  await page.waitForURL(/documents\/new\/credit-note/);
  await clerk.field("documents.original").waitFor();
  assert.equal(await clerk.field("documents.original").inputValue(), number);
  const field = (word) => page.getByLabel(`${say(word)} 1`, { exact: true });
  await field("documents.description").fill(line.description);
  await field("documents.quantity").fill(line.quantity);
  await field("documents.unitPrice").fill(line.unit_price);
  await field("documents.originalLine").fill("1");
  await page.getByRole("checkbox", { name: say("documents.rebill"), exact: true }).check();
  await page.getByText("339.00").first().waitFor();
  await clerk.look("books-rebill");
  await clerk.button("documents.saveSubmit").click();
  await page.waitForURL(/documents\/drafts\/dft_/);
  await clerk.look("books-rebill-submitted");
  await clerk.button("documents.post").click();
  await page.locator(".tag", { hasText: clerk.code("documentStatus", "posted") }).first().waitFor();
  assert.equal(await waiting(clerk), 1, "it waits to be billed again");
  await clerk.look("books-rebill-unbilled");
  await made(clerk, "/v1/invoices", invoice);
  assert.equal(await waiting(clerk), 0, "the new invoice bills it");
}

/** How often it stands among what is delivered and not billed. */
async function waiting({ page, go }) {
  await go("/deliveries/unbilled?customer=C0001");
  await page.reload();
  await still(page);
  return page.getByRole("row", { name: /SH-9/ }).count();
}
