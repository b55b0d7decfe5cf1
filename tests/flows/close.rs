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
    assert_eq!(opened["items"].as_array().map(Vec::len), Some(7));

    let shown = ends(at, 0, &["period", "close"]);
    assert_eq!(
        (&shown["period"], &shown["items"][3]["finding"]["code"]),
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
    assert_eq!(sign("disputes", 3, &[])["error"]["code"], "not-found");
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
