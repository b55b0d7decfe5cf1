//! Bills of exchange at the door: received, given on by two people, paid with the bank's line, taken back; what is refused, and the register.

use super::drafts::{charged, customer};
use super::furnished::furnish;
use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

/// A bill of exchange of a bank, received on 2026-11-20.
pub fn received(customer: &str, number: &str, amount: &str, allocations: Value) -> Value {
    json!({"customer": customer, "number": number, "kind": "bank", "medium": "electronic", "drawer": "苏州精工有限公司",
        "acceptor": "示例银行苏州分行", "amount": {"amount": amount, "currency": "CNY"}, "issue_date": "2026-11-10",
        "maturity": "2027-02-10", "received_on": "2026-11-20", "allocations": allocations})
}

/// Where a bill would leave something.
const WRITTEN: [&str; 6] = ["documents", "entries", "open_items", "allocations", "bills", "bill_acts"];

fn with(mut body: Value, member: &str, value: Value) -> Value {
    body[member] = value;
    body
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// A draft of the clerk, submitted.
fn submitted(world: &World, kind: &str, body: &Value) -> String {
    let made = world.post("clerk", "/v1/drafts", &json!({"kind": kind, "body": body})).want(201);
    let path = format!("/v1/drafts/{}", text(&made["id"]));
    world.post("clerk", &format!("{path}/submit"), &json!({})).want(200);
    path
}

fn through(world: &World, kind: &str, body: &Value) -> Value {
    let path = submitted(world, kind, body);
    let done = world.post("reviewer", &format!("{path}/approve"), &json!({})).want(200);
    assert_eq!(done["state"], "posted", "{done}");
    done
}

fn balances(world: &World, code: &str) -> Vec<(String, String)> {
    world.seal();
    let shown = world.get("auditor", &format!("/v1/customers/{code}/balance?as_of=2027-06-30")).want(200);
    let accounts = shown["accounts"].as_array().unwrap();
    let of = |one: &Value| (text(&one["account"]).to_owned(), text(&one["balance"]["amount"]).to_owned());
    accounts.iter().map(of).filter(|(_, balance)| balance != "0.00").collect()
}

fn pair(account: &str, balance: &str) -> (String, String) {
    (account.to_owned(), balance.to_owned())
}

#[test]
fn what_makes_no_sense_is_refused_where_it_stands_and_leaves_nothing() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let invoice = charged(&world, "integrator", "C1");
        let good =
            received("C1", "130758400001", "100.00", json!([{"item": invoice["item"], "amount": "100.00"}]));
        let rows = || WRITTEN.map(|table| db.count(&format!("SELECT COUNT(*) AS n FROM {table}")));
        let before = rows();
        for (member, value, status, code, pointer) in [
            ("maturity", json!("2026-11-10"), 422, "invalid-field", "/maturity"),
            ("maturity", json!("2026-11-01"), 422, "invalid-field", "/maturity"),
            ("received_on", json!("2026-11-09"), 422, "invalid-field", "/received_on"),
            ("received_on", json!("2027-02-11"), 422, "invalid-field", "/received_on"),
            ("issue_date", json!("1026-11-10"), 422, "invalid-field", "/issue_date"),
            ("issue_date", json!("2026-11-31"), 422, "invalid-field", "/issue_date"),
            ("number", json!(""), 422, "invalid-field", "/number"),
            ("drawer", json!(" "), 422, "invalid-field", "/drawer"),
            ("amount", json!({"amount": "0", "currency": "CNY"}), 422, "invalid-field", "/amount/amount"),
            ("amount", json!({"amount": "-1.00", "currency": "CNY"}), 422, "invalid-field", "/amount/amount"),
            // more than is open, and more than the bill
            (
                "allocations",
                json!([{"item": invoice["item"], "amount": "113.01"}]),
                422,
                "invalid-field",
                "/allocations",
            ),
            (
                "allocations",
                json!([{"item": invoice["item"], "amount": "100.01"}]),
                422,
                "invalid-field",
                "/allocations",
            ),
        ] {
            let reply = world.post("clerk", "/v1/bills", &with(good.clone(), member, value.clone()));
            // what is not of its form is refused while it is read
            let (status, code) = if value == json!("2026-11-31") || value == json!("1026-11-10") {
                (400, "invalid-body")
            } else {
                (status, code)
            };
            let refused = reply.refused(status, code);
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{member} {value}: {refused}");
        }
        world
            .post("clerk", "/v1/bills", &with(good.clone(), "kind", json!("state")))
            .refused(400, "invalid-body");
        assert_eq!(rows(), before, "nothing was written");
        world.post("clerk", "/v1/bills", &good).want(201);
        let twice = world.post("clerk", "/v1/bills", &with(good.clone(), "allocations", json!([])));
        assert_eq!(twice.refused(409, "duplicate")["errors"][0]["pointer"], "/number");
    });
}

