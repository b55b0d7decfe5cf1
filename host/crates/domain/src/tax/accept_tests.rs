#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use crate::plugin::Explanation;
use crate::plugin::Problem;
use crate::tax::fixture::*;
use crate::tax::{RawTaxLine, RawTotals, RequiredText, TaxOn};
use proptest::prelude::*;

#[test]
fn what_holds_is_taken_as_minor_units() {
    let (request, mut raw) = good();
    let text = RequiredText { language: "zh-CN".into(), text: "text".into(), citation: None };
    raw.required_texts.push(text);
    raw.warnings.push(Problem { code: "w".into(), message: "look".into(), subject: None });
    raw.explanations.push(Explanation {
        subject: "/lines/0".into(),
        rule: "standard".into(),
        citation: None,
        text_key: "k".into(),
        args: vec![],
    });
    let accepted = accept(&request, &raw).unwrap();
    let line = |line, net, tax, gross| AcceptedLine {
        line,
        net: Minor::new(net),
        tax: Minor::new(tax),
        gross: Minor::new(gross),
    };
    assert_eq!(accepted.lines, [line(1, 102_600, 13_338, 115_938), line(2, 30_000, 1_800, 31_800)]);
    assert_eq!((accepted.net.get(), accepted.tax.get(), accepted.gross.get()), (132_600, 15_138, 147_738));
    assert_eq!(accepted.payable.get(), 147_738);
    assert_eq!(accepted.taxes[0].amount.get(), 13_338);
    assert_eq!(accepted.taxes[0].lines(), [1]);
    assert_eq!(accepted.taxes[1].rate, dec("0.06"));
    assert_eq!(accepted.required_texts.len(), 1);
    assert_eq!(accepted.explanations, raw.explanations);
    assert_eq!(accepted.warnings, raw.warnings);
}

#[test]
fn another_document_or_other_lines_are_refused() {
    assert_eq!(refused(|_, a| a.document = 8), TaxError::Document { expected: 7, found: 8 });
    assert_eq!(refused(|_, a| drop(a.lines.pop())), TaxError::LineMissing { line: 2 });
    assert_eq!(refused(|_, a| a.lines.push(net(1, "1026.00", "1159.38"))), TaxError::LineTwice { line: 1 });
    assert_eq!(refused(|_, a| a.lines.push(net(3, "0", "0"))), TaxError::LineUnknown { line: 3 });
}

#[test]
fn amounts_are_exact_in_minor_units_and_rates_are_not_negative() {
    for text in ["1026.001", "1,026.00", "x", ""] {
        let error = refused(|_, a| a.lines[0].net = text.into());
        assert!(
            matches!(&error, TaxError::Amount { place, field: "net", .. } if place == "line 1"),
            "{error}"
        );
    }
    type Field = fn(&mut RawTaxLine) -> &mut String;
    let fields: [(&str, Field); 6] = [
        ("base", |t| &mut t.base),
        ("deducted", |t| &mut t.deducted),
        ("exempt-base", |t| &mut t.exempt_base),
        ("out-of-scope-base", |t| &mut t.out_of_scope_base),
        ("amount", |t| &mut t.amount),
        ("rate", |t| &mut t.rate),
    ];
    for (name, of) in fields {
        let error = refused(|_, a| *of(&mut a.tax_lines[1]) = "1e2".into());
        assert!(
            matches!(&error, TaxError::Amount { place, field, .. } if place == "tax line 1" && *field == name),
            "{error}"
        );
    }
    let error = refused(|_, a| a.totals.payable_rounding = "0.001".into());
    assert!(matches!(error, TaxError::Amount { field: "payable-rounding", .. }), "{error}");
    let negative = refused(|_, a| a.tax_lines[0].rate = "-0.13".into());
    assert_eq!(negative, TaxError::NegativeRate { tax_line: 0, found: dec("-0.13") });
}

