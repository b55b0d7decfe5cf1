// What the browser tests share: the real binary on a free port, Debian's Chromium, the console's own words, axe, pictures.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, "../..");
const consoleFolder = path.join(root, "host/console");
// The console's node_modules are the only ones.
const require = createRequire(path.join(consoleFolder, "package.json"));
const { chromium } = require("playwright-core");
const { AxeBuilder } = require("@axe-core/playwright");

const need = (name, what) => {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: ${what}`);
  return value;
};
const binary = need("ZHANGBEN_BINARY", "the zhangben to test, built with the console in it");
export const out = path.resolve(need("ZHANGBEN_PICTURES", "the folder that gets a picture of every page"));
const chrome = process.env.ZHANGBEN_CHROMIUM ?? "/usr/bin/chromium";

/** The pairs of `host/console/src/i18n/words`, read as Vite reads them. */
async function loadWords() {
  const vite = await import(require.resolve("vite").replace(/index\.cjs$/, "dist/node/index.js"));
  const server = await vite.createServer({ root: consoleFolder, configFile: false, logLevel: "error", appType: "custom", server: { middlewareMode: true, hmr: false, ws: false }, optimizeDeps: { noDiscovery: true } });
  try {
    return (await server.ssrLoadModule("/src/i18n/words/index.ts")).words;
  } finally {
    await server.close();
  }
}
const words = await loadWords();

/** What the console says for a key in a language, gaps filled. */
function sayer(language) {
  return (key, gaps = {}) => {
    const pair = key.split(".").reduce((node, step) => node?.[step], words);
    assert.ok(Array.isArray(pair), `no word ${key}`);
    return pair[language === "en" ? 1 : 0].replace(/\{\{(\w+)\}\}/g, (_, gap) => String(gaps[gap]));
  };
}
/** A word of a register, whose codes may hold dots and dashes. */
const codeWord = (language, group, code) => words.codes[group][code][language === "en" ? 1 : 0];

// `ZHANGBEN_*` are settings of the server: what these tests are told by them is not for it.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("ZHANGBEN_")));

/** The server, in a folder of its own; ends with the test. */
export async function serve(folder = fs.mkdtempSync(path.join(os.tmpdir(), "zhangben-browser-"))) {
  const migrated = spawnSync(binary, ["migrate", "--data", folder], { encoding: "utf8", env });
  assert.equal(migrated.status, 0, migrated.stderr);
  const child = spawn(binary, ["serve", "--data", folder, "--bind", "127.0.0.1:0", "--json"], { stdio: ["ignore", "pipe", "pipe"], env });
  let log = "";
  child.stderr.on("data", (chunk) => (log = (log + chunk).slice(-20_000)));
  const told = await new Promise((resolve, reject) => {
    let text = "";
    child.stdout.on("data", (chunk) => {
      text += chunk;
      try {
        resolve(JSON.parse(text));
      } catch {
        // not all of it yet
      }
    });
    child.on("exit", (code) => reject(new Error(`zhangben serve ended with ${code}: ${log}`)));
  });
  return {
    folder,
    url: told.address,
    setup: told.setup,
    log: () => log,
    /** What the operator does at the machine. */
    operator(...said) {
      const done = spawnSync(binary, [...said, "--data", folder], { encoding: "utf8", env });
      assert.equal(done.status, 0, done.stderr);
    },
    async stop() {
      child.removeAllListeners("exit");
      const ended = new Promise((resolve) => child.on("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

let browser = null;
const openPages = new Set();

/** What was last told of a page: those of a part that failed before stay where they are. */
const toldOf = new WeakMap();
/** Where everybody stood when a test failed: pictures, and in words what lay over the pages. */
export async function lastSights(name) {
  let n = 0;
  for (const page of openPages) {
    const over = await page.locator(".ant-modal:visible, .ant-drawer-open:visible, .ant-picker-dropdown:visible, .ant-select-dropdown:visible, .ant-message:visible, .note.bad:visible").allInnerTexts().catch(() => []);
    const told = `${page.url()} ${over.map((text) => JSON.stringify(text)).join(" ")}`;
    if (toldOf.get(page) === told) continue;
    toldOf.set(page, told);
    await page.screenshot({ path: path.join(out, `FAILED-${name}-${(n += 1)}.png`) }).catch(() => undefined);
    console.log(`        ${told}`);
  }
}
/** One for all parts: whoever asks first starts it. */
function open() {
  browser ??= chromium.launch({
    executablePath: chrome,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  return browser;
}
export async function close() {
  await (await browser)?.close();
  browser = null;
}

/** axe findings that fail a run, and everything else that a page complained of. */
export const findings = [];
export const pictures = [];

/**
 * A person at her own browser: a fresh profile, her language, no motion (a press on what is still moving in is lost on a slow machine). `look` waits until the page is still, has axe look at it and keeps a picture.
 */
export async function person(url, language, width = 1280) {
  const context = await (await open()).newContext({ viewport: { width, height: width < 600 ? 844 : 800 }, locale: language, timezoneId: "Asia/Shanghai", acceptDownloads: true, reducedMotion: "reduce" });
  await context.addInitScript((l) => localStorage.setItem("zhangben.language", l), language);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  openPages.add(page);
  watch(page);
  page.on("close", () => openPages.delete(page));
  page.on("pageerror", (error) => findings.push(`${page.url()}: ${error.message}`));
  page.on("console", (message) => {
    const text = message.text();
    // A refusal of the API is what some of these tests are for; the browser names each in its console.
    if (message.type() === "error" && !/Failed to load resource/.test(text)) findings.push(`${page.url()}: ${text}`);
  });
  const say = sayer(language);
  return {
    context,
    page,
    say,
    language,
    code: (group, code) => codeWord(language, group, code),
    go: async (hash) => {
      await page.goto(`${url}/#${hash}`);
      await still(page);
    },
    button: (key, gaps) => page.getByRole("button", { name: say(key, gaps), exact: false }),
    field: (key) => page.getByLabel(say(key), { exact: true }).first(),
    /** Closes a form over the page; what is filled in is asked about first. */
    abandon: async () => {
      await page.getByRole("dialog").getByRole("button", { name: say("common.cancel") }).click();
      await page.getByRole("button", { name: say("common.discard") }).click();
      await page.getByRole("dialog").first().waitFor({ state: "hidden" });
    },
    look: (name) => look(page, `${name}-${language}-${width}`),
    /** Calls the API as this person's browser would, with her session. */
    call: (method, address, body, headers = {}) => call(page, method, address, body, headers),
  };
}

