// What a binding changes: who activates it sees it before she does, and the time line keeps what was replaced, withdrawn and brought back.
import { assert } from "./kit.mjs";

const CHANGE = { "zh-CN": ["舍入 › 方法", "四舍五入", "舍去"], en: ["Rounding › Method", "half-up", "down"] };

/** After a plugin was rolled back on the day on which it was activated. */
export async function bindings({ admin, second }, language) {
  const { page, say } = second;
  const [title, byDefault, chosen] = CHANGE[language];
  const { today } = (await admin.call("GET", "/v1/session")).body.company;
  const before = (await admin.call("GET", "/v1/bindings?slot=tax")).body.items.length;
  const { digest } = (await admin.call("GET", `/v1/bindings?slot=tax&on=${today}`)).body.items[0];
  const proposed = await admin.call("POST", "/v1/bindings", { slot: "tax", digest, config: { rounding: { method: "down" } }, valid_from: today });
  assert.equal(proposed.status, 201, JSON.stringify(proposed.body));
  await second.go("/plugins/bindings");
  await page.reload();
  const changed = (place) => place.getByRole("row", { name: /\/rounding\/method/ });
  const waits = changed(page.locator(".candidate"));
  await waits.waitFor();
  const cells = (await waits.getByRole("cell").allInnerTexts()).map((text) => text.split("\n")[0].trim());
  assert.deepEqual(cells, [title, say("plugins.default", { value: byDefault }), chosen]);
  await second.look("binding-changes");
  await page.setViewportSize({ width: 390, height: 844 });
  await second.look("binding-changes-narrow");
  await page.setViewportSize({ width: 1280, height: 800 });
  await second.button("plugins.withdraw").click();
  await page.locator(".candidate").waitFor({ state: "detached" });
  const panel = page.locator("section.panel").filter({ has: page.getByRole("heading", { name: second.code("slot", "tax") }) });
  const line = panel.locator(".timeline.spans > li");
  const of = (state) => line.filter({ has: page.locator(".tag", { hasText: say(`plugins.stateOf.${state}`) }) }).first();
  await of("withdrawn").getByText(say("plugins.withdrawnBy")).waitFor();
  await changed(of("withdrawn")).waitFor();
  await of("superseded").getByText(say("plugins.activatedBy")).waitFor();
  await of("ended").waitFor();
  await of("current").getByText(language === "en" ? "A step back: from" : "回退：由").waitFor();
  assert.equal(await line.count(), before + 1, "each binding that was ever proposed stands on the line");
  await second.look("bindings-time-line");
}
