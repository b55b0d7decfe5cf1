//! Jobs: done for who asked, with her roles of now; called off and taken over without a second writer.

use super::erase::her;
use super::house::{House, day};
use super::{literal, month};
use app::job::{
    ATTEMPTS_MAX, EnqueueJob, JobKind, Task, Worker, cancel, enqueue, get, run_next, search, worker,
};
use app::statement::RunStatements;
use domain::ids::JobId;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use store::query::jobs::Claim;
use store::rows::Job;
use store::testing::for_each_database;
use store::types::JobStatus;
use store::{StoreError, query};

fn december(customers: Option<&[&str]>) -> EnqueueJob {
    EnqueueJob::StatementRun(RunStatements {
        cut_off: day("2026-12-31"),
        period_start: None,
        customers: customers.map(|list| list.iter().map(|code| code.parse().unwrap()).collect()),
    })
}

fn ask(house: &House, job: &EnqueueJob) -> JobId {
    enqueue(&house.app, &house.clerk, house.id, job).expect("queued")
}

fn next(house: &House) -> Option<Job> {
    run_next(&house.app, "test").expect("the queue")
}

#[test]
fn a_statement_run_and_a_reconciliation_are_done_in_their_order() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        house.at("2027-01-04");
        let paid = ("2026-12-29", "10.00", None, "不知道是谁");
        house.bank_file("bank-2026-12.xml", &month::bank_file(&[paid]));
        let statements = ask(&house, &december(None));
        house.at("2027-01-05");
        let reconciliation = ask(&house, &EnqueueJob::Reconcile);
        assert_eq!(get(&house.app, &house.auditor, house.id, statements).unwrap().status, JobStatus::Queued);

        let done = next(&house).expect("a job");
        assert_eq!((done.id, done.status, done.attempt), (statements, JobStatus::Done, 1), "{done:?}");
        assert_eq!((done.done, done.total), (3, 3));
        let result = done.result.expect("a result").0;
        // the third has had nothing since October, and owes nothing
        assert_eq!(
            (result["made"].as_array().unwrap().len(), &result["skipped"]),
            (2, &serde_json::json!(1)),
            "{result}"
        );
        assert_eq!(result["failed"], serde_json::json!([]));
        let made: String = db_text(&house, result["made"][0].as_str().unwrap());
        assert_eq!(made, house.clerk.person(), "the one who asked is the maker");

        let done = next(&house).expect("a job");
        assert_eq!((done.id, done.status), (reconciliation, JobStatus::Done), "{done:?}");
        assert!(done.result.expect("a result").0["invocation"].as_str().unwrap().starts_with("call_"));
        assert_eq!(next(&house), None);
        let all = search(&house.app, &house.clerk, house.id, (None, None), None, 10).unwrap();
        assert_eq!(all.iter().map(|job| job.id).collect::<Vec<_>>(), [reconciliation, statements]);
        house.verified();
    });
}

/// Who made a statement.
fn db_text(house: &House, statement: &str) -> String {
    let id = statement.parse().expect("an id");
    app::statement::get(&house.app, &house.clerk, house.id, id).expect("a statement").0.created_by
}

#[test]
fn what_goes_wrong_stands_in_the_row() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        // a day that has not begun
        let future = ask(&house, &december(None));
        let failed = next(&house).expect("a job");
        assert_eq!((failed.id, failed.status, failed.result), (future, JobStatus::Failed, None));
        assert!(failed.error.unwrap().contains("2026-12-31 lies in the future"));
        // somebody who has left
        let left = ask(&house, &EnqueueJob::Reconcile);
        db.execute("UPDATE users SET active = FALSE WHERE login = 'zhang'");
        let failed = next(&house).expect("a job");
        assert_eq!((failed.id, failed.status), (left, JobStatus::Failed));
        assert!(failed.error.unwrap().contains("is not active"));
        // somebody who may no longer
        db.execute("UPDATE users SET active = TRUE, roles = '[\"auditor\"]' WHERE login = 'zhang'");
        ask(&house, &EnqueueJob::Reconcile);
        assert!(next(&house).expect("a job").error.unwrap().contains("may not run"));
        db.execute("UPDATE users SET roles = '[\"clerk\"]' WHERE login = 'zhang'");
        // one that never ended
        let deadly = ask(&house, &EnqueueJob::Reconcile);
        let id = literal(db, deadly.uuid().as_bytes());
        db.execute(&format!("UPDATE jobs SET attempt = {ATTEMPTS_MAX} WHERE id = {id}"));
        let failed = next(&house).expect("a job");
        assert_eq!((failed.id, failed.status), (deadly, JobStatus::Failed));
        assert!(failed.error.unwrap().contains("given up after"));
    });
}

