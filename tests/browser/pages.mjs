// A picture of every page, with the sample month in it, in languages and at widths.
import { assert, person, serve } from "./kit.mjs";
import { setUp } from "./people.mjs";

async function places(p) {
  const first = async (address, pick) => pick((await p.call("GET", address)).body);
  const statement = await first("/v1/statements?limit=1", (b) => b.items[0]?.id);
  const plugins = await first("/v1/plugins", (b) => b.items);
  const digest = (name) => plugins.find((plugin) => plugin.name === name).digest;
  const invoice = await first("/v1/invoices?kind=invoice&limit=1", (b) => b.items[0].id);
  const merge = await first("/v1/customer-merges?limit=1", (b) => b.items[0]?.id);
  const today = await first("/v1/session", (b) => b.company.today);
  return [
    ["home", "/"],
    ["customers", "/customers"],
    ["customer", "/customers/C1001"],
    ["customer-ledger", "/customers/C1001/ledger"],
    ["customer-items", "/customers/C1001/items"],
    ["customer-documents", "/customers/C1001/documents"],
    ["customer-statements", "/customers/C1001/statements"],
    ["customer-contacts", "/customers/C1001/contacts"],
    ["customer-timeline", "/customers/C1001/timeline"],
    ["customer-edit", "/customers/C1001/edit"],
    ["customer-merge", "/customers/C1001/merge"],
    ["customer-groups", "/customers/groups"],
    ["customers-of-group", "/customers?group=%E5%BE%85%E5%90%88%E5%B9%B6&archived=all"],
    ["disputes", "/customers/disputes"],
    ["merges", "/customers/merges"],
    ...(merge === undefined ? [] : [["merge", `/customers/merges/${merge}`]]),
    ["documents", "/documents"],
    ["drafts", "/documents/drafts"],
    ["review", "/documents/review"],
    ["document", `/documents/${invoice}`],
    ...["invoice", "credit-note", "late-fee", "receipt", "write-off", "refund", "adjustment", "opening"].map((kind) => [`new-${kind}`, `/documents/new/${kind}?customer=C1001`]),
    ["bank", "/bank"],
    ["bank-proposed", "/bank?status=proposed"],
    ["bank-posted", "/bank?status=posted"],
    ["bank-review", "/bank/review"],
    ["bank-files", "/bank/files"],
    ["bank-accounts", "/bank/accounts"],
    ["bank-suspense", "/bank/suspense"],
    ["bank-clearing", "/bank/clearing"],
    ["bank-details", "/bank/details"],
    ["bills", "/bills"],
    ["bill-new", "/bills/new?customer=C1001"],
    ["deliveries", "/deliveries"],
    ["delivery-new", "/deliveries/new?customer=C1001"],
    ["unbilled", "/deliveries/unbilled"],
    ["items", "/items"],
    ["tax-invoices", "/tax-invoices"],
    ["tax-invoices-missing", "/tax-invoices/missing"],
    ["tax-invoice-new", "/tax-invoices/new?customer=C1001"],
    ["books-vouchers", "/books/vouchers"],
    ["books-chart", "/books/chart"],
    ["books-series", "/books/series"],
    ["statements", "/statements"],
    ["statement-run", "/statements/run"],
    ...(statement === undefined ? [] : [["statement", `/statements/${statement}`]]),
    ...["aging", "balances", "trial-balance", "tax", "unapplied", "tie-out"].map((name) => [`report-${name}`, `/reports/${name}`]),
    ["report-ledger", "/reports/ledger?customer=C1001"],
    ["plugins", "/plugins"],
    ["bindings", "/plugins/bindings"],
    ["plugin", `/plugins/${digest("tax-cn-vat")}`],
    ["plugin-bind", `/plugins/bind/${digest("tax-cn-vat")}`],
    ["plugin-bind-statement", `/plugins/bind/${digest("statement-classic")}`],
    ...["company", "users", "roles", "approvals", "exceptions", "periods", "close", "rates", "billing", "imports", "keys", "jobs", "audit", "samples", "health"].map((name) => [`admin-${name}`, `/admin/${name}`]),
    ["admin-roles-of-one", "/admin/roles?role=clerk"],
    ["admin-sample-drawn", `/admin/samples?from=${today.slice(0, 4)}-01-01&to=${today}&method=monetary-unit&seed=7&size=10`],
    ["password", "/password"],
    ["not-found", "/nowhere"],
    ["not-found-form", "/documents/new/nope"],
    ["not-found-report", "/reports/nope"],
    ["malformed-digest", "/plugins/abc"],
  ];
}

