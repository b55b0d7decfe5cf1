//! Deliveries (发货): accrued until they are billed, never billed twice, and the invoices that are made of them. Today is 2026-12-02.

use super::imports::base64;
use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

pub(super) fn prepared(world: &World, accounting: &str) {
    world.bind();
    for code in ["C1", "C2"] {
        let body = json!({"code": code, "name": "名", "country": "CN", "currency": "CNY"});
        world.post("clerk", "/v1/customers", &body).want(201);
    }
    let settings = json!({"delivery_accounting": accounting, "invoice_per": "month"});
    world.put("administrator", "/v1/delivery-settings", &settings).want(200);
}

pub(super) fn line(quantity: &str, price: &str) -> Value {
    json!({"description": "货", "quantity": quantity, "unit_price": price, "category": "13"})
}

pub(super) fn delivery(slip: &str, on: &str, lines: &[Value]) -> Value {
    json!({"external_id": slip, "customer": "C1", "delivered_on": on, "currency": "CNY", "lines": lines})
}

fn record(world: &World, body: &Value) -> Value {
    world.post("clerk", "/v1/deliveries", body).want(201)
}

fn invoice(on: &str, lines: &[Value], deliveries: Value) -> Value {
    json!({"customer": "C1", "document_date": on, "currency": "CNY", "price_mode": "exclusive", "lines": lines,
        "deliveries": deliveries})
}

/// The balance of an account, debit positive, out of the trial balance; nothing where it never moved.
pub(super) fn balance(world: &World, account: &str) -> String {
    world.seal();
    let report = world.get("auditor", "/v1/reports/trial-balance").want(200);
    let accounts = report["accounts"].as_array().unwrap_or_else(|| panic!("{report}"));
    let own = accounts.iter().find(|row| row["account"] == account);
    own.map_or("0.00".to_owned(), |row| row["closing"]["amount"].as_str().unwrap().to_owned())
}

pub(super) fn unbilled(world: &World, query: &str) -> Value {
    world.seal();
    world.get("auditor", &format!("/v1/reports/unbilled{query}")).want(200)
}

/// (state, number, quantity, net, accrued) of each row.
pub(super) fn rows(report: &Value) -> Vec<(String, String, String, bool)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let row = |row: &Value| {
        (text(&row["state"]), text(&row["quantity"]), text(&row["amount"]["amount"]), row["accrued"] == true)
    };
    report["rows"].as_array().unwrap().iter().map(row).collect()
}

fn pointer(reply: Reply, wanted: &str) {
    let refused = reply.refused(422, "invalid-field");
    assert_eq!(refused["errors"][0]["pointer"], wanted, "{refused}");
}