#[test]
fn the_request_decides_the_net_under_the_stated_rounding() {
    let error = refused(|_, a| {
        a.lines[0] = net(1, "1026.01", "1159.39");
        a.tax_lines[0].base = "1026.01".into();
        a.totals = totals("1326.01", "1326.01", "151.38", "1477.39");
    });
    let expected =
        TaxError::LineValue { line: 1, field: "net", expected: "1026.00".into(), found: "1026.01".into() };
    assert_eq!(error, expected);
    // 3 × 0.335 = 1.005: half-up 1.01, half-even and down 1.00
    for (method, value) in [("half-up", "1.01"), ("half-even", "1.00"), ("down", "1.00"), ("up", "1.01")] {
        let request = request(vec![line(1, "3", "0.335")]);
        let mut zero = tax(on(&[1]), "0", value, "0");
        zero.rounding.method = method.into();
        let raw = answer(vec![net(1, value, value)], vec![zero], totals(value, value, "0", value));
        assert!(accept(&request, &raw).is_ok(), "{method}");
        let mut other = raw.clone();
        other.tax_lines[0].rounding.method = if value == "1.01" { "down".into() } else { "up".into() };
        assert!(matches!(accept(&request, &other), Err(TaxError::LineValue { .. })), "{method}");
        other.tax_lines.push(RawTaxLine { kind: "sales".into(), ..raw.tax_lines[0].clone() });
        assert!(accept(&request, &other).is_ok(), "one of the line's own roundings leads to it");
    }
}

#[test]
fn a_stated_amount_stands_for_quantity_and_price_and_allowances_change_it() {
    let mut first = line(1, "3", "33.33");
    first.amount = Some(dec("100"));
    first.allowances = vec![allowance(1, false, "10"), allowance(2, true, "4.5")];
    let vat = tax(on(&[1]), "0.13", "94.50", "12.29");
    let raw = answer(vec![net(1, "94.50", "106.79")], vec![vat], totals("94.50", "94.50", "12.29", "106.79"));
    assert!(accept(&request(vec![first.clone()]), &raw).is_ok());
    first.amount = None;
    assert!(matches!(accept(&request(vec![first]), &raw), Err(TaxError::LineValue { .. })));
}

#[test]
fn a_price_that_cannot_be_multiplied_exactly_is_refused() {
    let long = request(vec![line(1, "1234567.1234567", "9999999.1234567890123")]);
    let raw = answer(vec![net(1, "0", "0")], vec![tax(on(&[1]), "0", "0", "0")], totals("0", "0", "0", "0"));
    assert_eq!(accept(&long, &raw), Err(TaxError::Money(MoneyError::Overflow)));
    assert_eq!(exact_product(dec("1.50"), dec("2.0")), Ok(dec("3")));
    assert_eq!(exact_product(dec("0.00"), dec("1.23")), Ok(Decimal::ZERO));
}

#[test]
fn inclusive_prices_fix_the_gross() {
    let (request, raw) = inclusive();
    assert!(accept(&request, &raw).is_ok());
    let error = refused_of(inclusive(), |_, a| {
        a.lines[0] = net(1, "100", "113.01");
        a.tax_lines[0].amount = "13.01".into();
        a.tax_lines[0].rounding_delta = Some("0.01".into());
        a.totals = totals("100", "100", "13.01", "113.01");
    });
    assert!(matches!(error, TaxError::LineValue { field: "gross", .. }), "{error}");
    let error = refused_of(inclusive(), |_, a| a.tax_lines[0].included_in_price = false);
    assert_eq!(error, TaxError::PriceMode { tax_line: 0, expected: true, found: false });
    let error = refused(|_, a| a.tax_lines[1].included_in_price = true);
    assert_eq!(error, TaxError::PriceMode { tax_line: 1, expected: false, found: true });
}

#[test]
fn tax_of_a_line_without_a_sellers_tax_is_refused() {
    let error = refused(|_, a| {
        a.tax_lines[1].collected_by = "buyer".into();
        a.totals = totals("1326", "1326", "133.38", "1459.38");
    });
    assert_eq!(
        error,
        TaxError::LineTax { place: "line 2".into(), expected: "0.00".into(), found: "18.00".into() }
    );
}

#[test]
fn discount_lines_are_negative() {
    let mut discount = line(2, "1", "-100");
    discount.nature = "discount".into();
    let request = request(vec![line(1, "1", "1000"), discount]);
    let taxes = vec![tax(on(&[1]), "0.13", "1000", "130"), tax(on(&[2]), "0.13", "-100", "-13")];
    let lines = vec![net(1, "1000", "1130"), net(2, "-100", "-113")];
    assert!(accept(&request, &answer(lines, taxes, totals("900", "900", "117", "1017"))).is_ok());
}

