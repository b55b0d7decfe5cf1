// A sheet of orders (订单): each becomes a delivery or an invoice by its customer's rule, else the company's, which books.mjs set to invoices.
import { assert, choose, made } from "./kit.mjs";

export async function orders({ clerk }) {
  const { page, say } = clerk;
  await made(clerk, "/v1/customers", { code: "C0077", name: "无锡轴承有限公司", country: "CN", currency: "CNY" });
  await ruled(clerk);
  await clerk.go("/admin/imports?kind=orders");
  await page.getByText(say("deliveries.ordersByRule")).waitFor();
  const head = "订单编号,客户编码,订单日期,交货日期,币种,品名,订购数量,单价,税目";
  const rows = [`SO-77,C0001,${clerk.today},${clerk.today},CNY,轴承,2,50.00,13`, `SO-78,C0077,${clerk.today},,CNY,轴承,4,100.00,13`];
  await page.locator("input[type=file]").setInputFiles({ name: "订单.csv", mimeType: "text/csv", buffer: Buffer.from(`${[head, ...rows].join("\n")}\n`) });
  await page.getByText(say("admin.importReport", { records: 2, refused: 0 })).waitFor();
  await clerk.look("books-orders-looked-at");
  await page.getByRole("button", { name: say("admin.importDo"), exact: true }).click();
  await page.getByText(say("admin.importMade", { made: 2 })).waitFor();
  const [delivery] = (await clerk.call("GET", "/v1/deliveries?external_id=SO-77")).body.items;
  const [invoice] = (await clerk.call("GET", "/v1/invoices?kind=invoice&external_id=SO-78")).body.items;
  assert.ok(delivery !== undefined && invoice !== undefined, "each became what its customer's rule says");
  await page.getByRole("link", { name: "订单.csv" }).first().click();
  await page.waitForURL(/admin\/imports\/imp_[0-9a-f]+$/);
  await page.getByRole("link", { name: delivery.number, exact: true }).waitFor();
  await clerk.look("books-orders-rows");
  await page.getByRole("link", { name: invoice.number, exact: true }).click();
  await page.waitForURL(/#\/documents\//);
  await page.getByText("SO-78").first().waitFor();
  await page.getByText("452.00").first().waitFor();
  await clerk.go(`/deliveries/${delivery.id}`);
  await page.getByText("SO-77").first().waitFor();
  await clerk.look("books-order-delivered");
}

/** C0001 gets a rule of its own: its orders are delivered first. The other follows the company. */
async function ruled(clerk) {
  const { page, say } = clerk;
  const panel = page.locator("section", { has: page.getByRole("heading", { name: say("deliveries.rule"), exact: true }) });
  await clerk.go("/customers/C0077");
  await panel.getByText(say("deliveries.ordersBecomeOf.invoice"), { exact: true }).waitFor();
  await panel.getByText(say("deliveries.ruleCompany"), { exact: true }).waitFor();
  await clerk.go("/customers/C0001");
  await panel.getByRole("button", { name: say("common.edit") }).click();
  const dialogue = page.getByRole("dialog");
  await choose(page, say("deliveries.ordersBecome"), say("deliveries.ordersBecomeOf.delivery"), dialogue);
  await clerk.look("books-billing-rule");
  await dialogue.getByRole("button", { name: say("common.save") }).click();
  await page.getByText(say("deliveries.ruleSaved")).waitFor();
  await panel.getByText(say("deliveries.ruleOwn"), { exact: true }).waitFor();
  await panel.getByText(say("deliveries.ordersBecomeOf.delivery"), { exact: true }).waitFor();
}
