//! A refusal says where: every one of these names the member of its request.

use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

fn invoice(change: Value) -> Value {
    let line = json!({"description": "货", "quantity": "2", "unit_price": "10.50", "category": "13"});
    let mut body = json!({"customer": "C1", "document_date": "2026-11-10", "currency": "CNY",
        "price_mode": "exclusive", "lines": [line]});
    body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
    body
}

fn line(unit_price: &str) -> Value {
    json!({"description": "货", "quantity": "2", "unit_price": unit_price, "category": "13"})
}

fn receipt(amount: &str, currency: &str, value_date: &str) -> Value {
    let mut body = json!({"customer": "C1", "amount": {"amount": amount, "currency": currency}, "value_date": value_date});
    if currency != "CNY" {
        body["fx"] = json!({"rate": "7.1", "date": "2026-11-05", "source": "test"});
    }
    body
}

/// Path, body, status, code, pointer.
type Case = (String, Value, u16, &'static str, &'static str);

#[track_caller]
fn refused(world: &World, cases: &[Case]) {
    for (path, body, status, code, pointer) in cases {
        let problem = world.post("clerk", path, body).refused(*status, code);
        assert_eq!(problem["errors"][0]["pointer"], *pointer, "{path} {body}: {problem}");
        assert_eq!(problem["errors"].as_array().map(Vec::len), Some(1), "{problem}");
    }
}

struct Made {
    sold: Value,
    money: Value,
    dollars: Value,
}

fn made(world: &World) -> Made {
    world.bind();
    let customer = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &customer).want(201);
    let rule = json!({"reset": "year", "chronological": true});
    world.put("administrator", "/v1/series/invoice", &rule).want(200);
    Made {
        sold: world.post("clerk", "/v1/invoices", &invoice(json!({}))).want(201),
        money: world.post("clerk", "/v1/receipts", &receipt("10.00", "CNY", "2026-11-05")).want(201),
        dollars: world.post("clerk", "/v1/receipts", &receipt("10.00", "USD", "2026-11-05")).want(201),
    }
}

#[test]
fn what_is_refused_for_its_amount_is_pointed_at() {
    for_each_database(|db| {
        let world = World::new(db);
        let Made { sold, money, dollars } = made(&world);
        let pay = |credit: &Value, amount: &str| json!({"debit_item": sold["item"], "credit_item": credit["item"], "amount": amount, "effective_date": "2026-11-12"});
        let note = json!({"kind": "credit-note", "original": sold["number"],
            "lines": [{"description": "货", "quantity": "3", "unit_price": "10.50", "category": "13"}]});
        let swapped = json!({"debit_item": money["item"], "credit_item": sold["item"], "amount": "1.00", "effective_date": "2026-11-12"});
        let to = |path: &str| path.to_owned();
        let written = [
            (to("/v1/allocations"), pay(&money, "10.01"), 422, "rule-refused", "/amount"),
            (to("/v1/allocations"), pay(&money, "0"), 422, "rule-refused", "/amount"),
            (to("/v1/allocations"), pay(&money, "1.005"), 422, "invalid-field", "/amount"),
            (to("/v1/allocations"), pay(&money, "999999999999999999"), 422, "invalid-field", "/amount"),
            (to("/v1/allocations"), pay(&dollars, "1.00"), 422, "rule-refused", "/credit_item"),
            (to("/v1/allocations"), swapped, 422, "rule-refused", "/debit_item"),
            (to("/v1/invoices"), invoice(note), 422, "plugin-refused", "/lines/0"),
            (
                to("/v1/invoices"),
                invoice(json!({"lines": [line("45035996273704.95")]})),
                422,
                "rule-refused",
                "/lines",
            ),
            (
                to("/v1/receipts"),
                receipt("-1.00", "CNY", "2026-11-05"),
                422,
                "rule-refused",
                "/amount/amount",
            ),
            (to("/v1/receipts"), receipt("0", "CNY", "2026-11-05"), 422, "rule-refused", "/amount/amount"),
            // earlier than the last number of a series that is in the order of its dates
            (
                to("/v1/invoices"),
                invoice(json!({"document_date": "2026-11-09"})),
                422,
                "rule-refused",
                "/document_date",
            ),
        ];
        let counted = || {
            let count = |table: &str| db.count(&format!("SELECT COUNT(*) AS n FROM {table}"));
            (count("documents"), count("allocations"), count("open_items"))
        };
        let before = counted();
        refused(&world, &written);
        assert_eq!(counted(), before, "nothing was written");
        world.verified();
    });
}

