//! Jobs, leases, idempotency: claimed once, taken over when a claim runs out, refused to whoever came back.

use crate::fixtures::*;
use domain::ids::{CompanyId, JobId};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::Ordering;
use store::StoreError;
use store::query::idempotency::{self, Claimed};
use store::query::jobs::{self, Claim};
use store::query::{blobs, keys, leases};
use store::rows::{Blob, Job};
use store::testing::for_each_database;
use store::types::{JobStatus, Json, KeyKind};

fn job(company: CompanyId, kind: &str, seconds: i64) -> Job {
    Job {
        company,
        id: JobId::new(uuid()),
        kind: kind.to_owned(),
        payload: Json(json!({"file": "bf_1"})),
        status: JobStatus::Queued,
        owner: None,
        leased_until: None,
        attempt: 0,
        done: 0,
        total: 0,
        result: None,
        error: None,
        created_by: "system".to_owned(),
        created_at: at(seconds),
        finished_at: None,
        input: None,
        problem: None,
    }
}

#[test]
fn a_job_is_claimed_worked_and_finished() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let (late, early) = (job(w.company, "import", 9), job(w.company, "import", 3));
        for row in [&late, &early] {
            db.write(|tx| jobs::enqueue(tx, row)).unwrap();
        }
        assert!(db.write(|tx| jobs::claim(tx, &["export"], "a", 60)).unwrap().is_none());
        let claimed = db.write(|tx| jobs::claim(tx, &["export", "import"], "a", 60)).unwrap().unwrap();
        assert_eq!((claimed.id, claimed.attempt, claimed.status), (early.id, 1, JobStatus::Running));
        assert!(claimed.leased_until.unwrap() > claimed.created_at);
        let claim = Claim::from(&claimed);
        db.write(|tx| jobs::heartbeat(tx, claim, 60, (3, 10))).unwrap();
        db.write(|tx| jobs::hold(tx, claim)).unwrap();
        db.write(|tx| jobs::finish(tx, claim, Ok(json!({"lines": 10})), at(20))).unwrap();
        let done = db.read(|c| jobs::by_id(c, w.company, early.id)).unwrap().unwrap();
        assert_eq!((done.status, done.done, done.total), (JobStatus::Done, 3, 10));
        assert_eq!((done.result, done.finished_at), (Some(Json(json!({"lines": 10}))), Some(at(20))));
        assert!(is_conflict(&db.write(|tx| jobs::finish(tx, claim, Err("late".into()), at(21)))));
        let listed = db.read(|c| jobs::search(c, w.company, &jobs::Filter::default(), None, 10)).unwrap();
        assert_eq!(listed.iter().map(|job| job.id).collect::<Vec<_>>(), [early.id, late.id]);
    });
}

#[test]
fn an_expired_job_is_taken_over_and_its_former_owner_refused() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        db.write(|tx| jobs::enqueue(tx, &job(w.company, "import", 1))).unwrap();
        let first = db.write(|tx| jobs::claim(tx, &["import"], "a", -1)).unwrap().unwrap();
        let second = db.write(|tx| jobs::claim(tx, &["import"], "b", 60)).unwrap().unwrap();
        assert_eq!((second.id, second.attempt, second.owner.as_deref()), (first.id, 2, Some("b")));
        assert!(db.write(|tx| jobs::claim(tx, &["import"], "c", 60)).unwrap().is_none());
        let old = Claim::from(&first);
        assert!(is_conflict(&db.write(|tx| jobs::heartbeat(tx, old, 60, (1, 1)))));
        assert!(is_conflict(&db.write(|tx| jobs::hold(tx, old))));
        assert!(is_conflict(&db.write(|tx| jobs::finish(tx, old, Ok(json!(null)), at(1)))));
        db.write(|tx| jobs::finish(tx, Claim::from(&second), Err("no such file".into()), at(2))).unwrap();
        let failed = db.read(|c| jobs::by_id(c, w.company, first.id)).unwrap().unwrap();
        assert_eq!((failed.status, failed.error.as_deref()), (JobStatus::Failed, Some("no such file")));
    });
}

#[test]
fn a_cancelled_job_tells_who_runs_it() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        db.write(|tx| jobs::enqueue(tx, &job(w.company, "import", 1))).unwrap();
        let claimed = db.write(|tx| jobs::claim(tx, &["import"], "a", 60)).unwrap().unwrap();
        db.write(|tx| jobs::cancel(tx, w.company, claimed.id, at(3))).unwrap();
        assert!(is_conflict(&db.write(|tx| jobs::heartbeat(tx, Claim::from(&claimed), 60, (1, 1)))));
        assert!(is_conflict(&db.write(|tx| jobs::cancel(tx, w.company, claimed.id, at(4)))));
        assert!(db.write(|tx| jobs::claim(tx, &["import"], "b", 60)).unwrap().is_none());
    });
}

