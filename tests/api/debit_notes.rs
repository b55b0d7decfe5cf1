//! Debit notes (借项通知): they raise an invoice that they name, and are numbered, taxed, owed and credited for themselves.

use super::deliveries::{self, balance, delivery, line};
use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

fn prepared(world: &World) {
    world.bind();
    let body = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &body).want(201);
}

fn body(kind: &str, price: &str, original: Option<&Value>) -> Value {
    let line = json!({"description": "货", "quantity": "1", "unit_price": price, "category": "13"});
    let mut body = json!({"customer": "C1", "kind": kind, "document_date": "2026-11-05", "currency": "CNY",
        "price_mode": "exclusive", "lines": [line]});
    if let Some(original) = original {
        body["original"] = original.clone();
    }
    body
}

fn post(world: &World, body: &Value) -> Reply {
    world.post("clerk", "/v1/invoices", body)
}

/// What is open of a document.
fn open(world: &World, number: &Value) -> Value {
    let shown = world.get("auditor", &format!("/v1/invoices/{}", number.as_str().unwrap())).want(200);
    shown["items"][0]["open"]["amount"].clone()
}

fn pointed(reply: Reply, pointer: &str) {
    let refused = reply.refused(422, "invalid-field");
    assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
}

#[test]
fn a_debit_note_raises_an_invoice_and_is_owed_and_credited_for_itself() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let sold = post(&world, &body("invoice", "100", None)).want(201)["number"].clone();
        pointed(post(&world, &body("debit-note", "10", None)), "/original");
        pointed(post(&world, &body("invoice", "10", Some(&sold))), "/original");
        post(&world, &body("debit-note", "10", Some(&json!("INV-2026-000009")))).refused(404, "not-found");
        let mut named = body("debit-note", "10", Some(&sold));
        named["lines"][0]["original_line"] = json!(2);
        pointed(post(&world, &named), "/lines/0/original_line");
        let mut named = body("invoice", "10", None);
        named["lines"][0]["original_line"] = json!(1);
        pointed(post(&world, &named), "/lines/0/original_line");

        let raised = post(&world, &body("debit-note", "10", Some(&sold))).want(201);
        let number = &raised["number"];
        assert_eq!((number, &raised["gross"]["amount"]), (&json!("DBN-2026-000001"), &json!("11.30")));
        assert_eq!((open(&world, &sold), open(&world, number)), (json!("113.00"), json!("11.30")));
        let listed = world.all("auditor", "/v1/invoices?kind=debit-note");
        assert_eq!(listed.len(), 1);
        let path = format!("/v1/invoices/{}", sold.as_str().unwrap());
        let original = world.get("auditor", &path).want(200)["document"]["id"].clone();
        assert_eq!(listed[0]["original"], original, "{listed:?}");
        assert!(listed[0]["invocation"].is_string(), "the tax rules were asked: {listed:?}");
        // what it raises stays as long as it stands
        let reverse = |number: &Value| {
            let path = format!("/v1/documents/{}/reverse", number.as_str().unwrap());
            world.post("clerk", &path, &json!({"reason": "误开"}))
        };
        let refused = reverse(&sold).refused(409, "state");
        assert!(refused["detail"].as_str().unwrap().contains("DBN-2026-000001"), "{refused}");

        // the invoice is credited up to its own, the debit note up to its own
        post(&world, &body("credit-note", "101", Some(&sold))).want(422);
        post(&world, &body("credit-note", "100", Some(&sold))).want(201);
        assert_eq!((open(&world, &sold), open(&world, number)), (json!("0.00"), json!("11.30")));
        post(&world, &body("credit-note", "10.01", Some(number))).want(422);
        post(&world, &body("credit-note", "4", Some(number))).want(201);
        assert_eq!(open(&world, number), "6.78");
        let paid = json!({"customer": "C1", "amount": {"amount": "6.78", "currency": "CNY"}, "value_date": "2026-11-20",
            "allocations": [{"document": number}]});
        world.post("clerk", "/v1/receipts", &paid).want(201);
        assert_eq!(open(&world, number), "0.00");
        let run = json!({"cut_off": "2026-11-30", "period_start": "2026-11-01", "customers": ["C1"]});
        let made = world.post("clerk", "/v1/statement-runs", &run).want(201)["made"][0].clone();
        let path = format!("/v1/statements/{}", made.as_str().unwrap());
        let sealed = world.get("auditor", &path).want(200);
        let moved = sealed["sections"][0]["movements"].as_array().unwrap().clone();
        assert!(moved.iter().any(|one| one["kind"] == "debit-note"), "{moved:?}");
        world.verified();
    });
}

