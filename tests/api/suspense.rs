//! Suspense (待查款), payment providers and limits over HTTP.

use super::world::World;
use crate::audit::month::{CNY_ACCOUNT, Credit, bank_file};
use app::company::{RoleLimitInput, ToleranceInput};
use domain::actor::{Actor, Role};
use domain::reconciliation::ToleranceRole;
use serde_json::{Value, json};
use store::testing::for_each_database;

const PROVIDER: &str = "2088000000000001";

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// A statement of an account; what is not `true` goes out.
fn bring(world: &World, account: &str, id: &str, lines: &[(&str, &str, bool)]) {
    let credits: Vec<Credit<'_>> =
        lines.iter().map(|(day, amount, _)| (*day, *amount, Some(("无名", "00")), "?")).collect();
    let xml = bank_file(&credits).replace(CNY_ACCOUNT, account).replace("CNY-2026-010", id);
    let chunks =
        xml.split("<Ntry>").enumerate().map(|(n, chunk)| match n.checked_sub(1).map(|n| lines[n].2) {
            Some(false) => chunk.replace("CRDT", "DBIT"),
            _ => chunk.to_owned(),
        });
    let xml = chunks.collect::<Vec<_>>().join("<Ntry>");
    world.upload("clerk", &format!("/v1/bank-files?file_name={id}.xml"), xml.as_bytes()).want(201);
}

/// The id of the open line of an amount.
fn line(world: &World, amount: &str, credit: bool) -> String {
    let all = world.all("auditor", &format!("/v1/bank-lines?status=open&credit={credit}"));
    let found = all.iter().find(|line| line["amount"]["amount"] == amount);
    text(&found.unwrap_or_else(|| panic!("{amount} in {all:?}"))["id"])
}

/// What there is to be done with, by id.
pub struct Money {
    /// 900.00 of 1,000.00 are left.
    pub suspense: String,
    /// The income of 100.00.
    pub cleared: String,
    /// A line of 3.33 that went out.
    pub fee: String,
    /// A line of 55.55 that came in.
    pub came: String,
    /// The provider's account.
    pub provider: String,
    /// A payout of 77.77 whose line has not come, and the line.
    pub payout: String,
    pub left: String,
}

/// What administrators take for charges alone is up to 5.00, as somebody else has set it.
pub fn charges_allowed(world: &World) {
    let amount = ::money::Money::new(::money::Minor::new(500), ::money::Currency::CNY);
    let (app, by, company) = (&world.app, &Actor::System, world.house.id);
    let role = ToleranceRole::Charge;
    let monthly = ::money::Minor::ZERO;
    let tolerance = ToleranceInput { customer: None, role, amount, permille: 0, monthly };
    app::company::put_tolerance(app, by, company, &tolerance).expect("a tolerance");
    let limit = RoleLimitInput { role: Role::Administrator, kind: role, amount };
    app::company::put_role_limit(app, by, company, &limit).expect("a limit");
}

/// Accounts and lines beside whatever there is; the plugins are bound.
pub fn money(world: &World) -> Money {
    let account = |number: &str, kind: &str| json!({"number": number, "scheme": "CN", "bank": "示例", "holder": "澄湖", "currency": "CNY", "kind": kind});
    world.post("administrator", "/v1/bank-accounts", &account(CNY_ACCOUNT, "bank"));
    let provider = world.post("administrator", "/v1/bank-accounts", &account(PROVIDER, "clearing")).want(201);
    assert_eq!((&provider["kind"], &provider["ledger_account"]), (&json!("clearing"), &json!("101201")));
    let provider = text(&provider["id"]);
    let lines = [
        ("2026-11-20", "1000.00", true),
        ("2026-11-21", "55.55", true),
        ("2026-11-22", "77.77", true),
        ("2026-11-23", "3.33", false),
    ];
    bring(world, CNY_ACCOUNT, "S-BANK", &lines);
    bring(world, PROVIDER, "S-PSP", &[("2026-11-22", "77.77", false)]);
    let settle = format!("/v1/bank-lines/{}/settle", line(world, "1000.00", true));
    let settled = world.post("clerk", &settle, &json!({"suspense": "1000"})).want(201);
    let suspense = text(&settled["approved"]["suspense"][0]);
    let body = json!({"as": "income", "amount": "100", "reason": "无人认领"});
    let cleared = world.post("reviewer", &format!("/v1/suspense/{suspense}/clear"), &body).want(201);
    let payout = format!("/v1/bank-lines/{}/payout", line(world, "77.77", true));
    let payout = world.post("clerk", &payout, &json!({"from_account": provider})).want(201);
    Money {
        suspense,
        cleared: text(&cleared["id"]),
        fee: line(world, "3.33", false),
        came: line(world, "55.55", true),
        provider,
        payout: text(&payout["id"]),
        left: line(world, "77.77", false),
    }
}

