//! A plugin comes into force by two people.

use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

fn invoice(id: &str) -> Value {
    let line = json!({"description": "货", "quantity": "1", "unit_price": "1.05", "category": "13"});
    json!({"customer": "C1", "document_date": "2026-11-02", "currency": "CNY", "price_mode": "exclusive",
        "external_id": id, "lines": [line]})
}

fn proposed(world: &World, body: &Value) -> String {
    let bound = world.post("administrator", "/v1/bindings", body).want(201);
    assert_eq!(bound["status"], "pending");
    format!("/v1/bindings/{}", bound["id"].as_str().unwrap())
}

#[test]
fn what_is_pending_is_not_used_until_another_person_activates_it() {
    for_each_database(|db| {
        let world = World::new(db);
        let customer = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
        world.post("clerk", "/v1/customers", &customer).want(201);
        let tax = json!({"slot": "tax", "name": "tax-cn-vat", "valid_from": "2026-01-01"});
        let first = proposed(&world, &tax);
        world.post("clerk", "/v1/invoices", &invoice("A")).refused(409, "plugin-unbound");
        // not by who proposed it, whatever she holds
        let activate = format!("{first}/activate");
        let told = world.post("administrator", &activate, &json!({})).refused(403, "maker-is-checker");
        assert!(told["detail"].as_str().unwrap().contains("usr_"), "{told}");
        let browser = super::browser::Browser::of(&world, "administrator");
        browser.post(&activate, &json!({})).refused(403, "maker-is-checker");
        world.post("clerk", &activate, &json!({})).refused(403, "forbidden");
        let seen = world.get("reviewer", &first);
        assert_eq!((&seen.json()["status"], &seen.json()["decided_by"]), (&json!("pending"), &Value::Null));
        let with =
            |tag: &str| world.with(("POST", "reviewer", &activate), &[("if-match", tag)], Some(&json!({})));
        with("\"x\"").refused(412, "precondition-failed");
        let active = with(seen.header("etag")).want(200);
        let by = |name: &str| active[name].as_str().unwrap().to_owned();
        assert_eq!((by("status"), by("slot")), ("active".to_owned(), "tax".to_owned()));
        assert_ne!(by("created_by"), by("decided_by"));
        world.post("reviewer", &activate, &json!({})).refused(409, "state");
        world.post("reviewer", &format!("{first}/withdraw"), &json!({})).refused(409, "state");
        let issued = world.post("clerk", "/v1/invoices", &invoice("A")).want(201);
        assert_eq!(issued["tax"]["amount"], "0.14");
        // a newer one that waits changes nothing, one that was withdrawn never does
        let down = json!({"slot": "tax", "name": "tax-cn-vat", "valid_from": "2026-02-01",
            "config": {"rounding": {"method": "down"}}});
        let (second, third) = (proposed(&world, &down), proposed(&world, &down));
        let withdrawn = world.post("administrator", &format!("{third}/withdraw"), &json!({})).want(200);
        assert_eq!(withdrawn["status"], "withdrawn", "by who proposed it, too");
        world.post("reviewer", &format!("{third}/activate"), &json!({})).refused(409, "state");
        assert_eq!(world.post("clerk", "/v1/invoices", &invoice("B")).want(201)["tax"]["amount"], "0.14");
        world.post("reviewer", &format!("{second}/activate"), &json!({})).want(200);
        assert_eq!(world.post("clerk", "/v1/invoices", &invoice("C")).want(201)["tax"]["amount"], "0.13");
        // a step back is the earlier one from a day on, by the same two steps
        let back = json!({"slot": "tax", "digest": active["digest"], "config": active["config"],
            "valid_from": "2026-03-01"});
        let back = proposed(&world, &back);
        assert_eq!(world.post("clerk", "/v1/invoices", &invoice("D")).want(201)["tax"]["amount"], "0.13");
        world.post("reviewer", &format!("{back}/activate"), &json!({})).want(200);
        assert_eq!(world.post("clerk", "/v1/invoices", &invoice("E")).want(201)["tax"]["amount"], "0.14");
        listed(&world);
    });
}

