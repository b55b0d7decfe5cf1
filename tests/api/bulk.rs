//! Many rows in one request: an outcome each, each once.

use super::world::{Send, World};
use app::idempotency::{Answer, Request, RowOutcome, row};
use domain::canonical::Digest;
use serde_json::{Value, json};
use store::StoreError;
use store::testing::{TestDb, for_each_database};
use zhangben::http::problem::Problem;

/// What is taken many at once: what a sheet brings in, and tax invoices.
pub(super) const LISTS: [&str; 8] = [
    "customers",
    "items",
    "invoices",
    "receipts",
    "opening-balances",
    "deliveries",
    "orders",
    "tax-invoices",
];

fn customer(code: &str) -> String {
    json!({"code": code, "name": "名", "country": "CN", "currency": "CNY"}).to_string()
}

fn receipt(amount: &str) -> String {
    json!({"customer": "C1", "amount": {"amount": amount, "currency": "CNY"}, "value_date": "2026-11-03"})
        .to_string()
}

fn statuses(lines: &[Value]) -> Vec<(u64, u64)> {
    lines.iter().map(|line| (line["row"].as_u64().unwrap(), line["status"].as_u64().unwrap())).collect()
}

#[test]
fn each_row_has_its_outcome_and_a_repetition_the_same() {
    for_each_database(|db| {
        let world = World::new(db);
        let path = "/v1/customers/bulk";
        let rows =
            [customer("C1"), String::new(), "{\"code\":\"C2\"}".to_owned(), customer("C1"), customer("C3")];
        let first = world.rows("clerk", "k", path, &rows.join("\n"));
        let told = first.lines();
        assert_eq!(statuses(&told), [(1, 201), (3, 400), (4, 409), (5, 201)]);
        assert_eq!(told[0]["body"]["code"], "C1");
        let refused = &told[1]["problem"];
        assert_eq!(
            (&refused["code"], &refused["errors"][0]["pointer"]),
            (&json!("invalid-body"), &json!("/name"))
        );
        assert_eq!(told[2]["problem"]["code"], "code-taken");
        assert!(!told[2]["problem"]["next"].as_str().unwrap().is_empty());
        let again = world.rows("clerk", "k", path, &rows.join("\n"));
        assert_eq!(again.bytes, first.bytes, "byte for byte");
        assert_eq!((first.header("idempotency-hit"), again.header("idempotency-hit")), ("", "true"));
        // the mended row is worked on, the others are answered as before
        let mended = rows.join("\n").replace("{\"code\":\"C2\"}", &customer("C2"));
        let third = world.rows("clerk", "k", path, &mended).lines();
        assert_eq!(statuses(&third), [(1, 201), (3, 201), (4, 409), (5, 201)]);
        assert_eq!(third[0], told[0]);
        // another text where a row was made is another request
        let other = world.rows("clerk", "k", path, &customer("C9")).lines();
        assert_eq!(other[0]["problem"]["code"], "idempotency-key-reused");
        assert_eq!(world.all("clerk", "/v1/customers").len(), 3);
    });
}

#[test]
fn rows_without_an_external_id_are_posted_once() {
    for_each_database(|db| {
        let world = World::new(db);
        world.rows("clerk", "c", "/v1/customers/bulk", &customer("C1")).lines();
        let rows = [receipt("1"), receipt("1"), receipt("2")].join("\n");
        let first = world.rows("integrator", "r", "/v1/receipts/bulk", &rows);
        assert_eq!(statuses(&first.lines()), [(1, 201), (2, 201), (3, 201)]);
        for _ in 0..2 {
            assert_eq!(world.rows("integrator", "r", "/v1/receipts/bulk", &rows).bytes, first.bytes);
        }
        // the key is a person's
        let theirs = world.rows("clerk", "r", "/v1/receipts/bulk", &receipt("1")).lines();
        assert_eq!(theirs[0]["body"]["number"], "RC-2026-000004");
        assert_eq!(world.all("auditor", "/v1/receipts").len(), 4);
        let verified = world.post("auditor", "/v1/verify", &json!({})).want(200);
        assert_eq!(verified["holds"], true, "{verified}");
    });
}

