//! What is no request: the right status, saying where, and nothing half done.

use super::world::{Send, World};
use serde_json::json;
use std::io::{Read, Write};
use std::net::TcpStream;
use store::testing::for_each_database;

fn customer() -> String {
    json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"}).to_string()
}

#[test]
fn numbers_and_texts_that_are_none_are_refused_with_their_place() {
    for_each_database(|db| {
        let world = World::new(db);
        for (body, pointer, said) in [
            (r#"{"code":"C1","terms_days":1e400}"#.as_bytes(), "/terms_days", "line 1 column 31"),
            (br#"{"code":"C1","terms_days":1.5}"#, "/terms_days", "decimals are strings"),
            (br#"{"code":"C1","terms_days":-0.0}"#, "/terms_days", "line 1"),
            (br#"{"code":"C1","code":"C2"}"#, "/code", "stands twice"),
            (b"{\"code\":\"C1\",\n\"name\":\"\xff\"}", "/name", "line 2"),
            (b"{\"code\":\"\\ud800\"}", "/code", "line 1"),
            (b"\xef\xbb\xbf{\"code\":\"C1\"}", "", "line 1 column 1"),
            (b"{\"code\":\"C1\"", "", "EOF while parsing an object at line 1 column 12"),
            (b"{\"code\":\"C1", "/code", "EOF while parsing a string"),
            (b"{\"code\":\"C1\"}{}", "", "trailing characters at line 1 column 14"),
            (b"\xc4\xe3", "", "line 1 column 1"),
        ] {
            let (token, key) = (world.house.token("clerk"), world.key());
            let send = Send {
                token: Some(token),
                key: Some(&key),
                media: Some("application/json"),
                body: Some(body),
                ..Send::default()
            };
            let shown = String::from_utf8_lossy(body).into_owned();
            let problem = world.send("POST", "/v1/customers", &send).refused(400, "malformed-json");
            assert_eq!(problem["errors"][0]["pointer"], pointer, "{shown}: {problem}");
            assert!(problem["detail"].as_str().unwrap().contains(said), "{shown}: {problem}");
        }
        assert_eq!(world.all("clerk", "/v1/customers").len(), 0);
    });
}

#[test]
fn a_body_in_another_encoding_is_told_to_be_one() {
    for_each_database(|db| {
        let world = World::new(db);
        let body = customer();
        for (media, headers, header) in [
            ("application/json; charset=gb18030", &[][..], "Content-Type"),
            ("application/json", &[("content-encoding", "gzip")][..], "Content-Encoding"),
            ("application/json", &[("content-encoding", "br")][..], "Content-Encoding"),
            ("text/json", &[][..], "Content-Type"),
        ] {
            let (token, key) = (world.house.token("clerk"), world.key());
            let send = Send {
                token: Some(token),
                key: Some(&key),
                media: Some(media),
                headers,
                body: Some(body.as_bytes()),
                ..Send::default()
            };
            let problem = world.send("POST", "/v1/customers", &send).refused(415, "unsupported-media-type");
            assert_eq!(problem["errors"][0]["header"], header, "{media}");
        }
        let key = world.key();
        let good = Send {
            token: Some(world.house.token("clerk")),
            key: Some(&key),
            media: Some("application/json; charset=\"UTF-8\""),
            headers: &[("content-encoding", "identity")],
            body: Some(body.as_bytes()),
            ..Send::default()
        };
        world.send("POST", "/v1/customers", &good).want(201);
    });
}

/// The first line of what comes back.
fn raw(world: &World, request: &str) -> String {
    let mut socket = TcpStream::connect(world.address()).unwrap();
    socket.set_read_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
    let _ = socket.write_all(request.as_bytes());
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_head_has_limits() {
    for_each_database(|db| {
        let world = World::new(db);
        let head =
            |lines: &str| format!("GET /v1/company HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{lines}\r\n");
        let large = format!("x-large: {}\r\n", "a".repeat(200_000));
        assert!(raw(&world, &head(&large)).contains(" 431 "), "{}", raw(&world, &head(&large)));
        // what still fits into the server's buffer is told in words
        let large = "a".repeat(40_000);
        let sent = Send {
            token: Some(world.house.token("clerk")),
            headers: &[("x-large", &large)],
            ..Send::default()
        };
        let told = world.send("GET", "/v1/company", &sent).refused(431, "head-too-large");
        assert!(told["detail"].as_str().is_some_and(|detail| detail.contains("32 KiB")), "{told}");
        let many: String = (0..200).map(|n| format!("x-{n}: a\r\n")).collect();
        let refused = raw(&world, &head(&many));
        assert!(refused.contains(" 431 ") || refused.contains(" 400 "), "{refused}");
        let none = world.get("clerk", "/v1/company?x=1").refused(400, "invalid-parameter");
        assert_eq!(none["detail"], "parameter x: is not known here: it takes none of its own");
        let long = format!("/v1/customers?name_prefix={}", "a".repeat(501));
        let problem = world.get("clerk", &long).refused(400, "invalid-parameter");
        assert_eq!(problem["errors"][0]["parameter"], "name_prefix");
        for broken in ["%FF", "%E4%B8", "a%C3&limit=1", "%ed%a0%80"] {
            let path = format!("/v1/customers?name_prefix={broken}");
            world.get("clerk", &path).refused(400, "invalid-parameter");
        }
        world.get("clerk", "/v1/customers?name_prefix=%E4%B8%ad+%25").want(200);
        // the server is there afterwards
        assert_eq!(world.get("clerk", "/v1/company").status, 200);
    });
}

/// A slip of a digit would open a number series of another century, for good. Today is 2 December 2026.
#[test]
fn dates_that_nobody_means_are_refused_with_their_place() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        world.text("POST", "clerk", "/v1/customers", &customer()).want(201);
        let line = json!({"description": "货", "quantity": "1", "unit_price": "10", "category": "13"});
        let invoice = |more: serde_json::Value| {
            let mut body = json!({"customer": "C1", "document_date": "2026-11-02", "currency": "CNY",
                "price_mode": "exclusive", "lines": [line]});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let money = |date: &str, effective: &str| {
            json!({"customer": "C1", "amount": {"amount": "1", "currency": "CNY"}, "value_date": date,
                "effective_date": effective})
        };
        let opening = |dated: &str, effective: &str, due: &str| {
            json!({"customer": "C1", "amount": {"amount": "12", "currency": "CNY"}, "document_date": dated,
                "effective_date": effective, "due_date": due})
        };
        let item = "item_01234567012345670123456701234567";
        let pay =
            json!({"debit_item": item, "credit_item": item, "amount": "1", "effective_date": "2099-01-01"});
        let refused = [
            ("/v1/invoices", invoice(json!({"document_date": "2199-12-31"})), "/document_date"),
            ("/v1/invoices", invoice(json!({"document_date": "2028-12-03"})), "/document_date"),
            ("/v1/invoices", invoice(json!({"effective_date": "2062-11-02"})), "/effective_date"),
            ("/v1/invoices", invoice(json!({"supply_date": "2062-11-02"})), "/supply_date"),
            ("/v1/invoices", invoice(json!({"due_date": "2056-12-03"})), "/due_date"),
            ("/v1/receipts", money("2062-11-03", "2026-11-03"), "/value_date"),
            ("/v1/receipts", money("2026-11-03", "2062-11-03"), "/effective_date"),
            ("/v1/opening-balances", opening("2026-09-01", "2062-11-01", "2062-12-01"), "/effective_date"),
            ("/v1/opening-balances", opening("2026-09-01", "2026-11-01", "2096-12-01"), "/due_date"),
            ("/v1/allocations", pay, "/effective_date"),
        ];
        for (path, body, pointer) in &refused {
            let problem = world.post("clerk", path, body).refused(422, "invalid-field");
            assert_eq!(problem["errors"][0]["pointer"], *pointer, "{path} {body}: {problem}");
        }
        // a year that no book has is said as it is: the day exists
        for date in ["1899-12-31", "9999-12-31"] {
            let body = invoice(json!({"document_date": date}));
            let problem = world.post("clerk", "/v1/invoices", &body).refused(400, "invalid-body");
            let said = problem["errors"][0]["detail"].as_str().unwrap();
            assert!(said.contains("outside of the years 1900 to 2199"), "{problem}");
        }
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM documents"), 0);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM series"), 0, "no number was taken");
        for body in [
            invoice(json!({"document_date": "2028-12-02"})),
            invoice(json!({"due_date": "2056-12-02"})),
            invoice(json!({"document_date": "2026-01-01"})),
        ] {
            world.post("clerk", "/v1/invoices", &body).want(201);
        }
        world
            .post("clerk", "/v1/opening-balances", &opening("1987-09-01", "2026-11-01", "1987-10-01"))
            .want(201);
    });
}
