//! Posting: everything or nothing, and never over what somebody else did.

use crate::fixtures::*;
use diesel::RunQueryDsl;
use domain::ids::AllocationId;
use std::sync::Barrier;
use store::query::entries::{self, EntryRows, post_entry};
use store::query::series::take_numbers;
use store::query::{allocations, events, history, open_items, unsealed};
use store::rows::OpenItem;
use store::testing::{TestDb, for_each_database, kinds};
use store::{Database, Kind, Options, StoreError, sequencer};

fn pair(db: &Database, w: World1) -> (OpenItem, OpenItem) {
    let (debit, credit) =
        (entry(w, "invoice", 100, "2026-11-01", None), entry(w, "receipt", -100, "2026-11-10", None));
    db.write(|tx| {
        post_entry(tx, &debit)?;
        post_entry(tx, &credit)
    })
    .unwrap();
    (debit.items[0].clone(), credit.items[0].clone())
}

fn item(db: &Database, w: World1, of: &OpenItem) -> OpenItem {
    db.read(|c| open_items::by_ids(c, w.company, &[of.id])).unwrap().remove(0)
}

#[test]
fn what_does_not_balance_or_tie_out_is_found_before_it_is_committed() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let good = entry(w, "invoice", 100, "2026-11-01", None);
        let mut skewed = good.clone();
        skewed.postings[1].amount = minor(-99);
        let mut in_base = good.clone();
        in_base.postings[1].base = minor(-101);
        let mut half_open = good.clone();
        half_open.items[0].open = minor(40);
        let mut base_open = good.clone();
        base_open.items[0].base_open = minor(99);
        for (bad, told) in [
            (&skewed, "does not balance in CNY"),
            (&in_base, "does not balance in base currency"),
            (&half_open, "is not its original less its allocations"),
            (&base_open, "is not its original less its allocations"),
        ] {
            let refused = db.write(|tx| post_entry(tx, bad)).unwrap_err();
            assert!(
                matches!(&refused, StoreError::Corrupt { what } if what.contains(told)),
                "{told}: {refused}"
            );
        }
        db.write(|tx| post_entry(tx, &good)).unwrap();
        let credit = entry(w, "receipt", -100, "2026-11-02", None);
        db.write(|tx| post_entry(tx, &credit)).unwrap();
        let mut unlike = clearing(w, &good.items[0], &credit.items[0], 30);
        unlike.relieved[0].base_open = minor(69);
        let refused = db.write(|tx| post_entry(tx, &unlike)).unwrap_err();
        assert!(matches!(refused, StoreError::Corrupt { .. }), "{refused}");
    });
}

#[test]
fn an_entry_comes_back_as_it_was_posted() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let rows = entry(w, "invoice", 100, "2026-11-01", None);
        db.write(|tx| post_entry(tx, &rows)).unwrap();
        let id = rows.entries[0].id;
        assert_eq!(db.read(|c| entries::by_id(c, w.company, id)).unwrap().as_ref(), rows.entries.first());
        assert_eq!(db.read(|c| entries::postings_of(c, w.company, &[id])).unwrap(), rows.postings);
        assert_eq!(db.read(|c| open_items::of_customer(c, w.company, w.customer, true)).unwrap(), rows.items);
        assert_eq!(db.read(|c| events::of_subject(c, w.company, &id.to_string())).unwrap(), rows.events);
        let waiting = db.read(|c| unsealed::first(c, w.company, i64::MAX, 10)).unwrap();
        assert_eq!(waiting.len(), 1);
        assert_eq!((waiting[0].kind.as_str(), waiting[0].reference), ("entry", id.uuid()));
        assert_eq!(waiting[0].content_hash, rows.entries[0].content_hash);
    });
}

#[test]
fn an_allocation_relieves_both_items_once() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let (debit, credit) = pair(db, w);
        let first = clearing(w, &debit, &credit, 60);
        db.write(|tx| post_entry(tx, &first)).unwrap();
        let now = item(db, w, &debit);
        assert_eq!((now.open, now.base_open, now.version), (minor(40), minor(40), 2));
        assert_eq!(item(db, w, &credit).open, minor(40));

        // decided on what the items were before: a conflict, and nothing of it stays
        let late = clearing(w, &debit, &credit, 40);
        let result = db.write(|tx| post_entry(tx, &late));
        assert!(is_conflict(&result), "{result:?}");
        assert!(db.read(|c| entries::by_id(c, w.company, late.entries[0].id)).unwrap().is_none());
        assert_eq!(db.read(|c| allocations::of_item(c, w.company, debit.id)).unwrap(), first.allocations);
        assert_eq!(db.read(|c| unsealed::count(c, w.company)).unwrap(), 3);
        assert_eq!(db.read(|c| history::items_out_of_step(c, w.company)).unwrap(), []);
    });
}

#[test]
fn of_eight_allocations_of_one_item_exactly_one_wins() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let (debit, credit) = pair(db, w);
        let start = Barrier::new(8);
        let won: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        let rows = clearing(w, &debit, &credit, 100);
                        start.wait();
                        let result = db.write(|tx| post_entry(tx, &rows));
                        assert!(result.is_ok() || is_conflict(&result), "{result:?}");
                        usize::from(result.is_ok())
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(won, 1);
        assert_eq!(item(db, w, &debit).open, minor(0));
        assert_eq!(db.read(|c| history::items_out_of_step(c, w.company)).unwrap(), []);
    });
}

#[test]
fn more_than_is_open_is_refused_by_the_table_itself() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let (debit, credit) = pair(db, w);
        assert!(db.write(|tx| post_entry(tx, &clearing(w, &debit, &credit, 101))).is_err());
        assert_eq!(item(db, w, &debit), debit);
    });
}

