//! What statements, integrators, auditors and plugins read.

use crate::fixtures::*;
use domain::ids::EventId;
use domain::plugin::World;
use money::Currency;
use rust_decimal::Decimal;
use std::str::FromStr;
use store::query::customer_rows::{RatesAt, customer_rows, customers_rows};
use store::query::documents::{self, DocumentRows, Filter};
use store::query::entries::post_entry;
use store::query::{customers, events, fx_rates, history, invocations, open_items, period_locks};
use store::rows::{DocumentAllowance, DocumentLine, FxRate, PeriodLock, TaxLine};
use store::sequencer;
use store::testing::for_each_database;
use store::types::{Json, LockKind};
use uuid::Uuid;

fn with_lines(w: World1, number: &str, date: &str) -> DocumentRows {
    let mut row = document(w, "invoice", number, 113, date);
    (row.net, row.tax) = (minor(100), minor(13));
    let line = |line: u32, net: i64, tax: i64| DocumentLine {
        company: w.company,
        document: row.id,
        line,
        parent: None,
        original_line: None,
        description: Some(format!("item {line}")),
        quantity: Decimal::ONE,
        unit: Some("pcs".to_owned()),
        unit_price: Decimal::from(net),
        category: "standard".to_owned(),
        nature: "normal".to_owned(),
        supply: "service".to_owned(),
        net: minor(net),
        tax: minor(tax),
        gross: minor(net + tax),
    };
    let tax = TaxLine {
        company: w.company,
        document: row.id,
        n: 1,
        lines: Json(vec![2]),
        allowance: None,
        authority: "CN".to_owned(),
        kind: "vat".to_owned(),
        code: "VAT13".to_owned(),
        category: "S".to_owned(),
        rate: Decimal::from_str("0.13").unwrap(),
        base: minor(100),
        exempt_base: minor(0),
        out_of_scope_base: minor(0),
        deducted: minor(0),
        amount: minor(13),
        collected_by: "seller".to_owned(),
        legal_reference: None,
    };
    let allowance = DocumentAllowance {
        company: w.company,
        document: row.id,
        line: 2,
        n: 1,
        charge: false,
        fraction: Some(Decimal::from_str("0.05").unwrap()),
        amount: Decimal::from_str("5.2635").unwrap(),
        category: None,
        original: None,
        reason: Some("promotion".to_owned()),
    };
    let lines = vec![line(1, 0, 0), line(2, 100, 13)];
    DocumentRows { lines, allowances: vec![allowance], tax_lines: vec![tax], documents: vec![row] }
}

#[test]
fn a_statement_is_given_everything_that_is_sealed() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let other = World1 { customer: customer(w.company, w.key, "C-2").id, ..w };
        let mut row = customer(w.company, w.key, "C-2");
        row.id = other.customer;
        let doc = with_lines(w, "INV-1", "2026-11-01");
        let id = doc.documents[0].id;
        let invoice = entry(w, "invoice", 113, "2026-11-01", Some(id));
        let receipt = entry(w, "receipt", -50, "2026-11-10", None);
        let clear = clearing(w, &invoice.items[0], &receipt.items[0], 50);
        let theirs = entry(other, "invoice", 7, "2026-11-03", None);
        db.write(|tx| {
            customers::insert(tx, std::slice::from_ref(&row))?;
            documents::insert(tx, &doc)?;
            for rows in [&invoice, &receipt, &clear, &theirs] {
                post_entry(tx, rows)?;
            }
            Ok::<_, store::StoreError>(())
        })
        .unwrap();
        let at = RatesAt { base: Currency::CNY, cut_off: day("2026-11-30") };
        let nothing = db.snapshot(|c| customer_rows(c, w.company, w.customer, at)).unwrap();
        assert!(nothing.ledger.is_empty() && nothing.items.is_empty() && nothing.allocations.is_empty());

        sequencer::drain(db, w.company).unwrap();
        let found = db.snapshot(|c| customer_rows(c, w.company, w.customer, at)).unwrap();
        assert_eq!(found.ledger.len(), 2);
        let first = &found.ledger[0];
        assert_eq!(
            (first.position, first.line, first.amount, first.number.as_str()),
            (1, 1, minor(113), "INV-1")
        );
        assert_eq!((first.kind.as_str(), first.text.as_str()), ("invoice", "Lieferung 货物"));
        assert_eq!(first.references, [("purchase-order".to_owned(), "PO-7".to_owned())]);
        assert_eq!(
            first.tax,
            [("VAT13".to_owned(), Decimal::from_str("0.13").unwrap(), minor(100), minor(13))]
        );
        assert_eq!(first.lines.iter().map(|l| l.rate.is_some()).collect::<Vec<_>>(), [false, true]);
        let second = &found.ledger[1];
        assert_eq!((second.position, second.amount, second.number.as_str()), (2, minor(-50), ""));
        assert_eq!((second.document_date, second.lines.len()), (day("2026-11-10"), 0));
        let items: Vec<_> =
            found.items.iter().map(|i| (i.position, i.sign, i.original, i.number.as_str())).collect();
        assert_eq!(items, [(1, 1, minor(113), "INV-1"), (2, -1, minor(50), "")]);
        let allocation = &found.allocations[0];
        assert_eq!((found.allocations.len(), allocation.position, allocation.amount), (1, 3, minor(50)));
        assert_eq!(
            (allocation.debit_item, allocation.credit_item),
            (invoice.items[0].id, receipt.items[0].id)
        );
        assert!(found.rates.is_empty());

        let all = [w.customer, other.customer];
        let both = db.snapshot(|c| customers_rows(c, w.company, &all, at)).unwrap();
        assert_eq!(both[&w.customer], found);
        assert_eq!((both[&other.customer].ledger.len(), both[&other.customer].items.len()), (1, 1));
    });
}