#[test]
fn a_debit_note_is_drafted_approved_issued_and_taken_back() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let sold = post(&world, &body("invoice", "100", None)).want(201)["number"].clone();
        let draft = json!({"kind": "debit-note", "body": body("debit-note", "10", Some(&sold))});
        let seen = world.post("clerk", "/v1/drafts/preview", &draft).want(200);
        assert!(seen.is_object(), "{seen}");
        let made = world.post("clerk", "/v1/drafts", &draft).want(201)["id"].clone();
        let path = |act: &str| format!("/v1/drafts/{}/{act}", made.as_str().unwrap());
        world.post("clerk", &path("submit"), &json!({})).want(200);
        let posted = world.post("clerk", &path("post"), &json!({})).want(200);
        assert_eq!(posted["number"], "DBN-2026-000001", "{posted}");
        let other = post(&world, &body("debit-note", "20", Some(&sold))).want(201)["number"].clone();
        let act = |number: &str, act: &str, body: &Value| {
            world.post("clerk", &format!("/v1/documents/{number}/{act}"), body)
        };
        // one of them went to the customer, the other did not
        let issued = json!({"date": "2026-11-06", "means": "paper"});
        act("DBN-2026-000001", "issued", &issued).want(200);
        let why = json!({"reason": "误开"});
        act("DBN-2026-000001", "reverse", &why).refused(409, "state");
        act(other.as_str().unwrap(), "reverse", &why).want(201);
        world.verified();
    });
}

#[test]
fn what_was_taken_back_is_raised_no_more() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let sold = post(&world, &body("invoice", "100", None)).want(201)["number"].clone();
        let path = format!("/v1/documents/{}/reverse", sold.as_str().unwrap());
        world.post("clerk", &path, &json!({"reason": "误开"})).want(201);
        pointed(post(&world, &body("debit-note", "10", Some(&sold))), "/original");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents WHERE kind = 'debit-note'"), 0);
        world.verified();
    });
}

#[test]
fn it_bills_deliveries_as_an_invoice_does_and_what_raises_a_price_bills_none() {
    for_each_database(|db| {
        let world = World::new(db);
        deliveries::prepared(&world, "accrued");
        let slip = delivery("SH-1", "2026-11-02", &[line("12", "10")]);
        world.post("clerk", "/v1/deliveries", &slip).want(201);
        let billing = |kind: &str, original: Option<&Value>, quantity: &str| {
            let mut document = body(kind, "10", original);
            document["lines"] = json!([line(quantity, "10")]);
            document["deliveries"] = json!([{"delivery": "SH-1", "line": 1, "quantity": quantity}]);
            document
        };
        // ten of twelve are invoiced
        let sold = post(&world, &billing("invoice", None, "10")).want(201)["number"].clone();
        assert_eq!(balance(&world, "112201"), "20.00");
        pointed(post(&world, &billing("debit-note", Some(&sold), "3")), "/deliveries/0/quantity");
        pointed(post(&world, &billing("late-fee", None, "2")), "/deliveries");
        let mut raises = billing("debit-note", Some(&sold), "2");
        raises["lines"][0]["original_line"] = json!(1);
        pointed(post(&world, &raises), "/deliveries/0/document_line");
        let rest = post(&world, &billing("debit-note", Some(&sold), "2")).want(201)["number"].clone();
        assert_eq!(balance(&world, "112201"), "0.00");
        // the price of the ten is raised
        raises["deliveries"] = json!([]);
        raises["lines"] = json!([line("10", "1")]);
        raises["lines"][0]["original_line"] = json!(1);
        let raised = post(&world, &raises).want(201)["number"].clone();
        let shown = world.get("auditor", &format!("/v1/invoices/{}", raised.as_str().unwrap())).want(200);
        assert_eq!(shown["lines"][0]["original_line"], 1, "{shown}");
        world.seal();
        let waits = world.get("auditor", "/v1/reports/unbilled").want(200);
        assert_eq!(waits["rows"], json!([]), "{waits}");
        // it has no goods that a delivery could name
        let mut slip = delivery("SH-2", "2026-11-06", &[line("1", "10")]);
        slip["invoices"] = json!([{"document": raised, "line": 1}]);
        pointed(world.post("clerk", "/v1/deliveries", &slip), "/invoices/0/document_line");
        world.verified();
        let path = format!("/v1/documents/{}/reverse", rest.as_str().unwrap());
        world.post("clerk", &path, &json!({"reason": "误开"})).want(201);
        assert_eq!(balance(&world, "112201"), "20.00", "it is open again");
        world.verified();
    });
}
