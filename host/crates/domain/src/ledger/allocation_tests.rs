#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use proptest::prelude::*;
use uuid::Uuid;

fn item(n: u128, sign: i32, original: i64, base: i64) -> ItemBalance {
    ItemBalance {
        id: OpenItemId::new(Uuid::from_u128(n)),
        customer: CustomerId::new(Uuid::from_u128(1)),
        account: account::RECEIVABLES.to_owned(),
        currency: Currency::EUR,
        sign,
        original: Minor::new(original),
        base_original: Minor::new(base),
        open: Minor::new(original),
        base_open: Minor::new(base),
    }
}

fn id(n: u128) -> AllocationId {
    AllocationId::new(Uuid::from_u128(n))
}

/// 1,000 @7.10, 400 received @7.15: realised +20.00, carrying 4,260.00.
#[test]
fn a_part_payment_realises_fx_on_its_part() {
    let (mut invoice, mut receipt) = (item(1, 1, 100_000, 710_000), item(2, -1, 40_000, 286_000));
    let done = allocate(id(9), &mut invoice, &mut receipt, Minor::new(40_000)).unwrap();
    assert_eq!(done.allocation.base_debit, Minor::new(284_000));
    assert_eq!(done.postings[0].base, Minor::new(2_000));
    assert_eq!((done.postings[1].account.as_str(), done.postings[1].base), (account::FX, Minor::new(-2_000)));
    assert_eq!(invoice.base_open, Minor::new(426_000));
    assert!(receipt.open.is_zero() && receipt.base_open.is_zero());
}

/// 100 @7.1234 cleared 33.33/33.33/33.34 relieves 237.42/237.42/237.50.
#[test]
fn the_allocation_that_closes_takes_what_is_left() {
    let mut invoice = item(1, 1, 10_000, 71_234);
    let relieved: Vec<i64> = [3_333, 3_333, 3_334]
        .into_iter()
        .map(|part| {
            let mut receipt = item(2, -1, part, part * 7);
            allocate(id(9), &mut invoice, &mut receipt, Minor::new(part)).unwrap().allocation.base_debit.get()
        })
        .collect();
    assert_eq!(relieved, [23_742, 23_742, 23_750]);
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    let (mut invoice, mut receipt) = (item(1, 1, 100, 100), item(2, -1, 50, 50));
    let before = (invoice.clone(), receipt.clone());
    for amount in [0, -1] {
        assert!(matches!(
            allocate(id(9), &mut invoice, &mut receipt, Minor::new(amount)),
            Err(AllocationError::NotPositive(_))
        ));
    }
    assert!(matches!(
        allocate(id(9), &mut invoice, &mut receipt, Minor::new(51)),
        Err(AllocationError::OverAllocated { .. })
    ));
    assert!(matches!(
        allocate(id(9), &mut receipt, &mut invoice, Minor::new(1)),
        Err(AllocationError::WrongSide { .. })
    ));
    let mut other = ItemBalance { customer: CustomerId::new(Uuid::from_u128(2)), ..receipt.clone() };
    assert!(matches!(
        allocate(id(9), &mut invoice, &mut other, Minor::new(1)),
        Err(AllocationError::Mismatch { what: "customer", .. })
    ));
    let mut other = ItemBalance { currency: Currency::CNY, ..receipt.clone() };
    assert!(matches!(
        allocate(id(9), &mut invoice, &mut other, Minor::new(1)),
        Err(AllocationError::Mismatch { what: "currency", .. })
    ));
    let mut other = ItemBalance { account: "2203".to_owned(), ..receipt.clone() };
    assert!(matches!(
        allocate(id(9), &mut invoice, &mut other, Minor::new(1)),
        Err(AllocationError::Mismatch { what: "control account", .. })
    ));
    assert_eq!((invoice, receipt), before);
}

/// 1.00 worth 0.52, paid a cent at a time: each cent's share would round up to a cent, all together to 1.00.
#[test]
fn small_parts_never_relieve_more_than_there_is() {
    let mut invoice = item(1, 1, 100, 52);
    for paid in 1..=100 {
        let mut receipt = item(2, -1, 1, 1);
        allocate(id(9), &mut invoice, &mut receipt, Minor::new(1)).unwrap();
        let due = Minor::new(52).share(Minor::new(paid), Minor::new(100), Rounding::HalfUp).unwrap();
        let off = invoice.base_open.get() - Minor::new(52).sub(due).unwrap().get();
        assert!((-1..=1).contains(&off), "after {paid}: {off}");
    }
}

