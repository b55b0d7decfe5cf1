//! Tax invoices (发票) of the platform: bounded by the documents they are of, red-letter ones by their original; what has one that stands is
//! corrected by a linked credit note. Today is 2026-12-02.

use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

fn prepared(world: &World) {
    world.bind();
    for code in ["C1", "C2"] {
        let body = json!({"code": code, "name": "名", "country": "CN", "currency": "CNY"});
        world.post("clerk", "/v1/customers", &body).want(201);
    }
}

/// An invoice of 113.00 with tax.
fn sold(world: &World) -> String {
    let line = json!({"description": "货", "quantity": "1", "unit_price": "100", "category": "13"});
    let body = json!({"customer": "C1", "document_date": "2026-11-05", "currency": "CNY", "price_mode": "exclusive",
        "lines": [line]});
    world.post("clerk", "/v1/invoices", &body).want(201)["number"].as_str().unwrap().to_owned()
}

fn credit(original: &str, price: &str) -> Value {
    let line = json!({"description": "货", "quantity": "1", "unit_price": price, "category": "13"});
    json!({"customer": "C1", "kind": "credit-note", "original": original, "document_date": "2026-11-20", "currency": "CNY",
        "price_mode": "exclusive", "lines": [line]})
}

fn tax_invoice(number: &str, (net, tax, gross): (&str, &str, &str), documents: Value) -> Value {
    json!({"number": number, "kind": "digital-special", "customer": "C1", "issued_on": "2026-11-10", "currency": "CNY",
        "net": net, "tax": tax, "gross": gross, "buyer_name": "北塔贸易", "documents": documents})
}

const WHOLE: (&str, &str, &str) = ("100.00", "13.00", "113.00");

fn post(world: &World, body: &Value) -> Reply {
    world.post("clerk", "/v1/tax-invoices", body)
}

fn status(world: &World, number: &str) -> Value {
    world.get("auditor", &format!("/v1/tax-invoices/{number}")).want(200)["status"].clone()
}

fn report(world: &World, query: &str) -> Vec<(String, String, String)> {
    world.seal();
    let found = world.get("auditor", &format!("/v1/reports/tax-invoices{query}")).want(200);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let row = |row: &Value| (text(&row["without"]), text(&row["number"]), text(&row["missing"]["amount"]));
    found["rows"].as_array().unwrap().iter().map(row).collect()
}

fn pointer(reply: Reply, wanted: &str) {
    let refused = reply.refused(422, "invalid-field");
    assert_eq!(refused["errors"][0]["pointer"], wanted, "{refused}");
}

#[test]
fn an_invoice_with_a_tax_invoice_is_corrected_by_a_linked_credit_note_on_a_confirmation() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let number = sold(&world);
        let missing =
            |what: &str, number: &str, amount: &str| (what.to_owned(), number.to_owned(), amount.to_owned());
        assert_eq!(report(&world, ""), [missing("document", &number, "113.00")]);
        let made = post(&world, &tax_invoice("26001", WHOLE, json!([{"document": number}]))).want(201);
        assert_eq!(
            (&made["number"], &made["unlinked"]["amount"]),
            (&json!("26001"), &json!("0.00")),
            "{made}"
        );
        assert_eq!(report(&world, ""), []);
        assert_eq!(report(&world, "?as_of=2026-11-09"), [missing("document", &number, "113.00")]);
        // not reversed any more
        let path = format!("/v1/documents/{number}/reverse");
        let refused = world.post("clerk", &path, &json!({"reason": "x"})).refused(409, "tax-invoiced");
        assert!(refused["detail"].as_str().unwrap().contains("26001"), "{refused}");
        // the credit note waits
        let waits = world.post("clerk", "/v1/invoices", &credit(&number, "100"));
        let refused = waits.refused(422, "red-confirmation-required");
        assert_eq!(refused["errors"][0]["pointer"], "/red_confirmation", "{refused}");
        let given = |confirmation: Value| {
            let mut body = credit(&number, "100");
            body["red_confirmation"] = confirmation;
            world.post("clerk", "/v1/invoices", &body)
        };
        given(json!({})).refused(400, "invalid-body");
        given(json!({"number": "1", "reason": "x"})).refused(400, "invalid-body");
        pointer(given(json!({"reason": " "})), "/red_confirmation/reason");
        let note = given(json!({"number": "3100000001"})).want(201)["number"].as_str().unwrap().to_owned();
        world.seal();
        let events = world.get("auditor", "/v1/events?after=0&kind=credit-note.posted").want(200);
        assert_eq!(events["items"][0]["data"]["red_confirmation"]["number"], "3100000001", "{events}");
        assert_eq!(report(&world, ""), [missing("document", &note, "-113.00")]);

        // and the red one takes the first back
        let mut red = tax_invoice("26002", WHOLE, json!([{"document": note}]));
        (red["original"], red["issued_on"]) = (json!("26001"), json!("2026-11-21"));
        let refused = post(&world, &red).refused(422, "red-confirmation-required");
        assert_eq!(refused["errors"][0]["pointer"], "/confirmation");
        red["confirmation"] = json!("3100000001");
        post(&world, &red).want(201);
        assert_eq!((status(&world, "26001"), status(&world, "26002")), (json!("red"), json!("issued")));
        for (state, number) in [("red", "26001"), ("issued", "26002")] {
            let found = world.all("auditor", &format!("/v1/tax-invoices?status={state}"));
            assert_eq!((found.len(), &found[0]["number"]), (1, &json!(number)), "{state}");
        }
        post(&world, &tax_invoice("26003", WHOLE, json!([{"document": note}]))).refused(422, "invalid-field");
        // the credit note is in a red one that stands
        let path = format!("/v1/documents/{note}/reverse");
        world.post("clerk", &path, &json!({"reason": "x"})).refused(409, "tax-invoiced");
        world.verified();
    });
}