/** What each page has asked for and not yet been answered. */
const asked = new WeakMap();
function watch(page) {
  const open = new Set();
  asked.set(page, open);
  page.on("request", (request) => open.add(request));
  for (const end of ["requestfinished", "requestfailed"]) page.on(end, (request) => open.delete(request));
}

/** Waits until a page has asked for nothing for a moment, waits for nothing, and has drawn what it was told. */
export async function still(page) {
  const until = Date.now() + 15_000;
  for (let quiet = 0; quiet < 3 && Date.now() < until && !page.isClosed(); ) {
    const drawn = await page
      .evaluate(async () => {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 40))));
        return document.querySelector(".skeleton, .ant-spin-spinning, .ant-btn-loading") === null;
      })
      .catch(() => false);
    quiet = drawn && asked.get(page).size === 0 ? quiet + 1 : 0;
  }
}

/** In the page: figures that stand beyond the edge of their table's place, where nobody sees them without scrolling. */
function cutFigures() {
  const found = [];
  for (const place of document.querySelectorAll(".table-wrap")) {
    const edge = place.getBoundingClientRect().left + place.clientWidth;
    const cells = [...place.querySelectorAll("td.right, th.right")].filter((cell) => cell.getBoundingClientRect().right + place.scrollLeft > edge + 1);
    if (cells.length > 0) found.push(`${place.getAttribute("aria-label") ?? "a table"}: ${cells[0].textContent.trim()}`);
  }
  return found;
}

/** In the page: figures of which a part lies outside of what shows it: a chart's words beyond the chart, amounts beyond whatever hides what is wider. */
function clippedFigures() {
  const found = [];
  const outside = (inner, outer) => inner.width > 0 && (inner.left < outer.left - 1 || inner.right > outer.right + 1);
  for (const text of document.querySelectorAll("svg.recharts-surface text")) {
    if (outside(text.getBoundingClientRect(), text.closest("svg.recharts-surface").getBoundingClientRect())) found.push(`a chart: ${text.textContent}`);
  }
  for (const figure of document.querySelectorAll(".figure .value, .num")) {
    if (figure.closest(".sr") !== null) continue;
    const range = document.createRange();
    range.selectNodeContents(figure);
    const drawn = range.getBoundingClientRect();
    for (let over = figure.parentElement; over !== null; over = over.parentElement) {
      const { overflowX } = getComputedStyle(over);
      // what scrolls can be reached
      if (overflowX === "auto" || overflowX === "scroll") break;
      if (overflowX === "visible" || !outside(drawn, over.getBoundingClientRect())) continue;
      found.push(figure.textContent.trim());
      break;
    }
  }
  return found;
}

/** In the page: cells of cards whose pieces stand apart, a number here and its name there: what belongs together is of one piece. */
function scatteredCells() {
  const isPiece = (node) => node.nodeType === Node.ELEMENT_NODE || node.textContent.trim() !== "";
  return [...document.querySelectorAll(".table-wrap.cards tbody td:not(.right)")]
    .filter((cell) => getComputedStyle(cell).display === "flex" && [...cell.childNodes].filter(isPiece).length > 1)
    .map((cell) => `${cell.dataset.label}: ${cell.textContent.trim()}`)
    .slice(0, 3);
}

