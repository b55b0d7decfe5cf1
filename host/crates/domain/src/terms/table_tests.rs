//! The table: terms as JSON, the basis date, the due date. Month ends, leap years, cut-offs that a month does not have.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use super::*;
use crate::time::parse_date;
use chrono::NaiveDate;
use money::Minor;
use proptest::prelude::*;
use serde_json::{Value, json};

fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

fn terms(value: Value) -> Terms {
    serde_json::from_value(value).unwrap()
}

fn of(rule: Value) -> Terms {
    terms(json!({"basis": "document", "rule": rule}))
}

fn net(days: u32) -> Value {
    json!({"kind": "net", "days": days})
}

fn eom(months: u32, days: u32) -> Value {
    json!({"kind": "end-of-month", "months": months, "days": days})
}

fn days_eom(days: u32) -> Value {
    json!({"kind": "days-end-of-month", "days": days})
}

/// 月结 as it is meant where nothing is said.
fn monthly(cut_off: u32, days: u32) -> Value {
    json!({"kind": "monthly", "cut_off": cut_off, "days": days})
}

fn counted(cut_off: u32, days: u32, counting: &str) -> Value {
    json!({"kind": "monthly", "cut_off": cut_off, "days": days, "counting": counting})
}

#[test]
fn rules_by_the_table() {
    let table = [
        // net days
        (net(0), "2026-11-02", "2026-11-02"),
        (net(30), "2026-11-02", "2026-12-02"),
        (net(30), "2026-01-31", "2026-03-02"),
        (net(30), "2028-01-31", "2028-03-01"), // a leap year has one day more
        (net(29), "2028-01-31", "2028-02-29"),
        (net(60), "2026-12-31", "2027-03-01"),
        (net(90), "2026-11-30", "2027-02-28"),
        (net(365), "2027-03-01", "2028-02-29"),
        (net(366), "2028-02-29", "2029-03-01"),
        // end of month + n
        (eom(0, 0), "2026-11-02", "2026-11-30"),
        (eom(0, 0), "2026-11-30", "2026-11-30"),
        (eom(0, 0), "2026-02-01", "2026-02-28"),
        (eom(0, 0), "2028-02-01", "2028-02-29"),
        (eom(0, 0), "2100-02-14", "2100-02-28"), // a century that is no leap year
        (eom(0, 0), "2000-02-14", "2000-02-29"), // one that is
        (eom(0, 10), "2026-11-02", "2026-12-10"),
        (eom(0, 30), "2026-01-15", "2026-03-02"),
        (eom(0, 30), "2028-01-15", "2028-03-01"),
        (eom(1, 0), "2026-01-31", "2026-02-28"),
        (eom(1, 0), "2028-01-31", "2028-02-29"),
        (eom(2, 15), "2026-11-30", "2027-02-15"),
        (eom(13, 0), "2027-01-31", "2028-02-29"),
        // days, then the end of the month
        (days_eom(30), "2026-01-15", "2026-02-28"),
        (days_eom(45), "2026-01-15", "2026-03-31"),
        (days_eom(30), "2026-01-31", "2026-03-31"),
        (days_eom(30), "2026-11-30", "2026-12-31"),
        // 月结, cut-off 25: goods of the 26th fall into the next month
        (monthly(25, 30), "2026-11-25", "2026-12-30"),
        (monthly(25, 30), "2026-11-26", "2027-01-30"),
        (monthly(25, 30), "2026-11-01", "2026-12-30"),
        (monthly(25, 30), "2026-12-26", "2027-03-02"), // over the year: January's end + 30
        (monthly(25, 60), "2026-11-25", "2027-01-29"),
        (monthly(25, 90), "2026-11-25", "2027-02-28"),
        (monthly(25, 0), "2026-11-26", "2026-12-31"),
        // the month's end as its cut-off
        (monthly(31, 30), "2026-11-30", "2026-12-30"),
        (monthly(31, 30), "2026-02-28", "2026-03-30"),
        (monthly(31, 30), "2028-02-29", "2028-03-30"),
        (monthly(30, 30), "2026-02-28", "2026-03-30"), // February has no 30th: its last day is the cut-off
        (monthly(30, 30), "2026-12-31", "2027-03-02"), // December has one: the 31st is January's
        (monthly(29, 0), "2028-02-29", "2028-02-29"),
        (monthly(29, 0), "2027-02-28", "2027-02-28"),
        (monthly(28, 0), "2028-02-29", "2028-03-31"),
        (monthly(1, 30), "2026-11-01", "2026-12-30"),
        (monthly(1, 30), "2026-11-02", "2027-01-30"),
        // counted from the cut-off itself
        (counted(25, 30, "cut-off"), "2026-11-25", "2026-12-25"),
        (counted(25, 30, "cut-off"), "2026-11-26", "2027-01-24"),
        (counted(31, 30, "cut-off"), "2028-02-10", "2028-03-30"),
        // thirty days are a month
        (counted(25, 30, "whole-months"), "2026-11-25", "2026-12-31"),
        (counted(25, 30, "whole-months"), "2026-11-26", "2027-01-31"),
        (counted(25, 60, "whole-months"), "2026-12-25", "2027-02-28"),
        (counted(25, 90, "whole-months"), "2027-11-20", "2028-02-29"),
        (counted(31, 0, "whole-months"), "2026-11-12", "2026-11-30"),
        (counted(31, 30, "cut-off-month-end"), "2026-11-12", "2026-12-30"),
    ];
    assert!(table.len() >= 40);
    for (rule, basis, expected) in table {
        let found = due_dates(&of(rule.clone()), &Dates::of_document(day(basis)), Minor::new(100)).unwrap();
        let expected = Due { amount: Minor::new(100), date: Some(day(expected)) };
        assert_eq!(found, [expected], "{rule} of {basis}");
    }
}

