//! `dry_run=true`: every write is checked and computed as if it were meant, and nothing of it stays.

use super::dry_run_subledgers::{
    tries_of_books, tries_of_closes, tries_of_deliveries, tries_of_money, tries_of_parties, tries_of_terms,
};
use super::furnished::{Furnished, furnish, lines, sample};
use super::imports::customers;
use super::world::{Reply, Send, World};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::testing::for_each_database;

/// A write: route as it is described, role, path, body.
pub(super) struct Try {
    pub route: &'static str,
    pub role: &'static str,
    pub path: String,
    pub body: Body,
}

pub(super) enum Body {
    Json(Value),
    Rows(String),
    File(Vec<u8>),
}

fn dry(world: &World, one: &Try) -> Reply {
    sent(world, one, "dry_run=true")
}

/// With these parameters besides those of its path.
fn sent(world: &World, one: &Try, parameters: &str) -> Reply {
    let join = if one.path.contains('?') { '&' } else { '?' };
    let path = format!("{}{join}{parameters}", one.path);
    let (media, body) = match &one.body {
        Body::Json(body) => ("application/json", body.to_string().into_bytes()),
        Body::Rows(rows) => ("application/x-ndjson", rows.clone().into_bytes()),
        Body::File(bytes) => ("application/octet-stream", bytes.clone()),
    };
    let read = one.path.split('?').next().unwrap();
    let tag = world.get(one.role, read.strip_suffix("/template").unwrap_or(read)).header("etag").to_owned();
    let headers = [("if-match", if tag.is_empty() { "*" } else { tag.as_str() })];
    // what is replaced needs its tag; of a rate that does not say which day's in its path there is none
    let replaces = one.route.starts_with("PUT ") && one.route != "PUT /v1/fx-rates";
    let send = Send {
        token: Some(world.house.token(one.role)),
        // none is needed: nothing is written that could be written twice
        key: None,
        media: Some(media),
        headers: if replaces { &headers } else { &[] },
        body: Some(&body),
        ..Send::default()
    };
    world.send(one.route.split(' ').next().unwrap(), &path, &send)
}

fn invoice() -> Value {
    let line = json!({"description": "货", "quantity": "1", "unit_price": "100", "category": "13"});
    json!({"customer": "FRESH", "document_date": "2026-11-20", "currency": "CNY", "price_mode": "exclusive",
        "external_id": "DRY", "lines": [line]})
}

fn receipt() -> Value {
    json!({"customer": "FRESH", "amount": {"amount": "5", "currency": "CNY"}, "value_date": "2026-11-20"})
}

pub(super) fn fresh(code: &str) -> Value {
    json!({"code": code, "name": "试算客户", "country": "CN", "currency": "CNY"})
}

