//! Terms of payment: what a customer has, what an invoice states itself, when it is due.

use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

fn customer(code: &str, more: &[(&str, Value)]) -> Value {
    let mut body = json!({"code": code, "name": "名", "country": "CN", "currency": "CNY"});
    for (name, value) in more {
        body[*name] = value.clone();
    }
    body
}

fn invoice(code: &str, date: &str, more: &[(&str, Value)]) -> Value {
    let mut body = json!({"customer": code, "document_date": date, "currency": "CNY", "price_mode": "exclusive",
        "lines": [{"description": "货", "quantity": "1", "unit_price": "10", "category": "13"}]});
    for (name, value) in more {
        body[*name] = value.clone();
    }
    body
}

fn terms(basis: &str, rule: &Value) -> Value {
    json!({"basis": basis, "rule": rule})
}

#[test]
fn due_dates_follow_the_customers_terms_or_the_documents_own() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let monthly = terms("document", &json!({"kind": "monthly", "cut_off": 25, "days": 30}));
        let net = |days: u32| terms("document", &json!({"kind": "net", "days": days}));
        for (code, more) in [
            ("N", vec![]),
            ("T", vec![("terms_days", json!(45))]),
            ("E", vec![("terms", net(60))]),
            ("M", vec![("terms", monthly.clone())]),
            ("D", vec![("terms", terms("delivery", &json!({"kind": "end-of-month", "days": 10})))]),
            ("S", vec![("terms", terms("statement-confirmed", &json!({"kind": "net", "days": 10})))]),
        ] {
            world.post("clerk", "/v1/customers", &customer(code, &more)).want(201);
        }
        let shown = |code: &str| world.get("clerk", &format!("/v1/customers/{code}")).want(200);
        for (code, days, expected) in [("N", 30, net(30)), ("T", 45, net(45)), ("E", 60, net(60))] {
            let shown = shown(code);
            assert_eq!((&shown["terms_days"], &shown["terms"]), (&json!(days), &expected), "{code}");
        }
        let counted = json!({"kind": "monthly", "cut_off": 25, "days": 30, "counting": "cut-off-month-end"});
        assert_eq!(shown("M")["terms"], terms("document", &counted));
        let issue = |code: &str, date: &str, more: &[(&str, Value)]| {
            let issued = world.post("clerk", "/v1/invoices", &invoice(code, date, more)).want(201);
            let read =
                world.get("clerk", &format!("/v1/invoices/{}", issued["id"].as_str().unwrap())).want(200);
            assert_eq!(read["document"]["due_date"], issued["due_date"]);
            issued["due_date"].clone()
        };
        let supplied = [("supply_date", json!("2026-10-31"))];
        let own = [("terms", terms("document", &json!({"kind": "days-end-of-month", "days": 30})))];
        let stated = [("due_date", json!("2026-12-01"))];
        for (code, date, more, due) in [
            ("N", "2026-11-02", &[][..], json!("2026-12-02")),
            ("T", "2026-11-02", &[], json!("2026-12-17")),
            ("E", "2026-11-02", &[], json!("2027-01-01")),
            ("M", "2026-11-25", &[], json!("2026-12-30")),
            ("M", "2026-11-26", &[], json!("2027-01-30")),
            ("D", "2026-11-02", &supplied, json!("2026-11-10")),
            ("D", "2026-11-02", &[], Value::Null),
            ("S", "2026-11-02", &[], Value::Null),
            ("M", "2026-11-02", &own, json!("2026-12-31")),
            ("S", "2026-11-02", &stated, json!("2026-12-01")),
        ] {
            assert_eq!(issue(code, date, more), due, "{code} of {date}");
        }
        world.seal();
        // what is not due yet is not overdue, where that is asked for
        let aged = |more: &str| {
            let path = format!("/v1/reports/aging?customer=S&as_of=2026-12-02{more}");
            let report = world.get("clerk", &path).want(200);
            let account = report["accounts"][0].clone();
            (account["ages"][0]["amount"]["amount"].clone(), account["without_due_date"]["amount"].clone())
        };
        assert_eq!(aged("&missing_due_date=not-due"), (json!("11.30"), json!("11.30")));
        assert_eq!(aged(""), (json!("0.00"), json!("11.30")));
        let verified = world.post("auditor", "/v1/verify", &json!({})).want(200);
        assert_eq!(verified["holds"], true, "{verified}");
        // terms are replaced with the rest; what was issued stays due when it was
        let tag = world.get("clerk", "/v1/customers/M").header("etag").to_owned();
        let change = customer("M", &[("terms_days", json!(7))]);
        let put = ("PUT", "clerk", "/v1/customers/M");
        let changed = world.with(put, &[("if-match", &tag)], Some(&change)).want(200);
        assert_eq!(changed["terms"], net(7));
        assert_eq!(issue("M", "2026-11-26", &[]), json!("2026-12-03"));
    });
}

