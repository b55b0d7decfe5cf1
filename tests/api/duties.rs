//! Separation of duties: who made or charged what does not approve it, unless another person grants an exception.

use super::drafts::{charged, customer, invoice};
use super::dry_run::{Body, Try};
use super::world::{Reply, Send, World};
use crate::audit::month;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::testing::for_each_database;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// What [`super::dry_run`] tries; `credit` is an item of hers that can be paid back.
pub(super) fn tries(world: &World, credit: &str) -> Try {
    let refund = json!({"item": credit, "amount": "0.10", "value_date": "2026-11-30"});
    let body = json!({"subject": submitted(world, "refund", &refund), "person": "reviewer", "reason": "x"});
    let (role, path) = ("administrator", "/v1/exceptions".to_owned());
    Try { route: "POST /v1/exceptions", role, path, body: Body::Json(body) }
}

/// A draft of the clerk's, submitted.
pub(super) fn submitted(world: &World, kind: &str, body: &Value) -> String {
    let made = world.post("clerk", "/v1/drafts", &json!({"kind": kind, "body": body})).want(201);
    let id = text(&made["id"]);
    world.post("clerk", &format!("/v1/drafts/{id}/submit"), &json!({})).want(200);
    id
}

fn approve(world: &World, role: &str, id: &str) -> Reply {
    world.post(role, &format!("/v1/drafts/{id}/approve"), &json!({}))
}

pub(super) fn rules(world: &World, kind: &str) {
    let rules = json!({"rules": [{"kind": kind, "from": "0", "approvals": 1, "post_on_approval": true}]});
    world.put("administrator", "/v1/approval-rules", &rules).want(200);
}

/// The company's account, and lines of money that came on 20 November.
pub(super) fn lines(world: &World, amounts: &[&str]) -> Vec<String> {
    let account = json!({"number": month::CNY_ACCOUNT, "scheme": "CN", "bank": "示例银行", "holder": "澄湖", "currency": "CNY"});
    world.post("administrator", "/v1/bank-accounts", &account).want(201);
    let paid: Vec<month::Credit<'_>> =
        amounts.iter().map(|amount| ("2026-11-20", *amount, Some(("无名", "00")), "?")).collect();
    let file = month::bank_file(&paid);
    world.upload("cashier", "/v1/bank-files?file_name=x.xml", file.as_bytes()).want(201);
    let all = world.all("auditor", "/v1/bank-lines?status=open&credit=true");
    let of = |amount: &&str| all.iter().find(|line| line["amount"]["amount"] == **amount).expect("a line");
    amounts.iter().map(|amount| text(&of(amount)["id"])).collect()
}

#[test]
fn an_exception_is_another_persons_and_of_what_was_submitted_then() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let item = charged(&world, "clerk", "C1")["item"].clone();
        rules(&world, "invoice");
        let line = json!({"description": "货", "quantity": "1", "unit_price": "1", "category": "13"});
        let invoice = json!({"customer": "C1", "document_date": "2026-11-02", "currency": "CNY",
            "price_mode": "exclusive", "lines": [line]});
        approve(&world, "reviewer", &submitted(&world, "invoice", &invoice)).want(200);
        let wanted = json!({"item": item, "amount": "1", "reason": "tail", "date": "2026-11-30"});
        let id = submitted(&world, "write-off", &wanted);
        approve(&world, "reviewer", &id).refused(403, "separation-of-duties");
        let with = json!({"exception": {"reason": "管理员不在"}});
        let refused =
            world.post("reviewer", &format!("/v1/drafts/{id}/approve"), &with).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/exception");

        let grant = |role: &str, person: &str, reason: &str| {
            world.post(role, "/v1/exceptions", &json!({"subject": id, "person": person, "reason": reason}))
        };
        grant("reviewer", "reviewer", "x").refused(403, "forbidden");
        grant("administrator", "administrator", "x").refused(403, "separation-of-duties");
        grant("administrator", "nobody", "x").refused(422, "invalid-field");
        grant("administrator", "reviewer", " ").refused(422, "invalid-field");
        let nothing = json!({"subject": "x", "person": "reviewer", "reason": "x"});
        world.post("administrator", "/v1/exceptions", &nothing).refused(422, "invalid-field");
        let granted = grant("administrator", "reviewer", "无人可代").want(201);
        assert_ne!(granted["person"], granted["granted_by"]);
        // what is submitted anew is another thing
        world.post("reviewer", &format!("/v1/drafts/{id}/reject"), &json!({"reason": "太多"})).want(200);
        grant("administrator", "reviewer", "x").refused(409, "state");
        world.post("clerk", &format!("/v1/drafts/{id}/submit"), &json!({})).want(200);
        approve(&world, "reviewer", &id).refused(403, "separation-of-duties");
        grant("administrator", "reviewer", "仍无人可代").want(201);
        let posted = approve(&world, "reviewer", &id).want(200);
        assert_eq!(posted["state"], "posted");
        let acts = posted["acts"].as_array().unwrap();
        assert!(acts.iter().any(|act| act["act"] == "approved" && act["exception"] == true), "{posted}");
        world.seal();
        let events = world.all("auditor", "/v1/events?kind=exception.made");
        assert_eq!(events.len(), 2, "{events:?}");
        assert_eq!(events[0]["data"]["rule"], "separation-of-duties");
        assert_eq!(events[0]["data"]["person"], granted["person"]);
        assert!(!events[0].to_string().contains("无人"), "no words in hashes: {events:?}");
        world.verified();
    });
}

