//! What one person gives away by her own word: neither by terms that she wrote into an invoice, nor by undoing what two people would take back.

use super::drafts::{charged, customer, invoice};
use super::duties::{lines, rules, submitted};
use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

/// An invoice of 565.00 that gives away nearly all of it to who pays within thirty days.
fn generous() -> Value {
    let mut body = invoice("C1", "500");
    body["terms"] = json!({"basis": "document", "rule": {"kind": "net", "days": 60},
        "discounts": [{"days": 30, "permille": 999}]});
    body
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// Allocates money of the 20th of November on the next day.
fn take(world: &World, role: &str, item: &Value, (amount, discount): (&str, &str)) -> Reply {
    let money = json!({"customer": "C1", "amount": {"amount": amount, "currency": "CNY"}, "value_date": "2026-11-20"});
    let credit = world.post("clerk", "/v1/receipts", &money).want(201)["item"].clone();
    let body = json!({"debit_item": item, "credit_item": credit, "amount": amount, "discount": discount,
        "effective_date": "2026-11-21"});
    world.post(role, "/v1/allocations", &body)
}

#[test]
fn terms_that_nobody_else_approved_give_away_what_is_usual() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let hers = world.post("clerk", "/v1/invoices", &generous()).want(201);
        let given = || {
            db.count(
                "SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) AS n FROM postings WHERE account = '660303'",
            )
        };
        for role in ["clerk", "administrator", "integrator"] {
            let refused = take(&world, role, &hers["item"], ("1", "564")).refused(403, "approval-required");
            assert_eq!(refused["errors"][0]["pointer"], "/discount", "{refused}");
            assert!(text(&refused["detail"]).contains("28.25"), "{refused}");
        }
        // more than the terms give is no question of who approved them
        take(&world, "clerk", &hers["item"], ("0.50", "564.50")).refused(422, "invalid-field");
        assert_eq!(given(), 0);
        // by a line of the bank it waits for another, who did not write the terms in whatever month
        let mut october = generous();
        october["document_date"] = json!("2026-10-25");
        let october = world.post("administrator", "/v1/invoices", &october).want(201);
        let lines = lines(&world, &["1.00", "2.00"]);
        let settle = |line: &str, item: &Value, discount: &str| {
            let body = json!({"allocations": [{"item": item, "amount": "565"}],
                "differences": [{"kind": "discount", "amount": discount, "item": item}]});
            let waits = world.post("clerk", &format!("/v1/bank-lines/{line}/settle"), &body).want(201);
            assert!(waits["approved"].is_null(), "{waits}");
            format!("/v1/proposals/{}/approve", text(&waits["proposal"]["id"]))
        };
        settle(&lines[0], &hers["item"], "564");
        let path = settle(&lines[1], &october["item"], "563");
        assert_eq!(given(), 0);
        let refused = world.post("administrator", &path, &json!({})).refused(403, "separation-of-duties");
        assert!(text(&refused["detail"]).contains("2026-10"), "{refused}");
        world.post("reviewer", &path, &json!({})).want(200);
        assert_eq!(given(), 56_300);
        take(&world, "clerk", &hers["item"], ("95", "5")).want(201);
        assert_eq!(given(), 56_800);

        // what two people agreed to is taken off by one
        rules(&world, "invoice");
        let draft = submitted(&world, "invoice", &generous());
        let done = world.post("reviewer", &format!("/v1/drafts/{draft}/approve"), &json!({})).want(200);
        let all = world.all("auditor", "/v1/open-items?customer=C1");
        let agreed = all.iter().find(|item| item["number"] == done["number"]).expect("its item");
        take(&world, "clerk", &agreed["id"], ("1", "564")).want(201);
        assert_eq!(given(), 113_200);
        world.verified();
    });
}

/// A rule wants reversals approved: whoever undoes a proposal is one approval, in the role that it names, and no more.
#[test]
fn undoing_a_proposal_is_no_way_round_the_rules_of_reversals() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let item = charged(&world, "clerk", "C1")["item"].clone();
        let line = lines(&world, &["63.00"]).remove(0);
        let settle = json!({"allocations": [{"item": item, "amount": "63"}]});
        let settled = world.post("clerk", &format!("/v1/bank-lines/{line}/settle"), &settle).want(201);
        let undo = format!("/v1/proposals/{}/undo", text(&settled["proposal"]["id"]));
        let rule = |approvals: u32, role: Option<&str>| {
            let rule = json!({"kind": "reversal", "from": "0", "approvals": approvals, "role": role});
            world.put("administrator", "/v1/approval-rules", &json!({"rules": [rule]})).want(200);
        };
        let entries = db.count("SELECT COUNT(*) AS n FROM entries");
        rule(1, Some("administrator"));
        world.post("reviewer", &undo, &json!({})).refused(403, "forbidden");
        rule(1, None);
        charged(&world, "administrator", "C1");
        world.post("administrator", &undo, &json!({})).refused(403, "separation-of-duties");
        rule(2, None);
        for role in ["reviewer", "administrator"] {
            let refused = world.post(role, &undo, &json!({})).refused(403, "approval-required");
            assert!(text(&refused["detail"]).contains("takes 2 approvals"), "{refused}");
        }
        // she who loosens it is bound by the two, the reviewer is not
        rule(1, None);
        assert_eq!(
            db.count("SELECT COUNT(*) AS n FROM entries"),
            entries + 1,
            "but for that invoice nothing was written"
        );
        let undone = world.post("reviewer", &undo, &json!({})).want(200);
        assert_eq!(undone["proposal"]["status"], "undone", "{undone}");
        world.verified();
    });
}
