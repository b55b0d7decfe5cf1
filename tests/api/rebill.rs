//! An invoice that is credited and written anew (红冲重开) while its goods stay with the customer. Today is 2026-12-02.

use super::deliveries::{balance, delivery, line, prepared, rows, unbilled};
use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

fn pointer(reply: &Reply, wanted: &str) {
    let refused = reply.refused(422, "invalid-field");
    assert_eq!(refused["errors"][0]["pointer"], wanted, "{refused}");
}

/// (unbilled receivables, receivables, contract liabilities, revenue)
fn books(world: &World) -> [String; 4] {
    ["112201", "1122", "2204", "6001"].map(|account| balance(world, account))
}

fn figures(of: [&str; 4]) -> [String; 4] {
    of.map(str::to_owned)
}

fn bill(world: &World, on: &str, lines: &[Value], deliveries: Value) -> Reply {
    let body = json!({"customer": "C1", "document_date": on, "currency": "CNY", "price_mode": "exclusive",
        "lines": lines, "deliveries": deliveries});
    world.post("clerk", "/v1/invoices", &body)
}

/// A credit note of one line, which takes back line 1 of its original.
fn credit(world: &World, on: &str, original: &Value, quantity: &str, price: &str, rebill: bool) -> Reply {
    let mut of = line(quantity, price);
    of["original_line"] = json!(1);
    let mut body = json!({"customer": "C1", "kind": "credit-note", "original": original, "document_date": on,
        "currency": "CNY", "price_mode": "exclusive", "lines": [of]});
    if rebill {
        body["rebill"] = json!(true);
    }
    world.post("clerk", "/v1/invoices", &body)
}

fn reverse(world: &World, document: &Value, date: Option<&str>) -> Reply {
    let path = format!("/v1/documents/{}/reverse", document["number"].as_str().unwrap());
    world.post("clerk", &path, &json!({"reason": "开错", "date": date}))
}

/// Three at 100 of the 5th.
fn delivered(world: &World, accounting: &str) {
    prepared(world, accounting);
    world.post("clerk", "/v1/deliveries", &delivery("SH-1", "2026-11-05", &[line("3", "100")])).want(201);
}

fn all_of_it() -> Value {
    json!([{"delivery": "SH-1", "line": 1}])
}

/// What an invoice that is written anew leaves is what the first left; between the two what is delivered waits to be billed.
fn anew(accounting: &str) {
    for_each_database(|db| {
        let world = World::new(db);
        delivered(&world, accounting);
        let accrues = accounting != "none";
        let waits = [("delivered-not-billed".to_owned(), "3".to_owned(), "300.00".to_owned(), accrues)];
        let before = books(&world);
        let first = bill(&world, "2026-11-10", &[line("3", "100")], all_of_it()).want(201);
        let billed = books(&world);
        assert_eq!(billed, figures(["0.00", "339.00", "0.00", "-300.00"]));

        // credited as it always was, the goods are billed by what is credited
        let plain = credit(&world, "2026-11-20", &first["number"], "3", "100", false).want(201);
        assert_eq!(rows(&unbilled(&world, "")), []);
        pointer(&bill(&world, "2026-11-21", &[line("3", "100")], all_of_it()), "/deliveries/0/line");
        reverse(&world, &plain, None).want(201);

        let note = credit(&world, "2026-11-20", &first["number"], "3", "100", true).want(201);
        assert_eq!(books(&world), before, "as if the first had never been");
        let shown = world.get("auditor", "/v1/deliveries/SH-1").want(200);
        let by = |link: &Value| link["given_back_by"] == note["id"];
        let links = shown["links"].as_array().unwrap();
        let given: Vec<&Value> = links.iter().filter(|link| by(link)).collect();
        assert_eq!((given.len(), &given[0]["quantity"]), (1, &json!("-3")), "{shown}");
        assert_eq!(rows(&unbilled(&world, "")), waits);
        assert_eq!(rows(&unbilled(&world, "?as_of=2026-11-19")), []);
        assert_eq!(rows(&unbilled(&world, "?as_of=2026-11-20")), waits);
        bill(&world, "2026-11-21", &[line("3", "100")], all_of_it()).want(201);
        assert_eq!(books(&world), billed);
        for query in ["", "?as_of=2026-11-21", "?as_of=2026-11-19"] {
            assert_eq!(rows(&unbilled(&world, query)), []);
        }
        pointer(&bill(&world, "2026-11-22", &[line("1", "100")], all_of_it()), "/deliveries/0/line");
        world.get("auditor", "/v1/reports/tie-out").want(200);
        world.verified();
    });
}