/** `frames`: languages with widths. */
export async function pages(frames) {
  const server = await serve();
  try {
    const { cookie, job } = await setUp(server, true);
    if (job !== null) {
      for (;;) {
        const { status, error } = await (await fetch(`${server.url}/v1/jobs/${job}`, { headers: { Cookie: cookie } })).json();
        assert.ok(!["failed", "cancelled"].includes(status), `the sample: ${error}`);
        if (status === "done") break;
        await new Promise((next) => setTimeout(next, 300));
      }
    }
    const [name, value] = cookie.split("=");
    await small(server);
    for (const [n, [language, width]] of frames.entries()) {
      const p = await person(server.url, language, width);
      await p.context.addCookies([{ name, value, url: server.url }]);
      await p.go("/");
      if (n === 0) {
        await statementsOf(p);
        await mergeProposed(p);
      }
      for (const [picture, place] of await places(p)) {
        await p.go(place);
        await p.look(`page-${picture}`);
      }
      await drawn(p);
      if (width < 600) await reflows(p);
      if (width > 1000) {
        await goesOn(p);
        await scrolls(p);
      }
      await p.context.close();
    }
  } finally {
    await server.stop();
  }
}

/** What comes over the wire until the login stands there: below 500 kB, compressed. */
async function small(server) {
  const p = await person(server.url, "zh-CN");
  const requests = [];
  p.page.on("requestfinished", (request) => requests.push(request));
  await p.go("/");
  let bytes = 0;
  for (const request of requests) bytes += (await request.sizes()).responseBodySize;
  console.log(`the shell: ${Math.ceil(bytes / 1000)} kB in ${requests.length} requests`);
  assert.ok(bytes < 500_000, `the shell has ${bytes} bytes`);
  const policy = (await p.page.request.get(server.url)).headers()["content-security-policy"];
  assert.ok(/script-src 'self'(;|$)/.test(policy) && /default-src 'none'/.test(policy), policy);
  await p.context.close();
}

/** Statements of the sample, if the sample made none. */
async function statementsOf(p) {
  if ((await p.call("GET", "/v1/statements?limit=1")).body.items.length > 0) return;
  const today = (await p.call("GET", "/v1/session")).body.company.today;
  const run = await p.call("POST", "/v1/statement-runs", { cut_off: today, customers: ["C1001", "C1002", "E2001"] });
  assert.ok([200, 201].includes(run.status), JSON.stringify(run.body));
}

/** A second record of a customer, which somebody paid to, and the merge that waits: the server's check of it, and what would go over. */
async function mergeProposed(p) {
  const source = { code: "Z9001", name: "常州恒力传动（重复档案）", country: "CN", currency: "CNY", group: "待合并" };
  assert.equal((await p.call("POST", "/v1/customers", source)).status, 201);
  const today = (await p.call("GET", "/v1/session")).body.company.today;
  const paid = await p.call("POST", "/v1/receipts", { customer: source.code, amount: { amount: "300.00", currency: "CNY" }, value_date: today });
  assert.equal(paid.status, 201, JSON.stringify(paid.body));
  await p.go(`/customers/${source.code}/merge`);
  await p.page.getByRole("combobox", { name: p.say("merges.into"), exact: true }).fill("C1001");
  await p.page.locator(".ant-select-item-option").filter({ hasText: "C1001" }).first().click();
  await p.page.getByText(p.say("merges.fits"), { exact: true }).waitFor();
  await p.look("page-customer-merge-chosen");
  await p.page.getByRole("button", { name: p.say("merges.submit") }).click();
  await p.page.getByRole("button", { name: p.say("merges.approve") }).waitFor();
  await p.page.getByText(p.say("merges.own"), { exact: true }).first().waitFor({ state: "attached" });
}

