#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::canonical::Digest;
use crate::ids::{CompanyId, CustomerId, DocumentId};
use crate::ledger::{Entry, account};
use crate::time::{AccountingDate, Instant, parse_date};
use money::Currency;
use proptest::prelude::*;
use uuid::Uuid;

const BRANCH: u128 = 31;
const HEAD_OFFICE: u128 = 32;

fn item(n: u128, customer: u128, sign: i32, original: i64, base: i64) -> ItemBalance {
    ItemBalance {
        id: OpenItemId::new(Uuid::from_u128(n)),
        customer: CustomerId::new(Uuid::from_u128(customer)),
        account: account::RECEIVABLES.to_owned(),
        currency: Currency::EUR,
        sign,
        original: Minor::new(original),
        base_original: Minor::new(base),
        open: Minor::new(original),
        base_open: Minor::new(base),
    }
}

fn head(n: u128) -> Head {
    Head {
        entry: EntryId::new(Uuid::from_u128(n)),
        company: CompanyId::new(Uuid::from_u128(2)),
        customer: CustomerId::new(Uuid::from_u128(BRANCH)),
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

fn transfer(debit: &ItemBalance, credit: &ItemBalance, amount: i64) -> Result<Transferred, TransferError> {
    post_transfer(TransferPosting {
        head: head(100),
        taken: OpenItemId::new(Uuid::from_u128(103)),
        debit: debit.clone(),
        credit: credit.clone(),
        amount: Minor::new(amount),
        allocations: (id(1), id(2)),
    })
}

fn taken_back(done: &Transferred) -> (Transferred, [ItemBalance; 2]) {
    let [first, second] = [0, 1].map(|n| done.draft.allocations[n].clone());
    reverse_transfer(TransferReversal {
        head: head(200),
        reverses: done.draft.id,
        counter: OpenItemId::new(Uuid::from_u128(203)),
        debit: done.debit.clone(),
        credit: done.credit.clone(),
        taken: done.taken.clone(),
        given: done.given.clone(),
        undone: [(id(3), first), (id(4), second)],
        cleared: (id(5), id(6)),
    })
    .unwrap()
}

/// What an account of a customer (`None`: any) moved by, in transaction and base currency.
fn moved(draft: &EntryDraft, account: &str, customer: Option<u128>) -> (i64, i64) {
    let customer = customer.map(|n| CustomerId::new(Uuid::from_u128(n)));
    let of = draft
        .postings
        .iter()
        .filter(|p| p.account == account && (customer.is_none() || p.customer == customer));
    of.fold((0, 0), |sum, p| (sum.0 + p.amount.get(), sum.1 + p.base.get()))
}

#[test]
fn a_head_office_pays_for_its_branch_and_each_ledger_is_its_own() {
    let (invoice, receipt) = (item(1, BRANCH, 1, 10_000, 71_000), item(2, HEAD_OFFICE, -1, 25_000, 180_000));
    let done = transfer(&invoice, &receipt, 10_000).unwrap();
    let entry = Entry::try_new(done.draft.clone()).unwrap();
    // 72.00 a unit is what the receipt carries, 71.00 the invoice: 10.00 are gained, on the branch's side
    assert_eq!(moved(&entry, account::RECEIVABLES, Some(HEAD_OFFICE)), (10_000, 72_000));
    assert_eq!(moved(&entry, account::RECEIVABLES, Some(BRANCH)), (-10_000, -71_000));
    assert_eq!(moved(&entry, account::FX, None), (0, -1_000));
    assert_eq!((done.debit.open, done.debit.base_open), (Minor::ZERO, Minor::ZERO));
    assert_eq!((done.credit.open, done.credit.base_open), (Minor::new(15_000), Minor::new(108_000)));
    for made in [&done.taken, &done.given] {
        assert_eq!((made.open, made.base_open), (Minor::ZERO, Minor::ZERO));
    }
}

#[test]
fn an_advance_on_another_account_pays_a_receivable_of_the_same_customer() {
    let advance = ItemBalance { account: "2203".to_owned(), ..item(2, BRANCH, -1, 5_000, 36_000) };
    let done = transfer(&item(1, BRANCH, 1, 10_000, 71_000), &advance, 5_000).unwrap();
    let entry = Entry::try_new(done.draft).unwrap();
    assert_eq!(moved(&entry, "2203", None), (5_000, 36_000));
    assert_eq!(moved(&entry, account::RECEIVABLES, None), (-5_000, -35_500));
}

#[test]
fn what_does_not_fit_is_refused() {
    let (invoice, receipt) = (item(1, BRANCH, 1, 10_000, 71_000), item(2, HEAD_OFFICE, -1, 5_000, 36_000));
    let over = |amount| transfer(&invoice, &receipt, amount);
    assert!(matches!(over(5_001), Err(TransferError::Allocation(AllocationError::OverAllocated { .. }))));
    assert!(matches!(over(0), Err(TransferError::Allocation(AllocationError::NotPositive(_)))));
    assert!(matches!(over(-1), Err(TransferError::Allocation(AllocationError::NotPositive(_)))));
    let own = item(3, BRANCH, -1, 5_000, 36_000);
    assert!(matches!(transfer(&invoice, &own, 1), Err(TransferError::SameAccount { .. })));
    let yuan = ItemBalance { currency: Currency::CNY, ..receipt.clone() };
    let refused = transfer(&invoice, &yuan, 1);
    assert!(matches!(
        refused,
        Err(TransferError::Allocation(AllocationError::Mismatch { what: "currency", .. }))
    ));
    assert!(matches!(
        transfer(&receipt, &invoice, 1),
        Err(TransferError::Allocation(AllocationError::WrongSide { .. }))
    ));
}

proptest! {
    /// Whatever was paid of either before, a transfer balances, and taking it back restores both items exactly.
    #[test]
    fn taken_back_nothing_is_left(
        (owed, owed_base) in (1i64..100_000, 1i64..1_000_000),
        (paid, paid_base) in (1i64..100_000, 1i64..1_000_000),
        part in 1i64..=100,
    ) {
        let (invoice, receipt) = (item(1, BRANCH, 1, owed, owed_base), item(2, HEAD_OFFICE, -1, paid, paid_base));
        let amount = (owed.min(paid) * part / 100).max(1);
        let done = transfer(&invoice, &receipt, amount).unwrap();
        let entry = Entry::try_new(done.draft.clone()).unwrap();
        let (back, counters) = taken_back(&done);
        let reversal = Entry::try_new(back.draft.clone()).unwrap();
        prop_assert_eq!((&back.debit, &back.credit), (&invoice, &receipt));
        for item in counters.iter().chain([&back.taken, &back.given]) {
            prop_assert_eq!((item.open, item.base_open), (Minor::ZERO, Minor::ZERO));
        }
        for account in [account::RECEIVABLES, account::FX] {
            let (first, second) = (moved(&entry, account, None), moved(&reversal, account, None));
            prop_assert_eq!((first.0 + second.0, first.1 + second.1), (0, 0));
        }
    }
}
