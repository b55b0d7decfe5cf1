//! The bank screen: a line with its candidates, settled by hand, and an approval that is taken back.

use super::furnished::furnish;
use super::world::World;
use crate::audit::month;
use serde_json::{Value, json};
use store::testing::for_each_database;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// An open or proposed line of money in, and an open item that it can pay in full.
fn line_and_item(world: &World) -> (Value, Value) {
    let mut lines = world.all("auditor", "/v1/bank-lines?status=open&credit=true");
    lines.extend(world.all("auditor", "/v1/bank-lines?status=proposed&credit=true"));
    for line in lines {
        let path = format!("/v1/bank-lines/{}/candidates", text(&line["id"]));
        let amount = minor(text(&line["amount"]["amount"]));
        let fits = world
            .all("auditor", &path)
            .into_iter()
            .find(|candidate| minor(text(&candidate["item"]["open"]["amount"])) <= amount);
        if let Some(candidate) = fits {
            return (line, candidate);
        }
    }
    panic!("no line pays an item");
}

/// Minor units of a decimal of two places.
fn minor(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

fn less(a: &str, b: &str) -> String {
    let rest = minor(a) - minor(b);
    format!("{}.{:02}", rest / 100, rest % 100)
}

#[test]
fn a_line_is_settled_by_hand_and_open_again_when_that_is_undone() {
    for_each_database(|db| {
        let world = World::new(db);
        furnish(&world, 60);
        let (line, candidate) = line_and_item(&world);
        let path = format!("/v1/bank-lines/{}", text(&line["id"]));
        let shown = world.get("auditor", &path).want(200);
        let scores: Vec<u64> =
            shown["candidates"].as_array().unwrap().iter().map(|c| c["score"].as_u64().unwrap()).collect();
        assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
        let item = &candidate["item"];
        let open = text(&item["open"]["amount"]);
        let rest = less(text(&line["amount"]["amount"]), open);
        let pays = json!([{"item": item["id"], "amount": open}]);
        let settle = format!("{path}/settle");
        let unequal = json!({"allocations": pays, "on_account": "0.01"});
        if rest != "0.01" {
            let refused = world.post("clerk", &settle, &unequal).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], "/on_account");
        }
        let twice = json!({"allocations": [pays[0], pays[0]], "on_account": "0"});
        world.post("clerk", &settle, &twice).refused(422, "invalid-field");
        // what the bank does not show as its charges clears an item
        let charge = json!([{"kind": "charge", "amount": "99999.00"}]);
        let loose = json!({"allocations": pays, "on_account": rest, "differences": charge});
        let refused = world.post("clerk", &settle, &loose).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/differences/0/item", "{refused}");
        let own = json!([{"item": item["id"], "credit_item": item["id"], "amount": "0.01"}]);
        let owed = json!({"allocations": pays, "on_account": rest, "credits": own});
        for path in [&settle, &format!("{settle}?dry_run=true")] {
            let refused = world.post("clerk", path, &owed).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], "/credits/0/credit_item", "{refused}");
        }
        // nobody writes off what no tolerance allows
        let tail = json!({"kind": "tail", "amount": format!("-{rest}"), "item": item["id"]});
        if rest != "0.00" {
            let written =
                json!({"allocations": [{"item": item["id"], "amount": open}], "differences": [tail]});
            world.post("clerk", &settle, &written).refused(422, "rule-refused");
        }
        let good = json!({"allocations": pays, "on_account": rest});
        let before = world.all("auditor", "/v1/open-items").len();
        let settled = world.post("clerk", &settle, &good).want(201);
        assert_eq!(settled["proposal"]["status"], "approved", "{settled}");
        assert!(settled["proposal"]["by_hand"] == true && settled["approved"]["documents"][0].is_string());
        assert_eq!(world.get("auditor", &path).want(200)["line"]["status"], "posted");
        world.post("clerk", &settle, &good).refused(409, "state");
        let paid = format!("/v1/documents/{}/reverse", text(&settled["approved"]["documents"][0]));
        world.post("clerk", &paid, &json!({"reason": "x"})).refused(409, "state");

        let undo = format!("/v1/proposals/{}/undo", text(&settled["proposal"]["id"]));
        world.post("clerk", &undo, &json!({})).refused(403, "forbidden");
        let undone = world.post("reviewer", &undo, &json!({"reason": "付错客户"})).want(200);
        assert_eq!(undone["proposal"]["status"], "undone");
        assert_eq!((undone["documents"].as_array().unwrap().len(), &undone["lines"][0]), (1, &line["id"]));
        let again = world.get("auditor", &path).want(200);
        assert_eq!(
            (&again["line"]["status"], &again["line"]["remaining"]),
            (&json!("open"), &line["amount"])
        );
        assert_eq!(world.all("auditor", "/v1/open-items").len(), before);
        world.post("reviewer", &undo, &json!({})).refused(409, "state");
        // and it can be settled anew
        world.post("clerk", &settle, &good).want(201);
        world.verified();
    });
}