#[test]
fn an_allocation_is_undone_once() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let (debit, credit) = pair(db, w);
        let rows = clearing(w, &debit, &credit, 100);
        db.write(|tx| post_entry(tx, &rows)).unwrap();
        let undo = || {
            let mut undo = clearing(w, &item(db, w, &debit), &item(db, w, &credit), 0);
            let original = rows.allocations[0].id;
            let allocation = &mut undo.allocations[0];
            (allocation.amount, allocation.base_debit, allocation.base_credit) =
                (minor(-100), minor(-100), minor(-100));
            (allocation.reverses, allocation.id) = (Some(original), AllocationId::new(uuid()));
            for relieved in &mut undo.relieved {
                (relieved.open, relieved.base_open) = (minor(100), minor(100));
            }
            undo
        };
        let first = undo();
        db.write(|tx| post_entry(tx, &first)).unwrap();
        assert_eq!(item(db, w, &debit).open, minor(100));
        let found = db.read(|c| allocations::undoing(c, w.company, rows.allocations[0].id)).unwrap().unwrap();
        assert_eq!(found, first.allocations[0]);
        let mut second = undo();
        second.relieved.clear();
        let error = db.write(|tx| post_entry(tx, &second)).unwrap_err();
        assert!(error.is_unique("allocations(company, reverses)"), "{error}");
        assert_eq!(db.read(|c| history::items_out_of_step(c, w.company)).unwrap(), []);
    });
}

#[test]
fn a_cache_out_of_step_is_found() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let (debit, credit) = pair(db, w);
        db.write(|tx| post_entry(tx, &clearing(w, &debit, &credit, 60))).unwrap();
        assert_eq!(db.read(|c| history::items_out_of_step(c, w.company)).unwrap(), []);
        assert_eq!(test.execute("UPDATE open_items SET open = open + 1 WHERE sign = 1"), 1);
        assert_eq!(db.read(|c| history::items_out_of_step(c, w.company)).unwrap(), [debit.id]);
    });
}

#[test]
fn a_thousand_entries_go_in_at_once_and_keep_their_order() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let mut all = EntryRows::default();
        for n in 1..=1_203 {
            let rows = entry(w, "invoice", n, "2026-11-01", None);
            all.entries.extend(rows.entries);
            all.postings.extend(rows.postings);
            all.items.extend(rows.items);
            all.events.extend(rows.events);
        }
        db.write(|tx| post_entry(tx, &all)).unwrap();
        assert_eq!(sequencer::drain(db, w.company).unwrap(), 1_203);
        let mut order = Vec::new();
        let mut after = 0;
        loop {
            let page = db.snapshot(|c| history::page(c, w.company, after, 500)).unwrap();
            let Some(last) = page.last() else { break };
            after = last.seal.position;
            for link in page {
                let found = link.entry.unwrap();
                assert_eq!((found.postings.len(), found.items.len(), link.events.len()), (2, 1, 1));
                order.push(found.entry.id);
            }
        }
        assert_eq!(order, all.entries.iter().map(|entry| entry.id).collect::<Vec<_>>());
        // relieved 1,203 at once, in several statements
        let open = db
            .write(|tx| open_items::lock(tx, w.company, &all.items.iter().map(|i| i.id).collect::<Vec<_>>()))
            .unwrap();
        assert_eq!(open.len(), 1_203);
        let total: i64 = (1..=1_203).sum();
        let receipt = entry(w, "receipt", -total, "2026-11-02", None);
        db.write(|tx| post_entry(tx, &receipt)).unwrap();
        let mut rows = clearing(w, &open[0], &receipt.items[0], 0);
        let id = rows.entries[0].id;
        (rows.allocations, rows.relieved) = (Vec::new(), vec![rows.relieved[1]]);
        (rows.relieved[0].open, rows.relieved[0].base_open) = (minor(0), minor(0));
        for item in &open {
            let one = clearing(w, item, &receipt.items[0], item.open.get());
            rows.allocations.push(store::rows::Allocation { entry: id, ..one.allocations[0].clone() });
            rows.relieved.push(one.relieved[0]);
        }
        db.write(|tx| post_entry(tx, &rows)).unwrap();
        assert_eq!(db.read(|c| open_items::open_page(c, w.company, None, 10)).unwrap().len(), 0);
    });
}

#[derive(diesel::QueryableByName)]
struct Prepared {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// Each table has one statement for one row, and one for more, however many.
#[test]
fn posting_prepares_its_statements_once() {
    if !kinds().contains(&Kind::Postgres) {
        return;
    }
    let test = TestDb::postgres();
    let db = Database::open(test.url(), Options { connections_max: 1, ..Options::default() }).unwrap();
    let w = setup(&db);
    let prepared = || {
        let count = "SELECT COUNT(*) AS n FROM pg_prepared_statements";
        db.read(|c| -> Result<i64> { Ok(diesel::sql_query(count).get_result::<Prepared>(c)?.n) }).unwrap()
    };
    let post = |times: i64| {
        let mut all = EntryRows::default();
        for n in 1..=times {
            let rows = entry(w, "invoice", n, "2026-11-01", None);
            all.entries.extend(rows.entries);
            all.postings.extend(rows.postings);
            all.items.extend(rows.items);
            all.events.extend(rows.events);
        }
        db.write(|tx| {
            take_numbers(tx, w.company, "INV", 1)?;
            post_entry(tx, &all)
        })
        .unwrap();
        let (debit, credit) = pair(&db, w);
        db.write(|tx| post_entry(tx, &clearing(w, &debit, &credit, 1))).unwrap();
    };
    post(1);
    post(2);
    let first = prepared();
    assert!(first >= 8, "only {first} are kept");
    for times in [3, 7, 40, 1] {
        post(times);
    }
    assert_eq!(prepared(), first);
}