#[test]
fn allowances_charges_withholding_reverse_charge_and_prepaid_stand_in_their_totals() {
    let (mut request, mut raw) = good();
    request.allowances = vec![allowance(1, false, "26"), allowance(2, true, "10")];
    request.prepaid = Some(dec("100"));
    raw.tax_lines.push(tax(TaxOn::Allowance(1), "0.13", "-26", "-3.38"));
    raw.tax_lines.push(tax(TaxOn::Allowance(2), "0.06", "10", "0.60"));
    let base = || vec![("buyer", "local", "0.01", "3"), ("withheld", "income", "0.10", "30")];
    for (by, kind, rate, amount) in base() {
        let extra = tax(on(&[2]), rate, "300", amount);
        raw.tax_lines.push(RawTaxLine { kind: kind.into(), collected_by: by.into(), ..extra });
    }
    raw.explanations.push(rounding_reason());
    raw.totals = RawTotals {
        lines: "1326".into(),
        allowances: "26".into(),
        charges: "10".into(),
        net: "1310".into(),
        tax: "148.60".into(),
        gross: "1458.60".into(),
        withheld: "30".into(),
        prepaid: "100".into(),
        payable_rounding: "0.40".into(),
        payable: "1329".into(),
    };
    let accepted = accept(&request, &raw).unwrap();
    assert_eq!((accepted.net.get(), accepted.tax.get(), accepted.gross.get()), (131_000, 14_860, 145_860));
    assert_eq!((accepted.withheld.get(), accepted.prepaid.get()), (3_000, 10_000));
    assert_eq!((accepted.payable_rounding.get(), accepted.payable.get()), (40, 132_900));
    assert!(accepted.taxes[2].lines().is_empty());
    type Field = fn(&mut RawTotals) -> &mut String;
    let fields: [(&str, Field); 9] = [
        ("lines", |t| &mut t.lines),
        ("allowances", |t| &mut t.allowances),
        ("charges", |t| &mut t.charges),
        ("net", |t| &mut t.net),
        ("tax", |t| &mut t.tax),
        ("gross", |t| &mut t.gross),
        ("withheld", |t| &mut t.withheld),
        ("prepaid", |t| &mut t.prepaid),
        ("payable", |t| &mut t.payable),
    ];
    for (name, of) in fields {
        let mut wrong = raw.clone();
        *of(&mut wrong.totals) = "0.01".into();
        let error = accept(&request, &wrong).unwrap_err();
        assert!(
            matches!(&error, TaxError::Total { field, found, .. } if *field == name && found == "0.01"),
            "{error}"
        );
    }
}

#[test]
fn an_inclusive_allowance_has_its_tax_inside() {
    let (mut request, mut raw) = inclusive();
    request.allowances = vec![allowance(1, false, "11.30")];
    let mut off = tax(TaxOn::Allowance(1), "0.13", "-10", "-1.30");
    off.included_in_price = true;
    raw.tax_lines.push(off);
    raw.totals = RawTotals { allowances: "10".into(), ..totals("100", "90", "11.70", "101.70") };
    assert!(accept(&request, &raw).is_ok());
    raw.tax_lines[1].base = "-11.30".into();
    assert!(matches!(accept(&request, &raw), Err(TaxError::Treatment { .. })));
}

#[test]
fn a_payable_amount_is_rounded_by_one_unit_at_most_and_not_negative() {
    let rounded = |rounding: &str, payable: &str| {
        let (request, mut raw) = good();
        raw.explanations.push(rounding_reason());
        raw.totals.payable_rounding = rounding.into();
        raw.totals.payable = payable.into();
        accept(&request, &raw)
    };
    assert!(rounded("1", "1478.38").is_ok());
    assert!(rounded("-1", "1476.38").is_ok());
    let silent = refused(|_, a| {
        (a.totals.payable_rounding, a.totals.payable) = ("-0.38".into(), "1477".into());
        a.explanations.push(Explanation { subject: "/totals".into(), ..rounding_reason() });
    });
    assert_eq!(silent, TaxError::PayableRoundingUnexplained { found: "-0.38".into() });
    let error = TaxError::PayableRounding { expected: "1.00".into(), found: "-1.01".into() };
    assert_eq!(rounded("-1.01", "1476.37"), Err(error));
    let negative = |purpose| {
        let (mut request, mut raw) = good();
        (request.purpose, request.prepaid) = (purpose, Some(dec("1477.39")));
        (raw.totals.prepaid, raw.totals.payable) = ("1477.39".into(), "-0.01".into());
        accept(&request, &raw)
    };
    assert_eq!(negative(TaxPurpose::Issue), Err(TaxError::NegativePayable { found: "-0.01".into() }));
    assert!(negative(TaxPurpose::Credit).is_ok());
}