#[test]
fn money_in_suspense_is_listed_tied_and_let_out() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let customer = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
        world.post("clerk", "/v1/customers", &customer).want(201);
        let Money { suspense, cleared, .. } = money(&world);
        let path = format!("/v1/suspense/{suspense}");
        let listed = world.all("auditor", "/v1/suspense");
        assert_eq!(listed.len(), 1);
        assert_eq!((&listed[0]["open"]["amount"], &listed[0]["age_days"]), (&json!("900.00"), &json!(12)));
        assert_eq!(world.all("auditor", "/v1/suspense?as_of=2026-11-19"), Vec::<Value>::new());
        let totals = world.get("auditor", "/v1/suspense/totals").want(200);
        let of = json!({"amount": "900.00", "currency": "CNY"});
        let one = json!({"currency": "CNY", "items": of, "ledger": of, "ties": true});
        assert_eq!((&totals["totals"][0], &totals["as_of"]), (&one, &json!("2026-12-02")));

        let clear = format!("{path}/clear");
        let bad = |body: Value, pointer: &str| {
            let refused = world.post("reviewer", &clear, &body).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
        };
        bad(json!({"as": "income"}), "/reason");
        bad(json!({"as": "income", "reason": "x", "amount": "900.01"}), "/amount");
        bad(json!({"as": "paid-back", "amount": "-1"}), "/amount");
        world.post("reviewer", &clear, &json!({"as": "hers"})).refused(400, "invalid-body");
        world.post("reviewer", &clear, &json!({"as": "paid-back", "amount": 1})).refused(400, "invalid-body");
        let none = "sus_00000000000000000000000000000000";
        world
            .post("reviewer", &format!("/v1/suspense/{none}/clear"), &json!({"as": "paid-back"}))
            .refused(404, "not-found");
        world
            .get("auditor", "/v1/suspense/bl_00000000000000000000000000000000")
            .refused(400, "invalid-parameter");

        // hers, as a draft where the company wants two people
        let receipt = |amount: &str| {
            json!({"customer": "C1", "amount": {"amount": amount, "currency": "CNY"}, "value_date": "2026-11-20",
                "suspense": suspense})
        };
        let rules = json!({"rules": [{"kind": "receipt", "from": "500", "currency": "CNY", "approvals": 1}]});
        world.put("administrator", "/v1/approval-rules", &rules).want(200);
        world.post("clerk", "/v1/receipts", &receipt("600")).refused(403, "approval-required");
        let draft =
            world.post("clerk", "/v1/drafts", &json!({"kind": "receipt", "body": receipt("600")})).want(201);
        let draft = format!("/v1/drafts/{}", text(&draft["id"]));
        world.post("clerk", &format!("{draft}/submit"), &json!({})).want(200);
        world.post("reviewer", &format!("{draft}/approve"), &json!({})).want(200);
        world.post("clerk", &format!("{draft}/post"), &json!({})).want(200);
        let made = rest_of_it(&world, &receipt);
        assert_eq!(world.all("auditor", "/v1/suspense"), Vec::<Value>::new());
        let shown = world.get("auditor", &path).want(200);
        assert_eq!((&shown["open"]["amount"], shown["moves"].as_array().unwrap().len()), (&json!("0.00"), 3));
        assert_eq!(world.all("auditor", "/v1/suspense?cleared=true").len(), 1);

        // and back
        let undo = format!("/v1/suspense-moves/{cleared}/undo");
        world.post("reviewer", &undo, &json!({"reason": ""})).refused(422, "invalid-field");
        let back = world.post("reviewer", &undo, &json!({"reason": "找到了"})).want(200);
        assert_eq!(back["open"]["amount"], "100.00");
        world.post("reviewer", &undo, &json!({"reason": "找到了"})).refused(409, "state");
        let reverse = format!("/v1/documents/{}/reverse", text(&made["document"]));
        world.post("clerk", &reverse, &json!({"reason": "不是她的"})).want(201);
        assert_eq!(world.get("auditor", &path).want(200)["open"]["amount"], "400.00");
        world.verified();
    });
}

