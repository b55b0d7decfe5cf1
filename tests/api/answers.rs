//! What a refusal says, and that both databases say the same: duplicates, texts, uploads, plugins of others, locks.

use super::world::{Send, World};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;
use store::testing::for_each_database;

fn customer(code: &str) -> Value {
    json!({"code": code, "name": "名", "country": "CN", "currency": "CNY"})
}

fn invoice(customer: &str, external_id: Option<&str>) -> Value {
    let line = json!({"description": "货", "quantity": "1", "unit_price": "10", "category": "13"});
    let mut body = json!({"customer": customer, "document_date": "2026-11-02", "currency": "CNY",
        "price_mode": "exclusive", "lines": [line]});
    if let Some(id) = external_id {
        body["external_id"] = json!(id);
    }
    body
}

fn receipt(external_id: &str) -> Value {
    json!({"customer": "C1", "amount": {"amount": "5.00", "currency": "CNY"}, "value_date": "2026-11-03",
        "external_id": external_id})
}

/// A company with the customer C1.
fn housed(db: &store::testing::TestDb) -> World {
    let world = World::new(db);
    world.bind();
    world.post("clerk", "/v1/customers", &customer("C1")).want(201);
    world
}

#[test]
fn an_external_id_that_is_taken_names_what_has_it_and_finds_it() {
    for_each_database(|db| {
        let world = housed(db);
        let first = world.post("clerk", "/v1/invoices", &invoice("C1", Some("A/1"))).want(201);
        let paid = world.post("clerk", "/v1/receipts", &receipt("A/1")).want(201);
        for (path, body, made) in
            [("/v1/invoices", invoice("C1", Some("A/1")), &first), ("/v1/receipts", receipt("A/1"), &paid)]
        {
            let problem = world.post("clerk", path, &body).refused(409, "duplicate");
            assert_eq!(problem["errors"][0]["pointer"], "/external_id", "{problem}");
            for name in ["id", "number"] {
                let named = made[name].as_str().unwrap();
                assert!(problem["detail"].as_str().unwrap().contains(named), "{problem}");
            }
            let found = world.all("auditor", &format!("{path}?external_id=A%2F1"));
            assert!(found.iter().any(|d| d["id"] == made["id"]), "{found:?}");
            assert_eq!(world.all("auditor", &format!("{path}?external_id=other")), Vec::<Value>::new());
        }
        // a refusal takes no number
        let next = world.post("clerk", "/v1/receipts", &receipt("A/2")).want(201);
        assert_eq!(next["number"], "RC-2026-000002");
        for name in [paid["id"].as_str().unwrap(), "RC-2026-000001"] {
            let shown = world.get("auditor", &format!("/v1/receipts/{name}")).want(200);
            assert_eq!((&shown["kind"], &shown["external_id"]), (&json!("receipt"), &json!("A/1")));
        }
        let number = first["number"].as_str().unwrap();
        world.get("auditor", &format!("/v1/receipts/{number}")).refused(404, "not-found");
        assert_eq!(world.all("auditor", "/v1/receipts?customer=C1").len(), 2);
    });
}

#[test]
fn texts_are_refused_alike_on_both_databases() {
    for_each_database(|db| {
        let world = housed(db);
        let with = |name: &str, value: Value| {
            let mut body = customer("C2");
            body[name] = value;
            body
        };
        for (name, value) in
            [("region", json!("\0")), ("email", json!("a@b\0")), ("name", json!("\0")), ("code", json!("\0"))]
        {
            let problem =
                world.post("clerk", "/v1/customers", &with(name, value)).refused(400, "malformed-json");
            assert_eq!(problem["errors"][0]["pointer"], format!("/{name}"), "{problem}");
        }
        let long = "x".repeat(501);
        for (name, value) in
            [("region", long.clone()), ("email", format!("a@{long}")), ("region", "\u{1b}".to_owned())]
        {
            let problem =
                world.post("clerk", "/v1/customers", &with(name, json!(value))).refused(422, "invalid-field");
            assert_eq!(problem["errors"][0]["pointer"], format!("/{name}"));
        }
        let mut bill = invoice("C1", None);
        bill["original"] = json!(long);
        world.post("clerk", "/v1/invoices", &bill).refused(422, "invalid-field");
        world.post("clerk", "/v1/invoices", &invoice(&long, None)).refused(400, "invalid-body");
        for path in
            ["/v1/customers/%00", "/v1/invoices/a%00", "/v1/receipts?external_id=%00", "/v1/statements/%1b"]
        {
            world.get("clerk", path).refused(400, "invalid-parameter");
        }
        world.get("clerk", &format!("/v1/invoices/{long}")).refused(400, "invalid-parameter");
        world
            .upload("clerk", "/v1/bank-files?file_name=x&format=%00", b"x")
            .refused(400, "invalid-parameter");
    });
}

