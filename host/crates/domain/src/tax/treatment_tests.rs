#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::tax::fixture::*;
use crate::tax::{TaxFx, accept};

#[test]
fn tax_lines_are_bounded_by_the_document() {
    let (request, mut raw) = good();
    let zero = |kind: usize| {
        let mut zero = tax(on(&[2]), "0", "300", "0");
        zero.kind = format!("kind{kind}");
        zero
    };
    raw.tax_lines.extend((0..62).map(zero));
    assert!(accept(&request, &raw).is_ok());
    raw.tax_lines.push(zero(62));
    assert_eq!(accept(&request, &raw), Err(TaxError::TooManyTaxLines { found: 65, tax_lines_max: 64 }));
}

#[test]
fn tax_lines_on_one_line_are_bounded_too() {
    let (request, mut raw) = good();
    let zero = |kind: usize| {
        let mut zero = tax(on(&[2]), "0", "300", "0");
        zero.kind = format!("kind{kind}");
        zero
    };
    raw.tax_lines = (0..257).map(zero).collect();
    let taxes = read(&request, &raw).unwrap();
    let found = OnTarget::index(&taxes).map(|index| index.on.len());
    assert_eq!(found, Err(TaxError::TooManyTaxLines { found: 257, tax_lines_max: 256 }));
    assert!(OnTarget::index(&taxes[..256]).is_ok());
}

#[test]
fn a_tax_line_stands_on_real_lines_each_once() {
    assert_eq!(refused(|_, a| a.tax_lines[0].on = on(&[])), TaxError::StandsOnNothing { tax_line: 0 });
    let unknown = |what, ordinal| TaxError::StandsOnUnknown { tax_line: 0, what, ordinal };
    assert_eq!(refused(|_, a| a.tax_lines[0].on = on(&[9])), unknown("line", 9));
    assert_eq!(refused(|_, a| a.tax_lines[0].on = on(&[1, 1])), unknown("line", 1));
    assert_eq!(refused(|_, a| a.tax_lines[0].on = TaxOn::Allowance(1)), unknown("allowance", 1));
}

#[test]
fn names_that_decide_arithmetic_are_known_and_the_others_are_stated() {
    let field = |change: fn(&mut RawTaxLine)| match refused(|_, a| change(&mut a.tax_lines[1])) {
        TaxError::UnknownName { tax_line: 1, field, .. } | TaxError::Unstated { tax_line: 1, field } => field,
        other => panic!("{other}"),
    };
    assert_eq!(field(|t| t.method = "flat".into()), "method");
    assert_eq!(field(|t| t.rounding.method = "ceil".into()), "rounding method");
    assert_eq!(field(|t| t.rounding.level = "invoice".into()), "rounding level");
    assert_eq!(field(|t| t.collected_by = "nobody".into()), "collected-by");
    assert_eq!(field(|t| t.authority.clear()), "authority");
    assert_eq!(field(|t| t.kind.clear()), "kind");
    assert_eq!(field(|t| t.code.clear()), "code");
    assert_eq!(field(|t| t.category.clear()), "category");
    let (request, mut raw) = good();
    raw.tax_lines[0].category = "a category of 2031".into();
    assert!(accept(&request, &raw).is_ok(), "categories are an open set");
    for name in [CollectedBy::Seller, CollectedBy::Buyer, CollectedBy::Withheld] {
        assert_eq!(CollectedBy::by_name(name.name()), Some(name));
    }
}

#[test]
fn rounding_has_no_more_decimals_than_the_currency() {
    for decimals in [3, 1] {
        let error = refused(|_, a| a.tax_lines[0].rounding.decimals = decimals);
        assert!(
            matches!(error, TaxError::RoundingDecimals { tax_line: 0, found, asked: 2, decimals: 2, .. } if found == decimals),
            "{error}"
        );
    }
    // 3.80 × 0.13 in whole yuan is 0, and a delta of 1 would make it 1: not where two decimals were asked for
    let request = request(vec![line(1, "1", "3.80")]);
    let mut vat = tax(on(&[1]), "0.13", "3.80", "1");
    (vat.rounding.decimals, vat.rounding_delta) = (0, Some("1".into()));
    let raw = answer(vec![net(1, "3.80", "4.80")], vec![vat], totals("3.80", "3.80", "1", "4.80"));
    assert!(matches!(accept(&request, &raw), Err(TaxError::RoundingDecimals { found: 0, .. })));
    let (mut request, mut raw) = good();
    request.rounding.decimals = 0;
    raw.tax_lines[0].rounding.decimals = 0;
    raw.tax_lines[0].amount = "133".into();
    raw.lines[0].gross = "1159".into();
    raw.totals = totals("1326", "1326", "151", "1477");
    assert!(accept(&request, &raw).is_ok(), "tax in whole units: 133.38 → 133");
}