/// The 300.00 that are left of 1,000.00, where two people let out 500.00 and more.
fn rest_of_it(world: &World, receipt: &dyn Fn(&str) -> Value) -> Value {
    // the whole that came counts: in however small parts it is let out
    for part in ["300", "1"] {
        let refused = world.post("clerk", "/v1/receipts", &receipt(part)).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/suspense", "{refused}");
    }
    let preview = json!({"kind": "receipt", "body": receipt("300")});
    let draft = world.post("clerk", "/v1/drafts", &preview).want(201);
    let previewed = world.post("clerk", "/v1/drafts/preview", &preview).want(200);
    assert_eq!(previewed["approvals"]["needed"], 1, "{previewed}");
    let draft = format!("/v1/drafts/{}", text(&draft["id"]));
    let submitted = world.post("clerk", &format!("{draft}/submit"), &json!({})).want(200);
    assert_eq!((&submitted["state"], &submitted["approvals"]["needed"]), (&json!("submitted"), &json!(1)));
    world.post("clerk", &format!("{draft}/post"), &json!({})).refused(409, "state");
    world.post("reviewer", &format!("{draft}/approve"), &json!({})).want(200);
    world.post("clerk", &format!("{draft}/post"), &json!({})).want(200)
}

#[test]
fn a_provider_pays_out_what_it_holds() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let Money { payout, left, fee, came, .. } = money(&world);
        bring(&world, CNY_ACCOUNT, "S-OUT", &[("2026-11-24", "1234.56", false)]);
        let account = |body: Value| world.post("administrator", "/v1/bank-accounts", &body);
        let bank = json!({"number": "1", "scheme": "CN", "bank": "b", "holder": "h", "currency": "CNY", "ledger_account": "101209"});
        let refused = account(bank).refused(400, "invalid-body");
        assert_eq!(refused["errors"][0]["pointer"], "/ledger_account", "{refused}");
        let held = || world.get("auditor", "/v1/clearing-accounts").want(200)["accounts"][0].clone();
        assert_eq!((&held()["balance"]["amount"], &held()["unsettled"]), (&json!("-77.77"), &json!(1)));
        let join = format!("/v1/bank-moves/{payout}/join");
        world.post("clerk", &join, &json!({"line": came})).refused(422, "invalid-field");
        world.post("clerk", &join, &json!({"line": left})).want(200);
        assert_eq!(held()["unsettled"], 0);
        // what the bank calls no fee takes more than to bring data in
        let path = format!("/v1/bank-lines/{fee}/fee");
        world.post("clerk", &path, &json!({})).refused(422, "rule-refused");
        // nor does one person alone, whatever she lets herself do
        let hers = json!({"currency": "CNY", "role": "charge", "amount": "5"});
        world.put("administrator", "/v1/tolerances", &hers).want(200);
        let hers = json!({"role": "administrator", "currency": "CNY", "kind": "charge", "amount": "5"});
        world.put("administrator", "/v1/role-limits", &hers).want(200);
        let refused = world.post("administrator", &path, &json!({})).refused(422, "rule-refused");
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("at most CNY 0.00"), "{refused}");
        // who may let her
        assert!(detail.contains("another administrator raises both the company's tolerance"), "{refused}");
        charges_allowed(&world);
        let out = format!("/v1/bank-lines/{}/fee", line(&world, "1234.56", false));
        let refused = world.post("administrator", &out, &json!({})).refused(422, "rule-refused");
        assert!(refused["detail"].as_str().unwrap().contains("at most CNY 5.00"), "{refused}");
        let taken = world.post("administrator", &path, &json!({})).want(201);
        assert_eq!((&taken["kind"], &taken["amount"]["amount"]), (&json!("fee"), &json!("3.33")));
        world.post("administrator", &path, &json!({})).refused(409, "state");
        let undo = format!("/v1/bank-moves/{payout}/undo");
        world.post("clerk", &undo, &json!({})).refused(403, "forbidden");
        let undone = world.post("reviewer", &undo, &json!({})).want(200);
        assert!(undone["undone_by"].is_string(), "{undone}");
        assert_eq!((&held()["balance"]["amount"], &held()["unsettled"]), (&json!("0.00"), &json!(1)));
        assert_eq!(world.all("auditor", "/v1/bank-moves").len(), 3);
        world.verified();
    });
}

