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
