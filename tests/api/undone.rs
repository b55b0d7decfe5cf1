//! Imports that are taken back: with what they paid, with who pays for whom, and without harm to what others did.

use super::deliveries::prepared;
use super::drafts::{charged, customer, invoice};
use super::imports::{base64, customers};
use super::jobs::prefer_async;
use super::world::{Send, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

/// A sheet whose columns have the names of their fields.
pub fn sheet(kind: &str, text: &str, constants: Value) -> Value {
    let headings = text.lines().next().unwrap_or_default().split(',');
    let columns: Value =
        headings.map(|name| (name.to_owned(), json!(name))).collect::<serde_json::Map<_, _>>().into();
    json!({"kind": kind, "file_name": "sheet.csv", "file": base64(text.as_bytes()), "mode": "all-or-nothing",
        "mapping": {"columns": columns, "constants": constants}})
}

/// Brings it in whole; gives the path of its undoing.
#[track_caller]
fn brought(world: &World, body: &Value, made: u64) -> String {
    let done = world.post("clerk", "/v1/imports", body).want(201);
    assert_eq!((&done["made"], &done["errors"]), (&json!(made), &json!([])), "{done}");
    format!("/v1/imports/{}/undo", done["id"].as_str().unwrap())
}

/// A head office and its branch.
fn family() -> Value {
    let text = "code,name,country,currency,parent\nH,总公司,CN,CNY,\nB,分公司,CN,CNY,H\n";
    sheet("customers", text, json!({}))
}

/// An invoice of 113.00 each.
fn invoices() -> Value {
    let text = "number,customer,document_date,description,quantity,unit_price,category\n\
        A-1,H,2026-11-05,轴承,1,100,13\nA-2,B,2026-11-05,轴承,1,100,13\n";
    sheet("invoices", text, json!({"currency": "CNY", "price_mode": "exclusive"}))
}

/// The head office pays its own and a part of the branch's, and leaves something on account.
fn receipts() -> Value {
    let text = "number,customer,amount,value_date,invoice,allocated\n\
        R-1,H,250,2026-11-10,A-1,113\nR-1,H,,2026-11-10,A-2,87\n";
    sheet("receipts", text, json!({"currency": "CNY"}))
}

fn balance(world: &World, customer: &str) -> String {
    world.seal();
    let balance = world.get("clerk", &format!("/v1/customers/{customer}/balance")).want(200);
    balance["accounts"][0]["balance"]["amount"].as_str().unwrap_or_default().to_owned()
}

/// Its open items of a kind, as they stand.
fn open(world: &World, customer: &str, kind: &str) -> Vec<Value> {
    world.seal();
    let items = world.all("clerk", &format!("/v1/customers/{customer}/open-items"));
    items.into_iter().filter(|item| item["kind"] == kind).collect()
}

#[test]
fn a_receipt_goes_with_what_it_paid_but_not_with_what_somebody_paid_with_it_later() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        brought(&world, &family(), 2);
        brought(&world, &invoices(), 2);
        let balances = || (balance(&world, "H"), balance(&world, "B"));
        let owed = ("113.00".to_owned(), "113.00".to_owned());
        assert_eq!(balances(), owed);
        let undo = brought(&world, &receipts(), 1);
        let paid = ("-50.00".to_owned(), "26.00".to_owned());
        assert_eq!(balances(), paid);
        assert_eq!((open(&world, "H", "invoice").len(), open(&world, "B", "invoice").len()), (0, 1));
        assert_eq!(world.post("clerk", &undo, &json!({})).want(201)["records"], 1);
        world.verified();
        assert_eq!(balances(), owed);
        for customer in ["H", "B"] {
            let again = open(&world, customer, "invoice");
            assert_eq!(again.len(), 1, "{again:?}");
            assert_eq!(again[0]["open"]["amount"], "113.00", "{again:?}");
            assert_eq!(open(&world, customer, "receipt"), Vec::<Value>::new());
        }
        // another one lets it pay more: that is hers, and stays until she takes it back
        let undo = brought(&world, &receipts(), 1);
        let (owed_by_her, left) = (open(&world, "B", "invoice"), open(&world, "H", "receipt"));
        let pay = json!({"debit_item": owed_by_her[0]["id"], "credit_item": left[0]["id"], "amount": "26",
            "effective_date": "2026-11-20"});
        let hers = world.post("integrator", "/v1/allocations", &pay).want(201);
        let more = ("-24.00".to_owned(), "0.00".to_owned());
        assert_eq!(balances(), more);
        let refused = world.post("clerk", &undo, &json!({})).refused(409, "state");
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("row 2: 1 allocations rest on RC-2026-"), "{refused}");
        assert_eq!(balances(), more, "nothing of it was undone");
        let back = format!("/v1/allocations/{}/undo", hers["id"].as_str().unwrap());
        world.post("integrator", &back, &json!({"effective_date": "2026-11-20"})).want(201);
        world.post("clerk", &undo, &json!({})).want(201);
        world.verified();
        assert_eq!(balances(), owed);
    });
}

