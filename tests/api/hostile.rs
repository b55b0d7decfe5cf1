//! Bound plugins that misbehave: tax fails closed, a statement falls back, is marked and needs another person's approval.

use super::world::World;
use domain::actor::Actor;
use domain::plugin::World as PluginWorld;
use domain::time::parse_date;
use serde_json::{Value, json};
use store::query;
use store::testing::for_each_database;

/// A fixture past admission, which is tested elsewhere.
fn bound(world: &World, slot: PluginWorld, name: &str) {
    let digest = crate::fixture::past_admission(&world.app, slot, name);
    bind(world, slot, &digest.to_string(), json!({}));
}

/// In force instead of what was bound before: the clock stands still, so that the day of each must tell.
fn bind(world: &World, slot: PluginWorld, plugin: &str, config: Value) {
    let before = world.app.db.read(|c| query::bindings::list(c, world.house.id)).expect("bindings").len();
    let day = u64::try_from(before).unwrap();
    let input = app::plugin::BindPlugin {
        slot: slot.name().to_owned(),
        plugin: plugin.to_owned(),
        config,
        valid_from: parse_date("2026-02-01").unwrap() + chrono::Days::new(day),
    };
    app::plugin::bind(&world.app, &Actor::System, world.house.id, &input).expect("bound");
}

fn invoice() -> Value {
    let line = json!({"description": "货", "quantity": "2", "unit_price": "10.50", "category": "13"});
    json!({"customer": "C1", "document_date": "2026-11-02", "currency": "CNY", "price_mode": "exclusive", "lines": [line]})
}

fn customer(world: &World) {
    let body = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &body).want(201);
}

const TABLES: [&str; 6] =
    ["documents", "document_lines", "tax_lines", "entries", "open_items", "invocations"];

#[test]
fn tax_fails_closed() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world);
        let before = TABLES.map(|table| db.count(&format!("SELECT COUNT(*) AS n FROM {table}")));
        for (name, status, code, word) in [
            ("wrong-totals", 502, "plugin-answer-refused", "payable"),
            ("line-without-treatment", 502, "plugin-answer-refused", "explicit treatment"),
            ("duplicate-ids", 502, "plugin-answer-refused", "twice"),
            ("trap", 502, "plugin-failed", "crashed"),
            ("endless-loop", 503, "plugin-limit", "fuel"),
            ("memory-bomb", 503, "plugin-limit", "memory"),
        ] {
            bound(&world, PluginWorld::Tax, name);
            let problem = world.post("clerk", "/v1/invoices", &invoice()).refused(status, code);
            let detail = problem["detail"].as_str().unwrap();
            assert!(
                detail.contains(word) && detail.contains(&format!("hostile-{name}")),
                "{name}: {problem}"
            );
            assert_eq!(problem["plugin"]["world"], "tax", "{name}: {problem}");
            assert_eq!(
                TABLES.map(|table| db.count(&format!("SELECT COUNT(*) AS n FROM {table}"))),
                before,
                "{name}: nothing is written"
            );
        }
        // the good one bound again serves the same request, and no number was lost
        bind(&world, PluginWorld::Tax, "tax-cn-vat", json!({}));
        let issued = world.post("clerk", "/v1/invoices", &invoice()).want(201);
        assert_eq!(
            (&issued["number"], &issued["gross"]["amount"]),
            (&json!("INV-2026-000001"), &json!("23.73"))
        );
    });
}

/// Its sums hold, of each tax and of the document; but it gives the tax of one line back on another. Admission asks about an invoice, and
/// could not know.
#[test]
fn a_credit_gives_no_more_tax_back_on_a_line_than_that_bore() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world);
        let name = "first-line-taxed";
        let admitted = world.app.runtime.admit(&crate::fixture::bytes(name));
        assert!(admitted.is_ok(), "{:?}", admitted.err());
        bound(&world, PluginWorld::Tax, name);
        let line = json!({"description": "货", "quantity": "1", "unit_price": "100", "category": "13"});
        let mut sale = invoice();
        sale["lines"] = json!([line, line]);
        let issued = world.post("clerk", "/v1/invoices", &sale).want(201);
        assert_eq!(
            (&issued["tax"]["amount"], &issued["gross"]["amount"]),
            (&json!("13.00"), &json!("213.00"))
        );
        let credit = |of: u32| {
            let mut credit = invoice();
            credit["kind"] = json!("credit-note");
            credit["original"] = issued["number"].clone();
            credit["lines"] = json!([line]);
            credit["lines"][0]["original_line"] = json!(of);
            world.post("clerk", "/v1/invoices", &credit)
        };
        let before = TABLES.map(|table| db.count(&format!("SELECT COUNT(*) AS n FROM {table}")));
        // the second bore none, and 13.00 of this code are left of the invoice
        let refused = credit(2).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/lines/0", "{refused}");
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("of tax back on line 2 of INV-2026-000001"), "{detail}");
        let after = TABLES.map(|table| db.count(&format!("SELECT COUNT(*) AS n FROM {table}")));
        assert_eq!(after, before, "nothing is written");
        // on the line that bore it, it is what is left
        let given = credit(1).want(201);
        assert_eq!((&given["number"], &given["tax"]["amount"]), (&json!("CN-2026-000001"), &json!("13.00")));
        world.verified();
    });
}

