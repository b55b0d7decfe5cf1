#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use super::*;
use domain::layout::{Cell, Column, Row, RowKind};
use money::{Currency, Minor, Money};

fn cited(minor: i64, code: &str, show_currency: bool) -> CitedMoney {
    let currency = Currency::parse(code).unwrap();
    CitedMoney { amount: Money::new(Minor::new(minor), currency), path: "/x".into(), show_currency }
}

#[test]
fn money_is_grouped_with_all_decimals_of_its_currency() {
    let zh = Locale::of("zh-CN");
    assert_eq!(zh.money(&cited(123_456_789, "CNY", false)), "1,234,567.89");
    assert_eq!(zh.money(&cited(-5, "CNY", false)), "-0.05");
    assert_eq!(zh.money(&cited(100_000, "CNY", false)), "1,000.00");
    assert_eq!(zh.money(&cited(99_999, "CNY", false)), "999.99");
    assert_eq!(zh.money(&cited(-123_456, "JPY", true)), "JPY\u{a0}-123,456");
    assert_eq!(zh.money(&cited(1_234_567, "KWD", false)), "1,234.567");
    assert_eq!(zh.money(&cited(i64::MIN, "CNY", false)), "-92,233,720,368,547,758.08");
}

#[test]
fn separators_and_the_place_of_the_code_follow_the_language() {
    let amount = cited(-123_456_789, "EUR", true);
    assert_eq!(Locale::of("en").money(&amount), "EUR\u{a0}-1,234,567.89");
    assert_eq!(Locale::of("de-DE").money(&amount), "-1.234.567,89\u{a0}EUR");
    assert_eq!(Locale::of("FR").money(&amount), "-1\u{a0}234\u{a0}567,89\u{a0}EUR");
    assert_eq!(Locale::of("").money(&amount), "EUR\u{a0}-1,234,567.89");
}

#[test]
fn numbers_keep_their_decimals_and_zero_has_no_sign() {
    let en = Locale::of("en");
    assert_eq!(en.number("13.00".parse().unwrap()), "13.00");
    assert_eq!(en.number("-12345.6789".parse().unwrap()), "-12,345.6789");
    assert_eq!(en.number("0.5".parse().unwrap()), "0.5");
    assert_eq!(en.number(Decimal::ZERO), "0");
    assert_eq!(en.grouped("-0.00"), "0.00");
    assert_eq!(en.grouped("-0.10"), "-0.10");
}

#[test]
fn dates_follow_the_language() {
    let date = NaiveDate::from_ymd_opt(2026, 1, 31).unwrap();
    assert_eq!(Locale::of("zh-Hans-CN").date(date), "2026-01-31");
    assert_eq!(Locale::of("en-GB").date(date), "31 Jan 2026");
    assert_eq!(Locale::of("de").date(date), "31.01.2026");
    assert_eq!(Locale::of("fr").date(date), "31/01/2026");
    assert_eq!(Locale::of("tlh").date(date), "2026-01-31");
}

#[test]
fn control_characters_and_overrides_do_not_reach_the_page() {
    assert_eq!(clean("对账单"), "对账单");
    assert!(matches!(clean("plain\ntext"), Cow::Borrowed(_)));
    assert_eq!(clean("a\u{0}b\u{7}c\td\r\ne\rf\u{2028}g"), "abc d\ne\nf\ng");
    assert_eq!(clean("100\u{202e}00.00\u{2069}\u{feff}\u{ffff}"), "10000.00");
    assert_eq!(clean_line("a\nb"), "a b");
}

#[test]
fn a_column_of_figures_is_aligned_at_its_end() {
    let column = |align| Column { title: "x".into(), align, weight: 1 };
    let row = |cells: Vec<(Value, u32)>| Row {
        kind: RowKind::Body,
        cells: cells.into_iter().map(|(value, span)| Cell { value, span }).collect(),
    };
    let figure = || Value::Number(Decimal::ONE);
    let text = || Value::Text("t".into());
    let table = Table {
        columns: vec![
            column(Align::Start),
            column(Align::Start),
            column(Align::Center),
            column(Align::Start),
        ],
        rows: vec![
            row(vec![(text(), 1), (figure(), 1), (figure(), 1), (Value::Empty, 1)]),
            row(vec![(text(), 2), (figure(), 1), (Value::Empty, 1)]),
        ],
        caption: None,
    };
    let aligns: Vec<Align> = (0..5).map(|c| column_align(&table, c)).collect();
    assert_eq!(aligns, [Align::Start, Align::End, Align::Center, Align::Start, Align::Start]);
}

#[test]
fn running_texts_are_parted_by_tabs() {
    assert_eq!(running_parts("a", 1), ["", "a", ""]);
    assert_eq!(running_parts("a\tb", 1), ["a", "", "b"]);
    assert_eq!(running_parts("a\tb\tc\td", 0), ["a", "b", "c d"]);
}