#[test]
fn a_head_office_goes_with_its_branch() {
    for_each_database(|db| {
        let world = World::new(db);
        let undo = brought(&world, &family(), 2);
        assert_eq!(world.post("clerk", &undo, &json!({})).want(201)["records"], 2);
        world.get("clerk", "/v1/customers/H").refused(404, "not-found");
        world.get("clerk", "/v1/customers/B").refused(404, "not-found");
        let undo = brought(&world, &family(), 2);
        // of a branch from elsewhere she stays the payer
        let other =
            json!({"code": "B2", "name": "另一分公司", "country": "CN", "currency": "CNY", "parent": "H"});
        world.post("clerk", "/v1/customers", &other).want(201);
        let refused = world.post("clerk", &undo, &json!({})).refused(409, "state");
        assert!(
            refused["detail"].as_str().unwrap().contains("row 2: customer H pays for another"),
            "{refused}"
        );
        world.get("clerk", "/v1/customers/B").want(200);
    });
}

#[test]
fn items_leave_the_catalogue_and_come_again() {
    for_each_database(|db| {
        let world = World::new(db);
        let text = "code,name,unit_price,currency,category\nA-1,轴承,12.5,CNY,13\nA-2,密封圈,3,CNY,13\n";
        let items = sheet("items", text, json!({}));
        let undo = brought(&world, &items, 2);
        assert_eq!(world.get("clerk", "/v1/items/A-2").want(200)["unit_price"], "3");
        assert_eq!(world.post("clerk", &undo, &json!({})).want(201)["records"], 2);
        for code in ["A-1", "A-2"] {
            world.get("clerk", &format!("/v1/items/{code}")).refused(404, "not-found");
        }
        brought(&world, &items, 2);
        assert_eq!(world.get("clerk", "/v1/items/A-1").want(200)["name"], "轴承");
        world.verified();
    });
}

#[test]
fn who_never_was_anybody_goes_without_harm_to_what_others_did() {
    for_each_database(|db| {
        let world = World::new(db);
        let whole = |rows: &str| {
            let mut body = customers(rows);
            body["mode"] = json!("all-or-nothing");
            body
        };
        // an import, a draft that names nobody with its file, an answer that is kept, a job that waits
        let stays = brought(&world, &whole("K1,甲,CN,CNY\n"), 1);
        let draft = json!({"kind": "receipt", "body": {"reference": "谁的钱"}});
        let draft = world.post("clerk", "/v1/drafts", &draft).want(201);
        let draft = format!("/v1/drafts/{}", draft["id"].as_str().unwrap());
        let attach = format!("/v1/attachments?file_name=x.pdf&draft={}", draft.rsplit('/').next().unwrap());
        let file = world.upload("clerk", &attach, b"%PDF-1.7\n").want(201);
        let kept = json!({"code": "K2", "name": "乙", "country": "CN", "currency": "CNY"}).to_string();
        let send = Send {
            token: Some(world.house.token("clerk")),
            key: Some("kept"),
            media: Some("application/json"),
            body: Some(kept.as_bytes()),
            ..Send::default()
        };
        let first = world.send("POST", "/v1/customers", &send).want(201);
        prefer_async(&world, "clerk", "/v1/imports", &whole("W1,丙,CN,CNY\n")).want(202);
        // somebody prepares something for her: that is not thrown away
        let undo = brought(&world, &whole("Z1,丁,CN,CNY\n"), 1);
        let hers = json!({"kind": "receipt", "body": {"customer": "Z1"}});
        let hers = world.post("clerk", "/v1/drafts", &hers).want(201);
        let hers = hers["id"].as_str().unwrap();
        let refused = world.post("clerk", &undo, &json!({})).refused(409, "state");
        let why = format!("row 2: draft {hers} is of customer Z1");
        assert!(refused["detail"].as_str().unwrap().contains(&why), "{refused}");
        world.with(("DELETE", "clerk", &format!("/v1/drafts/{hers}")), &[], None).want(200);
        world.post("clerk", &undo, &json!({})).want(201);
        world.get("clerk", "/v1/customers/Z1").refused(404, "not-found");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM customers WHERE name = '丁'"), 0);
        let shown = world.get("auditor", stays.strip_suffix("/undo").unwrap()).want(200);
        assert_eq!(shown["file_name"], "客户.csv", "{shown}");
        let shown = world.get("clerk", &draft).want(200);
        assert_eq!(shown["body"]["reference"], "谁的钱", "{shown}");
        let file = world.get("clerk", &format!("/v1/attachments/{}", file["id"].as_str().unwrap()));
        assert_eq!((file.status, file.bytes.as_slice()), (200, b"%PDF-1.7\n".as_slice()));
        let again = world.send("POST", "/v1/customers", &send);
        assert_eq!((again.header("idempotency-hit"), again.want(201)), ("true", first));
        let done = app::job::run_next(&world.app, "test").expect("the queue").expect("a job");
        assert_eq!(done.status.name(), "done", "{:?}", done.error);
        world.get("clerk", "/v1/customers/W1").want(200);
        world.verified();
    });
}

