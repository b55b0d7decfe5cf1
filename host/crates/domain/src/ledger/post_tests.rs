#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
use super::*;
use crate::ledger::Entry;
use uuid::Uuid;

fn head(currency: Currency) -> Head {
    let day = crate::time::parse_date("2026-11-05").unwrap();
    Head {
        entry: EntryId::new(Uuid::from_u128(1)),
        company: CompanyId::new(Uuid::from_u128(2)),
        customer: CustomerId::new(Uuid::from_u128(3)),
        document: DocumentId::new(Uuid::from_u128(4)),
        digest: Digest::ZERO,
        item: OpenItemId::new(Uuid::from_u128(5)),
        effective_date: AccountingDate::new(day),
        posted_at: Instant::from_micros(1).unwrap(),
        actor: "usr_x".to_owned(),
        currency,
        base_currency: Currency::CNY,
    }
}

fn fx(rate: i64) -> FxRate {
    rated(rate).unwrap()
}

fn rated(rate: i64) -> Result<FxRate, LedgerError> {
    let date = crate::time::parse_date("2026-11-05").unwrap();
    FxRate::try_new(Decimal::new(rate, 4), date, "PBOC".to_owned())
}

#[test]
fn a_rate_is_positive() {
    assert_eq!(rated(1).unwrap().rate(), Decimal::new(1, 4));
    for rate in [0, -1, -78_000] {
        assert!(matches!(rated(rate), Err(LedgerError::NotPositive { what: "an exchange rate", .. })));
    }
}

#[test]
fn clearances_have_names() {
    for kind in ClearanceKind::ALL {
        assert_eq!(ClearanceKind::by_name(kind.name()), Some(kind));
    }
    assert_eq!(ClearanceKind::by_name("dispute"), None);
}

fn part(n: u128, amount: i64) -> Part {
    Part { item: OpenItemId::new(Uuid::from_u128(n)), amount: Minor::new(amount), due_date: None }
}

fn invoice(credit: bool) -> InvoicePosting {
    InvoicePosting {
        head: head(Currency::EUR),
        credit,
        net: Minor::new(10_001),
        taxes: vec![("a".to_owned(), Minor::new(1_303)), ("b".to_owned(), Minor::new(7))],
        withheld: Minor::ZERO,
        prepaid: Minor::ZERO,
        payable_rounding: Minor::new(-1),
        payable: Minor::new(11_310),
        parts: vec![part(5, 11_310)],
        fx: fx(78_123),
    }
}

#[test]
fn an_invoice_balances_in_both_currencies_whatever_the_rate_rounds_to() {
    for credit in [false, true] {
        let entry = Entry::try_new(post_invoice(invoice(credit)).unwrap()).unwrap();
        let receivable = &entry.postings[0];
        let sign = if credit { -1 } else { 1 };
        assert_eq!(receivable.amount.get(), sign * 11_310);
        assert_eq!(receivable.base.get(), sign * 88_357);
        assert_eq!(entry.items[0].sign, i32::try_from(sign).unwrap());
    }
    let unbalanced = InvoicePosting { net: Minor::new(10_000), ..invoice(false) };
    assert!(matches!(Entry::try_new(post_invoice(unbalanced).unwrap()), Err(LedgerError::Unbalanced { .. })));
    let nothing = InvoicePosting { payable: Minor::ZERO, ..invoice(false) };
    assert!(matches!(post_invoice(nothing), Err(LedgerError::NotPositive { .. })));
    let prepaid = InvoicePosting { prepaid: Minor::new(1), ..invoice(false) };
    assert!(matches!(post_invoice(prepaid), Err(LedgerError::Unsupported(_))));
}

