#![allow(clippy::unwrap_used)]
use super::*;
use crate::http::v1::dto::parse;

const LEAST: &str = r#"{"customer":"C1","document_date":"2026-11-02","currency":"CNY","price_mode":"exclusive",
    "lines":[{"description":"货","quantity":"2","unit_price":"1.50","category":"goods-13"ALLOWANCES}]}"#;

fn issue(allowances: &str) -> Result<IssueInvoice, BodyError> {
    let text = LEAST.replace("ALLOWANCES", allowances);
    parse::<InvoiceBody>(text.as_bytes())?.try_into()
}

#[test]
fn the_least_body_has_its_defaults() {
    let input = issue("").unwrap();
    assert_eq!((input.kind, input.price_mode), (InvoiceKind::Invoice, PriceMode::Exclusive));
    assert_eq!(
        input.lines.first().map(|l| (l.nature.as_str(), l.supply.as_str())),
        Some(("normal", "goods"))
    );
}

#[test]
fn an_allowance_is_an_amount_or_a_fraction() {
    let ok = issue(r#","allowances":[{"fraction":"0.05"}]"#).unwrap();
    let first = ok.lines.first().and_then(|l| l.allowances.first()).unwrap();
    assert_eq!(first.amount, AdjustmentAmount::Fraction("0.05".parse().unwrap()));
    let both =
        issue(r#","allowances":[{"amount":"1","charge":true},{"amount":"1","fraction":"0.1"}]"#).unwrap_err();
    assert_eq!(both.pointer, "/lines/0/allowances/1/fraction");
    let none = issue(r#","allowances":[{}]"#).unwrap_err();
    assert_eq!(none.pointer, "/lines/0/allowances/0");
    let number = issue(r#","allowances":[{"amount":1}]"#).unwrap_err();
    assert_eq!(number.pointer, "/lines/0/allowances/0/amount");
}