#[test]
fn every_line_and_allowance_is_treated_in_whole() {
    let error = refused(|_, a| {
        a.tax_lines.pop();
        a.lines[1].gross = "300".into();
        a.totals = totals("1326", "1326", "133.38", "1459.38");
    });
    assert_eq!(error, TaxError::Untreated { place: "line 2".into() });
    let error = refused(|r, a| {
        r.allowances.push(allowance(1, true, "5"));
        a.totals.charges = "5".into();
    });
    assert_eq!(error, TaxError::Untreated { place: "allowance 1".into() });
    let error = refused(|_, a| {
        a.tax_lines[1] = tax(on(&[2]), "0.06", "299", "17.94");
        a.lines[1].gross = "317.94".into();
    });
    let expected = TaxError::Treatment {
        place: "line 2".into(),
        authority: "CN-STA".into(),
        kind: "vat".into(),
        expected: "300.00".into(),
        found: "299.00".into(),
    };
    assert_eq!(error, expected);
}

#[test]
fn each_part_of_a_net_counts_and_each_authority_treats_all_of_it() {
    let parts: [fn(&mut RawTaxLine); 3] = [
        |t| t.exempt_base = "100".into(),
        |t| t.out_of_scope_base = "100".into(),
        |t| t.deducted = "100".into(),
    ];
    for part in parts {
        let (request, mut raw) = good();
        raw.tax_lines[1] = tax(on(&[2]), "0.06", "200", "12");
        raw.tax_lines[1].category = "a mixture".into();
        raw.lines[1].gross = "312".into();
        raw.totals = totals("1326", "1326", "145.38", "1471.38");
        assert!(matches!(accept(&request, &raw), Err(TaxError::Treatment { .. })));
        part(&mut raw.tax_lines[1]);
        assert!(accept(&request, &raw).is_ok());
    }
    // a second kind on the same line has to treat the line in whole too, and so has a second authority
    for change in
        [|t: &mut RawTaxLine| t.kind = "local".into(), |t: &mut RawTaxLine| t.authority = "CITY".into()]
    {
        let error = refused(|_, a| {
            let mut second = tax(on(&[2]), "0.01", "100", "1");
            change(&mut second);
            a.tax_lines.push(second);
            a.lines[1].gross = "319".into();
        });
        assert!(matches!(error, TaxError::Treatment { .. }), "{error}");
    }
}

#[test]
fn a_tax_line_on_several_lines_covers_their_sum() {
    let request = request(vec![line(1, "1", "10.05"), line(2, "1", "10.05"), line(3, "1", "5")]);
    let taxes = vec![tax(on(&[1, 2]), "0.13", "20.10", "2.61"), tax(on(&[3]), "0.13", "5", "0.65")];
    let lines = vec![net(1, "10.05", "11.36"), net(2, "10.05", "11.35"), net(3, "5", "5.65")];
    let raw = answer(lines, taxes, totals("25.10", "25.10", "3.26", "28.36"));
    assert!(accept(&request, &raw).is_ok());
    // what one line takes too much another cannot make good: they are not taxed together
    let mut moved = raw.clone();
    (moved.lines[1].gross, moved.lines[2].gross) = ("11.36".into(), "5.64".into());
    let error = accept(&request, &moved).unwrap_err();
    let place = "line 1 + line 2".to_owned();
    assert_eq!(error, TaxError::LineTax { place, expected: "2.61".into(), found: "2.62".into() });
    // chained through line 2 all three belong together, and each has the share of its net: 10.05 of 20.10 and of 15.05
    let mut chained = raw.clone();
    chained.tax_lines[1] = tax(on(&[3, 2]), "0.13", "5", "0.65");
    let share = |line, found: &str| matches!(accept(&request, &chained), Err(TaxError::LineShare { line: l, found: f, .. }) if l == line && f == found);
    assert!(share(2, "1.30"), "{:?}", accept(&request, &chained));
    (chained.lines[1].gross, chained.lines[2].gross) = ("11.79".into(), "5.21".into());
    assert!(accept(&request, &chained).is_ok());
    let mut wrong = raw;
    wrong.tax_lines[0].base = "20.11".into();
    assert!(
        matches!(accept(&request, &wrong), Err(TaxError::Treatment { place, .. }) if place == "line 1 + line 2")
    );
}