#[test]
fn a_delivery_is_owed_once_before_and_after_it_is_billed() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "accrued");
        let made = record(&world, &delivery("SH-1", "2026-11-05", &[line("3", "100"), line("1", "0.01")]));
        assert_eq!(made["net"]["amount"], "300.01");
        assert!(made["document"].as_str().is_some_and(|id| id.starts_with("doc_")), "{made}");
        assert_eq!((balance(&world, "112201"), balance(&world, "6001")), ("300.01".into(), "-300.01".into()));
        let before = unbilled(&world, "");
        assert_eq!(before["totals"][0]["accrued"]["amount"], "300.01", "{before}");
        // two of three are billed at another price: what was accrued for them goes, what is billed comes
        let billed = json!([{"delivery": "SH-1", "line": 1, "quantity": "2"}]);
        let body = invoice("2026-11-20", &[line("2", "110")], billed);
        let first = world.post("clerk", "/v1/invoices", &body).want(201);
        assert_eq!(first["gross"]["amount"], "248.60");
        assert_eq!((balance(&world, "112201"), balance(&world, "1122")), ("100.01".into(), "248.60".into()));
        assert_eq!(balance(&world, "6001"), "-320.01", "220 billed, 100.01 still accrued");
        let left = unbilled(&world, "");
        let delivered = |quantity: &str, net: &str| {
            ("delivered-not-billed".to_owned(), quantity.to_owned(), net.to_owned(), true)
        };
        assert_eq!(rows(&left), [delivered("1", "100.00"), delivered("1", "0.01")], "{left}");
        // at the day before nothing was billed, and at the position before nothing was known of it
        assert_eq!(
            rows(&unbilled(&world, "?as_of=2026-11-19")),
            [delivered("3", "300.00"), delivered("1", "0.01")]
        );
        let known = before["report"]["known_at"].as_u64().unwrap();
        assert_eq!(unbilled(&world, &format!("?known_at={known}"))["rows"], before["rows"]);
        assert_eq!(rows(&unbilled(&world, "?as_of=2026-11-04")), []);
        // the rest, by amount and then whatever is left
        let part = json!([{"delivery": made["number"], "line": 1, "amount": "40"}]);
        let progress =
            world.post("clerk", "/v1/invoices", &invoice("2026-11-21", &[line("1", "40")], part)).want(201);
        let rest = json!([{"delivery": made["id"], "line": 1, "document_line": 1},
            {"delivery": made["id"], "line": 2, "document_line": 2}]);
        let body = invoice("2026-11-22", &[line("1", "60"), line("1", "0.01")], rest);
        let last = world.post("clerk", "/v1/invoices", &body).want(201);
        assert_eq!(balance(&world, "112201"), "0.00");
        assert_eq!(rows(&unbilled(&world, "")).iter().filter(|row| row.3).count(), 0);
        let shown = world.get("clerk", "/v1/deliveries/SH-1").want(200);
        assert_eq!(shown["lines"][0]["open"]["amount"], "0.00", "{shown}");
        assert_eq!(shown["links"].as_array().unwrap().len(), 4);
        // its own tax once, however many items its entry makes
        let tax = world.get("auditor", "/v1/reports/tax").want(200);
        assert_eq!(
            (balance(&world, "22210106"), &tax["taxes"][0]["tax"]["amount"]),
            ("-41.60".into(), &json!("41.60")),
            "{tax}"
        );
        world.get("auditor", "/v1/reports/tie-out").want(200);
        world.verified();

        // taken back, it is open again, and owed as it was
        for document in [&last, &progress, &first] {
            let path = format!("/v1/documents/{}/reverse", document["number"].as_str().unwrap());
            world.post("clerk", &path, &json!({"reason": "开错", "date": "2026-11-25"})).want(201);
        }
        assert_eq!((balance(&world, "112201"), balance(&world, "1122")), ("300.01".into(), "0.00".into()));
        assert_eq!(rows(&unbilled(&world, "")), [delivered("3", "300.00"), delivered("1", "0.01")]);
        assert_eq!(rows(&unbilled(&world, "?as_of=2026-11-24")).iter().filter(|row| row.3).count(), 0);
        world.verified();
    });
}

