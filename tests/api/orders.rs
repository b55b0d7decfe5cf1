//! Orders (订单): each becomes a delivery or an invoice as it comes in, by the rule of its customer, else of the company, and comes in once.
//! Today is 2026-12-02.

use super::deliveries::{balance, delivery, line, prepared, rows, unbilled};
use super::undone::sheet;
use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

const RULE: &str = "/v1/customers/C2/billing-rule";

/// The second customer is invoiced first; of the first the company says what becomes of her orders.
fn ruled(world: &World, accounting: &str) {
    prepared(world, accounting);
    becomes(world, "invoice");
}

fn becomes(world: &World, what: &str) {
    world.put("clerk", RULE, &json!({"per": "month", "orders_become": what})).want(200);
}

fn order(number: &str, customer: &str, quantity: &str) -> Value {
    json!({"external_id": number, "customer": customer, "ordered_on": "2026-11-04", "currency": "CNY",
        "lines": [line(quantity, "100")]})
}

fn enter(world: &World, body: &Value) -> Reply {
    world.post("clerk", "/v1/orders", body)
}

fn orders(text: &str) -> Value {
    let headings = "number,customer,ordered_on,deliver_on,description,quantity,unit_price,category\n";
    sheet("orders", &format!("{headings}{text}"), json!({"currency": "CNY"}))
}

/// What an invoice, found by the number of its order, says of it.
fn invoiced(world: &World, number: &str) -> Value {
    let found = world.all("auditor", &format!("/v1/invoices?external_id={number}"));
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap_or_default()
}

const TWO: &str = "SO-1,C1,2026-11-03,2026-11-05,轴承,2,50,13\nSO-1,C1,2026-11-03,2026-11-05,垫片,10,0.5,13\n\
    SO-2,C2,2026-11-04,2026-11-20,轴承,4,100,13\n";

#[test]
fn a_sheet_of_orders_becomes_deliveries_and_invoices_and_is_taken_back() {
    for_each_database(|db| {
        let world = World::new(db);
        ruled(&world, "deferred");
        let mut looked = orders(TWO);
        looked["mode"] = json!("preview");
        let looked = world.post("clerk", "/v1/imports", &looked).want(201);
        assert_eq!((&looked["records"], &looked["made"]), (&json!(2), &json!(0)), "{looked}");
        let note = "by the rules of their customers 1 orders become deliveries and 1 become invoices";
        assert!(looked["notes"].as_array().unwrap().contains(&json!(note)), "{looked}");
        assert_eq!(looked["sums"], json!([{"of": "lines", "currency": "CNY", "sum": "505"}]), "{looked}");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents"), 0);
        let done = world.post("clerk", "/v1/imports", &orders(TWO)).want(201);
        assert_eq!((&done["made"], &done["errors"]), (&json!(2), &json!([])), "{done}");
        let path = format!("/v1/imports/{}", done["id"].as_str().unwrap());
        // each is shown as what it is
        let made = world.all("auditor", &format!("{path}/rows"));
        let first = world.get("auditor", "/v1/deliveries/SO-1").want(200);
        let bill = invoiced(&world, "SO-2");
        for (row, is) in made.iter().zip([&first, &bill]) {
            assert_eq!((&row["subject"], &row["label"]), (&is["id"], &is["number"]), "{row}");
        }
        let file = world.get("auditor", &format!("{path}/rows?format=csv"));
        let file = String::from_utf8(file.bytes).unwrap();
        assert!(file.contains(",orders,1,2,3,dlv_") && file.contains(",orders,2,4,4,doc_"), "{file}");
        assert_eq!(
            [&first["purchase_order"], &first["delivered_on"], &first["net"]["amount"]],
            [&json!("SO-1"), &json!("2026-11-05"), &json!("105.00")],
            "{first}"
        );
        assert_eq!(
            [&bill["purchase_order"], &bill["document_date"], &bill["supply_date"], &bill["net"]["amount"]],
            [&json!("SO-2"), &json!("2026-11-04"), &Value::Null, &json!("400.00")],
            "{bill}"
        );
        // goods that are invoiced first are no revenue before a delivery names them
        let stands = || [balance(&world, "112201"), balance(&world, "2204"), balance(&world, "6001")];
        assert_eq!(stands(), ["105.00", "-400.00", "-105.00"]);
        let mut slip = delivery("SH-9", "2026-11-21", &[line("4", "100")]);
        slip["customer"] = json!("C2");
        slip["invoices"] = json!([{"document": bill["number"], "line": 1}]);
        world.post("clerk", "/v1/deliveries", &slip).want(201);
        assert_eq!(stands(), ["105.00", "0.00", "-505.00"]);
        world.verified();
        let undo = format!("{path}/undo");
        world.post("clerk", &undo, &json!({})).refused(409, "state");
        world.post("clerk", "/v1/deliveries/SH-9/reverse", &json!({"reason": "错发"})).want(201);
        assert_eq!(world.post("clerk", &undo, &json!({})).want(201)["records"], 2);
        assert_eq!(stands(), ["0.00", "0.00", "0.00"]);
        assert!(rows(&unbilled(&world, "")).is_empty());
        // their numbers are free again
        let again = world.post("clerk", "/v1/imports", &orders(TWO)).want(201);
        assert_eq!((&again["made"], &again["errors"]), (&json!(2), &json!([])), "{again}");
        world.verified();
    });
}