/// Customers, all or nothing.
fn people(rows: &str) -> Value {
    let mut body = customers(rows);
    body["mode"] = json!("all-or-nothing");
    body
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// Proposes that the one takes the place of the other; gives the path of the proposal.
fn merging(world: &World, source: &str, into: &str) -> String {
    let path = format!("/v1/customers/{source}/merge");
    let proposed = world.post("clerk", &path, &json!({"into": into})).want(201);
    format!("/v1/customer-merges/{}", id(&proposed))
}

fn merged(world: &World, source: &str, into: &str) -> String {
    let path = merging(world, source, into);
    assert_eq!(world.post("reviewer", &format!("{path}/approve"), &json!({})).want(200)["state"], "merged");
    path
}

#[test]
fn who_takes_the_place_of_another_stays_and_so_does_whoever_somebody_is_at() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let undo = brought(&world, &people("CY2,戊,CN,CNY\n"), 1);
        customer(&world, "HAND");
        let stays = |why: &str| {
            let refused = world.post("clerk", &undo, &json!({})).refused(409, "state");
            assert!(refused["detail"].as_str().unwrap().contains(why), "{why}: {refused}");
            world.get("clerk", "/v1/customers/CY2").want(200);
        };
        let not_erased = |code: &str, why: &str| {
            let path = format!("/v1/customers/{code}/erase");
            let refused = world.post("administrator", &path, &json!({})).refused(409, "state");
            assert!(refused["detail"].as_str().unwrap().contains(why), "{why}: {refused}");
        };
        for (source, into) in [("HAND", "CY2"), ("CY2", "HAND")] {
            let path = merging(&world, source, into);
            stays("of customer CY2 is proposed: have it decided, or withdraw it, first");
            not_erased("CY2", "of customer CY2 is proposed");
            not_erased("HAND", "of customer HAND is proposed");
            world.post("clerk", &format!("{path}/withdraw"), &json!({})).want(200);
        }
        let path = merged(&world, "CY2", "HAND");
        stays("of customer CY2 stands: undo it first");
        world.post("reviewer", &format!("{path}/undo"), &json!({})).want(200);
        let path = merged(&world, "HAND", "CY2");
        stays("of customer CY2 stands: undo it first");
        not_erased("CY2", "customer HAND was merged into CY2");
        world.post("clerk", "/v1/invoices", &invoice("HAND", "1")).refused(409, "customer-merged");
        world.post("reviewer", &format!("{path}/undo"), &json!({})).want(200);
        charged(&world, "clerk", "HAND");
        let accounts = json!([{"scheme": "CN", "account": "6217001234567890123"}]);
        let change = json!({"customer": "CY2", "accounts": accounts});
        let change = world.post("clerk", "/v1/bank-detail-changes", &change).want(201);
        stays(&format!("change {} of bank details of CY2 waits", id(&change)));
        let withdraw = format!("/v1/bank-detail-changes/{}/withdraw", id(&change));
        world.post("clerk", &withdraw, &json!({})).want(200);
        // what may be written off of hers goes with her, and whoever set it is told
        let tail = json!({"customer": "CY2", "currency": "CNY", "role": "tail", "amount": "1"});
        world.put("administrator", "/v1/tolerances", &tail).want(200);
        assert_eq!(world.post("clerk", &undo, &json!({})).want(201)["records"], 1);
        world.get("clerk", "/v1/customers/CY2").refused(404, "not-found");
        world.verified();
        assert_eq!(world.get("auditor", "/v1/tolerances").want(200)["tolerances"], json!([]));
        let told = world.all("auditor", "/v1/events?kind=customer.erased");
        assert_eq!(told[0]["data"]["tolerances"], json!([{"currency": "CNY", "role": "tail"}]), "{told:?}");
    });
}