#[test]
fn the_basis_decides_the_date_and_one_that_is_not_known_gives_none() {
    let dates = Dates {
        document: day("2026-11-01"),
        delivery: Some(day("2026-11-02")),
        invoice_received: Some(day("2026-11-03")),
        statement_cut_off: Some(day("2026-11-30")),
        statement_confirmed: Some(day("2026-12-04")),
    };
    let unknown = Dates::of_document(day("2026-11-01"));
    for (basis, with, without) in [
        ("document", Some("2026-11-11"), Some("2026-11-11")),
        ("delivery", Some("2026-11-12"), None),
        ("invoice-received", Some("2026-11-13"), None),
        ("statement-cut-off", Some("2026-12-10"), None),
        ("statement-confirmed", Some("2026-12-14"), None),
    ] {
        let terms =
            terms(json!({"basis": basis, "rule": net(10), "discounts": [{"days": 2, "permille": 20}]}));
        let date = |dates: &Dates| due_dates(&terms, dates, Minor::new(1)).unwrap()[0].date;
        assert_eq!((date(&dates), date(&unknown)), (with.map(day), without.map(day)), "{basis}");
        let early = early_payment(&offers(&terms, &unknown), day("2026-11-01"));
        assert_eq!(early.is_some(), without.is_some(), "{basis}");
        // what is told later is the same as what was known at once
        let known = dates.of(terms.basis).unwrap();
        assert_eq!(due_from(&terms, known), [with.map(day)], "{basis}");
        let told = unknown.with(terms.basis, known);
        assert_eq!((date(&told), offers(&terms, &told)), (with.map(day), offers(&terms, &dates)), "{basis}");
    }
    assert_eq!(Basis::ALL.map(Basis::name).len(), 5);
    for basis in Basis::ALL {
        assert_eq!(serde_json::to_value(basis).unwrap(), basis.name());
    }
}

#[test]
fn instalments_have_dates_of_their_own_and_sum_to_the_amount() {
    let thirds = terms(json!({"basis": "document", "instalments": [
        {"permille": 333, "rule": net(0)}, {"permille": 333, "rule": eom(1, 0)}, {"permille": 334, "rule": monthly(25, 60)}]}));
    let parts = |amount: i64| -> Vec<(i64, String)> {
        let dues = due_dates(&thirds, &Dates::of_document(day("2028-01-31")), Minor::new(amount)).unwrap();
        dues.iter().map(|due| (due.amount.get(), due.date.unwrap().to_string())).collect()
    };
    let dates = ["2028-01-31", "2028-02-29", "2028-04-29"];
    for (amount, amounts) in
        [(1000, [333, 333, 334]), (100, [33, 33, 34]), (1, [0, 0, 1]), (-100, [-33, -33, -34])]
    {
        let expected: Vec<(i64, String)> =
            amounts.into_iter().zip(dates).map(|(amount, date)| (amount, date.to_owned())).collect();
        assert_eq!(parts(amount), expected, "{amount}");
    }
    let down = terms(json!({"basis": "delivery", "instalments": [
        {"permille": 300, "rule": net(0)}, {"permille": 700, "rule": net(60)}]}));
    assert_eq!(due_from(&down, day("2028-01-31")), [Some(day("2028-01-31")), Some(day("2028-03-31"))]);
    let open = due_dates(&down, &Dates::of_document(day("2026-11-01")), Minor::new(10_001)).unwrap();
    let amounts: Vec<(i64, Option<NaiveDate>)> =
        open.iter().map(|due| (due.amount.get(), due.date)).collect();
    assert_eq!(amounts, [(3_000, None), (7_001, None)]);
}

