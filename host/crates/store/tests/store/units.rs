//! Several writes as one transaction, dry runs, guards.

use crate::fixtures::*;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use store::query::series::take_numbers;
use store::query::{companies, customers};
use store::testing::for_each_database;
use store::{Database, Options, StoreError};

fn next(db: &Database, w: World1) -> Result<u64> {
    db.write(|tx| take_numbers(tx, w.company, "INV", 1))
}

fn refuse() -> Result<u64> {
    Err(StoreError::conflict("row", 7))
}

#[test]
fn what_is_written_together_is_committed_together_or_not_at_all() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let two = db.together(|db| {
            assert_eq!(next(db, w)?, 1);
            // another connection sees nothing yet, this one does
            assert_eq!(test.count("SELECT COUNT(*) AS n FROM series"), 0);
            assert_eq!(db.read(companies::list)?.len(), 1);
            next(db, w)
        });
        assert_eq!(two.unwrap(), 2);
        assert_eq!(test.count("SELECT COUNT(*) AS n FROM series"), 1);
        let lost = db.together(|db| {
            assert_eq!(next(db, w)?, 3);
            refuse()
        });
        assert!(lost.is_err());
        // a later write that is refused undoes itself alone
        let kept = db.together(|db| {
            let first = next(db, w)?;
            let second = db.write(|tx| {
                take_numbers(tx, w.company, "INV", 1)?;
                let twice = customer(w.company, w.key, "C0001");
                customers::insert(tx, &[twice.clone(), twice])?;
                Ok::<_, StoreError>(0)
            });
            assert!(second.is_err());
            assert!(db.read(|c| customers::by_code(c, w.company, "C0001"))?.is_none());
            Ok::<_, StoreError>(first)
        });
        assert_eq!(kept.unwrap(), 3);
        assert_eq!(next(db, w).unwrap(), 4);
    });
}

#[test]
fn a_first_write_that_is_refused_leaves_no_transaction_open() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let number = db.together(|unit| {
            assert!(unit.write(|_| refuse()).is_err());
            // on SQLite the only writer is free: a guest may be asked meanwhile
            assert_eq!(next(db, w)?, 1);
            next(unit, w)
        });
        assert_eq!(number.unwrap(), 2);
    });
}

#[test]
fn a_dry_run_leaves_nothing_and_gives_its_connection_back() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let before = test.rows_by_table();
        for _ in 0..20 {
            let tried = db.rehearse(|db| {
                next(db, w)?;
                db.unfenced().write(|tx| take_numbers(tx, w.company, "CN", 1))?;
                db.scrub()?;
                assert!(db.snapshot(|c| customers::by_id(c, w.company, w.customer))?.is_some());
                next(db, w)
            });
            assert_eq!(tried.unwrap(), 2);
            assert!(db.rehearse(|db| next(db, w).and_then(|_| refuse())).is_err());
        }
        assert_eq!(test.rows_by_table(), before);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            db.rehearse(|db| {
                next(db, w).unwrap();
                panic!("a defect in the work");
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(next(db, w).unwrap(), 1, "the writer is free again");
    });
}

#[test]
fn a_dry_run_does_not_keep_others_waiting_for_long() {
    for_each_database(|test| {
        let w = setup(test.db());
        let options = Options { rehearsal_ms_max: 50, ..Options::default() };
        let late = Database::open(test.url(), options).unwrap().rehearse(|db| {
            next(db, w)?;
            std::thread::sleep(Duration::from_millis(60));
            next(db, w)
        });
        assert!(matches!(late, Err(StoreError::Busy { .. })), "{late:?}");
    });
}

#[test]
fn a_dry_run_of_one_long_write_is_ended_within_it() {
    for_each_database(|test| {
        let w = setup(test.db());
        let options = Options { rehearsal_ms_max: 50, ..Options::default() };
        let db = Database::open(test.url(), options).unwrap();
        let steps = AtomicU32::new(0);
        let long = |db: &Database| {
            db.write(|tx| {
                for _ in 0..20 {
                    steps.fetch_add(1, Ordering::Relaxed);
                    tx.savepoint(|_| {
                        std::thread::sleep(Duration::from_millis(20));
                        Ok::<_, StoreError>(())
                    })?;
                }
                Ok::<_, StoreError>(())
            })
        };
        let late = db.rehearse(long);
        assert!(matches!(late, Err(StoreError::Busy { .. })), "{late:?}");
        assert!(steps.swap(0, Ordering::Relaxed) < 20, "it went on to its end");
        assert_eq!(next(&db, w).unwrap(), 1, "the writer is free again");
        long(&db).unwrap();
        assert_eq!(steps.load(Ordering::Relaxed), 20, "what is meant takes its time");
    });
}

#[test]
fn a_unit_is_nobody_elses_and_ends() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let within = db.together(|db| db.write(|_| next(db, w)));
        assert!(matches!(within, Err(StoreError::Corrupt { .. })), "{within:?}");
        let kept = db.together(|db| Ok::<_, StoreError>(db.clone())).unwrap();
        assert!(matches!(next(&kept, w), Err(StoreError::Corrupt { .. })));
        assert_eq!(next(db, w).unwrap(), 1);
    });
}

#[test]
fn a_guard_stands_before_the_first_write_alone() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let asked = std::sync::Arc::new(AtomicU32::new(0));
        let seen = asked.clone();
        let guarded = db.guarded(move |_| {
            seen.fetch_add(1, Ordering::Relaxed);
            Ok(())
        });
        assert!(guarded.write(|_| refuse()).is_err());
        assert_eq!((next(&guarded, w).unwrap(), next(&guarded, w).unwrap()), (1, 2));
        assert_eq!(asked.load(Ordering::Relaxed), 2, "again after the refusal, not after the commit");
        let stale = db.guarded(|_| Err(StoreError::Stale { what: "it".to_owned() }));
        let refused = next(&stale, w);
        assert!(matches!(refused, Err(StoreError::Stale { .. })), "{refused:?}");
        assert!(matches!(stale.rehearse(|db| next(db, w)), Err(StoreError::Stale { .. })));
        // sealing and what must be noted all the same ask no guard
        assert_eq!(next(&stale.unfenced(), w).unwrap(), 3);
    });
}
