//! The chain: gap-free and complete, whoever writes and whoever seals.

use crate::fixtures::*;
use domain::canonical::Digest;
use domain::ids::{EntryId, EventId};
use domain::ledger::seal_hash;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use store::query::entries::post_entry;
use store::query::{events, leases, seals, unsealed};
use store::rows::Seal;
use store::sequencer::{drain, drain_all, seal_batch, seal_leased, sealed_snapshot};
use store::settle::{WAIT_MAX, settle};
use store::testing::{TestDb, for_each_database, kinds};
use store::{Database, Kind, Options, StoreError};
use uuid::Uuid;

/// The whole chain, recomputed: positions from 1 without a gap, every hash follows.
fn chain(db: &Database, w: World1) -> Vec<Seal> {
    let mut all: Vec<Seal> = Vec::new();
    loop {
        let after = all.last().map_or(0, |seal| seal.position);
        let page = db.read(|c| seals::page(c, w.company, after, 100)).unwrap();
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    let mut prev = Digest::ZERO;
    for (n, seal) in (1..).zip(&all) {
        assert_eq!(seal.position, n);
        assert_eq!(seal.prev_hash, prev);
        let hash = seal_hash(w.company, n, &seal.kind, seal.reference, seal.content_hash, prev).unwrap();
        assert_eq!(seal.hash, hash);
        prev = hash;
    }
    all
}

fn event(w: World1) -> (store::rows::Event, Digest) {
    let mut event = entry(w, "invoice", 1, "2026-11-01", None).events.remove(0);
    event.id = EventId::new(uuid());
    (event, hash("event"))
}

#[test]
fn what_is_committed_is_sealed_once_in_order() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        assert_eq!(drain(db, w.company).unwrap(), 0);
        assert!(db.read(|c| seals::head(c, w.company)).unwrap().is_none());
        let rows: Vec<_> = (1..=5).map(|n| entry(w, "invoice", n, "2026-11-01", None)).collect();
        for row in &rows {
            db.write(|tx| post_entry(tx, row)).unwrap();
        }
        db.write(|tx| events::insert_sealed(tx, &[event(w)])).unwrap();
        assert_eq!(db.read(unsealed::companies).unwrap(), [w.company]);
        assert_eq!(seal_batch(db, w.company, 2).unwrap(), 2);
        assert_eq!(drain_all(db).unwrap(), 4);
        assert_eq!(db.read(|c| unsealed::count(c, w.company)).unwrap(), 0);
        let sealed = chain(db, w);
        let entries: Vec<Uuid> = rows.iter().map(|row| row.entries[0].id.uuid()).collect();
        assert_eq!(sealed[..5].iter().map(|s| s.reference).collect::<Vec<_>>(), entries);
        assert_eq!(sealed[5].kind, "event");
        let head = db.read(|c| seals::head(c, w.company)).unwrap().unwrap();
        assert_eq!(Some(&head), sealed.last());
        assert_eq!(db.read(|c| seals::of(c, w.company, entries[3])).unwrap().unwrap().position, 4);
        let positions = db.read(|c| seals::positions_of(c, w.company, &entries)).unwrap();
        assert_eq!(
            positions.into_iter().map(|(_, position)| position).collect::<BTreeSet<_>>(),
            (1..=5).collect()
        );
    });
}

#[test]
fn what_was_rolled_back_is_never_sealed() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let lost = entry(w, "invoice", 1, "2026-11-01", None);
        let result: Result<()> = db.write(|tx| {
            post_entry(tx, &lost)?;
            Err(StoreError::not_found("nothing", 0))
        });
        assert!(result.is_err());
        let kept = entry(w, "invoice", 2, "2026-11-01", None);
        db.write(|tx| post_entry(tx, &kept)).unwrap();
        assert_eq!(drain(db, w.company).unwrap(), 1);
        assert_eq!(chain(db, w)[0].reference, kept.entries[0].id.uuid());
    });
}

