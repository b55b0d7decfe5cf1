//! Drafts on their way to the books: states, previews, four eyes, rules, separation of duties, the documents they become.

use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

pub fn customer(world: &World, code: &str) {
    let body = json!({"code": code, "name": format!("客户{code}"), "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &body).want(201);
}

pub fn invoice(code: &str, price: &str) -> Value {
    let line = json!({"description": "轴承", "quantity": "1", "unit_price": price, "category": "13"});
    json!({"customer": code, "document_date": "2026-11-02", "currency": "CNY", "price_mode": "exclusive", "lines": [line]})
}

/// The direct way: the item of an invoice of 113.00.
pub fn charged(world: &World, role: &str, code: &str) -> Value {
    world.post(role, "/v1/invoices", &invoice(code, "100")).want(201)
}

fn draft(world: &World, role: &str, kind: &str, body: &Value) -> String {
    let made = world.post(role, "/v1/drafts", &json!({"kind": kind, "body": body})).want(201);
    assert_eq!((&made["state"], &made["kind"]), (&json!("draft"), &json!(kind)));
    made["id"].as_str().unwrap().to_owned()
}

fn act(world: &World, role: &str, id: &str, verb: &str) -> Reply {
    world.post(role, &format!("/v1/drafts/{id}/{verb}"), &json!({}))
}

/// A draft that is submitted by the clerk and approved by the reviewer.
fn through(world: &World, kind: &str, body: &Value) -> Value {
    let id = draft(world, "clerk", kind, body);
    act(world, "clerk", &id, "submit").want(200);
    let done = act(world, "reviewer", &id, "approve").want(200);
    assert_eq!(done["state"], "posted", "{done}");
    done
}

fn open(world: &World, code: &str) -> Vec<(String, String)> {
    let items = world.all("auditor", &format!("/v1/open-items?customer={code}"));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    items.iter().map(|item| (text(&item["kind"]), text(&item["open"]["amount"]))).collect()
}

fn verified(world: &World) {
    world.verified();
    let tied = world.get("auditor", "/v1/reports/tie-out?as_of=2026-12-02").want(200);
    assert!(tied.to_string().contains("1122"), "{tied}");
}

#[test]
fn an_invoice_goes_from_draft_to_the_books() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        // it may be incomplete while it is a draft
        let id = draft(&world, "clerk", "invoice", &json!({"customer": "C1"}));
        let path = format!("/v1/drafts/{id}");
        let refused = act(&world, "clerk", &id, "submit").refused(422, "invalid-field");
        assert!(refused["errors"][0]["pointer"].as_str().unwrap().starts_with("/body"), "{refused}");
        world.put("clerk", &path, &json!({"body": {}})).refused(428, "precondition-required");
        let tag = world.get("clerk", &path).header("etag").to_owned();
        let change = json!({"body": invoice("C1", "100")});
        let changed = world.with(("PUT", "clerk", &path), &[("if-match", &tag)], Some(&change)).want(200);
        assert_eq!((&changed["version"], &changed["body"]["customer"]), (&json!(2), &json!("C1")));
        world
            .with(("PUT", "clerk", &path), &[("if-match", &tag)], Some(&change))
            .refused(412, "precondition-failed");

        // who decides about it, or looks it up, sees what it would post
        for role in ["reviewer", "auditor"] {
            act(&world, role, &id, "preview").want(200);
        }
        let body = json!({"kind": "invoice", "body": invoice("C1", "100")});
        world.post("auditor", "/v1/drafts/preview", &body).refused(403, "forbidden");
        let before = db.rows_by_table();
        let preview = act(&world, "clerk", &id, "preview");
        assert_eq!(preview.header("dry-run"), "true");
        let preview = preview.want(200);
        assert_eq!(preview["document"]["gross"], json!({"amount": "113.00", "currency": "CNY"}));
        assert_eq!(preview["document"]["due_date"], "2026-12-02");
        assert_eq!(preview["taxes"][0]["amount"]["amount"], "13.00");
        let postings: Vec<_> = preview["postings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| (&p["account"], &p["amount"]["amount"]))
            .collect();
        assert_eq!(
            postings,
            [
                (&json!("1122"), &json!("113.00")),
                (&json!("22210106"), &json!("-13.00")),
                (&json!("6001"), &json!("-100.00"))
            ]
        );
        assert_eq!(preview["postings"][2]["name_zh"], "主营业务收入");
        assert_eq!(db.rows_by_table(), before, "a preview leaves nothing");

        act(&world, "clerk", &id, "post").refused(409, "state");
        let submitted = act(&world, "clerk", &id, "submit").want(200);
        assert_eq!(
            (&submitted["state"], &submitted["amount"]["amount"]),
            (&json!("approved"), &json!("113.00"))
        );
        let tag = world.get("clerk", &path).header("etag").to_owned();
        world.with(("PUT", "clerk", &path), &[("if-match", &tag)], Some(&change)).refused(409, "state");
        let posted = act(&world, "clerk", &id, "post").want(200);
        assert_eq!((&posted["state"], &posted["number"]), (&json!("posted"), &json!("INV-2026-000001")));
        act(&world, "clerk", &id, "post").refused(409, "state");
        let document = posted["document"].as_str().unwrap();
        let shown = world.get("auditor", &format!("/v1/invoices/{document}")).want(200);
        assert_eq!(shown["document"]["gross"]["amount"], "113.00");
        let acts: Vec<&str> =
            posted["acts"].as_array().unwrap().iter().map(|a| a["act"].as_str().unwrap()).collect();
        assert_eq!(acts, ["created", "changed", "submitted", "posted"]);
        verified(&world);
    });
}