#[test]
fn acts_that_make_no_sense_are_refused_where_it_stands() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let first = world.post("clerk", "/v1/bills", &received("C1", "B-1", "100.00", json!([]))).want(201);
        // its item is cleared by nothing but acts with the bill
        let money = json!({"customer": "C1", "amount": {"amount": "1.00", "currency": "CNY"}, "value_date": "2026-11-21"});
        let credit = world.post("clerk", "/v1/receipts", &money).want(201);
        let pay = json!({"debit_item": first["item"], "credit_item": credit["item"], "amount": "1", "effective_date": "2026-11-22"});
        world.post("clerk", "/v1/allocations", &pay).refused(409, "state");
        let bill = &first["id"];
        let nothing = json!({"bill": bill, "date": "2026-12-01", "recourse": true});
        let drafted = |kind: &str, body: &Value| {
            let made = world.post("clerk", "/v1/drafts", &json!({"kind": kind, "body": body})).want(201);
            world.post("clerk", &format!("/v1/drafts/{}/submit", text(&made["id"])), &json!({}))
        };
        let at = |reply: super::world::Reply, status: u16, code: &str, pointer: &str| {
            let refused = reply.refused(status, code);
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
        };
        at(drafted("bill-discount", &nothing), 422, "invalid-field", "/body/net");
        let more = with(nothing.clone(), "net", json!("100.01"));
        at(drafted("bill-discount", &more), 422, "invalid-field", "/body/net");
        let late = with(with(nothing.clone(), "net", json!("99.00")), "date", json!("2027-02-10"));
        at(drafted("bill-discount", &late), 422, "invalid-field", "/body/date");
        let given = json!({"bill": bill, "date": "2026-12-01", "account": "1122"});
        at(drafted("bill-endorsement", &given), 422, "invalid-field", "/body/account");
        let early = json!({"bill": bill, "date": "2026-11-19", "account": "2202"});
        at(drafted("bill-endorsement", &early), 422, "invalid-field", "/body/date");
        world
            .put("administrator", "/v1/period-locks", &json!({"kind": "soft", "through": "2026-11-30"}))
            .want(200);
        let locked = json!({"bill": bill, "date": "2026-11-30"});
        world.post("clerk", "/v1/bill-payments", &locked).refused(409, "period-locked");
        let other = received("C1", "B-2", "5.00", json!([]));
        world.post("clerk", "/v1/bills", &other).refused(409, "period-locked");
    });
}

