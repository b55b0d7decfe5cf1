#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::ledger::Entry;
use crate::time::parse_date;
use uuid::Uuid;

const REVALUED: DayKind = DayKind::Revaluation(account::REVALUATION);

fn posting(kind: DayKind, amount: i64, base: i64) -> DayPosting {
    DayPosting {
        kind,
        entry: EntryId::new(Uuid::from_u128(1)),
        reversal: EntryId::new(Uuid::from_u128(2)),
        company: CompanyId::new(Uuid::from_u128(3)),
        as_of: AccountingDate::new(parse_date("2026-12-31").unwrap()),
        posted_at: Instant::new(chrono::DateTime::UNIX_EPOCH),
        actor: "system".into(),
        currency: Currency::EUR,
        base_currency: Currency::CNY,
        amount: Minor::new(amount),
        base: Minor::new(base),
    }
}

#[test]
fn the_difference_stands_for_a_day() {
    let [entry, back] = post_for_a_day(&posting(REVALUED, 0, -3_000)).unwrap();
    let bases =
        |of: &EntryDraft| of.postings.iter().map(|p| (p.account.clone(), p.base.get())).collect::<Vec<_>>();
    let (adjustment, unrealised) = (account::REVALUATION.to_owned(), account::UNREALISED_FX.to_owned());
    assert_eq!(bases(&entry), [(adjustment.clone(), -3_000), (unrealised.clone(), 3_000)]);
    assert_eq!(bases(&back), [(adjustment, 3_000), (unrealised, -3_000)]);
    assert_eq!(back.effective_date.to_string(), "2027-01-01");
    assert_eq!((entry.reverses, back.reverses), (None, Some(entry.id)));
    assert!(entry.postings.iter().chain(&back.postings).all(|p| p.amount.is_zero() && p.customer.is_none()));
    Entry::try_new(entry).unwrap();
    Entry::try_new(back).unwrap();
    assert!(matches!(post_for_a_day(&posting(REVALUED, 0, 0)), Err(LedgerError::Zero { .. })));
}

/// EUR 100 of credits carried at 710.00: receivables are shown gross, and the credits as advances, in both currencies.
#[test]
fn credits_are_advances_for_a_day() {
    let [entry, back] = post_for_a_day(&posting(DayKind::Regrouping, 10_000, 71_000)).unwrap();
    let lines = |of: &EntryDraft| {
        of.postings.iter().map(|p| (p.account.clone(), p.amount.get(), p.base.get())).collect::<Vec<_>>()
    };
    let (regrouped, advances) = (account::REGROUPED.to_owned(), account::ADVANCES.to_owned());
    assert_eq!(lines(&entry), [(regrouped.clone(), 10_000, 71_000), (advances.clone(), -10_000, -71_000)]);
    assert_eq!(lines(&back), [(regrouped, -10_000, -71_000), (advances, 10_000, 71_000)]);
    assert_eq!((entry.kind.as_str(), back.reverses), ("regrouping", Some(entry.id)));
    Entry::try_new(entry).unwrap();
    Entry::try_new(back).unwrap();
}