#[test]
fn amounts_are_bounded_by_documents_and_by_the_original() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let (one, two) = (sold(&world), sold(&world));
        // one tax invoice of two documents, and two of one
        let both = json!([{"document": one, "amount": "100.00"}, {"document": two, "amount": "26.00"}]);
        post(&world, &tax_invoice("26001", ("111.50", "14.50", "126.00"), both)).want(201);
        pointer(
            post(&world, &tax_invoice("26002", WHOLE, json!([{"document": one, "amount": "13.01"}]))),
            "/documents/0/amount",
        );
        let rest = post(&world, &tax_invoice("26002", WHOLE, json!([{"document": one}, {"document": two}])));
        rest.want(201);
        pointer(
            post(&world, &tax_invoice("26003", WHOLE, json!([{"document": two}]))),
            "/documents/0/amount",
        );
        assert_eq!(report(&world, ""), [("tax-invoice".to_owned(), "26002".to_owned(), "13.00".to_owned())]);
        // figures and shapes
        pointer(post(&world, &tax_invoice("26003", ("100.00", "13.00", "113.01"), json!([]))), "/gross");
        pointer(post(&world, &tax_invoice("26003", ("0", "0", "0"), json!([]))), "/gross");
        pointer(post(&world, &tax_invoice("26003", ("-1", "0", "-1"), json!([]))), "/net");
        pointer(post(&world, &tax_invoice("26003", ("1.005", "0", "1.005"), json!([]))), "/net");
        let taken = post(&world, &tax_invoice("26001", WHOLE, json!([]))).refused(409, "code-taken");
        assert_eq!(taken["errors"][0]["pointer"], "/number");
        let three = sold(&world);
        let twice = json!([{"document": three, "amount": "1"}, {"document": three, "amount": "1"}]);
        pointer(post(&world, &tax_invoice("26003", WHOLE, twice)), "/documents/1/document");
        let mut strange = tax_invoice("26003", WHOLE, json!([{"document": one}]));
        strange["customer"] = json!("C2");
        pointer(post(&world, &strange), "/documents/0/document");
        let mut reasoned = tax_invoice("26003", WHOLE, json!([]));
        reasoned["reason"] = json!("x");
        pointer(post(&world, &reasoned), "/reason");
        // red ones come to no more than their original, together
        let red = |number: &str, figures: (&str, &str, &str)| {
            let mut body = tax_invoice(number, figures, json!([]));
            (body["original"], body["reason"]) = (json!("26001"), json!("对方未认证"));
            post(&world, &body)
        };
        pointer(red("26009", ("111.51", "14.50", "126.01")), "/gross");
        red("26010", ("100.00", "13.00", "113.00")).want(201);
        assert_eq!(status(&world, "26001"), "issued", "a part of it");
        pointer(red("26011", ("12.00", "1.50", "13.50")), "/gross");
        let mut of_red = tax_invoice("26012", ("1.00", "0.00", "1.00"), json!([]));
        (of_red["original"], of_red["reason"]) = (json!("26010"), json!("x"));
        pointer(post(&world, &of_red), "/original");
        world.verified();
    });
}

