//! Terms that count from the delivery: of invoices that bill deliveries, and of those whose goods are delivered later. Today is 2026-12-02.

use super::deliveries::{delivery, line};
use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

/// C1 pays ten days after the delivery.
fn prepared(world: &World, accounting: &str, terms: &Value) {
    world.bind();
    let body = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY", "terms": terms});
    world.post("clerk", "/v1/customers", &body).want(201);
    let settings = json!({"delivery_accounting": accounting, "invoice_per": "month"});
    world.put("administrator", "/v1/delivery-settings", &settings).want(200);
}

fn ten_days() -> Value {
    json!({"basis": "delivery", "rule": {"kind": "net", "days": 10}})
}

fn invoice(on: &str, lines: &[Value], deliveries: &Value) -> Value {
    json!({"customer": "C1", "document_date": on, "currency": "CNY", "price_mode": "exclusive", "lines": lines,
        "deliveries": deliveries})
}

/// When what C1 owes by receivables is due, by instalment.
fn dues(world: &World) -> Vec<String> {
    let mut found: Vec<(String, String)> = world
        .all("auditor", "/v1/open-items?customer=C1")
        .iter()
        .filter(|item| item["sign"] == 1 && item["kind"] != "delivery")
        .map(|item| {
            let text = |name: &str| item[name].as_str().unwrap_or("-").to_owned();
            (text("instalment"), text("due_date"))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, due)| due).collect()
}

/// A delivery of the 10 that wait on line 1 of an invoice.
fn names(slip: &str, on: &str, quantity: &str, bill: &Value) -> Value {
    let mut body = delivery(slip, on, &[line(quantity, "10")]);
    body["invoices"] = json!([{"document": bill["number"], "line": 1}]);
    body
}

#[test]
fn an_invoice_of_deliveries_is_due_by_the_last_of_them() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "accrued", &ten_days());
        for (slip, on) in [("SH-1", "2026-11-06"), ("SH-2", "2026-11-04")] {
            world.post("clerk", "/v1/deliveries", &delivery(slip, on, &[line("1", "10")])).want(201);
        }
        let both = json!([{"delivery": "SH-1", "line": 1, "document_line": 1},
            {"delivery": "SH-2", "line": 1, "document_line": 2}]);
        let body = invoice("2026-11-20", &[line("1", "10"), line("1", "10")], &both);
        let draft = json!({"kind": "invoice", "body": body});
        let seen = world.post("clerk", "/v1/drafts/preview", &draft).want(200);
        assert_eq!(seen["document"]["due_date"], "2026-11-16", "{seen}");
        let made = world.post("clerk", "/v1/invoices", &body).want(201);
        assert_eq!(made["due_date"], "2026-11-16", "{made}");
        let path = format!("/v1/invoices/{}", made["number"].as_str().unwrap());
        assert_eq!(world.get("auditor", &path).want(200)["document"]["supply_date"], "2026-11-06");
        let found = |to: &str| world.all("auditor", &format!("/v1/open-items?customer=C1&due_to={to}")).len();
        assert_eq!((found("2026-11-15"), found("2026-11-16")), (0, 1));
        // what is said goes before
        world.post("clerk", "/v1/deliveries", &delivery("SH-3", "2026-11-07", &[line("1", "10")])).want(201);
        let of = json!([{"delivery": "SH-3", "line": 1}]);
        let mut said = invoice("2026-11-20", &[line("1", "10")], &of);
        said["supply_date"] = json!("2026-11-01");
        let said = world.post("clerk", "/v1/invoices", &said).want(201);
        assert_eq!(said["due_date"], "2026-11-11", "{said}");
        // by id, by number and by slip; a number goes before a slip of the same text
        let post = |slip: &str, on: &str| {
            world.post("clerk", "/v1/deliveries", &delivery(slip, on, &[line("1", "10")])).want(201)
        };
        let (four, five) = (post("SH-4", "2026-11-08"), post("SH-5", "2026-11-10"));
        post("SH-6", "2026-11-09");
        post(five["number"].as_str().unwrap(), "2026-11-12");
        let due = |of: &[&Value]| {
            let lines: Vec<Value> = of.iter().map(|_| line("1", "10")).collect();
            let part =
                |(n, name): (usize, &&Value)| json!({"delivery": name, "line": 1, "document_line": n + 1});
            let parts: Vec<Value> = of.iter().enumerate().map(part).collect();
            let body = invoice("2026-11-20", &lines, &json!(parts));
            let preview = json!({"kind": "invoice", "body": body});
            world.post("clerk", "/v1/drafts/preview", &preview).want(200)["document"]["due_date"].clone()
        };
        let slip = json!("SH-6");
        assert_eq!(due(&[&four["id"], &slip]), "2026-11-19");
        assert_eq!(due(&[&slip, &five["number"], &four["number"]]), "2026-11-20");
        world.verified();
    });
}