#[test]
fn a_reversed_document_turns_its_tax() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let doc = with_lines(w, "CN-1", "2026-11-01");
        let rows = entry(w, "credit-note", -113, "2026-11-01", Some(doc.documents[0].id));
        db.write(|tx| {
            documents::insert(tx, &doc)?;
            post_entry(tx, &rows)
        })
        .unwrap();
        sequencer::drain(db, w.company).unwrap();
        let at = RatesAt { base: Currency::EUR, cut_off: day("2026-11-30") };
        let rate = FxRate {
            company: w.company,
            source_currency: Currency::CNY,
            target_currency: Currency::EUR,
            date: day("2026-11-29"),
            rate: Decimal::from_str("0.127").unwrap(),
            source: "ECB".to_owned(),
        };
        db.write(|tx| fx_rates::put(tx, std::slice::from_ref(&rate))).unwrap();
        let found = db.snapshot(|c| customer_rows(c, w.company, w.customer, at)).unwrap();
        assert_eq!((found.ledger[0].tax[0].2, found.ledger[0].tax[0].3), (minor(-100), minor(-13)));
        assert_eq!(found.rates, [(Currency::CNY, rate.rate, rate.date, "ECB".to_owned())]);
    });
}

#[test]
fn history_gives_each_link_what_it_seals() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let doc = with_lines(w, "INV-1", "2026-11-01");
        let invoice = entry(w, "invoice", 113, "2026-11-01", Some(doc.documents[0].id));
        let receipt = entry(w, "receipt", -113, "2026-11-10", None);
        let clear = clearing(w, &invoice.items[0], &receipt.items[0], 113);
        db.write(|tx| {
            documents::insert(tx, &doc)?;
            for rows in [&invoice, &receipt, &clear] {
                post_entry(tx, rows)?;
            }
            Ok::<_, store::StoreError>(())
        })
        .unwrap();
        sequencer::drain(db, w.company).unwrap();
        let links = db.snapshot(|c| history::page(c, w.company, 0, 2)).unwrap();
        assert_eq!(links.len(), 2);
        let first = links[0].entry.as_ref().unwrap();
        assert_eq!((&first.entry, &first.postings), (&invoice.entries[0], &invoice.postings));
        assert_eq!((first.items.len(), first.items[0].open), (1, minor(0)));
        let found = first.document.as_ref().unwrap();
        assert_eq!(
            (&found.document, &found.lines, &found.tax_lines),
            (&doc.documents[0], &doc.lines, &doc.tax_lines)
        );
        assert_eq!(links[0].events, invoice.events);
        let rest = db.snapshot(|c| history::page(c, w.company, 2, 2)).unwrap();
        assert_eq!(rest[0].entry.as_ref().unwrap().allocations, clear.allocations);
    });
}

