//! Cursors hold for their query; filters are typed.

use super::furnished::furnish;
use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

fn customer(code: &str, name: &str) -> Value {
    json!({"code": code, "name": name, "country": "CN", "currency": "CNY"})
}

#[test]
fn a_cursor_of_another_query_is_refused() {
    for_each_database(|db| {
        let world = World::new(db);
        for n in 1..=4 {
            world.post("clerk", "/v1/customers", &customer(&format!("C{n}"), "名")).want(201);
        }
        let page = world.get("clerk", "/v1/customers?limit=2&currency=CNY").want(200);
        let next = page["next"].as_str().unwrap();
        let rest = world.get("clerk", &format!("/v1/customers?currency=CNY&limit=1&after={next}")).want(200);
        assert_eq!(rest["items"][0]["code"], "C3", "another limit is the same query");
        for other in
            ["/v1/customers?", "/v1/customers?currency=EUR&", "/v1/invoices?currency=CNY&", "/v1/jobs?"]
        {
            let problem = world.get("clerk", &format!("{other}after={next}")).refused(400, "cursor-mismatch");
            assert_eq!(problem["errors"][0]["parameter"], "after", "{other}");
        }
        let theirs = super::world::Send { token: Some(world.other.token("clerk")), ..Default::default() };
        let other = world.send("GET", &format!("/v1/customers?currency=CNY&after={next}"), &theirs);
        other.refused(400, "cursor-mismatch");
        for bad in ["nonsense", "01", "0200", &next[2..]] {
            let problem =
                world.get("clerk", &format!("/v1/customers?after={bad}")).refused(400, "invalid-parameter");
            assert_eq!(problem["errors"][0]["parameter"], "after", "{bad}");
        }
    });
}

#[test]
fn a_value_that_is_none_of_its_filter_is_refused() {
    for_each_database(|db| {
        let world = World::new(db);
        for (path, parameter) in [
            ("customers?currency=yuan", "currency"),
            ("customers?erased=1", "erased"),
            ("customers?name=x", "name"),
            ("invoices?kind=cheque", "kind"),
            ("invoices?from=2026-02-30", "from"),
            ("invoices?to=31.12.2026", "to"),
            ("invoices?status=paid", "status"),
            ("receipts?currency=", "currency"),
            ("receipts?kind=receipt", "kind"),
            ("open-items?due_to=tomorrow", "due_to"),
            ("bank-lines?status=new", "status"),
            ("bank-lines?account=C1", "account"),
            ("bank-lines?credit=yes", "credit"),
            ("proposals?confidence=sure", "confidence"),
            ("proposals?undoing=perhaps", "undoing"),
            ("statements?run=1", "run"),
            ("statements?cut_off=november", "cut_off"),
            ("statements?status=paid", "status"),
            ("fx-rates?source=usd", "source"),
            ("fx-rates/USD/CNY/31.12.2026", "date"),
            ("fx-rates/usd/CNY/2026-12-31", "source"),
            ("customers?archived=1", "archived"),
            ("bank-files?account=C1", "account"),
            ("bank-files?from=2026-02-30", "from"),
            ("bindings?digest=tax", "digest"),
            ("bindings?on=today", "on"),
            ("plugins?world=money", "world"),
            ("plugins?builtin=1", "builtin"),
            ("jobs?status=late", "status"),
            ("jobs?kind=mine-coins", "kind"),
            ("events?wait_ms=20001", "wait_ms"),
            ("audit-log?from=2026-02-30", "from"),
            ("audit-log?person=x", "person"),
            ("audit-log?limit=201", "limit"),
            ("company?x=1", "x"),
        ] {
            let problem = world.get("clerk", &format!("/v1/{path}")).refused(400, "invalid-parameter");
            assert_eq!(problem["errors"][0]["parameter"], parameter, "{path}");
        }
        for path in
            ["invoices", "receipts", "open-items", "bank-lines", "proposals", "statements", "audit-log"]
        {
            world.get("clerk", &format!("/v1/{path}?customer=NOBODY")).refused(404, "not-found");
        }
    });
}