#[test]
fn six_writers_and_two_sequencers_leave_no_gap_and_lose_nothing() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let posted: Mutex<BTreeSet<Uuid>> = Mutex::default();
        let reversals: Mutex<Vec<(EntryId, EntryId)>> = Mutex::default();
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let sequencers: Vec<_> = (0..2)
                .map(|_| {
                    scope.spawn(|| {
                        let mut sealed = 0;
                        while !stop.load(Ordering::Relaxed) {
                            // small batches: the two meet often
                            sealed += seal_batch(db, w.company, 3).unwrap();
                        }
                        sealed
                    })
                })
                .collect();
            let writers: Vec<_> = (0..6)
                .map(|_| {
                    scope.spawn(|| {
                        for round in 0..25 {
                            let rows = entry(w, "invoice", 1 + round, "2026-11-01", None);
                            db.write(|tx| post_entry(tx, &rows)).unwrap();
                            let id = rows.entries[0].id;
                            posted.lock().unwrap().insert(id.uuid());
                            if round % 3 == 0 {
                                let mut reversal = entry(w, "reversal", -(1 + round), "2026-11-01", None);
                                reversal.entries[0].reverses = Some(id);
                                db.write(|tx| post_entry(tx, &reversal)).unwrap();
                                posted.lock().unwrap().insert(reversal.entries[0].id.uuid());
                                reversals.lock().unwrap().push((id, reversal.entries[0].id));
                            }
                        }
                    })
                })
                .collect();
            for writer in writers {
                writer.join().unwrap();
            }
            stop.store(true, Ordering::Relaxed);
            let by_threads: usize = sequencers.into_iter().map(|s| s.join().unwrap()).sum();
            let rest = drain(db, w.company).unwrap();
            assert_eq!(by_threads + rest, posted.lock().unwrap().len());
        });
        let sealed = chain(db, w);
        let references: BTreeSet<Uuid> = sealed.iter().map(|seal| seal.reference).collect();
        assert_eq!(references.len(), sealed.len());
        assert_eq!(references, posted.into_inner().unwrap());
        let place = |id: EntryId| sealed.iter().position(|seal| seal.reference == id.uuid()).unwrap();
        for (of, reversal) in reversals.into_inner().unwrap() {
            assert!(place(of) < place(reversal));
        }
    });
}

/// On PostgreSQL alone: SQLite has one writer, so its numbers commit in order.
#[test]
fn a_lower_number_that_commits_later_is_not_lost() {
    if !kinds().contains(&Kind::Postgres) {
        return;
    }
    let test = TestDb::postgres();
    let db = test.db();
    let w = setup(db);
    let (slow, fast) =
        (entry(w, "invoice", 1, "2026-11-01", None), entry(w, "invoice", 2, "2026-11-01", None));
    let (written, is_written) = channel();
    let (go, may_go) = channel::<()>();
    std::thread::scope(|scope| {
        let slow_rows = &slow;
        scope.spawn(move || {
            db.write(|tx| {
                post_entry(tx, slow_rows)?;
                written.send(()).unwrap();
                may_go.recv().unwrap();
                Ok::<_, StoreError>(())
            })
            .unwrap();
        });
        is_written.recv().unwrap();
        db.write(|tx| post_entry(tx, &fast)).unwrap();
        assert_eq!(drain(db, w.company).unwrap(), 1);
        go.send(()).unwrap();
    });
    assert_eq!(drain(db, w.company).unwrap(), 1);
    let order: Vec<Uuid> = chain(db, w).iter().map(|seal| seal.reference).collect();
    assert_eq!(order, [fast.entries[0].id.uuid(), slow.entries[0].id.uuid()]);
}