/** WCAG 1.4.10: what is decided on is read without scrolling sideways where a page of 1280 px is made four times as large. */
async function reflows(p) {
  await p.page.setViewportSize({ width: 320, height: 640 });
  for (const place of ["/", "/bank", "/bank?status=proposed", "/bank/review", "/documents/review", "/statements", "/customers/C1001"]) {
    await p.go(place);
    assert.equal(await p.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, `${place} at 320 px`);
  }
}

/** A plugin's settings stand as they hold, though nobody has set any: most parts of a statement are on. */
async function drawn(p) {
  const { digest } = (await p.call("GET", "/v1/plugins?limit=200")).body.items.find((plugin) => plugin.name === "statement-classic");
  await p.go(`/plugins/bind/${digest}`);
  await p.page.locator(".schema-form").waitFor();
  assert.ok((await p.page.locator(".schema-form").getByRole("checkbox", { checked: true }).count()) >= 5);
}

/** A next page that is refused is said, and asked for again when she wants it: not without end. */
async function goesOn(p) {
  const line = (await p.call("GET", "/v1/bank-lines?status=posted&limit=1")).body.items[0];
  let asked = 0;
  let refuses = true;
  await p.page.route("**/v1/bank-lines?*", (route) => {
    const later = new URL(route.request().url()).searchParams.get("after") !== null;
    if (later) asked += 1;
    if (later && refuses) return route.fulfill({ status: 500, json: { code: "internal", status: 500, title: "Internal", detail: "" } });
    const items = Array.from({ length: 200 }, (_, n) => ({ ...line, id: `bl_${String((later ? 200 : 0) + n).padStart(32, "0")}` }));
    return route.fulfill({ json: { items, next: later ? null : "200" } });
  });
  await p.go("/bank?status=open");
  // what the page before has asked for does not count
  asked = 0;
  await p.page.reload();
  const said = p.page.getByRole("alert").filter({ hasText: p.say("problems.internal.title") });
  await said.waitFor();
  await p.page.waitForTimeout(1000);
  assert.equal(asked, 1, "it is asked for once");
  await p.look("bank-next-refused");
  refuses = false;
  await said.getByRole("button", { name: p.say("common.retry") }).click();
  await p.page.getByText(p.say("bank.loaded", { count: 400 })).waitFor();
  assert.equal(asked, 2);
  await p.page.unroute("**/v1/bank-lines?*");
}

/** Ten thousand lines: few of them are in the page, and a step of the scroll is drawn at once. */
async function scrolls(p) {
  const MANY = 10_000;
  const line = (await p.call("GET", "/v1/bank-lines?status=posted&limit=1")).body.items[0];
  await p.page.route("**/v1/bank-lines?*", (route) => {
    const after = Number(new URL(route.request().url()).searchParams.get("after") ?? 0);
    const items = Array.from({ length: 200 }, (_, n) => ({ ...line, id: `bl_${String(after + n).padStart(32, "0")}` }));
    return route.fulfill({ json: { items, next: after + 200 < MANY ? String(after + 200) : null } });
  });
  await p.go("/bank?status=ignored");
  await p.page.getByText(p.say("bank.loaded", { count: MANY })).waitFor({ timeout: 60_000 });
  const box = p.page.getByRole("listbox");
  assert.ok((await p.page.getByRole("option").count()) < 60);
  const steps = await box.evaluate(async (list) => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    const times = [];
    for (let n = 1; n <= 40; n += 1) {
      const from = performance.now();
      list.scrollTop = (list.scrollHeight * n) / 40;
      await drawn();
      times.push(performance.now() - from);
    }
    return times.sort((a, b) => a - b);
  });
  console.log(`${MANY} lines: a step of the scroll takes ${Math.round(steps[20])} ms, at most ${Math.round(steps[39])} ms`);
  await box.focus();
  await p.page.keyboard.press("End");
  await p.page.locator(`[role="option"][aria-posinset="${MANY}"][aria-selected="true"]`).waitFor();
}