#[test]
fn limits_of_roles_and_months_are_set_and_listed() {
    for_each_database(|db| {
        let world = World::new(db);
        let put = |body: &Value| world.put("administrator", "/v1/role-limits", body);
        assert_eq!(world.get("clerk", "/v1/role-limits").want(200), json!({"role_limits": []}));
        let limit = |role: &str, amount: &str| json!({"role": role, "currency": "CNY", "kind": "tail", "amount": amount});
        put(&limit("reviewer", "5.00")).want(200);
        put(&limit("reviewer", "6.00")).want(200);
        put(&limit("clerk", "1.00")).want(200);
        let of = |role: &str, amount: &str| json!({"role": role, "kind": "tail", "amount": {"amount": amount, "currency": "CNY"}});
        let listed = json!({"role_limits": [of("clerk", "1.00"), of("reviewer", "6.00")]});
        assert_eq!(world.get("auditor", "/v1/role-limits").want(200), listed);
        let refused = put(&limit("reviewer", "-1")).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/amount", "{refused}");
        put(&limit("reviewer", "0.001")).refused(400, "invalid-body");
        put(&limit("owner", "1")).refused(400, "invalid-body");

        let monthly = json!({"currency": "CNY", "role": "tail", "amount": "1.00", "monthly": "12.5"});
        world.put("administrator", "/v1/tolerances", &monthly).want(200);
        let shown = world.get("auditor", "/v1/tolerances").want(200);
        assert_eq!(shown["tolerances"][0]["monthly"], json!({"amount": "12.50", "currency": "CNY"}));
        let negative = json!({"currency": "CNY", "role": "tail", "amount": "1.00", "monthly": "-1"});
        let refused = world.put("administrator", "/v1/tolerances", &negative).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/monthly", "{refused}");
    });
}

#[test]
fn suspense_and_moves_go_out_as_files_and_what_was_read_is_let_out() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let Money { suspense, .. } = money(&world);
        let file = |path: &str| String::from_utf8(world.get("auditor", path).bytes).unwrap();
        let listed = file("/v1/suspense?format=csv&language=en");
        assert!(listed.contains(&format!("{suspense},bank-line,2026-11-20,")), "{listed}");
        assert!(listed.contains(",12,CNY,1000.00,900.00,bl_"), "{listed}");
        let moves = file("/v1/bank-moves?format=csv&language=en");
        assert!(moves.contains(&format!(",{PROVIDER},{CNY_ACCOUNT},CNY,77.77,")), "{moves}");
        let path = format!("/v1/suspense/{suspense}");
        let seen = world.get("reviewer", &path).header("etag").to_owned();
        let income = json!({"as": "income", "amount": "1", "reason": "无人认领"});
        let clear = |tag: &str| {
            let headers = [("if-match", tag)];
            world.with(("POST", "reviewer", &format!("{path}/clear")), &headers, Some(&income))
        };
        clear("\"x\"").refused(412, "precondition-failed");
        clear(&seen).want(201);
        clear(&seen).refused(412, "precondition-failed");
    });
}