fn invoice(external_id: &str, price: &str) -> Value {
    let line = json!({"description": "轴承", "quantity": "2", "unit_price": price, "category": "13"});
    json!({
        "customer": "C1", "external_id": external_id, "document_date": "2026-11-02", "currency": "CNY",
        "price_mode": "exclusive", "lines": [line],
    })
}

/// Invoices that stand on nothing, one that is no row, one that tax refuses, one whose name is taken in the body, one whose name
/// was taken before, and credits of what stands before them in the very same body.
fn mixed_invoices() -> Vec<String> {
    let with = |mut of: Value, name: &str, value: Value| {
        of[name] = value;
        of
    };
    let credit = |id: &str| {
        let credit = with(invoice(id, "10"), "kind", json!("credit-note"));
        with(credit, "original", json!("INV-2026-000002"))
    };
    let untaxed = json!([{"description": "?", "quantity": "1", "unit_price": "1", "category": "no-such"}]);
    [
        invoice("A", "10"),
        invoice("B", "20"),
        with(invoice("C", "30"), "lines", json!([])),
        with(invoice("D", "40"), "lines", untaxed),
        invoice("A", "50"),
        invoice("Z", "60"),
        invoice("E", "70"),
        credit("F"),
        credit("G"),
        with(credit("H"), "lines", invoice("", "99")["lines"].clone()),
        with(invoice("I", "80"), "customer", json!("nobody")),
        invoice("J", "90"),
        "{\"no row".into(),
        invoice("K", "100"),
    ]
    .iter()
    .map(|row| row.as_str().map_or_else(|| row.to_string(), str::to_owned))
    .collect()
}

/// What does not differ from world to world: status and number, or status and code.
fn said(status: &Value, body: &Value) -> String {
    let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
    format!("{status} {}{}", text("number"), text("code"))
}

#[test]
fn invoices_in_bulk_are_posted_as_one_by_one() {
    for_each_database(|db| {
        let rows = mixed_invoices();
        let found = |world: &World| {
            world.bind();
            world.rows("clerk", "c", "/v1/customers/bulk", &customer("C1")).lines();
            world.post("clerk", "/v1/invoices", &invoice("Z", "1")).want(201);
        };
        let alone_db = TestDb::new(db.db().kind());
        let alone = World::new(&alone_db);
        found(&alone);
        let one = |row: &String| {
            let reply = alone.text("POST", "clerk", "/v1/invoices", row);
            said(&json!(reply.status), &reply.json())
        };
        let expected: Vec<String> = rows.iter().map(one).collect();
        assert_eq!(expected[1], "201 INV-2026-000003", "{expected:?}");
        assert!(expected.iter().filter(|said| said.starts_with("201")).count() >= 6, "{expected:?}");

        let world = World::new(db);
        found(&world);
        let first = world.rows("clerk", "k", "/v1/invoices/bulk", &rows.join("\n"));
        let told = |line: &Value| match line["status"] == 201 {
            true => said(&line["status"], &line["body"]),
            false => said(&line["status"], &line["problem"]),
        };
        assert_eq!(first.lines().iter().map(told).collect::<Vec<_>>(), expected);
        let documents = world.all("auditor", "/v1/invoices").len();
        // what was posted is answered as before, byte for byte; nothing is posted twice
        let again = world.rows("clerk", "k", "/v1/invoices/bulk", &rows.join("\n"));
        assert_eq!(again.bytes, first.bytes);
        assert_eq!(world.all("auditor", "/v1/invoices").len(), documents);
        let verified = world.post("auditor", "/v1/verify", &json!({})).want(200);
        assert_eq!(verified["holds"], true, "{verified}");
    });
}

#[test]
fn a_run_that_lost_against_another_request_is_posted_once() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        world.rows("clerk", "c", "/v1/customers/bulk", &customer("C1")).lines();
        let rows: Vec<String> = (0..20).map(|n| invoice(&format!("R{n}"), "10").to_string()).collect();
        let text = rows.join("\n");
        let replies: Vec<Vec<u8>> = std::thread::scope(|scope| {
            let one = || world.rows("clerk", "k", "/v1/invoices/bulk", &text).bytes;
            // more than two bodies are not read at once: the third would be told to come again
            let all: Vec<_> = (0..2).map(|_| scope.spawn(one)).collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(world.all("auditor", "/v1/invoices").len(), 20);
        assert!(replies.iter().all(|bytes| *bytes == replies[0]), "each has the same answer");
    });
}