#[test]
fn a_rule_makes_what_is_settled_wait_for_another_person() {
    for_each_database(|db| {
        let world = World::new(db);
        furnish(&world, 60);
        let rules = json!({"rules": [{"kind": "receipt", "from": "0", "approvals": 1}]});
        world.put("administrator", "/v1/approval-rules", &rules).want(200);
        let (line, candidate) = line_and_item(&world);
        let settle = format!("/v1/bank-lines/{}/settle", text(&line["id"]));
        let body = json!({"customer": candidate["customer_code"], "on_account": line["amount"]["amount"]});
        world
            .post("clerk", &settle, &json!({"on_account": line["amount"]["amount"]}))
            .refused(422, "invalid-field");
        let settled = world.post("administrator", &settle, &body).want(201);
        assert!(settled["approved"].is_null(), "{settled}");
        let approve = format!("/v1/proposals/{}/approve", text(&settled["proposal"]["id"]));
        world.post("administrator", &approve, &json!({})).refused(403, "maker-is-checker");
        let approved = world.post("reviewer", &approve, &json!({})).want(200);
        assert_eq!(approved["allocations"], json!([]));
        world.verified();
    });
}

#[test]
fn what_a_guest_proposed_and_a_person_approved_is_taken_back() {
    for_each_database(|db| {
        let world = World::new(db);
        let there = furnish(&world, 60);
        let id = &there.proposals[0];
        let before: Vec<Value> = world.all("auditor", "/v1/open-items");
        world.post("reviewer", &format!("/v1/proposals/{id}/approve"), &json!({})).want(200);
        assert_ne!(world.all("auditor", "/v1/open-items"), before);
        let undone = world.post("reviewer", &format!("/v1/proposals/{id}/undo"), &json!({})).want(200);
        assert_eq!(undone["proposal"]["status"], "undone");
        let open = |items: &[Value]| -> Vec<(Value, Value)> {
            items.iter().map(|item| (item["id"].clone(), item["open"].clone())).collect()
        };
        assert_eq!(open(&world.all("auditor", "/v1/open-items")), open(&before), "exactly as it was");
        world.verified();
    });
}

/// The number of a receipt of so much, on account.
pub(super) fn receipt_of(world: &World, customer: &str, amount: &str) -> String {
    let body = json!({"customer": customer, "amount": {"amount": amount, "currency": "CNY"},
        "value_date": "2026-11-20"});
    text(&world.post("clerk", "/v1/receipts", &body).want(201)["number"]).to_owned()
}

#[test]
fn a_person_names_the_receipt_that_a_line_takes_back() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let customer = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
        world.post("clerk", "/v1/customers", &customer).want(201);
        let there = super::suspense::money(&world);
        let (receipt, larger) = (receipt_of(&world, "C1", "3.33"), receipt_of(&world, "C1", "3.34"));
        let path = format!("/v1/bank-lines/{}", there.fee);
        let back = format!("{path}/return");
        let refusals = [
            (json!({"receipt": "RC-none"}), "/receipt", "names no posted receipt"),
            (json!({"receipt": larger}), "/receipt", "only whole receipts are returned"),
            (json!({"receipt": receipt, "fee": "0.01"}), "/fee", "must be CNY 0.00"),
            (json!({"receipt": receipt, "fee": "0.001"}), "/fee", ""),
        ];
        for (body, pointer, told) in refusals {
            let refused = world.post("clerk", &back, &body).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
            assert!(refused.to_string().contains(told), "{refused}");
        }
        let came = format!("/v1/bank-lines/{}/return", there.came);
        world.post("clerk", &came, &json!({"receipt": receipt})).refused(422, "rule-refused");
        // the bank does not call it a return: another person says so too
        let waits = world.post("clerk", &back, &json!({"receipt": receipt})).want(201);
        assert!(waits["approved"].is_null() && waits["proposal"]["by_hand"] == true, "{waits}");
        assert!(waits["proposal"]["reverses_document"].is_string(), "{waits}");
        let approve = format!("/v1/proposals/{}/approve", text(&waits["proposal"]["id"]));
        world.post("clerk", &approve, &json!({})).refused(403, "forbidden");
        let approved = world.post("reviewer", &approve, &json!({})).want(200);
        let document = format!("/v1/invoices/{}", text(&approved["documents"][0]));
        assert_eq!(world.get("auditor", &document).want(200)["document"]["kind"], "return");
        world.post("clerk", &back, &json!({"receipt": receipt})).refused(409, "state");
        world.verified();
    });
}