#[test]
fn parts_against_the_sign_of_the_net_are_no_treatment() {
    let error = refused(|_, a| {
        let vat = &mut a.tax_lines[1];
        vat.category = "a mixture".into();
        (vat.base, vat.exempt_base, vat.amount) = ("-100".into(), "400".into(), "-6".into());
        a.lines[1].gross = "294".into();
        a.totals = totals("1326", "1326", "127.38", "1453.38");
    });
    let expected =
        TaxError::Sign { tax_line: 1, field: "base", found: "-100.00".into(), net: "300.00".into() };
    assert_eq!(error, expected);
    let error = refused(|_, a| {
        let vat = &mut a.tax_lines[1];
        (vat.method, vat.amount) = ("fixed".into(), "-6".into());
        a.lines[1].gross = "294".into();
        a.totals = totals("1326", "1326", "127.38", "1453.38");
    });
    assert!(matches!(error, TaxError::Sign { field: "amount", .. }), "{error}");
}

#[test]
fn the_amount_is_base_times_rate() {
    let error = refused(|_, a| {
        a.tax_lines[0].amount = "133.39".into();
        a.lines[0].gross = "1159.39".into();
        a.totals = totals("1326", "1326", "151.39", "1477.39");
    });
    let expected = TaxError::Arithmetic {
        tax_line: 0,
        base: "1026.00".into(),
        rate: dec("0.13"),
        expected: "133.38".into(),
        found: "133.39".into(),
        delta: "0.00".into(),
    };
    assert_eq!(error, expected);
    // 0.5 × 0.13 = 0.065: each method by its own name
    for (method, amount) in [("half-up", "0.07"), ("half-even", "0.06"), ("down", "0.06"), ("up", "0.07")] {
        let gross = if amount == "0.07" { "0.57" } else { "0.56" };
        let mut vat = tax(on(&[1]), "0.13", "0.50", amount);
        vat.rounding.method = method.into();
        let raw = answer(vec![net(1, "0.50", gross)], vec![vat], totals("0.50", "0.50", amount, gross));
        assert!(accept(&request(vec![line(1, "1", "0.5")]), &raw).is_ok(), "{method}");
    }
}

#[test]
fn a_stated_delta_allows_a_unit_for_each_line() {
    let with_delta = |delta: &str, amount: &str, gross: &str| {
        let (request, mut raw) = good();
        raw.tax_lines[1].rounding_delta = Some(delta.into());
        raw.tax_lines[1].amount = amount.into();
        raw.lines[1].gross = gross.into();
        let tax = dec("133.38") + dec(amount);
        let (tax, all) = (tax.to_string(), (dec("1326") + tax).to_string());
        raw.totals = totals("1326", "1326", &tax, &all);
        accept(&request, &raw)
    };
    assert!(with_delta("0.01", "18.01", "318.01").is_ok());
    assert!(with_delta("-0.01", "17.99", "317.99").is_ok());
    assert!(matches!(with_delta("0.01", "18.02", "318.02"), Err(TaxError::Arithmetic { .. })));
    let too_much = TaxError::RoundingDelta { tax_line: 1, expected: "0.01".into(), found: "0.02".into() };
    assert_eq!(with_delta("0.02", "18.02", "318.02"), Err(too_much));
    // a delta in whole units where tax is in whole units
    let (mut request, mut raw) = good();
    request.rounding.decimals = 0;
    let vat = &mut raw.tax_lines[0];
    (vat.rounding.decimals, vat.rounding_delta, vat.amount) = (0, Some("1".into()), "134".into());
    raw.lines[0].gross = "1160".into();
    raw.totals = totals("1326", "1326", "152", "1478");
    assert!(accept(&request, &raw).is_ok());
}

