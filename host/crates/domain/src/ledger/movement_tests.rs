#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::ledger::Entry;
use uuid::Uuid;

fn posting(amount: i64, debit: (&str, i64), credit: (&str, i64)) -> MovementPosting {
    let of = |(code, base): (&str, i64)| (code.to_owned(), Minor::new(base));
    MovementPosting {
        entry: EntryId::new(Uuid::from_u128(1)),
        company: CompanyId::new(Uuid::from_u128(2)),
        kind: SUSPENSE_ENTRY,
        effective_date: AccountingDate::new(crate::time::parse_date("2026-11-05").unwrap()),
        posted_at: Instant::from_micros(1).unwrap(),
        actor: "usr_x".to_owned(),
        currency: Currency::EUR,
        base_currency: Currency::CNY,
        amount: Minor::new(amount),
        debit: of(debit),
        credit: of(credit),
    }
}

#[test]
fn what_comes_in_and_goes_out_at_another_rate_leaves_fx_alone() {
    let into = posting(10_000, (account::BANK, 78_000), (account::SUSPENSE, 78_000));
    let into = Entry::try_new(post_movement(into).unwrap()).unwrap();
    assert_eq!(into.postings.len(), 2);
    let out = posting(10_000, (account::SUSPENSE, 78_000), (account::BANK, 79_000));
    let out = Entry::try_new(post_movement(out).unwrap()).unwrap();
    let on = |code: &str| {
        let all = into.postings.iter().chain(&out.postings).filter(|p| p.account == code);
        all.fold((0, 0), |sum, p| (sum.0 + p.amount.get(), sum.1 + p.base.get()))
    };
    assert_eq!(on(account::SUSPENSE), (0, 0));
    assert_eq!(on(account::BANK), (0, -1_000));
    assert_eq!(on(account::FX), (0, 1_000), "a loss is a debit");
}

#[test]
fn what_is_taken_back_is_the_same_negative() {
    let out = || posting(10_000, (account::SUSPENSE, 78_000), (account::BANK, 79_000));
    let of = EntryId::new(Uuid::from_u128(9));
    let (there, back) = (post_movement(out()).unwrap(), post_movement_back(out(), of).unwrap());
    assert_eq!(back.reverses, Some(of));
    for (one, other) in there.postings.iter().zip(&back.postings) {
        assert_eq!((one.amount.neg().unwrap(), one.base.neg().unwrap()), (other.amount, other.base));
    }
    Entry::try_new(back).unwrap();
}

#[test]
fn nothing_and_less_do_not_move() {
    for amount in [0, -1] {
        let refused = post_movement(posting(amount, (account::BANK, 0), (account::SUSPENSE, 0)));
        assert!(matches!(refused, Err(LedgerError::NotPositive { .. })), "{refused:?}");
    }
}

#[test]
fn parts_carry_their_shares_and_the_last_one_the_rest() {
    let whole = (Minor::new(10_000), Minor::new(71_234));
    let (mut open, mut base) = whole;
    let mut found = Vec::new();
    for part in [3_333, 3_333, 3_334] {
        let part = Minor::new(part);
        let share = carried(whole, (open, base), part).unwrap();
        (open, base) = (open.sub(part).unwrap(), base.sub(share).unwrap());
        found.push(share.get());
    }
    assert_eq!((found, open, base), (vec![23_742, 23_742, 23_750], Minor::ZERO, Minor::ZERO));
    // never more than is left
    assert_eq!(carried(whole, (Minor::new(9_999), Minor::new(5)), Minor::new(9_998)).unwrap(), Minor::new(5));
}