#[test]
fn no_more_is_billed_than_was_delivered() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "accrued");
        record(&world, &delivery("SH-1", "2026-11-05", &[line("2", "100")]));
        let plain = world
            .post("clerk", "/v1/invoices", &invoice("2026-11-20", &[line("5", "100")], json!([])))
            .want(201);
        let count = || db.count("SELECT COUNT(*) AS n FROM entries");
        let before = count();
        let post = |body: &Value| world.post("clerk", "/v1/invoices", body);
        let one = |part: Value| invoice("2026-11-20", &[line("5", "100")], json!([part]));
        pointer(
            post(&one(json!({"delivery": "SH-1", "line": 1, "quantity": "2.5"}))),
            "/deliveries/0/quantity",
        );
        pointer(
            post(&one(json!({"delivery": "SH-1", "line": 1, "quantity": "0"}))),
            "/deliveries/0/quantity",
        );
        pointer(
            post(&one(json!({"delivery": "SH-1", "line": 1, "amount": "200.01"}))),
            "/deliveries/0/amount",
        );
        pointer(post(&one(json!({"delivery": "SH-1", "line": 2}))), "/deliveries/0/line");
        pointer(
            post(&one(json!({"delivery": "SH-1", "line": 1, "document_line": 2}))),
            "/deliveries/0/document_line",
        );
        post(&one(json!({"delivery": "SH-9", "line": 1}))).refused(404, "not-found");
        let both = json!({"delivery": "SH-1", "line": 1, "quantity": "1", "amount": "1"});
        assert_eq!(
            post(&one(both)).refused(400, "invalid-body")["errors"][0]["pointer"],
            "/deliveries/0/amount"
        );
        // twice in one document, more than its own line, before it was delivered, another customer, another kind
        let twice = json!([{"delivery": "SH-1", "line": 1, "quantity": "2"}, {"delivery": "SH-1", "line": 1, "quantity": "1"}]);
        pointer(post(&invoice("2026-11-20", &[line("5", "100")], twice)), "/deliveries/1/quantity");
        let more = json!([{"delivery": "SH-1", "line": 1, "quantity": "2"}]);
        pointer(post(&invoice("2026-11-20", &[line("1", "100")], more.clone())), "/deliveries/0/quantity");
        pointer(post(&invoice("2026-11-04", &[line("2", "100")], more.clone())), "/deliveries/0/delivery");
        let mut foreign = invoice("2026-11-20", &[line("2", "100")], more.clone());
        foreign["customer"] = json!("C2");
        pointer(post(&foreign), "/deliveries/0/delivery");
        let mut credit = invoice("2026-11-20", &[line("2", "100")], more.clone());
        (credit["kind"], credit["original"]) = (json!("credit-note"), plain["number"].clone());
        pointer(post(&credit), "/deliveries/0/delivery");
        let mut fee = invoice("2026-11-20", &[line("2", "100")], more);
        fee["kind"] = json!("late-fee");
        pointer(post(&fee), "/deliveries");
        assert_eq!(count(), before, "nothing was written");
        // what is accrued is paid by nobody, written off by nobody, adjusted by nobody
        let items = world.all("clerk", "/v1/open-items");
        let item =
            items.iter().find(|item| item["account"] == "112201").unwrap_or_else(|| panic!("{items:?}"));
        let item = item["id"].as_str().unwrap().to_owned();
        let paid = json!({"customer": "C1", "amount": {"amount": "10", "currency": "CNY"}, "value_date": "2026-11-20"});
        let credit =
            world.post("clerk", "/v1/receipts", &paid).want(201)["item"].as_str().unwrap().to_owned();
        let pays = json!({"debit_item": item, "credit_item": credit, "amount": "10", "effective_date": "2026-11-20"});
        let refused = world.post("clerk", "/v1/allocations", &pays).refused(422, "rule-refused");
        assert!(refused["detail"].as_str().unwrap().contains("not billed"), "{refused}");
        world.verified();
    });
}

/// Sixteen want the same ten pieces, three each: three are satisfied, and the books agree.
#[test]
fn sixteen_at_once_do_not_bill_it_twice() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "accrued");
        record(&world, &delivery("SH-1", "2026-11-05", &[line("10", "100")]));
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let ask = || {
                let part = json!([{"delivery": "SH-1", "line": 1, "quantity": "3"}]);
                let reply =
                    world.post("clerk", "/v1/invoices", &invoice("2026-11-20", &[line("3", "100")], part));
                if reply.status != 201 {
                    pointer(reply, "/deliveries/0/quantity");
                    return 422;
                }
                reply.status
            };
            let all: Vec<_> = (0..16).map(|_| scope.spawn(ask)).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 3, "{statuses:?}");
        assert_eq!(balance(&world, "112201"), "100.00");
        assert_eq!(rows(&unbilled(&world, ""))[0].1, "1");
        world.verified();
    });
}