#[test]
fn who_made_it_lets_nobody_approve_it_by_an_exception() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let item = charged(&world, "administrator", "C1")["item"].clone();
        let granted = |subject: &Value, role: &str, person: &str| {
            let body = json!({"subject": subject, "person": person, "reason": "x"});
            world.post(role, "/v1/exceptions", &body)
        };
        let wanted = json!({"kind": "write-off", "body": {"item": item, "amount": "1", "reason": "tail", "date": "2026-11-30"}});
        let made = world.post("administrator", "/v1/drafts", &wanted).want(201);
        let submit = format!("/v1/drafts/{}/submit", text(&made["id"]));
        world.post("administrator", &submit, &json!({})).want(200);
        // a proposal of hers as well
        rules(&world, "receipt");
        let line = lines(&world, &["63.00"]).remove(0);
        let settle = json!({"customer": "C1", "allocations": [{"item": item, "amount": "63"}]});
        let settled =
            world.post("administrator", &format!("/v1/bank-lines/{line}/settle"), &settle).want(201);
        for subject in [&made["id"], &settled["proposal"]["id"]] {
            let refused = granted(subject, "administrator", "reviewer").refused(403, "separation-of-duties");
            assert_eq!(refused["errors"][0]["pointer"], "/subject", "{refused}");
        }
        assert!(world.all("auditor", "/v1/exceptions").is_empty());
    });
}

/// An exception for the payer says nothing of the branch whose debt her money clears.
#[test]
fn whose_debts_money_clears_has_an_exception_of_her_own() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "HEAD");
        let branch =
            json!({"code": "B1", "name": "分公司", "country": "CN", "currency": "CNY", "parent": "HEAD"});
        world.post("clerk", "/v1/customers", &branch).want(201);
        let line = json!({"description": "货", "quantity": "1", "unit_price": "100", "category": "13"});
        let invoice = json!({"customer": "B1", "document_date": "2026-11-02", "currency": "CNY",
            "price_mode": "exclusive", "lines": [line]});
        rules(&world, "invoice");
        let invoiced = approve(&world, "reviewer", &submitted(&world, "invoice", &invoice)).want(200);
        let owed = world.all("auditor", "/v1/open-items?customer=B1");
        assert_eq!(owed.len(), 1, "{invoiced}");
        rules(&world, "receipt");
        let pays = json!([{"item": owed[0]["id"], "amount": "50"}]);
        let receipt = json!({"customer": "HEAD", "amount": {"amount": "50", "currency": "CNY"}, "value_date": "2026-11-20",
            "allocations": pays});
        let drafted = submitted(&world, "receipt", &receipt);
        let line = lines(&world, &["63.00"]).remove(0);
        let settle = json!({"customer": "HEAD", "allocations": [{"item": owed[0]["id"], "amount": "63"}]});
        let settled = world.post("clerk", &format!("/v1/bank-lines/{line}/settle"), &settle).want(201);
        let proposal = text(&settled["proposal"]["id"]);
        let by_proposal = format!("/v1/proposals/{proposal}/approve");
        world.post("reviewer", &by_proposal, &json!({})).refused(403, "separation-of-duties");
        approve(&world, "reviewer", &drafted).refused(403, "separation-of-duties");
        for subject in [&drafted, &proposal] {
            let body = json!({"subject": subject, "person": "reviewer", "reason": "无人可代"});
            let granted = world.post("administrator", "/v1/exceptions", &body).want(201);
            assert_eq!(granted["customer_code"], "HEAD");
        }
        let named = |code: &str| -> BTreeSet<String> {
            let found = world.all("auditor", &format!("/v1/exceptions?customer={code}"));
            found.iter().map(|one| text(&one["subject"])).collect()
        };
        let both = BTreeSet::from([drafted.clone(), proposal]);
        assert_eq!((named("HEAD"), named("B1")), (both.clone(), both));
        world.post("reviewer", &by_proposal, &json!({})).want(200);
        assert_eq!(approve(&world, "reviewer", &drafted).want(200)["state"], "posted");
        world.verified();
    });
}