#[test]
fn a_draft_is_listed_deleted_and_posted_once() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        customer(&world, "C2");
        let one = draft(&world, "clerk", "invoice", &invoice("C1", "1"));
        let two = draft(&world, "cashier", "receipt", &json!({"customer": "C2"}));
        draft(&world, "clerk", "invoice", &json!({"customer": "nobody"}));
        assert_eq!(world.all("auditor", "/v1/drafts").len(), 3);
        assert_eq!(world.all("auditor", "/v1/drafts?customer=C2")[0]["id"], two.as_str());
        assert_eq!(world.all("auditor", "/v1/drafts?kind=invoice&state=draft").len(), 2);
        assert_eq!(world.all("auditor", "/v1/drafts?state=posted").len(), 0);
        world.get("auditor", "/v1/drafts?state=gone").refused(400, "invalid-parameter");
        let path = format!("/v1/drafts/{two}");
        world
            .with(("DELETE", "clerk", &path), &[("if-match", "\"x\"")], None)
            .refused(412, "precondition-failed");
        let gone = world.with(("DELETE", "clerk", &path), &[], None).want(200);
        assert_eq!(gone["body"]["customer"], "C2");
        world.get("clerk", &path).refused(404, "not-found");
        act(&world, "clerk", &one, "submit").want(200);
        world.with(("DELETE", "clerk", &format!("/v1/drafts/{one}")), &[], None).refused(409, "state");
        // of many who post at once one does
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let posts: Vec<_> =
                (0..4).map(|_| scope.spawn(|| act(&world, "clerk", &one, "post").status)).collect();
            posts.into_iter().map(|post| post.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(world.all("auditor", "/v1/invoices?kind=invoice").len(), 1);
        verified(&world);
    });
}

