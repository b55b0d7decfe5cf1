//! Sheets whose records become drafts: a company with rules of approval brings in by sheet what others approve.

use super::drafts::customer;
use super::undone::sheet;
use super::world::World;
use serde_json::{Value, json};
use store::testing::{TestDb, for_each_database};

/// With invoices from 1,000.00 approved, and all receipts.
fn world(db: &TestDb) -> World {
    let world = World::new(db);
    world.bind();
    customer(&world, "C1");
    let rules = json!([{"kind": "invoice", "currency": "CNY", "from": "1000", "approvals": 1},
        {"kind": "receipt", "from": "0", "approvals": 1}]);
    world.put("administrator", "/v1/approval-rules", &json!({"rules": rules})).want(200);
    world
}

/// Invoices of 113.00 and of 2,260.00, and what further rows there are.
fn invoices(more: &str) -> Value {
    let text = format!(
        "number,customer,document_date,description,quantity,unit_price,category\n\
        A-1,C1,2026-11-05,轴承,1,100,13\nA-2,C1,2026-11-05,轴承,2,1000,13\n{more}"
    );
    sheet("invoices", &text, json!({"currency": "CNY", "price_mode": "exclusive"}))
}

fn with(mut body: Value, members: &[(&str, Value)]) -> Value {
    for (name, value) in members {
        body[*name] = value.clone();
    }
    body
}

fn as_drafts(body: Value) -> Value {
    with(body, &[("drafts", json!(true))])
}

/// Kind, state and amount of the drafts that there are, the smallest first.
fn drafts(world: &World) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let row = |one: Value| (text(&one["kind"]), text(&one["state"]), text(&one["amount"]["amount"]));
    let mut found: Vec<_> = world.all("auditor", "/v1/drafts").into_iter().map(row).collect();
    found.sort_by_key(|(_, _, amount)| amount.len());
    found
}

fn there(rows: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
    rows.iter()
        .map(|(kind, state, amount)| ((*kind).to_owned(), (*state).to_owned(), (*amount).to_owned()))
        .collect()
}

fn documents(db: &TestDb) -> i64 {
    db.count("SELECT COUNT(*) AS n FROM documents")
}

#[test]
fn what_a_rule_binds_comes_in_as_drafts_and_is_posted_when_it_is_approved() {
    for_each_database(|db| {
        let world = world(db);
        let refused = world.post("clerk", "/v1/imports", &invoices("")).want(201);
        assert_eq!((&refused["made"], &refused["errors_total"]), (&json!(0), &json!(1)), "{refused}");
        // looked at, it is good, and nothing is there
        let preview = with(as_drafts(invoices("")), &[("mode", json!("preview"))]);
        let looked = world.post("clerk", "/v1/imports", &preview).want(201);
        assert_eq!(
            (&looked["records"], &looked["errors_total"], &looked["drafts"]),
            (&json!(2), &json!(0), &json!(true)),
            "{looked}"
        );
        assert_eq!((drafts(&world), documents(db)), (Vec::new(), 0));
        let done = world.post("clerk", "/v1/imports", &as_drafts(invoices(""))).want(201);
        assert_eq!((&done["made"], &done["drafts"]), (&json!(2), &json!(true)), "{done}");
        let both = there(&[("invoice", "approved", "113.00"), ("invoice", "submitted", "2260.00")]);
        assert_eq!((drafts(&world), documents(db)), (both, 0));
        let again = world.post("clerk", "/v1/imports", &as_drafts(invoices(""))).want(201);
        assert_eq!((&again["made"], &again["already"]), (&json!(0), &json!(2)), "{again}");
        let path = format!("/v1/imports/{}", done["id"].as_str().unwrap());
        assert_eq!(world.get("auditor", &path).want(200)["drafts"], true);
        let rows = world.all("auditor", &format!("{path}/rows"));
        let subject = rows[1]["subject"].as_str().unwrap();
        assert!(subject.starts_with("dft_") && rows[1]["label"].is_null(), "{rows:?}");
        // another approves; then it is posted as any draft
        let large = format!("/v1/drafts/{subject}");
        world.post("clerk", &format!("{large}/approve"), &json!({})).refused(403, "forbidden");
        world.post("reviewer", &format!("{large}/approve"), &json!({})).want(200);
        let posted = world.post("clerk", &format!("{large}/post"), &json!({})).want(200);
        assert_eq!((&posted["state"], documents(db)), (&json!("posted"), 1), "{posted}");
        let labels: Vec<Value> = world
            .all("auditor", &format!("{path}/rows"))
            .into_iter()
            .map(|mut row| row["label"].take())
            .collect();
        assert_eq!(labels, [json!(null), json!("INV-2026-000001")]);
        world.verified();
        // taken back: what was posted is reversed, what was not is gone
        assert_eq!(world.post("clerk", &format!("{path}/undo"), &json!({})).want(201)["records"], 2);
        world.verified();
        assert_eq!(drafts(&world), there(&[("invoice", "posted", "2260.00")]));
        let balance = world.get("clerk", "/v1/customers/C1/balance").want(200);
        assert_eq!(balance["accounts"][0]["balance"]["amount"], "0.00", "{balance}");
        let twice = world.post("clerk", "/v1/imports", &as_drafts(invoices(""))).want(201);
        assert_eq!(twice["made"], 2, "{twice}");
    });
}

