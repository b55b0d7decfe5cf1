//! A posted document says who prepared and who approved it (制单, 审核), what took it back, and what it was cleared against.

use super::drafts::{charged, customer, invoice};
use super::furnished::furnish;
use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// The clerk's draft, which the reviewer approves.
fn through(world: &World, kind: &str, body: &Value) -> Value {
    let made = world.post("clerk", "/v1/drafts", &json!({"kind": kind, "body": body})).want(201);
    let path = format!("/v1/drafts/{}", text(&made["id"]));
    world.post("clerk", &format!("{path}/submit"), &json!({})).want(200);
    let done = world.post("reviewer", &format!("{path}/approve"), &json!({})).want(200);
    assert_eq!(done["state"], "posted", "{done}");
    done
}

fn document(world: &World, name: &Value) -> Value {
    world.get("auditor", &format!("/v1/invoices/{}", text(name))).want(200)
}

/// Who prepared and who approved, by name.
fn hands(of: &Value) -> (Option<&str>, Option<&str>) {
    (of["prepared_by"]["name"].as_str(), of["approved_by"]["name"].as_str())
}

const TWO: (Option<&str>, Option<&str>) = (Some("clerk"), Some("reviewer"));
const ONE: (Option<&str>, Option<&str>) = (Some("clerk"), None);

/// The voucher of a document, of this month or the two before.
fn voucher(world: &World, number: &Value) -> Value {
    for period in ["2026-10", "2026-11", "2026-12"] {
        world.post("clerk", "/v1/vouchers", &json!({"period": period})).want(200);
        let found = world.get("auditor", &format!("/v1/vouchers?period={period}&limit=200")).want(200);
        let all = found["vouchers"].as_array().unwrap();
        if let Some(voucher) = all.iter().find(|voucher| voucher["document"] == *number) {
            return voucher.clone();
        }
    }
    panic!("{number} has no voucher")
}

#[test]
fn a_document_and_its_voucher_name_who_prepared_and_who_approved_them() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let rules =
            json!({"rules": [{"kind": "invoice", "from": "0", "approvals": 1, "post_on_approval": true}]});
        let direct = charged(&world, "clerk", "C1");
        world.put("administrator", "/v1/approval-rules", &rules).want(200);
        let posted = through(&world, "invoice", &invoice("C1", "100"));

        let shown = document(&world, &posted["document"]);
        assert_eq!((hands(&shown), &shown["draft"]), (TWO, &posted["id"]));
        assert!(text(&shown["prepared_by"]["id"]).starts_with("usr_"), "a person, not her key: {shown}");
        assert_eq!((&shown["proposal"], &shown["reversed_by"]), (&Value::Null, &Value::Null));
        let alone = document(&world, &direct["number"]);
        assert_eq!((hands(&alone), &alone["draft"]), (ONE, &Value::Null));

        world.seal();
        assert_eq!(hands(&voucher(&world, &posted["number"])), TWO);
        assert_eq!(hands(&voucher(&world, &direct["number"])), ONE);
        let csv = world.get("auditor", "/v1/vouchers?period=2026-11&format=csv&language=en").bytes;
        let csv = String::from_utf8(csv).unwrap();
        let of = |number: &Value| csv.lines().find(|line| line.contains(text(number))).unwrap().to_owned();
        assert!(of(&posted["number"]).ends_with(",clerk,reviewer"), "{csv}");
        assert!(of(&direct["number"]).ends_with(",clerk,"), "{csv}");
        world.verified();
    });
}

#[test]
fn who_sent_a_draft_back_did_not_approve_it() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let rule = json!({"kind": "invoice", "from": "0", "approvals": 1});
        world.put("administrator", "/v1/approval-rules", &json!({"rules": [rule]})).want(200);
        let body = json!({"kind": "invoice", "body": invoice("C1", "100")});
        let made = world.post("clerk", "/v1/drafts", &body).want(201);
        let path = format!("/v1/drafts/{}", text(&made["id"]));
        let act = |role: &str, verb: &str, body: &Value| world.post(role, &format!("{path}/{verb}"), body);
        act("clerk", "submit", &json!({})).want(200);
        act("reviewer", "reject", &json!({"reason": "单价不对"})).want(200);
        world.put("administrator", "/v1/approval-rules", &json!({"rules": []})).want(200);
        act("clerk", "submit", &json!({})).want(200);
        let posted = act("clerk", "post", &json!({})).want(200);
        assert_eq!(hands(&document(&world, &posted["document"])), ONE);
    });
}

#[test]
fn what_was_posted_from_a_proposal_names_the_people_of_the_proposal() {
    for_each_database(|db| {
        let world = World::new(db);
        let there = furnish(&world, 60);
        let id = &there.proposals[0];
        let approved = world.post("reviewer", &format!("/v1/proposals/{id}/approve"), &json!({})).want(200);
        let receipt = document(&world, &approved["documents"][0]);
        assert_eq!((hands(&receipt), &receipt["proposal"]), (TWO, &json!(id)));
        world.seal();
        assert_eq!(hands(&voucher(&world, &receipt["document"]["number"])), TWO);
    });
}

#[test]
fn a_step_of_a_bill_names_who_prepared_and_who_approved_it() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let bill = super::bills::received("C1", "130758400001", "100.00", json!([]));
        let bill = world.post("clerk", "/v1/bills", &bill).want(201);
        let endorse =
            json!({"bill": bill["id"], "date": "2026-12-01", "account": "2202", "text": "常州供应商"});
        through(&world, "bill-endorsement", &endorse);
        let shown = world.get("auditor", &format!("/v1/bills/{}", text(&bill["id"]))).want(200);
        let acts = shown["acts"].as_array().unwrap();
        assert_eq!(acts.iter().map(hands).collect::<Vec<_>>(), [ONE, TWO], "{shown}");
    });
}

