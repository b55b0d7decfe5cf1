//! What rests on a customer who was merged, and is done afterwards: who may approve, tax of what went over, red-letter tax invoices, due
//! dates that are told later. Today is 2026-12-02.

use super::drafts::{charged, customer};
use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// OLD is NEW from 20 November on.
fn merged(world: &World, old: &str) {
    let body = json!({"into": "NEW", "date": "2026-11-20"});
    let proposed = world.post("clerk", &format!("/v1/customers/{old}/merge"), &body).want(201);
    let path = format!("/v1/customer-merges/{}/approve", id(&proposed));
    assert_eq!(world.post("reviewer", &path, &json!({})).want(200)["state"], "merged");
}

/// (instalment, due date, open) of what NEW owes.
fn open(world: &World) -> Vec<(String, String, String)> {
    let told = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let items = world.all("auditor", "/v1/open-items?customer=NEW");
    let row =
        |item: &Value| (told(&item["instalment"]), told(&item["due_date"]), told(&item["open"]["amount"]));
    let mut found: Vec<_> = items.iter().map(row).collect();
    found.sort();
    found
}

fn rows(rows: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    rows.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect()
}

fn on_terms(world: &World, code: &str, terms: Value) -> Value {
    let body = json!({"code": code, "name": "名", "country": "CN", "currency": "CNY", "terms": terms});
    world.post("clerk", "/v1/customers", &body).want(201);
    let line = json!({"description": "货", "quantity": "1", "unit_price": "100", "category": "13"});
    let body = json!({"customer": code, "document_date": "2026-10-20", "currency": "CNY", "price_mode": "exclusive", "lines": [line]});
    world.post("clerk", "/v1/invoices", &body).want(201)
}

#[test]
fn who_charged_her_approves_no_money_of_who_took_her_place_and_the_tax_rules_are_asked_of_her_invoice() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "NEW");
        customer(&world, "OLD");
        let invoice = charged(&world, "administrator", "OLD");
        merged(&world, "OLD");
        let item = world.all("auditor", "/v1/open-items?customer=NEW").remove(0);
        assert_ne!(item["id"], invoice["item"]);
        let body = json!({"item": item["id"], "amount": "13", "reason": "bad-debt", "date": "2026-11-25"});
        let draft = world.post("clerk", "/v1/drafts", &json!({"kind": "write-off", "body": body})).want(201);
        let act = |role: &str, verb: &str| {
            world.post(role, &format!("/v1/drafts/{}/{verb}", id(&draft)), &json!({}))
        };
        act("clerk", "submit").want(200);
        act("administrator", "approve").refused(403, "separation-of-duties");
        let posted = act("reviewer", "approve").want(200);
        assert_eq!(posted["state"], "posted");
        let path = format!("/v1/invoices/{}", posted["document"].as_str().unwrap());
        let shown = world.get("auditor", &path).want(200)["document"].clone();
        assert!(shown["invocation"].is_string(), "nobody asked the tax rules: {shown}");
        let new = world.get("auditor", "/v1/customers/NEW").want(200);
        assert_eq!((&shown["customer"], &shown["original"]), (&new["id"], &invoice["id"]));
        assert_eq!(open(&world)[0].2, "100.00");
        world.verified();
    });
}

#[test]
fn her_tax_invoice_is_taken_back_by_a_red_one_of_who_took_her_place() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        for code in ["NEW", "OLD", "OTHER"] {
            customer(&world, code);
        }
        let sold = charged(&world, "clerk", "OLD")["number"].clone();
        let paper = |number: &str, code: &str, on: &str, of: &Value| {
            json!({"number": number, "kind": "digital-special", "customer": code, "issued_on": on, "currency": "CNY",
                "net": "100.00", "tax": "13.00", "gross": "113.00", "documents": [{"document": of}]})
        };
        world.post("clerk", "/v1/tax-invoices", &paper("26001", "OLD", "2026-11-10", &sold)).want(201);
        merged(&world, "OLD");
        let line = json!({"description": "货", "quantity": "1", "unit_price": "100", "category": "13"});
        let note = json!({"customer": "NEW", "kind": "credit-note", "original": sold, "document_date": "2026-11-21",
            "currency": "CNY", "price_mode": "exclusive", "lines": [line], "red_confirmation": {"number": "3100000001"}});
        let note = world.post("clerk", "/v1/invoices", &note).want(201)["number"].clone();
        let red = |number: &str, code: &str| {
            let mut body = paper(number, code, "2026-11-22", &note);
            (body["original"], body["confirmation"]) = (json!("26001"), json!("3100000001"));
            world.post("clerk", "/v1/tax-invoices", &body)
        };
        red("26002", "OTHER").refused(422, "invalid-field");
        red("26003", "NEW").want(201);
        assert_eq!(world.get("auditor", "/v1/tax-invoices/26001").want(200)["status"], "red");
        world.verified();
    });
}

