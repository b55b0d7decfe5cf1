#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::canonical;
use crate::statement::fixture::{after, allocate, book_in, day, subject};
use crate::statement::{BankAccountBlock, CustomerRows, fold};
use rust_decimal::Decimal;

fn model() -> Model {
    let mut rows = CustomerRows::default();
    let invoice = book_in(&mut rows, 1, "2026-10-03", "invoice", Minor::new(113_000), Currency::EUR);
    rows.items[0].due_date = Some(day("2026-11-02"));
    let october = fold(subject("2026-10-31", 1), &rows).unwrap();
    let receipt = book_in(&mut rows, 2, "2026-11-20", "receipt", Minor::new(-1_230), Currency::EUR);
    allocate(&mut rows, 3, "2026-11-20", (invoice, receipt), 1_230);
    book_in(&mut rows, 4, "2026-10-15", "credit-note", Minor::new(-500), Currency::EUR);
    let row = &mut rows.ledger[1];
    row.references = vec![("purchase-order".into(), "PO-1".into())];
    row.tax = vec![("A".into(), Decimal::new(1300, 4), Minor::new(100), Minor::new(13))];
    row.lines = vec![MovementLine {
        description: "widget".into(),
        quantity: Some(Decimal::new(1_500, 3)),
        unit: None,
        unit_price: Some(Decimal::new(33_330_000, 6)),
        net: Minor::new(50),
        rate: None,
        tax: Minor::ZERO,
        gross: Minor::new(50),
    }];
    rows.rates = vec![(Currency::EUR, Decimal::new(71_230, 4), day("2026-11-28"), "PBOC".into())];
    let mut subject = after(&october, "2026-11-30", 9);
    subject.known_at = 9_007_199_254_740_993;
    subject.bank_accounts.push(BankAccountBlock {
        bank: "ICBC".into(),
        name: "US".into(),
        number: "123".into(),
        scheme: "CN".into(),
        bic: None,
        currency: Currency::EUR,
        verified: true,
    });
    fold(subject, &rows).unwrap()
}

#[test]
fn figures_stand_at_their_pointers_with_all_decimals() {
    let content = seal_content(&model());
    let at = |pointer: &str| content.pointer(pointer).unwrap_or_else(|| panic!("{pointer}")).clone();
    for (pointer, expected) in [
        ("/subject/kind", "statement"),
        ("/subject/digest", ""),
        ("/subject/known_at", "9007199254740993"),
        ("/subject/period/end", "2026-11-30"),
        ("/subject/previous/closing/0/amount", "1130.00"),
        ("/subject/customer/address/country", "CN"),
        ("/subject/bank_accounts/0/number", "123"),
        ("/sections/0/account", "1122"),
        ("/sections/0/currency", "EUR"),
        ("/sections/0/opening", "1130.00"),
        ("/sections/0/movements/0/credit", "12.30"),
        ("/sections/0/movements/0/debit", "0.00"),
        ("/sections/0/movements/0/balance", "1117.70"),
        ("/sections/0/movements/0/references/0/value", "PO-1"),
        ("/sections/0/movements/0/lines/0/quantity", "1.5"),
        ("/sections/0/movements/0/lines/0/unit_price", "33.33"),
        ("/sections/0/movements/0/lines/0/net", "0.50"),
        ("/sections/0/prior_period/0/credit", "5.00"),
        ("/sections/0/closing", "1112.70"),
        ("/sections/0/total_credit", "17.30"),
        ("/sections/0/open_items/0/paid", "12.30"),
        ("/sections/0/open_items/0/status", "overdue"),
        ("/sections/0/open_items/1/status", "open"),
        ("/sections/0/aging/basis", "due-date"),
        ("/sections/0/aging/buckets/1/amount", "1117.70"),
        ("/sections/0/aging/total", "1112.70"),
        ("/sections/0/unapplied", "5.00"),
        ("/sections/0/tax/0/rate", "0.13"),
        ("/sections/0/base/closing", "7925.76"),
        ("/sections/0/base/currency", "CNY"),
    ] {
        assert_eq!(at(pointer), Value::from(expected), "{pointer}");
    }
    assert_eq!(at("/sections/0/open_items/0/days_overdue"), Value::from(28));
    assert_eq!(at("/sections/0/movements/0/id"), Value::from(0));
    assert_eq!(at("/sections/0/prior_period/0/id"), Value::from(1), "ordinals count through the section");
    assert_eq!(at("/sections/0/aging/buckets/1/from_days"), Value::from(1));
    assert_eq!(at("/assets"), Value::Array(vec![]));
}

#[test]
fn absent_options_are_absent_and_the_content_has_a_canonical_form() {
    let content = seal_content(&model());
    for pointer in [
        "/confirmation",
        "/subject/supersedes",
        "/subject/bank_accounts/0/bic",
        "/subject/customer/address/city",
        "/sections/0/branch",
        "/sections/0/bills_receivable",
        "/sections/0/unbilled",
        "/sections/0/retained",
        "/sections/0/advances",
        "/sections/0/open_items/0/withheld",
        "/sections/0/open_items/0/disputed",
        "/sections/0/movements/0/due_date",
        "/sections/0/open_items/1/due",
        "/sections/0/aging/buckets/0/from_days",
    ] {
        assert_eq!(content.pointer(pointer), None, "{pointer}");
    }
    assert!(canonical::bytes(&content).is_ok());
    assert!(!content.to_string().contains("null"));
}

/// The members that `wit/statement/statement.wit` requires: without one the runtime could not make the record.
#[test]
fn every_required_member_of_the_wit_record_is_there() {
    let wit = include_str!("../../../../../wit/statement/statement.wit");
    let content = seal_content(&model());
    let section = &content["sections"][0];
    let movement = &section["movements"][0];
    for (record, value) in [
        ("model", &content),
        ("subject", &content["subject"]),
        ("previous", &content["subject"]["previous"]),
        ("party", &content["subject"]["customer"]),
        ("address", &content["subject"]["customer"]["address"]),
        ("bank-account", &content["subject"]["bank_accounts"][0]),
        ("section", section),
        ("movement", movement),
        ("movement-line", &movement["lines"][0]),
        ("open-item", &section["open_items"][0]),
        ("aging", &section["aging"]),
        ("aging-bucket", &section["aging"]["buckets"][1]),
        ("tax-summary", &section["tax"][0]),
        ("base-equivalent", &section["base"]),
    ] {
        let members = value.as_object().unwrap_or_else(|| panic!("{record} is no object"));
        let fields = fields(wit, record);
        assert!(!fields.is_empty(), "{record}");
        for (name, optional) in &fields {
            assert!(*optional || members.contains_key(name), "{record} lacks {name}");
        }
        for name in members.keys() {
            assert!(fields.iter().any(|(field, _)| field == name), "{record} has no field {name}");
        }
    }
}

/// (name in snake case, optional) of a WIT record.
fn fields(wit: &str, record: &str) -> Vec<(String, bool)> {
    let body =
        wit.split_once(&format!("record {record} {{")).map(|(_, rest)| rest.split('}').next().unwrap());
    let code: String = body.unwrap().lines().map(|l| l.split("//").next().unwrap()).collect();
    code.split(',')
        .filter_map(|field| field.split_once(':'))
        .map(|(name, kind)| (name.trim().replace('-', "_"), kind.trim().starts_with("option<")))
        .collect()
}