fn rounding_reason() -> Explanation {
    Explanation {
        subject: PAYABLE_ROUNDING.into(),
        rule: "cash".into(),
        citation: None,
        text_key: "k".into(),
        args: vec![],
    }
}

#[test]
fn a_line_bears_the_share_of_its_net_of_a_tax_on_several() {
    // 1,000 at 13 %: 100 bears 13, 900 bears 117, each give or take a unit
    let shared = |first: &str, second: &str| {
        let request = request(vec![line(1, "1", "100"), line(2, "1", "900")]);
        let vat = tax(on(&[1, 2]), "0.13", "1000", "130");
        let lines = vec![net(1, "100", first), net(2, "900", second)];
        accept(&request, &answer(lines, vec![vat], totals("1000", "1000", "130", "1130")))
    };
    assert!(shared("113", "1017").is_ok());
    assert!(shared("113.01", "1016.99").is_ok());
    assert!(shared("112.99", "1017.01").is_ok());
    let refused = |line, found: &str| {
        Err(TaxError::LineShare {
            line,
            expected: dec(if line == 1 { "13" } else { "117" }),
            found: found.into(),
        })
    };
    assert_eq!(shared("1100", "30"), refused(1, "1000.00"));
    assert_eq!(shared("113.02", "1016.98"), refused(1, "13.02"));
    assert_eq!(shared("112.98", "1017.02"), refused(1, "12.98"));
    // within a unit, but against the sign of its net
    let request = request(vec![line(1, "1", "100"), line(2, "1", "900")]);
    let lines = vec![net(1, "100", "99.99"), net(2, "900", "900.01")];
    let none = tax(on(&[1, 2]), "0", "1000", "0");
    let negative = accept(&request, &answer(lines, vec![none], totals("1000", "1000", "0", "1000")));
    let expected = TaxError::LineShare { line: 1, expected: dec("0"), found: "-0.01".into() };
    assert_eq!(negative, Err(expected));
    // nets that cancel out: what each bears is its rate's
    let request = self::request(vec![line(1, "1", "100"), line(2, "1", "-100")]);
    let vat = || tax(on(&[1, 2]), "0.13", "0", "0");
    let lines = |a: &str, b: &str| vec![net(1, "100", a), net(2, "-100", b)];
    let sums = || totals("0", "0", "0", "0");
    assert!(accept(&request, &answer(lines("113", "-113"), vec![vat()], sums())).is_ok());
    let doubled = accept(&request, &answer(lines("126", "-126"), vec![vat()], sums()));
    assert!(matches!(doubled, Err(TaxError::LineShare { line: 1, .. })), "{doubled:?}");
    // only the shared one of two taxes may round: one unit
    let request = self::request(vec![line(1, "1", "100"), line(2, "1", "900")]);
    let one = |first: &str, second: &str| {
        let local = RawTaxLine { kind: "local".into(), ..tax(on(&[1]), "0.01", "100", "1") };
        let rest = RawTaxLine { kind: "local".into(), ..tax(on(&[2]), "0.01", "900", "9") };
        let taxes = vec![tax(on(&[1, 2]), "0.13", "1000", "130"), local, rest];
        let lines = vec![net(1, "100", first), net(2, "900", second)];
        accept(&request, &answer(lines, taxes, totals("1000", "1000", "140", "1140")))
    };
    assert!(one("114.01", "1025.99").is_ok());
    assert!(matches!(one("114.02", "1025.98"), Err(TaxError::LineShare { line: 1, .. })));
    // each of two taxes on both lines may round: two units
    let request = self::request(vec![line(1, "1", "100"), line(2, "1", "900")]);
    let two = |first: &str, second: &str| {
        let local = RawTaxLine { kind: "local".into(), ..tax(on(&[1, 2]), "0.01", "1000", "10") };
        let taxes = vec![tax(on(&[1, 2]), "0.13", "1000", "130"), local];
        let lines = vec![net(1, "100", first), net(2, "900", second)];
        accept(&request, &answer(lines, taxes, totals("1000", "1000", "140", "1140")))
    };
    assert!(two("114.02", "1025.98").is_ok());
    assert!(matches!(two("114.03", "1025.97"), Err(TaxError::LineShare { line: 1, .. })));
}

