//! A job that is a whole, while its transaction is open: it is seen, and gives way, through the process that is at it.

use super::furnished::{issued, sample};
use super::imports::base64;
use super::tasks::{asked, asked_with, befallen, next, sheet, shown, taken_over, waiting_files};
use super::world::World;
use crate::audit::month::{CNY_ACCOUNT, Credit, bank_file};
use app::job::{self, Failed, Progress, Task, call_off, run_next};
use app::{App, Common};
use domain::actor::Actor;
use domain::ids::{CompanyId, JobId};
use domain::random::Random;
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
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

/// Calls a job off when it tells of itself for the nth time; gives how far anybody saw it then.
fn off_at(world: &World, nth: u32, job: &str) -> (u64, u64) {
    let (company, id): (CompanyId, JobId) = (world.house.id, job.parse().expect("an id"));
    let (app, seen) = (world.app.clone(), Rc::new(Cell::new((0, 0))));
    let look = seen.clone();
    let ended = befallen(world, nth, move || {
        let row = job::get(&app, &Actor::System, company, id).expect("a job");
        look.set((row.done, row.total));
        assert!(told(&app, company, id));
    });
    let ended = ended.expect("it lives");
    assert_eq!((ended.id, ended.status.name(), ended.result, ended.error), (id, "cancelled", None, None));
    seen.get()
}

/// Rows of tables, as a query names them.
fn rows<const N: usize>(db: &TestDb, of: [&str; N]) -> [i64; N] {
    of.map(|of| db.count(&format!("SELECT COUNT(*) AS n FROM {of}")))
}

#[test]
fn a_bank_file_is_called_off_between_its_lines() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let account = json!({"number": CNY_ACCOUNT, "scheme": "CN", "bank": "示例", "holder": "澄湖", "currency": "CNY"});
        world.post("administrator", "/v1/bank-accounts", &account).want(201);
        world.bank_details_confirmed();
        let amounts: Vec<String> = (1..=1_200).map(|n| format!("{n}.00")).collect();
        let credits: Vec<Credit<'_>> =
            amounts.iter().map(|amount| ("2026-11-20", amount.as_str(), None, "货款")).collect();
        let file = bank_file(&credits).into_bytes();
        let ask = || asked_with(&world, "clerk", "/v1/bank-files?file_name=n.xml", file.clone());
        let there = || rows(db, ["bank_files", "bank_lines", "invocations"]);
        // told before the guest reads it and after, then at every five hundred lines that are written
        assert_eq!(off_at(&world, 5, &ask()), (500, 1_200));
        assert_eq!((there(), waiting_files(db)), ([0, 0, 0], 0));
        // what it was asked for is new, and of a process that dies nothing is left, too
        let job = ask();
        assert!(befallen(&world, 5, || panic!("the process dies")).is_err());
        assert_eq!((there(), waiting_files(db)), ([0, 0, 0], 1));
        taken_over(&world, db);
        let ended = shown(&world, &job);
        let result = &ended["result"];
        assert_eq!((&result["lines_new"], &result["already"]), (&json!(1_200), &json!(false)), "{ended}");
        assert_eq!((&ended["done"], &ended["total"]), (&json!(1_200), &json!(1_200)), "{ended}");
        assert_eq!((there(), waiting_files(db)), ([1, 1_200, 1], 0));
        world.verified();
    });
}