#[test]
fn early_payment_takes_the_best_step_that_is_not_over() {
    let terms = terms(json!({"basis": "document", "rule": net(60),
        "discounts": [{"days": 10, "permille": 30}, {"days": 20, "permille": 15}]}));
    let dates = Dates::of_document(day("2028-02-20"));
    for (paid, expected) in [
        ("2028-02-20", Some(("2028-03-01", 30))),
        ("2028-03-01", Some(("2028-03-01", 30))), // the tenth day, the 29th of February counted
        ("2028-03-02", Some(("2028-03-11", 15))),
        ("2028-03-11", Some(("2028-03-11", 15))),
        ("2028-03-12", None),
    ] {
        let found = early_payment(&offers(&terms, &dates), day(paid)).map(|step| (step.until, step.permille));
        assert_eq!(found, expected.map(|(until, permille)| (day(until), permille)), "{paid}");
    }
    let step = EarlyPayment { until: day("2028-03-01"), permille: 15 };
    for (amount, most) in [(10_000, 150), (9_999, 149), (66, 0), (67, 1), (-9_999, -149), (0, 0)] {
        assert_eq!(step.most(Minor::new(amount)).unwrap().get(), most, "{amount}");
    }
}

#[test]
fn a_document_keeps_terms_that_outlive_its_issue() {
    for (value, expected) in [
        (json!({"basis": "document", "rule": net(30)}), false),
        (json!({"basis": "delivery", "rule": monthly(25, 30)}), false),
        (json!({"basis": "document", "rule": net(30), "discounts": [{"days": 2, "permille": 20}]}), true),
        (
            json!({"basis": "document", "instalments": [
                {"permille": 500, "rule": net(0)}, {"permille": 500, "rule": net(30)}]}),
            true,
        ),
        (json!({"basis": "invoice-received", "rule": net(30)}), true),
        (json!({"basis": "statement-cut-off", "rule": net(30)}), true),
        (json!({"basis": "statement-confirmed", "rule": net(30)}), true),
    ] {
        assert_eq!(terms(value.clone()).outlive_issue(), expected, "{value}");
    }
}

#[test]
fn terms_that_cannot_be_meant_say_where() {
    let part = |permille: u32, rule: Value| json!({"permille": permille, "rule": rule});
    for (value, pointer) in [
        (json!({"basis": "document"}), "/rule"),
        (
            json!({"basis": "document", "rule": net(1), "instalments": [part(500, net(1)), part(500, net(2))]}),
            "/rule",
        ),
        (json!({"basis": "document", "rule": net(3651)}), "/rule/days"),
        (json!({"basis": "document", "rule": eom(121, 0)}), "/rule/months"),
        (json!({"basis": "document", "rule": eom(0, 3651)}), "/rule/days"),
        (json!({"basis": "document", "rule": monthly(0, 30)}), "/rule/cut_off"),
        (json!({"basis": "document", "rule": monthly(32, 30)}), "/rule/cut_off"),
        (json!({"basis": "document", "rule": monthly(25, 3651)}), "/rule/days"),
        (json!({"basis": "document", "rule": counted(25, 45, "whole-months")}), "/rule/days"),
        (json!({"basis": "document", "instalments": [part(1000, net(1))]}), "/instalments"),
        (json!({"basis": "document", "instalments": [part(500, net(1)), part(499, net(2))]}), "/instalments"),
        (
            json!({"basis": "document", "instalments": [part(1000, net(1)), part(0, net(2))]}),
            "/instalments/0/permille",
        ),
        (
            json!({"basis": "document", "instalments": [part(999, net(1)), part(1, net(9999))]}),
            "/instalments/1/rule/days",
        ),
        (
            json!({"basis": "document", "rule": net(30), "discounts": [{"days": 10, "permille": 0}]}),
            "/discounts/0/permille",
        ),
        (
            json!({"basis": "document", "rule": net(30), "discounts": [{"days": 10, "permille": 1000}]}),
            "/discounts/0/permille",
        ),
        (
            json!({"basis": "document", "rule": net(30), "discounts": [{"days": 3651, "permille": 1}]}),
            "/discounts/0/days",
        ),
        (
            json!({"basis": "document", "rule": net(30), "discounts": [{"days": 10, "permille": 20}, {"days": 20, "permille": 20}]}),
            "/discounts/1",
        ),
        (
            json!({"basis": "document", "rule": net(30), "discounts": [{"days": 10, "permille": 20}, {"days": 10, "permille": 10}]}),
            "/discounts/1",
        ),
    ] {
        let draft: TermsDraft = serde_json::from_value(value.clone()).unwrap();
        let refused = Terms::try_new(draft).unwrap_err();
        assert_eq!(refused.pointer(), pointer, "{value}");
        assert!(refused.to_string().starts_with(pointer), "{refused}");
        assert!(serde_json::from_value::<Terms>(value).is_err());
    }
    for bad in [
        json!({"basis": "moon", "rule": net(1)}),
        json!({"basis": "document", "rule": {"kind": "net", "days": -1}}),
        json!({"basis": "document", "rule": {"kind": "net", "days": 1, "weeks": 1}}),
        json!({"basis": "document", "rule": net(1), "x": 1}),
        json!({"basis": "document", "rule": {"kind": "monthly", "days": 30}}),
    ] {
        assert!(serde_json::from_value::<Terms>(bad.clone()).is_err(), "{bad}");
    }
}