/// Every write there is, each good.
fn tries(there: &Furnished) -> Vec<Try> {
    let Furnished { call, proposals, statements, allocation, debit, credit, job, .. } = there;
    let json =
        |route, role, path: &str, body| Try { route, role, path: path.to_owned(), body: Body::Json(body) };
    let rows = |route, path: &str, rows: [Value; 2]| {
        let rows = rows.map(|row| row.to_string()).join("\n");
        Try { route, role: "clerk", path: path.to_owned(), body: Body::Rows(rows) }
    };
    let file =
        |route, role, path: &str, bytes| Try { route, role, path: path.to_owned(), body: Body::File(bytes) };
    let none = || json!({});
    let money = json!({"currency": "CNY", "role": "tail", "amount": "1.00"});
    let rate =
        json!({"source": "USD", "target": "CNY", "date": "2026-11-20", "rate": "7.1", "origin": "PBOC"});
    let account = json!({"number": "6222020200012345678", "scheme": "CN", "bank": "工商银行", "holder": "甲",
        "currency": "CNY"});
    let pay =
        json!({"debit_item": debit, "credit_item": credit, "amount": "1", "effective_date": "2026-11-30"});
    let binding = json!({"slot": "tax", "name": "tax-cn-vat", "valid_from": "2026-12-01"});
    let wasm = zhangben::wiring::builtins()[0].bytes.to_vec();
    let undo = format!("/v1/allocations/{allocation}/undo");
    let proposal = |verb| format!("/v1/proposals/{}/{verb}", proposals[0]);
    let statement = |verb| format!("/v1/statements/{}/{verb}", statements[0]);
    vec![
        json("PUT /v1/fx-rates", "clerk", "/v1/fx-rates", rate),
        json(
            "PUT /v1/period-locks",
            "administrator",
            "/v1/period-locks",
            json!({"kind": "hard", "through": "2026-09-30"}),
        ),
        json("POST /v1/revaluations", "clerk", "/v1/revaluations", json!({"as_of": "2026-11-30"})),
        json("POST /v1/regroupings", "clerk", "/v1/regroupings", json!({"as_of": "2026-11-30"})),
        json("PUT /v1/tolerances", "administrator", "/v1/tolerances", money),
        json("POST /v1/customers", "clerk", "/v1/customers", fresh("NEW")),
        rows("POST /v1/customers/bulk", "/v1/customers/bulk", [fresh("N1"), fresh("N2")]),
        json("PUT /v1/customers/{id}", "clerk", "/v1/customers/FRESH", fresh("FRESH")),
        json("POST /v1/customers/{id}/erase", "administrator", "/v1/customers/AWAY/erase", none()),
        json("POST /v1/invoices", "clerk", "/v1/invoices", invoice()),
        rows("POST /v1/invoices/bulk", "/v1/invoices/bulk", [invoice(), receiptless()]),
        json("POST /v1/receipts", "clerk", "/v1/receipts", receipt()),
        rows("POST /v1/receipts/bulk", "/v1/receipts/bulk", [receipt(), receipt()]),
        json("POST /v1/allocations", "clerk", "/v1/allocations", pay),
        json("POST /v1/allocations/{id}/undo", "clerk", &undo, json!({"effective_date": "2026-12-01"})),
        json("POST /v1/bank-accounts", "administrator", "/v1/bank-accounts", account),
        file("POST /v1/bank-files", "clerk", "/v1/bank-files?file_name=eur.xml", sample("bank-eur.xml")),
        json("POST /v1/reconciliations", "clerk", "/v1/reconciliations", none()),
        json("POST /v1/proposals/approve-exact", "clerk", "/v1/proposals/approve-exact", none()),
        json("POST /v1/proposals/{id}/approve", "reviewer", &proposal("approve"), none()),
        json("POST /v1/proposals/{id}/reject", "reviewer", &proposal("reject"), none()),
        file("POST /v1/plugins", "administrator", "/v1/plugins", wasm),
        json("POST /v1/bindings", "administrator", "/v1/bindings", binding),
        json("POST /v1/statement-runs", "clerk", "/v1/statement-runs", run()),
        json("POST /v1/statements/{id}/approve", "reviewer", &statement("approve"), none()),
        json("POST /v1/statements/{id}/reject", "reviewer", &statement("reject"), none()),
        json("POST /v1/jobs/{id}/cancel", "clerk", &format!("/v1/jobs/{job}/cancel"), none()),
        json(
            "POST /v1/invocations/{id}/replay",
            "auditor",
            &format!("/v1/invocations/{call}/replay"),
            none(),
        ),
        json("POST /v1/verify", "auditor", "/v1/verify", none()),
    ]
}

