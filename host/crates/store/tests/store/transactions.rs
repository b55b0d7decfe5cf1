//! Connections and transactions: no lost locks, no stuck queues, nothing half done.

use crate::fixtures::*;
use diesel::RunQueryDsl;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Barrier, Mutex};
use std::time::Duration;
use store::query::series::take_numbers;
use store::query::{companies, customers};
use store::testing::{TestDb, for_each_database, kinds};
use store::{Conn, Database, Kind, Options, StoreError};

#[test]
fn eight_threads_that_read_and_then_write_meet_no_lock_error() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..40 {
                        db.write(|tx| {
                            let found = customers::list(tx, w.company, None, 10)?;
                            assert_eq!(found.len(), 1);
                            take_numbers(tx, w.company, "INV", 1)
                        })
                        .unwrap();
                    }
                });
            }
        });
        assert_eq!(db.write(|tx| take_numbers(tx, w.company, "INV", 1)).unwrap(), 321);
    });
}

/// Two processes on one SQLite file have two queues: the database itself must keep them apart.
#[test]
fn two_handles_on_one_database_meet_no_lock_error() {
    for_each_database(|test| {
        let w = setup(test.db());
        let other = Database::open(test.url(), Options::default()).unwrap();
        std::thread::scope(|scope| {
            for db in [test.db(), &other, test.db(), &other] {
                scope.spawn(move || {
                    for _ in 0..25 {
                        db.write(|tx| {
                            companies::list(tx)?;
                            take_numbers(tx, w.company, "INV", 1)
                        })
                        .unwrap();
                    }
                });
            }
        });
        assert_eq!(other.write(|tx| take_numbers(tx, w.company, "INV", 1)).unwrap(), 101);
    });
}

#[test]
fn a_deadlock_is_run_again() {
    if !kinds().contains(&Kind::Postgres) {
        return;
    }
    let test = TestDb::postgres();
    let db = test.db();
    let w = setup(db);
    for code in ["A", "B"] {
        db.write(|tx| take_numbers(tx, w.company, code, 1)).unwrap();
    }
    let both_hold_one = Barrier::new(2);
    let runs = AtomicU32::new(0);
    std::thread::scope(|scope| {
        for codes in [["A", "B"], ["B", "A"]] {
            let (both_hold_one, runs) = (&both_hold_one, &runs);
            scope.spawn(move || {
                let mut first = true;
                db.write(|tx| {
                    runs.fetch_add(1, Ordering::Relaxed);
                    take_numbers(tx, w.company, codes[0], 1)?;
                    if std::mem::take(&mut first) {
                        both_hold_one.wait();
                    }
                    take_numbers(tx, w.company, codes[1], 1)
                })
                .unwrap();
            });
        }
    });
    // whoever lost may lose once more before the other goes on
    assert!(runs.load(Ordering::Relaxed) >= 3, "one of the two lost and ran again");
    for code in ["A", "B"] {
        assert_eq!(db.write(|tx| take_numbers(tx, w.company, code, 1)).unwrap(), 4);
    }
}

#[test]
fn a_failure_leaves_nothing_and_a_panic_leaves_no_stuck_writer() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            db.write(|tx| -> Result<()> {
                take_numbers(tx, w.company, "INV", 7)?;
                panic!("in the middle")
            })
        }));
        assert!(panicked.is_err());
        assert_eq!(db.write(|tx| take_numbers(tx, w.company, "INV", 1)).unwrap(), 1);
    });
}

#[test]
fn a_savepoint_undoes_only_itself() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        db.write(|tx| {
            take_numbers(tx, w.company, "A", 1)?;
            let refused = tx.savepoint(|tx| {
                take_numbers(tx, w.company, "A", 5)?;
                companies::insert(tx, &company("ACME"))
            });
            assert!(refused.unwrap_err().is_unique("companies(code)"));
            tx.savepoint(|tx| take_numbers(tx, w.company, "A", 1))
        })
        .unwrap();
        assert_eq!(db.write(|tx| take_numbers(tx, w.company, "A", 1)).unwrap(), 3);
    });
}

#[test]
fn a_snapshot_does_not_see_what_commits_meanwhile() {
    for_each_database(|test| {
        let db = test.db();
        setup(db);
        let (seen, seen_after) = db
            .snapshot(|c| -> Result<_> {
                let seen = companies::list(c)?.len();
                std::thread::scope(|scope| {
                    scope.spawn(|| db.write(|tx| companies::insert(tx, &company("NEW"))).unwrap());
                });
                Ok((seen, companies::list(c)?.len()))
            })
            .unwrap();
        assert_eq!((seen, seen_after), (1, 1));
        assert_eq!(db.read(companies::list).unwrap().len(), 2);
    });
}

