#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::canonical::Digest;
use crate::ids::{AllocationId, CompanyId, CustomerId, DocumentId};
use crate::ledger::{
    Entry, FxRate, InvoicePosting, ItemBalance, OpeningPosting, Part, account, allocate, post_invoice,
    post_opening,
};
use crate::time::{AccountingDate, Instant, parse_date};
use money::Currency;
use rust_decimal::Decimal;
use uuid::Uuid;

fn head(n: u128) -> Head {
    Head {
        entry: EntryId::new(Uuid::from_u128(n)),
        company: CompanyId::new(Uuid::from_u128(2)),
        customer: CustomerId::new(Uuid::from_u128(3)),
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

fn fx() -> FxRate {
    FxRate::try_new(Decimal::new(78_123, 4), parse_date("2026-11-05").unwrap(), "PBOC".to_owned()).unwrap()
}

fn reversed(draft: &EntryDraft) -> EntryDraft {
    let new = (200..).map(|n| OpenItemId::new(Uuid::from_u128(n)));
    let items = draft.items.iter().cloned().zip(new).collect();
    let postings = draft.postings.clone();
    post_reversal(ReversalPosting { head: head(100), reverses: draft.id, postings, items }).unwrap()
}

/// Adds the clearing of each two items and gives the entry.
fn cleared(first: &EntryDraft, mut draft: EntryDraft) -> Entry {
    assert_eq!(first.items.len(), draft.items.len());
    for (n, (one, other)) in first.items.iter().zip(&draft.items.clone()).enumerate() {
        let (mut one, mut other) = (ItemBalance::fresh(one), ItemBalance::fresh(other));
        let (debit, credit) = if one.sign > 0 { (&mut one, &mut other) } else { (&mut other, &mut one) };
        let amount = debit.open;
        let id = AllocationId::new(Uuid::from_u128(u128::try_from(n).unwrap() + 9));
        let done = allocate(id, debit, credit, amount).unwrap();
        assert_eq!((one.open, one.base_open, other.open), (Minor::ZERO, Minor::ZERO, Minor::ZERO));
        draft.allocations.push(done.allocation);
        draft.postings.extend(done.postings);
    }
    Entry::try_new(draft).unwrap()
}

fn sums(entries: &[&EntryDraft]) -> Vec<(String, Minor)> {
    let mut sums = std::collections::BTreeMap::<String, Minor>::new();
    for posting in entries.iter().flat_map(|entry| &entry.postings) {
        let sum = sums.entry(posting.account.clone()).or_default();
        *sum = sum.add(posting.base).unwrap();
    }
    sums.into_iter().collect()
}

#[test]
fn an_invoice_and_its_reversal_leave_nothing_on_any_account() {
    for (credit, amounts) in [(false, vec![11_304]), (true, vec![11_304]), (false, vec![3_391, 3_391, 4_522])]
    {
        let part = |(n, amount): (u128, &i64)| Part {
            item: OpenItemId::new(Uuid::from_u128(n)),
            amount: Minor::new(*amount),
            due_date: None,
        };
        let parts: Vec<Part> = (3..).zip(&amounts).map(part).collect();
        let first = post_invoice(InvoicePosting {
            head: head(1),
            credit,
            net: Minor::new(10_001),
            taxes: vec![("a".to_owned(), Minor::new(1_303))],
            withheld: Minor::ZERO,
            prepaid: Minor::ZERO,
            payable_rounding: Minor::ZERO,
            payable: Minor::new(11_304),
            parts: parts.clone(),
            fx: fx(),
        })
        .unwrap();
        let second = cleared(&first, reversed(&first));
        assert_eq!((second.kind.as_str(), second.reverses), ("reversal", Some(first.id)));
        assert_eq!(second.items[0].sign, if credit { 1 } else { -1 });
        assert_eq!(second.postings[parts.len()].tax_code.as_deref(), Some("a"));
        for (account, sum) in sums(&[&first, &second]) {
            assert_eq!(sum, Minor::ZERO, "{account}");
        }
    }
}

#[test]
fn realised_fx_of_allocations_in_the_same_entry_is_not_the_documents() {
    let mut first =
        post_opening(OpeningPosting { head: head(1), amount: Minor::new(500), due_date: None, fx: fx() })
            .unwrap();
    let line = |account: &str, customer, base| Posting {
        account: account.to_owned(),
        customer,
        currency: Currency::EUR,
        amount: Minor::ZERO,
        base,
        item: None,
        tax_code: None,
    };
    let customer = first.items[0].customer;
    first.postings.push(line(account::RECEIVABLES, Some(customer), Minor::new(7)));
    first.postings.push(line(account::FX, None, Minor::new(-7)));
    assert_eq!(reversed(&first).postings.len(), 2);
}

#[test]
fn an_opening_balance_stands_on_its_side_and_is_not_zero() {
    for amount in [500, -500] {
        let draft = post_opening(OpeningPosting {
            head: head(1),
            amount: Minor::new(amount),
            due_date: None,
            fx: fx(),
        })
        .unwrap();
        assert_eq!(i64::from(draft.items[0].sign), amount.signum());
        assert_eq!(draft.items[0].original, Minor::new(500));
        assert_eq!(draft.postings[0].account, account::RECEIVABLES);
        assert_eq!(draft.postings[1].account, account::OPENING);
        let second = cleared(&draft, reversed(&draft));
        assert!(sums(&[&draft, &second]).iter().all(|(_, sum)| sum.is_zero()));
        assert!(Entry::try_new(draft).is_ok());
    }
    let none = post_opening(OpeningPosting { head: head(1), amount: Minor::ZERO, due_date: None, fx: fx() });
    assert!(matches!(none, Err(LedgerError::Zero { .. })));
}

#[test]
fn what_cleared_a_delivery_is_countered_beside_the_documents_own_item() {
    use crate::ledger::{DeliveryPosting, Release, post_delivery, release};
    let amount = Minor::new(10_000);
    let delivery = DeliveryPosting { head: head(10), amount, base: amount };
    let delivery = post_delivery(DeliveryPosting {
        head: Head { currency: Currency::CNY, ..delivery.head.clone() },
        ..delivery
    })
    .unwrap();
    let mut accrued = ItemBalance::fresh(&delivery.items[0]);
    let posting = InvoicePosting {
        head: Head { currency: Currency::CNY, ..head(20) },
        credit: false,
        net: amount,
        taxes: Vec::new(),
        withheld: Minor::ZERO,
        prepaid: Minor::ZERO,
        payable_rounding: Minor::ZERO,
        payable: amount,
        parts: vec![Part { item: head(20).item, amount, due_date: None }],
        fx: FxRate::one(parse_date("2026-11-05").unwrap()),
    };
    let mut bill = post_invoice(posting).unwrap();
    let ids = (OpenItemId::new(Uuid::from_u128(40)), AllocationId::new(Uuid::from_u128(41)));
    release(&mut bill, &mut accrued, Release { item: ids.0, allocation: ids.1, amount }).unwrap();
    let counter = OpenItemId::new(Uuid::from_u128(50));
    let draft = post_reversal(ReversalPosting {
        head: Head { currency: Currency::CNY, ..head(100) },
        reverses: bill.id,
        postings: bill.postings.clone(),
        items: vec![(bill.items[0].clone(), head(100).item), (bill.items[1].clone(), counter)],
    })
    .unwrap();
    let made: Vec<_> = draft.items.iter().map(|item| (item.id, item.sign, item.account.as_str())).collect();
    assert_eq!(made, [(head(100).item, -1, account::RECEIVABLES), (counter, 1, account::UNBILLED)]);
    assert!(sums(&[&bill, &draft]).iter().all(|(_, sum)| sum.is_zero()), "{draft:?}");
    // each item is backed by a posting of its own
    assert!(Entry::try_new(draft).is_ok());
}