#[test]
fn what_went_over_is_due_when_that_is_told_and_keeps_its_parts() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "NEW");
        let net = |days: u32| json!({"kind": "net", "days": days});
        let parts = json!([{"permille": 500, "rule": net(0)}, {"permille": 500, "rule": net(10)}]);
        let terms = json!({"basis": "invoice-received", "instalments": parts, "discounts": [{"days": 5, "permille": 20}]});
        let issued = on_terms(&world, "OLD", terms);
        merged(&world, "OLD");
        assert_eq!(open(&world), rows(&[("1/2", "-", "56.50"), ("2/2", "-", "56.50")]));
        let received = format!("/v1/invoices/{}/received", id(&issued));
        world.post("clerk", &received, &json!({"date": "2026-11-22"})).want(200);
        let due = rows(&[("1/2", "2026-11-22", "56.50"), ("2/2", "2026-12-02", "56.50")]);
        assert_eq!(open(&world), due);
        world.verified();
        // and told again the last one counts
        world.post("clerk", &received, &json!({"date": "2026-11-23"})).want(200);
        assert_eq!(open(&world)[0].1, "2026-11-23");
        // what was agreed for early payment holds for whoever pays now
        let paid = json!({"customer": "NEW", "amount": {"amount": "49", "currency": "CNY"}, "value_date": "2026-11-25"});
        let paid = world.post("clerk", "/v1/receipts", &paid).want(201);
        let items = world.all("auditor", "/v1/open-items?customer=NEW");
        let first = items.iter().find(|item| item["instalment"] == "1/2").unwrap();
        let pay = json!({"debit_item": first["id"], "credit_item": paid["item"], "amount": "49", "discount": "1",
            "effective_date": "2026-11-25"});
        world.post("clerk", "/v1/allocations", &pay).want(201);
        assert_eq!(open(&world).iter().find(|row| row.0 == "1/2").unwrap().2, "6.50");
        world.verified();
    });
}

#[test]
fn what_counts_from_a_statement_counts_from_hers_of_before_or_the_others_of_after() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "NEW");
        let later = |basis: &str| json!({"basis": basis, "rule": {"kind": "net", "days": 15}});
        on_terms(&world, "OLD", later("statement-confirmed"));
        on_terms(&world, "OLDER", later("statement-cut-off"));
        let stated = |code: &str, cut_off: &str| {
            let run = json!({"cut_off": cut_off, "period_start": "2026-10-01", "customers": [code]});
            let made = world.post("clerk", "/v1/statement-runs", &run).want(201)["made"][0].clone();
            let path = format!("/v1/statements/{}", made.as_str().unwrap());
            world.post("reviewer", &format!("{path}/approve"), &json!({})).want(200);
            path
        };
        let october = stated("OLD", "2026-10-31");
        merged(&world, "OLD");
        merged(&world, "OLDER");
        assert_eq!(open(&world), rows(&[("-", "-", "113.00"), ("-", "-", "113.00")]));
        // her statement of before is confirmed now
        let body = json!({"date": "2026-11-05", "by": "采购部 王敏", "evidence": "盖章回函"});
        world.post("clerk", &format!("{october}/confirmation"), &body).want(201);
        assert_eq!(open(&world), rows(&[("-", "-", "113.00"), ("-", "2026-11-20", "113.00")]));
        // the other's states what went over
        world.seal();
        stated("NEW", "2026-11-30");
        assert_eq!(open(&world), rows(&[("-", "2026-11-20", "113.00"), ("-", "2026-12-15", "113.00")]));
        world.verified();
    });
}