#[test]
fn none_has_neither_rate_nor_amount_and_fixed_has_its_own() {
    let none = |rate: &str, amount: &str| {
        refused(|_, a| {
            let vat = &mut a.tax_lines[1];
            (vat.method, vat.rate, vat.amount) = ("none".into(), rate.into(), amount.into());
        })
    };
    let figure = |field, found: &str| TaxError::NoneWithFigure { tax_line: 1, field, found: found.into() };
    assert_eq!(none("0.06", "0"), figure("rate", "0.06"));
    assert_eq!(none("0", "18"), figure("amount", "18.00"));
    let (request, mut raw) = good();
    let vat = &mut raw.tax_lines[1];
    (vat.method, vat.rate, vat.amount) = ("none".into(), "0".into(), "0".into());
    (vat.base, vat.exempt_base, vat.category) = ("0".into(), "300".into(), "exempt".into());
    raw.lines[1].gross = "300".into();
    raw.totals = totals("1326", "1326", "133.38", "1459.38");
    assert!(accept(&request, &raw).is_ok());
}

#[test]
fn a_fixed_tax_is_its_rate_for_each_unit_of_its_lines() {
    let good = || {
        let mut lines = vec![line(1, "12", "85.5"), line(2, "0.5", "600")];
        lines.iter_mut().for_each(|l| l.unit_code = Some("LTR".into()));
        let excise = RawTaxLine {
            kind: "excise".into(),
            method: "fixed".into(),
            quantity: Some("12.5".into()),
            unit_code: Some("LTR".into()),
            ..tax(on(&[1, 2]), "0.22", "1326", "2.75")
        };
        let lines_of_answer = vec![net(1, "1026", "1028.13"), net(2, "300", "300.62")];
        (request(lines), answer(lines_of_answer, vec![excise], totals("1326", "1326", "2.75", "1328.75")))
    };
    let error = |change: fn(&mut TaxDocument, &mut RawTaxLine)| {
        refused_of(good(), |r, a| change(r, &mut a.tax_lines[0]))
    };
    assert!(
        matches!(error(|_, t| t.rate = "0.23".into()), TaxError::Arithmetic { base, .. } if base == "12.5")
    );
    assert!(matches!(
        error(|_, t| t.amount = "1000000".into()),
        TaxError::Arithmetic { .. } | TaxError::LineTax { .. }
    ));
    let quantity = |found: &str, expected: &str, unit: &str| TaxError::FixedQuantity {
        tax_line: 0,
        unit: unit.into(),
        expected: dec(expected),
        found: dec(found),
    };
    assert_eq!(error(|_, t| t.quantity = Some("13".into())), quantity("13", "12.5", "LTR"));
    assert_eq!(error(|_, t| t.unit_code = Some("KGM".into())), quantity("12.5", "0", "KGM"));
    assert_eq!(error(|r, _| r.lines[1].unit_code = None), quantity("12.5", "12", "LTR"));
    // the other line's quantity must not hide in the sum
    assert_eq!(
        error(|r, t| {
            r.lines[1].unit_code = None;
            t.quantity = Some("12".into());
        }),
        quantity("12", "12", "LTR")
    );
    let without = TaxError::FixedWithoutQuantity { tax_line: 0 };
    assert_eq!(error(|_, t| t.quantity = None), without);
    assert_eq!(error(|_, t| t.unit_code = None), without);
    let number = error(|_, t| t.quantity = Some("1e1".into()));
    assert!(matches!(number, TaxError::Amount { field: "quantity", .. }), "{number}");
    let other = refused(|_, a| a.tax_lines[1].quantity = Some("1".into()));
    assert_eq!(other, TaxError::QuantityWithoutFixed { tax_line: 1 });
}