#[test]
fn terms_that_cannot_be_meant_are_refused_where_they_stand() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        world.post("clerk", "/v1/customers", &customer("C1", &[])).want(201);
        let net = |days: u32| terms("document", &json!({"kind": "net", "days": days}));
        let rule = |rule: Value| terms("document", &rule);
        let thirty = json!({"kind": "net", "days": 30});
        let parts = |permille: &[u32]| {
            let part = |permille: &u32| json!({"permille": permille, "rule": thirty});
            json!({"basis": "document", "instalments": permille.iter().map(part).collect::<Vec<_>>()})
        };
        let early = |steps: &[(u32, u32)]| {
            let step = |(days, permille): &(u32, u32)| json!({"days": days, "permille": permille});
            json!({"basis": "document", "rule": thirty, "discounts": steps.iter().map(step).collect::<Vec<_>>()})
        };
        let mut both = parts(&[500, 500]);
        both["rule"] = thirty.clone();
        for (terms, status, pointer) in [
            (net(3651), 400, "/terms/rule/days"),
            (rule(json!({"kind": "monthly", "cut_off": 0, "days": 30})), 400, "/terms/rule/cut_off"),
            (
                rule(json!({"kind": "monthly", "cut_off": 25, "days": 45, "counting": "whole-months"})),
                400,
                "/terms/rule/days",
            ),
            (rule(json!({"kind": "end-of-month", "months": 121})), 400, "/terms/rule/months"),
            (json!({"basis": "moon", "rule": {"kind": "net", "days": 1}}), 400, "/terms/basis"),
            (json!({"basis": "document"}), 400, "/terms"),
            (
                json!({"basis": "document", "rule": {"kind": "net", "days": 1}, "parts": []}),
                400,
                "/terms/parts",
            ),
            (parts(&[300, 300, 300]), 400, "/terms/instalments"),
            (parts(&[500, 501]), 400, "/terms/instalments"),
            (parts(&[1000]), 400, "/terms/instalments"),
            (parts(&[0, 1000]), 400, "/terms/instalments/0/permille"),
            (early(&[(10, 1000)]), 400, "/terms/discounts/0/permille"),
            (early(&[(10, 1001)]), 400, "/terms/discounts/0/permille"),
            (early(&[(10, 20), (10, 10)]), 400, "/terms/discounts/1"),
            (early(&[(3651, 20)]), 400, "/terms/discounts/0/days"),
            (both, 400, "/terms/rule"),
        ] {
            for (path, body) in [
                ("/v1/customers", customer("C2", &[("terms", terms.clone())])),
                ("/v1/invoices", invoice("C1", "2026-11-02", &[("terms", terms.clone())])),
            ] {
                let problem = world.post("clerk", path, &body).want(status);
                let found = problem["errors"][0]["pointer"].as_str().unwrap_or_default();
                assert!(found.starts_with(pointer), "{path} {terms}: {problem}");
            }
        }
        let twice = invoice("C1", "2026-11-02", &[("terms", net(5)), ("due_date", json!("2026-11-09"))]);
        let problem = world.post("clerk", "/v1/invoices", &twice).refused(422, "invalid-field");
        assert_eq!(problem["errors"][0]["pointer"], "/terms", "{problem}");
        let note = invoice(
            "C1",
            "2026-11-02",
            &[("terms", net(5)), ("kind", json!("credit-note")), ("text", json!("折让"))],
        );
        let problem = world.post("clerk", "/v1/invoices", &note).refused(422, "invalid-field");
        assert_eq!(problem["errors"][0]["pointer"], "/terms", "{problem}");
    });
}
