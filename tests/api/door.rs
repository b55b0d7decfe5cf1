//! What stands before every use-case: tokens, companies, routes, media types, sizes, headers.

use super::world::{Send, World};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use store::testing::for_each_database;

fn customer(code: &str) -> Value {
    json!({"code": code, "name": "私密客户", "country": "CN", "currency": "CNY"})
}

#[test]
fn without_a_good_token_nothing_is_read_or_written() {
    for_each_database(|db| {
        let world = World::new(db);
        let unknown = format!("zb_{}", "0".repeat(64));
        let cases = [
            (None, "token-missing"),
            (Some("x"), "token-unknown"),
            (Some(unknown.as_str()), "token-unknown"),
        ];
        for (token, code) in cases {
            for (method, path) in
                [("GET", "/v1/customers"), ("GET", "/v1/company"), ("POST", "/v1/customers")]
            {
                let body = (method == "POST").then_some(b"{}".as_slice());
                let send =
                    Send { token, key: Some("k"), media: Some("application/json"), body, ..Send::default() };
                let reply = world.send(method, path, &send);
                reply.refused(401, code);
                assert!(reply.header("www-authenticate").starts_with("Bearer realm="), "{:?}", reply.headers);
            }
        }
        let revoked = revoked(&world);
        world
            .send("GET", "/v1/company", &Send { token: Some(&revoked), ..Send::default() })
            .refused(401, "token-revoked");
        let open = world.send("GET", "/healthz", &Send::default()).want(200);
        assert_eq!((&open["status"], &open["database"]), (&json!("ok"), &json!(db.db().kind().name())));
        assert_eq!(world.send("GET", "/openapi.json", &Send::default()).want(200)["openapi"], "3.1.0");
    });
}

fn revoked(world: &World) -> String {
    use app::company::{IssueToken, issue_token, revoke_token};
    let (app, system) = (&world.app, domain::actor::Actor::System);
    let input = IssueToken { login: "clerk".to_owned(), label: "lost".to_owned(), expires_in_days: Some(1) };
    let issued = issue_token(app, &system, world.house.id, &input).unwrap();
    revoke_token(app, &system, world.house.id, issued.id).unwrap();
    issued.secret
}

/// What a company has that another must not see.
struct Secrets {
    customer: String,
    document: String,
    item: String,
    call: String,
    receipt: String,
    allocation: String,
    statement: String,
    job: String,
    invoice: Value,
}

fn secrets(world: &World) -> Secrets {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let made = world.post("clerk", "/v1/customers", &customer("C1")).want(201);
    let line = json!({"description": "货", "quantity": "1", "unit_price": "10", "category": "13"});
    let invoice = json!({"customer": "C1", "document_date": "2026-11-02", "currency": "CNY",
        "price_mode": "exclusive", "lines": [line]});
    let issued = world.post("clerk", "/v1/invoices", &invoice).want(201);
    let shown = world.get("clerk", &format!("/v1/invoices/{}", text(&issued["id"]))).want(200);
    world.seal();
    let money = json!({"customer": "C1", "amount": {"amount": "1", "currency": "CNY"},
        "value_date": "2026-11-03", "allocations": [{"item": issued["item"], "amount": "1"}]});
    let paid = world.post("clerk", "/v1/receipts", &money).want(201);
    let run = world.post("clerk", "/v1/statement-runs", &json!({"cut_off": "2026-11-30"})).want(201);
    let key = world.key();
    let asked = Send {
        token: Some(world.house.token("clerk")),
        key: Some(&key),
        media: Some("application/json"),
        prefer: Some("respond-async"),
        body: Some(b"{}"),
        ..Send::default()
    };
    let job = world.send("POST", "/v1/reconciliations", &asked).want(202);
    Secrets {
        customer: text(&made["id"]),
        document: text(&issued["id"]),
        item: text(&issued["item"]),
        call: text(&shown["document"]["invocation"]),
        receipt: text(&paid["id"]),
        allocation: text(&paid["allocations"][0]),
        statement: text(&run["made"][0]),
        job: text(&job["job"]),
        invoice,
    }
}

