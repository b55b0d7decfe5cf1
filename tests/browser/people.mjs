// People of a company that is set up by the API: who tests a screen needs no wizard first.
import { assert, person } from "./kit.mjs";

export const PASSWORD = "Kranich-Ufer-71";
const FIRST = "Anfang-Wort-2026";

const json = (body) => JSON.stringify(body);

/** The first company with its administrator; answers the cookie of her session, and the job that loads the sample. */
export async function setUp(server, sample) {
  const company = { code: "chenghu", name: "澄湖精密机电（苏州）有限公司", country: "CN", base_currency: "CNY", time_zone: "Asia/Shanghai" };
  const offered = await (await fetch(`${server.url}/v1/setup`)).json();
  const bindings = ["tax-cn-vat", "statement-classic", "reconciliation-reference", "bank-camt"].map((name) => {
    const { world, digest } = offered.plugins.find((plugin) => plugin.name === name);
    return { slot: world, digest, config: {}, valid_from: "2026-01-01" };
  });
  const body = { code: server.setup.split("code=")[1], company, administrator: { login: "chen", name: "陈管理", password: PASSWORD }, ...(sample ? { sample: true } : { bindings }) };
  const made = await fetch(`${server.url}/v1/setup`, { method: "POST", headers: { "Content-Type": "application/json", Origin: server.url }, body: json(body) });
  const answer = await made.json();
  assert.equal(made.status, 201, json(answer));
  return { cookie: made.headers.getSetCookie()[0].split(";")[0], job: answer.job };
}

/** A user who has logged in and chosen her password, and whom the operator confirmed as a person of her own: the cookie of her session. */
export async function enrol(server, administrator, login, name, role) {
  const send = async (address, body, cookie) => {
    const session = cookie === null ? {} : await (await fetch(`${server.url}/v1/session`, { headers: { Cookie: cookie } })).json();
    const answer = await fetch(`${server.url}${address}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Origin: server.url, "Idempotency-Key": crypto.randomUUID(), ...(cookie === null ? {} : { Cookie: cookie, "X-CSRF-Token": session.csrf_token }) },
      body: json(body),
    });
    assert.ok(answer.ok, `${address}: ${answer.status} ${await answer.clone().text()}`);
    return answer;
  };
  const { id } = await (await send("/v1/users", { login, name, roles: [role] }, administrator)).json();
  await send(`/v1/users/${id}/password`, { password: FIRST }, administrator);
  server.operator("user", "confirm", login);
  const entered = await send("/v1/session", { login, password: FIRST }, null);
  const changed = await send("/v1/session/password", { old: FIRST, new: PASSWORD }, entered.headers.getSetCookie()[0].split(";")[0]);
  return (changed.headers.getSetCookie()[0] ?? entered.headers.getSetCookie()[0]).split(";")[0];
}

/** At her own browser, with her session. */
export async function seated(server, cookie, language, width) {
  const p = await person(server.url, language, width);
  const [name, value] = cookie.split("=");
  await p.context.addCookies([{ name, value, url: server.url }]);
  return p;
}
