//! No door goes round approval: neither an opening that is owed to a customer, nor a reversal, nor the undoing of an import.

use super::browser::user;
use super::deliveries::prepared;
use super::drafts::{charged, customer, invoice};
use super::jobs::prefer_async;
use super::tasks::{next, shown};
use super::undone::sheet;
use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

const OPENINGS: &str = "/v1/opening-balances";

fn opening(external_id: &str, amount: &str) -> Value {
    json!({"external_id": external_id, "customer": "C1", "amount": {"amount": amount, "currency": "CNY"},
        "document_date": "2026-09-30", "effective_date": "2026-10-01"})
}

fn reverse(world: &World, role: &str, of: &Value) -> Reply {
    let path = format!("/v1/documents/{}/reverse", of["id"].as_str().unwrap());
    world.post(role, &path, &json!({"reason": "更正"}))
}

/// A draft that the clerk submits.
fn submitted(world: &World, kind: &str, body: &Value) -> String {
    let made = world.post("clerk", "/v1/drafts", &json!({"kind": kind, "body": body})).want(201);
    let path = format!("/v1/drafts/{}", made["id"].as_str().unwrap());
    world.post("clerk", &format!("{path}/submit"), &json!({})).want(200);
    path
}

fn approve(world: &World, role: &str, path: &str) -> Reply {
    world.post(role, &format!("{path}/approve"), &json!({}))
}

fn rules(world: &World, rules: &Value) {
    world.put("administrator", "/v1/approval-rules", &json!({"rules": rules})).want(200);
}

#[test]
fn what_is_owed_to_a_customer_is_one_persons_word_at_the_take_over_alone() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        // the old books come in, what was wrong of them goes out and comes in again
        world.post("clerk", OPENINGS, &opening("A", "500")).want(201);
        let wrong = world.post("clerk", OPENINGS, &opening("B", "-20")).want(201);
        reverse(&world, "clerk", &wrong).want(201);
        let right = world.post("clerk", OPENINGS, &opening("B", "-30")).want(201);
        // the first invoice ends it
        charged(&world, "clerk", "C1");
        let entries = db.count("SELECT COUNT(*) AS n FROM entries");
        for role in ["clerk", "administrator", "integrator"] {
            let refused =
                world.post(role, OPENINGS, &opening("C", "-1130")).refused(403, "approval-required");
            assert!(refused["detail"].as_str().unwrap().contains("1130"), "{refused}");
        }
        // to take back what she owed is the same thing
        let owed =
            world.all("auditor", "/v1/opening-balances").into_iter().find(|one| one["external_id"] == "A");
        reverse(&world, "clerk", &owed.unwrap()).refused(403, "approval-required");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM entries"), entries, "nothing was written");
        // what she owes is no gift, and what was owed to her may be taken back
        world.post("clerk", OPENINGS, &opening("D", "10")).want(201);
        reverse(&world, "clerk", &right).want(201);

        let path = submitted(&world, "opening", &opening("C", "-1130"));
        for role in ["clerk", "cashier", "auditor"] {
            approve(&world, role, &path).refused(403, "forbidden");
        }
        let posted = approve(&world, "reviewer", &path).want(200);
        assert_eq!((&posted["state"], &posted["amount"]["amount"]), (&json!("posted"), &json!("-1130.00")));
        assert!(posted["number"].as_str().unwrap().starts_with("OB-"), "{posted}");
        // who charged her in that month does not approve what she is owed
        let mut charged = invoice("C1", "1");
        charged["document_date"] = json!("2026-10-05");
        world.post("administrator", "/v1/invoices", &charged).want(201);
        let path = submitted(&world, "opening", &opening("E", "-1"));
        approve(&world, "administrator", &path).refused(403, "separation-of-duties");
        world.verified();
    });
}

#[test]
fn a_hard_lock_over_the_openings_ends_the_take_over_and_rules_bind_openings_too() {
    for_each_database(|db| {
        let world = World::new(db);
        customer(&world, "C1");
        world.post("clerk", OPENINGS, &opening("A", "-5")).want(201);
        rules(&world, &json!([{"kind": "opening", "currency": "CNY", "from": "100", "approvals": 1}]));
        world.post("clerk", OPENINGS, &opening("B", "99.99")).want(201);
        world.post("clerk", OPENINGS, &opening("C", "100")).refused(403, "approval-required");
        world.post("clerk", OPENINGS, &opening("C", "-100")).refused(403, "approval-required");
        let lock = |through: &str| {
            world.put("reviewer", "/v1/period-locks", &json!({"kind": "hard", "through": through})).want(200)
        };
        // the time before may be closed
        lock("2026-09-30");
        world.post("clerk", OPENINGS, &opening("D", "-1")).want(201);
        lock("2026-10-31");
        let late = json!({"customer": "C1", "amount": {"amount": "-1", "currency": "CNY"}, "document_date": "2026-10-30",
            "effective_date": "2026-11-01"});
        world.post("clerk", OPENINGS, &late).refused(403, "approval-required");
        world.verified();
    });
}