#[test]
fn companies_have_chains_of_their_own() {
    for_each_database(|test| {
        let db = test.db();
        let (ours, theirs) = (setup(db), setup_as(db, "OTHER"));
        for w in [ours, theirs, ours] {
            db.write(|tx| post_entry(tx, &entry(w, "invoice", 1, "2026-11-01", None))).unwrap();
        }
        assert_eq!(drain(db, ours.company).unwrap(), 2);
        assert_eq!(db.read(|c| unsealed::count(c, theirs.company)).unwrap(), 1);
        assert_eq!(drain_all(db).unwrap(), 1);
        assert_eq!((chain(db, ours).len(), chain(db, theirs).len()), (2, 1));
    });
}

#[test]
fn the_lease_spares_the_second_sequencer_its_work() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        db.write(|tx| post_entry(tx, &entry(w, "invoice", 1, "2026-11-01", None))).unwrap();
        assert!(db.write(|tx| leases::acquire(tx, w.company, "sequencer", "a", 60)).unwrap().is_some());
        assert_eq!(seal_leased(db, w.company, "b", 60, 10).unwrap(), None);
        assert_eq!(seal_leased(db, w.company, "a", 60, 10).unwrap(), Some(1));
        store::sequencer::release(db, w.company, "a").unwrap();
        assert_eq!(seal_leased(db, w.company, "b", 60, 10).unwrap(), Some(0));
    });
}

#[test]
fn a_commit_wakes_who_waits_to_seal() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let seen = db.unsealed().wait(u64::MAX, Duration::ZERO);
        assert_eq!(seen, 0, "setting up leaves nothing to seal");
        let woken = std::thread::scope(|scope| {
            let waiting = scope.spawn(|| db.unsealed().wait(seen, Duration::from_secs(20)));
            db.write(|tx| post_entry(tx, &entry(w, "invoice", 1, "2026-11-01", None))).unwrap();
            waiting.join().unwrap()
        });
        assert_eq!(woken, 1);
        assert_eq!(db.unsealed().wait(woken, Duration::from_millis(10)), woken);
    });
}

#[test]
fn who_reads_waits_for_whoever_seals() {
    for_each_database(|test| {
        let (db, another) = (test.db(), Database::open(test.url(), Options::default()).unwrap());
        let w = setup(db);
        let rows = |n: i64| entry(w, "invoice", n, "2026-11-01", None);
        let settled = |db: &Database| {
            let began = Instant::now();
            settle(db, w.company).unwrap();
            let waiting = another.read(|c| unsealed::count(c, w.company)).unwrap();
            (waiting, began.elapsed() < WAIT_MAX)
        };
        db.write(|tx| post_entry(tx, &rows(1))).unwrap();
        assert_eq!(settled(db), (1, true), "no sequencer runs here");
        let running = db.sealing().begin();
        for sealing in [db, &another] {
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    std::thread::sleep(Duration::from_millis(100));
                    drain(sealing, w.company).unwrap();
                });
                assert_eq!(settled(db), (0, true));
            });
            assert_eq!(settled(db), (0, true), "nothing waits");
            db.write(|tx| post_entry(tx, &rows(2))).unwrap();
        }
        assert_eq!(settled(db), (1, false), "nobody seals");
        assert_eq!(settled(db), (1, true), "and nobody waits in vain again");
        drain(&another, w.company).unwrap();
        db.write(|tx| post_entry(tx, &rows(3))).unwrap();
        assert_eq!(settled(db), (1, false), "but for what came later");
        drain(db, w.company).unwrap();
        db.together(|unit| {
            unit.write(|tx| post_entry(tx, &rows(4)))?;
            assert_eq!(settled(unit), (0, true), "the sequencer would wait for this unit");
            Ok::<_, StoreError>(())
        })
        .unwrap();
        drop(running);
    });
}

