//! Goods that come back (退货) of a line of an invoice: by returns that name it, and by returns that name none. Today is 2026-12-02.

use super::deliveries::{balance, delivery, line, prepared};
use super::own_control::verifies;
use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

fn refused(reply: &Reply, pointer: &str) {
    let refused = reply.refused(422, "invalid-field");
    assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
}

/// A line of a credit note, of a line of its original.
fn of_line(original: u32, quantity: &str, price: &str) -> Value {
    let mut of = line(quantity, price);
    of["original_line"] = json!(original);
    of
}

fn credit(world: &World, original: &Value, credited: Value, returned: &Value) -> Reply {
    let note = json!({"customer": "C1", "kind": "credit-note", "original": original, "document_date": "2026-11-13",
        "currency": "CNY", "price_mode": "exclusive", "lines": [credited], "deliveries": [returned]});
    world.post("clerk", "/v1/invoices", &note)
}

/// Five at 100, of which three are delivered, and two at 50, of which none is; gives its number and id.
fn sold(world: &World) -> (Value, Value) {
    prepared(world, "deferred");
    let bill = json!({"customer": "C1", "document_date": "2026-11-03", "currency": "CNY", "price_mode": "exclusive",
        "lines": [line("5", "100"), line("2", "50")]});
    let bill = world.post("clerk", "/v1/invoices", &bill).want(201);
    let mut three = delivery("SH-1", "2026-11-06", &[line("3", "100")]);
    three["invoices"] = json!([{"document": bill["number"], "document_line": 1, "line": 1}]);
    world.post("clerk", "/v1/deliveries", &three).want(201);
    assert_eq!(balance(world, "2204"), "-300.00");
    (bill["number"].clone(), bill["id"].clone())
}

/// A return of one line, which names a line of the invoice.
fn named(slip: &str, quantity: &str, of: &Value) -> Value {
    let mut body = delivery(slip, "2026-11-08", &[line(quantity, "100")]);
    body["invoices"] = json!([of]);
    body
}

#[test]
fn what_waits_for_its_goods_does_not_come_back() {
    for_each_database(|db| {
        let world = World::new(db);
        let (number, _) = sold(&world);
        let back = delivery("TH-1", "2026-11-08", &[line("-4", "100")]);
        world.post("clerk", "/v1/deliveries", &back).want(201);
        let entries = db.count("SELECT COUNT(*) AS n FROM entries");
        // she has three of the five
        let all = json!({"delivery": "TH-1", "line": 1});
        refused(&credit(&world, &number, of_line(1, "4", "100"), &all), "/deliveries/0/line");
        let none = json!({"delivery": "TH-1", "line": 1, "quantity": "1"});
        refused(&credit(&world, &number, of_line(2, "1", "50"), &none), "/deliveries/0/line");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM entries"), entries, "nothing was written");
        let three = json!({"delivery": "TH-1", "line": 1, "quantity": "3"});
        credit(&world, &number, of_line(1, "3", "100"), &three).want(201);
        assert_eq!(
            (balance(&world, "2204"), balance(&world, "112201")),
            ("-300.00".into(), "-100.00".into())
        );
        // of what was credited nothing comes back again
        let rest = json!({"delivery": "TH-1", "line": 1});
        refused(&credit(&world, &number, of_line(1, "1", "100"), &rest), "/deliveries/0/line");
        world.verified();
    });
}

#[test]
fn a_return_that_names_a_line_is_credited_to_that_line() {
    for_each_database(|db| {
        let world = World::new(db);
        let (number, id) = sold(&world);
        let post = |body: &Value| world.post("clerk", "/v1/deliveries", body);
        let of = |line: u32| json!({"document": number, "document_line": line, "line": 1});
        refused(
            &post(&named("TH-1", "-1", &json!({"document": number, "line": 1}))),
            "/invoices/0/document_line",
        );
        let part = json!({"document": number, "document_line": 1, "line": 1, "quantity": "1"});
        refused(&post(&named("TH-1", "-1", &part)), "/invoices/0/quantity");
        let elsewhere = json!({"document": number, "document_line": 1, "line": 2});
        refused(&post(&named("TH-1", "-1", &elsewhere)), "/invoices/0/line");
        refused(&post(&named("TH-1", "-1", &of(2))), "/invoices/0/line");
        refused(&post(&named("TH-1", "-4", &of(1))), "/invoices/0/line");
        let mut early = named("TH-1", "-1", &of(1));
        early["delivered_on"] = json!("2026-11-02");
        refused(&post(&early), "/invoices/0/document");
        post(&named("TH-1", "-1", &of(1))).want(201);
        let shown = world.get("auditor", "/v1/deliveries/TH-1").want(200);
        let shown = &shown["lines"][0];
        assert_eq!(
            (&shown["returned_document"], &shown["returned_document_line"]),
            (&id, &json!(1)),
            "{shown}"
        );
        // the one that waits for its credit note counts
        refused(&post(&named("TH-2", "-3", &of(1))), "/invoices/0/line");
        let one = json!({"delivery": "TH-1", "line": 1});
        refused(&credit(&world, &number, of_line(2, "1", "50"), &one), "/deliveries/0/document_line");
        credit(&world, &number, of_line(1, "1", "100"), &one).want(201);
        assert_eq!((balance(&world, "2204"), balance(&world, "112201")), ("-300.00".into(), "0.00".into()));
        refused(&post(&named("TH-2", "-3", &of(1))), "/invoices/0/line");
        post(&named("TH-2", "-2", &of(1))).want(201);
        assert!(verifies(&world));
        db.execute("DELETE FROM returned_lines");
        assert!(!verifies(&world), "of which lines it came back is what the events say");
    });
}

#[test]
fn what_is_credited_for_less_came_back_all_the_same() {
    for_each_database(|db| {
        let world = World::new(db);
        let (number, _) = sold(&world);
        let back = |slip: &str| {
            let body = delivery(slip, "2026-11-08", &[line("-3", "100")]);
            world.post("clerk", "/v1/deliveries", &body).want(201);
            json!({"delivery": slip, "line": 1})
        };
        // a price that is lowered takes nothing back
        let lower = json!({"customer": "C1", "kind": "credit-note", "original": number, "document_date": "2026-11-13",
            "currency": "CNY", "price_mode": "exclusive", "lines": [of_line(1, "3", "10")]});
        world.post("clerk", "/v1/invoices", &lower).want(201);
        // she has three: for half of their price they come back once
        credit(&world, &number, of_line(1, "3", "50"), &back("TH-1")).want(201);
        assert_eq!(balance(&world, "112201"), "0.00");
        let of = json!({"document": number, "document_line": 1, "line": 1});
        refused(&world.post("clerk", "/v1/deliveries", &named("TH-2", "-1", &of)), "/invoices/0/line");
        let entries = || db.count("SELECT COUNT(*) AS n FROM entries");
        let again = back("TH-2");
        let before = entries();
        refused(&credit(&world, &number, of_line(1, "3", "50"), &again), "/deliveries/0/line");
        assert_eq!(entries(), before, "nothing was written");
        world.verified();
    });
}
