// What is said again when it changed: a refusal in another language, a line that the address names no more, a filter that nobody offers.
import { assert, still } from "./kit.mjs";

const isChinese = (text) => /[\u4e00-\u9fff]/.test(text);

export async function spoken(clerk) {
  await inAnotherLanguage(clerk);
  await gone(clerk);
  await mistyped(clerk);
}

/** Refused at its field, and said anew in the language that is chosen then, with the form as it is. */
async function inAnotherLanguage(clerk) {
  const { page, say } = clerk;
  await clerk.go("/customers/C0001/contacts");
  await clerk.button("customers.contactNew").click();
  const dialogue = page.getByRole("dialog");
  await dialogue.getByLabel(say("customers.contactName"), { exact: true }).fill("周财务");
  await dialogue.getByLabel(say("customers.contactEmail"), { exact: true }).fill("zhou at example");
  await dialogue.getByRole("button", { name: say("common.save") }).click();
  const refusal = dialogue.locator(".ant-form-item-explain-error").first();
  await refusal.waitFor();
  const own = clerk.language !== "en";
  assert.equal(isChinese(await refusal.textContent()), own);
  // The dialogue lies over the button: it is pressed all the same, as by the keyboard.
  const other = (word) => page.getByRole("button", { name: word, exact: true }).evaluate((button) => button.click());
  await other(say("common.otherLanguage"));
  await page.waitForFunction(([language]) => document.documentElement.lang !== language, [clerk.language]);
  await still(page);
  assert.equal(isChinese(await refusal.textContent()), !own, "said anew");
  await other(own ? "中文" : "English");
  await page.waitForFunction(([language]) => document.documentElement.lang === language, [clerk.language]);
  await still(page);
  assert.equal(isChinese(await refusal.textContent()), own);
  await clerk.abandon();
}

/** A line that is not there is said to be gone, until the address names it no more. */
async function gone(clerk) {
  const { page, say } = clerk;
  await clerk.go("/bank?line=zzz");
  await page.getByText(say("bank.lineGone")).waitFor();
  await clerk.go("/bank");
  await page.getByText(say("bank.lineGone")).waitFor({ state: "hidden" });
  await page.getByRole("option", { selected: true }).waitFor();
}

/** A filter that is typed and is none is refused with the words of its options; what empties a field is called so in her language. */
async function mistyped(clerk) {
  const { page, say } = clerk;
  await clerk.go("/documents/drafts?state=zzz");
  const refusal = page.locator(".note.bad").first();
  await refusal.waitFor();
  const text = await refusal.textContent();
  for (const state of ["draft", "submitted", "rejected"]) assert.ok(text.includes(clerk.code("documentStatus", state)), text);
  await clerk.go(`/documents?customer=C0001&from=${clerk.today}&external_id=X`);
  const named = page.getByRole("button", { name: say("common.clear"), exact: true });
  await named.nth(2).waitFor({ state: "attached" });
  assert.equal(await page.locator('button[aria-label="close-circle"]').count(), 0);
  await clerk.look("fields-filtered");
}