#[test]
fn drafts_of_a_sheet_are_refused_at_their_cells_and_deleted_with_it() {
    for_each_database(|db| {
        let world = world(db);
        let bad = "A-3,C9,2026-11-05,轴承,1,100,13\nA-4,C1,2026-11-05,轴承,1,100,99\n";
        let refused = world.post("clerk", "/v1/imports", &as_drafts(invoices(bad))).want(201);
        let cells: Vec<&Value> =
            refused["errors"].as_array().unwrap().iter().map(|one| &one["cell"]).collect();
        assert_eq!((cells, &refused["made"]), (vec![&json!("B4"), &json!("G5")], &json!(0)), "{refused}");
        assert_eq!(drafts(&world), Vec::new());
        let some = with(as_drafts(invoices(bad)), &[("mode", json!("best-effort"))]);
        let some = world.post("clerk", "/v1/imports", &some).want(201);
        assert_eq!((&some["made"], &some["refused"]), (&json!(2), &json!(2)), "{some}");
        // one of them was sent back and discarded by hand
        let rows = format!("/v1/imports/{}/rows", some["id"].as_str().unwrap());
        let large = format!("/v1/drafts/{}", world.all("auditor", &rows)[1]["subject"].as_str().unwrap());
        world.post("reviewer", &format!("{large}/reject"), &json!({"reason": "不对"})).want(200);
        world.with(("DELETE", "clerk", &large), &[], None).want(200);
        let receipt = "number,customer,amount,value_date\nR-1,C1,50,2026-11-10\n";
        let receipt = sheet("receipts", receipt, json!({"currency": "CNY"}));
        world.post("cashier", "/v1/imports", &as_drafts(receipt.clone())).refused(403, "forbidden");
        let money = world.post("clerk", "/v1/imports", &as_drafts(receipt)).want(201);
        let both = there(&[("receipt", "submitted", "50.00"), ("invoice", "approved", "113.00")]);
        assert_eq!(drafts(&world), both);
        for import in [&some, &money] {
            let undo = format!("/v1/imports/{}/undo", import["id"].as_str().unwrap());
            world.post("clerk", &undo, &json!({})).want(201);
        }
        assert_eq!((drafts(&world), documents(db)), (Vec::new(), 0));
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM draft_acts"), 0);
        world.verified();
        // of what has no drafts there are none
        let items = sheet("items", "code,name,category\nA,轴承,13\n", json!({}));
        let refused = world.post("clerk", "/v1/imports", &as_drafts(items)).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/drafts", "{refused}");
    });
}
