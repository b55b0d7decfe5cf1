//! Money that comes before what it is for (预收款), by its category.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod common;

use common::{assess, assess_with, document, line, refused};
use serde_json::json;
use zhangben_sdk::tax::{Assessment, Document};

fn advance(category: &str) -> Document {
    document("inclusive", vec![line(1, "1", "1130.00", category)], json!({"purpose": "advance"}))
}

fn figures(found: &Assessment) -> (&str, &str, &str) {
    (&found.totals.net, &found.totals.tax, &found.tax_lines[0].category)
}

#[test]
fn of_goods_and_services_no_tax_arises_of_leases_it_does() {
    for category in ["goods-13", "13", "service-6", "property-9"] {
        let found = assess(&advance(category)).unwrap();
        assert_eq!(figures(&found), ("1130.00", "0.00", "out-of-scope"), "{category}");
    }
    let found = assess(&advance("lease-13")).unwrap();
    assert_eq!(figures(&found), ("1000.00", "130.00", "standard"));
}

#[test]
fn the_lists_are_the_configurations() {
    let config = json!({"advances": {"taxed": ["property-9"], "refused": ["goods-13"]}});
    let found = assess_with(&config, &advance("property-9")).unwrap();
    assert_eq!(figures(&found), ("1036.70", "93.30", "reduced"));
    assert_eq!(figures(&assess_with(&config, &advance("lease-13")).unwrap()).1, "0.00");
    let problem = assess_with(&config, &advance("goods-13")).unwrap_err();
    let said = (problem.code.as_str(), problem.subject.as_deref());
    assert_eq!(said, ("advance-refused", Some("/documents/0/lines/0/category_code")));
}

#[test]
fn a_category_that_is_not_there_is_refused_and_not_left_outside() {
    assert_eq!(refused(&advance("lease-14")).0, "unknown-category");
}