#[test]
fn what_comes_back_is_taken_off_and_a_return_of_what_was_billed_waits_for_its_credit_note() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "accrued");
        record(&world, &delivery("SH-1", "2026-11-05", &[line("3", "33.335")]));
        assert_eq!(balance(&world, "112201"), "100.01", "3 × 33.335, half-up");
        let back =
            json!({"date": "2026-11-08", "external_id": "TH-1", "lines": [{"line": 1, "quantity": "1"}]});
        let returned = world.post("clerk", "/v1/deliveries/SH-1/return", &back).want(201);
        assert_eq!(returned["net"]["amount"], "-33.34");
        assert_eq!(balance(&world, "112201"), "66.67");
        let path = "/v1/deliveries/SH-1/return";
        pointer(world.post("clerk", path, &json!({"date": "2026-11-04"})), "/date");
        let more = json!({"date": "2026-11-08", "lines": [{"line": 1, "quantity": "2.1"}]});
        pointer(world.post("clerk", path, &more), "/lines/0/quantity");
        let again =
            json!({"date": "2026-11-08", "external_id": "TH-1", "lines": [{"line": 1, "quantity": "1"}]});
        world.post("clerk", path, &again).refused(409, "duplicate");
        world
            .post("clerk", "/v1/deliveries/TH-1/return", &json!({"date": "2026-11-09"}))
            .refused(409, "state");
        world.post("clerk", "/v1/deliveries/SH-1/reverse", &json!({"reason": "x"})).refused(409, "state");

        // the rest is billed; one piece comes back after that
        let part = json!([{"delivery": "SH-1", "line": 1}]);
        let bill = world
            .post("clerk", "/v1/invoices", &invoice("2026-11-10", &[line("2", "33.335")], part))
            .want(201);
        assert_eq!(balance(&world, "112201"), "0.00");
        world.post("clerk", path, &json!({"date": "2026-11-11"})).refused(409, "state");
        record(&world, &delivery("TH-2", "2026-11-12", &[line("-1", "33.335")]));
        assert_eq!(balance(&world, "112201"), "-33.34");
        let open = unbilled(&world, "");
        let waits = ("delivered-not-billed".to_owned(), "-1".to_owned(), "-33.34".to_owned(), true);
        assert_eq!(rows(&open)[0], waits, "{open}");
        let credit = json!({"customer": "C1", "kind": "credit-note", "original": bill["number"], "document_date": "2026-11-13",
            "currency": "CNY", "price_mode": "exclusive", "lines": [line("1", "33.335")],
            "deliveries": [{"delivery": "TH-2", "line": 1}]});
        world.post("clerk", "/v1/invoices", &credit).want(201);
        assert_eq!((balance(&world, "112201"), rows(&unbilled(&world, ""))), ("0.00".into(), vec![]));
        world.verified();

        // entered by mistake: as if it had never been, and the slip is free again
        let slip = delivery("SH-2", "2026-11-14", &[line("1", "10")]);
        record(&world, &slip);
        let twice = world.post("clerk", "/v1/deliveries", &slip).refused(409, "duplicate");
        assert_eq!(twice["errors"][0]["pointer"], "/external_id");
        world
            .post("clerk", "/v1/deliveries/SH-2/reverse", &json!({"reason": ""}))
            .refused(422, "invalid-field");
        world.post("clerk", "/v1/deliveries/SH-2/reverse", &json!({"reason": "错录"})).want(201);
        assert_eq!(balance(&world, "112201"), "0.00");
        record(&world, &slip);
        world.verified();
    });
}

