#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use crate::tax::fixture::*;
use crate::tax::{
    Original, OriginalTax, PriceMode, RawAssessment, RawTotals, TaxDocument, TaxError, TaxOn, TaxPurpose,
    accept,
};
use money::Minor;

/// A tax line of the original: base and amount in minor units.
fn of(on: TaxOn, rate: &str, base: i64, amount: i64) -> OriginalTax {
    OriginalTax {
        on,
        asked_category: Some("goods".into()),
        authority: "CN-STA".into(),
        kind: "vat".into(),
        code: format!("VAT{rate}"),
        category: "standard".into(),
        rate: dec(rate),
        base: Minor::new(base),
        deducted: Minor::ZERO,
        exempt_base: Minor::ZERO,
        out_of_scope_base: Minor::ZERO,
        amount: Minor::new(amount),
        collected_by: "seller".into(),
        legal_reference: None,
    }
}

/// A credit of 100 at 13 % of `tax`, of which `already` was credited.
fn credit(tax_of_original: Vec<OriginalTax>, already: Vec<OriginalTax>) -> (TaxDocument, RawAssessment) {
    let mut request = request(vec![line(1, "1", "100")]);
    request.purpose = TaxPurpose::Credit;
    request.original =
        Some(Original { number: "INV-1".into(), date: request.issue_date, tax: tax_of_original });
    request.already_credited = already;
    let lines = vec![net(1, "100", "113")];
    let taxes = vec![tax(on(&[1]), "0.13", "100", "13")];
    (request, answer(lines, taxes, totals("100", "100", "13", "113")))
}

fn exceeds(field: &'static str, found: &str, original: &str) -> TaxError {
    TaxError::NotOnOriginal {
        authority: "CN-STA".into(),
        kind: "vat".into(),
        code: "VAT0.13".into(),
        field,
        found: found.into(),
        original: original.into(),
    }
}

fn outcome((request, raw): (TaxDocument, RawAssessment)) -> Result<(), TaxError> {
    accept(&request, &raw).map(drop)
}

/// One figure of a tax line.
type Column = fn(&mut OriginalTax) -> &mut Minor;

#[test]
fn tax_that_was_never_charged_is_not_taken_back() {
    // an export of 113 at 0 %: net 100 and 13 % of it fit in the gross
    let export = vec![OriginalTax { code: "EXPORT".into(), ..of(on(&[1]), "0", 11_300, 0) }];
    assert_eq!(outcome(credit(export, vec![])), Err(exceeds("base", "100.00", "0.00")));
    assert_eq!(outcome(credit(vec![of(on(&[1]), "0.13", 10_000, 1_300)], vec![])), Ok(()));
    // of another kind or authority it is another tax
    for change in
        [|t: &mut OriginalTax| t.kind = "excise".into(), |t: &mut OriginalTax| t.authority = "CITY".into()]
    {
        let mut other = of(on(&[1]), "0.13", 10_000, 1_300);
        change(&mut other);
        assert_eq!(outcome(credit(vec![other], vec![])), Err(exceeds("base", "100.00", "0.00")));
    }
}

#[test]
fn no_figure_exceeds_the_original_with_what_was_credited_before() {
    let original = || vec![of(on(&[1]), "0.13", 15_000, 1_950)];
    let before = |base, amount| vec![of(on(&[1]), "0.13", base, amount)];
    assert_eq!(outcome(credit(original(), before(5_000, 650))), Ok(()));
    assert_eq!(outcome(credit(original(), before(5_001, 650))), Err(exceeds("base", "150.01", "150.00")));
    assert_eq!(outcome(credit(original(), before(5_000, 651))), Err(exceeds("amount", "19.51", "19.50")));
    // the other columns count for themselves
    let columns: [(&str, Column); 3] = [
        ("deducted", |t| &mut t.deducted),
        ("exempt-base", |t| &mut t.exempt_base),
        ("out-of-scope-base", |t| &mut t.out_of_scope_base),
    ];
    for (name, column) in columns {
        let mut row = of(on(&[]), "0.13", 0, 0);
        *column(&mut row) = Minor::new(1);
        assert_eq!(outcome(credit(original(), vec![row])), Err(exceeds(name, "0.01", "0.00")), "{name}");
    }
}