async function look(page, name) {
  await still(page);
  const file = path.join(out, `${name}.png`);
  // Over a dialogue the window is the picture; a page is taken whole, from its top.
  const over = await page.locator(".ant-modal-wrap:visible, .ant-drawer-open").count();
  if (over === 0) await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path: file, fullPage: over === 0, animations: "disabled" });
  pictures.push(file);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) findings.push(`${name}: ${wide} px wider than the window`);
  for (const cut of await page.evaluate(clippedFigures)) findings.push(`${name}: a figure is cut off: ${cut}`);
  for (const cell of await page.evaluate(scatteredCells)) findings.push(`${name}: a cell is scattered: ${cell}`);
  if (page.viewportSize().width >= 1280) for (const cut of await page.evaluate(cutFigures)) findings.push(`${name}: a figure is cut off: ${cut}`);
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]).analyze();
  for (const v of violations) {
    if (v.impact !== "serious" && v.impact !== "critical") continue;
    findings.push(`${name}: axe ${v.impact} ${v.id}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join("; ")}`);
  }
}

async function call(page, method, address, body, headers) {
  return page.evaluate(
    async ([m, a, b, h]) => {
      const session = await (await fetch("/v1/session")).json();
      const response = await fetch(a, {
        method: m,
        headers: {
          "X-CSRF-Token": session.csrf_token ?? "",
          ...(m === "GET" ? {} : { "Idempotency-Key": crypto.randomUUID() }),
          ...(b === undefined || b === null ? {} : { "Content-Type": "application/json" }),
          ...h,
        },
        ...(b === undefined || b === null ? {} : { body: JSON.stringify(b) }),
      });
      const text = await response.text();
      let json = null;
      try {
        json = JSON.parse(text);
      } catch {
        // a file
      }
      return { status: response.status, body: json, etag: response.headers.get("ETag") };
    },
    [method, address, body ?? null, headers],
  );
}

/** What a person makes by the API as the console would. */
export async function made(p, address, body) {
  const answer = await p.call("POST", address, body);
  assert.ok(answer.status === 200 || answer.status === 201, `${address}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Chooses in an antd select, by the words of the option; within a dialogue where the page below has one of the same name. */
export async function choose(page, label, option, within = page) {
  // the list of the one before may still be on its way out
  const list = page.locator(".ant-select-dropdown:not(.ant-select-dropdown-hidden)");
  await list.first().waitFor({ state: "hidden", timeout: 2_000 }).catch(() => undefined);
  const box = within.getByRole("combobox", { name: label, exact: true }).first();
  await box.click();
  await list.locator(".ant-select-item-option", { hasText: option }).first().click();
  // where the machine is slow, the press that opened the list opens it once more after the choice; one that is on its way out is waited for
  for (let tries = 0; tries < 10 && (await list.first().isVisible()); tries += 1) {
    await list.first().waitFor({ state: "hidden", timeout: 3_000 }).catch(async () => {
      if ((await box.getAttribute("aria-expanded")) === "true") await box.click();
    });
  }
}

/** Types a day into a date field. What is typed counts only when the field shows it its own way and its calendar is gone. */
export async function day(place, label, value) {
  const field = place.getByLabel(label, { exact: true }).first();
  for (let tries = 0; tries < 10; tries += 1) {
    await field.fill(value);
    await field.press("Enter");
    const calendar = field.page().locator(".ant-picker-dropdown:not(.ant-picker-dropdown-hidden)");
    const gone = await calendar.first().waitFor({ state: "hidden", timeout: 3_000 }).then(() => true, () => false);
    if (gone && (await field.inputValue()) !== value) return;
  }
  throw new Error(`${label} does not take ${value}: it shows ${await field.inputValue()}`);
}

/** A camt.053 file of one account with these credits; what goes `out` is a payment that the bank takes back. */
export function camt(account, currency, day, credits) {
  const side = (c) => (c.out ? "DBIT" : "CRDT");
  const entries = credits.map(
    (c, n) => `<Ntry><NtryRef>R${n}</NtryRef><Amt Ccy="${currency}">${c.amount}</Amt><CdtDbtInd>${side(c)}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>${day}</Dt></BookgDt><ValDt><Dt>${day}</Dt></ValDt><AcctSvcrRef>${day}-${n}-${c.amount}</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><AcctSvcrRef>${day}-${n}-${c.amount}</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs><Amt Ccy="${currency}">${c.amount}</Amt><CdtDbtInd>${side(c)}</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>${c.payer}</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>${c.account}</Id></Othr></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>${c.text}</Ustrd></RmtInf>${c.out ? "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>" : ""}</TxDtls></NtryDtls></Ntry>`,
  );
  const cents = credits.reduce((sum, c) => sum + (c.out ? -1n : 1n) * BigInt(c.amount.replace(".", "")), 0n).toString().padStart(3, "0");
  const total = `${cents.slice(0, -2)}.${cents.slice(-2)}`;
  const balance = (code, amount) => `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>${day}</Dt></Dt></Bal>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M-${day}</MsgId><CreDtTm>${day}T23:45:00+08:00</CreDtTm></GrpHdr>
<Stmt><Id>S-${day}</Id><ElctrncSeqNb>1</ElctrncSeqNb><CreDtTm>${day}T23:30:00+08:00</CreDtTm>
<Acct><Id><Othr><Id>${account}</Id></Othr></Id><Ccy>${currency}</Ccy></Acct>
${balance("OPBD", "0.00")}${balance("CLBD", total)}
${entries.join("\n")}
</Stmt></BkToCstmrStmt></Document>
`;
}

export { assert };
