//! A row that is refused says in which cell, whatever refused it: a lock, a series, a rule of the ledger, a missing rule book.

use super::undone::sheet;
use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

const INVOICE: &str = "number,customer,document_date,effective_date,description,quantity,unit_price,category";

fn invoices(rows: &str) -> Value {
    sheet("invoices", &format!("{INVOICE}\n{rows}"), json!({"currency": "CNY", "price_mode": "exclusive"}))
}

fn prepared(world: &World) {
    world.bind();
    let customer = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &customer).want(201);
}

/// Cell and field of each refusal, all records being refused.
fn told(world: &World, body: &Value, mode: &str) -> Vec<String> {
    let mut body = body.clone();
    body["mode"] = json!(mode);
    let told = world.post("clerk", "/v1/imports", &body).want(201);
    assert_eq!((&told["made"], &told["refused"]), (&json!(0), &told["records"]), "{told}");
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let errors = told["errors"].as_array().unwrap().iter();
    errors.map(|error| format!("{} {}", text(&error["cell"]), text(&error["field"]))).collect()
}

#[test]
fn a_row_of_a_locked_period_shows_the_cell_of_its_day() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        world
            .put("reviewer", "/v1/period-locks", &json!({"kind": "hard", "through": "2026-10-31"}))
            .want(200);
        // the document's own day, the day on which it counts, and the one for both
        let sold = invoices(
            "A-1,C1,2026-10-31,2026-11-02,轴承,1,10,13\nA-2,C1,2026-11-01,2026-10-30,轴承,1,10,13\n\
             A-3,C1,2026-10-29,,轴承,1,10,13\n",
        );
        let money = "number,customer,amount,value_date,effective_date\nR1,C1,5,2026-10-30,2026-10-31\nR2,C1,5,2026-10-30,\n";
        let opening = "number,customer,amount,document_date,due_date,effective_date\nO1,C1,5,2026-09-01,2026-12-01,2026-10-15\n";
        let goods = "number,customer,delivered_on,description,quantity,unit_price,category\nD1,C1,2026-10-30,轴承,1,10,13\n";
        let currency = || json!({"currency": "CNY"});
        let cases = [
            (sold, vec!["C2 document_date", "D3 effective_date", "C4 document_date"]),
            (sheet("receipts", money, currency()), vec!["E2 effective_date", "D3 value_date"]),
            (sheet("opening-balances", opening, currency()), vec!["F2 effective_date"]),
            (sheet("deliveries", goods, currency()), vec!["C2 delivered_on"]),
        ];
        for (body, cells) in cases {
            for mode in ["preview", "all-or-nothing", "best-effort"] {
                assert_eq!(told(&world, &body, mode), cells, "{mode} {body}");
            }
        }
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents"), 0);
        world.verified();
    });
}

#[test]
fn so_does_one_out_of_order_one_before_the_rules_and_one_that_is_too_much() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let rule = json!({"reset": "year", "chronological": true});
        world.put("administrator", "/v1/series/invoice", &rule).want(200);
        let line = json!({"description": "货", "quantity": "1", "unit_price": "100", "category": "13"});
        let body = json!({"customer": "C1", "document_date": "2026-11-20", "currency": "CNY", "price_mode": "exclusive",
            "lines": [line]});
        let number = world.post("clerk", "/v1/invoices", &body).want(201)["number"].clone();
        let early = invoices("A-1,C1,2026-11-19,,轴承,1,10,13\n");
        let much = invoices("A-2,C1,2026-11-21,,轴承,2,45035996273704.95,13\n");
        // the rules of tax are in force from the start of the year
        let before = invoices("A-3,C1,2025-12-31,,轴承,1,10,13\n");
        for mode in ["all-or-nothing", "best-effort"] {
            assert_eq!(told(&world, &early, mode), ["C2 document_date"], "{mode}");
            assert_eq!(told(&world, &much, mode), ["G2 unit_price"], "{mode}");
            assert_eq!(told(&world, &before, mode), ["C2 document_date"], "{mode}");
        }
        let mut alone = body.clone();
        alone["document_date"] = json!("2025-12-31");
        let refused = world.post("clerk", "/v1/invoices", &alone).refused(409, "plugin-unbound");
        assert_eq!(refused["errors"][0]["pointer"], "/document_date", "{refused}");
        // a credit note of what is in a tax invoice: no column says on what it is issued
        let paper = json!({"number": "26001", "kind": "digital-special", "customer": "C1", "issued_on": "2026-11-20",
            "currency": "CNY", "net": "100.00", "tax": "13.00", "gross": "113.00", "documents": [{"document": number}]});
        world.post("clerk", "/v1/tax-invoices", &paper).want(201);
        let number = number.as_str().unwrap();
        let credit = format!(
            "number,customer,kind,original,document_date,description,quantity,unit_price,category\n\
             K-1,C1,credit-note,{number},2026-11-21,货,1,100,13\n"
        );
        let credit = sheet("invoices", &credit, json!({"currency": "CNY", "price_mode": "exclusive"}));
        for mode in ["all-or-nothing", "best-effort"] {
            assert_eq!(told(&world, &credit, mode), ["D2 original"], "{mode}");
        }
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents"), 1);
        world.verified();
    });
}