#[test]
fn who_was_merged_is_erased_before_who_took_her_place() {
    for_each_database(|db| {
        let world = World::new(db);
        customer(&world, "OLD");
        customer(&world, "NEW");
        merged(&world, "OLD", "NEW");
        let erase =
            |code: &str| world.post("administrator", &format!("/v1/customers/{code}/erase"), &json!({}));
        let refused = erase("NEW").refused(409, "state");
        let why = "customer OLD was merged into NEW: undo the merge, or erase the former first";
        assert_eq!(refused["detail"], why);
        erase("OLD").want(200);
        erase("NEW").want(200);
        world.verified();
    });
}

/// What the record of an import made, by its number.
fn subject(world: &World, undo: &str, n: usize) -> String {
    let rows = format!("{}/rows", undo.strip_suffix("/undo").unwrap());
    world.all("auditor", &rows)[n]["subject"].as_str().unwrap().to_owned()
}

#[test]
fn a_document_that_was_reversed_by_hand_is_in_nobodys_way_and_comes_in_again() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        brought(&world, &family(), 2);
        let reversed = |undo: &str, n: usize| {
            let path = format!("/v1/documents/{}/reverse", subject(&world, undo, n));
            world.post("clerk", &path, &json!({"reason": "重复"})).want(201);
        };
        let balances = || (balance(&world, "H"), balance(&world, "B"));
        let (owed, nothing) = ("113.00".to_owned(), "0.00".to_owned());
        let first = brought(&world, &invoices(), 2);
        reversed(&first, 0);
        // one record is left of it
        assert_eq!(world.post("clerk", &first, &json!({})).want(201)["records"], 1);
        assert_eq!(balances(), (nothing.clone(), nothing.clone()));
        let second = brought(&world, &invoices(), 2);
        reversed(&second, 1);
        assert_eq!(balances(), (owed.clone(), nothing.clone()));
        let again = world.post("clerk", "/v1/imports", &invoices()).want(201);
        assert_eq!((&again["made"], &again["already"]), (&json!(1), &json!(1)), "{again}");
        assert_eq!(balances(), (owed.clone(), owed.clone()));
        // neither takes back what the other brought in
        assert_eq!(world.post("clerk", &second, &json!({})).want(201)["records"], 1);
        assert_eq!(balances(), (nothing.clone(), owed));
        let third = format!("/v1/imports/{}/undo", id(&again));
        assert_eq!(world.post("clerk", &third, &json!({})).want(201)["records"], 1);
        assert_eq!(balances(), (nothing.clone(), nothing));
        world.verified();
    });
}

#[test]
fn who_was_erased_since_hinders_no_undoing_and_does_not_come_back() {
    for_each_database(|db| {
        let world = World::new(db);
        let file = people("K1,甲,CN,CNY\nK2,乙,CN,CNY\n");
        let undo = brought(&world, &file, 2);
        world.post("administrator", "/v1/customers/K1/erase", &json!({})).want(200);
        let again = world.post("clerk", "/v1/imports", &file).want(201);
        assert_eq!((&again["made"], &again["already"]), (&json!(0), &json!(2)), "{again}");
        assert_eq!(world.post("clerk", &undo, &json!({})).want(201)["records"], 1);
        world.get("clerk", "/v1/customers/K2").refused(404, "not-found");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM customers WHERE erased_at IS NULL"), 0);
        world.verified();
    });
}

#[test]
fn of_a_delivery_that_came_back_the_rest_is_taken_back() {
    for accounting in ["none", "accrued"] {
        for_each_database(|db| {
            let world = World::new(db);
            prepared(&world, accounting);
            let text = "number,customer,delivered_on,description,quantity,unit_price,category\n\
                SH-1,C1,2026-11-05,轴承,10,50,13\nSH-2,C1,2026-11-06,轴承,1,50,13\nSH-3,C1,2026-11-06,轴承,1,50,13\n";
            let slips = sheet("deliveries", text, json!({"currency": "CNY"}));
            let undo = brought(&world, &slips, 3);
            let back = |slip: &str, body: Value| {
                world.post("clerk", &format!("/v1/deliveries/{slip}/return"), &body).want(201);
            };
            back("SH-1", json!({"date": "2026-11-20", "lines": [{"line": 1, "quantity": "4"}]}));
            back("SH-2", json!({"date": "2026-11-20"}));
            // by its number it is in
            let again = world.post("clerk", "/v1/imports", &slips).want(201);
            assert_eq!((&again["made"], &again["already"]), (&json!(0), &json!(3)), "{again}");
            assert_eq!(world.post("clerk", &undo, &json!({})).want(201)["records"], 2);
            world.verified();
            let report = world.get("auditor", "/v1/reports/unbilled").want(200);
            let rows = report["rows"].as_array().unwrap();
            assert!(rows.iter().all(|row| row["state"] != "delivered-not-billed"), "{report}");
            brought(&world, &slips, 3);
            world.verified();
        });
    }
}
