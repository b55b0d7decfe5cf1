//! Files of a bank that hold, for the tests to break one thing at a time.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

pub(super) const FILE_LEN: u64 = 1_000;

pub(super) fn start() -> RawStatement {
    RawStatement {
        ordinal: 0,
        id: "S1".into(),
        account_id: "de75 5121 0800 1245 1261 99".into(),
        account_scheme: "IBAN".into(),
        account_currency: Some("EUR".into()),
        start: Some("2026-11-01".into()),
        end: Some("2026-11-30".into()),
        balances: vec![balance("opening-booked", "100.00"), balance("closing-booked", "250.00")],
        ..RawStatement::default()
    }
}

pub(super) fn balance(kind: &str, amount: &str) -> RawBalance {
    RawBalance { kind: kind.into(), date: "2026-11-30".into(), amount: amount.into(), currency: "EUR".into() }
}

pub(super) fn entry(ordinal: u32, amount: &str, credit: bool) -> RawEntry {
    RawEntry {
        statement: 0,
        ordinal,
        offset: u64::from(ordinal) * 100,
        length: 100,
        booking: Some("2026-11-05".into()),
        status: "booked".into(),
        amount: amount.into(),
        credit,
        currency: "EUR".into(),
        code: "PMNT/RCDT/ESCT".into(),
        ..RawEntry::default()
    }
}

pub(super) fn end(entries: u32) -> RawStatementEnd {
    RawStatementEnd { ordinal: 0, entries, balances: vec![], declared: None }
}

/// A statement with these entries.
pub(super) fn file(entries: Vec<RawEntry>) -> Vec<RawItem> {
    let count = u32::try_from(entries.len()).unwrap();
    let mut items = vec![RawItem::Start(start())];
    items.extend(entries.into_iter().map(|e| RawItem::Entry(Box::new(e))));
    items.push(RawItem::End(end(count)));
    items
}

/// 100 + 200 − 50 = 250.
pub(super) fn good() -> Vec<RawItem> {
    file(vec![entry(1, "200.00", true), entry(2, "50", false)])
}

/// The lines of one entry, alone in its file.
pub(super) fn lines_of(entry: RawEntry) -> Vec<BankFileLine> {
    accept(&file(vec![entry]), FILE_LEN).unwrap().statements.remove(0).entries.remove(0).lines
}

pub(super) fn entry_of(items: &mut [RawItem], index: usize) -> &mut RawEntry {
    match items.get_mut(index) {
        Some(RawItem::Entry(entry)) => entry,
        other => panic!("no entry: {other:?}"),
    }
}

pub(super) fn start_of(items: &mut [RawItem]) -> &mut RawStatement {
    match items.first_mut() {
        Some(RawItem::Start(start)) => start,
        other => panic!("no start: {other:?}"),
    }
}

pub(super) fn end_of(items: &mut [RawItem]) -> &mut RawStatementEnd {
    match items.last_mut() {
        Some(RawItem::End(end)) => end,
        other => panic!("no end: {other:?}"),
    }
}