#[test]
fn what_is_written_anew_bills_the_same_delivery_where_nothing_is_accrued() {
    anew("none");
}

#[test]
fn what_is_written_anew_bills_the_same_delivery_where_it_is_accrued() {
    anew("accrued");
}

#[test]
fn what_is_written_anew_bills_the_same_delivery_where_what_waits_is_deferred() {
    anew("deferred");
}

#[test]
fn a_reversed_credit_note_leaves_the_delivery_to_its_original() {
    for_each_database(|db| {
        let world = World::new(db);
        delivered(&world, "accrued");
        let first = bill(&world, "2026-11-10", &[line("3", "100")], all_of_it()).want(201);
        let billed = books(&world);
        // before it is written anew; a part, so that the rest stays billed
        let one = credit(&world, "2026-11-20", &first["number"], "1", "100", true).want(201);
        assert_eq!(books(&world), figures(["100.00", "226.00", "0.00", "-300.00"]));
        let two = credit(&world, "2026-11-20", &first["number"], "2", "100", true).want(201);
        assert_eq!(books(&world), figures(["300.00", "0.00", "0.00", "-300.00"]));
        reverse(&world, &one, None).refused(409, "state");
        reverse(&world, &two, None).want(201);
        assert_eq!(books(&world), figures(["100.00", "226.00", "0.00", "-300.00"]));
        reverse(&world, &one, None).want(201);
        assert_eq!(books(&world), billed);
        assert_eq!(rows(&unbilled(&world, "")), []);
        pointer(&bill(&world, "2026-11-21", &[line("3", "100")], all_of_it()), "/deliveries/0/line");
        world.verified();

        // after it was written anew: only once that is taken back, and not before it was
        let again = credit(&world, "2026-11-20", &first["number"], "3", "100", true).want(201);
        let second = bill(&world, "2026-11-21", &[line("3", "100")], all_of_it()).want(201);
        let entries = db.count("SELECT COUNT(*) AS n FROM entries");
        let refused = reverse(&world, &again, None).refused(409, "state");
        let by = second["number"].as_str().unwrap();
        assert!(refused["detail"].as_str().unwrap().contains(by), "{refused}");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM entries"), entries, "nothing was written");
        reverse(&world, &second, Some("2026-11-24")).want(201);
        assert_eq!(reverse(&world, &again, Some("2026-11-23")).status, 422, "it was billed until the 24th");
        reverse(&world, &again, None).want(201);
        assert_eq!(books(&world), billed);
        for day in ["2026-11-19", "2026-11-22", "2026-11-24"] {
            assert_eq!(rows(&unbilled(&world, &format!("?as_of={day}"))), []);
        }
        // and the original goes as any invoice does
        assert_eq!(reverse(&world, &first, Some("2026-11-23")).status, 422, "it bills it from the 24th on");
        reverse(&world, &first, None).want(201);
        assert_eq!(books(&world), figures(["300.00", "0.00", "0.00", "-300.00"]));
        world.verified();
    });
}

#[test]
fn what_waits_for_its_goods_waits_while_the_rest_is_given_back() {
    for_each_database(|db| {
        let world = World::new(db);
        delivered(&world, "deferred");
        let first = bill(&world, "2026-11-10", &[line("5", "100")], all_of_it()).want(201);
        assert_eq!(books(&world), figures(["0.00", "565.00", "-200.00", "-300.00"]));
        let part = credit(&world, "2026-11-20", &first["number"], "3", "100", true).want(201);
        assert_eq!(books(&world), figures(["300.00", "226.00", "-200.00", "-300.00"]));
        unbilled(&world, "");
        reverse(&world, &part, None).want(201);
        assert_eq!(books(&world), figures(["0.00", "565.00", "-200.00", "-300.00"]));
        credit(&world, "2026-11-20", &first["number"], "5", "100", true).want(201);
        assert_eq!(books(&world), figures(["300.00", "0.00", "0.00", "-300.00"]));
        unbilled(&world, "");
        bill(&world, "2026-11-20", &[line("5", "100")], all_of_it()).want(201);
        assert_eq!(books(&world), figures(["0.00", "565.00", "-200.00", "-300.00"]));
        unbilled(&world, "");
        world.verified();
    });
}

