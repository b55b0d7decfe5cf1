//! The sample month through the binary: it holds, and with the same seed and clock both databases agree.

use super::binary::{ACME, json, run};
use serde_json::{Value, json as value};
use std::path::Path;

const SEEDED: [&str; 6] = ["--seed", "20261130", "--clock", "2026-12-01T01:00:00Z", "demo", "--exit"];

fn demo(folder: &Path, more: &[&str]) -> Value {
    let arguments: Vec<&str> = SEEDED.iter().chain(more).copied().collect();
    json(folder, 0, &arguments)
}

fn holds(report: &Value) {
    let documents: u64 =
        report["documents"].as_array().expect("documents").iter().filter_map(|d| d["count"].as_u64()).sum();
    assert_eq!(documents, 400);
    let made = report["statements"]["made"].as_array().expect("statements").len();
    assert_eq!(made, 40, "{}", report["statements"]);
    assert_eq!(report["statements"]["approved"], 40);
    assert_eq!(report["statements"]["failed"], value!([]));
    assert_eq!(report["chain"]["holds"], true, "{}", report["chain"]);
    assert_eq!(report["tie_out"]["holds"], true, "{}", report["tie_out"]);
    let tied = report["tie_out"]["accounts"].as_array().expect("accounts");
    assert!(tied.len() >= 40 && tied.iter().all(|account| account["closing"] == account["balance"]));
    let replayed = report["replayed"].as_array().expect("replayed");
    assert_eq!(replayed.len(), 3);
    assert!(replayed.iter().all(|one| one["same"] == true), "{replayed:?}");
    let of = |name: &str| report["bank"][name].as_u64().expect("a number");
    assert_eq!(
        of("matched_by_policy") + of("matched_by_reviewer") + of("to_review") + of("unmatched"),
        of("lines")
    );
    assert!(of("matched_by_policy") > 0 && of("matched_by_reviewer") > 0 && of("unmatched") > 0);
    assert_eq!(report["bank"]["refused"], value!([]));
}

/// Tails and charges that no bank shows are proposed within the company's tolerances, and a person approves them; what
/// has no proposal says why.
fn written_off_by_people(at: &Path) {
    let set = json(at, 0, &["company", "tolerances"]);
    assert_eq!(set["tolerances"].as_array().map(Vec::len), Some(4), "{set}");
    let approved = json(at, 0, &["proposal", "list", "--status", "approved", "--limit", "1000"]);
    let approved = approved["proposals"].as_array().expect("proposals");
    for rule in ["reference-tail", "reference-charge-hidden"] {
        let of_rule: Vec<&Value> = approved.iter().filter(|p| p["rule"] == rule).collect();
        assert_eq!(of_rule.len(), 5, "{rule}");
        for proposal in of_rule {
            assert!(proposal["decided_by"].as_str().is_some_and(|by| by.starts_with("usr_")), "{proposal}");
            assert_eq!(proposal["differences"].as_array().map(Vec::len), Some(1), "{proposal}");
        }
    }
    let left = json(at, 0, &["proposal", "unmatched", "--limit", "1000"]);
    let left = left["bank_lines"].as_array().expect("bank lines");
    assert!(!left.is_empty() && left.iter().all(|line| line["unmatched"]["reason"].is_string()), "{left:?}");
}

#[test]
fn the_month_holds_and_a_second_run_makes_it_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    let first = demo(at, &[]);
    holds(&first);
    written_off_by_people(at);
    let statements = at.join("zhangben-data/statements");
    for statement in first["statements"]["made"].as_array().expect("statements") {
        let number = statement["number"].as_str().expect("a number");
        let pdf = std::fs::read(statements.join(format!("{number}-v1.pdf"))).expect("a PDF");
        assert!(pdf.starts_with(b"%PDF-1.7"));
        let html =
            std::fs::read_to_string(statements.join(format!("{number}-v1.html"))).expect("an HTML page");
        assert!(html.contains(number));
        let sealed = std::fs::read(statements.join(format!("{number}-v1.json"))).expect("the sealed bytes");
        let shown = run(at, &["statement", "show", number, "--json"]);
        assert_eq!(shown.stdout, sealed);
    }
    let second = demo(at, &[]);
    assert_eq!(
        second["chain"]["head"], first["chain"]["head"],
        "the same seed and clock give the same chain"
    );
    // a later process, with the machine's clock and its own randomness
    assert_eq!(json(at, 0, &["verify"])["head"], first["chain"]["head"]);
    assert_eq!(json(at, 0, &["replay", "--invoice", "INV-2026-000001"])["same"], true);
    let database = at.join("zhangben-data/zhangben.sqlite");
    as_in_truth(at, &format!("sqlite://{}", database.display()));
}

/// What was approved makes room for what waited on it, as the return of a receipt does: the clerk asks once more, and all
/// is held against the truth.
fn as_in_truth(at: &Path, database: &str) {
    json(at, 0, &["--clock", SEEDED[3], "--database", database, "reconcile", "--approve", "exact"]);
    super::truth::holds(database);
}

#[test]
fn both_databases_give_the_same_chain_statements_and_proposals() {
    if !store::testing::kinds().contains(&store::Kind::Postgres) {
        return;
    }
    let database = store::testing::TestDb::postgres();
    let postgres = database.url();
    let folder = tempfile::tempdir().expect("a folder");
    let (sqlite, other) = (folder.path().join("sqlite"), folder.path().join("postgres"));
    for at in [&sqlite, &other] {
        std::fs::create_dir(at).expect("a folder");
    }
    let on_sqlite = demo(&sqlite, &[]);
    let on_postgres = demo(&other, &["--database", postgres]);
    holds(&on_postgres);
    for part in ["documents", "taxes", "bank", "tie_out", "chain"] {
        assert_eq!(on_sqlite[part], on_postgres[part], "{part}");
    }
    assert_eq!(on_sqlite["statements"]["made"], on_postgres["statements"]["made"]);
    // made anew there, too
    assert_eq!(demo(&other, &["--database", postgres])["chain"], on_sqlite["chain"]);
    as_in_truth(&other, postgres);
}

#[test]
fn a_database_of_somebody_else_is_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    json(at, 0, &["migrate"]);
    json(at, 0, &ACME);
    let refused = json(at, 1, &["demo", "--exit"]);
    assert_eq!(refused["error"]["code"], "not-a-demo");
    assert_eq!(json(at, 0, &["company", "list"])["companies"][0]["code"], "acme");
}