/// Those that came later.
fn more_tries(import: &str) -> Vec<Try> {
    let json =
        |route, path: &str, body| Try { route, role: "clerk", path: path.to_owned(), body: Body::Json(body) };
    let rows = |route, path: &str, rows: [Value; 2]| {
        let rows = rows.map(|row| row.to_string()).join("\n");
        Try { route, role: "clerk", path: path.to_owned(), body: Body::Rows(rows) }
    };
    vec![
        json("POST /v1/items", "/v1/items", item("A-1")),
        rows("POST /v1/items/bulk", "/v1/items/bulk", ["A-2", "A-3"].map(item)),
        json("POST /v1/opening-balances", "/v1/opening-balances", opening("OLD-1")),
        rows("POST /v1/opening-balances/bulk", "/v1/opening-balances/bulk", ["OLD-2", "OLD-3"].map(opening)),
        json("POST /v1/imports", "/v1/imports", brought("N3,新客户,CN,CNY\n")),
        json("POST /v1/imports/{id}/undo", &format!("/v1/imports/{import}/undo"), json!({})),
        json("POST /v1/customers/{id}/archive", "/v1/customers/FRESH/archive", json!({})),
        json("POST /v1/customers/{id}/unarchive", "/v1/customers/AWAY/unarchive", json!({})),
        json(
            "PUT /v1/fx-rates/{source}/{target}/{date}",
            "/v1/fx-rates/USD/CNY/2026-11-21",
            json!({"rate": "7.1", "origin": "PBOC"}),
        ),
    ]
}

/// Those of drafts, what they post, attachments, and the bank screen.
fn documents(world: &World, there: &Furnished) -> Vec<Try> {
    // another one: who is to be erased has nothing recorded
    world.post("clerk", "/v1/customers", &fresh("PAYS")).want(201);
    let receipt = || {
        let mut body = receipt();
        body["customer"] = json!("PAYS");
        body
    };
    let draft = |state: &str| {
        let body = json!({"kind": "receipt", "body": receipt()});
        let made = world.post("clerk", "/v1/drafts", &body).want(201);
        let path = format!("/v1/drafts/{}", made["id"].as_str().unwrap());
        if state != "draft" {
            world.post("clerk", &format!("{path}/submit"), &json!({})).want(200);
        }
        path
    };
    let waits = || {
        let body = json!({"item": there.credit, "amount": "0.10", "value_date": "2026-11-30"});
        let made = world.post("clerk", "/v1/drafts", &json!({"kind": "refund", "body": body})).want(201);
        let path = format!("/v1/drafts/{}", made["id"].as_str().unwrap());
        world.post("clerk", &format!("{path}/submit"), &json!({})).want(200);
        path
    };
    let free = world.post("clerk", "/v1/receipts", &receipt()).want(201);
    let lines = world.get("clerk", "/v1/bank-lines?status=open&credit=true&limit=2").want(200);
    let settle = |n: usize| format!("/v1/bank-lines/{}/settle", lines["items"][n]["id"].as_str().unwrap());
    let on_account =
        |n: usize| json!({"customer": "PAYS", "on_account": lines["items"][n]["amount"]["amount"]});
    let settled = world.post("clerk", &settle(0), &on_account(0)).want(201);
    let undo = format!("/v1/proposals/{}/undo", settled["proposal"]["id"].as_str().unwrap());
    let json =
        |route, role, path: &str, body| Try { route, role, path: path.to_owned(), body: Body::Json(body) };
    let bill = super::bills::received("PAYS", "B-0", "5.00", json!([]));
    let bill = world.post("clerk", "/v1/bills", &bill).want(201);
    let pays_bill = json!({"bill": bill["id"], "date": "2026-11-30"});
    let new = json!({"kind": "receipt", "body": receipt()});
    let (kept, ready) = (draft("draft"), draft("approved"));
    let attach = format!("/v1/attachments?file_name=x.pdf&draft={}", kept.rsplit('/').next().unwrap());
    let reverse = format!("/v1/documents/{}/reverse", free["id"].as_str().unwrap());
    vec![
        json("POST /v1/drafts", "clerk", "/v1/drafts", new.clone()),
        json("POST /v1/drafts/preview", "clerk", "/v1/drafts/preview", new),
        json("PUT /v1/drafts/{id}", "clerk", &kept, json!({"body": {}})),
        json("DELETE /v1/drafts/{id}", "clerk", &kept, json!({})),
        json("POST /v1/drafts/{id}/preview", "clerk", &format!("{kept}/preview"), json!({})),
        json("POST /v1/drafts/{id}/submit", "clerk", &format!("{kept}/submit"), json!({})),
        json("POST /v1/drafts/{id}/approve", "reviewer", &format!("{}/approve", waits()), json!({})),
        json("POST /v1/drafts/{id}/reject", "reviewer", &format!("{ready}/reject"), json!({"reason": "x"})),
        json("POST /v1/drafts/{id}/post", "clerk", &format!("{ready}/post"), json!({})),
        json("PUT /v1/approval-rules", "administrator", "/v1/approval-rules", json!({"rules": []})),
        json("POST /v1/documents/{id}/reverse", "clerk", &reverse, json!({"reason": "x"})),
        Try {
            route: "POST /v1/attachments",
            role: "clerk",
            path: attach,
            body: Body::File(b"%PDF-1.7\n".to_vec()),
        },
        json("POST /v1/bank-lines/{id}/settle", "clerk", &settle(1), on_account(1)),
        json(
            "POST /v1/bills",
            "clerk",
            "/v1/bills",
            super::bills::received("PAYS", "B-1", "5.00", json!([])),
        ),
        json("POST /v1/bill-payments", "clerk", "/v1/bill-payments", pays_bill),
        json("POST /v1/proposals/{id}/undo", "reviewer", &undo, json!({})),
    ]
}

