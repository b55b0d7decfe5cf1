//! What `wit/README.md` says of what guests are asked with is what the host does.

use super::{none, root, rust};
use std::collections::BTreeSet;

fn page() -> String {
    std::fs::read_to_string(root().join("wit/README.md")).expect("the page")
}

/// What stands between backticks.
fn names(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The row of the last table, of what no host fills, that is of a world.
fn unfilled<'a>(page: &'a str, world: &str) -> &'a str {
    let (_, table) = page.split_once("| world | asked without").expect("the table");
    let row = table.lines().find(|line| line.starts_with(&format!("| {world} |")));
    row.unwrap_or_else(|| panic!("no row of {world}"))
}

#[test]
fn purposes_that_no_tax_rule_is_asked_with_are_named() {
    let page = page();
    let register = page.lines().find(|line| line.starts_with("| tax: document `purpose`")).expect("a row");
    let known = names(register.rsplit_once("● |").expect("two columns").1);
    assert!(known.len() > 8, "{known:?}");
    let never = unfilled(&page, "tax").rsplit_once("the purposes ").expect("a list of purposes").1;
    let asked: String = rust(&["host/crates/app/src"]).map(|source| source.text.as_str()).collect();
    let mut wrong = Vec::new();
    for purpose in known {
        let variant: String =
            purpose.split('-').map(|word| format!("{}{}", word[..1].to_uppercase(), &word[1..])).collect();
        if asked.contains(&format!("TaxPurpose::{variant}")) == names(never).contains(purpose) {
            wrong.push(purpose.to_owned());
        }
    }
    none("purposes of which wit/README.md says the wrong thing", &wrong);
}

/// How columns of items, and lists beside them, look that hold nothing, whatever is asked.
fn empty(member: &str) -> Vec<String> {
    let nothing = ["|_| None)?", "|_| None)", "|_| \"\")?", "|_| Minor::ZERO)?"];
    let starts = ["ordinals(rows, ", "texts(rows, ", "amounts(rows, "];
    let mut found = vec![
        format!("{member}: Vec::new(),"),
        format!("{member}: Minor::ZERO,"),
        format!("{member}: false,"),
    ];
    for (start, end) in starts.into_iter().flat_map(|start| nothing.map(|end| (start, end))) {
        found.push(format!("{member}: {start}{end},"));
        found.push(format!("{member}: {start}\"a {member}\", {end},"));
    }
    found
}

#[test]
fn what_no_policy_is_asked_with_is_named() {
    let page = page();
    let row = unfilled(&page, "reconciliation");
    // what is filled in some cases is told behind the last semicolon
    let always = row.rsplit_once("; ").expect("two parts").0;
    let named: BTreeSet<String> = names(always).into_iter().map(|name| name.replace('-', "_")).collect();
    let [columns, load] =
        ["host/crates/runtime/src/worlds/matching_v1.rs", "host/crates/app/src/reconciliation/load.rs"]
            .map(|path| std::fs::read_to_string(root().join(path)).expect("a source"));
    let asked = columns.split("/// As the guest said it.").next().expect("what is asked").to_owned() + &load;
    let left: BTreeSet<String> = asked
        .lines()
        .filter_map(|line| line.trim().split_once(": "))
        .filter(|(member, _)| !["ext", "extra"].contains(member))
        .filter(|(member, _)| {
            empty(member).iter().any(|filled| asked.lines().any(|line| line.trim() == filled))
        })
        .map(|(member, _)| member.to_owned())
        .collect();
    assert_eq!(named, left, "members that no host fills: said, and left empty");
}