/// Which account it is, is for the company's chart to say: its own numbers are named as they are.
#[test]
fn an_amount_that_is_too_large_is_of_a_role_until_the_account_is_known() {
    let refused = |account: Option<&str>| {
        let mut draft = post_invoice(invoice(false)).unwrap();
        draft.postings[0].base = Minor::new(i64::MAX);
        draft.postings[0].account = account.unwrap_or(&draft.postings[0].account).to_owned();
        match Entry::try_new(draft) {
            Err(LedgerError::TooLarge { line: 0, account, .. }) => account,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!([None, Some("1002/ba_1"), Some("1200")].map(refused), ["receivables", "bank", "1200"]);
}

#[test]
fn instalments_sum_to_the_receivable_in_both_currencies() {
    for credit in [false, true] {
        let due = |n: u128, amount: i64, day: &str| Part {
            due_date: Some(AccountingDate::new(crate::time::parse_date(day).unwrap())),
            ..part(n, amount)
        };
        // EUR 113.10 at 7.8123: the parts' own conversions would come to 883.56, a fen less than the whole
        let parts =
            vec![due(7, 3_770, "2026-12-05"), due(6, 3_770, "2027-01-31"), due(5, 3_770, "2027-02-28")];
        let entry =
            Entry::try_new(post_invoice(InvoicePosting { parts, ..invoice(credit) }).unwrap()).unwrap();
        let sign = if credit { -1 } else { 1 };
        let posted: Vec<_> = entry.postings[..3].iter().map(|p| (p.amount.get(), p.base.get())).collect();
        assert_eq!(posted, [29_453, 29_452, 29_452].map(|base| (sign * 3_770, sign * base)));
        let bases: Vec<i64> = entry.items.iter().map(|item| item.base_original.get()).collect();
        assert_eq!(bases.iter().sum::<i64>(), 88_357);
        let dates: Vec<String> =
            entry.items.iter().map(|item| item.due_date.unwrap().date().to_string()).collect();
        assert_eq!(dates, ["2026-12-05", "2027-01-31", "2027-02-28"]);
    }
    let short = InvoicePosting { parts: vec![part(5, 11_309)], ..invoice(false) };
    assert!(matches!(post_invoice(short), Err(LedgerError::Parts { .. })));
    let none = InvoicePosting { parts: Vec::new(), ..invoice(false) };
    assert!(matches!(post_invoice(none), Err(LedgerError::Parts { .. })));
    let negative = InvoicePosting { parts: vec![part(5, 11_311), part(6, -1)], ..invoice(false) };
    let refused = post_invoice(negative).and_then(Entry::try_new);
    assert!(matches!(refused, Err(LedgerError::NotPositive { what: "an open item", .. })));
}

#[test]
fn a_receipt_clears_its_charges_and_its_return_takes_all_back() {
    let clearances = vec![(ClearanceKind::BankCharge, Minor::new(50)), (ClearanceKind::Tail, Minor::new(-3))];
    let receipt = ReceiptPosting {
        head: head(Currency::EUR),
        from: MoneyFrom::account(account::BANK),
        amount: Minor::new(9_953),
        clearances: clearances.clone(),
        fx: fx(78_000),
    };
    let receipt = Entry::try_new(post_receipt(receipt).unwrap()).unwrap();
    assert_eq!(receipt.items[0].original, Minor::new(10_000));
    let back = ReturnPosting {
        head: head(Currency::EUR),
        account: account::BANK.to_owned(),
        fee: Minor::ZERO,
        amount: receipt.items[0].original,
        base_amount: receipt.items[0].base_original,
        again: None,
        clearances,
        fx: fx(79_000),
    };
    let back = Entry::try_new(post_return(back).unwrap()).unwrap();
    let on = |entry: &Entry, code: &str| {
        Minor::sum(entry.postings.iter().filter(|p| p.account == code).map(|p| p.amount)).unwrap().get()
    };
    for code in [account::BANK, account::RECEIVABLES, account::TAIL, account::BANK_CHARGES] {
        assert_eq!(on(&receipt, code) + on(&back, code), 0, "{code}");
    }
    // EUR 99.53 at 0.1000 more
    let fx_line = back.postings.iter().find(|p| p.account == account::FX).unwrap();
    assert_eq!(fx_line.amount, Minor::ZERO);
    assert_eq!(fx_line.base, Minor::new(1_000));
}

#[test]
fn a_return_that_costs_a_fee_takes_it_out_of_the_same_account() {
    let back = ReturnPosting {
        head: head(Currency::EUR),
        account: "101201".to_owned(),
        fee: Minor::new(350),
        amount: Minor::new(10_000),
        base_amount: Minor::new(78_000),
        again: None,
        clearances: Vec::new(),
        fx: fx(79_000),
    };
    let back = Entry::try_new(post_return(back).unwrap()).unwrap();
    let on = |code: &str| {
        let of = back.postings.iter().filter(|p| p.account == code);
        let (amounts, bases): (Vec<Minor>, Vec<Minor>) = of.map(|p| (p.amount, p.base)).unzip();
        (Minor::sum(amounts).unwrap().get(), Minor::sum(bases).unwrap().get())
    };
    assert_eq!(on("101201"), (-10_350, -81_765));
    assert_eq!(on(account::BANK_CHARGES), (350, 2_765));
    assert_eq!(on(account::RECEIVABLES), (10_000, 78_000), "the fee is not the customer's");
    assert_eq!(on(account::FX), (0, 1_000));
    assert_eq!(back.items[0].original, Minor::new(10_000));
}

#[test]
fn what_was_paid_out_before_its_money_went_back_is_owed_again_from_the_day_of_the_return() {
    let back = |part: i64, base: i64| ReturnPosting {
        head: head(Currency::EUR),
        account: account::BANK.to_owned(),
        fee: Minor::ZERO,
        amount: Minor::new(10_000),
        base_amount: Minor::new(78_000),
        again: Some(OwedAgain {
            item: OpenItemId::new(Uuid::from_u128(9)),
            amount: Minor::new(part),
            base: Minor::new(base),
        }),
        clearances: Vec::new(),
        fx: fx(78_000),
    };
    let items = |part, base| {
        let entry = Entry::try_new(post_return(back(part, base)).unwrap()).unwrap();
        let row = |item: &NewItem| (item.original.get(), item.base_original.get(), item.due_date.is_some());
        entry.items.iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(items(3_333, 25_997), [(6_667, 52_003, false), (3_333, 25_997, true)]);
    assert_eq!(items(10_000, 78_000), [(10_000, 78_000, true)], "nothing is left to take back");
}

#[test]
fn money_out_of_suspense_goes_at_what_it_is_carried_at_there() {
    let receipt = |base| ReceiptPosting {
        head: head(Currency::EUR),
        from: MoneyFrom { account: account::SUSPENSE.to_owned(), base },
        amount: Minor::new(10_000),
        clearances: vec![(ClearanceKind::BankCharge, Minor::new(50))],
        fx: fx(79_000),
    };
    let entry = Entry::try_new(post_receipt(receipt(Some(Minor::new(78_000)))).unwrap()).unwrap();
    let base = |code: &str| entry.postings.iter().find(|p| p.account == code).map(|p| p.base.get());
    assert_eq!(base(account::SUSPENSE), Some(78_000));
    assert_eq!(base(account::FX), Some(1_000));
    assert_eq!(base(account::RECEIVABLES), Some(-79_395));
    let same = Entry::try_new(post_receipt(receipt(None)).unwrap()).unwrap();
    assert!(same.postings.iter().all(|p| p.account != account::FX));
}

#[test]
fn an_entry_refuses_what_it_must_not_hold() {
    let good = post_invoice(invoice(false)).unwrap();
    let mut nameless = good.clone();
    nameless.postings[0].customer = None;
    assert!(matches!(Entry::try_new(nameless), Err(LedgerError::NoCustomer { line: 0, .. })));
    let mut unbacked = good.clone();
    unbacked.items[0].original = Minor::new(11_311);
    assert!(matches!(Entry::try_new(unbacked), Err(LedgerError::ItemWithoutPosting { .. })));
    let mut skewed = good.clone();
    skewed.postings[1].base = skewed.postings[1].base.add(Minor::new(1)).unwrap();
    assert!(matches!(Entry::try_new(skewed), Err(LedgerError::UnbalancedBase { .. })));
    let empty = EntryDraft { postings: vec![], items: vec![], ..good.clone() };
    assert_eq!(Entry::try_new(empty), Err(LedgerError::Empty));
    let mut domestic = good.clone();
    domestic.base_currency = Currency::EUR;
    assert!(matches!(Entry::try_new(domestic), Err(LedgerError::BaseDiffers { .. })));
    let (a, b) = (
        Entry::try_new(good.clone()).unwrap(),
        Entry::try_new(EntryDraft { actor: "usr_y".into(), ..good }).unwrap(),
    );
    assert_ne!(a.content_hash(), b.content_hash());
    let carried = |digests: &[Digest]| a.clone().carrying(digests.to_vec()).content_hash().unwrap();
    let (one, other) = (Digest::new([1; 32]), Digest::new([2; 32]));
    assert_eq!(carried(&[]), a.content_hash().unwrap());
    let hashes = [carried(&[]), carried(&[one]), carried(&[other]), carried(&[one, other])];
    assert!((1..4).all(|n| !hashes[..n].contains(&hashes[n])), "every event changes the hash: {hashes:?}");
    // FX that no allocation realises
    let mut gain = (*a).clone();
    let (customer, currency) = (gain.postings[0].customer, gain.postings[0].currency);
    let line = |account: &str, customer, base| Posting {
        account: account.to_owned(),
        customer,
        currency,
        amount: Minor::ZERO,
        base: Minor::new(base),
        item: None,
        tax_code: None,
    };
    gain.postings.extend([line(account::RECEIVABLES, customer, 7), line(account::FX, None, -7)]);
    assert!(matches!(Entry::try_new(gain), Err(LedgerError::Fx { currency: Currency::EUR, .. })));
}