#[test]
fn a_token_of_another_company_sees_nothing() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let secrets = secrets(&world);
        reads_nothing(&world, &secrets);
        writes_nothing(&world, &secrets);
        let own = world.get("clerk", &format!("/v1/customers/{}", secrets.customer)).want(200);
        assert_eq!(own["name"], "私密客户");
    });
}

fn reads_nothing(world: &World, secrets: &Secrets) {
    let Secrets { customer, document, item, call, receipt, allocation, statement, job, .. } = secrets;
    let theirs = Send { token: Some(world.other.token("administrator")), ..Send::default() };
    for path in [
        format!("/v1/receipts/{receipt}"),
        format!("/v1/allocations/{allocation}"),
        format!("/v1/statements/{statement}"),
        format!("/v1/statements/{statement}/artefacts"),
        format!("/v1/statements/{statement}/artefacts/statement.pdf"),
        format!("/v1/jobs/{job}"),
        format!("/v1/customers/{customer}"),
        "/v1/customers/C1".to_owned(),
        format!("/v1/customers/{customer}/balance"),
        format!("/v1/customers/{customer}/open-items"),
        format!("/v1/invoices/{document}"),
        "/v1/invoices/INV-2026-000001".to_owned(),
        format!("/v1/invoices?customer={customer}"),
        format!("/v1/invocations/{call}"),
    ] {
        let reply = world.send("GET", &path, &theirs);
        reply.refused(404, "not-found");
        assert!(!String::from_utf8_lossy(&reply.bytes).contains("私密客户"), "{path}");
    }
    let lists = [
        "customers",
        "invoices",
        "bank-accounts",
        "bindings",
        "statements",
        "proposals",
        "receipts",
        "fx-rates",
        "period-locks",
        "bank-files",
        "bank-lines",
        "jobs",
    ];
    let lists = lists.map(|list| format!("/v1/{list}"));
    for path in lists.into_iter().chain([format!("/v1/allocations?item={item}")]) {
        assert_eq!(world.send("GET", &path, &theirs).want(200)["items"], json!([]), "{path}");
    }
    let events = world.send("GET", "/v1/events", &theirs).want(200).to_string();
    assert!(!events.contains(customer) && !events.contains(document));
}

fn writes_nothing(world: &World, secrets: &Secrets) {
    let Secrets { customer, item, call, allocation, statement, job, invoice, .. } = secrets;
    let day = json!({"effective_date": "2026-11-03"});
    let pay = json!({"debit_item": item, "credit_item": item, "amount": "1", "effective_date": "2026-11-03"});
    let money =
        json!({"customer": "C1", "amount": {"amount": "1", "currency": "CNY"}, "value_date": "2026-11-03"});
    let run = json!({"cut_off": "2026-11-30", "customers": ["C1"]});
    let proposal = format!("prp_{}", "0".repeat(32));
    for (path, body) in [
        (format!("/v1/customers/{customer}/erase"), json!({})),
        ("/v1/invoices".to_owned(), invoice.clone()),
        ("/v1/receipts".to_owned(), money),
        (format!("/v1/invocations/{call}/replay"), json!({})),
        ("/v1/allocations".to_owned(), pay),
        (format!("/v1/allocations/{allocation}/undo"), day),
        ("/v1/statement-runs".to_owned(), run),
        (format!("/v1/statements/{statement}/approve"), json!({})),
        (format!("/v1/statements/{statement}/reject"), json!({})),
        (format!("/v1/proposals/{proposal}/approve"), json!({})),
        (format!("/v1/proposals/{proposal}/reject"), json!({})),
        (format!("/v1/jobs/{job}/cancel"), json!({})),
    ] {
        let (text, key) = (body.to_string(), world.key());
        let send = Send {
            token: Some(world.other.token("administrator")),
            key: Some(&key),
            media: Some("application/json"),
            body: Some(text.as_bytes()),
            ..Send::default()
        };
        let reply = world.send("POST", &path, &send);
        reply.refused(404, "not-found");
        assert!(!String::from_utf8_lossy(&reply.bytes).contains("私密客户"), "{path}");
    }
}