#[test]
fn what_was_delivered_by_order_is_billed_by_order() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "accrued");
        let mut body = orders(TWO);
        body["mode"] = json!("best-effort");
        assert_eq!(world.post("clerk", "/v1/imports", &body).want(201)["made"], 2);
        enter(&world, &order("SO-3", "C1", "1")).want(201);
        let span = json!({"customer": "C1", "from": "2026-11-01", "to": "2026-11-30", "document_date": "2026-11-30",
            "per": "order"});
        let done = world.post("clerk", "/v1/deliveries/invoice", &span).want(201);
        let issued = done["issued"].as_array().unwrap();
        let nets: Vec<&Value> = issued.iter().map(|one| &one["invoice"]["net"]["amount"]).collect();
        assert_eq!(nets, ["100.00", "105.00"], "{done}");
        assert_eq!(balance(&world, "112201"), "400.00", "the other customer's");
        world.verified();
    });
}

#[test]
fn the_rule_is_the_customers_else_the_companys() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "none");
        let settings = "/v1/delivery-settings";
        let before = world.get("clerk", settings).want(200);
        assert_eq!(before["orders_become"], "delivery", "{before}");
        let became = |number: &str, customer: &str| {
            let made = enter(&world, &order(number, customer, "1")).want(201);
            assert_eq!(made["net"]["amount"], "100.00", "{made}");
            made["became"].as_str().unwrap().to_owned()
        };
        assert_eq!(became("SO-1", "C1"), "delivery");
        let set = json!({"delivery_accounting": "none", "invoice_per": "month", "orders_become": "invoice"});
        world.put("administrator", settings, &set).want(200);
        assert_eq!(world.get("clerk", settings).want(200), set);
        let companys = json!({"per": "month", "orders_become": "invoice", "own": false});
        assert_eq!(world.get("clerk", RULE).want(200), companys);
        assert_eq!((became("SO-2", "C1"), became("SO-3", "C2")), ("invoice".into(), "invoice".into()));
        becomes(&world, "delivery");
        let own = json!({"per": "month", "orders_become": "delivery", "own": true});
        assert_eq!(world.get("clerk", RULE).want(200), own);
        assert_eq!((became("SO-4", "C1"), became("SO-5", "C2")), ("invoice".into(), "delivery".into()));
        world
            .put("clerk", RULE, &json!({"per": "month", "orders_become": "draft"}))
            .refused(400, "invalid-body");
        // the chain says what was set
        world.verified();
        let of = |kind: &str| {
            let events = world.all("auditor", &format!("/v1/events?kind={kind}"));
            events.iter().map(|event| event["data"]["orders_become"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(of("delivery-settings.set"), ["delivery", "invoice"]);
        assert_eq!(of("billing-rule.set"), ["delivery"]);
    });
}

#[test]
fn an_order_comes_once_whichever_it_became() {
    for_each_database(|db| {
        let world = World::new(db);
        ruled(&world, "none");
        let done = world.post("clerk", "/v1/imports", &orders(TWO)).want(201);
        assert_eq!(done["made"], 2, "{done}");
        let again = world.post("clerk", "/v1/imports", &orders(TWO)).want(201);
        assert_eq!((&again["made"], &again["already"]), (&json!(0), &json!(2)), "{again}");
        let documents = || {
            let count = |table: &str| db.count(&format!("SELECT COUNT(*) AS n FROM {table}"));
            (count("documents"), count("deliveries"))
        };
        let before = documents();
        let changed = orders(&TWO.replace(",4,100,", ",5,100,").replace(",0.5,", ",0.6,"));
        let taken = |by: &str| {
            let refused = world.post("clerk", "/v1/imports", &changed).want(201);
            let cells: Vec<&Value> =
                refused["errors"].as_array().unwrap().iter().map(|error| &error["cell"]).collect();
            assert_eq!(cells, ["A2", "A4"], "{by}: {refused}");
            for number in ["SO-1", "SO-2"] {
                let customer = if number == "SO-1" { "C1" } else { "C2" };
                let refused = enter(&world, &order(number, customer, "9")).refused(409, "duplicate");
                assert_eq!(refused["errors"][0]["pointer"], "/external_id", "{by}: {refused}");
            }
            assert_eq!(documents(), before, "{by}");
        };
        taken("the rule that it came by");
        becomes(&world, "delivery");
        let set = json!({"delivery_accounting": "none", "invoice_per": "month", "orders_become": "invoice"});
        world.put("administrator", "/v1/delivery-settings", &set).want(200);
        taken("the other rule");
        // a slip's number is no order's: the order of the same number becomes an invoice
        world.post("clerk", "/v1/deliveries", &delivery("SO-7", "2026-11-05", &[line("1", "5")])).want(201);
        assert_eq!(enter(&world, &order("SO-7", "C1", "1")).want(201)["became"], "invoice");
        world.verified();
    });
}

