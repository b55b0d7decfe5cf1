//! Golden cases, and that every figure stands where it says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use serde_json::Value;
use statement_plain_example::Plain;
use std::path::Path;
use zhangben_sdk::golden;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/golden"))
}

#[test]
fn golden_cases() {
    let cases =
        golden::check(folder(), golden::run_statement::<Plain>).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(cases, 8);
}

/// Every money object in a layout.
fn cited(value: &Value, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            if let (Some(amount), Some(path)) = (members.get("amount"), members.get("path")) {
                found.push((path.as_str().unwrap().to_owned(), amount.as_str().unwrap().to_owned()));
            }
            members.values().for_each(|member| cited(member, found));
        }
        Value::Array(items) => items.iter().for_each(|item| cited(item, found)),
        _ => {}
    }
}

#[test]
fn every_figure_is_where_it_says_and_every_movement_is_shown() {
    for name in ["zh", "en-on-letter-paper", "entered-late", "two-sections"] {
        let input = golden::read(&folder().join(format!("{name}.in.json"))).unwrap();
        let output = golden::run_statement::<Plain>(&input, "{}").unwrap().unwrap();
        let mut figures = Vec::new();
        cited(&output, &mut figures);
        let model = &input[0]["lay_out"]["model"];
        for (path, amount) in &figures {
            assert_eq!(model.pointer(path).and_then(Value::as_str), Some(amount.as_str()), "{name} {path}");
        }
        let shown = |path: &str| figures.iter().any(|(cited, _)| cited == path);
        for (index, section) in model["sections"].as_array().unwrap().iter().enumerate() {
            for total in ["opening", "closing", "total_debit", "total_credit"] {
                assert!(shown(&format!("/sections/{index}/{total}")), "{name} {total}");
            }
            for list in ["movements", "prior_period"] {
                for n in 0..section[list].as_array().map_or(0, Vec::len) {
                    let of = |side: &str| shown(&format!("/sections/{index}/{list}/{n}/{side}"));
                    assert!(of("debit") || of("credit"), "{name} {list} {n}");
                }
            }
        }
    }
}