#[test]
fn unknown_addresses_methods_and_media_types_are_problems() {
    for_each_database(|db| {
        let world = World::new(db);
        let token = Some(world.house.token("clerk"));
        // at `/` stands the console, or how to build it
        let page = world.send("GET", "/", &Send::default());
        assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
        world.send("POST", "/", &Send { token, ..Send::default() }).refused(404, "unknown-route");
        for path in ["/index", "/v2/customers", "/v1", "/v1/customer", "/v1/customers/a/b", "/V1/customers"] {
            world.send("GET", path, &Send { token, ..Send::default() }).refused(404, "unknown-route");
        }
        for (method, path, allow) in [
            ("DELETE", "/v1/customers", "GET, HEAD, POST"),
            ("PUT", "/v1/invoices/INV-1", "GET, HEAD"),
            ("POST", "/v1/fx-rates", "GET, HEAD, PUT"),
            ("GET", "/v1/verify", "POST"),
            ("POST", "/healthz", "GET, HEAD"),
        ] {
            let reply = world.send(method, path, &Send { token, key: Some("k"), ..Send::default() });
            reply.refused(405, "method-not-allowed");
            assert_eq!(reply.header("allow"), allow, "{method} {path}");
        }
        let text = customer("C1").to_string();
        for media in [None, Some("text/plain"), Some("application/x-www-form-urlencoded")] {
            let key = world.key();
            let send = Send { token, key: Some(&key), media, body: Some(text.as_bytes()), ..Send::default() };
            let problem = world.send("POST", "/v1/customers", &send).refused(415, "unsupported-media-type");
            assert_eq!(problem["errors"][0]["header"], "Content-Type");
        }
        let problem = world.get("clerk", "/v1/customers?limit=0").refused(400, "invalid-parameter");
        assert_eq!(problem["errors"][0]["parameter"], "limit");
        for (path, parameter) in [
            ("/v1/customers?offset=3", "offset"),
            ("/v1/customers?after=nonsense", "after"),
            ("/v1/customers?limit=5&limit=6", "limit"),
            ("/v1/proposals?status=perhaps", "status"),
            ("/v1/proposals/cus_1", "id"),
            ("/v1/events?after=-1", "after"),
        ] {
            let problem = world.get("clerk", path).refused(400, "invalid-parameter");
            assert_eq!(problem["errors"][0]["parameter"], parameter, "{path}");
        }
    });
}