#[test]
fn draining_ends_though_others_never_stop_writing() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        for n in 1..=50 {
            db.write(|tx| post_entry(tx, &entry(w, "invoice", n, "2026-11-01", None))).unwrap();
        }
        let (stop, written) = (AtomicBool::new(false), std::sync::atomic::AtomicU32::new(0));
        std::thread::scope(|scope| {
            for thread in 0..3 {
                let (stop, written) = (&stop, &written);
                scope.spawn(move || {
                    let mut n = 1000 * (thread + 1);
                    let until = Instant::now() + Duration::from_secs(20);
                    while !stop.load(Ordering::Relaxed) && Instant::now() < until {
                        n += 1;
                        db.write(|tx| post_entry(tx, &entry(w, "invoice", n, "2026-11-01", None))).unwrap();
                        written.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            while written.load(Ordering::Relaxed) < 10 {
                std::thread::yield_now();
            }
            let from = Instant::now();
            assert!(drain(db, w.company).unwrap() >= 60);
            let took = from.elapsed();
            stop.store(true, Ordering::Relaxed);
            assert!(took < Duration::from_secs(15), "it went on as long as they wrote: {took:?}");
        });
        drain(db, w.company).unwrap();
        chain(db, w);
    });
}

/// Ends the writers, however their test ends.
struct Ending<'a>(&'a AtomicBool);

impl Drop for Ending<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn a_sealed_snapshot_shows_nothing_that_waits_though_others_never_stop_writing() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let (stop, written) = (AtomicBool::new(false), std::sync::atomic::AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..3 {
                let (stop, written) = (&stop, &written);
                scope.spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        db.write(|tx| post_entry(tx, &entry(w, "invoice", 1, "2026-11-01", None))).unwrap();
                        written.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
            let _ending = Ending(&stop);
            while written.load(Ordering::Relaxed) < 10 {
                std::thread::yield_now();
            }
            for _ in 0..20 {
                let looked = sealed_snapshot(db, w.company, |c| unsealed::count(c, w.company));
                assert_eq!(looked.unwrap(), 0, "what waits is none of the chain's");
            }
        });
        drain(db, w.company).unwrap();
        chain(db, w);
    });
}

#[test]
fn sealing_is_under_no_fence() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        db.write(|tx| post_entry(tx, &entry(w, "invoice", 1, "2026-11-01", None))).unwrap();
        let fenced = db.fenced(|_| Err(StoreError::conflict("claim", 1)));
        assert_eq!(drain(&fenced, w.company).unwrap(), 1);
        assert_eq!(drain(&fenced, w.company).unwrap(), 0);
        assert!(fenced.write(|tx| post_entry(tx, &entry(w, "invoice", 2, "2026-11-01", None))).is_err());
        assert_eq!(drain(db, w.company).unwrap(), 0);
    });
}

#[test]
fn one_company_that_cannot_be_sealed_leaves_the_others_their_turn() {
    for_each_database(|test| {
        let db = test.db();
        let (broken, sound) = (setup(db), setup_as(db, "OTHER"));
        for w in [broken, sound] {
            db.write(|tx| post_entry(tx, &entry(w, "invoice", 1, "2026-11-01", None))).unwrap();
        }
        drain(db, broken.company).unwrap();
        // what is sealed stands in the line again: no sequencer can seal it
        let sealed = db.read(|c| seals::head(c, broken.company)).unwrap().unwrap();
        let (company, reference) = (literal(test, broken.company.uuid()), literal(test, sealed.reference));
        let hash = literal_bytes(test, sealed.content_hash.bytes());
        test.execute(&format!(
            "INSERT INTO unsealed (company, kind, ref, content_hash) VALUES ({company}, 'entry', {reference}, {hash})"
        ));
        assert!(drain_all(db).is_err(), "it is told");
        assert_eq!(chain(db, sound).len(), 1, "and the other is sealed");
        assert_eq!(chain(db, broken).len(), 1);
    });
}

fn literal(test: &TestDb, id: Uuid) -> String {
    literal_bytes(test, id.as_bytes())
}

fn literal_bytes(test: &TestDb, bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match test.db().kind() {
        Kind::Sqlite => format!("x'{digits}'"),
        Kind::Postgres => format!("'\\x{digits}'"),
    }
}