#[test]
fn every_kind_says_what_took_it_back() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let sold = charged(&world, "clerk", "C1");
        let money = json!({"customer": "C1", "amount": {"amount": "5", "currency": "CNY"}, "value_date": "2026-11-21"});
        let money = world.post("clerk", "/v1/receipts", &money).want(201);
        let bill = super::bills::received("C1", "130758400001", "100.00", json!([]));
        let bill = world.post("clerk", "/v1/bills", &bill).want(201);
        for number in [&sold["number"], &money["number"], &bill["number"]] {
            assert_eq!(document(&world, number)["reversed_by"], Value::Null);
            let path = format!("/v1/documents/{}/reverse", text(number));
            let back = world.post("clerk", &path, &json!({"reason": "录入错误"})).want(201);
            let shown = document(&world, number);
            assert_eq!(shown["reversed_by"], json!({"id": back["document"], "number": back["number"]}));
            assert_eq!(document(&world, &back["number"])["reversed_by"], Value::Null);
        }
        world.seal();
        let ledger = world.get("auditor", "/v1/reports/ledger?customer=C1").want(200);
        let moved = ledger["accounts"].as_array().unwrap().iter();
        let kinds = |number: &Value| -> Vec<String> {
            let all = moved.clone().flat_map(|account| account["movements"].as_array().unwrap());
            all.filter(|one| one["number"] == *number).map(|one| text(&one["kind"]).to_owned()).collect()
        };
        assert_eq!(kinds(&sold["number"]), ["invoice"]);
        let by = document(&world, &sold["number"])["reversed_by"]["number"].clone();
        assert_eq!(kinds(&by), ["reversal"], "it adjusts nothing, it takes back");
        world.verified();
    });
}

/// 红字冲销: on the customer's paper a reversal is of the kind of what it takes back, on its side, negative, and names it.
#[test]
fn a_statement_shows_in_red_what_was_taken_back() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let (kept, sold) = (charged(&world, "clerk", "C1"), charged(&world, "clerk", "C1"));
        let money = json!({"customer": "C1", "amount": {"amount": "5", "currency": "CNY"}, "value_date": "2026-11-21"});
        let money = world.post("clerk", "/v1/receipts", &money).want(201);
        let back = |number: &Value| {
            let path = format!("/v1/documents/{}/reverse", text(number));
            world.post("clerk", &path, &json!({"reason": "录入错误"})).want(201)["number"].clone()
        };
        let (unsold, unpaid) = (back(&sold["number"]), back(&money["number"]));
        let run = json!({"cut_off": "2026-12-02", "period_start": "2026-11-01", "customers": ["C1"]});
        let made = world.post("clerk", "/v1/statement-runs", &run).want(201)["made"][0].clone();
        let sealed = world.get("auditor", &format!("/v1/statements/{}", text(&made))).want(200);
        let section = &sealed["sections"][0];
        let moved = section["movements"].as_array().unwrap();
        let of = |number: &Value| moved.iter().find(|one| one["number"] == *number).unwrap();
        let shown = |number: &Value| ["kind", "debit", "credit"].map(|name| text(&of(number)[name]));
        assert_eq!(shown(&kept["number"]), ["invoice", "113.00", "0.00"]);
        assert_eq!(shown(&unsold), ["invoice", "-113.00", "0.00"], "{sealed}");
        assert_eq!(shown(&unpaid), ["receipt", "0.00", "-5.00"]);
        for (red, original) in [(&unsold, &sold["number"]), (&unpaid, &money["number"])] {
            assert_eq!(of(red)["references"][0], json!({"kind": "original", "value": original}));
            assert_eq!(of(red)["text"], format!("{} · 录入错误", text(original)));
        }
        let sums = ["opening", "total_debit", "total_credit", "closing"].map(|name| text(&section[name]));
        assert_eq!(sums, ["0.00", "113.00", "0.00", "113.00"]);
        world.verified();
        let ledger = world.get("auditor", "/v1/reports/ledger?customer=C1").want(200);
        let all = ledger["accounts"][0]["movements"].as_array().unwrap();
        let row = all.iter().find(|one| one["number"] == unsold).unwrap();
        assert_eq!(
            (&row["kind"], &row["credit"]["amount"]),
            (&json!("reversal"), &json!("113.00")),
            "{ledger}"
        );
    });
}

#[test]
fn an_allocation_names_the_documents_of_both_sides_when_nothing_of_them_is_open() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let sold = charged(&world, "clerk", "C1");
        let paid = json!({"customer": "C1", "amount": {"amount": "113", "currency": "CNY"}, "value_date": "2026-11-21",
            "allocations": [{"item": sold["item"]}]});
        let paid = world.post("clerk", "/v1/receipts", &paid).want(201);
        assert!(world.all("auditor", "/v1/open-items?customer=C1").is_empty());
        let list = world.all("auditor", &format!("/v1/allocations?item={}", text(&sold["item"])));
        let [made] = list.as_slice() else { panic!("{list:?}") };
        let named = |side: &str| (&made[format!("{side}_document")], &made[format!("{side}_number")]);
        assert_eq!(named("debit"), (&sold["id"], &sold["number"]));
        assert_eq!(named("credit"), (&paid["id"], &paid["number"]));
        let one = world.get("auditor", &format!("/v1/allocations/{}", text(&made["id"]))).want(200);
        assert_eq!(one, *made);
    });
}
