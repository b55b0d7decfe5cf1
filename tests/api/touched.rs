//! Money that paid for others is taken back: whose debts are open again, or paid again, counts as who paid does.

use super::bills::received;
use super::drafts::{charged, customer, invoice};
use super::duties::{lines, rules, submitted};
use super::undone::sheet;
use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// A head office and its branch.
fn family(world: &World) {
    customer(world, "HEAD");
    let branch =
        json!({"code": "B1", "name": "分公司", "country": "CN", "currency": "CNY", "parent": "HEAD"});
    world.post("clerk", "/v1/customers", &branch).want(201);
}

#[test]
fn a_proposal_that_paid_a_branch_is_undone_by_who_did_not_charge_the_branch() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        family(&world);
        rules(&world, "invoice");
        let draft = submitted(&world, "invoice", &invoice("B1", "100"));
        world.post("reviewer", &format!("/v1/drafts/{draft}/approve"), &json!({})).want(200);
        let owed = world.all("auditor", "/v1/open-items?customer=B1")[0]["id"].clone();
        let line = lines(&world, &["63.00"]).remove(0);
        rules(&world, "reversal");
        let settle = json!({"customer": "HEAD", "allocations": [{"item": owed, "amount": "63"}]});
        let settled = world.post("clerk", &format!("/v1/bank-lines/{line}/settle"), &settle).want(201);
        let receipt = text(&settled["approved"]["documents"][0]);
        let undo = format!("/v1/proposals/{}/undo", text(&settled["proposal"]["id"]));
        let entries = || db.count("SELECT COUNT(*) AS n FROM entries");
        let before = entries();
        let refused = world.post("reviewer", &undo, &json!({})).refused(403, "separation-of-duties");
        assert!(text(&refused["detail"]).contains("customer B1 in 2026-11"), "{refused}");
        assert_eq!(entries(), before, "nothing was written");
        // an exception is of both, the payer's first
        let body = json!({"subject": receipt, "person": "reviewer", "reason": "无人可代"});
        let granted = world.post("administrator", "/v1/exceptions", &body).want(201);
        assert_eq!(granted["customer_code"], "HEAD");
        let of_branch = world.all("auditor", "/v1/exceptions?customer=B1");
        assert_eq!((of_branch.len(), &of_branch[0]["subject"]), (1, &json!(receipt)));
        let undone = world.post("reviewer", &undo, &json!({})).want(200);
        assert_eq!(undone["proposal"]["status"], "undone", "{undone}");
        world.verified();
    });
}

#[test]
fn an_import_that_paid_a_branch_is_undone_by_who_did_not_charge_the_branch() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        family(&world);
        let number = text(&charged(&world, "administrator", "B1")["number"]);
        let rows = format!(
            "number,customer,amount,value_date,invoice,allocated\nR-1,HEAD,100,2026-11-10,{number},87\n"
        );
        let receipts = sheet("receipts", &rows, json!({"currency": "CNY"}));
        let made = world.post("clerk", "/v1/imports", &receipts).want(201);
        assert_eq!((&made["made"], &made["errors"]), (&json!(1), &json!([])), "{made}");
        let undo = format!("/v1/imports/{}/undo", text(&made["id"]));
        rules(&world, "reversal");
        let refused = world.post("administrator", &undo, &json!({})).refused(409, "state");
        assert!(text(&refused["detail"]).contains("an invoice of customer B1 in 2026-11"), "{refused}");
        assert_eq!(world.post("reviewer", &undo, &json!({})).want(201)["records"], 1);
        world.verified();
    });
}

/// Its receipt and its dishonour, each taken back by a draft.
#[test]
fn a_bill_that_paid_a_branch_is_taken_back_by_who_did_not_charge_the_branch() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        family(&world);
        let owed = charged(&world, "administrator", "B1")["item"].clone();
        let mut bill = received("HEAD", "130758400001", "100.00", json!([{"item": owed}]));
        bill["maturity"] = json!("2026-11-25");
        let bill = world.post("clerk", "/v1/bills", &bill).want(201);
        let approve =
            |role: &str, id: &str| world.post(role, &format!("/v1/drafts/{id}/approve"), &json!({}));
        let refusal = json!({"bill": bill["id"], "date": "2026-11-26", "text": "承兑人账户余额不足"});
        let dishonoured = approve("reviewer", &submitted(&world, "bill-dishonour", &refusal)).want(200);
        assert_eq!(dishonoured["state"], "posted", "{dishonoured}");
        rules(&world, "reversal");
        for number in [&dishonoured["number"], &bill["number"]] {
            let back = submitted(&world, "reversal", &json!({"document": number, "reason": "录入错误"}));
            let refused = approve("administrator", &back).refused(403, "separation-of-duties");
            assert!(text(&refused["detail"]).contains("customer B1 in 2026-11"), "{refused}");
            assert_eq!(approve("reviewer", &back).want(200)["state"], "posted");
        }
        let open = world.all("auditor", "/v1/open-items?customer=B1");
        let item = open.iter().find(|item| item["id"] == owed).expect("it is open again");
        assert_eq!(item["open"]["amount"], "113.00");
        world.verified();
    });
}