#[test]
fn eight_workers_claim_each_job_once() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        for n in 0..40 {
            db.write(|tx| jobs::enqueue(tx, &job(w.company, "import", n))).unwrap();
        }
        let claimed: Mutex<Vec<JobId>> = Mutex::default();
        std::thread::scope(|scope| {
            for worker in 0..8 {
                let claimed = &claimed;
                scope.spawn(move || {
                    let owner = format!("worker-{worker}");
                    while let Some(job) = db.write(|tx| jobs::claim(tx, &["import"], &owner, 60)).unwrap() {
                        claimed.lock().unwrap().push(job.id);
                    }
                });
            }
        });
        let claimed = claimed.into_inner().unwrap();
        assert_eq!(claimed.len(), 40);
        assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>().len(), 40);
    });
}

#[test]
fn a_lease_is_one_owners_until_it_runs_out() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let acquire = |owner: &str, seconds| {
            db.write(|tx| leases::acquire(tx, w.company, "seq", owner, seconds)).unwrap()
        };
        assert_eq!(acquire("a", 60), Some(1));
        assert_eq!(acquire("b", 60), None);
        assert_eq!(acquire("a", -1), Some(1));
        assert_eq!(acquire("b", 60), Some(2));
        assert_eq!(acquire("a", 60), None);
        // who lost it does not get it by keeping it, not even when nobody has it
        let keep = |owner: &str| db.write(|tx| leases::keep(tx, w.company, "seq", owner, 60));
        assert!(keep("b").is_ok() && matches!(keep("a"), Err(StoreError::Conflict { .. })));
        db.write(|tx| leases::release(tx, w.company, "seq", "a")).unwrap();
        assert_eq!(db.read(|c| leases::by_name(c, w.company, "seq")).unwrap().unwrap().owner, "b");
        db.write(|tx| leases::release(tx, w.company, "seq", "b")).unwrap();
        assert!(keep("b").is_err());
        assert_eq!(acquire("a", 60), Some(1));
    });
}

#[test]
fn a_lease_is_measured_by_the_databases_clock() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        db.write(|tx| leases::acquire(tx, w.company, "seq", "a", 3600)).unwrap();
        let until = db.read(|c| leases::by_name(c, w.company, "seq")).unwrap().unwrap().leased_until;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros();
        let ahead = until.micros() - i64::try_from(now).unwrap();
        // the cluster runs on this machine: an hour from now, in UTC whatever the server's time zone
        assert!((3_590_000_000..3_610_000_000).contains(&ahead), "{until} is {ahead} µs ahead");
    });
}

fn key_of(company: CompanyId) -> idempotency::Key<'static> {
    idempotency::Key { company, actor: "usr_1", route: "POST /v1/invoices", key: "abc" }
}

#[test]
fn an_idempotency_key_is_claimed_once_and_replays_its_answer() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let key = key_of(w.company);
        let claim = |body: &str| db.write(|tx| idempotency::claim(tx, key, hash(body), 60)).unwrap();
        assert_eq!(claim("body"), Claimed::Fresh { attempt: 1 });
        assert!(matches!(claim("body"), Claimed::InProgress { .. }));
        assert_eq!(claim("other"), Claimed::OtherBody);
        let own = crate::fixtures::key(w.company, KeyKind::Content);
        let answer = Blob { key: own.id, ..blob(w) };
        db.write(|tx| {
            keys::insert(tx, std::slice::from_ref(&own))?;
            blobs::insert(tx, std::slice::from_ref(&answer))?;
            idempotency::complete(tx, key, 1, (201, Some(answer.id)), at(9))
        })
        .unwrap();
        let Claimed::Done(row) = claim("body") else { panic!("not done") };
        assert_eq!((row.status, row.response, row.completed_at), (Some(201), Some(answer.id), Some(at(9))));
        assert_eq!(claim("other"), Claimed::OtherBody);
        // the same key of another actor, route or company is another key
        for other in [
            idempotency::Key { actor: "usr_2", ..key },
            idempotency::Key { route: "POST /v1/receipts", ..key },
            idempotency::Key { company: setup_as(db, "OTHER").company, ..key },
        ] {
            let claimed = db.write(|tx| idempotency::claim(tx, other, hash("body"), 60)).unwrap();
            assert_eq!(claimed, Claimed::Fresh { attempt: 1 });
        }
        assert_eq!(db.write(|tx| idempotency::purge(tx, at(9), 10)).unwrap(), 0);
        assert_eq!(db.write(|tx| idempotency::purge(tx, at(10), 0)).unwrap(), 0);
        assert_eq!(db.write(|tx| idempotency::purge(tx, at(10), 10)).unwrap(), 1);
        assert!(db.read(|c| blobs::by_id(c, w.company, answer.id)).unwrap().is_none(), "with its answer");
        assert!(db.read(|c| keys::by_id(c, w.company, answer.key)).unwrap().is_none(), "with its key");
        assert_eq!(claim("other"), Claimed::Fresh { attempt: 1 });
    });
}

