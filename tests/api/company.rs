//! What is known of a company is corrected: by who has read it, with its event; what was made before keeps what it said.

use super::furnished::furnish;
use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

const PATH: &str = "/v1/company";

fn put(world: &World, role: &str, tag: Option<&str>, body: &Value) -> Reply {
    let header = [("if-match", tag.unwrap_or_default())];
    world.with(("PUT", role, PATH), if tag.is_some() { &header } else { &[] }, Some(body))
}

/// The company as it is, to be sent back.
fn known(world: &World) -> (String, Value) {
    let read = world.get("administrator", PATH);
    let mut body = read.want(200);
    body.as_object_mut().unwrap().remove("id");
    (read.header("etag").to_owned(), body)
}

fn with(body: &Value, member: &str, value: Value) -> Value {
    let mut body = body.clone();
    body[member] = value;
    body
}

fn told(world: &World) -> Vec<Value> {
    world.seal();
    let found = world.get("auditor", "/v1/events?kind=company.changed").want(200);
    found["items"].as_array().unwrap().clone()
}

#[test]
fn a_company_is_corrected_by_who_has_read_it() {
    for_each_database(|db| {
        let world = World::new(db);
        let (seen, body) = known(&world);
        let mut right = with(&body, "name", json!("澄湖精密机电（苏州）股份有限公司"));
        right["tax_id"] = json!({"scheme": "CN:USCC", "id": "91320594MA1XXXXX0A"});
        right["address"] = json!({"lines": ["澄湖路 1 号"], "city": "苏州", "country": "CN"});
        right["time_zone"] = json!("Asia/Hong_Kong");
        put(&world, "administrator", None, &right).refused(428, "precondition-required");
        put(&world, "clerk", Some(&seen), &right).refused(403, "forbidden");
        // tried, it is answered and not so
        let tried = world.with(
            ("PUT", "administrator", "/v1/company?dry_run=true"),
            &[("if-match", &seen)],
            Some(&right),
        );
        assert_eq!((&tried.want(200)["name"], tried.header("dry-run")), (&right["name"], "true"));
        assert_eq!(known(&world), (seen.clone(), body.clone()));
        let changed = put(&world, "administrator", Some(&seen), &right);
        for member in ["name", "tax_id", "time_zone"] {
            assert_eq!(changed.want(200)[member], right[member], "{member}");
        }
        assert_eq!(world.get("clerk", PATH).bytes, changed.bytes);
        put(&world, "administrator", Some(&seen), &body).refused(412, "precondition-failed");
        let events = told(&world);
        assert_eq!(events.len(), 1);
        let (was, is) = (&events[0]["data"]["before"], &events[0]["data"]["after"]);
        assert_eq!((&was["name"], &is["name"]), (&body["name"], &right["name"]));
        assert_eq!((&was["tax_id"], &is["tax_id"]), (&Value::Null, &json!("91320594MA1XXXXX0A")));
        assert!(was.get("country").is_none() && is.get("country").is_none(), "what stays is not told");
        // the same again changes nothing, and nothing is told of it
        let (seen, right) = known(&world);
        put(&world, "administrator", Some(&seen), &right).want(200);
        assert_eq!((known(&world).0, told(&world).len()), (seen, 1));
        world.verified();
    });
}

#[test]
fn what_must_stay_of_a_company_is_refused_with_its_place() {
    for_each_database(|db| {
        let world = World::new(db);
        let refused = |member: &str, value: Value, pointer: &str| {
            let (seen, body) = known(&world);
            let reply = put(&world, "administrator", Some(&seen), &with(&body, member, value));
            assert_eq!(reply.refused(422, "invalid-field")["errors"][0]["pointer"], pointer, "{member}");
        };
        refused("code", json!("other-code"), "/code");
        refused("base_currency", json!("EUR"), "/base_currency");
        refused("name", json!(" "), "/name");
        refused("time_zone", json!("Asia/Suzhou"), "/time_zone");
        refused("retention_years", json!(0), "/retention_years");
        refused("tax_id", json!({"scheme": "CN:USCC", "id": ""}), "/tax_id/id");
        // while nothing is posted
        for (member, value) in
            [("country", "HK"), ("jurisdiction", "HK"), ("country", "CN"), ("jurisdiction", "CN")]
        {
            let (seen, body) = known(&world);
            put(&world, "administrator", Some(&seen), &with(&body, member, json!(value))).want(200);
        }
        let (seen, body) = known(&world);
        put(&world, "administrator", Some(&seen), &with(&body, "retention_years", json!(10))).want(200);
        let customer = json!({"code": "C1", "name": "甲", "country": "CN", "currency": "CNY"});
        world.post("clerk", "/v1/customers", &customer).want(201);
        let receipt = json!({"customer": "C1", "amount": {"amount": "5", "currency": "CNY"}, "value_date": "2026-11-20"});
        world.post("clerk", "/v1/receipts", &receipt).want(201);
        refused("country", json!("HK"), "/country");
        refused("jurisdiction", json!("HK"), "/jurisdiction");
        refused("retention_years", json!(9), "/retention_years");
        let (seen, body) = known(&world);
        put(&world, "administrator", Some(&seen), &with(&body, "retention_years", json!(15))).want(200);
        world.verified();
    });
}

#[test]
fn statements_keep_what_they_said_of_the_company() {
    for_each_database(|db| {
        let world = World::new(db);
        let there = furnish(&world, 8);
        let page = format!("/v1/statements/{}/artefacts/statement.html", there.statements[0]);
        let before = world.get("auditor", &page);
        assert!(String::from_utf8_lossy(&before.bytes).contains("澄湖精密机电"), "it names the company");
        let (seen, body) = known(&world);
        put(&world, "administrator", Some(&seen), &with(&body, "name", json!("改名公司"))).want(200);
        assert_eq!(world.get("auditor", &page).bytes, before.bytes);
        world.verified();
    });
}