#[test]
fn a_revaluation_is_called_off_between_two_currencies() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        for (code, currency) in [("E1", "EUR"), ("U1", "USD")] {
            let customer = json!({"code": code, "name": "名", "country": "DE", "currency": currency});
            world.post("clerk", "/v1/customers", &customer).want(201);
            let line = json!({"description": "货", "quantity": "1", "unit_price": "100", "category": "0"});
            let invoice = json!({"customer": code, "document_date": "2026-11-12", "currency": currency,
                "fx": {"rate": "7.1", "date": "2026-11-12", "source": "test"}, "price_mode": "exclusive", "lines": [line]});
            world.post("clerk", "/v1/invoices", &invoice).want(201);
            let rate = json!({"source": currency, "target": "CNY", "date": "2026-11-30", "rate": "7.2", "origin": "test"});
            world.put("clerk", "/v1/fx-rates", &rate).want(200);
        }
        let ask = || asked(&world, "clerk", "/v1/revaluations", json!({"as_of": "2026-11-30"}));
        let there = || rows(db, ["revaluations", "entries"]);
        let [_, before] = there();
        // told before each currency, and when both are posted
        assert_eq!(off_at(&world, 3, &ask()), (1, 2));
        assert_eq!(there(), [0, before]);
        let job = ask();
        assert!(befallen(&world, 3, || panic!("the process dies")).is_err());
        assert_eq!(there(), [0, before]);
        taken_over(&world, db);
        let ended = shown(&world, &job);
        assert_eq!(ended["result"]["revaluations"].as_array().map(Vec::len), Some(2), "{ended}");
        assert_eq!((&ended["done"], &ended["total"]), (&json!(2), &json!(2)), "{ended}");
        // each is posted, and taken back on the next day
        assert_eq!(there(), [2, before + 4]);
        world.verified();
    });
}

#[test]
fn a_regrouping_is_called_off_between_two_currencies() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        for (code, currency) in [("E1", "EUR"), ("U1", "USD")] {
            let customer = json!({"code": code, "name": "名", "country": "DE", "currency": currency});
            world.post("clerk", "/v1/customers", &customer).want(201);
            let paid = json!({"customer": code, "amount": {"amount": "100", "currency": currency}, "value_date": "2026-11-12",
                "fx": {"rate": "7.1", "date": "2026-11-12", "source": "test"}});
            world.post("clerk", "/v1/receipts", &paid).want(201);
        }
        let ask = || asked(&world, "clerk", "/v1/regroupings", json!({"as_of": "2026-11-30"}));
        let there = || rows(db, ["regroupings", "entries"]);
        let [_, before] = there();
        // told before each currency, and when both are posted
        assert_eq!(off_at(&world, 3, &ask()), (1, 2));
        assert_eq!(there(), [0, before]);
        let job = ask();
        assert!(befallen(&world, 3, || panic!("the process dies")).is_err());
        assert_eq!(there(), [0, before]);
        taken_over(&world, db);
        let ended = shown(&world, &job);
        assert_eq!(ended["result"]["regroupings"].as_array().map(Vec::len), Some(2), "{ended}");
        assert_eq!((&ended["done"], &ended["total"]), (&json!(2), &json!(2)), "{ended}");
        // each is posted, and taken back on the next day
        assert_eq!(there(), [2, before + 4]);
        world.verified();
    });
}

#[test]
fn a_comparison_of_old_balances_is_called_off_while_it_reads() {
    for_each_database(|db| {
        let world = World::new(db);
        world.post("clerk", "/v1/imports", &customers(150)).want(201);
        let owed: String = (0..150).map(|n| format!("L{n:03},5\n")).collect();
        let body = json!({"kind": "old-balances", "file_name": "旧账.csv", "file": base64(format!("who,sum\n{owed}").as_bytes()),
            "mapping": {"columns": {"who": "customer", "sum": "balance"},
                "constants": {"currency": "CNY", "date": "2026-10-31"}}});
        let ask = || asked(&world, "clerk", "/v1/imports", body.clone());
        // told at 0, at 100 and at all rows
        assert_eq!(off_at(&world, 3, &ask()), (100, 150));
        let job = ask();
        next(&world).expect("a job");
        let ended = shown(&world, &job);
        assert_eq!(ended["result"]["differences"].as_array().map(Vec::len), Some(150), "{ended}");
        assert_eq!((&ended["done"], &ended["total"]), (&json!(150), &json!(150)), "{ended}");
    });
}

