#![allow(clippy::unwrap_used)]
use super::*;
use crate::canonical::Digest;
use crate::ids::{CompanyId, CustomerId, DocumentId, EntryId};
use crate::ledger::{Entry, FxRate, InvoicePosting, Part, post_invoice};
use crate::time::{AccountingDate, Instant, parse_date};
use money::Currency;
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
        effective_date: AccountingDate::new(parse_date("2026-11-30").unwrap()),
        posted_at: Instant::from_micros(0).unwrap(),
        actor: "system".to_owned(),
        currency: Currency::parse("USD").unwrap(),
        base_currency: Currency::CNY,
    }
}

fn delivery(amount: i64, base: i64) -> EntryDraft {
    post_delivery(DeliveryPosting { head: head(10), amount: Minor::new(amount), base: Minor::new(base) })
        .unwrap()
}

fn invoice() -> EntryDraft {
    let day = parse_date("2026-11-30").unwrap();
    post_invoice(InvoicePosting {
        head: head(20),
        credit: false,
        net: Minor::new(5_000),
        taxes: vec![("VAT13".to_owned(), Minor::new(650))],
        withheld: Minor::ZERO,
        prepaid: Minor::ZERO,
        payable_rounding: Minor::ZERO,
        payable: Minor::new(5_650),
        parts: vec![Part { item: head(20).item, amount: Minor::new(5_650), due_date: None }],
        fx: FxRate::try_new("7.2".parse().unwrap(), day, "test".to_owned()).unwrap(),
    })
    .unwrap()
}

fn released(n: u128, amount: i64) -> Release {
    let (item, allocation) = (Uuid::from_u128(n), Uuid::from_u128(n + 1));
    Release {
        item: OpenItemId::new(item),
        allocation: AllocationId::new(allocation),
        amount: Minor::new(amount),
    }
}

fn sums(draft: &EntryDraft, code: &str) -> (i64, i64) {
    let own = || draft.postings.iter().filter(|p| p.account == code);
    (own().map(|p| p.amount.get()).sum(), own().map(|p| p.base.get()).sum())
}

#[test]
fn a_delivery_is_revenue_that_is_owed_without_a_bill() {
    let draft = delivery(10_000, 71_000);
    assert_eq!(
        (sums(&draft, account::UNBILLED), sums(&draft, account::REVENUE)),
        ((10_000, 71_000), (-10_000, -71_000))
    );
    let item = draft.items.first().unwrap();
    assert_eq!((item.sign, item.original.get(), item.account.as_str()), (1, 10_000, account::UNBILLED));
    assert!(Entry::try_new(draft).is_ok());
    let back = delivery(-10_000, -71_000);
    assert_eq!(back.items.first().unwrap().sign, -1);
    assert!(Entry::try_new(back).is_ok());
    let nothing = DeliveryPosting { head: head(10), amount: Minor::ZERO, base: Minor::ZERO };
    assert!(matches!(post_delivery(nothing), Err(LedgerError::Zero { .. })));
}

#[test]
fn what_bills_it_takes_it_back_at_what_it_carried_and_makes_no_exchange_difference() {
    let mut accrued = ItemBalance::fresh(delivery(10_000, 71_000).items.first().unwrap());
    let mut draft = invoice();
    let clearing = release(&mut draft, &mut accrued, released(40, 3_333)).unwrap();
    assert_eq!(
        (clearing.open.get(), accrued.open.get(), accrued.base_open.get()),
        (0, 6_667, 71_000 - 23_664)
    );
    // unbilled −33.33 @7.10; revenue of the invoice at 7.20, that of the delivery taken back
    assert_eq!(sums(&draft, account::UNBILLED), (-3_333, -23_664));
    assert_eq!(sums(&draft, account::REVENUE), (-5_000 + 3_333, -36_000 + 23_664));
    assert_eq!(sums(&draft, account::FX), (0, 0));
    let last = release(&mut draft, &mut accrued, released(50, 6_667)).unwrap();
    assert_eq!((last.sign, accrued.open.get(), accrued.base_open.get()), (-1, 0, 0));
    assert!(Entry::try_new(draft).is_ok());
}

#[test]
fn more_than_is_accrued_is_not_released() {
    let mut accrued = ItemBalance::fresh(delivery(10_000, 71_000).items.first().unwrap());
    let before = invoice();
    let mut draft = before.clone();
    let refused = release(&mut draft, &mut accrued, released(40, 10_001));
    assert!(matches!(refused, Err(AllocationError::OverAllocated { .. })));
    assert_eq!(draft, before, "nothing was added");
}

#[test]
fn of_a_return_the_sides_are_the_other_ones() {
    let mut accrued = ItemBalance::fresh(delivery(-10_000, -71_000).items.first().unwrap());
    let mut draft = post_invoice(InvoicePosting { credit: true, ..credit() }).unwrap();
    let clearing = release(&mut draft, &mut accrued, released(40, 10_000)).unwrap();
    assert_eq!((clearing.sign, accrued.open.get()), (1, 0));
    assert_eq!(sums(&draft, account::UNBILLED), (10_000, 71_000));
    assert!(Entry::try_new(draft).is_ok());
}

fn credit() -> InvoicePosting {
    let day = parse_date("2026-11-30").unwrap();
    InvoicePosting {
        head: head(20),
        credit: true,
        net: Minor::new(10_000),
        taxes: Vec::new(),
        withheld: Minor::ZERO,
        prepaid: Minor::ZERO,
        payable_rounding: Minor::ZERO,
        payable: Minor::new(10_000),
        parts: vec![Part { item: head(20).item, amount: Minor::new(10_000), due_date: None }],
        fx: FxRate::try_new("7.1".parse().unwrap(), day, "test".to_owned()).unwrap(),
    }
}

#[test]
fn the_control_account_names_its_customer() {
    let mut draft = delivery(10_000, 71_000);
    draft.items.clear();
    draft.postings.first_mut().unwrap().customer = None;
    draft.postings.first_mut().unwrap().item = None;
    assert!(matches!(Entry::try_new(draft), Err(LedgerError::NoCustomer { .. })));
}