#[test]
fn a_bill_is_given_on_by_two_people_dishonoured_and_taken_back_last_first() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let invoice = charged(&world, "integrator", "C1");
        let paid = json!([{"item": invoice["item"]}]);
        let first =
            world.post("clerk", "/v1/bills", &received("C1", "130758400001", "100.00", paid)).want(201);
        let bill = text(&first["id"]).to_owned();
        assert_eq!(balances(&world, "C1"), [pair("1121", "100.00"), pair("1122", "13.00")]);
        let endorse = json!({"bill": bill, "date": "2026-12-01", "account": "2202", "text": "常州供应商"});
        let path = submitted(&world, "bill-endorsement", &endorse);
        world.post("clerk", &format!("{path}/approve"), &json!({})).refused(403, "forbidden");
        let preview = world.post("reviewer", &format!("{path}/preview"), &json!({})).want(200);
        assert_eq!(preview["postings"][0]["account"], "2202", "{preview}");
        let endorsed = world.post("reviewer", &format!("{path}/approve"), &json!({})).want(200);
        assert_eq!(balances(&world, "C1"), [pair("1122", "13.00")]);
        // twice is once too often
        let again = world
            .post("clerk", "/v1/drafts", &json!({"kind": "bill-endorsement", "body": endorse}))
            .want(201);
        let again = format!("/v1/drafts/{}/submit", text(&again["id"]));
        world.post("clerk", &again, &json!({})).refused(409, "state");
        let pay = json!({"bill": bill, "date": "2027-02-10"});
        world.post("clerk", "/v1/bill-payments", &pay).refused(409, "state");
        let contingent = world.all("auditor", "/v1/bills?contingent=true");
        assert_eq!(
            (contingent.len(), &contingent[0]["id"]),
            (1, &json!(bill)),
            "off balance, and not forgotten"
        );

        let dishonour = json!({"bill": bill, "date": "2027-02-11", "account": "2202", "fee": "2.00", "fee_to_customer": true,
            "text": "承兑人账户余额不足"});
        let dishonoured = through(&world, "bill-dishonour", &dishonour);
        assert_eq!(balances(&world, "C1"), [pair("1122", "115.00")]);
        let open = world.all("auditor", "/v1/open-items?customer=C1&account=1122");
        let item = open.iter().find(|item| item["id"] == invoice["item"]).expect("the invoice is open again");
        assert_eq!((&item["open"]["amount"], &item["due_date"]), (&json!("113.00"), &json!("2026-12-02")));
        assert!(world.all("auditor", "/v1/bills?contingent=true").is_empty());

        // back, the last first; no other order
        let reverse = |number: &Value| {
            let path = format!("/v1/documents/{}/reverse", text(number));
            world.post("clerk", &path, &json!({"reason": "录入错误"}))
        };
        reverse(&endorsed["number"]).refused(409, "state");
        reverse(&first["number"]).refused(409, "state");
        // what takes a second person takes one when it is taken back
        let back = |number: &Value| {
            reverse(number).refused(403, "approval-required");
            through(&world, "reversal", &json!({"document": number, "reason": "录入错误"}));
        };
        back(&dishonoured["number"]);
        assert_eq!(balances(&world, "C1"), [pair("1122", "13.00")]);
        reverse(&dishonoured["number"]).refused(409, "state");
        back(&endorsed["number"]);
        assert_eq!(balances(&world, "C1"), [pair("1121", "100.00"), pair("1122", "13.00")]);
        reverse(&first["number"]).want(201);
        assert_eq!(balances(&world, "C1"), [pair("1122", "113.00")]);
        let shown = world.get("auditor", &format!("/v1/bills/{bill}")).want(200);
        let acts: Vec<&str> = shown["acts"].as_array().unwrap().iter().map(|act| text(&act["act"])).collect();
        assert_eq!(acts, ["received", "endorsed", "dishonoured", "undone", "undone", "undone"]);
        assert_eq!((&shown["state"], &shown["acts"][3]["undoes"]), (&json!("cancelled"), &json!(3)));
        // the same paper may be received once more
        world.post("clerk", "/v1/bills", &received("C1", "130758400001", "100.00", json!([]))).want(201);
        world.verified();
    });
}