#[test]
fn a_snapshot_cannot_write() {
    for_each_database(|test| {
        let db = test.db();
        setup(db);
        let delete =
            |c: &mut Conn| -> Result<usize> { Ok(diesel::sql_query("DELETE FROM customers").execute(c)?) };
        assert!(db.snapshot(delete).is_err());
        if db.kind() == Kind::Sqlite {
            assert!(db.read(delete).is_err());
        }
    });
}

#[test]
fn who_waits_too_long_is_told_that_it_is_busy() {
    for_each_database(|test| {
        setup(test.db());
        let impatient = Options { connections_max: 1, wait_ms_max: 50, create: false, ..Options::default() };
        let db = Database::open(test.url(), impatient).unwrap();
        let (inside, is_inside) = channel();
        let (go, may_go) = channel::<()>();
        std::thread::scope(|scope| {
            let holder = &db;
            scope.spawn(move || {
                holder
                    .write(|_| {
                        inside.send(()).unwrap();
                        may_go.recv().unwrap();
                        Ok::<_, StoreError>(())
                    })
                    .unwrap();
            });
            is_inside.recv().unwrap();
            let refused = db.write(|tx| companies::list(tx)).unwrap_err();
            assert!(matches!(refused, StoreError::Busy { .. }), "{refused}");
            assert!(refused.to_string().contains("within 50 ms"), "{refused}");
            go.send(()).unwrap();
        });
        // and the queue is whole again
        assert_eq!(db.write(|tx| companies::list(tx)).unwrap().len(), 1);
    });
}

#[test]
fn writers_are_served_in_the_order_they_came() {
    for_each_database(|test| {
        setup(test.db());
        let db = Database::open(test.url(), Options { connections_max: 1, ..Options::default() }).unwrap();
        let order: Mutex<Vec<usize>> = Mutex::default();
        let (inside, is_inside) = channel();
        let (go, may_go) = channel::<()>();
        std::thread::scope(|scope| {
            let (db, order) = (&db, &order);
            scope.spawn(move || {
                db.write(|_| {
                    inside.send(()).unwrap();
                    may_go.recv().unwrap();
                    Ok::<_, StoreError>(())
                })
                .unwrap();
            });
            is_inside.recv().unwrap();
            for n in 0..6 {
                scope.spawn(move || {
                    db.write(|_| {
                        order.lock().unwrap().push(n);
                        Ok::<_, StoreError>(())
                    })
                    .unwrap();
                });
                // long enough to be in the queue before the next
                std::thread::sleep(Duration::from_millis(40));
            }
            go.send(()).unwrap();
        });
        assert_eq!(order.into_inner().unwrap(), [0, 1, 2, 3, 4, 5]);
    });
}

#[test]
fn a_connection_that_died_while_idle_is_replaced() {
    if !kinds().contains(&Kind::Postgres) {
        return;
    }
    let test = TestDb::postgres();
    let w = setup(test.db());
    let killer = Database::open(test.url(), Options::default()).unwrap();
    let kill = || {
        killer
            .read(|c| -> Result<usize> {
                let query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                             WHERE datname = current_database() AND pid <> pg_backend_pid()";
                Ok(diesel::sql_query(query).execute(c)?)
            })
            .unwrap()
    };
    assert!(kill() > 0);
    assert_eq!(test.db().read(companies::list).unwrap().len(), 1);
    assert!(kill() > 0);
    assert_eq!(test.db().write(|tx| take_numbers(tx, w.company, "INV", 1)).unwrap(), 1);
    assert!(kill() > 0);
    assert_eq!(test.db().snapshot(companies::list).unwrap().len(), 1);
}

#[test]
fn urls_that_name_no_database_are_refused_saying_why() {
    let cases = [
        ("mysql://host/db", "\"mysql\" is not a database scheme known here"),
        ("zhangben.db", "write sqlite://path"),
        ("sqlite::memory:", "\"sqlite\" without \"://\""),
        ("sqlite://:memory:", "databases in memory"),
        ("sqlite://", "names no file"),
        ("sqlite:///no/such/folder/x.db", "there is no folder /no/such/folder"),
        ("sqlite://x.db?mode=ro", "URI parameters"),
        ("postgres://nobody@/nowhere?host=/no/such/socket", "/no/such/socket"),
    ];
    for (url, expected) in cases {
        let error = Database::open(url, Options::default()).unwrap_err();
        // what may be there another time is not the URL's fault
        let away = expected.starts_with("there is no folder") || expected.starts_with('/');
        assert_eq!(matches!(error, StoreError::Unavailable { .. }), away, "{url}: {error}");
        assert_eq!(matches!(error, StoreError::Url { .. }), !away, "{url}: {error}");
        assert!(error.to_string().contains(expected), "{url}: {error}");
    }
    let here = std::env::temp_dir().join(format!("zhangben-nothing-{}.db", std::process::id()));
    let url = format!("sqlite://{}", here.display());
    let error = Database::open(&url, Options { create: false, ..Options::default() }).unwrap_err();
    assert!(error.to_string().contains("there is no file"), "{error}");
    assert!(!here.exists());
}