#[test]
fn nothing_is_given_back_that_the_original_does_not_bill() {
    for_each_database(|db| {
        let world = World::new(db);
        delivered(&world, "accrued");
        let mut body = json!({"customer": "C1", "document_date": "2026-11-10", "currency": "CNY",
            "price_mode": "exclusive", "lines": [line("3", "100")], "deliveries": all_of_it()});
        let first = world.post("clerk", "/v1/invoices", &body).want(201);
        let entries = || db.count("SELECT COUNT(*) AS n FROM entries");
        let before = entries();
        (body["rebill"], body["deliveries"]) = (json!(true), json!([]));
        pointer(&world.post("clerk", "/v1/invoices", &body), "/rebill");
        pointer(&credit(&world, "2026-11-20", &first["number"], "3", "60", true), "/lines/0/unit_price");
        assert_eq!(entries(), before, "nothing was written");
        // it bills no delivery
        let bare = bill(&world, "2026-11-10", &[line("1", "100")], json!([])).want(201);
        pointer(&credit(&world, "2026-11-20", &bare["number"], "1", "100", true), "/rebill");
        // it was delivered as of the invoice
        let ahead = bill(&world, "2026-11-10", &[line("2", "100")], json!([])).want(201);
        let mut named = delivery("SH-2", "2026-11-12", &[line("2", "100")]);
        named["invoices"] = json!([{"document": ahead["number"], "line": 1}]);
        world.post("clerk", "/v1/deliveries", &named).want(201);
        pointer(&credit(&world, "2026-11-20", &ahead["number"], "2", "100", true), "/rebill");
        // one of three came back and waits for its own credit note
        let mut back = delivery("TH-1", "2026-11-15", &[line("-1", "100")]);
        back["invoices"] = json!([{"document": first["number"], "line": 1}]);
        world.post("clerk", "/v1/deliveries", &back).want(201);
        let before = entries();
        pointer(&credit(&world, "2026-11-20", &first["number"], "3", "100", true), "/lines/0/quantity");
        assert_eq!(entries(), before, "nothing was written");
        credit(&world, "2026-11-20", &first["number"], "2", "100", true).want(201);
        let mut of = line("1", "100");
        of["original_line"] = json!(1);
        let note = json!({"customer": "C1", "kind": "credit-note", "original": first["number"],
            "document_date": "2026-11-21", "currency": "CNY", "price_mode": "exclusive", "lines": [of],
            "deliveries": [{"delivery": "TH-1", "line": 1}]});
        world.post("clerk", "/v1/invoices", &note).want(201);
        // two of three are with the customer, and no more is billed again
        assert_eq!(balance(&world, "112201"), "200.00");
        let two = json!([{"delivery": "SH-1", "line": 1, "quantity": "3"}]);
        pointer(&bill(&world, "2026-11-22", &[line("3", "100")], two), "/deliveries/0/quantity");
        bill(&world, "2026-11-22", &[line("2", "100")], all_of_it()).want(201);
        assert_eq!(balance(&world, "112201"), "0.00");
        world.verified();
    });
}

#[test]
fn deliveries_that_were_recorded_as_of_the_invoice_are_named_and_recorded_anew() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "accrued");
        let first = bill(&world, "2026-11-10", &[line("2", "100")], json!([])).want(201);
        let slip = |name: &str, on: &str, of: Value| {
            let mut body = delivery(name, on, &[line("1", "100")]);
            body["invoices"] = of;
            world.post("clerk", "/v1/deliveries", &body).want(201)
        };
        let of = || json!([{"document": first["number"], "line": 1}]);
        let ahead = [slip("SH-1", "2026-11-12", of()), slip("SH-2", "2026-11-13", of())];
        let reply = credit(&world, "2026-11-20", &first["number"], "2", "100", true);
        pointer(&reply, "/rebill");
        let refused = reply.refused(422, "invalid-field").to_string();
        for one in ahead.iter().chain([&first]) {
            assert!(refused.contains(one["number"].as_str().unwrap()), "{refused}");
        }
        // as it says
        for name in ["SH-1", "SH-2"] {
            let path = format!("/v1/deliveries/{name}/reverse");
            world.post("clerk", &path, &json!({"reason": "重开"})).want(201);
        }
        credit(&world, "2026-11-20", &first["number"], "2", "100", false).want(201);
        slip("SH-1", "2026-11-20", json!([]));
        slip("SH-2", "2026-11-20", json!([]));
        assert_eq!(books(&world), figures(["200.00", "0.00", "0.00", "-200.00"]));
        let both = json!([{"delivery": "SH-1", "line": 1, "document_line": 1, "quantity": "1"},
            {"delivery": "SH-2", "line": 1, "document_line": 1, "quantity": "1"}]);
        bill(&world, "2026-11-21", &[line("2", "100")], both).want(201);
        assert_eq!(books(&world), figures(["0.00", "226.00", "0.00", "-200.00"]));
        assert_eq!(rows(&unbilled(&world, "")), []);
        world.verified();
    });
}