#[test]
fn money_that_is_given_away_takes_another_person() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let item = charged(&world, "clerk", "C1")["item"].clone();
        let body = json!({"item": item, "amount": "13", "reason": "bad-debt", "date": "2026-11-30"});
        let id = draft(&world, "administrator", "write-off", &body);
        let submitted = act(&world, "clerk", &id, "submit").want(200);
        assert_eq!(submitted["state"], "submitted");
        assert_eq!(
            submitted["approvals"],
            json!({"needed": 1, "given": 0, "role": null, "also": null, "posts": true})
        );
        act(&world, "administrator", &id, "post").refused(409, "state");
        // who prepared it, though she may approve others'
        act(&world, "administrator", &id, "approve").refused(403, "maker-is-checker");
        act(&world, "clerk", &id, "approve").refused(403, "forbidden");
        let no = json!({"reason": "先催收"});
        let rejected = world.post("reviewer", &format!("/v1/drafts/{id}/reject"), &no).want(200);
        assert_eq!((&rejected["state"], &rejected["reason"]), (&json!("rejected"), &json!("先催收")));
        act(&world, "reviewer", &id, "approve").refused(409, "state");
        act(&world, "clerk", &id, "submit").want(200);
        let posted = act(&world, "reviewer", &id, "approve").want(200);
        assert_eq!((&posted["state"], &posted["number"]), (&json!("posted"), &json!("WO-2026-000001")));
        assert_eq!(open(&world, "C1"), [("invoice".to_owned(), "100.00".to_owned())]);
        // the rules were asked: what they say stands in the document
        let shown =
            world.get("auditor", &format!("/v1/invoices/{}", posted["document"].as_str().unwrap())).want(200);
        assert_eq!(
            (&shown["document"]["kind"], &shown["document"]["tax"]["amount"]),
            (&json!("write-off"), &json!("0.00"))
        );
        assert!(shown["document"]["invocation"].is_string(), "{shown}");
        verified(&world);
    });
}

#[test]
fn rules_ask_for_more_from_an_amount_on() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let rule = |kind: &str, from: &str, approvals: u32, role: Value| json!({"kind": kind, "currency": "CNY", "from": from, "approvals": approvals, "role": role, "post_on_approval": false});
        let rules = json!({"rules": [rule("invoice", "1000", 2, Value::Null), rule("invoice", "5000", 1, json!("administrator"))]});
        world.put("reviewer", "/v1/approval-rules", &rules).refused(403, "forbidden");
        let set = world.put("administrator", "/v1/approval-rules", &rules).want(200);
        assert_eq!(set["rules"].as_array().unwrap().len(), 2 + 15);
        let taken_away = json!({"rules": [rule("refund", "0", 0, Value::Null)]});
        let refused =
            world.put("administrator", "/v1/approval-rules", &taken_away).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/rules/0/approvals");
        let tag = world.get("auditor", "/v1/approval-rules").header("etag").to_owned();
        world
            .with(("PUT", "administrator", "/v1/approval-rules"), &[("if-match", &tag)], Some(&rules))
            .want(200);

        let small = draft(&world, "clerk", "invoice", &invoice("C1", "800"));
        assert_eq!(act(&world, "clerk", &small, "submit").want(200)["state"], "approved");
        let large = draft(&world, "clerk", "invoice", &invoice("C1", "1000"));
        assert_eq!(act(&world, "clerk", &large, "submit").want(200)["approvals"]["needed"], 2);
        let once = act(&world, "reviewer", &large, "approve").want(200);
        assert_eq!((&once["state"], &once["approvals"]["given"]), (&json!("submitted"), &json!(1)));
        act(&world, "reviewer", &large, "approve").refused(403, "maker-is-checker");
        act(&world, "clerk", &large, "post").refused(409, "state");
        let twice = act(&world, "administrator", &large, "approve").want(200);
        assert_eq!(twice["state"], "approved", "the rule does not post");
        assert_eq!(act(&world, "reviewer", &large, "post").want(200)["state"], "posted");
        let huge = draft(&world, "clerk", "invoice", &invoice("C1", "9000"));
        act(&world, "clerk", &huge, "submit").want(200);
        act(&world, "reviewer", &huge, "approve").refused(403, "forbidden");
        assert_eq!(act(&world, "administrator", &huge, "approve").want(200)["state"], "approved");
        // rules that were tightened meanwhile hold
        let rules = json!({"rules": [rule("invoice", "0", 1, Value::Null)]});
        world.put("administrator", "/v1/approval-rules", &rules).want(200);
        let refused = act(&world, "clerk", &small, "post").refused(409, "state");
        assert!(refused["detail"].as_str().unwrap().contains("0 of the 1"), "{refused}");
        verified(&world);
    });
}

