//! A merge by the API: proposed, read, approved under its tag, refused by code, undone.

use super::drafts::{charged, customer, invoice};
use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// Whatever is asked of her names who took her place; gives that customer.
fn she_points_to_the_other(world: &World) -> Value {
    let old = world.get("auditor", "/v1/customers/OLD").want(200);
    let new = world.get("auditor", "/v1/customers/NEW").want(200);
    assert_eq!((&old["merged_into"], old["archived_at"].is_string()), (&new["id"], true));
    assert_eq!(world.all("auditor", "/v1/customers?merged_into=NEW").len(), 1);
    assert_eq!(world.all("auditor", "/v1/customers/NEW/contacts").len(), 2);
    assert_eq!(world.all("auditor", "/v1/open-items?customer=NEW")[0]["open"]["amount"], "113.00");
    assert!(world.all("auditor", "/v1/open-items?customer=OLD").is_empty());
    for (method, path, body) in [
        ("POST", "/v1/invoices".to_owned(), invoice("OLD", "1")),
        ("POST", "/v1/customers/OLD/unarchive".to_owned(), json!({})),
        ("POST", "/v1/customers/OLD/contacts".to_owned(), json!({"name": "新人"})),
        (
            "POST",
            "/v1/receipts".to_owned(),
            json!({"customer": "OLD", "amount": {"amount": "1", "currency": "CNY"}, "value_date": "2026-12-01"}),
        ),
    ] {
        let refused = world.text(method, "clerk", &path, &body.to_string()).refused(409, "customer-merged");
        assert!(refused["detail"].as_str().unwrap().contains(new["id"].as_str().unwrap()), "{refused}");
    }
    new
}

#[test]
fn a_merge_goes_from_proposal_to_undoing() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        for code in ["NEW", "OLD"] {
            customer(&world, code);
            world
                .post(
                    "clerk",
                    &format!("/v1/customers/{code}/contacts"),
                    &json!({"name": format!("人{code}")}),
                )
                .want(201);
        }
        let owed = charged(&world, "clerk", "OLD");
        let propose = |body: &Value| world.post("clerk", "/v1/customers/OLD/merge", body);
        assert_eq!(
            propose(&json!({"into": "OLD"})).refused(422, "invalid-field")["errors"][0]["pointer"],
            "/into"
        );
        propose(&json!({"into": "NOBODY"})).refused(404, "not-found");
        propose(&json!({"into": "NEW", "date": "2066-12-01"})).refused(422, "invalid-field");
        propose(&json!({})).refused(400, "invalid-body");
        let proposed = propose(&json!({"into": "NEW"})).want(201);
        assert_eq!((&proposed["state"], &proposed["date"]), (&json!("proposed"), &json!("2026-12-02")));
        propose(&json!({"into": "NEW"})).refused(409, "state");
        let path = format!("/v1/customer-merges/{}", id(&proposed));
        let tag = world.get("reviewer", &path).header("etag").to_owned();
        let approve = |role: &str, tag: &str| {
            world.with(("POST", role, &format!("{path}/approve")), &[("if-match", tag)], Some(&json!({})))
        };
        approve("clerk", &tag).refused(403, "forbidden");
        approve("reviewer", "\"x\"").refused(412, "precondition-failed");
        let done = approve("reviewer", &tag).want(200);
        assert_eq!((&done["state"], done["items"].as_array().unwrap().len()), (&json!("merged"), 1));
        approve("reviewer", "*").refused(409, "state");

        let new = she_points_to_the_other(&world);
        let reverse = format!("/v1/documents/{}/reverse", id(&owed));
        world.post("clerk", &reverse, &json!({"reason": "x"})).refused(409, "state");
        world.verified();

        let undo = format!("{path}/undo");
        world.post("clerk", &undo, &json!({})).refused(403, "forbidden");
        world.post("reviewer", &undo, &json!({"date": "2026-12-01"})).refused(422, "invalid-field");
        assert_eq!(world.post("reviewer", &undo, &json!({})).want(200)["state"], "undone");
        assert_eq!(world.get("auditor", "/v1/customers/OLD").want(200)["archived_at"], Value::Null);
        charged(&world, "clerk", "OLD");
        let listed = world.all("auditor", "/v1/customer-merges?customer=NEW&state=undone");
        assert_eq!((listed.len(), &listed[0]["items"]), (1, &json!([])));
        world.verified();
        let told = world.all("auditor", "/v1/events?kind=customer.merged");
        assert_eq!((told.len(), &told[0]["data"]["into"]), (1, &new["id"]));
    });
}
