#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::canonical::Digest;
use crate::ids::{AllocationId, CompanyId, CustomerId, DocumentId, EntryId};
use crate::ledger::{Entry, ItemBalance, ReversalPosting, allocate, post_reversal, unallocate};
use crate::time::{Instant, parse_date};
use money::Currency;
use proptest::prelude::*;
use std::collections::BTreeMap;
use uuid::Uuid;

fn head(n: u128) -> Head {
    let uuid = Uuid::from_u128;
    Head {
        entry: EntryId::new(uuid(n)),
        company: CompanyId::new(uuid(2)),
        customer: CustomerId::new(uuid(3)),
        document: DocumentId::new(uuid(n + 1)),
        digest: Digest::ZERO,
        item: OpenItemId::new(uuid(n + 2)),
        effective_date: AccountingDate::new(parse_date("2026-11-20").unwrap()),
        posted_at: Instant::from_micros(1).unwrap(),
        actor: "usr_x".to_owned(),
        currency: Currency::EUR,
        base_currency: Currency::CNY,
    }
}

fn item(n: u128, account: &'static str, sign: i32, amount: i64, base: i64) -> BillItem {
    BillItem {
        id: OpenItemId::new(Uuid::from_u128(n)),
        account,
        kind: "bill",
        sign,
        amount: Minor::new(amount),
        base: Minor::new(base),
        due_date: None,
    }
}

fn post(n: u128, kind: &'static str, lines: &[(&str, i64, i64)], items: Vec<BillItem>) -> EntryDraft {
    let lines =
        lines.iter().map(|(code, amount, base)| ((*code).to_owned(), Minor::new(*amount), Minor::new(*base)));
    post_bill(BillPosting { head: head(n), kind, lines: lines.collect(), items }).unwrap()
}

/// Σ (amount, base) by account.
fn sums(entries: &[EntryDraft]) -> BTreeMap<String, (i64, i64)> {
    let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for line in entries.iter().flat_map(|entry| &entry.postings) {
        let sum = sums.entry(line.account.clone()).or_default();
        *sum = (sum.0 + line.amount.get(), sum.1 + line.base.get());
    }
    sums.retain(|_, sum| *sum != (0, 0));
    sums
}

fn allocated(n: u128, draft: &mut EntryDraft, one: &mut ItemBalance, other: &mut ItemBalance) {
    let amount = one.open.min(other.open);
    let (debit, credit) = if one.sign > 0 { (one, other) } else { (other, one) };
    let done = allocate(AllocationId::new(Uuid::from_u128(n)), debit, credit, amount).unwrap();
    draft.postings.extend(done.postings);
    draft.allocations.push(done.allocation);
}

#[test]
fn a_bill_paid_at_another_rate_is_realised_and_a_line_of_nothing_is_left_out() {
    let received = post(
        100,
        "bill",
        &[],
        vec![item(1, account::BILLS, 1, 10_000, 71_000), item(2, account::RECEIVABLES, -1, 10_000, 71_000)],
    );
    assert!(Entry::try_new(received.clone()).is_ok());
    let paid = post(
        200,
        "bill-payment",
        &[(account::BANK, 10_000, 72_000), (account::BANK_CHARGES, 0, 0)],
        vec![item(3, account::BILLS, -1, 10_000, 71_000)],
    );
    assert_eq!(paid.postings.len(), 3);
    assert!(Entry::try_new(paid.clone()).is_ok());
    let expected = [
        (account::BANK, (10_000, 72_000)),
        (account::RECEIVABLES, (-10_000, -71_000)),
        (account::FX, (0, -1_000)),
    ];
    let expected: BTreeMap<String, (i64, i64)> = expected.map(|(code, sum)| (code.to_owned(), sum)).into();
    assert_eq!(sums(&[received, paid]), expected);
}

#[test]
fn an_entry_that_leaves_something_does_not_construct() {
    let off = post(
        100,
        "bill-discount",
        &[(account::BANK, 9_900, 70_290)],
        vec![item(3, account::BILLS, -1, 10_000, 71_000)],
    );
    assert!(matches!(Entry::try_new(off), Err(LedgerError::Unbalanced { .. })));
    let mut nobody = post(
        200,
        "bill",
        &[],
        vec![item(1, account::BILLS, 1, 1, 7), item(2, account::RECEIVABLES, -1, 1, 7)],
    );
    nobody.postings[0].customer = None;
    assert!(matches!(Entry::try_new(nobody), Err(LedgerError::NoCustomer { .. })));
}