/// Paid on the 5th, taken back on the 20th: what is effective between pays it a second time.
#[test]
fn what_was_taken_back_is_free_from_that_day_on() {
    let day = |n: u32| NaiveDate::from_ymd_opt(2026, 11, n).unwrap();
    let free = |cleared: &[(u32, i64)], wanted: i64| {
        let cleared: Vec<_> = cleared.iter().map(|(n, amount)| (day(*n), Minor::new(*amount))).collect();
        free_from(Minor::new(100), day(1), &cleared, Minor::new(wanted)).unwrap()
    };
    assert_eq!(free(&[], 100), Some(day(1)));
    assert_eq!(free(&[(5, 100), (20, -100)], 100), Some(day(20)));
    assert_eq!(free(&[(20, -100), (5, 100)], 1), Some(day(20)), "in whatever order they are read");
    assert_eq!(free(&[(5, 60), (20, -60)], 40), Some(day(1)));
    assert_eq!(free(&[(5, 60), (20, -60)], 41), Some(day(20)));
    assert_eq!(free(&[(5, 100), (5, -100)], 100), Some(day(1)), "taken back on the same day");
    assert_eq!(free(&[(5, 100), (8, -100), (9, 50), (12, -50)], 60), Some(day(12)));
    assert_eq!(free(&[(5, 60)], 41), None);
}

proptest! {
    /// In whatever order parts are cleared and taken back, what is left in base currency stays within the item.
    #[test]
    fn base_open_stays_between_zero_and_the_items_own(
        original in 1i64..100_000, base in 0i64..100_000,
        steps in proptest::collection::vec((any::<bool>(), 1i64..20_000, any::<proptest::sample::Index>()), 1..40)
    ) {
        let mut invoice = item(1, 1, original, base);
        let mut done: Vec<(NewAllocation, ItemBalance)> = Vec::new();
        for (clear, part, which) in steps {
            if clear {
                let amount = part.min(invoice.open.get());
                if amount == 0 { continue; }
                let mut receipt = item(2, -1, amount, amount);
                let step = allocate(id(9), &mut invoice, &mut receipt, Minor::new(amount)).unwrap();
                prop_assert!(!step.allocation.base_debit.is_negative());
                done.push((step.allocation, receipt));
            } else if !done.is_empty() {
                let (allocation, mut receipt) = done.swap_remove(which.index(done.len()));
                unallocate(id(8), &allocation, &mut invoice, &mut receipt).unwrap();
            }
            prop_assert!(!invoice.base_open.is_negative() && invoice.base_open <= invoice.base_original);
            let left = invoice.base_original.sub(Minor::sum(done.iter().map(|d| d.0.base_debit)).unwrap()).unwrap();
            prop_assert_eq!(invoice.base_open, left);
            if invoice.open.is_zero() { prop_assert!(invoice.base_open.is_zero()); }
        }
    }

    #[test]
    fn clearing_in_any_parts_leaves_no_base_behind_and_undoing_restores(
        original in 1i64..10_000_000, rate in 1i64..1_000, parts in proptest::collection::vec(1i64..1_000_000, 1..12)
    ) {
        let mut invoice = item(1, 1, original, original * rate / 100);
        let start = invoice.clone();
        let mut done = Vec::new();
        for part in parts {
            let amount = part.min(invoice.open.get());
            if amount == 0 { break; }
            let mut receipt = item(2, -1, amount, amount * (rate + 3) / 100);
            let step = allocate(id(9), &mut invoice, &mut receipt, Minor::new(amount)).unwrap();
            prop_assert_eq!(Minor::sum(step.postings.iter().map(|p| p.base)).unwrap(), Minor::ZERO);
            done.push((step, receipt));
        }
        if invoice.open.is_zero() { prop_assert!(invoice.base_open.is_zero()); }
        for (step, mut receipt) in done.into_iter().rev() {
            let undone = unallocate(id(8), &step.allocation, &mut invoice, &mut receipt).unwrap();
            prop_assert_eq!(Minor::sum(step.postings.iter().chain(&undone.postings).map(|p| p.base)).unwrap(), Minor::ZERO);
        }
        prop_assert_eq!(invoice, start);
    }
}