#[test]
fn a_reversal_is_approved_as_what_it_undoes() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let sold = world.post("clerk", "/v1/invoices", &invoice("C1", "20000")).want(201);
        let small = world.post("clerk", "/v1/invoices", &invoice("C1", "10")).want(201);
        rules(&world, &json!([{"kind": "credit-note", "currency": "CNY", "from": "10000", "approvals": 1}]));
        let entries = db.count("SELECT COUNT(*) AS n FROM entries");
        for role in ["clerk", "administrator"] {
            reverse(&world, role, &sold).refused(403, "approval-required");
        }
        // an integrator's key as the rule says
        world
            .post(
                "integrator",
                &format!("/v1/documents/{}/reverse?dry_run=true", sold["id"].as_str().unwrap()),
                &json!({"reason": "x"}),
            )
            .want(200);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM entries"), entries, "nothing was written");
        reverse(&world, "clerk", &small).want(201);
        // what could not be taken back anyway is said before
        reverse(&world, "clerk", &small).refused(409, "state");

        let body = json!({"document": sold["number"], "date": "2026-12-01", "reason": "重复开票"});
        let path = submitted(&world, "reversal", &body);
        let shown = world.get("reviewer", &path).want(200);
        assert_eq!(
            (&shown["approvals"]["needed"], &shown["customer_code"]),
            (&json!(1), &json!("C1")),
            "{shown}"
        );
        assert_eq!(shown["amount"]["amount"], "22600.00");
        approve(&world, "clerk", &path).refused(403, "forbidden");
        let approved = approve(&world, "reviewer", &path).want(200);
        assert_eq!(approved["state"], "approved", "the rule of credit notes does not post");
        let posted = world.post("clerk", &format!("{path}/post"), &json!({})).want(200);
        assert!(posted["number"].as_str().unwrap().starts_with("RV-"), "{posted}");
        assert!(world.all("auditor", "/v1/open-items?customer=C1").is_empty());
        // who charged her in that period takes nothing back
        let mut hers = invoice("C1", "20000");
        hers["document_date"] = json!("2026-11-10");
        let hers = world.post("administrator", "/v1/invoices", &hers).want(201);
        let path = submitted(&world, "reversal", &json!({"document": hers["id"], "reason": "x"}));
        approve(&world, "administrator", &path).refused(403, "separation-of-duties");
        // a rule of its own binds every reversal
        rules(&world, &json!([{"kind": "reversal", "from": "0", "approvals": 1, "post_on_approval": true}]));
        reverse(&world, "clerk", &hers).refused(403, "approval-required");
        assert_eq!(approve(&world, "reviewer", &path).want(200)["state"], "posted");
        for (body, pointer) in [
            (json!({"document": "INV-2026-999999", "reason": "x"}), None),
            (json!({"document": small["id"], "reason": " "}), Some("/body/reason")),
        ] {
            let made =
                world.post("clerk", "/v1/drafts", &json!({"kind": "reversal", "body": body})).want(201);
            let submit = format!("/v1/drafts/{}/submit", made["id"].as_str().unwrap());
            let refused = world.post("clerk", &submit, &json!({}));
            match pointer {
                None => drop(refused.refused(404, "not-found")),
                Some(pointer) => {
                    assert_eq!(refused.refused(422, "invalid-field")["errors"][0]["pointer"], pointer);
                }
            }
        }
        world.verified();
    });
}

/// A rule for reversals and one for what is taken back name different roles: neither takes the place of the other.
#[test]
fn a_reversal_is_approved_in_the_roles_of_both_rules() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let sold = world.post("clerk", "/v1/invoices", &invoice("C1", "20000")).want(201);
        rules(
            &world,
            &json!([{"kind": "reversal", "from": "0", "approvals": 1, "role": "reviewer"},
                {"kind": "credit-note", "from": "0", "approvals": 1, "role": "administrator"}]),
        );
        let path = submitted(&world, "reversal", &json!({"document": sold["id"], "reason": "x"}));
        let shown = world.get("auditor", &path).want(200)["approvals"].clone();
        assert_eq!((&shown["role"], &shown["also"]), (&json!("reviewer"), &json!("administrator")));
        for (role, lacks) in [("reviewer", "administrator"), ("administrator", "reviewer")] {
            let refused = approve(&world, role, &path).refused(403, "forbidden");
            assert!(refused["detail"].as_str().unwrap().ends_with(lacks), "{refused}");
        }
        let who = format!("/v1/users/{}", user(&world, world.house.id, "reviewer"));
        let tag = world.get("administrator", &who).header("etag").to_owned();
        let both = json!({"name": "复核", "roles": ["administrator", "reviewer"], "active": true});
        world.with(("PUT", "administrator", &who), &[("if-match", &tag)], Some(&both)).want(200);
        assert_eq!(approve(&world, "reviewer", &path).want(200)["state"], "approved");
        world.verified();
    });
}

