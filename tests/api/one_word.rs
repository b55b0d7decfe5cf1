//! What one person gives away by her own word: neither by terms that she wrote into an invoice, nor by undoing what two people would take back.

use super::browser::user;
use super::drafts::{charged, customer, invoice};
use super::duties::{lines, rules, submitted};
use super::own_control::verifies;
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
        world.post("administrator", &undo, &json!({})).refused(403, "separation-of-duties");
        let waits = world.post("reviewer", &undo, &json!({})).want(200);
        assert_eq!((&waits["approvals_missing"], &waits["documents"]), (&json!(1), &json!([])), "{waits}");
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

/// A rule wants reversals approved twice: each of two people asks for the undoing, and the second does it, whole.
#[test]
fn undoing_a_proposal_waits_for_as_many_as_the_rule_wants() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let item = charged(&world, "clerk", "C1")["item"].clone();
        let line = lines(&world, &["63.00"]).remove(0);
        let settle = json!({"allocations": [{"item": item, "amount": "63"}]});
        let settled = world.post("clerk", &format!("/v1/bank-lines/{line}/settle"), &settle).want(201);
        let path = format!("/v1/proposals/{}", text(&settled["proposal"]["id"]));
        let undo = format!("{path}/undo");
        let two = json!({"rules": [{"kind": "reversal", "from": "0", "approvals": 2}]});
        world.put("administrator", "/v1/approval-rules", &two).want(200);
        let entries = || db.count("SELECT COUNT(*) AS n FROM entries");
        let before = entries();
        // what could not be done is refused at once, and nothing of it waits
        let early = json!({"date": "2026-10-01"});
        assert_ne!(world.post("reviewer", &undo, &early).status, 200);
        assert_eq!(world.get("auditor", &path).want(200)["undo_approved_by"], json!([]));
        let waits = world.post("reviewer", &undo, &json!({"date": "2026-11-25"})).want(200);
        assert_eq!(waits["approvals_missing"], 1, "{waits}");
        assert_eq!(waits["proposal"]["status"], "approved");
        world.post("reviewer", &undo, &json!({})).refused(403, "maker-is-checker");
        // another day begins anew
        let again = world.post("reviewer", &undo, &json!({"date": "2026-11-26"})).want(200);
        assert_eq!(again["approvals_missing"], 1, "{again}");
        assert_eq!(entries(), before, "nothing is taken back yet");
        let shown = world.get("auditor", &path).want(200);
        let own = user(&world, world.house.id, "reviewer").to_string();
        assert_eq!(
            (&shown["undo_approved_by"], &shown["undo_date"]),
            (&json!([own]), &json!("2026-11-26")),
            "{shown}"
        );
        let listed = |filter: &str| {
            world.get("auditor", &format!("/v1/proposals?{filter}")).want(200)["items"].clone()
        };
        assert_eq!(listed("undoing=true")[0]["id"], shown["id"]);
        assert!(!listed("undoing=false").to_string().contains(text(&shown["id"])));
        assert!(verifies(&world));
        db.execute("UPDATE proposal_undoings SET person = 'usr_0' WHERE n = 2");
        assert!(!verifies(&world), "who approved it is what the event says");
        db.execute(&format!("UPDATE proposal_undoings SET person = '{own}' WHERE n = 2"));
        // who names no day does it on theirs
        let undone = world.post("administrator", &undo, &json!({})).want(200);
        assert_eq!(
            (&undone["approvals_missing"], &undone["proposal"]["status"]),
            (&json!(0), &json!("undone"))
        );
        assert_eq!(listed("undoing=true"), json!([]), "nobody is waited for any more");
        assert!(listed("undoing=false").to_string().contains(text(&shown["id"])));
        let back =
            "SELECT COUNT(*) AS n FROM documents WHERE kind = 'adjustment' AND effective_date = '2026-11-26'";
        assert_eq!(db.count(back), 1);
        world.verified();
        world.seal();
        let told = world.all("auditor", &format!("/v1/events?subject={}", text(&settled["proposal"]["id"])));
        let kinds: Vec<&str> = told.iter().map(|one| text(&one["kind"])).collect();
        let asked = "proposal.undo-approved";
        assert!(kinds.ends_with(&[asked, asked, "proposal.undone"]), "{kinds:?}");
    });
}

/// Who charged the customer takes nothing of hers back, unless another lets her: for the document, since there is no draft of that.
#[test]
fn an_exception_for_a_document_lets_it_be_taken_back() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let item = charged(&world, "clerk", "C1")["item"].clone();
        let line = lines(&world, &["63.00"]).remove(0);
        let settle = json!({"allocations": [{"item": item, "amount": "63"}]});
        let settled = world.post("clerk", &format!("/v1/bank-lines/{line}/settle"), &settle).want(201);
        let undo = format!("/v1/proposals/{}/undo", text(&settled["proposal"]["id"]));
        rules(&world, "invoice");
        let charge = submitted(&world, "invoice", &invoice("C1", "7"));
        world.post("reviewer", &format!("/v1/drafts/{charge}/approve"), &json!({})).want(200);
        rules(&world, "reversal");
        world.post("reviewer", &undo, &json!({})).refused(403, "separation-of-duties");
        let grant = |subject: &Value| {
            let body = json!({"subject": subject, "person": "reviewer", "reason": "无人可代"});
            world.post("administrator", "/v1/exceptions", &body)
        };
        // the proposal was approved: what waits is the receipt
        grant(&settled["proposal"]["id"]).refused(409, "state");
        let receipt = &settled["approved"]["documents"][0];
        let granted = grant(receipt).want(201);
        assert_eq!(
            (&granted["subject"], &granted["first_period"], &granted["last_period"]),
            (receipt, &json!("2026-11"), &json!("2026-12")),
            "{granted}"
        );
        let undone = world.post("reviewer", &undo, &json!({})).want(200);
        assert_eq!(undone["proposal"]["status"], "undone", "{undone}");
        grant(receipt).refused(409, "state");
        world.verified();
    });
}