#[test]
fn events_are_read_in_the_order_of_the_chain() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        for n in 1..=5 {
            let mut rows = entry(w, "invoice", n, "2026-11-01", None);
            let mut second = rows.events[0].clone();
            second.id = EventId::new(uuid());
            second.kind = "item.opened".to_owned();
            rows.events.push(second);
            db.write(|tx| post_entry(tx, &rows)).unwrap();
        }
        let start = (0, EventId::new(Uuid::nil()));
        assert!(db.read(|c| events::list(c, w.company, start, 10)).unwrap().is_empty(), "not sealed yet");
        sequencer::drain(db, w.company).unwrap();
        let mut read = Vec::new();
        let mut after = start;
        loop {
            let page = db.read(|c| events::list(c, w.company, after, 3)).unwrap();
            let Some((position, event)) = page.last() else { break };
            after = (*position, event.id);
            read.extend(page.into_iter().map(|(position, event)| (position, event.kind)));
        }
        let expected: Vec<_> =
            (1..=5).flat_map(|n| [(n, "invoice.posted".to_owned()), (n, "item.opened".to_owned())]).collect();
        assert_eq!(read, expected);
    });
}

#[test]
fn documents_are_listed_by_date_and_found_by_what_they_name() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let mut rows = DocumentRows::default();
        for n in 0..40 {
            rows.documents.push(document(
                w,
                "invoice",
                &format!("{n}"),
                1,
                &format!("2026-11-{:02}", 1 + n % 4),
            ));
        }
        let mut credit = document(w, "credit-note", "CN", 1, "2026-11-30");
        credit.original = Some(rows.documents[0].id);
        db.write(|tx| documents::insert(tx, &rows)).unwrap();
        let more = DocumentRows { documents: vec![credit.clone()], ..DocumentRows::default() };
        db.write(|tx| documents::insert(tx, &more)).unwrap();

        let mut listed = Vec::new();
        let mut after = None;
        loop {
            let page = db.read(|c| documents::list(c, w.company, &Filter::default(), after, 7)).unwrap();
            let Some(last) = page.last() else { break };
            after = Some((last.effective_date, last.id));
            listed.extend(page);
        }
        let mut expected = [rows.documents.clone(), more.documents].concat();
        expected.sort_by_key(|row| (row.effective_date, row.id));
        assert_eq!(listed, expected);

        let count = |filter: Filter<'_>| {
            db.read(|c| documents::list(c, w.company, &filter, None, 100)).unwrap().len()
        };
        assert_eq!(count(Filter { kind: Some("credit-note"), ..Filter::default() }), 1);
        assert_eq!(
            count(Filter { from: Some(day("2026-11-03")), to: Some(day("2026-11-03")), ..Filter::default() }),
            10
        );
        assert_eq!(count(Filter { customer: Some(w.customer), ..Filter::default() }), 41);
        let found = db.read(|c| documents::credits_of(c, w.company, rows.documents[0].id)).unwrap();
        assert_eq!(found, [credit.clone()]);
        let ids: Vec<_> = rows.documents.iter().map(|row| row.id).collect();
        let found = db.read(|c| documents::credits_of_each(c, w.company, &ids)).unwrap();
        assert_eq!(found, [credit.clone()]);
        let numbers = ["CN", rows.documents[0].number.as_str(), "no such"];
        let found = db.read(|c| documents::by_any_numbers(c, w.company, &numbers)).unwrap();
        let mut expected = [rows.documents[0].clone(), credit.clone()];
        expected.sort_by_key(|row| row.id);
        assert_eq!(found, expected);
        assert_eq!(
            db.read(|c| documents::by_number(c, w.company, "credit-note", "CN")).unwrap(),
            Some(credit)
        );
    });
}

#[test]
fn the_latest_rate_is_on_or_before_the_day_and_a_correction_replaces() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let rate = |date: &str, rate: &str| FxRate {
            company: w.company,
            source_currency: Currency::EUR,
            target_currency: Currency::CNY,
            date: day(date),
            rate: Decimal::from_str(rate).unwrap(),
            source: "PBOC".to_owned(),
        };
        db.write(|tx| fx_rates::put(tx, &[rate("2026-11-02", "7.8"), rate("2026-11-05", "7.9")])).unwrap();
        db.write(|tx| fx_rates::put(tx, &[rate("2026-11-05", "7.95")])).unwrap();
        let on = |date: &str| {
            let latest = |c: &mut _| fx_rates::latest(c, w.company, Currency::EUR, Currency::CNY, day(date));
            db.read(latest).unwrap().map(|found| found.rate.to_string())
        };
        assert_eq!(on("2026-11-01"), None);
        assert_eq!(on("2026-11-04").as_deref(), Some("7.8"));
        assert_eq!(on("2026-12-31").as_deref(), Some("7.95"));
        let back =
            |c: &mut _| fx_rates::latest(c, w.company, Currency::CNY, Currency::EUR, day("2026-12-31"));
        assert_eq!(db.read(back).unwrap(), None);
    });
}