#[test]
fn a_category_binds_the_columns_of_its_tax_line() {
    type Change = fn(&mut RawTaxLine);
    let cases: [(&str, &str, Change); 14] = [
        ("exempt", "rate", |_| {}),
        ("exempt", "base", |t| t.rate = "0".into()),
        ("out-of-scope", "rate", |_| {}),
        ("out-of-scope", "base", |t| t.rate = "0".into()),
        ("out-of-scope", "exempt-base", |t| {
            (t.rate, t.base, t.exempt_base) = ("0".into(), "0".into(), "300".into())
        }),
        ("exempt", "out-of-scope-base", |t| {
            (t.rate, t.base, t.out_of_scope_base) = ("0".into(), "0".into(), "300".into());
        }),
        ("exempt", "deducted", |t| (t.rate, t.base, t.deducted) = ("0".into(), "0".into(), "300".into())),
        ("zero", "rate", |_| {}),
        ("export", "rate", |_| {}),
        ("intra-community", "exempt-base", |t| (t.rate, t.exempt_base) = ("0".into(), "300".into())),
        ("standard", "exempt-base", |t| t.exempt_base = "1".into()),
        ("reduced", "out-of-scope-base", |t| t.out_of_scope_base = "1".into()),
        ("simplified", "exempt-base", |t| t.exempt_base = "1".into()),
        ("reverse-charge", "amount", |_| {}),
    ];
    for (category, field, change) in cases {
        let error = refused(|_, a| {
            a.tax_lines[1].category = category.into();
            change(&mut a.tax_lines[1]);
        });
        assert!(
            matches!(&error, TaxError::Category { tax_line: 1, category: c, field: f, .. } if c == category && *f == field),
            "{category} {field}: {error}"
        );
    }
    // what the columns say is what the category says
    for (category, by, exempt, outside) in [
        ("exempt", "seller", "300", "0"),
        ("out-of-scope", "seller", "0", "300"),
        ("zero", "seller", "0", "0"),
        ("reverse-charge", "buyer", "0", "0"),
    ] {
        let (request, mut raw) = good();
        let vat = &mut raw.tax_lines[1];
        let taxed = if exempt == "0" && outside == "0" { "300" } else { "0" };
        (vat.category, vat.collected_by) = (category.into(), by.into());
        (vat.base, vat.exempt_base, vat.out_of_scope_base) = (taxed.into(), exempt.into(), outside.into());
        if by == "seller" {
            (vat.rate, vat.amount) = ("0".into(), "0".into());
        }
        raw.lines[1].gross = "300".into();
        raw.totals = totals("1326", "1326", "133.38", "1459.38");
        let accepted = accept(&request, &raw).unwrap_or_else(|error| panic!("{category}: {error}"));
        assert_eq!(accepted.taxes[1].is_outside(), category == "out-of-scope", "{category}");
    }
}

#[test]
fn compound_bases_hold_the_taxes_they_name() {
    let excise = RawTaxLine { kind: "excise".into(), code: "EX".into(), ..tax(on(&[1]), "0.05", "100", "5") };
    let vat = RawTaxLine { compound_on: vec!["EX".into()], ..tax(on(&[1]), "0.13", "105", "13.65") };
    let raw =
        answer(vec![net(1, "100", "118.65")], vec![excise, vat], totals("100", "100", "18.65", "118.65"));
    let request = request(vec![line(1, "1", "100")]);
    assert!(accept(&request, &raw).is_ok());
    let mut plain = raw.clone();
    plain.tax_lines[1].compound_on.clear();
    assert!(matches!(accept(&request, &plain), Err(TaxError::Treatment { .. })));
    let mut unknown = raw.clone();
    unknown.tax_lines[1].compound_on = vec!["XX".into()];
    assert_eq!(accept(&request, &unknown), Err(TaxError::CompoundUnknown { tax_line: 1, code: "XX".into() }));
    let mut own = raw;
    own.tax_lines[1].compound_on = vec!["VAT0.13".into()];
    assert_eq!(
        accept(&request, &own),
        Err(TaxError::CompoundUnknown { tax_line: 1, code: "VAT0.13".into() })
    );
}