#[test]
fn an_import_is_called_off_while_its_old_balances_are_compared() {
    for_each_database(|db| {
        let world = World::new(db);
        world.post("clerk", "/v1/imports", &customers(120)).want(201);
        let open: String = (0..120).map(|n| format!("X{n:03},L{n:03},5,2026-10-01,5\n")).collect();
        let body = json!({"kind": "opening-balances", "file_name": "旧账.csv", "mode": "all-or-nothing",
            "file": base64(format!("no,who,open,day,total\n{open}").as_bytes()),
            "mapping": {"columns": {"no": "number", "who": "customer", "open": "amount", "day": "document_date", "total": "old_balance"},
                "constants": {"currency": "CNY", "effective_date": "2026-10-31"}}});
        let ask = || asked(&world, "clerk", "/v1/imports", body.clone());
        let there = || rows(db, ["documents", "entries"]);
        // told at 0, at 100 and at all rows that are read, as often of what is written, and of what is compared
        assert_eq!(off_at(&world, 9, &ask()), (100, 120));
        assert_eq!(there(), [0, 0], "what was written when it was compared is not there");
        let job = ask();
        next(&world).expect("a job");
        let ended = shown(&world, &job);
        let result = &ended["result"];
        assert_eq!((&result["made"], &result["differences"]), (&json!(120), &json!([])), "{ended}");
        assert_eq!((there(), &ended["done"]), ([120, 120], &json!(120)), "{ended}");
        world.verified();
    });
}

/// Chance; something befalls the job when all its lines are told of as written, before the event about them has an id.
struct Fated {
    app: Arc<App>,
    company: CompanyId,
    job: JobId,
    befalls: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Random for Fated {
    fn bytes32(&self) -> [u8; 32] {
        self.app.random.bytes32()
    }
    fn bytes10(&self) -> [u8; 10] {
        let row = job::get(&self.app, &Actor::System, self.company, self.job).expect("a job");
        if row.total > 0 && row.done == row.total {
            let befall = self.befalls.lock().expect("nobody panicked with it").take();
            if let Some(befall) = befall {
                befall();
            }
        }
        self.app.random.bytes10()
    }
}

#[test]
fn a_reconciliation_is_called_off_until_it_ends() {
    for_each_database(|db| {
        let world = World::new(db);
        issued(&world, 60);
        world.upload("clerk", "/v1/bank-files?file_name=bank.xml", &sample("bank-cny.xml")).want(201);
        let company = world.house.id;
        let does = |job: &str, befall: Box<dyn FnOnce() + Send>| {
            let (app, job) = (world.app.clone(), job.parse().expect("an id"));
            let fated = Fated { app, company, job, befalls: Mutex::new(Some(befall)) };
            let app = App { random: Arc::new(fated), ..App::clone(&world.app) };
            catch_unwind(AssertUnwindSafe(|| run_next(&app, "test").expect("the queue").expect("a job")))
        };
        let there = || {
            let calls = "invocations WHERE world = 'reconciliation'";
            rows(db, ["proposals", "unmatched_lines", "bank_lines WHERE status = 'proposed'", calls])
        };
        let ask = || asked(&world, "clerk", "/v1/reconciliations", json!({}));
        let job = ask();
        let (app, id) = (world.app.clone(), job.parse().expect("an id"));
        let ended = does(&job, Box::new(move || assert!(told(&app, company, id)))).expect("it lives");
        assert_eq!((ended.status.name(), &ended.result, &ended.error), ("cancelled", &None, &None));
        assert!(ended.total > 0 && ended.done == ended.total, "{} of {}", ended.done, ended.total);
        assert_eq!(there(), [0; 4], "though every line was answered");
        let job = ask();
        assert!(does(&job, Box::new(|| panic!("the process dies"))).is_err());
        assert_eq!(there(), [0; 4]);
        taken_over(&world, db);
        let done = shown(&world, &job);
        assert_eq!((&done["done"], &done["total"]), (&json!(ended.total), &json!(ended.total)), "{done}");
        let [proposals, _, proposed, calls] = there();
        assert_eq!(done["result"]["proposals"], proposals, "{done}");
        assert!(proposals > 0 && proposed > 0 && calls == 1, "{proposals}, {proposed}, {calls}");
        world.verified();
    });
}
