// Long names and large amounts: on a telephone, at four times its size and at a desk no figure loses a digit and no word makes the page wider than the window.
import { assert, made } from "./kit.mjs";

const NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft GmbH";
const TEXT = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetzesausführungsverordnungsentwurf";
const AMOUNTS = ["12345678.90", "1234567890.12"];
const SHOWN = "1,246,913,569.02";

export async function large(clerk) {
  const { page } = clerk;
  await made(clerk, "/v1/customers", { code: "C9001", name: NAME, country: "CN", currency: "CNY" });
  let last = null;
  for (const unit_price of AMOUNTS)
    last = (await made(clerk, "/v1/invoices", { customer: "C9001", document_date: clerk.today, currency: "CNY", price_mode: "inclusive", lines: [{ description: TEXT, quantity: "1", unit_price, category: "13" }] })).number;
  const run = await made(clerk, "/v1/statement-runs", { cut_off: clerk.today, customers: ["C9001"] });
  const places = [
    ["home", "/"],
    ["customers", "/customers?code=C9"],
    ["customer", "/customers/C9001"],
    ["ledger", "/customers/C9001/ledger"],
    ["items", "/customers/C9001/items"],
    ["document", `/documents/${last}`],
    ["statement", `/statements/${run.made[0]}`],
  ];
  for (const [width, height] of [[390, 844], [320, 640], [1280, 800]]) {
    await page.setViewportSize({ width, height });
    for (const [name, place] of places) {
      await clerk.go(place);
      if (name === "customer") assert.ok((await page.locator(".figure, .age-row, svg.recharts-surface text", { hasText: SHOWN }).count()) >= 2, `${SHOWN} in a tile and in the chart at ${width}`);
      await clerk.look(`large-${name}-${width}`);
    }
  }
}