#[test]
fn a_truncated_last_row_is_refused_and_those_before_it_stand() {
    for_each_database(|db| {
        let world = World::new(db);
        let rows = format!("{}\n{}\n{}", customer("C1"), customer("C2"), &customer("C3")[..20]);
        let told = world.rows("clerk", "k", "/v1/customers/bulk", &rows).lines();
        assert_eq!(statuses(&told), [(1, 201), (2, 201), (3, 400)]);
        assert_eq!(told[2]["problem"]["code"], "malformed-json");
        assert!(told[2]["problem"]["detail"].as_str().unwrap().contains("line 1 column 20"), "{}", told[2]);
        let whole = [customer("C1"), customer("C2"), customer("C3")].join("\n");
        let told = world.rows("clerk", "k", "/v1/customers/bulk", &whole).lines();
        assert_eq!(statuses(&told), [(1, 201), (2, 201), (3, 201)]);
        assert_eq!(world.all("clerk", "/v1/customers").len(), 3);
    });
}

#[test]
fn a_bulk_body_has_limits_and_a_media_type() {
    for_each_database(|db| {
        let world = World::new(db);
        let path = "/v1/customers/bulk";
        let many = "{}\n".repeat(2_001);
        world.rows("clerk", "k", path, &many).refused(413, "body-too-large");
        world.rows("clerk", "k", path, "\n \n").refused(400, "invalid-body");
        let json = world.text("POST", "clerk", path, &customer("C1")).refused(415, "unsupported-media-type");
        let (next, detail) = (json["next"].as_str().unwrap(), json["detail"].as_str().unwrap());
        assert!(
            !next.contains("application/json") && detail.contains("must be application/x-ndjson"),
            "{json}"
        );
        world.rows("auditor", "k", path, &customer("C1")).refused(403, "forbidden");
        world.rows("clerk", "k", &format!("{path}?x=1"), &customer("C1")).refused(400, "invalid-parameter");
        let rows = customer("C1");
        let keyless = Send {
            token: Some(world.house.token("clerk")),
            media: Some("application/x-ndjson"),
            body: Some(rows.as_bytes()),
            ..Send::default()
        };
        world.send("POST", path, &keyless).refused(400, "idempotency-key-required");
        let long = format!("{}\n\"{}\"", customer("C1"), "x".repeat(1024 * 1024));
        let told = world.rows("clerk", "k", path, &long).lines();
        assert_eq!(statuses(&told), [(1, 201), (2, 413)]);
    });
}

/// The work of a row that the process does not survive: everything is written, nothing is committed.
fn dies(app: &app::App, world: &World) -> Result<Answer, Problem> {
    let actor = app::company::authenticate(&world.app, world.house.token("clerk"))?;
    let input = zhangben::http::v1::dto::parse::<zhangben::http::v1::dto::customer::CustomerBody>(
        customer("C1").as_bytes(),
    )?;
    let made = app::customer::create(app, &actor, world.house.id, &input.try_into()?)?;
    assert_eq!(made.code, "C1");
    Err(StoreError::Unavailable { what: "the process died".to_owned() }.into())
}