#[test]
fn paper_is_voided_in_its_month_and_its_documents_are_free_again() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let number = sold(&world);
        let mut paper = tax_invoice("00000001", WHOLE, json!([{"document": number}]));
        (paper["kind"], paper["code"]) = (json!("special"), json!("3200221130"));
        post(&world, &paper).want(201);
        // of the older kinds the code tells numbers apart
        let mut other = paper.clone();
        (other["code"], other["documents"]) = (json!("3200221140"), json!([]));
        let other = post(&world, &other).want(201)["id"].as_str().unwrap().to_owned();
        let first = world.all("auditor", "/v1/tax-invoices?number=00000001");
        let id =
            first.iter().find(|row| row["code"] == "3200221130").unwrap()["id"].as_str().unwrap().to_owned();
        let void = |id: &str, on: &str| {
            world.post("clerk", &format!("/v1/tax-invoices/{id}/void"), &json!({"on": on}))
        };
        // a number that two have names neither, wherever it stands
        pointer(world.get("auditor", "/v1/tax-invoices/00000001"), "/id");
        pointer(void("00000001", "2026-11-28"), "/id");
        let mut red = tax_invoice("26000", WHOLE, json!([]));
        (red["original"], red["reason"]) = (json!("00000001"), json!("x"));
        pointer(post(&world, &red), "/original");
        let late = void(&id, "2026-12-01").refused(409, "state");
        assert_eq!(late["errors"][0]["pointer"], "/on", "{late}");
        let seen = world.get("auditor", &format!("/v1/tax-invoices/{id}")).header("etag").to_owned();
        let path = format!("/v1/tax-invoices/{id}/void");
        let unread = [("if-match", "\"x\"")];
        let stale = world.with(("POST", "clerk", path.as_str()), &unread, Some(&json!({"on": "2026-11-28"})));
        stale.refused(412, "precondition-failed");
        let voided = world.with(
            ("POST", "clerk", path.as_str()),
            &[("if-match", seen.as_str())],
            Some(&json!({"on": "2026-11-28"})),
        );
        let voided = voided.want(200);
        assert_eq!((&voided["status"], &voided["voided_on"]), (&json!("voided"), &json!("2026-11-28")));
        void(&id, "2026-11-28").refused(409, "state");
        // before that day it stood
        assert_eq!(report(&world, "?as_of=2026-11-27").len(), 1);
        assert_eq!(report(&world, "").len(), 2);
        post(&world, &tax_invoice("26001", WHOLE, json!([{"document": number}]))).want(201);
        void("26001", "2026-11-28").refused(409, "state");
        void(&other, "2026-11-28").want(200);
        let numbers = |query: &str| -> Vec<String> {
            let found = world.all("auditor", &format!("/v1/tax-invoices?{query}"));
            found.iter().map(|row| row["number"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(numbers("kind=special"), ["00000001", "00000001"]);
        assert_eq!(numbers("kind=digital-special"), ["26001"]);
        assert_eq!(numbers("status=voided"), ["00000001", "00000001"]);
        assert_eq!((numbers("status=issued"), numbers("status=red")), (vec!["26001".to_owned()], vec![]));
        let path = format!("/v1/documents/{number}/reverse");
        world.post("clerk", &path, &json!({"reason": "x"})).refused(409, "tax-invoiced");
        world.verified();
    });
}

/// Sixteen tax invoices of one document at once: one has it.
#[test]
fn sixteen_at_once_do_not_invoice_it_twice() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let number = sold(&world);
        let made: Vec<u16> = std::thread::scope(|scope| {
            let ask = |n: usize| {
                let body = tax_invoice(&format!("26{n:03}"), WHOLE, json!([{"document": number}]));
                post(&world, &body).status
            };
            let all: Vec<_> = (0..16).map(|n| scope.spawn(move || ask(n))).collect();
            all.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(made.iter().filter(|status| **status == 201).count(), 1, "{made:?}");
        assert!(made.iter().all(|status| matches!(status, 201 | 422)), "{made:?}");
        world.verified();
    });
}