#[test]
fn a_job_that_was_called_off_or_taken_over_writes_nothing_more() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        house.at("2027-01-04");
        let queued = ask(&house, &december(None));
        cancel(&house.app, &house.clerk, house.id, queued).expect("cancelled");
        assert_eq!(next(&house), None);
        assert!(cancel(&house.app, &house.clerk, house.id, queued).is_err(), "it is over");

        let taken = ask(&house, &december(Some(&["C1"])));
        let kinds = ["statement-run"];
        let db_of = &house.app.db;
        let first = db_of.write(|tx| query::jobs::claim(tx, &kinds, "first", 60)).unwrap().expect("a claim");
        assert_eq!((first.id, next(&house)), (taken, None), "its lease holds");
        let id = literal(db, taken.uuid().as_bytes());
        db.execute(&format!("UPDATE jobs SET leased_until = '2020-01-01 00:00:00.000000' WHERE id = {id}"));
        let done = next(&house).expect("taken over");
        assert_eq!((done.status, done.attempt), (JobStatus::Done, 2));
        // the first owner comes back: the fence that its work runs behind refuses
        let claim = Claim::from(&first);
        let fenced = db_of.fenced(move |tx| query::jobs::hold(tx, claim));
        let late = fenced.write(|tx| query::unsealed::count(tx, house.id));
        assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
        let late =
            db_of.write(|tx| query::jobs::finish(tx, claim, Err("late".into()), house.app.clock.now()));
        assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
        assert_eq!(get(&house.app, &house.clerk, house.id, taken).unwrap().error, None);
    });
}

/// It runs while she is erased, and fails with words that may be about her.
#[test]
fn a_job_that_ends_after_an_erasure_says_nothing_of_its_failures() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        house.at("2029-01-04");
        let works = || {
            let id = ask(&house, &EnqueueJob::Reconcile);
            let claimed = house.app.db.write(|tx| query::jobs::claim(tx, &["reconcile"], "us", 60));
            assert_eq!(claimed.unwrap().expect("a claim").id, id);
            id
        };
        let ends = |id, outcome: Result<serde_json::Value, query::jobs::Failed>| {
            let row = get(&house.app, &house.clerk, house.id, id).unwrap();
            let (claim, now) = (Claim::from(&row), house.app.clock.now());
            house.app.db.write(|tx| query::jobs::finish(tx, claim, outcome.clone(), now)).unwrap();
            get(&house.app, &house.clerk, house.id, id).unwrap()
        };
        let (failing, ending) = (works(), works());
        app::customer::erase(&house.app, &house.administrator, house.id, &her()).expect("erased");
        let failed = ends(failing, Err(month::HER.name.into()));
        assert_eq!((failed.status, failed.error.as_deref()), (JobStatus::Failed, Some("")));
        let told =
            serde_json::json!({"failed": [{"customer": "C1", "reason": month::HER.name}], "skipped": 1});
        let done = ends(ending, Ok(told));
        assert_eq!(done.result.unwrap().0["failed"][0], serde_json::json!({"customer": "C1", "reason": ""}));
        // one that begins afterwards speaks again
        let later = ends(works(), Err("a word".into()));
        assert_eq!(later.error.as_deref(), Some("a word"));
    });
}

/// A file may name anybody, and so may what came of it.
#[test]
fn an_erasure_takes_files_that_wait_and_answers_that_are_kept() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        house.at("2029-01-04");
        let file = serde_json::json!({"kind": "customers", "file_name": "c.csv",
            "file": "Y29kZSxuYW1lLGNvdW50cnksY3VycmVuY3kKWDksSGVyLENOLENOWQo=",
            "mapping": {"columns": {"code": "code", "name": "name", "country": "country", "currency": "currency"}}});
        let file = file.to_string();
        let looked_at = || {
            let (body, file) = (serde_json::json!({}), Some(file.as_bytes().to_vec()));
            ask(
                &house,
                &EnqueueJob::Task(Task { kind: JobKind::Import, body, file, whole: true, again: None }),
            )
        };
        let answer = |id| get(&house.app, &house.clerk, house.id, id).unwrap().result;
        let done = looked_at();
        assert_eq!(next(&house).expect("a job").status, JobStatus::Done);
        assert_eq!(answer(done).expect("a report").0["rows"], 1);
        let waiting = looked_at();
        app::customer::erase(&house.app, &house.administrator, house.id, &her()).expect("erased");
        assert_eq!(answer(done), None);
        let failed = next(&house).expect("a job");
        assert_eq!((failed.id, failed.status), (waiting, JobStatus::Failed));
        assert!(failed.error.unwrap().contains("erased"));
    });
}

#[test]
fn a_worker_does_what_comes_until_it_is_stopped() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        let stop = AtomicBool::new(false);
        let name = Worker::new(&house.app, 1);
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| worker(&house.app, &name, &stop));
            let job = ask(&house, &EnqueueJob::Reconcile);
            let deadline = Instant::now() + Duration::from_secs(60);
            while get(&house.app, &house.clerk, house.id, job).unwrap().status != JobStatus::Done {
                assert!(Instant::now() < deadline, "the job was not done");
                std::thread::sleep(Duration::from_millis(20));
            }
            stop.store(true, Ordering::Relaxed);
            thread.join().expect("the worker ends");
        });
    });
}

/// What befalls a job.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    CalledOff,
    /// Its process dies.
    Dies,
    /// Its lease runs out while its process stands still; another worker takes it over and ends it.
    Overtaken,
}