#[test]
fn a_refund_that_two_approved_is_taken_back_by_two() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let money = json!({"customer": "C1", "amount": {"amount": "40", "currency": "CNY"}, "value_date": "2026-11-20"});
        let money = world.post("clerk", "/v1/receipts", &money).want(201);
        let refund = json!({"item": money["item"], "amount": "40", "value_date": "2026-11-25"});
        let refund = approve(&world, "reviewer", &submitted(&world, "refund", &refund)).want(200);
        let paid = json!({"id": refund["document"]});
        for role in ["clerk", "administrator", "integrator"] {
            reverse(&world, role, &paid).refused(403, "approval-required");
        }
        let path = submitted(&world, "reversal", &json!({"document": refund["document"], "reason": "付错"}));
        let back = approve(&world, "reviewer", &path).want(200);
        assert_eq!(back["state"], "posted", "{back}");
        world.verified();
    });
}

/// A spreadsheet of one receipt of 60.00: it is taken back by who brought it in, until a rule wants reversals approved.
#[test]
fn an_import_is_undone_by_another_where_a_rule_binds_what_it_takes_back() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let file = "Y3VzdG9tZXIsYW1vdW50LGN1cnJlbmN5LGRhdGUKQzEsNjAuMDAsQ05ZLDIwMjYtMTEtMjAK";
        let import = json!({"kind": "receipts", "file_name": "r.csv", "file": file, "mode": "all-or-nothing",
            "mapping": {"columns": {"customer": "customer", "amount": "amount", "currency": "currency", "date": "value_date"}}});
        let made = world.post("clerk", "/v1/imports", &import).want(201);
        let undo = format!("/v1/imports/{}/undo", made["id"].as_str().unwrap());
        rules(&world, &json!([{"kind": "reversal", "from": "0", "approvals": 1}]));
        let refused = world.post("clerk", &undo, &json!({})).refused(409, "state");
        assert!(refused["detail"].as_str().unwrap().contains("row 2"), "{refused}");
        world.post("cashier", &undo, &json!({})).refused(403, "forbidden");
        // more than the second person, another role than hers, or her own charge of the month keep her from it
        let back = |role: &str, why: &str| {
            let refused = world.post(role, &undo, &json!({})).refused(409, "state");
            assert!(refused["detail"].as_str().unwrap().contains(why), "{refused}");
        };
        charged(&world, "administrator", "C1");
        back("administrator", "prepared or approved an invoice of customer C1 in 2026-11");
        rules(&world, &json!([{"kind": "reversal", "from": "0", "approvals": 1, "role": "reviewer"}]));
        back("administrator", "its approval takes the role reviewer");
        rules(&world, &json!([{"kind": "reversal", "from": "0", "approvals": 2}]));
        back("reviewer", "approval");
        rules(&world, &json!([{"kind": "reversal", "from": "0", "approvals": 1}]));
        // who loosened them is held by what was before
        back("administrator", "approval");
        assert_eq!(world.post("reviewer", &undo, &json!({})).want(201)["records"], 1);
        world.verified();
    });
}

/// Brings a sheet in whole; gives the path of its undoing.
fn brought(world: &World, kind: &str, text: &str, drafts: bool) -> String {
    let constants =
        if ["customers", "items"].contains(&kind) { json!({}) } else { json!({"currency": "CNY"}) };
    let mut body = sheet(kind, text, constants);
    body["drafts"] = json!(drafts);
    let made = world.post("clerk", "/v1/imports", &body).want(201);
    assert_eq!(made["errors"], json!([]), "{made}");
    format!("/v1/imports/{}/undo", made["id"].as_str().unwrap())
}

const RECEIPTS: &str = "number,customer,amount,value_date\nR-1,C1,60,2026-11-20\nR-2,C1,600,2026-11-21\n";