#[test]
fn candidates_are_filtered() {
    for_each_database(|db| {
        let world = World::new(db);
        furnish(&world, 60);
        let (line, candidate) = line_and_item(&world);
        let path = format!("/v1/bank-lines/{}/candidates", text(&line["id"]));
        let all = world.all("auditor", &path);
        let only = |query: &str| world.all("auditor", &format!("{path}?{query}"));
        let code = text(&candidate["customer_code"]);
        let hers = only(&format!("customer={code}"));
        assert!(!hers.is_empty() && hers.len() < all.len());
        assert!(hers.iter().all(|one| one["customer_code"] == code));
        let number = text(&candidate["item"]["number"]);
        assert_eq!(only(&format!("reference={number}")).len(), 1);
        let amount = text(&candidate["item"]["open"]["amount"]);
        let same = only(&format!("amount_from={amount}&amount_to={amount}"));
        assert!(same.iter().all(|one| one["item"]["open"]["amount"] == amount) && !same.is_empty());
        for bound in ["amount_from", "amount_to"] {
            let refused =
                world.get("auditor", &format!("{path}?{bound}=1.001")).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], format!("/{bound}"), "{refused}");
        }
    });
}

/// What a payer keeps back as tax is proposed at the rate of the configuration; the certificate comes with the approval.
#[test]
fn tax_at_the_policys_rate_waits_for_its_certificate() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let withheld = json!({"withholding": [{"rate": "0.1", "included": "0.13", "customers": ["C1"]}]});
        world.bind_one(
            &json!({"slot": "reconciliation", "name": "reconciliation-reference", "valid_from": "2026-11-01",
            "config": withheld}),
        );
        let account = json!({"number": month::CNY_ACCOUNT, "scheme": "CN", "bank": "示例银行", "holder": "澄湖",
            "currency": "CNY"});
        world.post("administrator", "/v1/bank-accounts", &account).want(201);
        let customer = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
        world.post("clerk", "/v1/customers", &customer).want(201);
        let line = json!({"description": "货", "quantity": "1", "unit_price": "100", "category": "13"});
        let invoice = json!({"customer": "C1", "document_date": "2026-11-02", "currency": "CNY",
            "price_mode": "exclusive", "lines": [line]});
        let invoice = world.post("clerk", "/v1/invoices", &invoice).want(201);
        // a tenth of the net, not of the gross
        let file = month::bank_file(&[("2026-11-20", "103.00", None, text(&invoice["number"]))]);
        world.upload("clerk", "/v1/bank-files?file_name=x.xml", file.as_bytes()).want(201);
        world.seal();
        world.post("clerk", "/v1/reconciliations", &json!({})).want(201);
        let proposal = world.all("auditor", "/v1/proposals?status=proposed").remove(0);
        assert_eq!((text(&proposal["rule"]), &proposal["by_hand"]), ("reference-withholding", &json!(false)));
        let difference = &proposal["differences"][0];
        assert_eq!((text(&difference["kind"]), &difference["item"]), ("withholding", &invoice["item"]));
        assert_eq!(difference["amount"], json!({"amount": "10.00", "currency": "CNY"}));
        let approve = format!("/v1/proposals/{}/approve", text(&proposal["id"]));
        world.post("reviewer", &approve, &json!({})).refused(422, "rule-refused");
        let certificate = json!({"item": invoice["item"], "number": "(2026) 0007", "date": "2026-11-20", "authority": "CN:STA"});
        world.post("reviewer", &approve, &json!({"withholding": [certificate]})).want(200);
        let paid = world.get("auditor", &format!("/v1/invoices/{}", text(&invoice["number"]))).want(200);
        assert_eq!(paid["document"]["open"]["amount"], "0.00", "{paid}");
        world.verified();
        let balances = world.get("auditor", "/v1/reports/trial-balance?as_of=2026-11-30&format=csv").bytes;
        let balances = String::from_utf8(balances).unwrap();
        let receivable = balances.lines().find(|line| line.starts_with("122104,"));
        assert!(receivable.is_some_and(|line| line.contains("10.00")), "{balances}");
    });
}