#[test]
fn the_banks_line_pays_a_bill_and_is_open_again_when_that_is_taken_back() {
    for_each_database(|db| {
        let world = World::new(db);
        furnish(&world, 20);
        customer(&world, "B1");
        let lines = world.all("auditor", "/v1/bank-lines?status=open&credit=true");
        let line = lines.iter().find(|line| line["amount"]["currency"] == "CNY").expect("a line of yuan");
        let id = text(&line["id"]);
        let bill = received("B1", "B-7", text(&line["amount"]["amount"]), json!([]));
        let bill = with(with(bill, "received_on", json!("2026-10-10")), "issue_date", json!("2026-10-01"));
        let made = world.post("clerk", "/v1/bills", &bill).want(201);
        let booked = text(&line["booking_date"]);
        let pay = json!({"bill": made["id"], "date": booked, "bank_line": id});
        let refused = world.post("clerk", "/v1/bill-payments", &with(pay.clone(), "charges", json!("0.01")));
        assert_eq!(refused.refused(422, "invalid-field")["errors"][0]["pointer"], "/bank_line");
        let early = world.post("clerk", "/v1/bill-payments", &with(pay.clone(), "date", json!("2026-10-10")));
        if booked > "2026-10-10" {
            assert_eq!(early.refused(422, "invalid-field")["errors"][0]["pointer"], "/date");
        }
        let paid = world.post("clerk", "/v1/bill-payments", &pay).want(201);
        let shown = |id: &str| world.get("auditor", &format!("/v1/bank-lines/{id}")).want(200);
        let after = shown(id);
        assert_eq!((&after["line"]["status"], &after["documents"][0]), (&json!("posted"), &paid["document"]));
        let settle = json!({"customer": "B1", "on_account": line["amount"]["amount"]});
        world.post("clerk", &format!("/v1/bank-lines/{id}/settle"), &settle).refused(409, "state");
        let reverse = format!("/v1/documents/{}/reverse", text(&paid["number"]));
        world.post("clerk", &reverse, &json!({"reason": "认错了"})).want(201);
        assert_eq!(shown(id)["line"]["status"], "open");
        world.post("clerk", "/v1/bill-payments", &pay).want(201);
        world.verified();
    });
}

/// The bank keeps what it shows; what else a bill does not bring another person looks at.
#[test]
fn charges_that_no_line_of_the_bank_shows_take_another_person() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let made =
            world.post("cashier", "/v1/bills", &received("C1", "B-1", "10000.00", json!([]))).want(201);
        let pay = json!({"bill": made["id"], "date": "2027-02-10", "charges": "9999.99"});
        let rows = || WRITTEN.map(|table| db.count(&format!("SELECT COUNT(*) AS n FROM {table}")));
        let before = rows();
        for role in ["cashier", "clerk", "administrator", "integrator"] {
            let refused = world.post(role, "/v1/bill-payments", &pay).refused(403, "approval-required");
            assert_eq!(refused["errors"][0]["pointer"], "/charges", "{refused}");
            assert!(refused["detail"].as_str().unwrap().contains("9999.99"), "{refused}");
        }
        // what is refused anyway is said before
        let all = with(pay.clone(), "charges", json!("10000.00"));
        assert_eq!(
            world.post("cashier", "/v1/bill-payments", &all).refused(422, "invalid-field")["errors"][0]["pointer"],
            "/charges"
        );
        assert_eq!(rows(), before, "nothing was written");
        let draft = json!({"kind": "bill-payment", "body": with(pay, "charges", json!("2.50"))});
        let draft = world.post("cashier", "/v1/drafts", &draft).want(201);
        let path = format!("/v1/drafts/{}", text(&draft["id"]));
        let waits = world.post("cashier", &format!("{path}/submit"), &json!({})).want(200);
        assert_eq!(
            (&waits["state"], &waits["approvals"]["needed"]),
            (&json!("submitted"), &json!(1)),
            "{waits}"
        );
        world.post("cashier", &format!("{path}/approve"), &json!({})).refused(403, "forbidden");
        let done = world.post("reviewer", &format!("{path}/approve"), &json!({})).want(200);
        assert_eq!(done["state"], "posted", "{done}");
        world.verified();
    });
}