#[test]
fn what_is_invoiced_first_is_delivered_later_and_accrues_the_rest() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "accrued");
        let bill = world
            .post("clerk", "/v1/invoices", &invoice("2026-11-03", &[line("5", "100")], json!([])))
            .want(201);
        let number = bill["number"].as_str().unwrap();
        let waits = |quantity: &str, net: &str| {
            ("billed-not-delivered".to_owned(), quantity.to_owned(), net.to_owned(), false)
        };
        assert_eq!(rows(&unbilled(&world, "")), [waits("5", "500.00")]);
        let mut body = delivery("SH-1", "2026-11-06", &[line("4", "100")]);
        body["invoices"] = json!([{"document": number, "line": 1, "quantity": "3"}]);
        let made = record(&world, &body);
        // one of four was not invoiced
        assert_eq!(balance(&world, "112201"), "100.00");
        let found = rows(&unbilled(&world, ""));
        assert!(found.contains(&waits("2", "200.00")), "{found:?}");
        let bad = |invoices: Value| {
            let mut body = delivery("SH-2", "2026-11-06", &[line("4", "100")]);
            body["invoices"] = invoices;
            world.post("clerk", "/v1/deliveries", &body)
        };
        pointer(bad(json!([{"document": number, "line": 1, "quantity": "3"}])), "/invoices/0/quantity");
        pointer(bad(json!([{"document": number, "line": 2, "quantity": "1"}])), "/invoices/0/line");
        pointer(
            bad(json!([{"document": number, "line": 1, "document_line": 7}])),
            "/invoices/0/document_line",
        );
        pointer(bad(json!([{"document": number, "line": 1, "quantity": "4.5"}])), "/invoices/0/quantity");
        bad(json!([{"document": "INV-2026-000099", "line": 1}])).refused(404, "not-found");
        // what it says was delivered stands on it
        let path = format!("/v1/documents/{number}/reverse");
        let refused = world.post("clerk", &path, &json!({"reason": "x"})).refused(409, "state");
        assert!(refused["detail"].as_str().unwrap().contains(made["number"].as_str().unwrap()), "{refused}");
        world.verified();
    });
}

#[test]
fn what_is_invoiced_first_is_a_contract_liability_where_the_company_defers() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "deferred");
        let settings = world.get("clerk", "/v1/delivery-settings").want(200);
        assert_eq!(settings["delivery_accounting"], "deferred");
        let bill = world
            .post("clerk", "/v1/invoices", &invoice("2026-11-03", &[line("5", "100")], json!([])))
            .want(201);
        let number = bill["number"].as_str().unwrap();
        assert_eq!((balance(&world, "2204"), balance(&world, "6001")), ("-500.00".into(), "0.00".into()));
        let waits = |quantity: &str, net: &str| {
            ("billed-not-delivered".to_owned(), quantity.to_owned(), net.to_owned(), true)
        };
        let before = unbilled(&world, "");
        assert_eq!(rows(&before), [waits("5", "500.00")]);
        let totals = &before["totals"][0];
        assert_eq!(
            (&totals["deferred"]["amount"], &totals["not_delivered"]["amount"]),
            (&json!("500.00"), &json!("0.00"))
        );
        let of = |on: &str, quantity: &str| {
            let mut body = delivery("SH-1", on, &[line("4", "100")]);
            body["invoices"] = json!([{"document": number, "line": 1, "quantity": quantity}]);
            body
        };
        pointer(world.post("clerk", "/v1/deliveries", &of("2026-11-02", "3")), "/invoices/0/document");
        record(&world, &of("2026-11-06", "3"));
        // three are revenue, the fourth is accrued
        assert_eq!((balance(&world, "2204"), balance(&world, "6001")), ("-200.00".into(), "-400.00".into()));
        assert!(rows(&unbilled(&world, "")).contains(&waits("2", "200.00")));
        assert_eq!(rows(&unbilled(&world, "?as_of=2026-11-05")), [waits("5", "500.00")]);
        let known = before["report"]["known_at"].as_u64().unwrap();
        assert_eq!(unbilled(&world, &format!("?known_at={known}"))["rows"], before["rows"]);
        let path = format!("/v1/documents/{number}/reverse");
        world.post("clerk", &path, &json!({"reason": "x"})).refused(409, "state");
        world.post("clerk", "/v1/deliveries/SH-1/reverse", &json!({"reason": "错发"})).want(201);
        assert_eq!((balance(&world, "2204"), balance(&world, "112201")), ("-500.00".into(), "0.00".into()));
        world.verified();
        world.post("clerk", &path, &json!({"reason": "x"})).want(201);
        assert_eq!((balance(&world, "2204"), rows(&unbilled(&world, ""))), ("0.00".into(), vec![]));
        world.verified();
    });
}

