//! Instalments, discounts for early payment, and due dates that are told after the invoice was issued.

use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

fn net(days: u32) -> Value {
    json!({"kind": "net", "days": days})
}

/// 30 % at once, 30 % at the month's end, the rest by 月结.
fn thirds() -> Value {
    json!({"basis": "document", "instalments": [
        {"permille": 300, "rule": net(0)},
        {"permille": 300, "rule": {"kind": "end-of-month"}},
        {"permille": 400, "rule": {"kind": "monthly", "cut_off": 25, "days": 30}}]})
}

/// 3 % within ten days, 1.5 % within twenty, else sixty days.
fn early() -> Value {
    json!({"basis": "document", "rule": net(60), "discounts": [{"days": 10, "permille": 30}, {"days": 20, "permille": 15}]})
}

fn customer(world: &World, code: &str, terms: &Value) {
    let body = json!({"code": code, "name": "名", "country": "CN", "currency": "CNY", "terms": terms});
    world.post("clerk", "/v1/customers", &body).want(201);
}

fn body(code: &str, date: &str, price: &str) -> Value {
    json!({"customer": code, "document_date": date, "currency": "CNY", "price_mode": "exclusive",
        "lines": [{"description": "货", "quantity": "1", "unit_price": price, "category": "13"}]})
}

fn invoice(world: &World, code: &str, date: &str, price: &str) -> Value {
    world.post("clerk", "/v1/invoices", &body(code, date, price)).want(201)
}

