#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::canonical::Digest;
use crate::ids::{CompanyId, DocumentId};
use crate::ledger::{Entry, account};
use crate::time::{Instant, parse_date};
use money::{Currency, Minor};
use proptest::prelude::*;
use uuid::Uuid;

const SOURCE: u128 = 41;
const TARGET: u128 = 42;

fn customer(n: u128) -> CustomerId {
    CustomerId::new(Uuid::from_u128(n))
}

fn item(sign: i32, (original, base): (i64, i64), (open, base_open): (i64, i64)) -> ItemBalance {
    ItemBalance {
        id: OpenItemId::new(Uuid::from_u128(1)),
        customer: customer(SOURCE),
        account: account::RECEIVABLES.to_owned(),
        currency: Currency::EUR,
        sign,
        original: Minor::new(original),
        base_original: Minor::new(base),
        open: Minor::new(open),
        base_open: Minor::new(base_open),
    }
}

fn head(n: u128) -> Head {
    Head {
        entry: EntryId::new(Uuid::from_u128(n)),
        company: CompanyId::new(Uuid::from_u128(2)),
        customer: customer(SOURCE),
        document: DocumentId::new(Uuid::from_u128(n + 1)),
        digest: Digest::ZERO,
        item: OpenItemId::new(Uuid::from_u128(n + 2)),
        effective_date: AccountingDate::new(parse_date("2026-11-05").unwrap()),
        posted_at: Instant::from_micros(1).unwrap(),
        actor: "usr_x".to_owned(),
        currency: Currency::EUR,
        base_currency: Currency::CNY,
    }
}

fn id(n: u128) -> AllocationId {
    AllocationId::new(Uuid::from_u128(n))
}

fn carry(from: &ItemBalance) -> Result<CarriedOver, TransferError> {
    post_carry(CarryPosting {
        head: head(100),
        to: customer(TARGET),
        carried: OpenItemId::new(Uuid::from_u128(103)),
        from: from.clone(),
        due_date: Some(AccountingDate::new(parse_date("2026-12-01").unwrap())),
        allocation: id(1),
    })
}

fn taken_back(done: &CarriedOver) -> Result<(CarriedOver, [ItemBalance; 2]), TransferError> {
    reverse_carry(CarryReversal {
        head: head(200),
        reverses: done.draft.id,
        counter: OpenItemId::new(Uuid::from_u128(203)),
        from: done.from.clone(),
        clearing: done.clearing.clone(),
        carried: done.carried.clone(),
        undone: (id(2), done.draft.allocations[0].clone()),
        cleared: (id(3), id(4)),
    })
}

/// What the control account of a customer moved by, in transaction and base currency.
fn moved(draft: &EntryDraft, of: u128) -> (i64, i64) {
    let own = draft.postings.iter().filter(|p| p.customer == Some(customer(of)));
    own.fold((0, 0), |sum, p| (sum.0 + p.amount.get(), sum.1 + p.base.get()))
}

#[test]
fn what_is_open_goes_over_at_what_it_is_carried_at() {
    for sign in [1, -1] {
        let from = item(sign, (10_000, 71_000), (6_000, 42_601));
        let done = carry(&from).unwrap();
        let entry = Entry::try_new(done.draft.clone()).unwrap();
        let signed = |amount: i64| amount * i64::from(sign);
        assert_eq!(moved(&entry, SOURCE), (signed(-6_000), signed(-42_601)));
        assert_eq!(moved(&entry, TARGET), (signed(6_000), signed(42_601)));
        assert_eq!(entry.postings.len(), 2, "no exchange difference");
        assert_eq!((done.from.open, done.clearing.open), (Minor::ZERO, Minor::ZERO));
        assert_eq!((done.carried.open, done.carried.sign), (Minor::new(6_000), sign));
        let due = entry.items.iter().map(|item| item.due_date.map(|date| date.to_string()));
        assert_eq!(due.collect::<Vec<_>>(), [None, Some("2026-12-01".to_owned())]);
    }
}

#[test]
fn nothing_open_is_nothing_to_carry() {
    let refused = carry(&item(1, (10_000, 71_000), (0, 0)));
    assert!(matches!(refused, Err(TransferError::Allocation(AllocationError::NotPositive(_)))));
    // what was paid on the other side meanwhile cannot be taken back whole: nothing is left to counter
    let mut done = carry(&item(1, (10_000, 71_000), (10_000, 71_000))).unwrap();
    done.carried.open = Minor::ZERO;
    done.carried.base_open = Minor::ZERO;
    assert!(taken_back(&done).is_err());
}

proptest! {
    #[test]
    fn taken_back_nothing_is_left(
        (original, base) in (1i64..100_000, 0i64..1_000_000),
        part in 1i64..=100,
        credit in any::<bool>(),
    ) {
        let open = (original * part / 100).max(1);
        let sign = if credit { -1 } else { 1 };
        let from = item(sign, (original, base), (open, base * open / original));
        let done = carry(&from).unwrap();
        let entry = Entry::try_new(done.draft.clone()).unwrap();
        let (back, counters) = taken_back(&done).unwrap();
        let reversal = Entry::try_new(back.draft.clone()).unwrap();
        prop_assert_eq!(&back.from, &from);
        for item in counters.iter().chain([&back.clearing, &back.carried]) {
            prop_assert_eq!((item.open, item.base_open), (Minor::ZERO, Minor::ZERO));
        }
        for of in [SOURCE, TARGET] {
            let (first, second) = (moved(&entry, of), moved(&reversal, of));
            prop_assert_eq!((first.0 + second.0, first.1 + second.1), (0, 0));
        }
    }
}