#[test]
fn who_charged_a_customer_approves_no_money_of_hers_in_that_month() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let item = charged(&world, "administrator", "C1")["item"].clone();
        let body = |date: &str| json!({"item": item, "amount": "1", "reason": "tail", "date": date});
        let id = draft(&world, "clerk", "write-off", &body("2026-11-30"));
        act(&world, "clerk", &id, "submit").want(200);
        act(&world, "administrator", &id, "approve").refused(403, "separation-of-duties");
        // nobody makes an exception for herself (tests/api/duties.rs)
        let own = json!({"subject": id, "person": "administrator", "reason": "审核员休假"});
        world.post("administrator", "/v1/exceptions", &own).refused(403, "separation-of-duties");
        let posted = act(&world, "reviewer", &id, "approve").want(200);
        assert_eq!(posted["state"], "posted");
        // of another month it is nobody's business, and another person needs none
        let next = draft(&world, "clerk", "write-off", &body("2026-12-01"));
        act(&world, "clerk", &next, "submit").want(200);
        assert_eq!(act(&world, "administrator", &next, "approve").want(200)["state"], "posted");
        world.seal();
        assert!(world.all("auditor", "/v1/events?kind=exception.made").is_empty());
        verified(&world);
    });
}

#[test]
fn what_was_approved_is_what_is_posted() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let item = charged(&world, "clerk", "C1")["item"].clone();
        // all that is open: less by the time it is approved
        let body = json!({"item": item, "reason": "bad-debt", "date": "2026-11-30"});
        let id = draft(&world, "clerk", "write-off", &body);
        assert_eq!(act(&world, "clerk", &id, "submit").want(200)["amount"]["amount"], "113.00");
        let paid = json!({"customer": "C1", "amount": {"amount": "50", "currency": "CNY"}, "value_date": "2026-11-20",
            "allocations": [{"item": item, "amount": "50"}]});
        world.post("clerk", "/v1/receipts", &paid).want(201);
        let refused = act(&world, "reviewer", &id, "approve").refused(409, "state");
        assert!(refused["detail"].as_str().unwrap().contains("CNY 63.00 would be posted"), "{refused}");
        // a locked period is refused when it is posted, and leaves the draft as it was
        world
            .put("administrator", "/v1/period-locks", &json!({"kind": "hard", "through": "2026-11-30"}))
            .want(200);
        act(&world, "reviewer", &id, "approve").refused(409, "period-locked");
        assert_eq!(world.get("clerk", &format!("/v1/drafts/{id}")).want(200)["state"], "submitted");
        verified(&world);
    });
}

/// What was posted of each kind.
struct Kinds {
    invoice: Value,
    wrote: Value,
    receipt: Value,
    refunded: Value,
    fee: Value,
    more: Value,
    less: Value,
}

