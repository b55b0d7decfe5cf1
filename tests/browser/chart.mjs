// An account that people post to by hand gets a name in the chart, and another when that was wrong; whoever adjusts finds it by its name.
import { assert, choose, still } from "./kit.mjs";

export async function ownAccount({ admin, clerk }) {
  const { page, say } = admin;
  const optional = (word) => `${say(word)} (${say("common.optional")})`;
  const row = page.getByRole("row", { name: /^6711\s/ });
  const dialogue = page.getByRole("dialog");
  const save = async () => {
    await dialogue.getByRole("button", { name: say("common.save") }).click();
    await dialogue.waitFor({ state: "hidden" });
  };
  await clerk.go("/books/chart");
  assert.equal(await clerk.button("books.addOwn").getAttribute("aria-disabled"), "true");
  await admin.go("/books/chart");
  await admin.button("books.addOwn").click();
  const number = dialogue.getByLabel(say("common.account"), { exact: true });
  await number.fill("1122");
  await dialogue.getByLabel(optional("books.nameZh"), { exact: true }).fill("营外支出");
  await dialogue.getByRole("button", { name: say("common.save") }).click();
  await dialogue.locator(".ant-form-item-explain-error").first().waitFor();
  await admin.look("books-chart-own-refused");
  await number.fill("6711");
  await choose(page, optional("books.class"), say("books.classOf.expenses"), dialogue);
  await save();
  await row.getByText("营外支出").waitFor();
  await row.getByRole("button", { name: say("common.edit") }).click();
  assert.equal(await number.isDisabled(), true, "its number is what it is");
  await dialogue.getByLabel(optional("books.nameZh"), { exact: true }).fill("营业外支出");
  await dialogue.getByLabel(optional("books.nameEn"), { exact: true }).fill("Other expenses");
  await save();
  const name = say("books.title") === "Books" ? "Other expenses" : "营业外支出";
  await row.getByText(name).waitFor();
  await admin.look("books-chart-own");
  await clerk.go("/documents/new/adjustment?customer=C0001");
  await clerk.page.reload();
  await still(clerk.page);
  const account = clerk.page.getByRole("combobox", { name: say("documents.counterAccount"), exact: true }).first();
  await account.click();
  await account.fill("6711");
  await clerk.page.locator(".ant-select-item-option", { hasText: `6711 ${name}` }).first().waitFor();
  await account.press("Escape");
}
