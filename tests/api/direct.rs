//! What is posted directly is bound by the rules for drafts: of persons always, of integrators where the rule says so.

use super::drafts::{customer, invoice};
use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

fn rules(world: &World, rules: &Value) -> Value {
    world.put("administrator", "/v1/approval-rules", &json!({"rules": rules})).want(200)
}

fn receipt(amount: &str) -> Value {
    json!({"customer": "C1", "amount": {"amount": amount, "currency": "CNY"}, "value_date": "2026-11-20"})
}

#[test]
fn persons_make_a_draft_and_integrators_where_the_rule_says_so() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let of = |binds: bool| {
            json!([{"kind": "invoice", "currency": "CNY", "from": "1000", "approvals": 1, "binds_integrators": binds},
                {"kind": "receipt", "from": "0", "approvals": 1}])
        };
        let set = rules(&world, &of(false));
        assert_eq!(
            (&set["rules"][0]["binds_integrators"], &set["rules"][1]["binds_integrators"]),
            (&json!(false), &json!(false))
        );
        // 884.96 and 13 % are 1000.00: the gross counts
        world.post("clerk", "/v1/invoices", &invoice("C1", "884.95")).want(201);
        let entries = db.count("SELECT COUNT(*) AS n FROM entries");
        let refused =
            world.post("clerk", "/v1/invoices", &invoice("C1", "884.96")).refused(403, "approval-required");
        assert!(refused["next"].as_str().unwrap().contains("POST /v1/drafts"), "{refused}");
        assert!(refused["detail"].as_str().unwrap().contains("1000.00"), "{refused}");
        world.post("cashier", "/v1/receipts", &receipt("1")).refused(403, "approval-required");
        world.post("administrator", "/v1/receipts", &receipt("1")).refused(403, "approval-required");
        world
            .post("clerk", "/v1/invoices?dry_run=true", &invoice("C1", "2000"))
            .refused(403, "approval-required");
        assert_eq!(
            db.count("SELECT COUNT(*) AS n FROM entries"),
            entries,
            "nothing was written, no number taken"
        );
        // an integrator's key goes on
        world.post("integrator", "/v1/invoices", &invoice("C1", "2000")).want(201);
        world.post("integrator", "/v1/receipts", &receipt("1")).want(201);
        rules(&world, &of(true));
        world.post("integrator", "/v1/invoices", &invoice("C1", "2000")).refused(403, "approval-required");
        world.post("integrator", "/v1/invoices", &invoice("C1", "1")).want(201);

        // the same body as a draft, approved by another, is posted
        let draft = json!({"kind": "invoice", "body": invoice("C1", "2000")});
        let draft = world.post("clerk", "/v1/drafts", &draft).want(201);
        let path = |verb: &str| format!("/v1/drafts/{}/{verb}", draft["id"].as_str().unwrap());
        world.post("clerk", &path("submit"), &json!({})).want(200);
        world.post("reviewer", &path("approve"), &json!({})).want(200);
        assert_eq!(world.post("clerk", &path("post"), &json!({})).want(200)["state"], "posted");
        world.verified();
    });
}

#[test]
fn of_many_rows_each_is_told_its_own() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        rules(
            &world,
            &json!([{"kind": "invoice", "from": "0", "approvals": 0},
            {"kind": "invoice", "currency": "CNY", "from": "1000", "approvals": 2},
            {"kind": "receipt", "currency": "CNY", "from": "50", "approvals": 1}]),
        );
        let bulk = |path: &str, rows: &[Value]| -> Vec<Value> {
            let rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
            world.rows("clerk", &world.key(), path, &rows.join("\n")).lines()
        };
        let told =
            bulk("/v1/invoices/bulk", &[invoice("C1", "100"), invoice("C1", "1000"), invoice("C1", "200")]);
        let statuses: Vec<Value> = told.iter().map(|row| row["status"].clone()).collect();
        assert_eq!(statuses, [201, 403, 201], "{told:?}");
        assert_eq!(told[1]["problem"]["code"], "approval-required");
        let told = bulk("/v1/receipts/bulk", &[receipt("49.99"), receipt("50")]);
        let statuses: Vec<Value> = told.iter().map(|row| row["status"].clone()).collect();
        assert_eq!(statuses, [201, 403], "{told:?}");
        // a spreadsheet is no way round
        let file = "Y3VzdG9tZXIsYW1vdW50LGN1cnJlbmN5LGRhdGUKQzEsNjAuMDAsQ05ZLDIwMjYtMTEtMjAK";
        let import = json!({"kind": "receipts", "file_name": "r.csv", "file": file, "mode": "all-or-nothing",
            "mapping": {"columns": {"customer": "customer", "amount": "amount", "currency": "currency", "date": "value_date"}}});
        let reply = world.post("clerk", "/v1/imports", &import);
        assert!(String::from_utf8_lossy(&reply.bytes).contains("approval"), "{}", reply.json());
        assert_eq!(world.all("auditor", "/v1/receipts").len(), 1);
        world.verified();
    });
}