fn statement(world: &World) -> (Value, Value) {
    let run = json!({"cut_off": "2026-11-30", "period_start": "2026-11-01"});
    let made = world.post("clerk", "/v1/statement-runs", &run).want(201);
    assert_eq!((made["made"].as_array().map(Vec::len), &made["failed"]), (Some(1), &json!([])), "{made}");
    let id = made["made"][0].as_str().unwrap();
    let all = world.all("clerk", "/v1/statements");
    let row = all.into_iter().find(|row| row["id"] == id).unwrap();
    (made, row)
}

#[test]
fn a_statement_whose_format_fails_falls_back_and_is_marked_and_waits_for_approval() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world);
        world.post("clerk", "/v1/invoices", &invoice()).want(201);
        // bytes instead of the document, a figure of its own, and the built-in itself under a configuration that invents one
        let mut fallbacks = 0;
        for name in ["opaque-bytes", "invented-figure", "statement-classic"] {
            if name == "statement-classic" {
                bind(&world, PluginWorld::Statement, name, json!({"note": "最低还款 500.00"}));
            } else {
                bound(&world, PluginWorld::Statement, name);
            }
            let (made, row) = statement(&world);
            assert_eq!((&made["fallbacks"], &row["fallback"]), (&json!(1), &json!(true)), "{name}: {row}");
            assert_eq!((&row["status"], &row["decided_by"]), (&json!("sealed"), &Value::Null), "{name}");
            let id = row["id"].as_str().unwrap();
            let files = world.get("reviewer", &format!("/v1/statements/{id}/artefacts")).want(200);
            let files: Vec<&str> =
                files["items"].as_array().unwrap().iter().map(|f| f["name"].as_str().unwrap()).collect();
            assert_eq!(files, ["statement.html", "statement.pdf"], "{name}");
            let page = world.get("reviewer", &format!("/v1/statements/{id}/artefacts/statement.html"));
            let page = String::from_utf8(page.bytes).unwrap();
            assert!(
                page.contains("23.73") && !page.contains("123,456.78") && !page.contains("500.00"),
                "{name}"
            );
            // who made it may not approve it
            let own = world.post("clerk", &format!("/v1/statements/{id}/approve"), &json!({}));
            assert_eq!(own.status, 403, "{}", own.json());
            world.post("reviewer", &format!("/v1/statements/{id}/reject"), &json!({})).want(200);
            fallbacks += 1;
        }
        assert_eq!(fallbacks, 3);
        bind(&world, PluginWorld::Statement, "statement-classic", json!({"note": "请在 30 天内确认"}));
        let (made, row) = statement(&world);
        assert_eq!(
            (&made["fallbacks"], &row["fallback"], &row["version"]),
            (&json!(0), &json!(false), &json!(4))
        );
        let approved = world.post(
            "reviewer",
            &format!("/v1/statements/{}/approve", row["id"].as_str().unwrap()),
            &json!({}),
        );
        assert_eq!(approved.want(200)["status"], "approved");
    });
}