#[test]
fn what_is_under_way_during_an_erasure_keeps_no_answer_and_nobody_claims_meanwhile() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let named = |key| idempotency::Key { key, ..key_of(w.company) };
        let claim = |key| db.write(|tx| idempotency::claim(tx, named(key), hash("body"), 60)).unwrap();
        for key in ["open", "own", "other"] {
            assert_eq!(claim(key), Claimed::Fresh { attempt: 1 });
        }
        let (locked, tell) = std::sync::mpsc::channel();
        let claimed = std::sync::atomic::AtomicBool::new(false);
        std::thread::scope(|scope| {
            let claimed = &claimed;
            scope.spawn(move || {
                tell.recv().unwrap();
                assert_eq!(claim("late"), Claimed::Fresh { attempt: 1 });
                claimed.store(true, Ordering::SeqCst);
            });
            db.write(|tx| {
                idempotency::lose_answers(tx, w.company, Some((named("own"), 1)))?;
                locked.send(()).unwrap();
                std::thread::sleep(std::time::Duration::from_millis(400));
                assert!(!claimed.load(Ordering::SeqCst), "claimed in an erasure that is not committed");
                Ok::<_, StoreError>(())
            })
            .unwrap();
        });
        for (key, kept) in [("open", false), ("other", false), ("own", true), ("late", true)] {
            let own = crate::fixtures::key(w.company, KeyKind::Content);
            let answer = Blob { key: own.id, ..blob(w) };
            db.write(|tx| {
                keys::insert(tx, std::slice::from_ref(&own))?;
                blobs::insert(tx, std::slice::from_ref(&answer))?;
                idempotency::complete(tx, named(key), 1, (200, Some(answer.id)), at(9))
            })
            .unwrap();
            let Claimed::Done(row) = claim(key) else { panic!("{key} is not done") };
            assert_eq!((row.response, row.answer_lost), (kept.then_some(answer.id), !kept), "{key}");
            assert_eq!(db.read(|c| blobs::by_id(c, w.company, answer.id)).unwrap().is_some(), kept, "{key}");
            assert_eq!(db.read(|c| keys::by_id(c, w.company, answer.key)).unwrap().is_some(), kept, "{key}");
        }
        // who takes a claim over begins anew
        let expired =
            |seconds| db.write(|tx| idempotency::claim(tx, named("old"), hash("body"), seconds)).unwrap();
        assert_eq!(expired(-1), Claimed::Fresh { attempt: 1 });
        db.write(|tx| idempotency::lose_answers(tx, w.company, None)).unwrap();
        assert_eq!(expired(60), Claimed::TakenOver { attempt: 2 });
        let row = db.read(|c| idempotency::by_key(c, named("old"))).unwrap().unwrap();
        assert!(!row.answer_lost);
    });
}

#[test]
fn an_expired_claim_is_taken_over_and_the_first_cannot_complete() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let key = key_of(w.company);
        let claim = |seconds| db.write(|tx| idempotency::claim(tx, key, hash("body"), seconds)).unwrap();
        assert_eq!(claim(-1), Claimed::Fresh { attempt: 1 });
        assert_eq!(claim(60), Claimed::TakenOver { attempt: 2 });
        assert!(matches!(claim(60), Claimed::InProgress { .. }));
        assert!(is_conflict(&db.write(|tx| idempotency::complete(tx, key, 1, (201, None), at(1)))));
        // the first one's giving up does not free the second one's claim
        db.write(|tx| idempotency::abandon(tx, key, 1)).unwrap();
        assert!(matches!(claim(60), Claimed::InProgress { .. }));
        db.write(|tx| idempotency::complete(tx, key, 2, (422, None), at(1))).unwrap();
        assert!(is_conflict(&db.write(|tx| idempotency::complete(tx, key, 2, (201, None), at(1)))));
        assert!(matches!(claim(60), Claimed::Done(_)));
    });
}

#[test]
fn a_claim_given_back_is_free() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let key = key_of(w.company);
        let claim = |body: &str| db.write(|tx| idempotency::claim(tx, key, hash(body), 60)).unwrap();
        assert_eq!(claim("body"), Claimed::Fresh { attempt: 1 });
        db.write(|tx| idempotency::abandon(tx, key, 1)).unwrap();
        assert_eq!(claim("corrected"), Claimed::Fresh { attempt: 1 });
    });
}

#[test]
fn of_eight_claims_at_once_one_is_fresh() {
    for_each_database(|test| {
        let db = test.db();
        let w = setup(db);
        let fresh: usize = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        let claimed =
                            db.write(|tx| idempotency::claim(tx, key_of(w.company), hash("b"), 60)).unwrap();
                        assert!(
                            matches!(claimed, Claimed::Fresh { .. } | Claimed::InProgress { .. }),
                            "{claimed:?}"
                        );
                        usize::from(matches!(claimed, Claimed::Fresh { .. }))
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).sum()
        });
        assert_eq!(fresh, 1);
    });
}