fn kinds(world: &World) -> Kinds {
    customer(world, "C1");
    let invoice = charged(world, "clerk", "C1");
    let item = &invoice["item"];
    let wrote = through(
        world,
        "write-off",
        &json!({"item": item, "amount": "3", "reason": "discount", "date": "2026-11-30"}),
    );
    // a credit of 40, of which 15 are paid out
    let money =
        json!({"customer": "C1", "amount": {"amount": "40", "currency": "CNY"}, "value_date": "2026-11-20"});
    let receipt = draft(world, "clerk", "receipt", &money);
    act(world, "clerk", &receipt, "submit").want(200);
    let receipt = act(world, "clerk", &receipt, "post").want(200);
    let credit = world.all("auditor", "/v1/open-items?customer=C1");
    let credit = credit.iter().find(|item| item["kind"] == "receipt").unwrap();
    let refund =
        json!({"item": credit["id"], "amount": "15", "value_date": "2026-11-25", "reference": "退预收"});
    let refunded = through(world, "refund", &refund);
    let too_much = json!({"item": credit["id"], "amount": "26", "value_date": "2026-11-25"});
    let id = draft(world, "clerk", "refund", &too_much);
    let refused = act(world, "clerk", &id, "submit").refused(422, "invalid-field");
    assert_eq!(refused["errors"][0]["pointer"], "/body/amount");
    let line = json!({"description": "滞纳金", "quantity": "1", "unit_price": "10", "category": "13"});
    let fee = json!({"customer": "C1", "document_date": "2026-11-30", "currency": "CNY", "price_mode": "exclusive", "lines": [line]});
    let fee_id = draft(world, "clerk", "late-fee", &fee);
    act(world, "clerk", &fee_id, "submit").want(200);
    let fee = act(world, "clerk", &fee_id, "post").want(200);
    assert_eq!(fee["number"], "LF-2026-000001");
    let adjust = |amount: &str| json!({"customer": "C1", "amount": {"amount": amount, "currency": "CNY"}, "account": "6711", "date": "2026-11-30", "text": "对账差异"});
    let more = through(world, "adjustment", &adjust("7"));
    let less = through(world, "adjustment", &adjust("-2"));
    Kinds { invoice, wrote, receipt, refunded, fee, more, less }
}

#[test]
fn every_kind_is_posted_and_taken_back() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let Kinds { invoice, wrote, receipt, refunded, fee, more, less } = kinds(&world);
        let mut found = open(&world, "C1");
        found.sort();
        let expected = [
            ("adjustment", "2.00"),
            ("adjustment", "7.00"),
            ("debit-note", "11.30"),
            ("invoice", "110.00"),
            ("receipt", "25.00"),
        ];
        assert_eq!(found, expected.map(|(kind, open)| (kind.to_owned(), open.to_owned())));
        let bad = json!({"customer": "C1", "amount": {"amount": "1", "currency": "CNY"}, "account": "112201", "date": "2026-11-30", "text": "x"});
        let bad = draft(&world, "clerk", "adjustment", &bad);
        let refused = act(&world, "clerk", &bad, "submit").refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/body/account");
        verified(&world);

        // an allocation that a document is there for goes with it alone
        let items = world.all("auditor", "/v1/open-items?customer=C1");
        assert_eq!(items.len(), 5);
        let allocations = world
            .get("auditor", &format!("/v1/allocations?item={}", invoice["item"].as_str().unwrap()))
            .want(200);
        let own = allocations["items"][0]["id"].as_str().unwrap();
        let undo = json!({"effective_date": "2026-12-01"});
        let refused =
            world.post("clerk", &format!("/v1/allocations/{own}/undo"), &undo).refused(409, "state");
        assert!(refused["detail"].as_str().unwrap().contains("WO-2026-000001"), "{refused}");

        let reverse = |of: &Value, status: u16| {
            let path =
                format!("/v1/documents/{}/reverse", of["document"].as_str().or(of["id"].as_str()).unwrap());
            world.post("clerk", &path, &json!({"reason": "录入错误"})).want(status)
        };
        // what something rests on is taken back after that
        let refused = reverse(&receipt, 409);
        assert!(refused["detail"].as_str().unwrap().contains("RF-2026-000001"), "{refused}");
        let refused = reverse(&invoice, 409);
        assert!(refused["detail"].as_str().unwrap().contains("WO-2026-000001"), "{refused}");
        // what takes a second person takes one when it is taken back
        let two = [&wrote, &refunded, &more, &less].map(|of| of["document"].clone());
        for of in [&wrote, &refunded, &fee, &more, &less, &receipt, &invoice] {
            let reversed = if two.contains(&of["document"]) {
                assert_eq!(reverse(of, 403)["code"], "approval-required");
                through(&world, "reversal", &json!({"document": of["document"], "reason": "录入错误"}))
            } else {
                reverse(of, 201)
            };
            assert!(reversed["number"].as_str().unwrap().starts_with("RV-2026-"), "{reversed}");
            reverse(of, 409);
        }
        assert!(open(&world, "C1").is_empty(), "{:?}", open(&world, "C1"));
        let (mirror, blank) = (reverse_of(&world, &wrote), json!({"reason": ""}));
        assert_eq!(mirror["document"]["text"], "录入错误");
        let path = format!("/v1/documents/{}/reverse", mirror["document"]["id"].as_str().unwrap());
        world.post("clerk", &path, &json!({"reason": "x"})).refused(422, "rule-refused");
        world.post("clerk", &path, &blank).refused(422, "invalid-field");
        verified(&world);
    });
}