fn receipt(world: &World, code: &str, amount: &str, date: &str, allocations: &Value) -> Value {
    let body = json!({"customer": code, "amount": {"amount": amount, "currency": "CNY"}, "value_date": date,
        "allocations": allocations});
    world.post("clerk", "/v1/receipts", &body).want(201)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// (instalment, due date, open) of what a customer owes, by instalment.
fn open(world: &World, code: &str) -> Vec<(String, String, String)> {
    let told = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let mut found: Vec<_> = world
        .all("auditor", &format!("/v1/open-items?customer={code}"))
        .iter()
        .filter(|item| item["sign"] == 1)
        .map(|item| (told(&item["instalment"]), told(&item["due_date"]), told(&item["open"]["amount"])))
        .collect();
    found.sort();
    found
}

fn rows(rows: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    rows.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect()
}

/// The ages of a customer's receivables: not due, 1-30, 31-60, 61-90, 91+.
fn ages(world: &World, code: &str, more: &str) -> Vec<String> {
    let report = world.get("auditor", &format!("/v1/reports/aging?customer={code}{more}")).want(200);
    let ages = report["accounts"][0]["ages"].as_array().unwrap_or_else(|| panic!("{report}")).clone();
    ages.iter().map(|age| text(&age["amount"]["amount"]).to_owned()).collect()
}

#[test]
fn instalments_are_open_items_with_due_dates_of_their_own() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "I", &thirds());
        assert_eq!(
            world.get("clerk", "/v1/customers/I").want(200)["terms"]["instalments"][1]["permille"],
            300
        );
        // 100.01 with tax is 113.01: 33.90, 33.90 and 45.21
        let issued = invoice(&world, "I", "2026-10-26", "100.01");
        let parts = issued["parts"].as_array().unwrap();
        assert_eq!((parts.len(), &parts[0]["item"]), (3, &issued["item"]));
        assert_eq!(issued["due_date"], "2026-10-26", "the first of them");
        let owed =
            [("1/3", "2026-10-26", "33.90"), ("2/3", "2026-10-31", "33.90"), ("3/3", "2026-12-30", "45.21")];
        assert_eq!(open(&world, "I"), rows(&owed));
        world.seal();
        assert_eq!(ages(&world, "I", "&as_of=2026-11-30"), ["45.21", "33.90", "33.90", "0.00", "0.00"]);
        let due = world.all("auditor", "/v1/open-items?customer=I&due_to=2026-10-31");
        assert_eq!(due.len(), 2, "{due:?}");
        // a draft previews them; nothing of it stays
        let draft = json!({"kind": "invoice", "body": body("I", "2026-10-26", "100.01")});
        let seen = world.post("clerk", "/v1/drafts/preview", &draft).want(200);
        let seen = seen["parts"].as_array().unwrap_or_else(|| panic!("{seen}")).clone();
        assert_eq!(seen.len(), 3);
        assert_eq!((&seen[2]["instalment"], &seen[2]["due_date"]), (&json!("3/3"), &json!("2026-12-30")));
        assert_eq!(open(&world, "I").len(), 3);

        // money for the document pays what is due first first
        let pays = json!([{"document": issued["number"], "amount": "50"}]);
        receipt(&world, "I", "50.00", "2026-11-05", &pays);
        let left = [("2/3", "2026-10-31", "17.80"), ("3/3", "2026-12-30", "45.21")];
        assert_eq!(open(&world, "I"), rows(&left));
        let reverse = format!("/v1/documents/{}/reverse", text(&issued["id"]));
        world.post("clerk", &reverse, &json!({"reason": "x"})).refused(409, "state");
        let over = json!({"customer": "I", "amount": {"amount": "90", "currency": "CNY"}, "value_date": "2026-11-06",
            "allocations": [{"document": issued["number"], "amount": "63.02"}]});
        let problem = world.post("clerk", "/v1/receipts", &over).want(422);
        assert_eq!(problem["errors"][0]["pointer"], "/allocations", "{problem}");
        receipt(&world, "I", "63.01", "2026-11-06", &json!([{"document": issued["number"]}]));
        assert_eq!(open(&world, "I"), rows(&[]));

        // all parts are taken back with the document, and a credit note knows its original
        let wrong = invoice(&world, "I", "2026-11-10", "10");
        let path = format!("/v1/documents/{}/reverse", text(&wrong["id"]));
        world.post("clerk", &path, &json!({"reason": "开错"})).want(201);
        assert_eq!(open(&world, "I"), rows(&[]));
        let cents = invoice(&world, "I", "2026-11-10", "0.02");
        assert_eq!(cents["parts"].as_array().unwrap().len(), 2, "a part of nothing is none: {cents}");
        let run = json!({"cut_off": "2026-11-30", "period_start": "2026-10-01", "customers": ["I"]});
        let made = world.post("clerk", "/v1/statement-runs", &run).want(201)["made"][0].clone();
        let sealed = world.get("auditor", &format!("/v1/statements/{}", text(&made))).want(200);
        let moved = &sealed["sections"][0]["movements"];
        let dates: Vec<&Value> =
            moved.as_array().unwrap().iter().take(3).map(|one| &one["due_date"]).collect();
        assert_eq!(dates, ["2026-10-26", "2026-10-31", "2026-12-30"], "{moved}");
        world.verified();
    });
}