/// Excise on lines 2 and 3 is no part of a base on lines 1 and 2; of two taxes that name it the one without it is told.
#[test]
fn what_compounds_stands_on_nothing_but_the_lines_of_the_base() {
    let request = request(vec![line(1, "1", "100"), line(2, "1", "100"), line(3, "1", "100")]);
    let vat = |of: &[u32], base: &str, amount: &str| RawTaxLine {
        compound_on: vec!["EX".into()],
        ..tax(on(of), "0.13", base, amount)
    };
    let excise = |of: &[u32], base: &str, amount: &str| RawTaxLine {
        kind: "excise".into(),
        code: "EX".into(),
        ..tax(on(of), "0.05", base, amount)
    };
    let lines = vec![net(1, "100", "113.65"), net(2, "100", "119.30"), net(3, "100", "118.65")];
    let taxes = |taxes: Vec<RawTaxLine>| {
        let raw = answer(lines.clone(), taxes, totals("300", "300", "51.60", "351.60"));
        accept(&request, &raw).map(drop)
    };
    let across = vec![excise(&[2, 3], "200", "10"), vat(&[1, 2], "210", "27.30"), vat(&[3], "105", "13.65")];
    let unknown = |tax_line| Err(TaxError::CompoundUnknown { tax_line, code: "EX".into() });
    assert_eq!(taxes(across), unknown(1));
    let alone = vec![excise(&[3], "100", "5"), vat(&[3], "105", "13.65"), vat(&[1, 2], "200", "26")];
    assert_eq!(taxes(alone), unknown(2), "the other one has it");
}

#[test]
fn tax_currency_follows_the_requests_rate() {
    let with = |amount: &str, fx: bool| {
        let (mut request, mut raw) = good();
        raw.tax_lines[1].amount_in_tax_currency = Some(amount.into());
        request.tax_currency = Some(Currency::EUR);
        let date = request.issue_date;
        request.tax_fx = fx.then(|| TaxFx { rate: dec("0.12834"), date, source: "ECB".into() });
        accept(&request, &raw).map(|a| a.taxes[1].amount_in_tax_currency)
    };
    assert_eq!(with("2.31", true), Ok(Some(Minor::new(231))));
    let differs = TaxError::TaxCurrency { tax_line: 1, expected: "2.31".into(), found: "2.30".into() };
    assert_eq!(with("2.30", true), Err(differs));
    assert_eq!(with("2.31", false), Err(TaxError::NoTaxCurrency { tax_line: 1 }));
}

#[test]
fn a_compound_error_names_the_tax_line_and_needs_taxes_on_the_same_lines_only() {
    let request = request(vec![line(1, "1", "100"), line(2, "1", "50")]);
    let plain = tax(on(&[1]), "0.13", "40", "5.20");
    let compound = RawTaxLine { compound_on: vec!["EX".into()], ..tax(on(&[1]), "0.13", "60", "7.80") };
    let other = tax(on(&[2]), "0.13", "50", "6.50");
    let lines = vec![net(1, "100", "113"), net(2, "50", "56.50")];
    let mut raw = answer(lines, vec![plain, compound, other], totals("150", "150", "19.50", "169.50"));
    let unknown = TaxError::CompoundUnknown { tax_line: 1, code: "EX".into() };
    assert_eq!(accept(&request, &raw), Err(unknown.clone()));
    // an excise that also stands on another line says nothing about what of it is on this one
    let excise = RawTaxLine { kind: "excise".into(), code: "EX".into(), ..tax(on(&[1, 2]), "0", "150", "0") };
    raw.tax_lines.push(excise);
    assert_eq!(accept(&request, &raw), Err(unknown));
    raw.tax_lines[3] =
        RawTaxLine { kind: "excise".into(), code: "EX".into(), ..tax(on(&[1]), "0", "100", "0") };
    assert!(accept(&request, &raw).is_ok());
}

#[test]
fn only_a_tax_that_the_seller_charges_has_to_be_in_or_on_top_of_the_price() {
    let (request, mut raw) = inclusive();
    let extra = |kind: &str, by: &str, rate: &str, amount: &str| RawTaxLine {
        kind: kind.into(),
        collected_by: by.into(),
        ..tax(on(&[1]), rate, "100", amount)
    };
    raw.tax_lines.push(extra("local", "seller", "0", "0"));
    raw.tax_lines.push(extra("import", "buyer", "0.05", "5"));
    assert!(accept(&request, &raw).is_ok());
}