/// The document that takes another back.
fn reverse_of(world: &World, of: &Value) -> Value {
    let all = world.all("auditor", "/v1/invoices?kind=adjustment");
    let mirror = all.iter().find(|document| document["original"] == of["document"]).unwrap();
    world.get("auditor", &format!("/v1/invoices/{}", mirror["number"].as_str().unwrap())).want(200)
}

/// What a reversal rests on is looked at when it is handed in, as its preview and its posting do.
#[test]
fn a_reversal_that_cannot_be_posted_is_not_submitted() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let customer = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
        world.post("clerk", "/v1/customers", &customer).want(201);
        let line = json!({"description": "货", "quantity": "2", "unit_price": "10", "category": "13"});
        let body = json!({"customer": "C1", "document_date": "2026-11-10", "currency": "CNY", "price_mode": "exclusive", "lines": [line]});
        let sell = || world.post("clerk", "/v1/invoices", &body).want(201)["number"].clone();
        let (sent, corrected, free) = (sell(), sell(), sell());
        let issued = format!("/v1/documents/{}/issued", sent.as_str().unwrap());
        world.post("clerk", &issued, &json!({"date": "2026-11-11", "means": "paper"})).want(200);
        let mut note = body.clone();
        (note["kind"], note["original"]) = (json!("credit-note"), corrected.clone());
        note["lines"][0]["quantity"] = json!("1");
        world.post("clerk", "/v1/invoices", &note).want(201);
        let made = |of: &Value, date: Option<&str>| {
            let mut body = json!({"document": of, "reason": "误开"});
            if let Some(date) = date {
                body["date"] = json!(date);
            }
            let made =
                world.post("clerk", "/v1/drafts", &json!({"kind": "reversal", "body": body})).want(201);
            format!("/v1/drafts/{}", made["id"].as_str().unwrap())
        };
        for (of, date, status, code, pointer) in [
            (&sent, None, 409, "state", None),
            (&corrected, None, 409, "state", None),
            (&free, Some("2026-11-09"), 422, "invalid-field", Some("/body/date")),
        ] {
            let draft = made(of, date);
            for act in ["preview", "submit"] {
                let refused =
                    world.post("clerk", &format!("{draft}/{act}"), &json!({})).refused(status, code);
                assert_eq!(refused["errors"][0]["pointer"].as_str(), pointer, "{act}: {refused}");
            }
            assert_eq!(world.get("clerk", &draft).want(200)["state"], "draft");
        }
        // what was tried took no number and left nothing behind
        let documents = db.count("SELECT COUNT(*) AS n FROM documents");
        let draft = made(&free, None);
        assert_eq!(
            world.post("clerk", &format!("{draft}/submit"), &json!({})).want(200)["state"],
            "approved"
        );
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents"), documents);
        let posted = world.post("clerk", &format!("{draft}/post"), &json!({})).want(200);
        assert_eq!(posted["number"], "RV-2026-000001", "{posted}");
        world.verified();
    });
}
