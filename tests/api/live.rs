//! A job that is a whole, while its transaction is open: it is seen, and gives way, through the process that is at it.

use super::tasks::{asked, befallen, next, sheet, shown, waiting_files};
use super::world::World;
use app::job::{self, Failed, Progress, Task, call_off, run_next};
use app::{App, Common};
use domain::actor::Actor;
use domain::ids::{CompanyId, JobId};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::testing::{TestDb, for_each_database};

/// A machine under load gets a minute.
const PATIENCE: Duration = Duration::from_secs(60);

fn customers(n: u32) -> Value {
    let rows: String = (0..n).map(|n| format!("L{n:03},名{n},CN,CNY\n")).collect();
    sheet(&rows, "all-or-nothing")
}

fn count(db: &TestDb) -> i64 {
    db.count("SELECT COUNT(*) AS n FROM customers WHERE erased_at IS NULL")
}

/// The host's, with time to look between two steps.
fn slowly(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    task: &Task,
    progress: &Progress<'_>,
) -> Result<Value, Failed> {
    let told = |done: u64, total: u64| {
        std::thread::sleep(Duration::from_millis(40));
        progress(done, total)
    };
    zhangben::http::do_task(app, actor, company, task, &told)
}

/// The job once more than `done` of it is done.
fn beyond(world: &World, path: &str, done: u64) -> Value {
    let started = Instant::now();
    loop {
        let job = world.get("auditor", path).want(200);
        if job["done"].as_u64() > Some(done) {
            return job;
        }
        assert!(started.elapsed() < PATIENCE, "{job}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn told(app: &App, company: CompanyId, id: JobId) -> bool {
    call_off(app, &Actor::System, company, id, |_| Ok::<_, Common>(())).expect("a job")
}

#[test]
fn a_whole_shows_how_far_it_is_and_gives_way_while_its_transaction_is_open() {
    for_each_database(|db| {
        let world = World::new(db);
        let brought = world.post("clerk", "/v1/imports", &customers(200)).want(201);
        let undo = format!("/v1/imports/{}/undo", brought["id"].as_str().expect("an import"));
        let job = asked(&world, "clerk", &undo, json!({}));
        let (path, id): (_, JobId) = (format!("/v1/jobs/{job}"), job.parse().expect("an id"));
        let cancel = format!("{path}/cancel");
        let on = |tag: &str, body: Value| {
            world.with(("POST", "clerk", cancel.as_str()), &[("if-match", tag)], Some(&body))
        };
        let slow = App { tasks: Some(slowly), ..App::clone(&world.app) };
        let elsewhere = App { live: Arc::default(), ..App::clone(&world.app) };
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| run_next(&slow, "test").expect("the queue").expect("a job"));
            let seen = beyond(&world, &path, 0);
            assert_eq!((&seen["status"], &seen["total"]), (&json!("running"), &json!(200)), "{seen}");
            assert!(world.all("auditor", "/v1/jobs?status=running")[0]["done"].as_u64() > Some(0));
            // another process has its row alone, in which nothing is noted meanwhile, and nobody there to tell
            let row = job::get(&elsewhere, &Actor::System, world.house.id, id).expect("a job");
            assert_eq!((row.done, told(&elsewhere, world.house.id, id)), (0, false));
            // who may not, who has read something else and who says what is not understood do not stop it
            world.post("reviewer", &cancel, &json!({})).refused(403, "forbidden");
            on("\"x\"", json!({})).refused(412, "precondition-failed");
            on("*", json!({"why": "x"})).refused(400, "invalid-body");
            let seen = beyond(&world, &path, seen["done"].as_u64().expect("a figure"));
            assert_eq!(seen["status"], "running");
            assert_eq!(on("*", json!({})).want(200)["status"], "cancelled");
            let ended = thread.join().expect("it lives");
            assert_eq!((ended.status.name(), ended.result, ended.error), ("cancelled", None, None));
        });
        assert_eq!((count(db), &world.all("auditor", "/v1/imports")[0]["status"]), (200, &json!("done")));
        world.post("clerk", &cancel, &json!({})).refused(409, "state");
        // and what was asked for is asked for again
        let job = asked(&world, "clerk", &undo, json!({}));
        next(&world).expect("a job");
        let ended = shown(&world, &job);
        assert_eq!((&ended["result"]["records"], count(db)), (&json!(200), 0), "{ended}");
        assert_eq!((&ended["done"], &ended["total"]), (&json!(200), &json!(200)));
        world.verified();
    });
}

#[test]
fn what_is_called_off_while_it_is_written_leaves_nothing() {
    for_each_database(|db| {
        let world = World::new(db);
        let company = world.house.id;
        let job = asked(&world, "clerk", "/v1/imports", customers(150));
        let id: JobId = job.parse().expect("an id");
        let (app, seen) = (world.app.clone(), Rc::new(RefCell::new((0, 0))));
        let look = seen.clone();
        // told at 0, at 100 and at all rows; then at 0, at 100 and at all records that are written
        let ended = befallen(&world, 6, move || {
            let row = job::get(&app, &Actor::System, company, id).expect("a job");
            *look.borrow_mut() = (row.done, row.total);
            assert!(told(&app, company, id));
        });
        let ended = ended.expect("it lives");
        assert_eq!((ended.status.name(), ended.error, *seen.borrow()), ("cancelled", None, (100, 150)));
        assert_eq!((count(db), waiting_files(db), world.all("auditor", "/v1/imports").len()), (0, 0, 0));
        // the same file is new
        let again = asked(&world, "clerk", "/v1/imports", customers(150));
        next(&world).expect("a job");
        assert_eq!((&shown(&world, &again)["result"]["made"], count(db)), (&json!(150), 150));
        // what is done bit by bit stops, too
        let verify = asked(&world, "auditor", "/v1/verify", json!({}));
        let (app, id) = (world.app.clone(), verify.parse().expect("an id"));
        let ended = befallen(&world, 3, move || assert!(told(&app, company, id))).expect("it lives");
        assert_eq!((ended.status.name(), ended.result), ("cancelled", None));
        assert!(!told(&world.app, company, id), "nobody is at it any more");
        world.verified();
    });
}

thread_local! {
    static LAST: Cell<Option<JobId>> = const { Cell::new(None) };
}

/// The host's; when all of it is written, it is called off.
fn too_late(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    task: &Task,
    progress: &Progress<'_>,
) -> Result<Value, Failed> {
    let done = zhangben::http::do_task(app, actor, company, task, progress)?;
    assert!(told(app, company, LAST.get().expect("a job")));
    Ok(done)
}

#[test]
fn a_whole_is_called_off_until_it_ends() {
    for_each_database(|db| {
        let world = World::new(db);
        let job = asked(&world, "clerk", "/v1/imports", customers(2));
        LAST.set(Some(job.parse().expect("an id")));
        let app = App { tasks: Some(too_late), ..App::clone(&world.app) };
        let ended = run_next(&app, "test").expect("the queue").expect("a job");
        assert_eq!((ended.status.name(), ended.result, count(db)), ("cancelled", None, 0));
        let job = asked(&world, "clerk", "/v1/imports", customers(2));
        next(&world).expect("a job");
        assert_eq!((&shown(&world, &job)["result"]["made"], count(db)), (&json!(2), 2));
    });
}