#[test]
fn a_discount_is_taken_by_hand_within_its_days_and_its_amount() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "E", &early());
        let pay = |issued: &Value, paid: &Value, amount: &str, discount: &str, on: &str| {
            let body = json!({"debit_item": issued["item"], "credit_item": paid["item"], "amount": amount,
                "discount": discount, "effective_date": on});
            world.post("clerk", "/v1/allocations", &body)
        };
        let beyond = |issued: &Value, paid: &Value, amount: &str, discount: &str| {
            let problem = pay(issued, paid, amount, discount, "2026-11-25").refused(422, "invalid-field");
            assert_eq!(problem["errors"][0]["pointer"], "/discount", "{problem}");
        };
        // 1,130.00: 33.90 until the 11th, 16.95 until the 21st
        let issued = invoice(&world, "E", "2026-11-01", "1000");
        let shown = world.get("auditor", &format!("/v1/invoices/{}", text(&issued["id"]))).want(200);
        let offers = json!([
            {"until": "2026-11-11", "permille": 30, "amount": {"amount": "33.90", "currency": "CNY"}},
            {"until": "2026-11-21", "permille": 15, "amount": {"amount": "16.95", "currency": "CNY"}}]);
        assert_eq!(shown["items"][0]["discounts"], offers, "{shown}");
        assert_eq!(shown["terms"]["discounts"][0]["days"], 10);
        let paid = receipt(&world, "E", "1096.10", "2026-11-11", &json!([]));
        beyond(&issued, &paid, "1096.10", "33.91");
        beyond(&issued, &paid, "1096.10", "0");
        beyond(&issued, &paid, "500", "33.90");
        // on the last day the money was had, whenever it is allocated
        let done = pay(&issued, &paid, "1096.10", "33.90", "2026-11-25").want(201);
        assert_eq!(open(&world, "E"), rows(&[]));
        let taken = world.get("auditor", &format!("/v1/invoices/{}", text(&done["discount"]))).want(200);
        let document = &taken["document"];
        assert_eq!((&document["kind"], &document["original"]), (&json!("write-off"), &issued["id"]));
        assert_eq!(document["gross"]["amount"], "33.90");
        assert!(document["invocation"].is_string(), "the tax rules were asked: {document}");
        let posted =
            db.count("SELECT CAST(SUM(amount) AS BIGINT) AS n FROM postings WHERE account = '660303'");
        assert_eq!(posted, 3_390);
        // undone, the discount goes with the money, as often as that is done
        let undo = |done: &Value| {
            let path = format!("/v1/allocations/{}/undo", text(&done["id"]));
            world.post("clerk", &path, &json!({"effective_date": "2026-11-25"})).want(201);
            assert_eq!(open(&world, "E"), rows(&[("-", "2026-12-31", "1130.00")]));
        };
        undo(&done);
        let reverse = format!("/v1/documents/{}/reverse", text(&done["discount"]));
        world.post("clerk", &reverse, &json!({"reason": "x"})).refused(409, "state");
        undo(&pay(&issued, &paid, "1063.22", "32.88", "2026-11-25").want(201));
        let posted =
            db.count("SELECT CAST(SUM(amount) AS BIGINT) AS n FROM postings WHERE account = '660303'");
        assert_eq!(posted, 0);

        // a day later the second step counts, after that nothing; a part has its share
        let late = receipt(&world, "E", "500.00", "2026-11-12", &json!([]));
        beyond(&issued, &late, "492.50", "7.51");
        pay(&issued, &late, "492.50", "7.50", "2026-11-12").want(201);
        let over = receipt(&world, "E", "600.00", "2026-11-22", &json!([]));
        beyond(&issued, &over, "600", "0.01");
        // what was agreed with the document counts, not what the customer has by now
        let plain = json!({"code": "E", "name": "名", "country": "CN", "currency": "CNY"});
        let tag = world.get("clerk", "/v1/customers/E").header("etag").to_owned();
        world.with(("PUT", "clerk", "/v1/customers/E"), &[("if-match", &tag)], Some(&plain)).want(200);
        let rest = receipt(&world, "E", "9.85", "2026-11-21", &json!([]));
        pay(&issued, &rest, "9.85", "0.15", "2026-11-26").want(201);
        let without = invoice(&world, "E", "2026-11-20", "10");
        beyond(&without, &rest, "1", "0.01");
        world.verified();
    });
}

fn nothing_is_told_of_what_does_not_wait(world: &World) {
    customer(world, "N", &json!({"basis": "document", "rule": net(10)}));
    let plain = invoice(world, "N", "2026-10-20", "100");
    let plain = format!("/v1/invoices/{}/received", text(&plain["id"]));
    let day = json!({"date": "2026-10-30"});
    world.post("clerk", &plain, &day).refused(422, "rule-refused");
    world.post("clerk", "/v1/invoices/none/received", &day).refused(404, "not-found");
}

