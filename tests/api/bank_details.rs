//! Bank details change by two people: of customers, and of the company's own accounts.

use super::drafts::customer;
use super::dry_run::{Body, Try};
use super::world::{Reply, World};
use crate::audit::month;
use serde_json::{Value, json};
use store::testing::for_each_database;

const CHANGES: &str = "/v1/bank-detail-changes";
/// Where she paid from before, and where she wants to from now on.
const OLD: &str = "6217001234567890123";
const NEW: &str = "6222020200077777777";

fn accounts(numbers: &[&str]) -> Value {
    numbers.iter().map(|number| json!({"scheme": "CN", "account": number})).collect()
}

fn own(number: &str) -> Value {
    json!({"number": number, "scheme": "CN", "bank": "示例银行", "bic": null, "holder": "澄湖"})
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

fn path(change: &Value, verb: &str) -> String {
    format!("{CHANGES}/{}/{verb}", id(change))
}

/// What [`super::rights`] tries.
pub(super) fn actions() -> Vec<(&'static str, &'static str, String, Value)> {
    let none = |prefix: &str| format!("{prefix}_{}", "0".repeat(32));
    let one = |verb: &str| format!("{CHANGES}/{}/{verb}", none("bdc"));
    let hers = json!({"customer": "nobody", "accounts": []});
    let ours = json!({"bank_account": none("ba"), "details": own("1")});
    vec![
        ("enter", "POST", CHANGES.to_owned(), hers),
        ("configure", "POST", CHANGES.to_owned(), ours),
        ("approve", "POST", one("approve"), Value::Null),
        ("approve", "POST", one("reject"), json!({"reason": "no"})),
        ("withdraw", "POST", one("withdraw"), Value::Null),
    ]
}

/// What [`super::dry_run`] tries.
pub(super) fn tries(world: &World) -> Vec<Try> {
    for code in ["BD1", "BD2"] {
        customer(world, code);
    }
    let wanted = |code: &str| json!({"customer": code, "accounts": accounts(&[NEW])});
    let waits = world.post("clerk", CHANGES, &wanted("BD1")).want(201);
    let json = |route, role, path: String, body| Try { route, role, path, body: Body::Json(body) };
    vec![
        json("POST /v1/bank-detail-changes", "clerk", CHANGES.to_owned(), wanted("BD2")),
        json("POST /v1/bank-detail-changes/{id}/approve", "reviewer", path(&waits, "approve"), json!({})),
        json(
            "POST /v1/bank-detail-changes/{id}/reject",
            "reviewer",
            path(&waits, "reject"),
            json!({"reason": "not hers"}),
        ),
        json("POST /v1/bank-detail-changes/{id}/withdraw", "clerk", path(&waits, "withdraw"), json!({})),
    ]
}

/// C1 with the account that is given her when she is made: that takes one person.
fn house(world: &World) {
    let body = json!({"code": "C1", "name": "苏小小", "country": "CN", "currency": "CNY", "accounts": accounts(&[OLD])});
    world.post("clerk", "/v1/customers", &body).want(201);
}

fn put(world: &World, role: &str, name: &str, numbers: &[&str]) -> Reply {
    let body = json!({"code": "C1", "name": name, "country": "CN", "currency": "CNY", "accounts": accounts(numbers)});
    world.with(("PUT", role, "/v1/customers/C1"), &[("if-match", "*")], Some(&body))
}

fn shown(world: &World) -> Value {
    world.get("auditor", "/v1/customers/C1").want(200)
}

#[test]
fn another_account_of_hers_waits_for_a_second_person_and_the_rest_does_not() {
    for_each_database(|db| {
        let world = World::new(db);
        house(&world);
        let changed = put(&world, "administrator", "苏小妹", &[OLD, NEW]).want(200);
        assert_eq!((&changed["name"], &changed["accounts"]), (&json!("苏小妹"), &accounts(&[OLD])));
        let waits = world.all("auditor", "/v1/bank-detail-changes?customer=C1&state=proposed").remove(0);
        assert_eq!(changed["bank_detail_change"], waits["id"]);
        assert_eq!(waits["before"], json!({"accounts": accounts(&[OLD]), "details": null}));
        assert_eq!(waits["after"]["accounts"], accounts(&[OLD, NEW]));
        // what is asked again is the same change; something else is refused, and what is in force takes nothing back
        put(&world, "clerk", "苏小妹", &[NEW, OLD]).want(200);
        put(&world, "clerk", "苏小妹", &[NEW]).refused(409, "state");
        let other = json!({"customer": "C1", "accounts": accounts(&[NEW])});
        world.post("clerk", CHANGES, &other).refused(409, "state");
        put(&world, "clerk", "苏小小", &[OLD]).want(200);
        assert_eq!(world.all("auditor", CHANGES).len(), 1);

        let seen = world.get("reviewer", &format!("{CHANGES}/{}", id(&waits)));
        assert_eq!(seen.want(200)["state"], "proposed");
        let approve = |role: &str, tag: &str| {
            world.with(("POST", role, &path(&waits, "approve")), &[("if-match", tag)], Some(&json!({})))
        };
        for role in ["clerk", "cashier", "auditor", "integrator"] {
            approve(role, "*").refused(403, "forbidden");
        }
        approve("administrator", "*").refused(403, "maker-is-checker");
        approve("reviewer", "\"x\"").refused(412, "precondition-failed");
        let before = shown(&world)["version"].as_i64().unwrap();
        let done = approve("reviewer", seen.header("etag")).want(200);
        assert_eq!(done["state"], "approved");
        assert_ne!(done["proposed_by"], done["decided_by"]);
        let now = shown(&world);
        assert_eq!((&now["accounts"], &now["bank_detail_change"]), (&accounts(&[OLD, NEW]), &Value::Null));
        assert_eq!(now["version"].as_i64(), Some(before + 1));
        approve("reviewer", "*").refused(409, "state");
        // who did what stands in the chain; no number does
        world.verified();
        for (kind, who) in [("proposed", &done["proposed_by"]), ("approved", &done["decided_by"])] {
            let told = world.all("auditor", &format!("/v1/events?kind=bank-details.{kind}"));
            assert_eq!((told.len(), &told[0]["subject"]), (1, &done["id"]));
            assert!(!told[0].to_string().contains(NEW), "{told:?}");
            assert!(told[0]["actor"].is_string() && who.is_string(), "{told:?}");
        }
        // what is written over afterwards is found
        for (change, back) in
            [("state = 'withdrawn'", "state = 'approved'"), ("decided_by = NULL, salt = details", "")]
        {
            db.execute(&format!("UPDATE bank_detail_changes SET {change}"));
            let found = world.post("auditor", "/v1/verify", &json!({})).want(200);
            assert_eq!(found["holds"], false, "{change}");
            if !back.is_empty() {
                db.execute(&format!("UPDATE bank_detail_changes SET {back}"));
            }
        }
    });
}

/// She at the machine has no second person behind her: it holds at once.
fn emptied_by_the_operator(world: &World) {
    let (operator, her) = (domain::actor::Actor::System, "C1".parse().unwrap());
    let known = app::customer::get(&world.app, &operator, world.house.id, &her).unwrap().customer;
    let input = app::customer::CreateCustomer {
        code: known.code,
        name: "苏小小".to_owned(),
        country: known.country,
        region: None,
        address: None,
        currency: known.currency,
        locale: known.locale,
        kind: known.kind,
        taxpayer_status: known.taxpayer_status,
        tax_id: None,
        tax_ids: Vec::new(),
        group: None,
        email: None,
        terms_days: 30,
        terms: None,
        statement_style: known.statement_style,
        accounts: Vec::new(),
        parent: None,
        external_id: None,
    };
    app::customer::update(&world.app, &operator, world.house.id, &her, &input).expect("at once");
}

#[test]
fn what_is_rejected_or_withdrawn_or_out_of_date_changes_nothing() {
    for_each_database(|db| {
        let world = World::new(db);
        house(&world);
        let propose = |numbers: &[&str]| {
            world.post("clerk", CHANGES, &json!({"customer": "C1", "accounts": accounts(numbers)}))
        };
        for (body, pointer) in [
            (json!({"customer": "C1", "accounts": accounts(&[OLD])}), "/accounts"),
            (json!({"customer": "C1", "accounts": accounts(&[NEW, NEW])}), "/accounts/1/account"),
        ] {
            let refused = world.post("clerk", CHANGES, &body).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
        }
        world
            .post("clerk", CHANGES, &json!({"customer": "C1", "details": own("1")}))
            .refused(400, "invalid-body");
        let first = propose(&[NEW]).want(201);
        let reject =
            |role: &str, reason: &str| world.post(role, &path(&first, "reject"), &json!({"reason": reason}));
        reject("clerk", "no").refused(403, "forbidden");
        assert_eq!(reject("reviewer", " ").refused(422, "invalid-field")["errors"][0]["pointer"], "/reason");
        let turned = reject("reviewer", "她没有来电确认").want(200);
        assert_eq!((&turned["state"], &turned["reason"]), (&json!("rejected"), &json!("她没有来电确认")));
        let second = propose(&[OLD, NEW]).want(201);
        let gone = world.post("clerk", &path(&second, "withdraw"), &json!({})).want(200);
        assert_eq!(gone["state"], "withdrawn");
        world.post("reviewer", &path(&second, "approve"), &json!({})).refused(409, "state");
        assert_eq!(shown(&world)["accounts"], accounts(&[OLD]));
        // what waits would replace something else by then
        let third = propose(&[NEW]).want(201);
        emptied_by_the_operator(&world);
        assert_eq!(shown(&world)["accounts"], json!([]));
        world.post("reviewer", &path(&third, "approve"), &json!({})).refused(409, "state");
        world.verified();
        // erased, it says nothing any more, and the chain holds
        world.post("administrator", "/v1/customers/C1/erase", &json!({})).want(200);
        for change in world.all("auditor", CHANGES) {
            assert_eq!(
                (&change["before"], &change["after"], &change["reason"]),
                (&Value::Null, &Value::Null, &Value::Null)
            );
        }
        world.post("reviewer", &path(&third, "approve"), &json!({})).refused(410, "erased");
        world.post("clerk", &path(&third, "withdraw"), &json!({})).want(200);
        for needle in [OLD, NEW, "她没有来电确认"] {
            assert_eq!(db.columns_with(needle.as_bytes()), Vec::<String>::new(), "{needle}");
        }
        world.verified();
    });
}

#[test]
fn nothing_is_refunded_while_where_to_is_one_persons_word() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        house(&world);
        let money = json!({"customer": "C1", "amount": {"amount": "40", "currency": "CNY"}, "value_date": "2026-11-20"});
        let paid = world.post("clerk", "/v1/receipts", &money).want(201);
        let body = json!({"item": paid["item"], "amount": "15", "value_date": "2026-11-25"});
        let draft = world.post("clerk", "/v1/drafts", &json!({"kind": "refund", "body": body})).want(201);
        let act = |role: &str, verb: &str| {
            world.post(role, &format!("/v1/drafts/{}/{verb}", id(&draft)), &json!({}))
        };
        act("clerk", "submit").want(200);
        let waits = json!({"customer": "C1", "accounts": accounts(&[NEW])});
        let waits = world.post("clerk", CHANGES, &waits).want(201);
        let refused = act("reviewer", "approve").refused(409, "state");
        assert!(refused["detail"].as_str().unwrap().contains(id(&waits)), "{refused}");
        world.post("reviewer", &path(&waits, "approve"), &json!({})).want(200);
        assert_eq!(act("reviewer", "approve").want(200)["state"], "posted");
        world.verified();
    });
}