/// A discount line, an allowance of the document, and their way back: over HTTP, posted and exported as they were given.
#[test]
fn discount_lines_and_document_allowances_are_issued_and_credited_in_full() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world);
        let line = |quantity: &str, price: &str, more: Value| {
            let mut line = json!({"description": "货", "quantity": quantity, "unit_price": price, "category": "goods-13"});
            line.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            line
        };
        let body = json!({"customer": "C1", "document_date": "2026-11-02", "currency": "CNY", "price_mode": "exclusive",
            "lines": [line("10", "100", json!({"nature": "discounted", "allowances": [{"fraction": "0.1", "reason": "季末"}]})),
                line("1", "-50", json!({"nature": "discount", "parent": 1}))],
            "allowances": [{"amount": "50", "charge": true, "reason": "运费", "category": "transport-9"},
                {"amount": "100.10", "category": "goods-13"}]});
        let issued = world.post("clerk", "/v1/invoices", &body).want(201);
        // net 900 − 50 + 50 − 100.10; tax 117 − 6.5 + 4.5 − 13.01
        assert_eq!(
            (&issued["net"]["amount"], &issued["tax"]["amount"]),
            (&json!("799.90"), &json!("101.99"))
        );
        let shown = world.get("clerk", "/v1/invoices/INV-2026-000001").want(200);
        assert_eq!(shown["lines"][1]["parent"], 1);
        assert_eq!(shown["warnings"], json!([]));
        let allowances = shown["allowances"].as_array().unwrap();
        let seen: Vec<(&Value, &Value, &Value)> =
            allowances.iter().map(|a| (&a["line"], &a["n"], &a["amount"])).collect();
        let null = Value::Null;
        assert_eq!(
            seen,
            [
                (&null, &json!(1), &json!("50")),
                (&null, &json!(2), &json!("100.1")),
                (&json!(1), &json!(1), &json!("100"))
            ]
        );
        assert_eq!((&allowances[0]["reason"], &allowances[2]["fraction"]), (&json!("运费"), &json!("0.1")));
        let on: Vec<&Value> = shown["taxes"].as_array().unwrap().iter().map(|t| &t["allowance"]).collect();
        assert_eq!(on, [&null, &null, &json!(1), &json!(2)]);
        refused_lines(&world, &body);
        let mut credit = body.clone();
        credit["kind"] = json!("credit-note");
        credit["original"] = json!("INV-2026-000001");
        let mut wrong = credit.clone();
        wrong["lines"][0]["original_line"] = json!(3);
        let problem = world.post("clerk", "/v1/invoices", &wrong).refused(422, "invalid-field");
        assert_eq!(problem["errors"][0]["pointer"], "/lines/0/original_line");
        // without the charge, then the charge alone is too much for a second whole credit
        credit["allowances"].as_array_mut().unwrap().remove(0);
        let part = world.post("clerk", "/v1/invoices", &credit).want(201);
        assert_eq!((&part["net"]["amount"], &part["tax"]["amount"]), (&json!("749.90"), &json!("97.49")));
        let again = world.post("clerk", "/v1/invoices", &credit);
        assert_eq!(again.refused(422, "plugin-refused")["plugin"]["code"], "exceeds-original");
        let shown = world.get("clerk", "/v1/invoices/CN-2026-000001").want(200);
        assert_eq!(
            (&shown["lines"][0]["original_line"], &shown["lines"][1]["original_line"]),
            (&json!(1), &json!(2))
        );
        world.seal();
        let found = app::audit::verify(&world.app, &Actor::System, world.house.id).expect("verified");
        assert_eq!(found.problems, Vec::<String>::new());
    });
}

fn refused_lines(world: &World, body: &Value) {
    for (change, pointer) in [
        (json!({"parent": null}), "/lines/1/parent"),
        (json!({"parent": 2}), "/lines/1/parent"),
        (json!({"quantity": "-1"}), "/lines/1/unit_price"),
        (json!({"nature": "normal", "parent": null}), "/lines/1/unit_price"),
        (
            json!({"nature": "normal", "unit_price": "5", "quantity": "-1", "parent": null}),
            "/lines/1/quantity",
        ),
        (json!({"nature": "normal", "unit_price": "5"}), "/lines/1/parent"),
        (json!({"original_line": 1}), "/lines/1/original_line"),
    ] {
        let mut bad = body.clone();
        bad["lines"][1].as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let problem = world.post("clerk", "/v1/invoices", &bad).refused(422, "invalid-field");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{change}: {problem}");
    }
    let mut bad = body.clone();
    bad["allowances"][1]["amount"] = json!("100.101");
    let problem = world.post("clerk", "/v1/invoices", &bad).refused(422, "invalid-field");
    assert_eq!(problem["errors"][0]["pointer"], "/allowances/1/amount");
}
