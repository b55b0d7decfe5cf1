#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::tax::accept;
use crate::tax::fixture::{answer, good, net, on, refused_of, request, tax, totals};
use crate::tax::{RawAssessment, TaxDocument};

fn row(rate: &str, base: &str, amount: &str) -> RawCategoryTotal {
    RawCategoryTotal {
        authority: "CN-STA".into(),
        kind: "vat".into(),
        category: "standard".into(),
        code: format!("VAT{rate}"),
        rate: rate.into(),
        base: base.into(),
        exempt_base: "0".into(),
        out_of_scope_base: "0.00".into(),
        amount: amount.into(),
    }
}

/// 1026.00 at 13 % and 300.00 at 6 %, with their breakdown.
fn broken_down() -> (TaxDocument, RawAssessment) {
    let (request, mut answer) = good();
    answer.breakdown = vec![row("0.13", "1026", "133.38"), row("0.06", "300.00", "18")];
    (request, answer)
}

fn refused(change: impl FnOnce(&mut RawAssessment)) -> TaxError {
    refused_of(broken_down(), |_, answer| change(answer))
}

#[test]
fn a_breakdown_is_the_sum_of_the_tax_lines_and_may_be_left_out() {
    let (request, mut answer) = broken_down();
    accept(&request, &answer).unwrap();
    answer.breakdown[0].rate = "0.130".into();
    accept(&request, &answer).expect("0.130 is 0.13");
    answer.breakdown.reverse();
    accept(&request, &answer).expect("in any order");
    answer.breakdown.clear();
    accept(&request, &answer).expect("it is the guest's to give");
}

#[test]
fn two_lines_of_one_rate_are_one_row() {
    let request =
        request(vec![crate::tax::fixture::line(1, "1", "100"), crate::tax::fixture::line(2, "1", "50")]);
    let lines = vec![net(1, "100", "113"), net(2, "50", "56.50")];
    let taxes = vec![tax(on(&[1]), "0.13", "100", "13"), tax(on(&[2]), "0.13", "50", "6.5")];
    let mut both = answer(lines, taxes, totals("150", "150", "19.50", "169.50"));
    both.breakdown = vec![row("0.13", "150.00", "19.50")];
    accept(&request, &both).unwrap();
    both.breakdown = vec![row("0.13", "100", "13"), row("0.13", "50", "6.5")];
    assert!(matches!(accept(&request, &both), Err(TaxError::Breakdown { row: 0, field: "base", .. })));
}

#[test]
fn each_figure_of_a_row_is_held_to_the_tax_lines() {
    type Change = fn(&mut RawCategoryTotal);
    let changes: [(&str, Change); 4] = [
        ("base", |row| row.base = "1026.01".into()),
        ("exempt-base", |row| row.exempt_base = "0.01".into()),
        ("out-of-scope-base", |row| row.out_of_scope_base = "1".into()),
        ("amount", |row| row.amount = "-133.38".into()),
    ];
    for (wanted, change) in changes {
        let error = refused(|answer| change(&mut answer.breakdown[0]));
        assert!(matches!(&error, TaxError::Breakdown { row: 0, field, .. } if *field == wanted), "{error}");
    }
    let error = refused(|answer| answer.breakdown[0].amount = "133.39".into()).to_string();
    assert_eq!(
        error,
        "breakdown row 0, CN-STA/vat VAT0.13 (standard, 0.13): amount is 133.39, its tax lines sum to 133.38"
    );
}

#[test]
fn every_sum_has_one_row_and_every_row_a_sum() {
    let missing = refused(|answer| {
        answer.breakdown.pop();
    });
    assert_eq!(missing, TaxError::BreakdownMissing { key: "CN-STA/vat VAT0.06 (standard, 0.06)".into() });
    let twice = refused(|answer| answer.breakdown.push(row("0.06", "300", "18")));
    assert!(matches!(twice, TaxError::BreakdownUnknown { row: 2, .. }), "{twice}");
    let changes: [fn(&mut RawCategoryTotal); 5] = [
        |row| row.authority = "EU".into(),
        |row| row.kind = "sales".into(),
        |row| row.category = "reduced".into(),
        |row| row.code = "OTHER".into(),
        |row| row.rate = "0.12".into(),
    ];
    for change in changes {
        let error = refused(|answer| change(&mut answer.breakdown[1]));
        assert!(matches!(error, TaxError::BreakdownUnknown { row: 1, .. }), "{error}");
    }
}

#[test]
fn what_is_no_amount_says_where_it_stands() {
    for (bad, field) in [("x", "base"), ("1026.001", "base"), ("1e3", "base"), ("", "base")] {
        let error = refused(|answer| answer.breakdown[0].base = bad.into());
        assert!(
            matches!(&error, TaxError::Amount { place, field: found, .. } if place == "breakdown row 0" && *found == field),
            "{bad}: {error}"
        );
    }
    let error = refused(|answer| answer.breakdown[1].rate = "6 %".into());
    assert!(matches!(&error, TaxError::Amount { place, field: "rate", .. } if place == "breakdown row 1"));
}