#[test]
fn what_lies_in_a_locked_period_is_pointed_at() {
    for_each_database(|db| {
        let world = World::new(db);
        let Made { sold, money, .. } = made(&world);
        world
            .put("reviewer", "/v1/period-locks", &json!({"kind": "hard", "through": "2026-11-30"}))
            .want(200);
        let pay = json!({"debit_item": sold["item"], "credit_item": money["item"], "amount": "1.00", "effective_date": "2026-11-30"});
        let opening = json!({"customer": "C1", "amount": {"amount": "12", "currency": "CNY"}, "document_date": "2026-09-01",
            "effective_date": "2026-11-01", "due_date": "2026-12-01"});
        let late = json!({"document_date": "2026-12-01", "effective_date": "2026-11-30"});
        let reverse = format!("/v1/documents/{}/reverse", sold["number"].as_str().unwrap());
        let draft = json!({"kind": "invoice", "body": invoice(json!({}))});
        let kept = world.post("clerk", "/v1/drafts", &draft).want(201);
        let submit = format!("/v1/drafts/{}/submit", kept["id"].as_str().unwrap());
        let locked = |path: &str, body: Value, pointer: &'static str| {
            (path.to_owned(), body, 409, "period-locked", pointer)
        };
        refused(
            &world,
            &[
                locked("/v1/invoices", invoice(json!({})), "/document_date"),
                locked("/v1/invoices", invoice(late), "/effective_date"),
                locked("/v1/receipts", receipt("1.00", "CNY", "2026-11-30"), "/value_date"),
                locked("/v1/allocations", pay, "/effective_date"),
                locked("/v1/opening-balances", opening, "/effective_date"),
                // the day that it has by itself: another may be given
                locked(&reverse, json!({"reason": "x"}), "/date"),
                locked(&reverse, json!({"reason": "x", "date": "2026-11-30"}), "/date"),
                locked("/v1/drafts/preview", draft, "/body/document_date"),
                locked(&submit, json!({}), "/body/document_date"),
            ],
        );
        let rows = [invoice(json!({})), invoice(json!({}))].map(|row| row.to_string()).join("\n");
        for row in world.rows("clerk", "locked", "/v1/invoices/bulk", &rows).lines() {
            assert_eq!(row["problem"]["errors"][0]["pointer"], "/document_date", "{row}");
        }
    });
}

#[test]
fn a_rate_that_would_not_count_is_pointed_at() {
    for_each_database(|db| {
        let world = World::new(db);
        made(&world);
        let rate = |rate: &str, date: &str| json!({"rate": rate, "date": date, "source": "test"});
        let with = |mut body: Value, currency: &str, fx: Value| {
            if body.get("amount").is_some() {
                body["amount"]["currency"] = json!(currency);
            } else {
                body["currency"] = json!(currency);
            }
            body["fx"] = fx;
            body
        };
        let goods = |day: &str| json!({"external_id": "SO-1", "customer": "C1", day: "2026-11-10", "lines": [line("5")]});
        let bill = json!({"customer": "C1", "number": "B-1", "kind": "bank", "medium": "electronic", "drawer": "甲", "acceptor": "乙",
            "amount": {"amount": "12"}, "issue_date": "2026-11-10", "maturity": "2027-02-10", "received_on": "2026-11-10"});
        let opening = json!({"customer": "C1", "amount": {"amount": "12"}, "document_date": "2026-09-01",
            "effective_date": "2026-11-10", "due_date": "2026-12-01"});
        let paid = json!({"customer": "C1", "amount": {"amount": "1.00"}, "value_date": "2026-11-10"});
        let adjusted = json!({"customer": "C1", "amount": {"amount": "1.00"}, "account": "6711", "date": "2026-11-10", "text": "差额"});
        let bodies = [
            ("/v1/invoices", invoice(json!({}))),
            ("/v1/receipts", paid.clone()),
            ("/v1/deliveries", goods("delivered_on")),
            ("/v1/orders", goods("ordered_on")),
            ("/v1/opening-balances", opening),
            ("/v1/bills", bill),
            ("/v1/drafts/preview", adjusted),
        ];
        let mut cases: Vec<Case> = Vec::new();
        for (path, body) in bodies {
            let base = with(body.clone(), "CNY", rate("7.1", "2026-11-10"));
            let late = with(body, "USD", rate("7.1", "2026-11-11"));
            for (body, inside, at) in [(base, "/fx", "/body/fx"), (late, "/fx/date", "/body/fx/date")] {
                cases.push(match path {
                    "/v1/drafts/preview" => {
                        let draft = json!({"kind": "adjustment", "body": body});
                        (path.to_owned(), draft, 422, "invalid-field", at)
                    }
                    _ => (path.to_owned(), body, 422, "invalid-field", inside),
                });
            }
        }
        refused(&world, &cases);
        // what a sheet says of its own currency, and a rate of the day or before it
        world.post("clerk", "/v1/receipts", &with(paid.clone(), "CNY", rate("1", "2026-11-10"))).want(201);
        world.post("clerk", "/v1/receipts", &with(paid, "USD", rate("7.2", "2026-11-09"))).want(201);
        world.verified();
    });
}