#[test]
fn a_role_that_may_not_is_told_which_may() {
    for_each_database(|db| {
        let world = World::new(db);
        let lock = json!({"kind": "soft", "through": "2026-10-31"});
        let problem = world.put("clerk", "/v1/period-locks", &lock).refused(403, "forbidden");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains("lock periods") && detail.contains("administrator or reviewer"), "{detail}");
    });
}

#[test]
fn what_was_stored_can_be_read_again() {
    for_each_database(|db| {
        let world = housed(db);
        assert_eq!(world.get("auditor", "/v1/period-locks").want(200)["items"], json!([]));
        world
            .put("reviewer", "/v1/period-locks", &json!({"kind": "hard", "through": "2026-09-30"}))
            .want(200);
        let locks = world.get("clerk", "/v1/period-locks").want(200);
        assert_eq!(
            (&locks["items"][0]["kind"], &locks["items"][0]["through"]),
            (&json!("hard"), &json!("2026-09-30"))
        );
        let rate = |source: &str, date: &str| json!({"source": source, "target": "CNY", "date": date, "rate": "7.1", "origin": "x"});
        let days: Vec<String> = (1..=28).map(|day| format!("2026-10-{day:02}")).collect();
        for source in ["USD", "EUR", "GBP"] {
            for day in &days {
                world.put("clerk", "/v1/fx-rates", &rate(source, day)).want(200);
            }
        }
        let rates = world.all("auditor", "/v1/fx-rates");
        assert_eq!(rates.len(), 84, "more than a page");
        let keys: Vec<(String, String)> =
            rates.iter().map(|r| (r["source"].to_string(), r["date"].to_string())).collect();
        assert!(keys.is_sorted());
        let bill = world.post("clerk", "/v1/invoices", &invoice("C1", None)).want(201);
        let paid = world.post("clerk", "/v1/receipts", &receipt("R1")).want(201);
        let (debit, credit) = (bill["item"].as_str().unwrap(), paid["item"].as_str().unwrap());
        let pay = json!({"debit_item": debit, "credit_item": credit, "amount": "5.00", "effective_date": "2026-11-03"});
        let made = world.post("clerk", "/v1/allocations", &pay).want(201);
        let id = made["id"].as_str().unwrap();
        let one = world.get("auditor", &format!("/v1/allocations/{id}")).want(200);
        assert_eq!((&one["debit_item"], &one["amount"]["amount"]), (&json!(debit), &json!("5.00")));
        world
            .post("clerk", &format!("/v1/allocations/{id}/undo"), &json!({"effective_date": "2026-11-04"}))
            .want(201);
        for item in [debit, credit] {
            let of_item = world.get("auditor", &format!("/v1/allocations?item={item}")).want(200);
            let all = of_item["items"].as_array().unwrap();
            // the clock stands: which comes first is the ids' to say
            let undone = all.iter().find(|one| one["reverses"] == json!(id)).unwrap();
            assert_eq!((all.len(), &undone["amount"]["amount"]), (2, &json!("-5.00")), "{of_item}");
        }
        assert_eq!(world.all("auditor", "/v1/bank-files"), Vec::<Value>::new());
    });
}

/// Sends a head and no body: what comes back at once.
fn answered_without_body(world: &World, head: &str) -> String {
    let mut socket = TcpStream::connect(world.address()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    socket.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 1024];
    let length = socket.read(&mut answer).expect("an answer before the body");
    String::from_utf8_lossy(&answer[..length]).into_owned()
}

#[test]
fn who_may_not_is_told_before_the_body_is_read() {
    for_each_database(|db| {
        let world = World::new(db);
        let head = |path: &str, token: &str, length: usize| {
            format!(
                "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nidempotency-key: k\r\n\
                 content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
            )
        };
        let auditor = world.house.token("auditor");
        for path in ["/v1/bank-files?file_name=x.xml", "/v1/plugins"] {
            let said = answered_without_body(&world, &head(path, auditor, 1_000_000));
            assert!(said.starts_with("HTTP/1.1 403 "), "{path}: {said}");
        }
        let said = answered_without_body(&world, &head("/v1/customers", "zb_nobody", 1_000_000));
        assert!(said.starts_with("HTTP/1.1 401 "), "{said}");
    });
}

