//! Goods that come back (退货) of a line of an invoice: by returns that name it, and by returns that name none. Today is 2026-12-02.

use super::deliveries::{balance, delivery, line, prepared, rows, unbilled};
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

/// A credit note of one line, by returns or by none.
fn note(world: &World, original: &Value, credited: Value, deliveries: Value) -> Reply {
    let note = json!({"customer": "C1", "kind": "credit-note", "original": original, "document_date": "2026-11-13",
        "currency": "CNY", "price_mode": "exclusive", "lines": [credited], "deliveries": deliveries});
    world.post("clerk", "/v1/invoices", &note)
}

fn credit(world: &World, original: &Value, credited: Value, returned: &Value) -> Reply {
    note(world, original, credited, json!([returned]))
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
        note(&world, &number, of_line(1, "3", "10"), json!([])).want(201);
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

/// Ten at 100 that are invoiced first; gives the invoice's number.
fn first(world: &World) -> Value {
    let bill = json!({"customer": "C1", "document_date": "2026-11-03", "currency": "CNY", "price_mode": "exclusive",
        "lines": [line("10", "100")]});
    world.post("clerk", "/v1/invoices", &bill).want(201)["number"].clone()
}

/// Goods that the invoice billed before they were delivered.
fn slip(number: &Value, name: &str, on: &str, quantity: &str) -> Value {
    let mut body = delivery(name, on, &[line(quantity, "100")]);
    body["invoices"] = json!([{"document": number, "line": 1}]);
    body
}

#[test]
fn what_was_credited_is_not_delivered_as_invoiced_whether_or_not_it_was_deferred() {
    for accounting in ["none", "accrued", "deferred"] {
        for_each_database(|db| {
            let world = World::new(db);
            prepared(&world, accounting);
            let number = first(&world);
            // a price that is lowered takes no goods
            note(&world, &number, of_line(1, "10", "5"), json!([])).want(201);
            note(&world, &number, of_line(1, "4", "100"), json!([])).want(201);
            let deliver = |name: &str, quantity: &str| {
                world.post("clerk", "/v1/deliveries", &slip(&number, name, "2026-11-20", quantity))
            };
            refused(&deliver("SH-1", "7"), "/invoices/0/line");
            deliver("SH-1", "6").want(201);
            refused(&deliver("SH-2", "1"), "/invoices/0/line");
            // what nobody invoiced is owed, where that is accrued
            let more = delivery("SH-2", "2026-11-20", &[line("1", "100")]);
            world.post("clerk", "/v1/deliveries", &more).want(201);
            let owed = if accounting == "none" { "0.00" } else { "100.00" };
            assert_eq!(balance(&world, "112201"), owed, "{accounting}");
            world.verified();
        });
    }
}

#[test]
fn what_came_back_leaves_what_waits_in_the_report_of_who_does_not_defer() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "accrued");
        let number = first(&world);
        let six = slip(&number, "SH-1", "2026-11-06", "6");
        world.post("clerk", "/v1/deliveries", &six).want(201);
        let waits = |net: &str| [("billed-not-delivered".to_owned(), "4".to_owned(), net.to_owned(), false)];
        assert_eq!(rows(&unbilled(&world, "")), waits("400.00"));
        let back = delivery("TH-1", "2026-11-08", &[line("-4", "100")]);
        world.post("clerk", "/v1/deliveries", &back).want(201);
        credit(&world, &number, of_line(1, "4", "100"), &json!({"delivery": "TH-1", "line": 1})).want(201);
        assert_eq!(rows(&unbilled(&world, "")), waits("400.00"));
        // a price that is lowered leaves the goods, and takes its part of what they cost
        note(&world, &number, of_line(1, "10", "5"), json!([])).want(201);
        assert_eq!(rows(&unbilled(&world, "")), waits("380.00"));
        assert_eq!(rows(&unbilled(&world, "?as_of=2026-11-07")), waits("400.00"));
        world.verified();
    });
}

/// Goods that are delivered, then billed, and of which one comes back of the invoice.
fn invoice_with_a_return(accounting: &str) {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, accounting);
        let accrues = accounting != "none";
        world.post("clerk", "/v1/deliveries", &delivery("SH-1", "2026-11-05", &[line("3", "100")])).want(201);
        let bill = json!({"customer": "C1", "document_date": "2026-11-10", "currency": "CNY",
            "price_mode": "exclusive", "lines": [line("3", "100")],
            "deliveries": [{"delivery": "SH-1", "line": 1}]});
        let bill = world.post("clerk", "/v1/invoices", &bill).want(201);
        let of = json!({"document": bill["number"], "line": 1});
        let mut back = delivery("TH-1", "2026-11-12", &[line("-1", "100")]);
        back["invoices"] = json!([of]);
        let back = world.post("clerk", "/v1/deliveries", &back).want(201);
        let path =
            |document: &Value| format!("/v1/documents/{}/reverse", document["number"].as_str().unwrap());
        let reverse = |document: &Value| world.post("clerk", &path(document), &json!({"reason": "开错"}));
        let refused = |by: &Value| {
            let entries = || db.count("SELECT COUNT(*) AS n FROM entries");
            let before = entries();
            let refused = reverse(&bill).refused(409, "state");
            assert!(
                refused["detail"].as_str().unwrap().contains(by["number"].as_str().unwrap()),
                "{refused}"
            );
            assert_eq!(entries(), before, "nothing was written");
        };
        let open = |quantity: &str, net: &str| {
            [("delivered-not-billed".to_owned(), quantity.to_owned(), net.to_owned(), accrues)]
        };
        refused(&back);
        assert_eq!(rows(&unbilled(&world, "")), open("-1", "-100.00"));
        // credited, the credit note stands in the way; taken back, the return does again
        let one = json!({"delivery": "TH-1", "line": 1});
        let note = credit(&world, &bill["number"], of_line(1, "1", "100"), &one).want(201);
        refused(&note);
        assert_eq!(rows(&unbilled(&world, "")), []);
        reverse(&note).want(201);
        refused(&back);
        world.post("clerk", "/v1/deliveries/TH-1/reverse", &json!({"reason": "误退"})).want(201);
        assert_eq!(rows(&unbilled(&world, "")), []);
        reverse(&bill).want(201);
        // as if there had been neither: three are owed, and billed once
        for query in ["", "?as_of=2026-11-11", "?as_of=2026-11-13"] {
            assert_eq!(rows(&unbilled(&world, query)), open("3", "300.00"), "{query}");
        }
        let owed = if accrues { "300.00" } else { "0.00" };
        let books = ["112201", "1122", "2204"].map(|account| balance(&world, account));
        assert_eq!(books, [owed, "0.00", "0.00"].map(str::to_owned), "{accounting}");
        world.get("auditor", "/v1/reports/tie-out").want(200);
        world.verified();
    });
}

