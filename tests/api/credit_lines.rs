//! Which line of its original a line of a credit note takes back: named, or the only one that can be meant. Today is 2026-12-02.

use super::deliveries::{balance, delivery, line, prepared};
use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

fn sale(lines: &[Value]) -> Value {
    json!({"customer": "C1", "document_date": "2026-11-03", "currency": "CNY", "price_mode": "exclusive", "lines": lines})
}

/// A credit note of the invoice.
fn credit(world: &World, sold: &Value, lines: &[Value]) -> Reply {
    let mut body = sale(lines);
    (body["kind"], body["original"]) = (json!("credit-note"), sold["number"].clone());
    body["document_date"] = json!("2026-11-10");
    world.post("clerk", "/v1/invoices", &body)
}

/// A line that takes one of the original back.
fn of(number: u32, price: &str) -> Value {
    let mut named = line("1", price);
    named["original_line"] = json!(number);
    named
}

fn in_category(category: &str, price: &str) -> Value {
    let mut line = line("1", price);
    line["category"] = json!(category);
    line
}

fn pointed(reply: Reply, pointer: &str, says: &str) {
    let refused = reply.refused(422, "invalid-field");
    assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    assert!(refused["detail"].as_str().unwrap().contains(says), "{refused}");
}

/// (line, quantity, amount) of what is billed and not delivered.
fn waiting(world: &World) -> Vec<(u64, String, String)> {
    world.seal();
    let report = world.get("auditor", "/v1/reports/unbilled").want(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let row =
        |row: &Value| (row["line"].as_u64().unwrap(), text(&row["quantity"]), text(&row["amount"]["amount"]));
    report["rows"].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn what_is_credited_whole_waits_no_more_and_is_delivered_no_more() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "deferred");
        let sold = world.post("clerk", "/v1/invoices", &sale(&[line("1", "100"), line("1", "100")]));
        let sold = sold.want(201);
        assert_eq!((balance(&world, "2204"), balance(&world, "6001")), ("-200.00".into(), "0.00".into()));
        let documents = || db.count("SELECT COUNT(*) AS n FROM documents");
        let before = documents();
        let says = "lines 1, 2 of INV-2026-000001 are alike";
        pointed(credit(&world, &sold, &[line("2", "100")]), "/lines/0/original_line", says);
        pointed(credit(&world, &sold, &[of(1, "100"), line("1", "100")]), "/lines/1/original_line", says);
        assert_eq!(documents(), before, "nothing was written");
        credit(&world, &sold, &[of(1, "100"), of(2, "100")]).want(201);
        assert_eq!((balance(&world, "2204"), balance(&world, "6001")), ("0.00".into(), "0.00".into()));
        assert_eq!(waiting(&world), []);
        let mut slip = delivery("SH-1", "2026-11-20", &[line("1", "100")]);
        slip["invoices"] = json!([{"document": sold["number"], "document_line": 1, "line": 1}]);
        let refused = world.post("clerk", "/v1/deliveries", &slip).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/invoices/0/line", "{refused}");
        world.verified();
    });
}

#[test]
fn no_line_is_credited_beyond_what_it_was_by_leaving_its_number_out() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "accrued");
        let lines = [line("1", "100"), line("1", "100"), in_category("transport-9", "50")];
        let sold = world.post("clerk", "/v1/invoices", &sale(&lines)).want(201);
        let all = [1_u64, 2, 3];
        assert_eq!(waiting(&world).iter().map(|row| row.0).collect::<Vec<_>>(), all);
        let documents = || db.count("SELECT COUNT(*) AS n FROM documents");
        let before = documents();
        pointed(credit(&world, &sold, &[line("1", "150")]), "/lines/0/original_line", "lines 1, 2 of");
        credit(&world, &sold, &[of(1, "150")]).want(422);
        // of the one line of its category no more than that
        credit(&world, &sold, &[in_category("transport-9", "51")]).want(422);
        let none = "no line of INV-2026-000001 is of this category";
        pointed(credit(&world, &sold, &[in_category("post-9", "1")]), "/lines/0/original_line", none);
        assert_eq!(documents(), before, "nothing was written");
        let note = credit(&world, &sold, &[of(2, "100"), in_category("transport-9", "50")]).want(201);
        let path = format!("/v1/invoices/{}", note["number"].as_str().unwrap());
        let shown = world.get("auditor", &path).want(200);
        assert_eq!(
            (&shown["lines"][0]["original_line"], &shown["lines"][1]["original_line"]),
            (&json!(2), &json!(3))
        );
        assert_eq!(waiting(&world), [(1, "1".to_owned(), "100.00".to_owned())]);
        world.verified();
    });
}

/// Freight beside the lines has a share in what waits of each; once all is delivered, a line of its own takes it back.
#[test]
fn what_was_charged_beside_the_lines_is_credited_once_nothing_waits() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "deferred");
        let mut body = sale(&[line("1", "100")]);
        body["allowances"] =
            json!([{"amount": "50", "charge": true, "reason": "运费", "category": "transport-9"}]);
        let sold = world.post("clerk", "/v1/invoices", &body).want(201);
        assert_eq!(balance(&world, "2204"), "-150.00");
        let freight = [in_category("transport-9", "50")];
        pointed(credit(&world, &sold, &freight), "/lines/0/original_line", "wait to be delivered");
        let mut slip = delivery("SH-1", "2026-11-05", &[line("1", "100")]);
        slip["invoices"] = json!([{"document": sold["number"], "line": 1}]);
        world.post("clerk", "/v1/deliveries", &slip).want(201);
        assert_eq!((balance(&world, "2204"), balance(&world, "6001")), ("0.00".into(), "-150.00".into()));
        credit(&world, &sold, &freight).want(201);
        assert_eq!((balance(&world, "2204"), balance(&world, "6001")), ("0.00".into(), "-100.00".into()));
        world.verified();
    });
}
