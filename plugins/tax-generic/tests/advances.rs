//! Money that comes before what it is for (预收款): without effect on tax, taxed as if it were invoiced, or refused, as the configuration says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use common::{assess, config, document, tax};
use serde_json::{Value, json};
use zhangben_sdk::tax::Document;
use zhangben_sdk::tax::cases::{line, with};

fn advance(value: &str) -> Document {
    document("inclusive", vec![line(1, "1", value, "goods")], json!({"purpose": "advance"}))
}

fn rules(more: Value) -> Value {
    let outside = json!({"authority": "GB:HMRC", "kind": "vat", "code": "O"});
    let rule = with(tax("S", "GB:HMRC", "0.2"), json!({"categories": ["goods"]}));
    config(vec![rule], with(json!({"outside": outside}), more))
}

#[test]
fn without_a_word_no_tax_arises() {
    for more in [json!({}), json!({"advances": "none"})] {
        let found = assess(&rules(more), &advance("120.00")).unwrap();
        assert_eq!((found.totals.tax.as_str(), found.totals.gross.as_str()), ("0.00", "120.00"));
        assert_eq!(found.tax_lines[0].category, "out-of-scope");
    }
}

#[test]
fn adjusted_it_is_taxed_within_what_was_paid() {
    let found = assess(&rules(json!({"advances": "adjust"})), &advance("120.00")).unwrap();
    let totals = &found.totals;
    assert_eq!(
        (totals.net.as_str(), totals.tax.as_str(), totals.payable.as_str()),
        ("100.00", "20.00", "120.00")
    );
    assert_eq!((found.tax_lines[0].code.as_str(), found.tax_lines[0].category.as_str()), ("S", "standard"));
    // what is not paid is another member's, and no advance is a credit
    let other = rules(json!({"advances": "adjust", "settlement": {"tail": "refuse"}}));
    assert!(assess(&other, &advance("0.03")).is_ok());
}

#[test]
fn refused_it_says_where() {
    let refused = assess(&rules(json!({"advances": "refuse"})), &advance("120.00")).unwrap_err();
    let said = (refused.code.as_str(), refused.subject.as_deref());
    assert_eq!(said, ("advance-refused", Some("/documents/0/purpose")));
    let invoice = document("inclusive", vec![line(1, "1", "120.00", "goods")], json!({}));
    assert!(assess(&rules(json!({"advances": "refuse"})), &invoice).is_ok());
}