fn item(code: &str) -> Value {
    json!({"code": code, "name": "轴承", "category": "13"})
}

fn opening(number: &str) -> Value {
    json!({"customer": "FRESH", "amount": {"amount": "12", "currency": "CNY"}, "document_date": "2026-09-01",
        "effective_date": "2026-11-01", "external_id": number})
}

fn brought(rows: &str) -> Value {
    let mut body = customers(rows);
    body["mode"] = json!("all-or-nothing");
    body
}

/// Without an external_id that the first row took.
pub(super) fn receiptless() -> Value {
    let mut body = invoice();
    body["external_id"] = Value::Null;
    body
}

fn run() -> Value {
    let code = |line: &String| serde_json::from_str::<Value>(line).unwrap()["code"].clone();
    let codes: Vec<Value> = lines("customers.ndjson").iter().rev().take(1).map(code).collect();
    json!({"cut_off": "2026-11-30", "period_start": "2026-10-01", "customers": codes})
}

/// Those of people, plugins and companies. `clerk` is a user, `binding` is pending, `digest` a plugin, `token` one of hers.
fn tries_of_people(clerk: &str, token: &str, binding: &str, digest: &str) -> Vec<Try> {
    let json = |route, role, path: String, body| Try { route, role, path, body: Body::Json(body) };
    let admin = "administrator";
    let user = json!({"login": "new", "name": "新人", "roles": ["clerk"]});
    let password = json!({"password": "a quite long password"});
    let company = json!({"code": "third", "name": "第三家", "country": "CN", "base_currency": "CNY",
        "time_zone": "Asia/Shanghai"});
    let corrected = json!({"code": "chenghu", "name": "改名", "country": "CN", "jurisdiction": "CN",
        "base_currency": "CNY", "time_zone": "Asia/Shanghai", "locale": "zh-CN", "taxpayer_status": "general",
        "retention_years": 30});
    let of_binding = |verb| format!("/v1/bindings/{binding}/{verb}");
    let config = json!({"config": {}});
    vec![
        json("POST /v1/users", admin, "/v1/users".to_owned(), user),
        json("POST /v1/users/{id}/password", admin, format!("/v1/users/{clerk}/password"), password),
        json("POST /v1/users/{id}/confirm", admin, format!("/v1/users/{clerk}/confirm"), json!({})),
        json(
            "POST /v1/tokens",
            admin,
            "/v1/tokens".to_owned(),
            json!({"user": "integrator", "label": "shop"}),
        ),
        json("POST /v1/tokens/{id}/revoke", admin, format!("/v1/tokens/{token}/revoke"), json!({})),
        json("POST /v1/companies", admin, "/v1/companies".to_owned(), company),
        json("PUT /v1/company", admin, "/v1/company".to_owned(), corrected),
        json("POST /v1/bindings/{id}/activate", "reviewer", of_binding("activate"), json!({})),
        json("POST /v1/bindings/{id}/withdraw", "reviewer", of_binding("withdraw"), json!({})),
        json(
            "POST /v1/plugins/{digest}/validate-config",
            admin,
            format!("/v1/plugins/{digest}/validate-config"),
            config,
        ),
        json(
            "PUT /v1/users/{id}",
            admin,
            format!("/v1/users/{clerk}"),
            json!({"name": "张会计", "roles": ["clerk", "reviewer"], "active": false}),
        ),
    ]
}

