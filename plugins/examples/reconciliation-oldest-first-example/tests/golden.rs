//! Golden cases, and what no answer may break.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use reconciliation_oldest_first_example::OldestFirst;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;
use zhangben_sdk::golden;

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/golden"))
}

#[test]
fn golden_cases() {
    let cases = golden::check(folder(), golden::run_reconciliation::<OldestFirst>)
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(cases, 13);
}

fn number(value: &Value) -> i64 {
    value.as_str().unwrap().parse().unwrap()
}

/// Whatever is paid: no item more than is open, no line more than came in, every line answered once.
#[test]
fn nothing_is_paid_twice() {
    let mut input = golden::read(&folder().join("oldest-first.in.json")).unwrap();
    let line = input[3]["propose"]["lines"][0].clone();
    for seed in 0_i64..200 {
        let mut lines = Vec::new();
        for n in 0..6 {
            let mut one = line.clone();
            let amount = 1 + (seed * 7_919 + n * 10_007) % 45_000;
            one["amount"] = amount.to_string().into();
            one["remaining"] = one["amount"].clone();
            one["free_text"] = if n % 2 == 0 { json!("INV-2026-000002") } else { json!("") };
            lines.push(one);
        }
        input[3]["propose"]["lines"] = json!(lines);
        let answer = golden::run_reconciliation::<OldestFirst>(&input, "{}").unwrap().unwrap();
        let mut taken: HashMap<u64, i64> = HashMap::new();
        let mut answered = 0;
        for proposal in answer["proposals"].as_array().unwrap() {
            answered += 1;
            let mut paid = 0;
            for allocation in proposal["allocations"].as_array().unwrap() {
                let amount = number(&allocation["amount_in_line_currency"]);
                paid += amount;
                *taken.entry(allocation["item"].as_u64().unwrap()).or_default() += amount;
            }
            let came_in =
                number(&lines[usize::try_from(proposal["group"].as_u64().unwrap()).unwrap()]["amount"]);
            assert!(
                paid == came_in || (paid < came_in && proposal["residual"] == "on-account"),
                "{proposal}"
            );
        }
        assert_eq!(answered + answer["unmatched"].as_array().unwrap().len(), lines.len());
        let open: Vec<i64> = input[1]["load_items"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .chain(input[2]["load_items"]["items"].as_array().unwrap())
            .map(|item| number(&item["open"]))
            .collect();
        for (item, amount) in taken {
            assert!(amount <= open[usize::try_from(item).unwrap()], "item {item}: {amount}");
        }
    }
}
