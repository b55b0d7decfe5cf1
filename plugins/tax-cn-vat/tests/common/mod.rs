//! Documents for tests; the host's equations are checked independently of the rules (`zhangben_sdk::tax::equations`).
#![allow(dead_code, unused_imports)]

use serde_json::{Value, json};
use tax_cn_vat::ChinaVat;
pub use zhangben_sdk::tax::cases::{line, party};
use zhangben_sdk::tax::{Assessment, Document, cases};
use zhangben_sdk::{Context, Problem, json::of_json};

pub fn context() -> Context {
    of_json(
        &json!({"company": "test", "jurisdiction": "CN", "purpose": "live", "effective_date": "2026-03-01",
        "known_at": "1", "locale": "zh-CN", "base_currency": "CNY"}),
    )
    .unwrap()
}

/// A document of one purpose "issue"; members of `more` replace or add.
pub fn document(price_mode: &str, lines: Vec<Value>, more: Value) -> Document {
    cases::document(&cases::invoice("CN", "CNY", "2026-03-01", price_mode, lines, more)).unwrap()
}

/// A tax line of an original: on a line that asked for `code`.
pub fn taxed(line: u32, code: &str, rate: &str, base: &str, amount: &str) -> Value {
    let zero = "0.00";
    json!({"on": {"tag": "lines", "val": [line]}, "asked_category": code, "authority": "CN:STA", "kind": "vat", "code": code,
        "category": "standard", "rate": rate, "base": base, "deducted": zero, "exempt_base": zero, "out_of_scope_base": zero,
        "amount": amount, "collected_by": "seller"})
}

pub fn assess_with(config: &Value, document: &Document) -> Result<Assessment, Problem> {
    let config = if config.is_null() { String::new() } else { config.to_string() };
    cases::assess::<ChinaVat>(context(), &config, document).unwrap_or_else(|wrong| panic!("{wrong}"))
}

pub fn assess(document: &Document) -> Result<Assessment, Problem> {
    assess_with(&Value::Null, document)
}

pub fn refused(document: &Document) -> (String, String) {
    let problem = assess(document).unwrap_err();
    (problem.code, problem.subject.unwrap_or_default())
}