/// It is corrected by a credit note; another one, which she did not receive, is taken back.
fn what_she_has_is_not_taken_back(world: &World, issued: &Value) {
    let reverse = |of: &Value| {
        let path = format!("/v1/documents/{}/reverse", text(&of["id"]));
        world.post("clerk", &path, &json!({"reason": "x"}))
    };
    let problem = reverse(issued).refused(409, "state");
    assert!(text(&problem["detail"]).contains("was issued to the customer (2026-1"), "{problem}");
    let other = invoice(world, "R", "2026-10-21", "100");
    reverse(&other).want(201);
    let path = format!("/v1/invoices/{}/received", text(&other["number"]));
    world.post("clerk", &path, &json!({"date": "2026-11-29"})).refused(409, "state");
}

#[test]
fn what_counts_from_the_receipt_of_the_invoice_is_due_when_that_is_told() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let terms = json!({"basis": "invoice-received", "instalments": [
            {"permille": 500, "rule": net(0)}, {"permille": 500, "rule": {"kind": "end-of-month", "months": 1}}],
            "discounts": [{"days": 5, "permille": 20}]});
        customer(&world, "R", &terms);
        let issued = invoice(&world, "R", "2026-10-20", "100");
        assert!(issued["due_date"].is_null());
        let path = format!("/v1/invoices/{}/received", text(&issued["number"]));
        for (date, code, status) in [
            ("2026-10-19", "invalid-field", 422),
            ("2026-12-03", "invalid-field", 422),
            ("2026-02-30", "invalid-body", 400),
        ] {
            let problem = world.post("clerk", &path, &json!({"date": date})).refused(status, code);
            assert_eq!(problem["errors"][0]["pointer"], "/date", "{problem}");
        }
        world.post("auditor", &path, &json!({"date": "2026-10-30"})).refused(403, "forbidden");
        let unknown = [("1/2", "-", "56.50"), ("2/2", "-", "56.50")];
        assert_eq!(open(&world, "R"), rows(&unknown));
        world.seal();
        let before =
            world.get("auditor", "/v1/reports/aging?customer=R").want(200)["report"]["known_at"].clone();
        let at = |known_at: &Value, more: &str| {
            ages(&world, "R", &format!("&as_of=2026-12-02&known_at={known_at}{more}"))
        };
        let old = at(&before, "");
        assert_eq!(
            (at(&before, "&missing_due_date=not-due")[0].as_str(), old[2].as_str()),
            ("113.00", "113.00")
        );

        let told = world.post("clerk", &path, &json!({"date": "2026-10-30"})).want(200);
        let dates: Vec<&Value> =
            told["items"].as_array().unwrap().iter().map(|one| &one["due_date"]).collect();
        assert_eq!(dates, ["2026-10-30", "2026-11-30"]);
        // the last one counts; the same once more is nothing new
        let events = || world.all("auditor", "/v1/events?kind=invoice.received").len();
        world.post("clerk", &path, &json!({"date": "2026-11-28"})).want(200);
        world.seal();
        let seen = events();
        world.post("clerk", &path, &json!({"date": "2026-11-28"})).want(200);
        world.seal();
        assert_eq!((seen, events()), (2, 2));
        assert_eq!(
            open(&world, "R"),
            rows(&[("1/2", "2026-11-28", "56.50"), ("2/2", "2026-12-31", "56.50")])
        );
        let now =
            world.get("auditor", "/v1/reports/aging?customer=R").want(200)["report"]["known_at"].clone();
        assert_eq!(at(&now, ""), ["56.50", "56.50", "0.00", "0.00", "0.00"]);
        assert_eq!(at(&before, ""), old, "what was known before is what it was");
        // and so does the discount: 2 % until the 3rd of December
        let items = world.all("auditor", "/v1/open-items?customer=R");
        assert!(items.iter().all(|item| item["discounts"][0]["until"] == "2026-12-03"), "{items:?}");

        nothing_is_told_of_what_does_not_wait(&world);
        what_she_has_is_not_taken_back(&world, &issued);
        world.verified();
    });
}