#[test]
fn an_invoice_before_its_goods_is_due_by_the_last_delivery_that_stands() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "deferred", &ten_days());
        let bill =
            world.post("clerk", "/v1/invoices", &invoice("2026-11-01", &[line("10", "10")], &json!([])));
        let bill = bill.want(201);
        assert!(bill["due_date"].is_null(), "{bill}");
        assert_eq!(dues(&world), ["-"]);
        let received = format!("/v1/invoices/{}/received", bill["number"].as_str().unwrap());
        let refused = world.post("clerk", &received, &json!({"date": "2026-11-02"}));
        let refused = refused.refused(422, "rule-refused");
        assert!(refused["detail"].as_str().unwrap().ends_with("from: delivery"), "{refused}");

        let post = |body: &Value| world.post("clerk", "/v1/deliveries", body).want(201);
        post(&names("SH-1", "2026-11-03", "6", &bill));
        assert_eq!(dues(&world), ["2026-11-13"]);
        world.seal();
        let known = world.get("auditor", "/v1/reports/aging?customer=C1&as_of=2026-11-30").want(200);
        let position = known["report"]["known_at"].as_u64().unwrap();
        post(&names("SH-2", "2026-11-08", "3", &bill));
        assert_eq!(dues(&world), ["2026-11-18"]);
        // one of an earlier day tells nothing new
        post(&names("SH-3", "2026-11-05", "1", &bill));
        assert_eq!(dues(&world), ["2026-11-18"]);
        let due = world.all("auditor", "/v1/open-items?customer=C1&due_to=2026-11-18");
        assert_eq!(due.len(), 1, "{due:?}");
        world.seal();
        assert_eq!(world.all("auditor", "/v1/events?kind=invoice.delivered").len(), 2);

        let reverse = |slip: &str| {
            let path = format!("/v1/deliveries/{slip}/reverse");
            world.post("clerk", &path, &json!({"reason": "记错"})).want(201);
        };
        reverse("SH-2");
        assert_eq!(dues(&world), ["2026-11-15"]);
        reverse("SH-3");
        reverse("SH-1");
        assert_eq!(dues(&world), ["-"], "nothing of it is delivered");
        assert_eq!(world.all("auditor", "/v1/open-items?customer=C1&due_to=2030-01-01").len(), 0);
        world.seal();
        let path = format!("/v1/reports/aging?customer=C1&as_of=2026-11-30&known_at={position}");
        let then = world.get("auditor", &path).want(200);
        assert_eq!(then["accounts"], known["accounts"], "as it was known");
        world.verified();
        post(&names("SH-1", "2026-11-09", "10", &bill));
        assert_eq!(dues(&world), ["2026-11-19"]);
        world.verified();
    });
}

#[test]
fn instalments_and_what_is_half_delivered_wait_for_deliveries_too() {
    for_each_database(|db| {
        let world = World::new(db);
        let parts = json!({"basis": "delivery", "instalments": [
            {"permille": 500, "rule": {"kind": "net", "days": 0}}, {"permille": 500, "rule": {"kind": "net", "days": 30}}]});
        prepared(&world, "accrued", &parts);
        world.post("clerk", "/v1/deliveries", &delivery("SH-1", "2026-10-05", &[line("4", "10")])).want(201);
        let part = json!([{"delivery": "SH-1", "line": 1}]);
        let bill = world.post("clerk", "/v1/invoices", &invoice("2026-11-01", &[line("10", "10")], &part));
        let bill = bill.want(201);
        assert_eq!(bill["due_date"], "2026-10-05", "{bill}");
        world.post("clerk", "/v1/deliveries", &names("SH-2", "2026-11-03", "6", &bill)).want(201);
        assert_eq!(dues(&world), ["2026-11-03", "2026-12-03"]);
        world.post("clerk", "/v1/deliveries/SH-2/reverse", &json!({"reason": "记错"})).want(201);
        assert_eq!(dues(&world), ["2026-10-05", "2026-11-04"], "as it was posted");
        // what only raises a price waits for no goods
        let mut raised = line("10", "1");
        raised["original_line"] = json!(1);
        let raise = json!({"customer": "C1", "kind": "debit-note", "original": bill["number"],
            "document_date": "2026-11-10", "currency": "CNY", "price_mode": "exclusive", "lines": [raised]});
        let raise = world.post("clerk", "/v1/invoices", &raise).want(201);
        assert_eq!(raise["due_date"], "2026-11-10", "{raise}");
        world.verified();
    });
}