#[test]
fn a_row_is_in_with_its_answer_or_not_at_all() {
    for_each_database(|db| {
        let world = World::new(db);
        let actor = app::company::authenticate(&world.app, world.house.token("clerk")).unwrap();
        let request = || Request {
            route: "POST /v1/customers/bulk".to_owned(),
            key: "1 k".to_owned(),
            body_hash: Digest::of_bytes(b"row"),
        };
        let before = db.rows_by_table();
        let died = row(&world.app, &actor, world.house.id, request(), |app| dies(app, &world));
        assert!(died.is_err());
        assert_eq!(db.rows_by_table(), before, "nothing of it is there");
        // two that have the same row in hand: one does it, both have its answer
        let work = |app: &app::App| {
            let body = customer("C1");
            let input = zhangben::http::v1::dto::parse::<zhangben::http::v1::dto::customer::CustomerBody>(
                body.as_bytes(),
            );
            let made = app::customer::create(app, &actor, world.house.id, &input?.try_into()?)?;
            Ok::<_, Problem>(Answer { status: 201, bytes: made.id.to_string().into_bytes() })
        };
        let outcomes: Vec<RowOutcome> = std::thread::scope(|scope| {
            let one = || row(&world.app, &actor, world.house.id, request(), work).unwrap();
            let all: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let done = outcomes.iter().filter(|outcome| matches!(outcome, RowOutcome::Done(_))).count();
        assert_eq!(done, 1, "{outcomes:?}");
        let answers: std::collections::BTreeSet<Vec<u8>> = outcomes
            .into_iter()
            .map(|outcome| match outcome {
                RowOutcome::Done(answer) | RowOutcome::Repeated(answer) => answer.bytes,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(answers.len(), 1);
    });
}

#[test]
fn items_opening_balances_and_tax_invoices_come_row_by_row() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        world.rows("clerk", "c", "/v1/customers/bulk", &customer("C1")).lines();
        let item = |code: &str| json!({"code": code, "name": "轴承", "category": "13"});
        let opening = |number: &str| {
            json!({"customer": "C1", "amount": {"amount": "12", "currency": "CNY"}, "document_date": "2026-09-01",
                "effective_date": "2026-11-01", "external_id": number})
        };
        let paper = |number: &str| {
            json!({"number": number, "kind": "ordinary", "customer": "C1", "issued_on": "2026-11-20",
                "currency": "CNY", "net": "10", "tax": "1.30", "gross": "11.30"})
        };
        let of = |one: &dyn Fn(&str) -> Value| [one("N-1"), one("N-1"), json!({}), one("N-2")];
        for (list, rows) in
            [("items", of(&item)), ("opening-balances", of(&opening)), ("tax-invoices", of(&paper))]
        {
            let path = format!("/v1/{list}/bulk");
            let rows = rows.map(|row| row.to_string()).join("\n");
            let first = world.rows("clerk", "k", &path, &rows);
            let told = first.lines();
            assert_eq!(statuses(&told), [(1, 201), (2, 409), (3, 400), (4, 201)], "{list}: {told:?}");
            assert_eq!(world.rows("clerk", "k", &path, &rows).lines(), told, "{list}: each once");
            assert_eq!(world.all("clerk", &format!("/v1/{list}")).len(), 2, "{list}");
        }
        let verified = world.post("auditor", "/v1/verify", &json!({})).want(200);
        assert_eq!(verified["holds"], true, "{verified}");
    });
}

#[test]
fn a_condition_or_another_character_set_is_refused_before_any_row() {
    for_each_database(|db| {
        let world = World::new(db);
        for path in LISTS {
            let path = format!("/v1/{path}/bulk");
            let asks = |media: &'static str, headers: &'static [(&'static str, &'static str)]| Send {
                token: Some(world.house.token("clerk")),
                key: Some("k"),
                media: Some(media),
                headers,
                body: Some(&b"{}\n"[..]),
                ..Send::default()
            };
            let conditional = asks("application/x-ndjson", &[("if-match", "\"x\"")]);
            let refused = world.send("POST", &path, &conditional).refused(400, "invalid-parameter");
            assert_eq!(refused["errors"][0]["header"], "If-Match", "{path}: {refused}");
            let tried = world.send("POST", &format!("{path}?dry_run=true"), &conditional);
            tried.refused(400, "invalid-parameter");
            let foreign = asks("application/x-ndjson; charset=gbk", &[]);
            let refused = world.send("POST", &path, &foreign).refused(415, "unsupported-media-type");
            assert_eq!(refused["errors"][0]["header"], "Content-Type", "{path}");
            let ours = asks("application/x-ndjson; charset=\"UTF-8\"", &[]);
            assert_eq!(world.send("POST", &path, &ours).status, 200, "{path}");
        }
    });
}