/// The writes that are described; those of sessions are never tried (they say so: tests/api/session.rs), the first run where there is
/// nobody yet (tests/api/setup.rs).
fn described() -> BTreeSet<String> {
    let document: Value = serde_json::from_str(zhangben::http::openapi::json()).unwrap();
    let mut found = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let writes =
            |method: &String, operation: &Value| method != "get" && operation["tags"][0] != "session";
        let operations = item.as_object().unwrap().iter().filter(|(method, one)| writes(method, one));
        found.extend(operations.map(|(method, _)| format!("{} {path}", method.to_uppercase())));
    }
    found
}

#[test]
fn every_write_can_be_tried_and_leaves_nothing() {
    for_each_database(|db| {
        let world = World::new(db);
        let there = furnish(&world, 60);
        world.post("clerk", "/v1/customers", &fresh("FRESH")).want(201);
        world.post("clerk", "/v1/customers", &fresh("AWAY")).want(201);
        world.post("clerk", "/v1/customers/AWAY/archive", &json!({})).want(200);
        let import = world.post("clerk", "/v1/imports", &brought("N4,旧客户,CN,CNY\n")).want(201);
        let documents = documents(&world, &there);
        let mut tries = tries(&there);
        tries.extend(documents);
        tries.extend(more_tries(import["id"].as_str().unwrap()));
        let first = |path: &str| world.get("administrator", path).want(200)["items"][0].clone();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let pending = json!({"slot": "tax", "name": "tax-cn-vat", "valid_from": "2027-01-01"});
        let pending = world.post("administrator", "/v1/bindings", &pending).want(201);
        let token = first("/v1/tokens");
        let clerk = world.get("auditor", "/v1/users").want(200)["items"].clone();
        let clerk = clerk.as_array().unwrap().iter().find(|one| one["login"] == "clerk").unwrap().clone();
        tries.extend(tries_of_people(
            &text(&clerk["id"]),
            &text(&token["id"]),
            &text(&pending["id"]),
            &text(&pending["digest"]),
        ));
        tries.extend(tries_of_terms(&world, &there.statements[1]));
        tries.extend(tries_of_closes());
        tries.extend(tries_of_books());
        tries.extend(tries_of_money(&world));
        tries.extend(tries_of_deliveries(&world));
        tries.extend(tries_of_parties(&world));
        tries.extend(super::bank_details::tries(&world));
        tries.push(super::duties::tries(&world, &there.credit));
        tries.extend(super::unlocks::tries(&world));
        tries.extend(super::disputes::tries(&world));
        world.post("clerk", "/v1/closes", &json!({"period": "2026-11"})).want(201);
        world.post("reviewer", "/v1/closes/2026-11/items/unapplied/sign", &json!({})).want(200);
        let optional = json!({"due_date": "2026-12-05", "mandatory": false, "reason": "none is sent"});
        let any = [("if-match", "*")];
        let item = "/v1/closes/2026-11/items/statements";
        world.with(("PUT", "administrator", item), &any, Some(&optional)).want(200);
        let tried: BTreeSet<String> = tries.iter().map(|one| one.route.to_owned()).collect();
        let missing: Vec<_> = described().difference(&tried).cloned().collect();
        assert!(missing.is_empty(), "no dry run of {missing:?} is tried here");
        let before = db.rows_by_table();
        assert!(before["documents"] > 60 && before["unsealed"] > 0, "{before:?}");
        for one in &tries {
            let reply = dry(&world, one);
            assert_eq!(reply.status, 200, "{}: {}", one.route, String::from_utf8_lossy(&reply.bytes));
            assert_eq!(reply.header("dry-run"), "true", "{}", one.route);
            if let Body::Rows(_) = one.body {
                assert!(
                    reply.lines().iter().all(|row| row["status"] == 200),
                    "{}: {:?}",
                    one.route,
                    reply.lines()
                );
            }
            assert_eq!(db.rows_by_table(), before, "{} left something", one.route);
            // a parameter that nobody reads may be one that was misspelt
            let problem = sent(&world, one, "dry_run=true&strange=1").refused(400, "invalid-parameter");
            assert_eq!(problem["errors"][0]["parameter"], "strange", "{}: {problem}", one.route);
        }
        let verified = world.post("auditor", "/v1/verify", &json!({})).want(200);
        assert_eq!(verified["holds"], true, "{verified}");
    });
}