#[test]
fn customers_are_found_by_the_start_of_name_and_code() {
    for_each_database(|db| {
        let world = World::new(db);
        for (code, name) in
            [("A1", "甲公司"), ("A2", "甲乙"), ("B1", "乙"), ("B%", "100% Fair"), ("b1", "1000")]
        {
            world.post("clerk", "/v1/customers", &customer(code, name)).want(201);
        }
        let mut child = customer("A3", "丙");
        child["parent"] = json!("A1");
        child["currency"] = json!("EUR");
        world.post("clerk", "/v1/customers", &child).want(201);
        world.post("administrator", "/v1/customers/B1/erase", &json!({})).want(200);
        let codes = |filter: &str| -> Vec<String> {
            let found = world.all("clerk", &format!("/v1/customers?{filter}"));
            found.iter().map(|c| c["code"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(codes("name_prefix=%E7%94%B2"), ["A1", "A2"]);
        assert_eq!(codes("name_prefix=100%25"), ["B%"], "no letter is a wildcard");
        assert_eq!(codes("name_prefix=%E4%B9%99"), Vec::<String>::new(), "what is erased is not found");
        assert_eq!(codes("code_prefix=A"), ["A1", "A2", "A3"]);
        assert_eq!(codes("code_prefix=b"), ["b1"]);
        assert_eq!(codes("code_prefix=A&currency=EUR"), ["A3"]);
        assert_eq!(codes("parent=A1"), ["A3"]);
        assert_eq!(codes("erased=true"), ["B1"]);
        assert_eq!(codes("erased=false").len(), 5);
    });
}

#[test]
fn customers_are_found_by_a_part_of_name_or_code() {
    for_each_database(|db| {
        let world = World::new(db);
        for (code, name) in [
            ("K1", "苏州云栈自动化"),
            ("K2", "无锡云栈"),
            ("K3", "ACME GmbH"),
            ("yun-4", "100% Fair"),
            ("K5", "1000 _Ä_ Örtlich!"),
            ("K6", "天津"),
        ] {
            world.post("clerk", "/v1/customers", &customer(code, name)).want(201);
        }
        let codes = |filter: &str| -> Vec<String> {
            let found = world.all("clerk", &format!("/v1/customers?{filter}"));
            found.iter().map(|c| c["code"].as_str().unwrap().to_owned()).collect()
        };
        let none = Vec::<String>::new();
        assert_eq!(codes("contains=%E4%BA%91%E6%A0%88"), ["K1", "K2"], "云栈");
        assert_eq!(codes("contains=acme%20g"), ["K3"]);
        assert_eq!(codes("contains=YUN"), ["yun-4"], "codes too, in capitals or not");
        assert_eq!(codes("contains=0%25"), ["yun-4"], "no letter is a wildcard");
        assert_eq!(codes("contains=_"), ["K5"]);
        assert_eq!(codes("contains=h!"), ["K5"]);
        // letters beyond ASCII are themselves alone, on both databases
        assert_eq!(codes("contains=%C3%84"), ["K5"], "Ä");
        assert_eq!(codes("contains=%C3%A4"), none, "ä");
        assert_eq!(codes("contains=k&currency=EUR"), none);
        assert_eq!(codes("contains=k&code_prefix=K&name_prefix=%E8%8B%8F"), ["K1"]);
        let page = world.get("clerk", "/v1/customers?contains=%E4%BA%91&limit=1").want(200);
        let next = page["next"].as_str().unwrap();
        assert_eq!(page["items"][0]["code"], "K1");
        assert_eq!(codes(&format!("contains=%E4%BA%91&after={next}")), ["K2"]);
        // who is erased is found by her code, and by no name
        world.post("administrator", "/v1/customers/K2/erase", &json!({})).want(200);
        assert_eq!(codes("contains=%E4%BA%91"), ["K1"]);
        assert_eq!(codes("contains=k2"), ["K2"]);
    });
}

/// What a filter gives is what of the whole list has the property, in the same order; how many of how many.
fn gives(world: &World, list: &str, filter: &str, has: impl Fn(&Value) -> bool) -> (usize, usize) {
    let join = if list.contains('?') { '&' } else { '?' };
    let all = world.all("auditor", list);
    let wanted: Vec<&Value> = all.iter().filter(|one| has(one)).collect();
    let found = world.all("auditor", &format!("{list}{join}{filter}"));
    assert_eq!(found.iter().collect::<Vec<_>>(), wanted, "{list} {filter}");
    (found.len(), all.len())
}

/// As [`gives`]; and it is neither nothing nor everything.
fn is_part(world: &World, list: &str, filter: &str, has: impl Fn(&Value) -> bool) {
    let (found, all) = gives(world, list, filter, has);
    assert!(found > 0 && found < all, "{list} {filter}: {found} of {all}");
}

#[test]
fn each_filter_gives_its_part_of_the_list() {
    for_each_database(|db| {
        let world = World::new(db);
        let there = furnish(&world, 90);
        let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let pay = json!({"debit_item": there.debit, "credit_item": there.credit, "amount": "1", "effective_date": "2026-11-30"});
        world.post("clerk", "/v1/allocations", &pay).want(201);
        let items = world.all("auditor", "/v1/open-items");
        let open = |id: &str| items.iter().any(|item| item["document"] == *id);
        let documents = "/v1/invoices";
        is_part(&world, documents, "kind=receipt", |d| d["kind"] == "receipt");
        is_part(&world, documents, "currency=EUR", |d| d["gross"]["currency"] == "EUR");
        let half = text(&world.all("auditor", documents)[40], "effective_date");
        is_part(&world, documents, &format!("from={half}"), |d| text(d, "effective_date") >= half);
        is_part(&world, documents, &format!("to={half}&kind=invoice"), |d| {
            text(d, "effective_date") <= half && d["kind"] == "invoice"
        });
        let whose = text(&items[7], "customer");
        is_part(&world, documents, &format!("customer={whose}"), |d| d["customer"] == *whose);
        is_part(&world, documents, "status=open", |d| open(&text(d, "id")));
        // the receipt of 2 is used up to 1, that of 1 wholly
        is_part(&world, "/v1/receipts", "status=cleared", |d| d["gross"]["amount"] == "1.00");
        is_part(&world, "/v1/open-items", &format!("customer={whose}"), |i| i["customer"] == *whose);
        is_part(&world, "/v1/open-items", "currency=EUR", |i| i["open"]["currency"] == "EUR");
        let due = text(&items[7], "due_date");
        is_part(&world, "/v1/open-items", &format!("due_to={due}"), |i| {
            let date = text(i, "due_date");
            !date.is_empty() && date <= due
        });
        is_part(&world, "/v1/open-items", &format!("due_from={due}"), |i| text(i, "due_date") >= due);
        bank(&world);
        is_part(
            &world,
            "/v1/statements",
            &format!("customer={}", customer_of(&world, &there.statements[0])),
            |s| s["id"] == *there.statements[0],
        );
        world
            .post("reviewer", &format!("/v1/statements/{}/approve", there.statements[0]), &json!({}))
            .want(200);
        is_part(&world, "/v1/statements", "status=sealed", |s| s["status"] == "sealed");
        assert_eq!(world.all("auditor", "/v1/statements?cut_off=2026-11-30").len(), there.statements.len());
        assert_eq!(world.all("auditor", "/v1/statements?cut_off=2026-10-31"), Vec::<Value>::new());
        assert_eq!(world.all("auditor", "/v1/jobs?status=queued&kind=reconcile").len(), 1);
        assert_eq!(world.all("auditor", "/v1/jobs?kind=statement-run"), Vec::<Value>::new());
        let rate = world.all("auditor", "/v1/fx-rates")[0].clone();
        is_part(&world, "/v1/fx-rates", &format!("to={}", text(&rate, "date")), |r| {
            text(r, "date") <= text(&rate, "date")
        });
        assert_eq!(world.all("auditor", "/v1/fx-rates?source=JPY"), Vec::<Value>::new());
    });
}

fn customer_of(world: &World, statement: &str) -> String {
    let all = world.all("auditor", "/v1/statements");
    all.iter().find(|s| s["id"] == *statement).unwrap()["customer"].as_str().unwrap().to_owned()
}

fn bank(world: &World) {
    let list = "/v1/bank-lines?status=proposed";
    let all = world.all("auditor", list);
    let half = all[all.len() / 2]["booking_date"].as_str().unwrap().to_owned();
    let date = |line: &Value| line["booking_date"].as_str().unwrap().to_owned();
    is_part(world, list, &format!("from={half}"), |line| date(line) >= half);
    is_part(world, list, &format!("to={half}"), |line| date(line) <= half);
    let account = all[0]["account"].as_str().unwrap();
    gives(world, list, &format!("account={account}"), |line| line["account"] == *account);
    gives(world, list, "credit=true", |line| line["credit"] == true);
    gives(world, list, "credit=false", |line| line["credit"] == false);
    is_part(world, "/v1/proposals", "confidence=exact", |p| p["confidence"] == "exact");
    let whose = world.all("auditor", "/v1/proposals")[0]["customer"].as_str().unwrap().to_owned();
    is_part(world, "/v1/proposals?status=proposed", &format!("customer={whose}"), |p| {
        p["customer"] == *whose
    });
}

#[test]
fn who_accepts_json_as_much_as_a_file_gets_json() {
    for_each_database(|db| {
        let world = World::new(db);
        world.post("clerk", "/v1/customers", &customer("C1", "名")).want(201);
        let get = |accept: &str| {
            let headers = [("accept", accept)];
            let reply = world.with(("GET", "auditor", "/v1/customers"), &headers, None);
            assert_eq!(reply.status, 200, "{accept}");
            reply.header("content-type").to_owned()
        };
        for accept in
            ["*/*", "application/json, text/csv", "text/csv;q=0.1, application/json", "text/csv;q=0"]
        {
            assert_eq!(get(accept), "application/json", "{accept}");
        }
        for accept in ["text/csv", "application/json;q=0.5, text/csv", "text/html, text/csv;q=0.2"] {
            assert!(get(accept).starts_with("text/csv"), "{accept}");
        }
    });
}