#[test]
fn the_open_deliveries_of_a_month_become_invoices_by_the_customers_rule() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "accrued");
        for (slip, on, order) in
            [("SH-1", "2026-11-05", "PO-1"), ("SH-2", "2026-11-06", "PO-2"), ("SH-3", "2026-11-07", "PO-1")]
        {
            let mut body = delivery(slip, on, &[line("2", "50")]);
            body["purchase_order"] = json!(order);
            record(&world, &body);
        }
        record(&world, &delivery("SH-4", "2026-12-01", &[line("1", "9")]));
        let span = |per: Value| {
            let mut body = json!({"customer": "C1", "from": "2026-11-01", "to": "2026-11-30", "document_date": "2026-11-30"});
            if !per.is_null() {
                body["per"] = per;
            }
            body
        };
        let rule = "/v1/customers/C1/billing-rule";
        assert_eq!(
            world.get("clerk", rule).want(200),
            json!({"per": "month", "orders_become": "delivery", "own": false})
        );
        world.put("clerk", rule, &json!({"per": "order"})).want(200);
        assert_eq!(
            world.get("clerk", rule).want(200),
            json!({"per": "order", "orders_become": "delivery", "own": true})
        );
        world.put("clerk", rule, &json!({"per": "week"})).refused(400, "invalid-body");
        let mut early = span(Value::Null);
        early["document_date"] = json!("2026-11-29");
        pointer(world.post("clerk", "/v1/deliveries/invoice", &early), "/document_date");
        // tried, nothing is made
        let tried = world.post("clerk", "/v1/deliveries/invoice?dry_run=true", &span(Value::Null)).want(200);
        assert_eq!(tried["issued"].as_array().map(Vec::len), Some(2), "{tried}");
        assert_eq!(balance(&world, "112201"), "309.00");
        let done = world.post("clerk", "/v1/deliveries/invoice", &span(Value::Null)).want(201);
        assert_eq!((&done["per"], &done["refused"]), (&json!("order"), &Value::Null), "{done}");
        let nets: Vec<&Value> =
            done["issued"].as_array().unwrap().iter().map(|one| &one["invoice"]["net"]["amount"]).collect();
        assert_eq!(nets, ["200.00", "100.00"]);
        assert_eq!((balance(&world, "112201"), balance(&world, "6001")), ("9.00".into(), "-309.00".into()));
        // nothing is left of the month: nothing is made again
        let again = world.post("clerk", "/v1/deliveries/invoice", &span(json!("delivery"))).want(201);
        assert_eq!(again["issued"], json!([]), "{again}");
        world.verified();
    });
}