proptest! {
    /// Received, paid out in part to an invoice, given on, dishonoured, and all of it taken back, the last first: what the customer owes
    /// on both accounts together is conserved by receiving and restored by a dishonour, and in the end nothing is left anywhere.
    #[test]
    fn sums_are_conserved_through_the_life_of_a_bill(
        face in 1i64..1_000_000, invoiced in 1i64..1_000_000, carried in 1i64..8_000_000, day in 1i64..8_000_000, spot in 1i64..8_000_000
    ) {
        let invoice = item(9, account::RECEIVABLES, 1, invoiced, carried);
        let charged = post(10, "invoice", &[("6001", -invoiced, -carried)], vec![invoice]);
        let mut owed = ItemBalance::fresh(&charged.items[0]);

        let mut received = post(100, "bill", &[], vec![
            item(1, account::BILLS, 1, face, day), item(2, account::RECEIVABLES, -1, face, day),
        ]);
        let mut bill = ItemBalance::fresh(&received.items[0]);
        let mut credit = ItemBalance::fresh(&received.items[1]);
        allocated(1, &mut received, &mut owed, &mut credit);
        prop_assert!(Entry::try_new(received.clone()).is_ok());
        let controls = |entries: &[EntryDraft]| {
            let sums = sums(entries);
            let of = |code: &str| sums.get(code).copied().unwrap_or_default().0;
            of(account::BILLS) + of(account::RECEIVABLES)
        };
        prop_assert_eq!(controls(&[charged.clone(), received.clone()]), invoiced);

        let mut endorsed = post(200, "bill-endorsement", &[("2202", face, spot)], vec![item(3, account::BILLS, -1, face, bill.base_open.get())]);
        let mut given = ItemBalance::fresh(&endorsed.items[0]);
        allocated(2, &mut endorsed, &mut bill, &mut given);
        prop_assert!(Entry::try_new(endorsed.clone()).is_ok());
        prop_assert_eq!((bill.open, bill.base_open), (Minor::ZERO, Minor::ZERO));

        // dishonoured: the receipt's allocation is undone, and its credit taken back
        let first = received.allocations[0].clone();
        let undone = unallocate(AllocationId::new(Uuid::from_u128(3)), &first, &mut owed, &mut credit).unwrap();
        let mut back = EntryDraft { postings: undone.postings, items: vec![], allocations: vec![undone.allocation], ..received.clone() };
        back.document = None;
        prop_assert!(Entry::try_new(back.clone()).is_ok());
        prop_assert_eq!((owed.open.get(), owed.base_open.get()), (invoiced, carried));
        let mut dishonoured = post(300, "bill-dishonour", &[(account::BANK, -face, -spot)], vec![item(4, account::RECEIVABLES, 1, face, credit.base_open.get())]);
        let mut taken = ItemBalance::fresh(&dishonoured.items[0]);
        allocated(4, &mut dishonoured, &mut taken, &mut credit);
        prop_assert!(Entry::try_new(dishonoured.clone()).is_ok());
        let all = [charged.clone(), received.clone(), endorsed.clone(), back.clone(), dishonoured.clone()];
        prop_assert_eq!(controls(&all), invoiced);
        let left = sums(&all);
        prop_assert_eq!(left[account::RECEIVABLES], (invoiced, carried));
        prop_assert!(!left.contains_key(account::BILLS));

        // and back: a mirror of each act leaves nothing but the invoice
        let mut books = vec![charged];
        for (n, act) in [(400, &dishonoured), (500, &endorsed), (600, &received)] {
            let items = act.items.iter().zip(1u128..).map(|(item, k)| (item.clone(), OpenItemId::new(Uuid::from_u128(n + 10 + k))));
            let mirror = post_reversal(ReversalPosting { head: head(n), reverses: act.id, postings: act.postings.clone(), items: items.collect() }).unwrap();
            prop_assert!(Entry::try_new(mirror.clone()).is_ok());
            books.extend([act.clone(), mirror]);
        }
        books.push(back);
        prop_assert_eq!(sums(&books).len(), 2);
        prop_assert_eq!(sums(&books)[account::RECEIVABLES], (invoiced, carried));
    }
}