#[test]
fn a_period_lock_is_moved_and_held() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let lock = |kind, through: &str| PeriodLock {
            company: w.company,
            kind,
            through: day(through),
            set_by: "usr_1".to_owned(),
            set_at: at(1),
        };
        let (hard, soft) = (lock(LockKind::Hard, "2026-09-30"), lock(LockKind::Soft, "2026-10-31"));
        for row in [&hard, &soft, &lock(LockKind::Soft, "2026-11-30")] {
            db.write(|tx| period_locks::put(tx, row)).unwrap();
        }
        let held = db.write(|tx| period_locks::hold(tx, w.company)).unwrap();
        assert_eq!(held, [hard, lock(LockKind::Soft, "2026-11-30")]);
        assert_eq!(db.read(|c| period_locks::list(c, w.company)).unwrap(), held);
    });
}

/// Without `hold` the lock could be set between a posting's check and its commit.
#[test]
fn a_period_is_not_locked_under_a_posting_that_found_it_open() {
    use std::sync::mpsc::channel;
    use std::time::Duration;
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let (checked, is_checked) = channel();
        let order = std::sync::Mutex::new(Vec::new());
        let lock = PeriodLock {
            company: w.company,
            kind: LockKind::Hard,
            through: day("2026-11-30"),
            set_by: "usr_1".to_owned(),
            set_at: at(1),
        };
        std::thread::scope(|scope| {
            let order = &order;
            scope.spawn(move || {
                db.write(|tx| {
                    assert!(period_locks::hold(tx, w.company)?.is_empty());
                    checked.send(()).unwrap();
                    // long enough for the lock to have been set, if it could be
                    std::thread::sleep(Duration::from_millis(200));
                    post_entry(tx, &entry(w, "invoice", 1, "2026-11-01", None))?;
                    order.lock().unwrap().push("posted");
                    Ok::<_, store::StoreError>(())
                })
                .unwrap();
            });
            is_checked.recv().unwrap();
            db.write(|tx| {
                period_locks::hold_alone(tx, lock.company)?;
                period_locks::put(tx, &lock)?;
                order.lock().unwrap().push("locked");
                Ok::<_, store::StoreError>(())
            })
            .unwrap();
        });
        assert_eq!(order.into_inner().unwrap(), ["posted", "locked"]);
    });
}

#[test]
fn open_items_come_in_pages_with_their_documents() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let doc = with_lines(w, "INV-1", "2026-11-01");
        let with = entry(w, "invoice", 113, "2026-11-01", Some(doc.documents[0].id));
        let without = entry(w, "receipt", -50, "2026-11-10", None);
        let closed = entry(w, "receipt", -20, "2026-11-11", None);
        db.write(|tx| {
            documents::insert(tx, &doc)?;
            for rows in [&with, &without, &closed] {
                post_entry(tx, rows)?;
            }
            post_entry(tx, &clearing(w, &with.items[0], &closed.items[0], 20))
        })
        .unwrap();
        let first = db.read(|c| open_items::open_page(c, w.company, None, 1)).unwrap();
        assert_eq!((first[0].0.id, first[0].0.open), (with.items[0].id, minor(93)));
        let of = first[0].1.as_ref().unwrap();
        assert_eq!((of.number.as_str(), of.purchase_order.as_deref()), ("INV-1", Some("PO-7")));
        let rest = db.read(|c| open_items::open_page(c, w.company, Some(with.items[0].id), 9)).unwrap();
        assert_eq!(rest.len(), 1);
        assert_eq!((rest[0].0.id, &rest[0].1), (without.items[0].id, &None));
        assert_eq!(db.read(|c| open_items::of_customer(c, w.company, w.customer, false)).unwrap().len(), 3);
        let balances = db.read(|c| open_items::balances(c, w.company, w.customer)).unwrap();
        let sums: Vec<_> = balances.into_iter().map(|(_, _, sign, sum)| (sign, sum)).collect();
        assert_eq!(sums, [(-1, minor(50)), (1, minor(93))]);
    });
}

#[test]
fn a_call_of_a_guest_comes_back() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let id = db.write(|tx| invocation(tx, w, World::Reconciliation)).unwrap();
        let found = db.read(|c| invocations::by_id(c, w.company, id)).unwrap().unwrap();
        assert_eq!(
            (found.world, found.fuel, found.input_digest),
            (World::Reconciliation, 12_345, hash("in"))
        );
        assert_eq!(db.read(|c| invocations::list(c, w.company, None, 10)).unwrap(), [found]);
        assert!(db.read(|c| invocations::list(c, w.company, Some(id), 10)).unwrap().is_empty());
    });
}
