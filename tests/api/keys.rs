//! Whoever had an integrator's key issued holds it: what it does is her doing, and it becomes nobody else's key.

use super::drafts::{customer, invoice};
use super::world::{Reply, Send, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

/// Something of an integrator's key that the administrator had issued.
fn by_key(world: &World, secret: &str, path: &str, body: &Value) -> Reply {
    let (key, text) = (world.key(), body.to_string());
    let send = Send {
        token: Some(secret),
        key: Some(&key),
        media: Some("application/json"),
        body: Some(text.as_bytes()),
        ..Send::default()
    };
    world.send("POST", path, &send)
}

/// Its id and what it is.
fn issued(world: &World, login: &str) -> (String, String) {
    let made = world.post("administrator", "/v1/tokens", &json!({"user": login, "label": "shop"})).want(201);
    let text = |name: &str| made[name].as_str().expect("a text").to_owned();
    (text("id"), text("secret"))
}

fn id(value: &Value) -> &str {
    value["id"].as_str().expect("an id")
}

#[test]
fn an_integrators_key_does_not_become_a_persons() {
    for_each_database(|db| {
        let world = World::new(db);
        let shop = json!({"login": "shop", "name": "网店", "roles": ["integrator"]});
        let user = world.post("administrator", "/v1/users", &shop).want(201);
        let (token, secret) = issued(&world, "shop");
        let read = || world.send("GET", "/v1/company", &Send { token: Some(&secret), ..Send::default() });
        let path = format!("/v1/users/{}", id(&user));
        let change = |body: &Value| {
            world.with(("PUT", "administrator", &path), &[("if-match", "*")], Some(body)).want(200)
        };
        // another name changes nothing
        change(&json!({"name": "新网店", "roles": ["integrator"], "active": true}));
        read().want(200);
        change(&json!({"name": "新网店", "roles": ["reviewer"], "active": true}));
        read().refused(401, "token-revoked");
        world.seal();
        let told = world.all("auditor", &format!("/v1/events?subject={token}"));
        let kinds: Vec<&Value> = told.iter().map(|one| &one["kind"]).collect();
        assert_eq!(kinds, ["token.issued", "token.revoked"]);
        world.verified();
    });
}

#[test]
fn who_had_a_key_issued_does_not_approve_what_it_prepared() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        for code in ["NEW", "OLD"] {
            customer(&world, code);
        }
        let (token, secret) = issued(&world, "integrator");
        let rules =
            json!({"rules": [{"kind": "invoice", "from": "0", "approvals": 1, "post_on_approval": true}]});
        world.put("administrator", "/v1/approval-rules", &rules).want(200);
        let draft = json!({"kind": "invoice", "body": invoice("NEW", "100")});
        let draft = by_key(&world, &secret, "/v1/drafts", &draft).want(201);
        let draft = format!("/v1/drafts/{}", id(&draft));
        by_key(&world, &secret, &format!("{draft}/submit"), &json!({})).want(200);
        let merge = by_key(&world, &secret, "/v1/customers/OLD/merge", &json!({"into": "NEW"})).want(201);
        let merge = format!("/v1/customer-merges/{}", id(&merge));
        let details =
            json!({"customer": "NEW", "accounts": [{"scheme": "CN", "account": "6222020200077777777"}]});
        let details = by_key(&world, &secret, "/v1/bank-detail-changes", &details).want(201);
        let details = format!("/v1/bank-detail-changes/{}", id(&details));
        // nor once it is revoked: it was hers when it did that
        world.post("administrator", &format!("/v1/tokens/{token}/revoke"), &json!({})).want(200);
        for path in [&draft, &details, &merge] {
            let approve = format!("{path}/approve");
            world.post("administrator", &approve, &json!({})).refused(403, "maker-is-checker");
            world.post("reviewer", &approve, &json!({})).want(200);
        }
        world.verified();
    });
}
