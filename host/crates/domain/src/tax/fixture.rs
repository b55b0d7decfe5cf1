//! Requests and answers that hold, for the tests to break one thing at a time.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::time::parse_date;

pub(super) fn dec(text: &str) -> Decimal {
    money::parse_decimal(text).unwrap()
}

pub(super) fn party() -> TaxParty {
    TaxParty {
        country: "CN".into(),
        region: None,
        registrations: vec![TaxRegistration {
            scheme: "CN:USCC".into(),
            id: "91".into(),
            country: "CN".into(),
        }],
        kind: "business".into(),
        taxpayer_status: "general".into(),
    }
}

pub(super) fn rule() -> RoundingRule {
    RoundingRule { method: "half-up".into(), level: "line".into(), decimals: 2 }
}

pub(super) fn line(id: u32, quantity: &str, unit_price: &str) -> TaxLine {
    TaxLine {
        id,
        parent: None,
        original_line: None,
        nature: "normal".into(),
        quantity: dec(quantity),
        unit_code: None,
        unit_price: dec(unit_price),
        amount: None,
        allowances: vec![],
        category_code: "goods".into(),
        classification: None,
        supply: "goods".into(),
        ship_to_country: None,
    }
}

pub(super) fn allowance(id: u32, charge: bool, amount: &str) -> AllowanceCharge {
    AllowanceCharge {
        id,
        charge,
        percent: None,
        amount: dec(amount),
        reason_code: None,
        tax_category: None,
        original: None,
    }
}

pub(super) fn request(lines: Vec<TaxLine>) -> TaxDocument {
    TaxDocument {
        id: 7,
        purpose: TaxPurpose::Issue,
        tax_invoice_type: None,
        original: None,
        already_credited: vec![],
        issue_date: parse_date("2026-11-05").unwrap(),
        supply_date: None,
        currency: Currency::CNY,
        tax_currency: None,
        tax_fx: None,
        price_mode: PriceMode::Exclusive,
        rounding: rule(),
        seller: party(),
        buyer: party(),
        ship_to_country: None,
        allowances: vec![],
        prepaid: None,
        lines,
    }
}

pub(super) fn tax(on: TaxOn, rate: &str, base: &str, amount: &str) -> RawTaxLine {
    RawTaxLine {
        on,
        authority: "CN-STA".into(),
        jurisdiction: "CN".into(),
        kind: "vat".into(),
        code: format!("VAT{rate}"),
        category: "standard".into(),
        rate: rate.into(),
        method: "percent-of-base".into(),
        quantity: None,
        unit_code: None,
        base: base.into(),
        deducted: "0".into(),
        exempt_base: "0".into(),
        out_of_scope_base: "0".into(),
        amount: amount.into(),
        amount_in_tax_currency: None,
        collected_by: "seller".into(),
        included_in_price: false,
        compound_on: vec![],
        exemption_code: None,
        reason: None,
        legal_reference: None,
        rounding: rule(),
        rounding_delta: None,
        report_codes: vec![],
    }
}

pub(super) fn net(line: u32, net: &str, gross: &str) -> RawLineNet {
    RawLineNet { line, net: net.into(), gross: gross.into() }
}

pub(super) fn totals(lines: &str, net: &str, tax: &str, gross: &str) -> RawTotals {
    let zero = || "0".to_owned();
    RawTotals {
        lines: lines.into(),
        allowances: zero(),
        charges: zero(),
        net: net.into(),
        tax: tax.into(),
        gross: gross.into(),
        withheld: zero(),
        prepaid: zero(),
        payable_rounding: zero(),
        payable: gross.into(),
    }
}

pub(super) fn answer(lines: Vec<RawLineNet>, tax_lines: Vec<RawTaxLine>, totals: RawTotals) -> RawAssessment {
    RawAssessment {
        document: 7,
        lines,
        tax_lines,
        totals,
        breakdown: vec![],
        required_texts: vec![],
        explanations: vec![],
        warnings: vec![],
    }
}

pub(super) fn on(lines: &[u32]) -> TaxOn {
    TaxOn::Lines(lines.to_vec())
}

/// 12 × 85.5 at 13 % and 300 at 6 %.
pub(super) fn good() -> (TaxDocument, RawAssessment) {
    let request = request(vec![line(1, "12", "85.5"), line(2, "1", "300")]);
    let lines = vec![net(1, "1026.00", "1159.38"), net(2, "300.00", "318.00")];
    let taxes = vec![tax(on(&[1]), "0.13", "1026.00", "133.38"), tax(on(&[2]), "0.06", "300", "18")];
    (request, answer(lines, taxes, totals("1326", "1326", "151.38", "1477.38")))
}

/// 113 with 13 % inside.
pub(super) fn inclusive() -> (TaxDocument, RawAssessment) {
    let mut request = request(vec![line(1, "1", "113")]);
    request.price_mode = PriceMode::Inclusive;
    let mut vat = tax(on(&[1]), "0.13", "100", "13");
    vat.included_in_price = true;
    (request, answer(vec![net(1, "100", "113")], vec![vat], totals("100", "100", "13", "113")))
}

pub(super) fn refused(change: impl FnOnce(&mut TaxDocument, &mut RawAssessment)) -> TaxError {
    refused_of(good(), change)
}

pub(super) fn refused_of(
    (mut request, mut answer): (TaxDocument, RawAssessment),
    change: impl FnOnce(&mut TaxDocument, &mut RawAssessment),
) -> TaxError {
    accept(&request, &answer).expect("holds before the change");
    change(&mut request, &mut answer);
    accept(&request, &answer).expect_err("the change must be refused")
}