#[test]
fn a_further_account_of_the_company_is_no_ones_before_another_approves_it() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let add = |number: &str| {
            let mut body = own(number);
            body["currency"] = json!("CNY");
            world.post("administrator", "/v1/bank-accounts", &body)
        };
        let first = add("6200000000000000001").want(201);
        assert_eq!(first["confirmed"], true, "there is nothing yet that it could take the place of");
        let second = add(month::CNY_ACCOUNT).want(201);
        assert_eq!(second["confirmed"], false);
        let of_it = format!("{CHANGES}?bank_account={}", id(&second));
        let waits = world.all("auditor", &of_it).remove(0);
        assert_eq!((&waits["state"], &waits["before"]), (&json!("proposed"), &Value::Null));
        assert_eq!(waits["after"]["details"]["number"], month::CNY_ACCOUNT);
        let file = month::bank_file(&[("2026-11-20", "11.30", None, "货款")]);
        let import = || world.upload("clerk", "/v1/bank-files?file_name=x.xml", file.as_bytes());
        let refused = import().refused(422, "rule-refused");
        assert!(refused["detail"].as_str().unwrap().contains("approval"), "{refused}");
        world.post("administrator", &path(&waits, "approve"), &json!({})).refused(403, "maker-is-checker");
        world.post("clerk", &path(&waits, "withdraw"), &json!({})).refused(403, "forbidden");
        world.post("reviewer", &path(&waits, "approve"), &json!({})).want(200);
        import().want(201);

        // its number is the bank's by now; what else is said of it changes by two people
        let change = |details: &Value| {
            let body = json!({"bank_account": second["id"], "details": details});
            world.post("administrator", CHANGES, &body)
        };
        let refused = change(&own("6200000000000000009")).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/details/number");
        let mut renamed = own(month::CNY_ACCOUNT);
        renamed["bank"] = json!("示例银行苏州分行");
        let waits = change(&renamed).want(201);
        change(&renamed).refused(409, "state");
        let bank = || world.get("auditor", "/v1/bank-accounts").want(200)["items"][1]["bank"].clone();
        assert_eq!(bank(), "示例银行");
        world.post("reviewer", &path(&waits, "approve"), &json!({})).want(200);
        assert_eq!(bank(), "示例银行苏州分行");
        // of one that no statement was read of the number may be put right, but not to another's
        let wrong = json!({"bank_account": first["id"], "details": own(month::CNY_ACCOUNT)});
        world.post("administrator", CHANGES, &wrong).refused(409, "code-taken");
        world.verified();
    });
}

/// Nor does a merge take what is owed to her to somebody whose details do not wait.
#[test]
fn nobody_takes_the_place_of_whose_details_wait() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        house(&world);
        customer(&world, "C2");
        let merge = || world.post("clerk", "/v1/customers/C1/merge", &json!({"into": "C2"}));
        let proposed = merge().want(201);
        let waits = json!({"customer": "C1", "accounts": accounts(&[NEW])});
        let waits = world.post("clerk", CHANGES, &waits).want(201);
        let merges = format!("/v1/customer-merges/{}", id(&proposed));
        let approve = || world.post("reviewer", &format!("{merges}/approve"), &json!({}));
        let refused = approve().refused(409, "state");
        assert!(refused["detail"].as_str().unwrap().contains(id(&waits)), "{refused}");
        world.post("clerk", &format!("{merges}/withdraw"), &json!({})).want(200);
        merge().refused(409, "state");
        world.post("reviewer", &path(&waits, "reject"), &json!({"reason": "not hers"})).want(200);
        merge().want(201);
        world.verified();
    });
}