#[test]
fn who_only_approves_undoes_no_import_that_no_rule_binds() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world, "none");
        let slip = "number,customer,delivered_on,description,quantity,unit_price,category\nSH-1,C1,2026-11-05,轴承,2,50,13\n";
        let plain = [
            ("customers", "code,name,country,currency\nK1,甲,CN,CNY\n"),
            ("items", "code,name,category\nA-1,轴承,13\n"),
            ("deliveries", slip),
        ];
        let entries = || db.count("SELECT COUNT(*) AS n FROM entries");
        for (kind, text) in plain {
            let undo = brought(&world, kind, text, false);
            world.post("reviewer", &undo, &json!({})).refused(403, "forbidden");
            // of no rule's kind: no job is made of it
            prefer_async(&world, "reviewer", &undo, &json!({})).refused(403, "forbidden");
            assert_eq!(world.post("clerk", &undo, &json!({})).want(201)["records"], 1, "{kind}");
        }
        let (opening, invoices) = (
            "number,customer,amount,document_date,effective_date\nO-1,C1,5,2026-09-30,2026-10-01\n",
            "number,customer,document_date,price_mode,description,quantity,unit_price,category\nA-1,C1,2026-11-05,exclusive,轴承,1,100,13\n",
        );
        for (kind, text) in [("opening-balances", opening), ("invoices", invoices), ("receipts", RECEIPTS)] {
            for drafts in [false, true] {
                let undo = brought(&world, kind, text, drafts);
                let before = entries();
                world.post("reviewer", &undo, &json!({})).refused(403, "forbidden");
                let job = prefer_async(&world, "reviewer", &undo, &json!({})).want(202);
                next(&world).expect("a job");
                let job = shown(&world, job["job"].as_str().unwrap());
                assert_eq!(job["problem"]["code"], "forbidden", "{job}");
                assert_eq!(entries(), before, "{kind}: nothing was written");
                world.post("clerk", &undo, &json!({})).want(201);
            }
        }
        world.verified();
    });
}

#[test]
fn of_an_import_that_a_rule_binds_in_part_the_second_person_may_enter_too() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let undo = brought(&world, "receipts", RECEIPTS, false);
        rules(&world, &json!([{"kind": "reversal", "currency": "CNY", "from": "100", "approvals": 1}]));
        let documents = || db.count("SELECT COUNT(*) AS n FROM documents");
        let refused = world.post("clerk", &undo, &json!({})).refused(409, "state");
        let why = refused["detail"].as_str().unwrap();
        assert!(why.contains("row 3: reversal over CNY 600.00") && !why.contains("row 2"), "{refused}");
        world.post("reviewer", &undo, &json!({})).refused(403, "forbidden");
        assert_eq!(documents(), 2, "nothing was written");
        assert_eq!(world.post("administrator", &undo, &json!({})).want(201)["records"], 2);
        // of nothing she is no second person: what was reversed by hand needs none
        let undo = brought(&world, "receipts", RECEIPTS, false);
        let rows = world.all("auditor", &format!("{}/rows", undo.strip_suffix("/undo").unwrap()));
        rules(&world, &json!([]));
        for row in &rows {
            reverse(&world, "clerk", &json!({"id": row["subject"]})).want(201);
        }
        world.post("reviewer", &undo, &json!({})).refused(403, "forbidden");
        assert_eq!(world.post("clerk", &undo, &json!({})).want(201)["records"], 0);
        world.verified();
    });
}

#[test]
fn what_a_rule_refuses_of_a_sheet_is_refused_at_its_amount() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        charged(&world, "clerk", "C1");
        rules(
            &world,
            &json!([{"kind": "invoice", "currency": "CNY", "from": "100", "approvals": 1},
                {"kind": "receipt", "currency": "CNY", "from": "100", "approvals": 1}]),
        );
        let opening =
            "number,customer,document_date,effective_date,amount\nO-1,C1,2026-09-30,2026-10-01,-5.00\n";
        let invoices = "number,customer,document_date,price_mode,description,quantity,unit_price,category\n\
            A-1,C1,2026-11-05,exclusive,轴承,1,10,13\nA-2,C1,2026-11-05,exclusive,轴承,2,100,13\n";
        for (kind, text, cell) in
            [("opening-balances", opening, "E2"), ("receipts", RECEIPTS, "C3"), ("invoices", invoices, "G3")]
        {
            let refused =
                world.post("clerk", "/v1/imports", &sheet(kind, text, json!({"currency": "CNY"}))).want(201);
            assert_eq!((&refused["made"], &refused["errors_total"]), (&json!(0), &json!(1)), "{refused}");
            assert_eq!(refused["errors"][0]["cell"], cell, "{refused}");
        }
    });
}
