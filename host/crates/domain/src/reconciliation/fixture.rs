//! Requests and answers that hold, for the tests to break one thing at a time.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::time::parse_date;

pub(super) fn day() -> NaiveDate {
    parse_date("2026-11-05").unwrap()
}

pub(super) fn line(credit: bool, kind: &str, amount: i64) -> Line {
    Line {
        account: "DE75".into(),
        credit,
        kind: kind.into(),
        booking: day(),
        value: None,
        amount: Minor::new(amount),
        currency: Currency::CNY,
        instructed: None,
        fx_rate: String::new(),
        charge_bearer: String::new(),
        charges: Minor::ZERO,
        payer_name: String::new(),
        payer_account: String::new(),
        payer_id: String::new(),
        ultimate_debtor: String::new(),
        end_to_end: String::new(),
        mandate: String::new(),
        servicer_reference: String::new(),
        structured: String::new(),
        structured_scheme: String::new(),
        free_text: String::new(),
        batch_parent: None,
        original_line: None,
        return_reason: String::new(),
        customer_hint: None,
        remaining: Minor::new(amount),
        remittances: vec![],
    }
}

pub(super) fn item(customer: u32, sign: i32, open: i64) -> Item {
    Item {
        customer,
        parent_customer: None,
        control_account: "1122".into(),
        kind: "invoice".into(),
        sign,
        number: "INV".into(),
        tax_invoice_number: String::new(),
        purchase_order: String::new(),
        structured: String::new(),
        document_date: day(),
        due_date: None,
        currency: Currency::CNY,
        original: Minor::new(open),
        open: Minor::new(open),
        reserved: Minor::ZERO,
        disputed: Minor::ZERO,
        blocked: false,
        instalment: String::new(),
        offers: Vec::new(),
    }
}

pub(super) fn customer(code: &str) -> CustomerRow {
    CustomerRow { code: code.into(), name: code.into(), accounts: vec![] }
}

/// Lines 0 (100.00) and 1 (50.00) came in, 2 is a return of 80.00, 3 a payout of 20.00. Items 0 (100.00), 1 (70.00)
/// and 2 (credit, 20.00) are customer 0's, 3 (30.00) customer 1's. Tails of 1.00 are tolerated.
pub(super) fn request() -> Request {
    Request {
        customers: vec![customer("A"), customer("B"), customer("C")],
        receipts: vec![PreviousReceipt {
            date: day(),
            amount: Decimal::new(80, 0),
            currency: Currency::CNY,
            customer: Some(0),
            payer_account: None,
            end_to_end: None,
        }],
        receipts_since: None,
        allocations: vec![],
        aliases: vec![],
        tolerances: vec![tolerance(ToleranceRole::Tail, 100)],
        lines: vec![
            line(true, "receipt", 10_000),
            line(true, "receipt", 5_000),
            line(false, "return", 8_000),
            line(false, "payout", 2_000),
        ],
        items: vec![item(0, 1, 10_000), item(0, 1, 7_000), item(0, -1, 2_000), item(1, 1, 3_000)],
    }
}

/// The company's, in CNY.
pub(super) fn tolerance(role: ToleranceRole, amount: i64) -> Tolerance {
    let (currency, amount) = (Currency::CNY, Minor::new(amount));
    Tolerance { customer: None, currency, role, amount, permille: 0 }
}

pub(super) fn proposal(lines: &[u32]) -> RawProposal {
    RawProposal {
        group: lines.first().copied().unwrap_or(90),
        rank: 1,
        lines: lines.to_vec(),
        customer: Some(0),
        allocations: vec![],
        differences: vec![],
        residual: "none".into(),
        reverses_receipt: None,
        score: 900,
        confidence: "exact".into(),
        rule: "reference".into(),
        reasons: vec![Reason { code: "ref".into(), text: "INV".into(), permille: 900 }],
        ambiguous_with: vec![],
        nettings: vec![],
    }
}

/// Advice on INV that states a discount.
pub(super) fn advice(discount: i64) -> Remittance {
    Remittance { reference: "INV".into(), discount: Minor::new(discount), ..Remittance::default() }
}

pub(super) fn allocation(line: u32, item: u32, amount: i64, closes: bool) -> RawAllocation {
    RawAllocation { line, item, amount_in_item_currency: amount, amount_in_line_currency: amount, closes }
}

pub(super) fn difference(kind: &str, line: u32, item: Option<u32>, amount: i64) -> RawDifference {
    RawDifference { kind: kind.into(), line, amount, currency: "CNY".into(), item }
}

/// Line 0 pays item 0, whole.
pub(super) fn exact() -> RawProposal {
    RawProposal { allocations: vec![allocation(0, 0, 10_000, true)], ..proposal(&[0]) }
}

/// Line 1 pays 50.00 of item 1's 70.00.
pub(super) fn part() -> RawProposal {
    RawProposal { allocations: vec![allocation(1, 1, 5_000, false)], ..proposal(&[1]) }
}

pub(super) fn returned() -> RawProposal {
    RawProposal { reverses_receipt: Some(0), ..proposal(&[2]) }
}

pub(super) fn answer(proposals: Vec<RawProposal>) -> Answer {
    Answer { proposals, ..Answer::default() }
}