#[test]
fn a_plugin_that_another_company_brought_is_not_seen_and_decides_no_name() {
    for_each_database(|db| {
        let world = World::new(db);
        let tax = zhangben::wiring::builtins().iter().find(|b| b.name == "tax-cn-vat").expect("built in");
        // a custom section at its end: the same plugin and name under another digest
        let bytes = [tax.bytes, &[0, 6, 4], b"mine", b"!"].concat();
        let theirs = Send {
            token: Some(world.other.token("administrator")),
            key: Some("upload"),
            media: Some("application/wasm"),
            body: Some(&bytes),
            ..Send::default()
        };
        let admitted = world.send("POST", "/v1/plugins", &theirs).want(201);
        let digest = admitted["digest"].as_str().unwrap();
        let digests = |token: &str| {
            let listed =
                world.send("GET", "/v1/plugins", &Send { token: Some(token), ..Send::default() }).want(200);
            let items = listed["items"].as_array().unwrap().clone();
            items.iter().map(|p| p["digest"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert!(digests(world.other.token("auditor")).iter().any(|d| d == digest), "who brought it sees it");
        let ours = digests(world.house.token("administrator"));
        assert!(!ours.is_empty() && ours.iter().all(|d| d != digest), "{ours:?}");
        let by_name = json!({"slot": "tax", "name": "tax-cn-vat", "valid_from": "2026-01-01"});
        let bound = world.bind_one(&by_name);
        assert_ne!(bound["digest"], digest);
        // whoever knows the digest knows the bytes
        let by_digest = json!({"slot": "tax", "digest": digest, "valid_from": "2026-02-01"});
        world.bind_one(&by_digest);
        assert!(digests(world.house.token("auditor")).iter().any(|d| d == digest), "bound is known");
    });
}

#[test]
fn a_hard_lock_moves_forward_whoever_else_sets_one() {
    for_each_database(|db| {
        let world = World::new(db);
        for round in 1..=12 {
            let (early, late) = (format!("20{round:02}-01-31"), format!("20{round:02}-12-31"));
            std::thread::scope(|scope| {
                for through in [&late, &early, &late, &early] {
                    let body = json!({"kind": "hard", "through": through});
                    let world = &world;
                    scope.spawn(move || {
                        let put = ("PUT", "reviewer", "/v1/period-locks");
                        let reply = world.with(put, &[("if-match", "*")], Some(&body));
                        assert!(matches!(reply.status, 200 | 409), "{}", reply.json());
                    });
                }
            });
            let locks = world.get("auditor", "/v1/period-locks").want(200);
            assert_eq!(locks["items"][0]["through"], late, "it went back");
        }
    });
}

#[test]
fn statements_go_forward_and_nothing_is_taken_from_under_one() {
    for_each_database(|db| {
        let world = housed(db);
        world.post("clerk", "/v1/invoices", &invoice("C1", None)).want(201);
        let run = |body: Value| world.post("clerk", "/v1/statement-runs", &body);
        let problem =
            run(json!({"cut_off": "2026-11-30", "period_start": "2026-12-01"})).refused(422, "invalid-field");
        assert_eq!(problem["errors"][0]["pointer"], "/period_start");
        let one = |cut_off: &str| -> String {
            let made = run(json!({"cut_off": cut_off})).want(201);
            assert_eq!(made["failed"], json!([]), "{made}");
            made["made"][0].as_str().unwrap().to_owned()
        };
        let (first, second) = (one("2026-11-10"), one("2026-11-20"));
        let late = run(json!({"cut_off": "2026-11-15"})).want(201);
        assert_eq!(late["made"], json!([]), "{late}");
        assert!(late["failed"][0]["reason"].as_str().unwrap().contains("2026-11-20"), "{late}");
        let reject = |id: &str| world.post("reviewer", &format!("/v1/statements/{id}/reject"), &json!({}));
        let problem = reject(&first).refused(409, "state");
        assert!(problem["detail"].as_str().unwrap().contains("ST-20261120-C1"), "{problem}");
        reject(&second).want(200);
        reject(&first).want(200);
        one("2026-11-15");
    });
}