#[test]
fn they_go_out_as_a_file() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let number = sold(&world);
        post(&world, &tax_invoice("26001", WHOLE, json!([{"document": number}]))).want(201);
        let file = world.get("auditor", "/v1/tax-invoices?format=csv&language=en").bytes;
        let file = String::from_utf8(file).unwrap();
        let row = "26001,,digital-special,issued,C1,名,2026-11-10,CNY,100.00,13.00,113.00,,,,北塔贸易,,,";
        assert!(file.contains(&format!("{row}{number}")), "{file}");
    });
}

/// No credit note takes a late fee back: its red-letter tax invoice is entered, and it is reversed then.
#[test]
fn a_late_fee_with_a_tax_invoice_is_reversed_after_the_red_one() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let line = json!({"description": "滞纳金", "quantity": "1", "unit_price": "100", "category": "13"});
        let fee = json!({"customer": "C1", "kind": "late-fee", "document_date": "2026-11-05", "currency": "CNY",
            "price_mode": "exclusive", "lines": [line]});
        let fee = world.post("clerk", "/v1/invoices", &fee).want(201);
        let number = fee["number"].as_str().unwrap();
        post(&world, &tax_invoice("26001", WHOLE, json!([{"document": number}]))).want(201);
        world.post("clerk", "/v1/invoices", &credit(number, "100")).refused(404, "not-found");
        let path = format!("/v1/documents/{number}/reverse");
        let refused = world.post("clerk", &path, &json!({"reason": "x"})).refused(409, "tax-invoiced");
        assert!(
            refused["detail"].as_str().unwrap().contains("enter the red-letter tax invoice"),
            "{refused}"
        );
        let mut red = tax_invoice("26002", WHOLE, json!([]));
        (red["original"], red["issued_on"]) = (json!("26001"), json!("2026-11-21"));
        red["confirmation"] = json!("3100000001");
        post(&world, &red).want(201);
        world.post("clerk", &path, &json!({"reason": "x"})).want(201);
        world.verified();
    });
}

#[test]
fn a_number_that_a_document_names_is_missing_until_a_tax_invoice_with_it_is_recorded() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let plain = sold(&world);
        let line = json!({"description": "货", "quantity": "1", "unit_price": "100", "category": "13"});
        let body = json!({"customer": "C1", "document_date": "2026-11-06", "currency": "CNY", "price_mode": "exclusive",
            "tax_invoice_number": "26009", "lines": [line]});
        let naming = world.post("clerk", "/v1/invoices", &body).want(201)["number"].clone();
        let named = |query: &str| -> Vec<Value> {
            world.seal();
            let found = world.get("auditor", &format!("/v1/reports/tax-invoices{query}")).want(200);
            let rows = found["rows"].as_array().unwrap().iter();
            rows.map(|row| json!([row["number"], row["tax_invoice_number"], row["recorded"]])).collect()
        };
        let nothing = json!([plain, null, null]);
        assert_eq!(named(""), [nothing.clone(), json!([naming, "26009", false])]);
        let csv = world.get("auditor", "/v1/reports/tax-invoices?format=csv&language=en");
        let csv = String::from_utf8(csv.bytes).unwrap();
        assert!(csv.lines().any(|row| row.contains("26009,no")), "{csv}");
        // recorded, though of no document yet
        post(&world, &tax_invoice("26009", WHOLE, json!([]))).want(201);
        let own = json!(["26009", null, null]);
        assert_eq!(named(""), [nothing.clone(), json!([naming, "26009", true]), own]);
        // as it was before the platform issued it
        assert_eq!(named("?as_of=2026-11-09"), [nothing, json!([naming, "26009", false])]);
        world.verified();
    });
}

