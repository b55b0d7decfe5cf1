//! A bulk request tells each row when it is done. `kill -9` within it, or a caller who leaves: the same request goes on, no row is
//! posted twice.

use super::binary::json;
use super::server::{Server, agent};
use serde_json::{Value, json as value};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::time::{Duration, Instant};
use store::testing::{TestDb, kinds};

const ROWS: usize = 120;
/// Rows that are still worked on when the first is told.
const MANY: usize = 800;
/// How often the server is killed before the request ends.
const KILLS: u64 = 4;

/// A company with a customer; the clerk's token.
fn founded(at: &Path, database: &[&str]) -> String {
    let ok = |arguments: &[&str]| json(at, 0, &[database, arguments].concat());
    ok(&["migrate"]);
    let company = ["--code", "acme", "--name", "Acme", "--country", "CN", "--base-currency", "CNY"];
    ok(&[&["company", "create"][..], &company].concat());
    ok(&["user", "create", "--login", "li", "--name", "Li", "--role", "clerk"]);
    let customer = value!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
    std::fs::write(at.join("c.ndjson"), customer.to_string()).expect("written");
    ok(&["import", "customers", "c.ndjson"]);
    let token = ok(&["token", "issue", "--user", "li", "--label", "x"]);
    token["secret"].as_str().expect("a secret").to_owned()
}

/// Receipts without an id of their own: nothing but the request's key tells one from another.
fn rows(count: usize) -> String {
    let one =
        value!({"customer": "C1", "amount": {"amount": "1", "currency": "CNY"}, "value_date": "2026-11-03"});
    vec![one.to_string(); count].join("\n")
}

/// The answer as it begins, if somebody lives to give it.
fn begun(url: &str, token: &str, rows: &str) -> Option<ureq::http::Response<ureq::Body>> {
    let request = ureq::http::Request::builder()
        .method("POST")
        .uri(format!("{url}/v1/receipts/bulk"))
        .header("authorization", format!("Bearer {token}"))
        .header("idempotency-key", "one")
        .header("content-type", "application/x-ndjson");
    let response = agent().run(request.body(rows.as_bytes().to_vec()).expect("a request")).ok()?;
    assert_eq!(response.status().as_u16(), 200);
    Some(response)
}

/// The whole answer, if somebody lived to give it.
fn post(url: &str, token: &str, rows: &str) -> Option<Vec<u8>> {
    begun(url, token, rows)?.into_body().read_to_vec().ok()
}

fn receipts(test: &TestDb) -> i64 {
    test.count("SELECT COUNT(*) AS n FROM documents WHERE kind = 'receipt'")
}

#[test]
fn a_bulk_request_that_is_killed_goes_on_where_it_was() {
    for kind in kinds() {
        let test = TestDb::new(kind);
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        let database = ["--database", test.url()];
        let token = founded(at, &database);
        let rows = rows(ROWS);
        let mut killed_within = 0;
        for round in 0..KILLS {
            let server = Server::start(at, &database);
            std::thread::scope(|scope| {
                scope.spawn(|| post(server.url(), &token, &rows));
                std::thread::sleep(Duration::from_millis(60 + round * 70));
                server.kill();
            });
            drop(server);
            let there = receipts(&test);
            killed_within += u32::from(there > 0 && there < ROWS as i64);
        }
        let server = Server::start(at, &database);
        let first = post(server.url(), &token, &rows).expect("an answer");
        let told: Vec<Value> = std::str::from_utf8(&first)
            .expect("text")
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        assert_eq!(told.len(), ROWS);
        assert!(told.iter().all(|row| row["status"] == 201), "{told:?}");
        let mut ids: Vec<&Value> = told.iter().map(|row| &row["body"]["id"]).collect();
        ids.sort_by_key(|id| id.to_string());
        ids.dedup();
        assert_eq!((ids.len(), receipts(&test)), (ROWS, ROWS as i64), "each row once");
        assert_eq!(post(server.url(), &token, &rows), Some(first), "and told as before");
        assert!(killed_within > 0, "no kill came within the request on {kind:?}");
        drop(server);
        assert_eq!(json(at, 0, &[&database[..], &["verify"]].concat())["holds"], true);
    }
}

#[test]
fn a_row_is_told_when_it_is_done_and_a_caller_who_leaves_stops_none() {
    for kind in kinds() {
        let test = TestDb::new(kind);
        let folder = tempfile::tempdir().expect("a folder");
        let at = folder.path();
        let database = ["--database", test.url()];
        let token = founded(at, &database);
        let rows = rows(MANY);
        let server = Server::start(at, &database);
        let response = begun(server.url(), &token, &rows).expect("an answer begins");
        let mut lines = BufReader::new(response.into_body().into_reader());
        let mut first = String::new();
        lines.read_line(&mut first).expect("a line");
        let there = receipts(&test);
        let told: Value = serde_json::from_str(&first).expect("JSON");
        assert_eq!((&told["row"], &told["status"]), (&value!(1), &value!(201)), "{told}");
        assert!(
            (1..MANY as i64).contains(&there),
            "{there} of {MANY} rows were done at the first line on {kind:?}"
        );
        // the caller leaves
        drop(lines);
        let since = Instant::now();
        while receipts(&test) < MANY as i64 {
            assert!(since.elapsed() < Duration::from_secs(120), "{} of {MANY} rows", receipts(&test));
            std::thread::sleep(Duration::from_millis(50));
        }
        let again = post(server.url(), &token, &rows).expect("an answer");
        let again = String::from_utf8(again).expect("text");
        assert_eq!(again.lines().next(), Some(first.trim_end()), "told as before");
        assert_eq!((again.lines().count(), receipts(&test)), (MANY, MANY as i64), "each row once");
    }
}