#[test]
fn an_invoice_that_a_return_names_is_not_reversed_where_nothing_is_accrued() {
    invoice_with_a_return("none");
}

#[test]
fn an_invoice_that_a_return_names_is_not_reversed_where_it_is_accrued() {
    invoice_with_a_return("accrued");
}

#[test]
fn an_invoice_that_a_return_names_is_not_reversed_where_what_waits_is_deferred() {
    invoice_with_a_return("deferred");
}

#[test]
fn parts_of_one_slip_that_name_the_same_line_are_bounded_together() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "deferred");
        let bill = |on: &str, lines: &[Value]| {
            let body = json!({"customer": "C1", "document_date": on, "currency": "CNY",
                "price_mode": "exclusive", "lines": lines});
            world.post("clerk", "/v1/invoices", &body).want(201)
        };
        let first = bill("2026-11-03", &[line("5", "100"), line("2", "50")]);
        let second = bill("2026-11-04", &[line("4", "10")]);
        let part = |document: &Value, of: u32, line: u32| json!({"document": document, "document_line": of, "line": line});
        let slip = |name: &str, on: &str, quantities: [&str; 4]| {
            let [a, b, c, d] = quantities;
            let lines = [line(a, "100"), line(b, "100"), line(c, "50"), line(d, "10")];
            let mut body = delivery(name, on, &lines);
            // by number, and by id
            body["invoices"] = json!([
                part(&first["number"], 1, 1),
                part(&first["id"], 1, 2),
                part(&first["number"], 2, 3),
                part(&second["id"], 1, 4)
            ]);
            world.post("clerk", "/v1/deliveries", &body)
        };
        refused(&slip("SH-1", "2026-11-06", ["3", "3", "2", "4"]), "/invoices/1/line");
        refused(&slip("SH-1", "2026-11-06", ["3", "2", "2", "5"]), "/invoices/3/line");
        slip("SH-1", "2026-11-06", ["3", "1", "2", "4"]).want(201);
        assert_eq!(balance(&world, "2204"), "-100.00");
        // of the fifth nothing is with the customer
        refused(&slip("TH-1", "2026-11-08", ["-3", "-2", "-1", "-4"]), "/invoices/1/line");
        refused(&slip("TH-1", "2026-11-08", ["-3", "-1", "-3", "-4"]), "/invoices/2/line");
        slip("TH-1", "2026-11-08", ["-1", "-1", "-1", "-3"]).want(201);
        refused(&slip("TH-2", "2026-11-08", ["-1", "-1", "-1", "-2"]), "/invoices/3/line");
        let strange = json!({"document": "no such", "line": 1});
        let mut body = delivery("TH-3", "2026-11-08", &[line("-1", "100")]);
        body["invoices"] = json!([strange]);
        world.post("clerk", "/v1/deliveries", &body).refused(404, "not-found");
        assert!(verifies(&world));
    });
}

#[test]
fn a_delivery_is_not_reversed_while_goods_of_its_invoice_came_back() {
    for_each_database(|db| {
        let world = World::new(db);
        let (number, _) = sold(&world);
        let of = json!({"document": number, "document_line": 1, "line": 1});
        world.post("clerk", "/v1/deliveries", &named("TH-1", "-2", &of)).want(201);
        let reverse = |slip: &str| {
            world.post("clerk", &format!("/v1/deliveries/{slip}/reverse"), &json!({"reason": "记错"}))
        };
        let entries = db.count("SELECT COUNT(*) AS n FROM entries");
        let refused = reverse("SH-1").refused(409, "state");
        assert!(refused["detail"].as_str().unwrap().contains("brings goods back"), "{refused}");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM entries"), entries, "nothing was written");
        assert_eq!(balance(&world, "2204"), "-300.00");
        reverse("TH-1").want(201);
        reverse("SH-1").want(201);
        assert_eq!((balance(&world, "2204"), balance(&world, "112201")), ("-600.00".into(), "0.00".into()));
        world.verified();
    });
}