#[test]
fn exceptions_are_listed_by_person_customer_and_month_and_go_out_as_a_file() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let grant = |code: &str, date: &str, person: &str| {
            customer(&world, code);
            let item = charged(&world, "integrator", code)["item"].clone();
            let wanted = json!({"item": item, "amount": "1", "reason": "tail", "date": date});
            let subject = submitted(&world, "write-off", &wanted);
            let body = json!({"subject": subject, "person": person, "reason": format!("为{code}")});
            world.post("administrator", "/v1/exceptions", &body).want(201)
        };
        let one = grant("C1", "2026-11-30", "reviewer");
        let two = grant("C2", "2026-12-01", "clerk");
        let told = |name: &str| one[name].clone();
        assert_eq!((told("customer_code"), told("reason")), (json!("C1"), json!("为C1")));
        assert_eq!((told("first_period"), told("last_period")), (json!("2026-11"), json!("2026-11")));
        for (query, wanted) in [
            (String::new(), vec![&one, &two]),
            ("?customer=C2".to_owned(), vec![&two]),
            ("?period=2026-11".to_owned(), vec![&one]),
            ("?period=2026-10".to_owned(), Vec::new()),
            (format!("?person={}", text(&two["person"])), vec![&two]),
            (format!("?granted_by={}", text(&one["granted_by"])), vec![&one, &two]),
            (format!("?granted_by={}", text(&one["person"])), Vec::new()),
            (format!("?person={}&period=2026-12", text(&one["person"])), Vec::new()),
        ] {
            let found = world.all("auditor", &format!("/v1/exceptions{query}"));
            // ids of one instant are in no order
            let lines = |rows: Vec<&Value>| rows.into_iter().map(Value::to_string).collect::<BTreeSet<_>>();
            assert_eq!(lines(found.iter().collect()), lines(wanted), "{query}");
        }
        for (query, parameter) in
            [("person=reviewer", "person"), ("granted_by=x", "granted_by"), ("period=2026-13", "period")]
        {
            let refused = world.get("auditor", &format!("/v1/exceptions?{query}"));
            let refused = refused.refused(400, "invalid-parameter");
            assert_eq!(refused["errors"][0]["parameter"], parameter, "{query}");
        }
        world.get("auditor", "/v1/exceptions?customer=NOBODY").refused(404, "not-found");
        let file = world.get("auditor", "/v1/exceptions?period=2026-12&format=csv&language=en");
        let file = String::from_utf8(file.bytes).unwrap();
        assert!(file.contains(",C2,客户C2,2026-12,2026-12,") && file.contains(",为C2"), "{file}");
        assert!(!file.contains("C1"), "{file}");
        world.seal();
        let events = world.all("auditor", "/v1/events?kind=exception.made");
        let of = |name: &str| events.iter().map(|event| text(&event["data"][name])).collect::<BTreeSet<_>>();
        assert_eq!(of("first_period"), BTreeSet::from(["2026-11", "2026-12"].map(str::to_owned)));
        assert_eq!(of("granted_by"), BTreeSet::from([text(&one["granted_by"])]));
        world.verified();
    });
}

