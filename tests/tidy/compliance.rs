//! `host/COMPLIANCE.md` says which tests show what it claims: each of them is there.

use super::{none, root};
use std::collections::BTreeMap;

/// The tests that a page names, as `path.rs::test` between backticks.
fn named(page: &str) -> Vec<(String, String)> {
    let pieces = page.split('`').skip(1).step_by(2);
    let tests = pieces.filter_map(|piece| piece.split_once("::"));
    tests
        .filter(|(path, _)| path.ends_with(".rs"))
        .map(|(path, test)| (path.to_owned(), test.to_owned()))
        .collect()
}

/// Whether a source has a test of this name: a function marked as one.
fn has_test(source: &str, name: &str) -> bool {
    let mut marked = false;
    for line in source.lines().map(str::trim) {
        if line.starts_with("#[") {
            marked |= line == "#[test]";
        } else if !line.starts_with("//") {
            if marked && line.starts_with(&format!("fn {name}(")) {
                return true;
            }
            marked = false;
        }
    }
    false
}

#[test]
fn every_test_that_compliance_rests_on_is_there() {
    let page = std::fs::read_to_string(root().join("host/COMPLIANCE.md")).expect("the page");
    let named = named(&page);
    assert!(named.len() > 50, "only {} tests were found in it", named.len());
    let mut sources: BTreeMap<&str, Option<String>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (path, test) in &named {
        let source = sources.entry(path).or_insert_with(|| std::fs::read_to_string(root().join(path)).ok());
        if !source.as_ref().is_some_and(|source| has_test(source, test)) {
            wrong.push(format!("{path}::{test}"));
        }
    }
    none("tests that host/COMPLIANCE.md names and nobody has", &wrong);
}

#[test]
fn what_is_no_test_is_not_taken_for_one() {
    let source = "#[test]\n// why\n#[allow(dead_code)]\nfn one() {\n}\nfn two() {\n}\n";
    assert!(has_test(source, "one"));
    assert!(!has_test(source, "two") && !has_test(source, "on"));
    let page = "as `a.rs::one`, not `a::b`, and `c.rs`";
    assert_eq!(named(page), [("a.rs".to_owned(), "one".to_owned())]);
}
