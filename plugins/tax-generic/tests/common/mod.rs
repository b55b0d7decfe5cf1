//! Configurations and documents for tests.
#![allow(dead_code)]

use serde_json::{Value, json};
use std::path::Path;
use tax_generic::Generic;
use zhangben_sdk::tax::cases::{self, with};
use zhangben_sdk::tax::{Assessment, Document};
use zhangben_sdk::{Context, Problem, json::of_json};

/// The United Kingdom, 2010 and 2011.
pub const GB: &str = include_str!("../../configs/gb-vat-2010-2011.json");

pub fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn context() -> Context {
    of_json(
        &json!({"company": "test", "jurisdiction": "GB", "purpose": "live", "effective_date": "2011-02-01",
        "known_at": "1", "locale": "en", "base_currency": "GBP"}),
    )
    .unwrap()
}

/// An invoice within the United Kingdom.
pub fn document(price_mode: &str, lines: Vec<Value>, more: Value) -> Document {
    cases::document(&cases::invoice("GB", "GBP", "2011-02-01", price_mode, lines, more)).unwrap()
}

/// The host's equations hold of what is answered, or the test fails.
pub fn assess(config: &Value, document: &Document) -> Result<Assessment, Problem> {
    cases::assess::<Generic>(context(), &config.to_string(), document)
        .unwrap_or_else(|wrong| panic!("{wrong}\n{config}\n{document:?}"))
}

/// A tax at a rate on everything.
pub fn tax(code: &str, authority: &str, rate: &str) -> Value {
    json!({"code": code, "authority": authority, "kind": "vat", "treatment": "standard", "rate": rate})
}

pub fn config(taxes: Vec<Value>, more: Value) -> Value {
    with(json!({"seller": {"countries": ["GB"]}, "taxes": taxes}), more)
}