#[test]
fn what_is_wrong_with_an_order_is_told_at_its_member_or_cell() {
    for_each_database(|db| {
        let world = World::new(db);
        ruled(&world, "none");
        let pointed = |customer: &str, member: &str, value: Value| {
            let mut body = order("SO-1", customer, "1");
            let (within, name) = member.rsplit_once('/').unwrap();
            body.pointer_mut(within).unwrap()[name] = value;
            let refused = enter(&world, &body).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], member, "{customer}: {refused}");
        };
        for customer in ["C1", "C2"] {
            pointed(customer, "/external_id", json!(" "));
            pointed(customer, "/lines", json!([]));
            pointed(customer, "/lines/0/quantity", json!("-1"));
            pointed(customer, "/lines/0/quantity", json!("0"));
            pointed(customer, "/lines/0/unit_price", json!("-1"));
            pointed(customer, "/lines/0/supply", json!("rent"));
            pointed(customer, "/ordered_on", json!("2062-11-03"));
            pointed(customer, "/deliver_on", json!("2062-11-04"));
        }
        enter(&world, &order("SO-1", "nobody", "1")).refused(404, "not-found");
        world
            .put("reviewer", "/v1/period-locks", &json!({"kind": "hard", "through": "2026-11-30"}))
            .want(200);
        // of a delivery the day of the delivery counts, of an invoice that of the order
        for (customer, ordered, deliver, at, cell) in [
            ("C1", "2026-12-01", "2026-11-29", "/deliver_on", "D2"),
            ("C2", "2026-11-29", "2026-12-01", "/ordered_on", "C2"),
        ] {
            let mut body = order("SO-1", customer, "1");
            (body["ordered_on"], body["deliver_on"]) = (json!(ordered), json!(deliver));
            let refused = enter(&world, &body).refused(409, "period-locked");
            assert_eq!(refused["errors"][0]["pointer"], at, "{refused}");
            let sheet = orders(&format!("SO-1,{customer},{ordered},{deliver},轴承,1,100,13\n"));
            let refused = world.post("clerk", "/v1/imports", &sheet).want(201);
            assert_eq!(refused["errors"][0]["cell"], cell, "{refused}");
        }
        let rules = json!({"rules": [{"kind": "invoice", "currency": "CNY", "from": "100", "approvals": 1}]});
        world.put("administrator", "/v1/approval-rules", &rules).want(200);
        let sheet = orders("SO-1,C2,2026-12-01,,轴承,1,100,13\nSO-2,C1,2026-12-01,,轴承,1,100,13\n");
        let refused = world.post("clerk", "/v1/imports", &sheet).want(201);
        assert_eq!(
            (&refused["errors_total"], &refused["errors"][0]["cell"]),
            (&json!(1), &json!("G2")),
            "{refused}"
        );
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM deliveries"), 0);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents"), 0);
    });
}

#[test]
fn orders_come_many_at_once_an_outcome_a_row() {
    for_each_database(|db| {
        let world = World::new(db);
        ruled(&world, "accrued");
        let item =
            json!({"code": "A-1", "name": "轴承", "category": "13", "unit_price": "100", "currency": "CNY"});
        world.post("clerk", "/v1/items", &item).want(201);
        // a line takes from the catalogue what it leaves out
        let mut of_item = order("SO-3", "C2", "1");
        of_item["lines"] = json!([{"item": "A-1", "quantity": "2"}]);
        let rows = [order("SO-1", "C1", "1"), order("SO-1", "C1", "1"), json!({}), of_item];
        let rows = rows.map(|row| row.to_string()).join("\n");
        let first = world.rows("clerk", "k", "/v1/orders/bulk", &rows);
        let told = first.lines();
        let statuses: Vec<&Value> = told.iter().map(|row| &row["status"]).collect();
        assert_eq!(statuses, [201, 409, 400, 201], "{told:?}");
        assert_eq!(told[1]["problem"]["errors"][0]["pointer"], "/external_id", "{told:?}");
        let made = |n: usize| (&told[n]["body"]["became"], &told[n]["body"]["net"]["amount"]);
        assert_eq!(made(0), (&json!("delivery"), &json!("100.00")));
        assert_eq!(made(3), (&json!("invoice"), &json!("200.00")));
        assert_eq!(world.rows("clerk", "k", "/v1/orders/bulk", &rows).bytes, first.bytes, "each once");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM deliveries"), 1);
        world.verified();
    });
}