#[test]
fn what_is_tried_is_computed_and_refused_as_if_it_were_meant() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        world.post("clerk", "/v1/customers", &fresh("FRESH")).want(201);
        let tried = world.post("clerk", "/v1/invoices?dry_run=true", &invoice()).want(200);
        assert_eq!(tried["tax"], json!({"amount": "13.00", "currency": "CNY"}), "the guest was asked");
        let again = world.post("clerk", "/v1/invoices?dry_run=true", &invoice()).want(200);
        assert_eq!(again["number"], tried["number"], "no number was taken");
        let meant = world.post("clerk", "/v1/invoices", &invoice()).want(201);
        assert_eq!((&meant["number"], &meant["tax"]), (&tried["number"], &tried["tax"]));
        world.post("clerk", "/v1/invoices?dry_run=true", &invoice()).refused(409, "duplicate");
        world.post("auditor", "/v1/customers?dry_run=true", &fresh("B")).refused(403, "forbidden");
        world.post("clerk", "/v1/customers?dry_run=true", &json!({"code": "B"})).refused(400, "invalid-body");
        // a dry run that failed keeps no lock and no connection
        world.post("clerk", "/v1/customers", &fresh("B")).want(201);
        let problem =
            world.post("clerk", "/v1/customers?dry_run=yes", &fresh("C")).refused(400, "invalid-parameter");
        assert_eq!(problem["errors"][0]["parameter"], "dry_run");
        world.get("clerk", "/v1/customers?dry_run=true").refused(400, "invalid-parameter");
        assert_eq!(world.all("clerk", "/v1/customers").len(), 2);
    });
}

#[test]
fn rows_are_tried_after_each_other() {
    for_each_database(|db| {
        let world = World::new(db);
        let rows = [fresh("A"), json!({"code": "B"}), fresh("A"), fresh("C")].map(|row| row.to_string());
        let told = world.rows("clerk", "k", "/v1/customers/bulk?dry_run=true", &rows.join("\n"));
        let statuses: Vec<Value> = told.lines().iter().map(|row| row["status"].clone()).collect();
        assert_eq!(statuses, [200, 400, 409, 200], "the third finds the code of the first taken");
        assert_eq!(world.all("clerk", "/v1/customers").len(), 0);
    });
}