#[test]
fn net_days_are_terms_and_terms_come_back_as_they_were() {
    let thirty = Terms::net(30).unwrap();
    assert_eq!(thirty.net_days(), Some(30));
    assert_eq!(serde_json::to_value(&thirty).unwrap(), json!({"basis": "document", "rule": net(30)}));
    assert_eq!(of(eom(0, 30)).net_days(), None);
    let late = terms(json!({"basis": "delivery", "rule": net(30)}));
    assert_eq!(late.net_days(), None);
    assert!(matches!(Terms::net(DAYS_MAX + 1), Err(TermsError::Days { .. })));
    let whole = json!({"basis": "statement-confirmed", "instalments": [
        {"permille": 300, "rule": {"kind": "monthly", "cut_off": 25, "days": 30, "counting": "cut-off"}},
        {"permille": 700, "rule": eom(1, 5)}], "discounts": [{"days": 5, "permille": 10}]});
    assert_eq!(serde_json::to_value(terms(whole.clone())).unwrap(), whole);
}

fn rules() -> impl Strategy<Value = Rule> {
    let countings =
        prop_oneof![Just(Counting::CutOffMonthEnd), Just(Counting::CutOff), Just(Counting::WholeMonths)];
    prop_oneof![
        (0..=DAYS_MAX).prop_map(|days| Rule::Net { days }),
        (0..=MONTHS_MAX, 0..=DAYS_MAX).prop_map(|(months, days)| Rule::EndOfMonth { months, days }),
        (0..=DAYS_MAX).prop_map(|days| Rule::DaysEndOfMonth { days }),
        (1..=31u32, 0..=121u32, countings).prop_map(|(cut_off, n, counting)| Rule::Monthly {
            cut_off,
            days: n * 30,
            counting
        }),
    ]
}

proptest! {
    /// Whatever the terms: nothing is due before its basis date, a later one is never due earlier, no unit of the amount is lost.
    #[test]
    fn due_dates_are_never_early_never_fall_back_and_conserve_the_amount(
        rule in rules(), other in rules(), first in 1..=999u32, offset in 0..20_000u64, later in 0..400u64, amount: i64
    ) {
        prop_assume!(amount != i64::MIN);
        let draft = TermsDraft {
            basis: Basis::Document,
            rule: None,
            instalments: vec![Instalment { permille: first, rule }, Instalment { permille: 1_000 - first, rule: other }],
            discounts: vec![],
        };
        let terms = Terms::try_new(draft).unwrap();
        let basis = day("2000-01-01") + chrono::Days::new(offset);
        let dues = |basis| due_dates(&terms, &Dates::of_document(basis), Minor::new(amount)).unwrap();
        let (now, then) = (dues(basis), dues(basis + chrono::Days::new(later)));
        prop_assert_eq!(Minor::sum(now.iter().map(|due| due.amount)).unwrap(), Minor::new(amount));
        for (a, b) in now.iter().zip(&then) {
            prop_assert!(a.date.unwrap() >= basis && a.date <= b.date);
        }
    }
}