/// A clock at which that happens as soon as the first statement of the job's run is there.
struct Spoilsport {
    app: app::App,
    company: domain::ids::CompanyId,
    job: JobId,
    called: AtomicBool,
    fate: Fate,
}

impl domain::time::Clock for Spoilsport {
    fn now(&self) -> domain::time::Instant {
        let filter = query::statements::Filter { cut_off: Some(day("2026-12-31")), ..Default::default() };
        let made = self.app.db.read(|c| query::statements::list(c, self.company, &filter, None, 1)).unwrap();
        if !made.is_empty() && !self.called.swap(true, Ordering::Relaxed) {
            let now = self.app.clock.now();
            let claim = Claim { company: self.company, id: self.job, attempt: 1 };
            match self.fate {
                Fate::Dies => panic!("the process dies"),
                Fate::CalledOff => {
                    self.app.db.write(|tx| query::jobs::cancel(tx, claim.company, claim.id, now)).unwrap();
                }
                Fate::Overtaken => {
                    self.app.db.write(|tx| query::jobs::heartbeat(tx, claim, -60, (1, 3))).unwrap();
                    let ended = run_next(&self.app, "another").expect("the queue").expect("taken over");
                    assert_eq!((ended.status, ended.attempt), (JobStatus::Done, 2), "{:?}", ended.error);
                }
            }
        }
        self.app.clock.now()
    }
}

fn spoiled(house: &House, job: JobId, fate: Fate) -> app::App {
    let (app, company) = (house.app.clone(), house.id);
    let clock = Spoilsport { app, company, job, called: AtomicBool::new(false), fate };
    app::App { clock: std::sync::Arc::new(clock), ..house.app.clone() }
}

fn run_of(house: &House, job: JobId) -> store::rows::StatementRun {
    let run = domain::ids::StatementRunId::new(job.uuid());
    let found = house.app.db.read(|c| query::statement_runs::by_id(c, house.id, run)).unwrap();
    found.expect("the run has the job's number")
}

#[test]
fn a_run_that_is_called_off_stops_at_the_next_customer() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        house.at("2027-01-04");
        let job = ask(&house, &december(None));
        let ended =
            run_next(&spoiled(&house, job, Fate::CalledOff), "test").expect("the queue").expect("a job");
        assert_eq!((ended.id, ended.status), (job, JobStatus::Cancelled));
        let run = run_of(&house, job);
        assert_eq!((run.status, run.made, run.failed), (store::types::StatementRunStatus::Failed, 1, 0));
        let filter = query::statements::Filter { run: Some(run.id), ..Default::default() };
        let made = house.app.db.read(|c| query::statements::list(c, house.id, &filter, None, 10)).unwrap();
        assert_eq!(made.len(), 1, "one was made before; what it wrote stays");
        assert_eq!(house.app.db.read(|c| query::unsealed::count(c, house.id)).unwrap(), 0, "and is sealed");
        house.verified();
    });
}

#[test]
fn a_run_whose_process_died_is_gone_on_with() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        house.at("2027-01-04");
        let job = ask(&house, &december(None));
        let app = spoiled(&house, job, Fate::Dies);
        let died = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run_next(&app, "test")));
        assert!(died.is_err());
        let known_at = run_of(&house, job).known_at;
        let id = literal(db, job.uuid().as_bytes());
        db.execute(&format!("UPDATE jobs SET leased_until = '2020-01-01 00:00:00.000000' WHERE id = {id}"));
        let done = next(&house).expect("taken over");
        assert_eq!((done.status, done.attempt), (JobStatus::Done, 2), "{:?}", done.error);
        let result = done.result.expect("a result").0;
        assert_eq!(
            result["made"].as_array().unwrap().len(),
            2,
            "with the one of the first attempt: {result}"
        );
        // the third has neither moved in December nor anything open
        assert_eq!((&result["skipped"], &result["failed"]), (&serde_json::json!(1), &serde_json::json!([])));
        let run = run_of(&house, job);
        assert_eq!((run.status, run.known_at), (store::types::StatementRunStatus::Done, known_at));
        house.verified();
    });
}

#[test]
fn a_run_that_another_worker_has_ended_stays_as_that_one_left_it() {
    for_each_database(|db| {
        let house = House::new(db);
        month::run(&house);
        house.at("2027-01-04");
        let job = ask(&house, &december(None));
        // the first attempt wakes up when all is done: what it thinks of the run counts no more
        let late =
            run_next(&spoiled(&house, job, Fate::Overtaken), "test").expect("the queue").expect("a job");
        assert_eq!((late.id, late.status, late.attempt), (job, JobStatus::Done, 2), "{:?}", late.error);
        let run = run_of(&house, job);
        assert_eq!((run.status, run.made, run.failed), (store::types::StatementRunStatus::Done, 2, 0));
        let filter = query::statements::Filter { run: Some(run.id), ..Default::default() };
        let made = house.app.db.read(|c| query::statements::list(c, house.id, &filter, None, 10)).unwrap();
        assert_eq!(made.len(), 2);
        house.verified();
    });
}