proptest! {
    /// Whatever the prices, an honest guest passes, and one that moves any single figure by one unit does not.
    #[test]
    fn an_honest_answer_passes_and_a_unit_anywhere_is_seen(
        prices in proptest::collection::vec((1i64..1_000_000, 1i64..500), 1..8),
        rates in proptest::collection::vec(0usize..4, 8),
        where_moved in 0usize..6,
    ) {
        let mut lines = Vec::new();
        let (mut nets, mut taxes) = (Vec::new(), Vec::new());
        let (mut net_sum, mut tax_sum) = (Decimal::ZERO, Decimal::ZERO);
        for (index, (price, quantity)) in prices.iter().enumerate() {
            let id = u32::try_from(index).unwrap();
            let rate = ["0", "0.06", "0.09", "0.13"][rates[index]];
            let (price, quantity) = (Decimal::new(*price, 3), Decimal::from(*quantity));
            lines.push(line(id, &quantity.to_string(), &price.to_string()));
            let value = Rounding::HalfUp.round(price * quantity, 2);
            let amount = Rounding::HalfUp.round(value * dec(rate), 2);
            nets.push(net(id, &value.to_string(), &(value + amount).to_string()));
            taxes.push(tax(on(&[id]), rate, &value.to_string(), &amount.to_string()));
            (net_sum, tax_sum) = (net_sum + value, tax_sum + amount);
        }
        let texts = [net_sum, tax_sum, net_sum + tax_sum].map(|d| d.to_string());
        let mut raw = answer(nets, taxes, totals(&texts[0], &texts[0], &texts[1], &texts[2]));
        let request = request(lines);
        let accepted = accept(&request, &raw).unwrap();
        prop_assert_eq!(Minor::sum(accepted.lines.iter().map(|l| l.gross)).unwrap(), accepted.payable);
        let moved = match where_moved {
            0 => &mut raw.lines[0].net,
            1 => &mut raw.lines[0].gross,
            2 => &mut raw.tax_lines[0].base,
            3 => &mut raw.tax_lines[0].amount,
            4 => &mut raw.totals.tax,
            _ => &mut raw.totals.payable,
        };
        *moved = (dec(moved) + Decimal::new(1, 2)).to_string();
        prop_assert!(accept(&request, &raw).is_err());
    }
}

#[test]
fn texts_with_control_characters_are_refused_by_name() {
    let at = |place: &str, field, found| TaxError::Text { place: place.into(), field, found };
    assert_eq!(refused(|_, a| a.tax_lines[1].code = "A\0".into()), at("tax line 1", "code", '\0'));
    let reason = refused(|_, a| a.tax_lines[0].reason = Some("by\u{7}law".into()));
    assert_eq!(reason, at("tax line 0", "reason", '\u{7}'));
    assert!(
        reason.to_string().contains("tax line 0: reason holds the control character '\\u{7}'"),
        "{reason}"
    );
    let codes = refused(|_, a| a.tax_lines[0].report_codes = vec!["81".into(), "8\r6".into()]);
    assert_eq!(codes, at("tax line 0", "report codes", '\r'));
    let text = RequiredText { language: "de".into(), text: "§\0".into(), citation: None };
    assert_eq!(refused(|_, a| a.required_texts.push(text)), at("required text 0", "text", '\0'));
    let mut fine = good();
    fine.1.tax_lines[0].reason = Some("two\n\tlines".into());
    accept(&fine.0, &fine.1).unwrap();
}