fn listed(world: &World) {
    let items = |query: &str| {
        let page = world.get("auditor", &format!("/v1/bindings{query}")).want(200);
        page["items"].as_array().unwrap().clone()
    };
    assert_eq!(items("").len(), 4);
    assert_eq!(items("?status=active").len(), 3);
    assert_eq!(items("?status=pending").len(), 0);
    assert_eq!(items("?status=withdrawn").len(), 1);
    let on = |day: &str| items(&format!("?on={day}"))[0]["valid_from"].clone();
    assert_eq!((on("2026-02-15"), on("2026-12-31")), (json!("2026-02-01"), json!("2026-03-01")));
    world.seal();
    let kinds = |kind: &str| {
        let page = world.get("auditor", &format!("/v1/events?kind={kind}")).want(200);
        page["items"].as_array().unwrap().len()
    };
    assert_eq!((kinds("plugin.proposed"), kinds("plugin.activated"), kinds("plugin.withdrawn")), (4, 3, 1));
}

/// Activated for the same day later: it is the one in force, whichever was proposed first.
#[test]
fn of_two_for_one_day_the_one_activated_last_is_in_force() {
    for_each_database(|db| {
        let world = World::new(db);
        let body = |method: &str| {
            json!({"slot": "tax", "name": "tax-cn-vat", "valid_from": "2026-01-01",
                "config": {"rounding": {"method": method}}})
        };
        let (early, late) = (proposed(&world, &body("down")), proposed(&world, &body("half-up")));
        world.post("reviewer", &format!("{late}/activate"), &json!({})).want(200);
        world.post("reviewer", &format!("{early}/activate"), &json!({})).want(200);
        let column = if db.db().kind() == store::Kind::Postgres { "TIMESTAMP " } else { "" };
        let id = early.rsplit('_').next().unwrap();
        let id = if column.is_empty() { format!("x'{id}'") } else { format!("decode('{id}', 'hex')") };
        db.execute(&format!(
            "UPDATE bindings SET decided_at = {column}'2026-12-02 05:00:00.000000' WHERE id = {id}"
        ));
        let force = world.get("auditor", "/v1/bindings?on=2026-06-01").want(200);
        assert_eq!(force["items"].as_array().unwrap().len(), 1);
        assert_eq!(force["items"][0]["config"], json!({"rounding": {"method": "down"}}));
        let customer = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
        world.post("clerk", "/v1/customers", &customer).want(201);
        assert_eq!(world.post("clerk", "/v1/invoices", &invoice("A")).want(201)["tax"]["amount"], "0.13");
    });
}

#[test]
fn a_component_shows_its_admission_and_a_configuration_can_be_tried() {
    for_each_database(|db| {
        let world = World::new(db);
        let all = world.get("auditor", "/v1/plugins").want(200);
        for one in all["items"].as_array().unwrap() {
            let path = format!("/v1/plugins/{}", one["digest"].as_str().unwrap());
            let shown = world.get("auditor", &path).want(200);
            assert_eq!((&shown["name"], &shown["config_schema"]), (&one["name"], &one["config_schema"]));
            assert!(shown["size"].as_u64().is_some_and(|size| size > 1000), "{shown}");
            let steps = shown["conformance"].as_array().unwrap();
            assert!(steps.iter().any(|step| step["outcome"] == "answered"), "{steps:?}");
            let used = steps.iter().filter_map(|step| step["fuel"].as_u64()).max();
            let max = shown["limits"]["fuel_base_max"].as_u64().unwrap();
            assert!(used.is_some_and(|used| used > 0 && used < max), "{shown}");
        }
        let tax = all["items"].as_array().unwrap().iter().find(|one| one["name"] == "tax-cn-vat").unwrap();
        let path = format!("/v1/plugins/{}/validate-config", tax["digest"].as_str().unwrap());
        let tried = |config: Value| world.post("administrator", &path, &json!({"config": config})).want(200);
        let good = tried(json!({"rounding": {"method": "down"}}));
        assert_eq!(good, json!({"accepted": true, "problems": []}));
        let bad = tried(json!({"nonsense": 1}));
        assert_eq!(bad["accepted"], false);
        assert!(bad["problems"][0]["pointer"].as_str().unwrap().starts_with("/config"), "{bad}");
        assert!(bad["problems"][0]["message"].as_str().is_some_and(|text| !text.is_empty()));
        assert_eq!(tried(json!([1]))["problems"][0]["pointer"], "/config");
        world.get("auditor", &format!("/v1/plugins/{}", "0".repeat(64))).refused(404, "not-found");
        assert_eq!(world.get("auditor", "/v1/bindings").want(200)["items"], json!([]), "nothing is bound");
    });
}