#[test]
fn whose_debts_money_clears_counts_and_not_who_sends_it_alone() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "HEAD");
        let branch =
            json!({"code": "B1", "name": "分公司", "country": "CN", "currency": "CNY", "parent": "HEAD"});
        world.post("clerk", "/v1/customers", &branch).want(201);
        let item = charged(&world, "administrator", "B1")["item"].clone();
        rules(&world, "receipt");
        let pays = json!([{"item": item, "amount": "50"}]);
        let receipt = json!({"customer": "HEAD", "amount": {"amount": "50", "currency": "CNY"}, "value_date": "2026-11-20",
            "allocations": pays});
        let id = submitted(&world, "receipt", &receipt);
        approve(&world, "administrator", &id).refused(403, "separation-of-duties");
        assert_eq!(approve(&world, "reviewer", &id).want(200)["state"], "posted");

        let line = lines(&world, &["63.00"]).remove(0);
        let settle = json!({"customer": "HEAD", "allocations": [{"item": item, "amount": "63"}]});
        let settled = world.post("clerk", &format!("/v1/bank-lines/{line}/settle"), &settle).want(201);
        assert!(settled["approved"].is_null(), "{settled}");
        let path = format!("/v1/proposals/{}/approve", text(&settled["proposal"]["id"]));
        world.post("administrator", &path, &json!({})).refused(403, "separation-of-duties");
        world.post("reviewer", &path, &json!({})).want(200);
        world.verified();
    });
}

#[test]
fn an_adjustment_that_takes_from_what_is_owed_is_a_write_off() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        charged(&world, "administrator", "C1");
        let adjust = |amount: &str| {
            let body = json!({"customer": "C1", "amount": {"amount": amount, "currency": "CNY"}, "account": "6711",
                "date": "2026-11-30", "text": "对账差异"});
            submitted(&world, "adjustment", &body)
        };
        let less = adjust("-113");
        approve(&world, "administrator", &less).refused(403, "separation-of-duties");
        assert_eq!(approve(&world, "administrator", &adjust("7")).want(200)["state"], "posted");
        assert_eq!(approve(&world, "reviewer", &less).want(200)["state"], "posted");
        world.verified();
    });
}

/// Two people approve such a receipt: no proposal has as many, and the way leads through suspense.
#[test]
fn where_a_rule_wants_two_a_receipt_draft_is_the_way() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let line = lines(&world, &["630.00"]).remove(0);
        rules(&world, "receipt");
        let settle = format!("/v1/bank-lines/{line}/settle");
        let hers = json!({"customer": "C1", "on_account": "630"});
        let waits = world.post("clerk", &settle, &hers).want(201);
        let two = json!({"rules": [{"kind": "receipt", "currency": "CNY", "from": "500", "approvals": 2}]});
        world.put("administrator", "/v1/approval-rules", &two).want(200);
        let path = format!("/v1/proposals/{}/approve", text(&waits["proposal"]["id"]));
        for (refused, pointer) in [
            (world.post("reviewer", &path, &json!({})), "/bank_lines/0"),
            (world.post("clerk", &settle, &hers), "/suspense"),
        ] {
            let refused = refused.refused(403, "approval-required");
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
            let detail = refused["detail"].as_str().unwrap();
            assert!(detail.contains("takes 2 approvals") && detail.contains("receipt draft"), "{detail}");
        }
        assert!(world.all("auditor", "/v1/receipts").is_empty());

        let waits = world.post("clerk", &settle, &json!({"suspense": "630"})).want(201);
        let path = format!("/v1/proposals/{}/approve", text(&waits["proposal"]["id"]));
        let suspense = world.post("reviewer", &path, &json!({})).want(200)["suspense"][0].clone();
        let receipt = json!({"customer": "C1", "amount": {"amount": "630", "currency": "CNY"}, "value_date": "2026-11-20",
            "suspense": suspense});
        let id = submitted(&world, "receipt", &receipt);
        assert_eq!(approve(&world, "reviewer", &id).want(200)["state"], "submitted");
        assert_eq!(approve(&world, "administrator", &id).want(200)["state"], "approved");
        world.post("clerk", &format!("/v1/drafts/{id}/post"), &json!({})).want(200);
        assert_eq!(world.all("auditor", "/v1/receipts").len(), 1);
        world.verified();
    });
}

