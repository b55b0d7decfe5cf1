#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::ledger::Entry;
use crate::time::parse_date;
use uuid::Uuid;

fn rate(text: &str) -> FxRate {
    FxRate::try_new(text.parse().unwrap(), parse_date("2026-11-30").unwrap(), "PBOC".into()).unwrap()
}

fn posting(difference: i64) -> RevaluationPosting {
    RevaluationPosting {
        entry: EntryId::new(Uuid::from_u128(1)),
        reversal: EntryId::new(Uuid::from_u128(2)),
        company: CompanyId::new(Uuid::from_u128(3)),
        as_of: AccountingDate::new(parse_date("2026-12-31").unwrap()),
        posted_at: Instant::new(chrono::DateTime::UNIX_EPOCH),
        actor: "system".into(),
        account: account::REVALUATION,
        currency: Currency::EUR,
        base_currency: Currency::CNY,
        difference: Minor::new(difference),
    }
}

/// EUR 1,000 @7.10 is worth +100 @7.20; what is left of it after 400, EUR 600 carried at 4,260.00, is worth −30.00 @7.05.
#[test]
fn what_is_left_is_valued_at_the_days_rate() {
    let all =
        Carried { currency: Currency::EUR, balance: Minor::new(100_000), carrying: Minor::new(710_000) };
    let valued = |of: Carried, at: &str| of.valued(&rate(at), Currency::CNY).unwrap();
    assert_eq!(valued(all, "7.20"), (Minor::new(720_000), Minor::new(10_000)));
    let again = Carried { carrying: Minor::new(720_000), ..all };
    assert_eq!(valued(again, "7.20").1, Minor::ZERO, "a second time there is nothing to add");
    let left = Carried { balance: Minor::new(60_000), carrying: Minor::new(426_000), ..all };
    assert_eq!(valued(left, "7.05"), (Minor::new(423_000), Minor::new(-3_000)));
    let credit = Carried { balance: Minor::new(-60_000), carrying: Minor::new(-426_000), ..all };
    assert_eq!(valued(credit, "7.05").1, Minor::new(3_000), "what is owed to customers costs less");
    let yen = Carried {
        currency: Currency::parse("JPY").unwrap(),
        balance: Minor::new(1_000),
        carrying: Minor::new(4_700),
    };
    assert_eq!(valued(yen, "0.0468").0, Minor::new(4_680), "no decimals to two");
}

#[test]
fn the_difference_stands_for_a_day() {
    let [entry, back] = post_revaluation(&posting(-3_000)).unwrap();
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
    assert!(matches!(post_revaluation(&posting(0)), Err(LedgerError::Zero { .. })));
}