/// 一张红字确认单只对应一张蓝字发票.
#[test]
fn a_confirmation_is_of_one_red_letter_tax_invoice_of_one_original() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let (one, two, three) = (sold(&world), sold(&world), sold(&world));
        post(&world, &tax_invoice("26001", WHOLE, json!([{"document": one}]))).want(201);
        // one of two documents
        let both = json!([{"document": two}, {"document": three}]);
        post(&world, &tax_invoice("26002", ("200.00", "26.00", "226.00"), both)).want(201);
        let note = |of: &str, price: &str, number: &str| {
            let mut body = credit(of, price);
            body["red_confirmation"] = json!({"number": number});
            world.post("clerk", "/v1/invoices", &body)
        };
        let first = note(&one, "60", "R1").want(201)["number"].clone();
        pointer(note(&two, "100", "R1"), "/red_confirmation/number");
        note(&one, "40", "R1").want(201);
        let second = note(&two, "100", "R2").want(201)["number"].clone();
        let third = note(&three, "100", "R2").want(201)["number"].clone();
        let red = |number: &str, original: &str, confirmation: &str, documents: Value| {
            let mut body = tax_invoice(number, WHOLE, documents);
            (body["original"], body["confirmation"]) = (json!(original), json!(confirmation));
            body["issued_on"] = json!("2026-11-21");
            body
        };
        let kept = db.count("SELECT COUNT(*) AS n FROM tax_invoices");
        pointer(post(&world, &red("26003", "26001", "R2", json!([]))), "/confirmation");
        let other = json!([{"document": second}, {"document": third}]);
        let mut mixed = red("26003", "26002", "R3", other.clone());
        (mixed["net"], mixed["tax"], mixed["gross"]) = (json!("200.00"), json!("26.00"), json!("226.00"));
        pointer(post(&world, &mixed), "/documents/0/document");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM tax_invoices"), kept, "nothing was written");
        mixed["confirmation"] = json!("R2");
        post(&world, &mixed).want(201);
        post(&world, &red("26004", "26001", "R1", json!([{"document": first}]))).want(201);
        world.verified();
    });
}

#[test]
fn a_number_is_free_again_once_what_it_confirmed_is_taken_back() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let (one, two) = (sold(&world), sold(&world));
        for (number, of) in [("26001", &one), ("26002", &two)] {
            post(&world, &tax_invoice(number, WHOLE, json!([{"document": of}]))).want(201);
        }
        let note = |of: &str| {
            let mut body = credit(of, "50");
            body["red_confirmation"] = json!({"number": "R1"});
            world.post("clerk", "/v1/invoices", &body)
        };
        let wrong = note(&one).want(201);
        pointer(note(&two), "/red_confirmation/number");
        let path = format!("/v1/documents/{}/reverse", wrong["number"].as_str().unwrap());
        world.post("clerk", &path, &json!({"reason": "开错"})).want(201);
        note(&two).want(201);
        // a red-letter one on that number takes back the second alone, and is one
        let red = |number: &str, original: &str| {
            let mut body = tax_invoice(number, ("50.00", "6.50", "56.50"), json!([]));
            (body["original"], body["confirmation"]) = (json!(original), json!("R1"));
            body["issued_on"] = json!("2026-11-21");
            post(&world, &body)
        };
        pointer(red("26003", "26001"), "/confirmation");
        red("26003", "26002").want(201);
        pointer(red("26004", "26002"), "/confirmation");
        world.verified();
    });
}

/// Eight credit notes of eight invoices on one number at once, then eight red-letter tax invoices of eight originals: one has it.
#[test]
fn of_many_at_once_on_one_confirmation_one_has_it() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        let sold: Vec<String> = (0..8).map(|_| sold(&world)).collect();
        for (n, number) in sold.iter().enumerate() {
            let body = tax_invoice(&format!("26{n:03}"), WHOLE, json!([{"document": number}]));
            post(&world, &body).want(201);
        }
        let one_of = |path: &str, bodies: &[Value], at: &str| {
            let replies: Vec<Reply> = std::thread::scope(|scope| {
                let ask = |body| world.post("clerk", path, body);
                let all: Vec<_> = bodies.iter().map(|body| scope.spawn(move || ask(body))).collect();
                all.into_iter().map(|one| one.join().unwrap()).collect()
            });
            let statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
            assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{path} {statuses:?}");
            replies.into_iter().filter(|reply| reply.status != 201).for_each(|reply| pointer(reply, at));
        };
        let note = |of: &String| {
            let mut body = credit(of, "50");
            body["red_confirmation"] = json!({"number": "R1"});
            body
        };
        let notes: Vec<Value> = sold.iter().map(note).collect();
        one_of("/v1/invoices", &notes, "/red_confirmation/number");
        let red = |n: usize| {
            let mut body = tax_invoice(&format!("27{n:03}"), ("50.00", "6.50", "56.50"), json!([]));
            (body["original"], body["confirmation"]) = (json!(format!("26{n:03}")), json!("R2"));
            body["issued_on"] = json!("2026-11-21");
            body
        };
        let reds: Vec<Value> = (0..8).map(red).collect();
        one_of("/v1/tax-invoices", &reds, "/confirmation");
        world.verified();
    });
}
