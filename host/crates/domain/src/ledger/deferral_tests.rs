#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::canonical::Digest;
use crate::ids::{CompanyId, CustomerId, DocumentId, EntryId, OpenItemId};
use crate::ledger::{Entry, FxRate, Head, InvoicePosting, Part, post_invoice};
use crate::time::{AccountingDate, Instant, parse_date};
use uuid::Uuid;

/// USD 100.00 and USD 13.00 of tax at 7.1234.
fn invoice() -> EntryDraft {
    let uuid = Uuid::from_u128;
    let day = parse_date("2026-11-30").unwrap();
    let head = Head {
        entry: EntryId::new(uuid(1)),
        company: CompanyId::new(uuid(2)),
        customer: CustomerId::new(uuid(3)),
        document: DocumentId::new(uuid(4)),
        digest: Digest::ZERO,
        item: OpenItemId::new(uuid(5)),
        effective_date: AccountingDate::new(day),
        posted_at: Instant::from_micros(0).unwrap(),
        actor: "system".to_owned(),
        currency: Currency::parse("USD").unwrap(),
        base_currency: Currency::CNY,
    };
    post_invoice(InvoicePosting {
        parts: vec![Part { item: head.item, amount: Minor::new(11_300), due_date: None }],
        head,
        credit: false,
        net: Minor::new(10_000),
        taxes: vec![("VAT13".to_owned(), Minor::new(1_300))],
        withheld: Minor::ZERO,
        prepaid: Minor::ZERO,
        payable_rounding: Minor::ZERO,
        payable: Minor::new(11_300),
        fx: FxRate::try_new("7.1234".parse().unwrap(), day, "test".to_owned()).unwrap(),
    })
    .unwrap()
}

fn sum(draft: &EntryDraft, code: &str) -> (i64, i64) {
    let own = || draft.postings.iter().filter(|p| p.account == code);
    (own().map(|p| p.amount.get()).sum(), own().map(|p| p.base.get()).sum())
}

#[test]
fn what_is_deferred_is_no_revenue_and_comes_back_whole() {
    let mut draft = invoice();
    let usd = draft.postings[0].currency;
    let net = Minor::new(10_000);
    let parts = [Minor::new(3_333), Minor::new(3_333), Minor::new(3_334)];
    let bases = base_shares(&draft, net, &parts).unwrap();
    let all = -sum(&draft, account::REVENUE).1;
    assert_eq!(bases.iter().map(|base| base.get()).sum::<i64>(), all, "all of it is carried at all of it");
    defer(&mut draft, usd, parts[0], bases[0]).unwrap();
    assert_eq!(sum(&draft, account::CONTRACT_LIABILITY), (-3_333, -bases[0].get()));
    assert_eq!(sum(&draft, account::REVENUE), (-6_667, bases[0].get() - all));
    Entry::try_new(draft.clone()).unwrap();
    defer(&mut draft, usd, Minor::new(6_667), Minor::new(all - bases[0].get())).unwrap();
    assert!(draft.postings.iter().all(|p| p.account != account::REVENUE), "no posting of nothing");
    Entry::try_new(draft.clone()).unwrap();
    // as its delivery does
    defer(&mut draft, usd, Minor::new(-10_000), Minor::new(-all)).unwrap();
    assert_eq!(sum(&draft, account::REVENUE), (-10_000, -all));
    assert_eq!(sum(&draft, account::CONTRACT_LIABILITY), (0, 0));
    Entry::try_new(draft).unwrap();
}

#[test]
fn nothing_is_deferred_by_nothing() {
    let mut draft = invoice();
    let before = draft.clone();
    let usd = draft.postings[0].currency;
    defer(&mut draft, usd, Minor::ZERO, Minor::ZERO).unwrap();
    assert_eq!(draft, before);
    assert_eq!(base_shares(&draft, Minor::new(10_000), &[]).unwrap(), Vec::<Minor>::new());
}