/// An invoice of December, by the administrator.
fn charged_in_december(world: &World) {
    let mut body = invoice("C1", "100");
    body["document_date"] = json!("2026-12-01");
    world.post("administrator", "/v1/invoices", &body).want(201);
}

/// Money of November that counts from December on, since its month was locked when it came to light.
#[test]
fn money_out_of_suspense_is_looked_at_for_the_month_in_which_it_counts() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let line = lines(&world, &["63.00"]).remove(0);
        let body = json!({"suspense": "63", "effective_date": "2026-12-01"});
        let settled = world.post("clerk", &format!("/v1/bank-lines/{line}/settle"), &body).want(201);
        charged_in_december(&world);
        rules(&world, "receipt");
        let receipt = json!({"customer": "C1", "amount": {"amount": "63", "currency": "CNY"}, "value_date": "2026-11-20",
            "suspense": settled["approved"]["suspense"][0]});
        let id = submitted(&world, "receipt", &receipt);
        let shown = world.get("auditor", &format!("/v1/drafts/{id}")).want(200);
        assert_eq!(shown["effective_date"], "2026-12-01");
        let refused = approve(&world, "administrator", &id).refused(403, "separation-of-duties");
        assert!(refused["detail"].as_str().unwrap().contains("2026-12"), "{refused}");
        assert_eq!(approve(&world, "reviewer", &id).want(200)["state"], "posted");
        world.verified();
    });
}

/// A receipt of November that paid something until December is taken back in December, whoever named no day.
#[test]
fn what_is_taken_back_is_looked_at_for_the_month_in_which_that_counts() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let owed = charged(&world, "clerk", "C1")["item"].clone();
        let receipt = json!({"customer": "C1", "amount": {"amount": "50", "currency": "CNY"}, "value_date": "2026-11-20"});
        let money = world.post("clerk", "/v1/receipts", &receipt).want(201);
        let pays = json!({"debit_item": owed, "credit_item": money["item"], "amount": "50", "effective_date": "2026-11-21"});
        let paid = world.post("clerk", "/v1/allocations", &pays).want(201);
        let undo = format!("/v1/allocations/{}/undo", text(&paid["id"]));
        world.post("clerk", &undo, &json!({"effective_date": "2026-12-01"})).want(201);
        charged_in_december(&world);
        rules(&world, "reversal");
        let id = submitted(&world, "reversal", &json!({"document": money["id"], "reason": "不是她的"}));
        let refused = approve(&world, "administrator", &id).refused(403, "separation-of-duties");
        assert!(refused["detail"].as_str().unwrap().contains("2026-12"), "{refused}");
        let posted = approve(&world, "reviewer", &id).want(200);
        assert_eq!(posted["state"], "posted", "{posted}");
        world.verified();
    });
}

/// By hand, what a tolerance lets be written off is posted at once only where the role has a limit of its own.
#[test]
fn what_a_clerk_writes_off_by_hand_waits_unless_her_role_may() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        customer(&world, "C2");
        let tail = json!({"currency": "CNY", "role": "tail", "amount": "1"});
        world.put("administrator", "/v1/tolerances", &tail).want(200);
        let lines = lines(&world, &["112.50", "112.60", "112.70"]);
        let settle = |line: &str, item: &Value, tail: &str| {
            let body = json!({"allocations": [{"item": item, "amount": "113"}],
                "differences": [{"kind": "tail", "amount": tail, "item": item}]});
            world.post("clerk", &format!("/v1/bank-lines/{line}/settle"), &body).want(201)
        };
        let item = |role: &str, code: &str| charged(&world, role, code)["item"].clone();
        let waits = settle(&lines[0], &item("integrator", "C1"), "0.50");
        assert!(waits["approved"].is_null() && waits["proposal"]["status"] == "proposed", "{waits}");
        let path = format!("/v1/proposals/{}/approve", text(&waits["proposal"]["id"]));
        world.post("reviewer", &path, &json!({})).want(200);

        let limit = json!({"role": "clerk", "currency": "CNY", "kind": "tail", "amount": "0.40"});
        world.put("administrator", "/v1/role-limits", &limit).want(200);
        let done = settle(&lines[1], &item("integrator", "C1"), "0.40");
        assert_eq!(done["proposal"]["status"], "approved", "{done}");
        // whom she charged herself another person looks at
        let waits = settle(&lines[2], &item("clerk", "C2"), "0.30");
        assert!(waits["approved"].is_null(), "{waits}");
        world.verified();
    });
}