#[test]
fn a_negative_tax_of_the_original_bounds_from_below() {
    let allowance = |original: i64| {
        let (mut request, mut raw) = credit(vec![of(on(&[1]), "0.13", 10_000, 1_300)], vec![]);
        request.allowances = vec![crate::tax::fixture::allowance(1, false, "10")];
        let mut off = tax(TaxOn::Allowance(1), "0.13", "-10", "-1.30");
        off.code = "OFF".into();
        raw.tax_lines.push(off);
        raw.totals = RawTotals { allowances: "10".into(), ..totals("100", "90", "11.70", "101.70") };
        let off = OriginalTax {
            code: "OFF".into(),
            ..of(TaxOn::Allowance(1), "0.13", original, original * 13 / 100)
        };
        request.original.as_mut().unwrap().tax.push(off);
        accept(&request, &raw).map(drop)
    };
    assert_eq!(allowance(-1_000), Ok(()));
    assert_eq!(allowance(-2_000), Ok(()));
    for original in [-900, 0, 1_000] {
        let error = allowance(original).unwrap_err();
        assert!(
            matches!(&error, TaxError::NotOnOriginal { code, field: "base", .. } if code == "OFF"),
            "{error}"
        );
    }
    // a positive figure where the original has a negative one
    let error = outcome(credit(vec![of(on(&[1]), "0.13", -10_000, -1_300)], vec![]));
    assert_eq!(error, Err(exceeds("base", "100.00", "-100.00")));
}

#[test]
fn bases_taken_out_of_a_gross_may_round_a_unit_for_each_tax_line_but_the_tax_may_not() {
    let inclusive = |base: i64, amount: i64| {
        let (mut request, mut raw) = credit(vec![of(on(&[1]), "0.13", base, amount)], vec![]);
        request.price_mode = PriceMode::Inclusive;
        request.lines[0].unit_price = dec("113");
        raw.tax_lines[0].included_in_price = true;
        accept(&request, &raw).map(drop)
    };
    assert_eq!(inclusive(9_999, 1_301), Ok(()));
    assert_eq!(inclusive(9_998, 1_302), Err(exceeds("base", "100.00", "99.98")));
    assert_eq!(inclusive(10_001, 1_299), Err(exceeds("amount", "13.00", "12.99")));
    assert_eq!(inclusive(0, 1_300), Err(exceeds("base", "100.00", "0.00")));
}

#[test]
fn a_negative_base_out_of_a_gross_may_round_a_unit_above_zero() {
    // one row of what was credited before, and none here: a discount of the original that rounded to nothing
    let before = |base| {
        let off = |base| OriginalTax { code: "OFF".into(), ..of(on(&[1]), "0.13", base, 0) };
        let (mut request, mut raw) =
            credit(vec![of(on(&[1]), "0.13", 10_000, 1_300), off(-1_000)], vec![off(base)]);
        request.price_mode = PriceMode::Inclusive;
        request.lines[0].unit_price = dec("113");
        raw.tax_lines[0].included_in_price = true;
        accept(&request, &raw).map(drop)
    };
    assert_eq!(before(0), Ok(()));
    assert_eq!(before(1), Ok(()));
    let over = before(2).unwrap_err();
    assert!(matches!(&over, TaxError::NotOnOriginal { code, field: "base", .. } if code == "OFF"), "{over}");
    assert_eq!(before(-1_001), Ok(()));
    assert!(before(-1_002).is_err());
}

#[test]
fn other_purposes_and_credits_without_an_original_are_not_bounded_by_one() {
    let (mut request, raw) = credit(vec![], vec![]);
    assert!(accept(&request, &raw).is_err());
    request.purpose = TaxPurpose::RedLetter;
    assert!(accept(&request, &raw).is_err());
    request.purpose = TaxPurpose::Issue;
    assert!(accept(&request, &raw).is_ok());
    request.purpose = TaxPurpose::Credit;
    request.original = None;
    assert!(accept(&request, &raw).is_ok());
}
