//! Golden cases, and what no split of an original into credits may break.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use serde_json::{Value, json};
use std::path::Path;
use std::str::FromStr;
use tax_flat_example::Flat;
use zhangben_sdk::{Decimal, golden};

#[test]
fn golden_cases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let cases = golden::check(&folder, golden::run_tax::<Flat>).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(cases, 20, "cases in {}", folder.display());
}

const CONFIG: &str = r#"{"rate": "0.07", "treatments": {"goods": "standard"}}"#;

fn run(document: &Value) -> Value {
    let ctx = json!({"company": "test", "jurisdiction": "CN", "purpose": "live", "effective_date": "2026-03-01",
        "known_at": "1", "locale": "zh-CN", "base_currency": "CNY"});
    let input = json!([{"plan": {"ctx": ctx, "documents": [document]}}, {"assess": {"rows": []}}]);
    golden::run_tax::<Flat>(&input, CONFIG).unwrap().unwrap_or_else(|problem| panic!("{problem:?}"))[0]
        .clone()
}

fn document(mode: &str, price: &str) -> Value {
    let party = json!({"country": "CN", "kind": "business", "taxpayer_status": "general"});
    json!({"id": 0, "purpose": "issue", "issue_date": "2026-03-01", "currency": "CNY", "price_mode": mode,
        "rounding": {"method": "half-up", "level": "line", "decimals": 2}, "seller": party, "buyer": party,
        "lines": [{"id": 1, "nature": "normal", "quantity": "1", "unit_price": price, "category_code": "goods",
            "supply": "goods"}]})
}

/// A tax line of an answer, as a later credit of it is told.
fn as_told(tax: &Value) -> Value {
    let mut told = json!({"on": {"tag": "lines", "val": [1]}, "asked_category": "goods"});
    for name in [
        "authority",
        "kind",
        "code",
        "category",
        "rate",
        "base",
        "deducted",
        "exempt_base",
        "out_of_scope_base",
    ] {
        told[name] = tax[name].clone();
    }
    told["amount"] = tax["amount"].clone();
    told["collected_by"] = tax["collected_by"].clone();
    told
}

fn d(value: &Value) -> Decimal {
    Decimal::from_str(value.as_str().unwrap()).unwrap()
}

/// Three credits that together are the invoice take back exactly its net and its tax, in both price modes.
#[test]
fn credits_in_parts_take_back_what_was_charged_and_not_a_cent_more() {
    for mode in ["exclusive", "inclusive"] {
        for cents in 3_i64..400 {
            let invoice = run(&document(mode, &Decimal::new(cents, 2).to_string()));
            let charged = &invoice["tax_lines"][0];
            let mut credited: Vec<Value> = Vec::new();
            let parts = [cents / 3, cents / 3, cents - 2 * (cents / 3)];
            for part in parts {
                let mut credit = document(mode, &Decimal::new(part, 2).to_string());
                credit["purpose"] = "credit".into();
                credit["lines"][0]["original_line"] = 1.into();
                credit["original"] =
                    json!({"id": 0, "number": "INV-1", "date": "2026-03-01", "tax": [as_told(charged)]});
                credit["already_credited"] = credited.clone().into();
                credited.push(as_told(&run(&credit)["tax_lines"][0]));
            }
            for name in ["base", "amount"] {
                let sum: Decimal = credited.iter().map(|tax| d(&tax[name])).sum();
                assert_eq!(sum, d(&charged[name]), "{mode} {cents} {name}: {credited:?}");
            }
        }
    }
}
