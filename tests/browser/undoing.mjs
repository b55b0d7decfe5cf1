// An approval that two people undo: the first one's word is kept, and the second finds it waiting.
import { assert } from "./kit.mjs";

/** Of the line that the reviewer has open. */
export async function undoing({ reviewer, second, admin }) {
  const rules = async (change) => {
    const { body, etag } = await admin.call("GET", "/v1/approval-rules");
    const put = await admin.call("PUT", "/v1/approval-rules", { rules: change(body.rules) }, { "If-Match": etag });
    assert.equal(put.status, 200, JSON.stringify(put.body));
  };
  const opened = async (p) => {
    await p.button("bank.undo").first().click();
    return p.page.getByRole("dialog");
  };
  const left = async (p, dialogue) => {
    await dialogue.getByRole("button", { name: p.say("common.cancel") }).click();
    await dialogue.waitFor({ state: "hidden" });
  };
  await rules((all) => [...all, { kind: "reversal", from: "0", approvals: 2 }]);
  await (await opened(reviewer)).getByRole("button", { name: reviewer.say("bank.undo") }).click();
  await reviewer.page.getByText(reviewer.say("bank.undoWaits", { count: 1 })).first().waitFor();
  await reviewer.page.getByText(reviewer.say("bank.undoApprovedBy")).first().waitFor();
  await reviewer.look("bank-undo-waits");
  // Nothing is taken back yet, and who approved it is told so before she tries again.
  const again = await opened(reviewer);
  await again.getByText(reviewer.say("bank.undoOwn")).waitFor();
  await again.getByText(reviewer.say("bank.undoOnPosted")).waitFor();
  await left(reviewer, again);
  // The second one is led there from her first page.
  await second.go("/");
  await second.page.getByRole("link", { name: second.say("home.undoings") }).click();
  const waits = second.page.getByRole("table", { name: second.say("bank.undoings") }).getByRole("row").nth(1);
  await waits.waitFor();
  await second.look("bank-undoings");
  await waits.getByRole("link", { name: second.say("common.open") }).click();
  await second.page.waitForURL(/bank\?line=/);
  const hers = await opened(second);
  await hers.getByText(second.say("bank.undoApprovedBy")).waitFor();
  assert.equal(await hers.getByText(second.say("bank.undoOwn")).count(), 0);
  await second.look("bank-undo-second");
  await left(second, hers);
  await rules((all) => all.filter((rule) => rule.builtin || rule.kind !== "reversal"));
}