#[test]
fn who_made_it_does_not_approve_it() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let customer = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
        world.post("administrator", "/v1/customers", &customer).want(201);
        let line = json!({"description": "货", "quantity": "1", "unit_price": "10", "category": "13"});
        let invoice = json!({"customer": "C1", "document_date": "2026-11-02", "currency": "CNY",
            "price_mode": "exclusive", "lines": [line]});
        world.post("administrator", "/v1/invoices", &invoice).want(201);
        let body = json!({"cut_off": "2026-11-30"});
        let run = world.post("administrator", "/v1/statement-runs", &body).want(201);
        let id = run["made"][0].as_str().unwrap();
        let path = format!("/v1/statements/{id}/approve");
        world.post("administrator", &path, &json!({})).refused(403, "maker-is-checker");
        assert_eq!(world.post("reviewer", &path, &json!({})).want(200)["status"], "approved");
    });
}

/// Another token of the same person.
fn second_token(world: &World, login: &str) -> String {
    let input = app::company::IssueToken {
        login: login.to_owned(),
        label: "second".to_owned(),
        expires_in_days: None,
    };
    app::company::issue_token(&world.app, &domain::actor::Actor::System, world.house.id, &input)
        .expect("a token")
        .secret
}

/// She may approve by her role: what keeps her from it is that she had it proposed.
#[test]
fn who_had_it_proposed_does_not_approve_it() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let account = json!({"number": month::CNY_ACCOUNT, "scheme": "CN", "bank": "示例银行", "holder": "澄湖",
            "currency": "CNY"});
        world.post("administrator", "/v1/bank-accounts", &account).want(201);
        let customer = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
        world.post("clerk", "/v1/customers", &customer).want(201);
        let line = json!({"description": "货", "quantity": "1", "unit_price": "10", "category": "13"});
        let invoice = json!({"customer": "C1", "document_date": "2026-11-02", "currency": "CNY",
            "price_mode": "exclusive", "lines": [line]});
        let numbers: Vec<String> = (0..2)
            .map(|_| {
                world.post("clerk", "/v1/invoices", &invoice).want(201)["number"].as_str().unwrap().to_owned()
            })
            .collect();
        let paid: Vec<month::Credit<'_>> =
            numbers.iter().map(|number| ("2026-11-20", "11.30", None, number.as_str())).collect();
        let file = month::bank_file(&paid);
        world.upload("clerk", "/v1/bank-files?file_name=x.xml", file.as_bytes()).want(201);
        world.seal();
        world.post("administrator", "/v1/reconciliations", &json!({})).want(201);
        let pending = world.all("administrator", "/v1/proposals?status=proposed");
        assert_eq!(pending.len(), 2, "{pending:?}");
        let path =
            |n: usize, verb: &str| format!("/v1/proposals/{}/{verb}", pending[n]["id"].as_str().unwrap());
        let refused = world.post("administrator", &path(0, "approve"), &json!({}));
        let detail = refused.refused(403, "maker-is-checker")["detail"].to_string();
        assert!(detail.contains("usr_") && detail.contains("another person"), "{detail}");
        let (token, key) = (second_token(&world, "administrator"), world.key());
        let send = Send {
            token: Some(&token),
            key: Some(&key),
            media: Some("application/json"),
            body: Some(b"{}"),
            ..Send::default()
        };
        world.send("POST", &path(0, "approve"), &send).refused(403, "maker-is-checker");
        assert!(world.all("auditor", "/v1/receipts").is_empty(), "nothing was posted");
        let approved = world.post("reviewer", &path(0, "approve"), &json!({})).want(200);
        assert_eq!(approved["documents"].as_array().map(Vec::len), Some(1), "{approved}");
        // turning down posts nothing: whoever asked for it may say that it was wrong
        assert_eq!(
            world.post("administrator", &path(1, "reject"), &json!({})).want(200)["status"],
            "rejected"
        );
        assert_eq!(world.all("auditor", "/v1/receipts").len(), 1);
    });
}