#[test]
fn what_counts_from_a_statement_is_due_when_it_is_approved_or_confirmed() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let later = |basis: &str| json!({"basis": basis, "rule": net(15)});
        customer(&world, "K", &later("statement-cut-off"));
        customer(&world, "F", &later("statement-confirmed"));
        for code in ["K", "F"] {
            invoice(&world, code, "2026-10-20", "100");
        }
        let run = |cut_off: &str| -> Vec<(String, Value)> {
            let run = json!({"cut_off": cut_off, "period_start": "2026-10-01", "customers": ["K", "F"]});
            let made = world.post("clerk", "/v1/statement-runs", &run).want(201)["made"].clone();
            let number = |id: &Value| {
                let sealed = world.get("auditor", &format!("/v1/statements/{}", text(id))).want(200);
                (text(&sealed["subject"]["customer"]["code"]).to_owned(), id.clone())
            };
            made.as_array().unwrap().iter().map(number).collect()
        };
        let of = |made: &[(String, Value)], code: &str| -> String {
            let (_, id) = made.iter().find(|(of, _)| of == code).unwrap();
            format!("/v1/statements/{}", text(id))
        };
        let confirm = |path: &str, date: &str| {
            let body = json!({"date": date, "by": "采购部 王敏", "evidence": "盖章回函 2026-11-05"});
            world.post("clerk", &format!("{path}/confirmation"), &body)
        };
        let october = run("2026-10-31");
        // recorded after the statement: the next one states it
        for code in ["K", "F"] {
            invoice(&world, code, "2026-10-25", "1");
        }
        let (k, f) = (of(&october, "K"), of(&october, "F"));
        confirm(&f, "2026-11-05").refused(409, "state");
        let unknown = [("-", "-", "1.13"), ("-", "-", "113.00")];
        assert_eq!((open(&world, "K"), open(&world, "F")), (rows(&unknown), rows(&unknown)));
        for path in [&k, &f] {
            world.post("reviewer", &format!("{path}/approve"), &json!({})).want(200);
        }
        assert_eq!(open(&world, "K"), rows(&[("-", "-", "1.13"), ("-", "2026-11-15", "113.00")]));
        assert_eq!(open(&world, "F"), rows(&unknown), "it waits for the customer's word");
        for (date, pointer) in [("2026-10-30", "/date"), ("2026-12-03", "/date")] {
            let problem = confirm(&f, date).refused(422, "invalid-field");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        }
        let blank = json!({"date": "2026-11-05", "by": " ", "evidence": "x"});
        let problem = world.post("clerk", &format!("{f}/confirmation"), &blank).refused(422, "invalid-field");
        assert_eq!(problem["errors"][0]["pointer"], "/by");
        let confirmed = confirm(&f, "2026-11-05").want(201);
        assert_eq!((&confirmed["date"], &confirmed["by"]), (&json!("2026-11-05"), &json!("采购部 王敏")));
        assert_eq!(world.get("auditor", &format!("{f}/confirmation")).want(200), confirmed);
        world.get("auditor", &format!("{k}/confirmation")).refused(404, "not-found");
        confirm(&f, "2026-11-06").refused(409, "state");
        assert_eq!(open(&world, "F"), rows(&[("-", "-", "1.13"), ("-", "2026-11-20", "113.00")]));
        world.seal();
        let told = world.all("auditor", "/v1/events?kind=statement.confirmed");
        assert_eq!(told.len(), 1);
        assert!(!told[0].to_string().contains("王敏"), "no personal data is sealed: {}", told[0]);

        // stated again: what is due by the first statement stays so, what was recorded later is due by this one
        let november = run("2026-11-30");
        for code in ["K", "F"] {
            world.post("reviewer", &format!("{}/approve", of(&november, code)), &json!({})).want(200);
        }
        confirm(&of(&november, "F"), "2026-12-02").want(201);
        assert_eq!(open(&world, "K"), rows(&[("-", "2026-11-15", "113.00"), ("-", "2026-12-15", "1.13")]));
        assert_eq!(open(&world, "F"), rows(&[("-", "2026-11-20", "113.00"), ("-", "2026-12-17", "1.13")]));
        world.verified();
    });
}
