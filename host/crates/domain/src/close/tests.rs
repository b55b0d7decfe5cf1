#![allow(clippy::unwrap_used)]
use super::*;
use crate::ids::BankStatementId;
use money::Minor;
use uuid::Uuid;

fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

fn month(text: &str) -> Month {
    text.parse().unwrap()
}

#[test]
fn a_month_is_known_by_its_last_day() {
    for (text, last) in [("2026-11", "2026-11-30"), ("2028-02", "2028-02-29"), ("2026-12", "2026-12-31")] {
        assert_eq!(month(text).last(), day(last));
        assert_eq!(month(text).to_string(), text);
        assert_eq!(Month::ending(day(last)), Some(month(text)));
    }
    assert_eq!(
        (month("2026-12").next(), month("2026-12").first()),
        (Some(month("2027-01")), day("2026-12-01"))
    );
    assert_eq!(Month::ending(day("2026-11-29")), None);
    for bad in ["", "2026", "2026-13", "2026-1", "2026-11-30", "November", "1026-11"] {
        assert!(bad.parse::<Month>().is_err(), "{bad}");
    }
}

#[test]
fn checks_have_names_of_their_own() {
    for check in Check::ALL {
        assert_eq!(Check::by_name(check.name()), Some(check));
    }
    assert_eq!(Check::by_name("dispute"), None);
    assert_eq!(Check::ALL.iter().filter(|check| check.is_mandatory()).count(), 5);
}

#[test]
fn due_dates_keep_their_day_of_the_month() {
    let moved = |due, from, to| due_moved(day(due), month(from), month(to)).to_string();
    assert_eq!(due_first(month("2026-11")), day("2026-12-05"));
    assert_eq!(moved("2026-12-05", "2026-11", "2026-12"), "2027-01-05");
    assert_eq!(moved("2026-12-05", "2026-11", "2027-02"), "2027-03-05");
    assert_eq!(moved("2027-01-30", "2026-12", "2027-01"), "2027-02-28", "there is no 30th");
    assert_eq!(moved("2026-11-30", "2026-11", "2026-12"), "2026-12-31", "the last stays the last");
    assert_eq!(moved("2026-12-05", "2026-11", "2026-09"), "2026-10-05", "an earlier month is opened later");
}

/// A statement: its first day, its last one, opening, closing.
type Stated<'a> = (&'a str, &'a str, Option<i64>, Option<i64>);

fn spans(of: &[Stated<'_>]) -> Vec<Span> {
    let span = |(n, (start, end, opening, closing)): (usize, &Stated<'_>)| Span {
        id: BankStatementId::new(Uuid::from_u128(u128::try_from(n).unwrap())),
        start: day(start),
        end: day(end),
        opening: opening.map(Minor::new),
        closing: closing.map(Minor::new),
        order: u64::try_from(n).unwrap(),
        sheet: None,
    };
    of.iter().enumerate().map(span).collect()
}

/// What is found of November: kind, the number of the statement before and of the one after.
fn november(spans: Vec<Span>) -> Vec<(&'static str, Option<u128>, Option<u128>)> {
    let number = |of: Option<(BankStatementId, Option<Minor>)>| of.map(|(id, _)| id.uuid().as_u128());
    let found = gaps(spans, day("2026-11-01"), day("2026-11-30"));
    found.into_iter().map(|gap| (gap.kind.name(), number(gap.before), number(gap.after))).collect()
}

#[test]
fn statements_that_follow_each_other_leave_no_gap() {
    for of in [
        spans(&[("2026-11-01", "2026-11-30", Some(5), Some(9))]),
        spans(&[
            ("2026-10-01", "2026-10-31", Some(1), Some(5)),
            ("2026-11-01", "2026-11-30", Some(5), Some(9)),
        ]),
        // no movement from the 3rd on: the bank sends nothing until December
        spans(&[
            ("2026-11-02", "2026-11-02", Some(5), Some(9)),
            ("2026-12-04", "2026-12-04", Some(9), Some(2)),
        ]),
        // several of a day, in the order of their numbers
        spans(&[
            ("2026-11-02", "2026-11-02", Some(5), Some(9)),
            ("2026-11-02", "2026-11-02", Some(9), Some(4)),
            ("2026-11-03", "2026-11-30", Some(4), Some(7)),
        ]),
        // a month that repeats its days, and one that overlaps the one before
        spans(&[
            ("2026-11-01", "2026-11-10", Some(5), Some(9)),
            ("2026-11-05", "2026-11-05", Some(6), Some(8)),
            ("2026-11-01", "2026-11-30", Some(5), Some(7)),
        ]),
        spans(&[
            ("2026-11-01", "2026-11-10", Some(5), Some(9)),
            ("2026-11-11", "2026-11-20", Some(9), Some(3)),
            ("2026-11-11", "2026-11-30", Some(9), Some(7)),
        ]),
        // what was wrong in October is October's
        spans(&[
            ("2026-09-01", "2026-09-30", Some(1), Some(2)),
            ("2026-10-05", "2026-11-01", Some(3), Some(5)),
            ("2026-11-02", "2026-11-30", Some(5), Some(9)),
        ]),
        // and what is wrong in December is December's
        spans(&[
            ("2026-11-01", "2026-11-30", Some(5), Some(9)),
            ("2026-12-01", "2026-12-01", Some(8), Some(2)),
        ]),
    ] {
        assert_eq!(november(of.clone()), [], "{of:?}");
    }
}

#[test]
fn gaps_are_named_by_what_stands_around_them() {
    assert_eq!(november(Vec::new()), [("no-statement", None, None)]);
    let december = spans(&[("2026-12-01", "2026-12-31", Some(1), Some(2))]);
    assert_eq!(november(december), [("no-statement", None, None)]);
    let torn = spans(&[
        ("2026-11-01", "2026-11-09", Some(5), Some(9)),
        ("2026-11-11", "2026-11-30", Some(8), Some(7)),
    ]);
    assert_eq!(november(torn), [("broken", Some(0), Some(1))]);
    let early = spans(&[("2026-11-01", "2026-11-28", Some(5), Some(9))]);
    assert_eq!(november(early.clone()), [("ends-early", Some(0), None)]);
    let beyond = [early, spans(&[("2026-12-01", "2026-12-02", Some(8), Some(9))])].concat();
    assert_eq!(november(beyond).first().map(|gap| gap.0), Some("broken"));
    let silent =
        spans(&[("2026-11-01", "2026-11-09", Some(5), None), ("2026-11-10", "2026-11-30", Some(9), Some(7))]);
    assert_eq!(november(silent), [("no-balance", None, Some(0))]);
    let blind =
        spans(&[("2026-11-01", "2026-11-09", Some(5), Some(6)), ("2026-11-10", "2026-11-30", None, Some(7))]);
    assert_eq!(november(blind), [("no-balance", Some(0), Some(1))]);
}

#[test]
fn pages_are_one_statement() {
    let mut sheets = spans(&[
        ("2026-11-01", "2026-11-30", Some(5), None),
        ("2026-11-01", "2026-11-30", None, None),
        ("2026-11-01", "2026-11-30", None, Some(9)),
    ]);
    for (n, span) in sheets.iter_mut().enumerate() {
        span.order = 11;
        span.sheet = Some(Sheet { of: "11".to_owned(), page: u32::try_from(n + 1).unwrap() });
    }
    assert_eq!(november(sheets.clone()), []);
    sheets.pop();
    assert_eq!(november(sheets), [("no-balance", None, Some(0))], "its last page is missing");
}