#[test]
fn without_accruing_nothing_is_posted_and_a_sheet_of_slips_is_brought_in_and_taken_back() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "none");
        let sheet = "送货单号,客户编码,发货日期,品名,数量,单价,税率\nSH-1,C1,2026-11-05,轴承,2,50,13\nSH-1,C1,2026-11-05,垫片,10,0.5,13\nSH-2,C1,2026-11-06,轴承,1,50,13\n";
        let body = json!({"kind": "deliveries", "file_name": "送货单.csv", "file": base64(sheet.as_bytes()), "mode": "all-or-nothing",
            "mapping": {"columns": {"送货单号": "number", "客户编码": "customer", "发货日期": "delivered_on", "品名": "description",
                "数量": "quantity", "单价": "unit_price", "税率": "category"}, "constants": {"currency": "CNY"}}});
        let done = world.post("clerk", "/v1/imports", &body).want(201);
        assert_eq!((&done["made"], &done["errors"]), (&json!(2), &json!([])), "{done}");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM entries"), 0, "nothing is posted");
        let open = unbilled(&world, "");
        let waits = |quantity: &str, net: &str| {
            ("delivered-not-billed".to_owned(), quantity.to_owned(), net.to_owned(), false)
        };
        assert_eq!(rows(&open), [waits("2", "100.00"), waits("10", "5.00"), waits("1", "50.00")], "{open}");
        assert_eq!(open["totals"][0]["not_accrued"]["amount"], "155.00");
        let file = world.get("auditor", "/v1/reports/unbilled?format=csv&language=en");
        assert_eq!(file.status, 200);
        let text = String::from_utf8(file.bytes).unwrap();
        assert!(text.contains("delivered-not-billed") && text.contains("100.00"), "{text}");
        // known already by the slip
        let again = world.post("clerk", "/v1/imports", &body).want(201);
        assert_eq!((&again["made"], &again["already"]), (&json!(0), &json!(2)), "{again}");
        // billed without an accrual: the receivable alone
        let part = json!([{"delivery": "SH-2", "line": 1}]);
        let bill =
            world.post("clerk", "/v1/invoices", &invoice("2026-11-10", &[line("1", "50")], part)).want(201);
        assert_eq!((balance(&world, "112201"), balance(&world, "1122")), ("0.00".into(), "56.50".into()));
        let undo = format!("/v1/imports/{}/undo", done["id"].as_str().unwrap());
        world.post("clerk", &undo, &json!({})).refused(409, "state");
        let path = format!("/v1/documents/{}/reverse", bill["number"].as_str().unwrap());
        world.post("clerk", &path, &json!({"reason": "x"})).want(201);
        assert_eq!(world.post("clerk", &undo, &json!({})).want(201)["records"], 2);
        let left = rows(&unbilled(&world, ""));
        assert!(left.iter().all(|row| row.0 != "delivered-not-billed"), "{left:?}");
        world.verified();
    });
}

#[test]
fn bad_deliveries_are_refused_where_they_are_bad() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "accrued");
        let post = |body: &Value| world.post("clerk", "/v1/deliveries", body);
        let good = delivery("SH-1", "2026-11-05", &[line("1", "10"), line("2", "10")]);
        let with = |path: &str, value: Value| {
            let mut body = good.clone();
            *body.pointer_mut(path).unwrap() = value;
            body
        };
        pointer(post(&with("/lines", json!([]))), "/lines");
        pointer(post(&with("/lines/1/quantity", json!("0"))), "/lines/1/quantity");
        pointer(post(&with("/lines/1/quantity", json!("-1"))), "/lines/1/quantity");
        pointer(post(&with("/lines/0/unit_price", json!("-1"))), "/lines/0/unit_price");
        pointer(post(&with("/lines/0/unit_price", json!("1000000000000000"))), "/lines/0/unit_price");
        pointer(post(&with("/lines/0/category", json!(""))), "/lines/0/category");
        pointer(post(&with("/delivered_on", json!("2062-11-05"))), "/delivered_on");
        pointer(post(&with("/external_id", json!(" x"))), "/external_id");
        post(&with("/customer", json!("nobody"))).refused(404, "not-found");
        post(&with("/currency", json!("USD"))).refused(422, "no-exchange-rate");
        post(&with("/lines/0/quantity", json!(1))).refused(400, "invalid-body");
        let mut unknown = good.clone();
        unknown["accrue"] = json!(true);
        post(&unknown).refused(400, "invalid-body");
        assert_eq!(world.all("clerk", "/v1/deliveries"), Vec::<Value>::new());
        // a locked day, an archived customer
        world
            .put("reviewer", "/v1/period-locks", &json!({"kind": "soft", "through": "2026-11-05"}))
            .want(200);
        post(&good).refused(409, "period-locked");
        world.post("clerk", "/v1/customers/C1/archive", &json!({})).want(200);
        post(&with("/delivered_on", json!("2026-11-06"))).refused(409, "customer-archived");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM deliveries"), 0);
    });
}
