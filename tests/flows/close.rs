//! A month is closed at the command line: through the same function as over HTTP.

use super::binary::{ACME, json, run};
use std::path::Path;

const TODAY: [&str; 2] = ["--clock", "2026-12-02T04:00:00Z"];

fn ends(at: &Path, code: i32, arguments: &[&str]) -> serde_json::Value {
    json(at, code, &[&TODAY[..], arguments].concat())
}

#[test]
fn a_month_is_opened_shown_signed_and_locked() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    ends(at, 0, &["migrate"]);
    ends(at, 0, &ACME);
    for (login, role) in [("li", "reviewer"), ("zhang", "clerk")] {
        ends(at, 0, &["user", "create", "--login", login, "--name", login, "--role", role]);
    }
    assert_eq!(ends(at, 3, &["period", "close"])["error"]["code"], "not-found");
    let bad = run(at, &["period", "open", "--period", "2026-13"]);
    assert_eq!(bad.status.code(), Some(2));
    ends(at, 2, &["period", "open", "--period", "2027-01"]);
    let opened = ends(at, 0, &["period", "open", "--period", "2026-11", "--as", "zhang"]);
    assert_eq!(opened["items"].as_array().map(Vec::len), Some(9));

    let shown = ends(at, 0, &["period", "close"]);
    assert_eq!(
        (&shown["period"], &shown["items"][4]["finding"]["code"]),
        (&"2026-11".into(), &"tied-out".into())
    );
    let table = run(at, &[&TODAY[..], &["period", "close", "--period", "2026-11"]].concat());
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    for word in ["2026-11", "mandatory", "bank-continuity", "no-accounts", "2026-12-05"] {
        assert!(table.contains(word), "{word}: {table}");
    }

    let lock = ["period", "lock", "--kind", "hard", "--through", "2026-11-30", "--as", "li"];
    let refused = ends(at, 1, &lock);
    assert_eq!(refused["error"]["code"], "state", "{refused}");
    let message = refused["error"]["message"].as_str().expect("a message");
    assert!(message.contains("bank-continuity of 2026-11"), "{refused}");
    let sign = |item: &str, code: i32, more: &[&str]| {
        ends(at, code, &[&["period", "sign", item, "--period", "2026-11", "--as", "li"][..], more].concat())
    };
    assert_eq!(sign("dispute", 3, &[])["error"]["code"], "not-found");
    assert_eq!(sign("vouchers-exported", 2, &[])["error"]["pointer"], "/note");
    assert_eq!(sign("vouchers-exported", 0, &["--note", "batch 7"])["signed_by"]["login"], "li");
    sign("tie-out", 1, &["--waive", "no reason"]);
    let forbidden = ends(at, 1, &["period", "sign", "tie-out", "--period", "2026-11", "--as", "zhang"]);
    assert_eq!(forbidden["error"]["code"], "forbidden");
    for item in ["bank-continuity", "revaluation", "tie-out", "statements", "suspense"] {
        assert_eq!(sign(item, 0, &[])["state"], "signed");
    }
    let reopen =
        ["period", "reopen", "tie-out", "--period", "2026-11", "--reason", "one more look", "--as", "li"];
    assert_eq!(ends(at, 0, &reopen)["state"], "open");
    assert_eq!(ends(at, 1, &lock)["error"]["code"], "state");
    sign("tie-out", 0, &[]);
    ends(at, 0, &lock);
    assert_eq!(ends(at, 1, &reopen)["error"]["code"], "period-locked");
    assert_eq!(ends(at, 0, &["verify"])["holds"], true);
}

#[test]
fn vouchers_are_numbered_written_and_handed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    ends(at, 0, &["migrate"]);
    ends(at, 0, &[&ACME[..], &["--chart", "generic"]].concat());
    let unknown = run(at, &[&ACME[..], &["--chart", "us-gaap"]].concat());
    assert_eq!(unknown.status.code(), Some(2));
    let vouchers = |code: i32, more: &[&str]| {
        ends(at, code, &[&["period", "vouchers", "--period", "2026-11"][..], more].concat())
    };
    assert_eq!(vouchers(1, &["--exported"])["error"]["code"], "state", "nothing was posted");
    let customer = "{\"code\": \"C1\", \"name\": \"n\", \"country\": \"DE\", \"currency\": \"EUR\"}\n";
    let opening = "{\"customer\": \"C1\", \"amount\": {\"amount\": \"12.50\", \"currency\": \"EUR\"}, \
                   \"document_date\": \"2026-09-01\", \"effective_date\": \"2026-11-01\", \"external_id\": \"OLD-1\"}\n";
    for (name, text) in [("customers.ndjson", customer), ("opening-balances.ndjson", opening)] {
        std::fs::write(at.join(name), text).expect("written");
        ends(at, 0, &["import", name.trim_end_matches(".ndjson"), name]);
    }
    let done = vouchers(0, &["--to", "v.csv", "--language", "en", "--exported"]);
    assert_eq!(
        (&done["vouchers"], &done["numbered"], &done["exported"]["n"]),
        (&1.into(), &1.into(), &1.into()),
        "{done}"
    );
    let text = std::fs::read_to_string(at.join("v.csv")).expect("a file");
    assert!(text.contains("记-1,2026-11-01,opening,OB-2026-000001,1200,"), "{text}");
    vouchers(2, &["--to", "v"]);
    assert_ne!(
        run(at, &[&TODAY[..], &["period", "vouchers", "--period", "2026-11", "--to", "v.csv"]].concat())
            .status
            .code(),
        Some(0),
        "a file that is there is not overwritten"
    );
    assert_eq!(ends(at, 0, &["verify"])["holds"], true);
}