#[test]
fn the_register_is_filtered_and_comes_as_a_file() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        for code in ["C1", "C2"] {
            customer(&world, code);
        }
        let mut made = Vec::new();
        for (code, number, maturity) in
            [("C1", "B-1", "2027-01-10"), ("C1", "B-2", "2027-02-10"), ("C2", "B-3", "2027-03-10")]
        {
            let body = with(received(code, number, "50.00", json!([])), "maturity", json!(maturity));
            made.push(world.post("clerk", "/v1/bills", &body).want(201));
        }
        world
            .post("clerk", "/v1/bill-payments", &json!({"bill": made[0]["id"], "date": "2027-01-10"}))
            .want(201);
        let numbers = |filter: &str| {
            let mut found: Vec<String> = world
                .all("auditor", &format!("/v1/bills?{filter}"))
                .iter()
                .map(|bill| text(&bill["number"]).to_owned())
                .collect();
            found.sort();
            found.join(" ")
        };
        assert_eq!(numbers("customer=C2"), "B-3");
        assert_eq!(numbers("state=held"), "B-2 B-3");
        assert_eq!(numbers("state=paid"), "B-1");
        assert_eq!(numbers("customer=C1"), "B-1 B-2");
        assert_eq!(numbers("maturity_from=2027-02-10"), "B-2 B-3");
        assert_eq!(numbers("maturity_to=2027-02-10"), "B-1 B-2");
        assert_eq!(numbers("contingent=true"), "");
        world.get("auditor", "/v1/bills?state=lost").refused(400, "invalid-parameter");
        world.get("auditor", "/v1/bills?maturity_from=31.12.2026").refused(400, "invalid-parameter");
        let csv = world.get("auditor", "/v1/bills?format=csv&language=en");
        let csv = String::from_utf8(csv.bytes).unwrap();
        assert!(csv.starts_with("\u{feff}Document,Bill number,Kind,"), "{csv}");
        assert!(csv.contains("BR-2026-000001,B-1,bank,electronic,paid,C1,"), "{csv}");
        assert!(csv.contains(",2026-11-10,2027-03-10,2026-11-20,CNY,50.00,no"), "{csv}");
        let theirs = super::world::Send { token: Some(world.other.token("clerk")), ..Default::default() };
        let path = format!("/v1/bills/{}", text(&made[1]["id"]));
        world.send("GET", &path, &theirs).refused(404, "not-found");
        world.verified();
    });
}

#[test]
fn the_rest_of_a_bill_is_taxed_by_what_it_says_it_is_for() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let lease = json!({"tax_category": "lease-13", "supply": "service"});
        let body = |number: &str, advance: Value| {
            with(received("C1", number, "113.00", json!([])), "advance", advance)
        };
        let rows = || WRITTEN.map(|table| db.count(&format!("SELECT COUNT(*) AS n FROM {table}")));
        let before = rows();
        for (advance, pointer) in [
            (with(lease.clone(), "supply", json!("work")), "/advance/supply"),
            (with(lease.clone(), "tax_category", json!("")), "/advance/tax_category"),
        ] {
            let refused =
                world.post("clerk", "/v1/bills", &body("B-1", advance)).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
        }
        let unknown = body("B-1", with(lease.clone(), "tax_category", json!("lease-14")));
        let refused = world.post("clerk", "/v1/bills", &unknown).refused(422, "plugin-refused");
        assert_eq!(refused["plugin"]["code"], "unknown-category", "{refused}");
        assert_eq!(rows(), before, "nothing was written");

        let made = world.post("clerk", "/v1/bills", &body("B-1", lease)).want(201);
        let advance = world.get("auditor", &format!("/v1/invoices/{}", text(&made["advance"]))).want(200);
        assert_eq!(
            (&advance["document"]["kind"], &advance["document"]["tax"]["amount"]),
            (&json!("advance"), &json!("13.00"))
        );
        let unsaid = world.post("clerk", "/v1/bills", &body("B-2", Value::Null)).want(201);
        assert_eq!(unsaid["advance"], Value::Null, "the company says nothing, and nobody is asked");
        world.verified();
    });
}

/// What a bill clears is entered in the accounts of what is owed: a cashier keeps none.
#[test]
fn a_cashier_receives_a_bill_and_clears_nothing_with_it() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let item = charged(&world, "clerk", "C1")["item"].clone();
        let paying = received("C1", "130758400011", "100.00", json!([{"item": item, "amount": "100.00"}]));
        world.post("cashier", "/v1/bills", &paying).refused(403, "forbidden");
        let draft = json!({"kind": "bill", "body": paying});
        let draft = world.post("cashier", "/v1/drafts", &draft).want(201);
        let submit = format!("/v1/drafts/{}/submit", text(&draft["id"]));
        world.post("cashier", &submit, &json!({})).refused(403, "forbidden");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM bills"), 0);
        world.post("cashier", "/v1/bills", &received("C1", "130758400012", "100.00", json!([]))).want(201);
        world.post("clerk", "/v1/bills", &paying).want(201);
        world.verified();
    });
}
