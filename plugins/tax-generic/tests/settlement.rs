//! What is not paid of an invoice (现金折扣, 尾差, 坏账): left, taken back from the original's tax, or refused, as the configuration says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use common::{assess, config, document, tax};
use serde_json::{Value, json};
use zhangben_sdk::tax::cases::{line, with};
use zhangben_sdk::tax::{Assessment, Document};

/// 100.00 at 20 %, of which `value` is not paid; `before` was taken back already.
fn unpaid(purpose: &str, value: &str, before: Vec<Value>) -> Document {
    let original = json!({"id": 0, "number": "I-1", "date": "2011-01-10", "tax": [taken("100.00", "20.00")]});
    let line = with(line(1, "1", value, "goods"), json!({"original_line": 1}));
    let more = json!({"purpose": purpose, "original": original, "already_credited": before});
    document("inclusive", vec![line], more)
}

fn taken(base: &str, amount: &str) -> Value {
    json!({"on": {"tag": "lines", "val": [1]}, "asked_category": "goods", "authority": "GB:HMRC", "kind": "vat", "code": "S",
        "category": "standard", "rate": "0.2", "base": base, "deducted": "0", "exempt_base": "0", "out_of_scope_base": "0",
        "amount": amount, "collected_by": "seller"})
}

/// Rules of today, at another rate than the original's.
fn rules(settlement: Value) -> Value {
    let outside = json!({"authority": "GB:HMRC", "kind": "vat", "code": "O"});
    let rule = with(tax("S", "GB:HMRC", "0.175"), json!({"categories": ["goods"]}));
    config(vec![rule], json!({"settlement": settlement, "outside": outside}))
}

fn figures(found: &Assessment) -> (&str, &str, &str) {
    (&found.totals.net, &found.totals.tax, &found.totals.gross)
}

#[test]
fn without_a_word_tax_stays() {
    for settlement in [json!({}), json!({"tail": "adjust", "settlement-discount": "none"})] {
        let found = assess(&rules(settlement), &unpaid("settlement-discount", "12.00", Vec::new())).unwrap();
        assert_eq!(figures(&found), ("12.00", "0.00", "12.00"));
        assert_eq!(found.tax_lines[0].category, "out-of-scope");
    }
}

#[test]
fn adjusted_it_takes_back_the_tax_of_the_original_and_never_more() {
    let rules = rules(json!({"settlement-discount": "adjust", "tail": "adjust", "bad-debt": "adjust"}));
    for purpose in ["settlement-discount", "tail", "bad-debt"] {
        let found = assess(&rules, &unpaid(purpose, "12.00", Vec::new())).unwrap();
        assert_eq!(figures(&found), ("10.00", "2.00", "12.00"), "at the rate of the original");
        assert_eq!(found.tax_lines[0].code, "S");
        // the rest of it takes the rest of the tax, and a penny more is refused
        let before = vec![taken("90.00", "18.00")];
        let found = assess(&rules, &unpaid(purpose, "12.00", before.clone())).unwrap();
        assert_eq!(figures(&found), ("10.00", "2.00", "12.00"));
        let refused = assess(&rules, &unpaid(purpose, "12.01", before)).unwrap_err();
        assert_eq!(refused.code, "exceeds-original");
    }
}

#[test]
fn refused_it_says_where() {
    let rules = rules(json!({"tail": "refuse"}));
    let refused = assess(&rules, &unpaid("tail", "0.03", Vec::new())).unwrap_err();
    assert_eq!(
        (refused.code.as_str(), refused.subject.as_deref()),
        ("settlement-refused", Some("/documents/0/purpose"))
    );
    assert!(assess(&rules, &unpaid("bad-debt", "0.03", Vec::new())).is_ok());
}
