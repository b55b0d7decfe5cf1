// The browser tests. ZHANGBEN_BINARY: the zhangben to test; ZHANGBEN_PICTURES: the folder that gets the pictures.
import fs from "node:fs";
import path from "node:path";
import { abroad } from "./abroad.mjs";
import { books } from "./books.mjs";
import { first } from "./first.mjs";
import { fields } from "./fields.mjs";
import { close, findings, lastSights, out, pictures } from "./kit.mjs";
import { month } from "./month.mjs";
import { pages } from "./pages.mjs";
import { paths } from "./paths.mjs";

const parts = {
  "month-zh": () => month("zh-CN"),
  "month-en": () => month("en"),
  "paths-zh": () => paths("zh-CN"),
  "paths-en": () => paths("en"),
  "books-zh": () => books("zh-CN"),
  "books-en": () => books("en"),
  "abroad-zh": () => abroad("zh-CN"),
  "abroad-en": () => abroad("en"),
  "first-zh": () => first("zh-CN"),
  "first-en": () => first("en"),
  "fields-zh": () => fields("zh-CN"),
  "fields-en": () => fields("en"),
  pages: () => pages([["zh-CN", 1280], ["zh-CN", 390], ["en", 1280], ["en", 390]]),
  // each page once in each language and once at each width
  "pages-few": () => pages([["zh-CN", 1280], ["en", 390]]),
};
const asked = process.argv.length > 2 ? process.argv.slice(2) : ["month-zh", "month-en", "paths-zh", "paths-en", "books-zh", "books-en", "abroad-zh", "abroad-en", "first-zh", "first-en", "fields-zh", "fields-en", "pages"];
fs.mkdirSync(out, { recursive: true });
// What failed in a run before says nothing of this one.
for (const old of fs.readdirSync(out)) if (old.startsWith("FAILED-")) fs.rmSync(path.join(out, old));
let failed = 0;
async function run(name, part, again = true) {
  const from = Date.now();
  try {
    await part();
    console.log(`ok      ${name} (${Math.round((Date.now() - from) / 1000)} s)`);
  } catch (error) {
    await lastSights(again ? `${name}-first` : name);
    console.log(`${again ? "UNSTEADY" : "FAILED  "} ${name}: ${error.stack ?? error}`);
    // two lanes on two processors starve each other now and then: what fails twice fails
    if (again) await run(name, part, false);
    else failed += 1;
  }
}
// Most of a part is waiting until a page is still: two at a time, each with a server of its own, the longest first.
const queue = Object.entries(parts).filter(([name]) => asked.includes(name)).reverse();
async function lane() {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) await run(...next);
}
await Promise.all([lane(), lane()]);
await close();
for (const finding of [...new Set(findings)]) console.log(`finding: ${finding}`);
console.log(`${pictures.length} pictures in ${out}`);
process.exit(failed > 0 || findings.length > 0 ? 1 : 0);
