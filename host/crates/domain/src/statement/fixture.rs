//! Histories of a customer for the tests.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::time::parse_date;
use uuid::Uuid;

pub(super) const ACCOUNT: &str = "1122";
/// Where the period of a first statement begins.
pub(super) const FIRST: &str = "2026-01-15";

pub(super) fn day(text: &str) -> NaiveDate {
    parse_date(text).unwrap()
}

pub(super) fn item_id(n: u32) -> OpenItemId {
    OpenItemId::new(Uuid::from_u128(u128::from(n)))
}

pub(super) fn subject(cut_off: &str, known_at: u64) -> Subject {
    let party = |code: &str| PartyBlock {
        code: code.to_owned(),
        name: format!("{code} 有限公司"),
        address: Some(Address {
            lines: vec!["1 Road".to_owned()],
            postal_code: None,
            city: None,
            country: "CN".to_owned(),
        }),
        tax_ids: vec![],
    };
    Subject {
        style: Style::OpenItem,
        number: "ST-2026-11-0001".to_owned(),
        version: 1,
        supersedes: None,
        period_start: day(FIRST),
        cut_off: day(cut_off),
        known_at,
        previous: None,
        issuer: party("US"),
        customer: party("C1"),
        bank_accounts: vec![],
        locale: "zh-CN".to_owned(),
        base_currency: Currency::CNY,
    }
}

/// A row and the item it makes; positive amounts are receivables.
pub(super) fn book(
    rows: &mut CustomerRows,
    position: u64,
    date: &str,
    kind: &str,
    amount: i64,
) -> OpenItemId {
    book_in(rows, position, date, kind, Minor::new(amount), Currency::CNY)
}

pub(super) fn book_in(
    rows: &mut CustomerRows,
    position: u64,
    date: &str,
    kind: &str,
    amount: Minor,
    currency: Currency,
) -> OpenItemId {
    let id = item_id(u32::try_from(rows.items.len()).unwrap() + 1);
    let number = format!("N{position}");
    rows.ledger.push(LedgerRow {
        entry: EntryId::new(Uuid::from_u128(u128::from(position))),
        position,
        line: 0,
        account: ACCOUNT.to_owned(),
        currency,
        amount,
        base_amount: amount,
        reversal: false,
        reverses: None,
        kind: kind.to_owned(),
        number: number.clone(),
        tax_invoice_number: None,
        document_date: day(date),
        effective_date: day(date),
        due_date: None,
        item: Some(id),
        references: vec![],
        text: String::new(),
        lines: vec![],
        tax: vec![],
    });
    rows.items.push(ItemRow {
        id,
        position,
        account: ACCOUNT.to_owned(),
        currency,
        kind: kind.to_owned(),
        number,
        document_date: day(date),
        effective_date: day(date),
        due_date: None,
        instalment: None,
        sign: if amount.is_negative() { -1 } else { 1 },
        original: amount.abs().unwrap(),
    });
    id
}

pub(super) fn allocate(
    rows: &mut CustomerRows,
    position: u64,
    date: &str,
    (debit_item, credit_item): (OpenItemId, OpenItemId),
    amount: i64,
) {
    let amount = Minor::new(amount);
    rows.allocations.push(AllocationRow {
        position,
        effective_date: day(date),
        debit_item,
        credit_item,
        amount,
    });
}

/// The subject that follows a statement.
pub(super) fn after(model: &Model, cut_off: &str, known_at: u64) -> Subject {
    let closings = model.sections.iter().map(|s| (s.account.clone(), s.currency, s.closing)).collect();
    Subject {
        previous: Some(PreviousStatement {
            number: model.subject.number.clone(),
            cut_off: model.subject.cut_off,
            known_at: model.subject.known_at,
            closings,
        }),
        ..subject(cut_off, known_at)
    }
}