/// Sends bytes as they are and gives what comes back, head and body.
fn raw(world: &World, head: &str, body: &[u8]) -> String {
    let mut socket = TcpStream::connect(world.address()).unwrap();
    // who has not ended its body is answered all the same, though the connection stays until it does
    socket.set_read_timeout(Some(std::time::Duration::from_secs(5))).unwrap();
    socket.write_all(head.as_bytes()).unwrap();
    // the server may answer and close before it has read all of this
    let _ = socket.write_all(body);
    let mut answer = Vec::new();
    let _ = socket.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_body_that_is_too_large_is_refused_declared_or_not() {
    for_each_database(|db| {
        let world = World::new(db);
        let token = world.house.token("administrator");
        let head = |path: &str, more: &str| {
            format!(
                "POST {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nidempotency-key: k\r\n\
                 content-type: application/json\r\nconnection: close\r\n{more}\r\n\r\n"
            )
        };
        let megabyte = 1024 * 1024;
        let declared = raw(&world, &head("/v1/customers", &format!("content-length: {}", megabyte + 1)), b"");
        assert!(
            declared.starts_with("HTTP/1.1 413 ") && declared.contains("\"body-too-large\""),
            "{declared}"
        );
        let mut chunks = Vec::new();
        for _ in 0..=16 {
            chunks.extend(b"10000\r\n");
            chunks.extend(vec![b' '; 0x10000]);
            chunks.extend(b"\r\n");
        }
        let chunked = raw(&world, &head("/v1/customers", "transfer-encoding: chunked"), &chunks);
        assert!(chunked.starts_with("HTTP/1.1 413 "), "{}", chunked.lines().next().unwrap_or_default());
        // exactly as much as is allowed is read, and refused for what it says
        let padded = format!("{{}}{}", " ".repeat(megabyte - 2));
        world.text("POST", "clerk", "/v1/customers", &padded).refused(400, "invalid-body");
        let plugin =
            raw(&world, &head("/v1/plugins", &format!("content-length: {}", 16 * megabyte + 1)), b"");
        assert!(plugin.starts_with("HTTP/1.1 413 "), "{plugin}");
    });
}

#[test]
fn every_answer_has_the_headers_that_keep_browsers_out() {
    for_each_database(|db| {
        let world = World::new(db);
        let refused = world.send("GET", "/v1/customers", &Send::default());
        for reply in [world.get("clerk", "/v1/customers"), refused, world.get("clerk", "/nowhere")] {
            assert_eq!(reply.header("x-content-type-options"), "nosniff");
            assert_eq!(reply.header("x-frame-options"), "DENY");
            assert_eq!(reply.header("referrer-policy"), "no-referrer");
            assert_eq!(reply.header("cache-control"), "no-store");
            assert!(reply.header("content-security-policy").starts_with("default-src 'none'"));
            assert_eq!(reply.header("x-request-id").len(), 36);
            assert_eq!(reply.header("access-control-allow-origin"), "");
        }
    });
}

#[test]
fn problem_codes_are_explained_where_type_points_to() {
    for_each_database(|db| {
        let world = World::new(db);
        let all = world.send("GET", "/v1/problems", &Send::default()).want(200);
        let items = all["items"].as_array().unwrap();
        assert!(items.len() > 30);
        let problem = world.get("clerk", "/v1/customers/none").refused(404, "not-found");
        let explained = world.send("GET", problem["type"].as_str().unwrap(), &Send::default()).want(200);
        assert_eq!((&explained["code"], &explained["title"]), (&problem["code"], &problem["title"]));
        assert!(items.contains(&explained));
        world.send("GET", "/v1/problems/none", &Send::default()).refused(404, "not-found");
    });
}

/// RFC 9110 section 9.1: what can be got can be asked for without its body.
#[test]
fn head_answers_as_get_does_without_the_body() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let secrets = secrets(&world);
        for path in [
            "/healthz".to_owned(),
            "/openapi.json".to_owned(),
            "/v1/customers".to_owned(),
            format!("/v1/customers/{}", secrets.customer),
            format!("/v1/invoices/{}", secrets.document),
            "/v1/customers?format=csv".to_owned(),
            "/v1/lists/customers?format=csv".to_owned(),
            "/v1/customers/none".to_owned(),
            "/v1/customers?offset=3".to_owned(),
        ] {
            let send = Send { token: Some(world.house.token("clerk")), ..Send::default() };
            let (got, head) = (world.send("GET", &path, &send), world.send("HEAD", &path, &send));
            assert_eq!(head.status, got.status, "{path}");
            assert_eq!(head.bytes, b"", "{path}");
            for name in ["content-type", "etag", "content-disposition"] {
                assert_eq!(head.header(name), got.header(name), "{path}: {name}");
            }
            if got.status == 200 {
                assert_eq!(head.header("content-length"), got.bytes.len().to_string(), "{path}");
            }
        }
        let stranger = world.send("HEAD", "/v1/customers", &Send::default());
        assert_eq!((stranger.status, stranger.bytes.len()), (401, 0));
        let send = Send { token: Some(world.house.token("auditor")), ..Send::default() };
        let refused = world.send("HEAD", "/v1/verify", &send);
        assert_eq!((refused.status, refused.header("allow")), (405, "POST"));
    });
}
