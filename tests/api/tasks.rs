//! Requests that are worked on later: what comes of them is what would have come at once, or nothing.

use super::deliveries::{delivery, line};
use super::furnished::{furnish, sample};
use super::imports::customers;
use super::jobs::prefer_async;
use super::world::{Reply, Send, World};
use app::App;
use app::import::{UndoImportError, Undone, WantedImports};
use app::job::{Failed, Progress, Task, run_next};
use domain::actor::Actor;
use domain::ids::CompanyId;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use store::rows::{Import, Job};
use store::testing::{TestDb, for_each_database};
use store::types::ImportStatus;

/// What is sent.
enum Sent {
    Json(Value),
    File(Vec<u8>),
}

fn later(world: &World, role: &str, path: &str, sent: &Sent) -> Reply {
    let bytes = match sent {
        Sent::Json(body) => return prefer_async(world, role, path, body),
        Sent::File(bytes) => bytes,
    };
    let key = world.key();
    let send = Send {
        token: Some(world.house.token(role)),
        key: Some(&key),
        media: Some("application/octet-stream"),
        prefer: Some("respond-async"),
        body: Some(bytes),
        ..Send::default()
    };
    world.send("POST", path, &send)
}

/// The job's id.
pub(super) fn asked(world: &World, role: &str, path: &str, body: Value) -> String {
    job_of(&later(world, role, path, &Sent::Json(body)))
}

/// The same of a file.
pub(super) fn asked_with(world: &World, role: &str, path: &str, file: Vec<u8>) -> String {
    job_of(&later(world, role, path, &Sent::File(file)))
}

fn job_of(accepted: &Reply) -> String {
    accepted.want(202)["job"].as_str().expect("a job").to_owned()
}

pub(super) fn next(world: &World) -> Option<Job> {
    run_next(&world.app, "test").expect("the queue")
}

pub(super) fn shown(world: &World, job: &str) -> Value {
    world.get("auditor", &format!("/v1/jobs/{job}")).want(200)
}

/// Ids are drawn anew each time.
fn scrubbed(value: Value) -> Value {
    match value {
        Value::String(text) => match text.split_once('_') {
            Some((noun, id)) if id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()) => {
                Value::String(noun.to_owned())
            }
            _ => Value::String(text),
        },
        Value::Array(all) => Value::Array(all.into_iter().map(scrubbed).collect()),
        Value::Object(all) => {
            Value::Object(all.into_iter().map(|(name, value)| (name, scrubbed(value))).collect())
        }
        other => other,
    }
}

/// Tried at once, refused to whoever may not, then asked for later and done; gives the answer.
fn as_at_once(world: &World, [role, stranger]: [&str; 2], path: &str, sent: &Sent) -> Value {
    let dry = format!("{path}{}dry_run=true", if path.contains('?') { '&' } else { '?' });
    let expected = match sent {
        Sent::Json(body) => world.post(role, &dry, body).want(200),
        Sent::File(bytes) => world.upload(role, &dry, bytes).want(200),
    };
    later(world, stranger, path, sent).refused(403, "forbidden");
    let accepted = later(world, role, path, sent);
    let id = accepted.want(202)["job"].as_str().expect("a job").to_owned();
    assert_eq!(accepted.header("location"), format!("/v1/jobs/{id}"));
    let ended = next(world).expect("a job, and only one of who may");
    assert_eq!(ended.id.to_string(), id);
    let job = shown(world, &id);
    assert_eq!((&job["status"], &job["problem"]), (&json!("done"), &Value::Null), "{path}: {job}");
    assert_eq!(scrubbed(job["result"].clone()), scrubbed(expected), "{path}");
    assert_eq!(job["done"], job["total"], "{path}: {job}");
    job["result"].clone()
}

pub(super) fn sheet(rows: &str, mode: &str) -> Value {
    let mut body = customers(rows);
    body["mode"] = json!(mode);
    body
}

fn november() -> Value {
    json!({"customer": "N1", "from": "2026-11-01", "to": "2026-11-30", "document_date": "2026-11-30", "per": "delivery"})
}

/// Three deliveries to be billed, each on its own.
fn delivered(world: &World) {
    let customer = json!({"code": "N1", "name": "名", "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &customer).want(201);
    let settings = json!({"delivery_accounting": "accrued", "invoice_per": "month"});
    world.put("administrator", "/v1/delivery-settings", &settings).want(200);
    for (slip, on) in [("SH-1", "2026-11-03"), ("SH-2", "2026-11-05"), ("SH-3", "2026-11-07")] {
        let mut body = delivery(slip, on, &[line("2", "50")]);
        body["customer"] = json!("N1");
        world.post("clerk", "/v1/deliveries", &body).want(201);
    }
}

#[test]
fn what_is_asked_for_later_is_answered_as_at_once() {
    for_each_database(|db| {
        let world = World::new(db);
        furnish(&world, 60);
        next(&world).expect("the reconciliation that was asked for");
        delivered(&world);
        world.seal();
        let (clerk, auditor) = (["clerk", "auditor"], ["auditor", "clerk"]);
        as_at_once(&world, auditor, "/v1/verify", &Sent::Json(json!({})));
        as_at_once(&world, clerk, "/v1/proposals/approve-exact", &Sent::Json(json!({})));
        let file = Sent::File(sample("bank-eur.xml"));
        as_at_once(&world, clerk, "/v1/bank-files?file_name=%E6%AC%A7%E5%85%83.xml", &file);
        let files = world.all("auditor", "/v1/bank-files");
        assert!(files.iter().any(|file| file["file_name"] == "欧元.xml"), "{files:?}");
        as_at_once(&world, clerk, "/v1/revaluations", &Sent::Json(json!({"as_of": "2026-11-30"})));
        as_at_once(&world, clerk, "/v1/regroupings", &Sent::Json(json!({"as_of": "2026-11-30"})));
        let invoiced = as_at_once(&world, clerk, "/v1/deliveries/invoice", &Sent::Json(november()));
        assert_eq!(invoiced["issued"].as_array().map(Vec::len), Some(3), "{invoiced}");
        let numbered = as_at_once(&world, clerk, "/v1/vouchers", &Sent::Json(json!({"period": "2026-11"})));
        assert!(numbered["numbered"].as_u64().is_some_and(|n| n > 0), "{numbered}");
        let good = sheet("I1,甲,CN,CNY\nI2,乙,CN,CNY\n", "all-or-nothing");
        let brought = as_at_once(&world, clerk, "/v1/imports", &Sent::Json(good));
        assert_eq!(brought["made"], 2, "{brought}");
        let mixed = sheet("I3,甲,CN,CNY\nI4,乙,China,CNY\n", "best-effort");
        let some = as_at_once(&world, clerk, "/v1/imports", &Sent::Json(mixed));
        assert!(some["rejects"].is_string() && some["made"] == 1, "{some}");
        let undo = format!("/v1/imports/{}/undo", brought["id"].as_str().unwrap());
        as_at_once(&world, clerk, &undo, &Sent::Json(json!({})));
        world.get("clerk", "/v1/customers/I2").refused(404, "not-found");
        assert_eq!(waiting_files(db), 0);
        let listed = world.all("auditor", "/v1/jobs?kind=import");
        assert!(listed.len() == 2 && listed.iter().all(|job| job["result"].is_null()), "{listed:?}");
        world.verified();
    });
}

/// Files that jobs hold. The keys of those that are over are gone with them.
pub(super) fn waiting_files(db: &TestDb) -> i64 {
    db.count("SELECT COUNT(*) AS n FROM jobs WHERE input IS NOT NULL")
}

#[test]
fn what_is_refused_says_so_as_the_request_would_have_been() {
    for_each_database(|db| {
        let world = World::new(db);
        delivered_late(&world);
        let early = json!({"customer": "N1", "from": "2026-11-01", "to": "2026-11-30", "document_date": "2026-11-29"});
        let job = asked(&world, "clerk", "/v1/deliveries/invoice", early);
        next(&world).expect("a job");
        let failed = shown(&world, &job);
        assert_eq!((&failed["status"], &failed["result"]), (&json!("failed"), &Value::Null), "{failed}");
        let problem = &failed["problem"];
        assert_eq!(
            (&problem["code"], &problem["status"]),
            (&json!("invalid-field"), &json!(422)),
            "{failed}"
        );
        assert_eq!(problem["errors"][0]["pointer"], "/document_date", "{failed}");
        assert_eq!(problem["detail"], failed["error"]);
        // of a whole, too
        let job = asked(&world, "clerk", "/v1/revaluations", json!({"as_of": "2027-01-31"}));
        next(&world).expect("a job");
        assert_eq!(shown(&world, &job)["problem"]["errors"][0]["pointer"], "/as_of");
        // and of runs
        let job = asked(&world, "clerk", "/v1/statement-runs", json!({"cut_off": "2027-01-31"}));
        next(&world).expect("a job");
        let failed = shown(&world, &job);
        assert_eq!(failed["problem"]["errors"][0]["pointer"], "/cut_off", "{failed}");
        assert_eq!(failed["problem"]["detail"], failed["error"]);
        // what is not there is refused before it is a job
        let nobody = format!("/v1/imports/imp_{}/undo", "0".repeat(32));
        later(&world, "clerk", &nobody, &Sent::Json(json!({}))).refused(404, "not-found");
        // what has not the form of the body is refused before it is a job
        for (path, body) in [
            ("/v1/vouchers", json!({"period": "2026-13"})),
            ("/v1/vouchers", json!({})),
            ("/v1/verify", json!({"all": true})),
            ("/v1/deliveries/invoice", json!({"customer": "N1"})),
            ("/v1/imports", json!({"kind": "customers"})),
            (nobody.as_str(), json!({"late": "2026-12-01"})),
        ] {
            let role = if path == "/v1/verify" { "auditor" } else { "clerk" };
            later(&world, role, path, &Sent::Json(body)).refused(400, "invalid-body");
        }
        let unnamed = Sent::File(b"x".to_vec());
        later(&world, "clerk", "/v1/bank-files", &unnamed).refused(400, "invalid-parameter");
        assert_eq!(next(&world), None);
        // she may bring data in no more when its turn comes
        let job = asked(&world, "clerk", "/v1/imports", sheet("I1,甲,CN,CNY\n", "all-or-nothing"));
        let run = asked(&world, "clerk", "/v1/reconciliations", json!({}));
        db.execute("UPDATE users SET roles = '[\"auditor\"]' WHERE login = 'clerk'");
        // of one instant: either may come first
        for _ in 0..2 {
            next(&world).expect("a job");
        }
        for job in [job, run] {
            assert_eq!(shown(&world, &job)["problem"]["code"], "forbidden", "{job}");
        }
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM customers WHERE code = 'I1'"), 0);
    });
}

fn delivered_late(world: &World) {
    world.bind();
    delivered(world);
}

type Befalls = (u32, Box<dyn FnOnce()>);

thread_local! {
    /// What befalls the job when it tells of itself, and at the how manieth time.
    static BEFALLS: RefCell<Option<Befalls>> = const { RefCell::new(None) };
}

/// The host's, disturbed.
fn disturbed(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    task: &Task,
    progress: &Progress<'_>,
) -> Result<Value, Failed> {
    let told = |done: u64, total: u64| {
        let due = BEFALLS.with_borrow_mut(|waits| {
            let (left, _) = waits.as_mut()?;
            *left -= 1;
            if *left == 0 { waits.take() } else { None }
        });
        if let Some((_, befall)) = due {
            befall();
        }
        progress(done, total)
    };
    zhangben::http::do_task(app, actor, company, task, &told)
}

/// Does the next job, to which that happens when it tells of itself for the nth time. `Err`: its process died.
pub(super) fn befallen(world: &World, nth: u32, befall: impl FnOnce() + 'static) -> std::thread::Result<Job> {
    BEFALLS.set(Some((nth, Box::new(befall))));
    let app = App { tasks: Some(disturbed), ..App::clone(&world.app) };
    let done = catch_unwind(AssertUnwindSafe(|| run_next(&app, "test").expect("the queue").expect("a job")));
    assert!(BEFALLS.take().is_none(), "it told of itself less often");
    done
}

/// As somebody at the console does it.
pub(super) fn calls_off(world: &World, job: &str) -> impl FnOnce() + use<> {
    let (app, company, id) = (world.app.clone(), world.house.id, job.parse().expect("an id"));
    move || {
        let now = app.clock.now();
        app.db.write(|tx| store::query::jobs::cancel(tx, company, id, now)).expect("called off");
    }
}

/// Another process finds its lease run out.
pub(super) fn taken_over(world: &World, db: &TestDb) -> Job {
    assert_eq!(next(world), None, "its lease holds");
    db.execute("UPDATE jobs SET leased_until = '2020-01-01 00:00:00.000000' WHERE status = 'running'");
    let done = next(world).expect("taken over");
    assert_eq!(done.attempt, 2);
    done
}

fn documents(db: &TestDb) -> i64 {
    db.count("SELECT COUNT(*) AS n FROM documents WHERE kind = 'invoice'")
}

#[test]
fn a_whole_that_is_called_off_leaves_nothing() {
    for_each_database(|db| {
        let world = World::new(db);
        let body = sheet("I1,甲,CN,CNY\nI2,乙,CN,CNY\n", "all-or-nothing");
        // before it is begun
        let job = asked(&world, "clerk", "/v1/imports", body.clone());
        assert_eq!(waiting_files(db), 1);
        let held = "SELECT COUNT(*) AS n FROM blobs WHERE media_type = 'application/octet-stream'";
        assert_eq!(db.count(held), 1);
        let cancel = format!("/v1/jobs/{job}/cancel");
        assert_eq!(world.post("clerk", &cancel, &json!({})).want(200)["status"], "cancelled");
        assert_eq!((next(&world), waiting_files(db), db.count(held)), (None, 0, 0));
        let over = world.post("clerk", &cancel, &json!({})).refused(409, "state");
        assert!(over["detail"].as_str().unwrap().ends_with("is over: it is cancelled"), "{over}");
        // in the middle
        let job = asked(&world, "clerk", "/v1/imports", body.clone());
        let ended = befallen(&world, 2, calls_off(&world, &job)).expect("it lives");
        assert_eq!(ended.status.name(), "cancelled");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM customers"), 0);
        assert_eq!((world.all("auditor", "/v1/imports").len(), db.count(held)), (0, 0));
        // and nothing of it is known: the same file is new
        let job = asked(&world, "clerk", "/v1/imports", body);
        next(&world).expect("a job");
        assert_eq!(shown(&world, &job)["result"]["made"], 2);
        // who asked may call off what she may not do for others
        let job = asked(&world, "auditor", "/v1/verify", json!({}));
        let cancel = format!("/v1/jobs/{job}/cancel");
        world.post("reviewer", &cancel, &json!({})).refused(403, "forbidden");
        world.post("auditor", &cancel, &json!({})).want(200);
        let job = asked(&world, "auditor", "/v1/verify", json!({}));
        let ended = befallen(&world, 3, calls_off(&world, &job)).expect("it lives");
        assert_eq!((ended.status.name(), ended.result), ("cancelled", None));
    });
}

#[test]
fn a_whole_whose_process_dies_is_done_once() {
    for_each_database(|db| {
        let world = World::new(db);
        let body = sheet("I1,甲,CN,CNY\nI2,乙,CN,CNY\n", "all-or-nothing");
        let job = asked(&world, "clerk", "/v1/imports", body);
        assert!(befallen(&world, 2, || panic!("the process dies")).is_err());
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM customers"), 0);
        taken_over(&world, db);
        let result = shown(&world, &job)["result"].clone();
        assert_eq!((&result["made"], &result["already"]), (&json!(2), &json!(0)), "{result}");
        // with its transaction open, when both are taken back
        let undo = format!("/v1/imports/{}/undo", result["id"].as_str().unwrap());
        let job = asked(&world, "clerk", &undo, json!({}));
        assert!(befallen(&world, 2, || panic!("the process dies")).is_err());
        world.get("clerk", "/v1/customers/I1").want(200);
        assert_eq!(world.all("auditor", "/v1/imports")[0]["status"], "done");
        taken_over(&world, db);
        assert_eq!(shown(&world, &job)["result"]["records"], 2);
        world.get("clerk", "/v1/customers/I1").refused(404, "not-found");
        world.verified();
    });
}

#[test]
fn what_is_done_bit_by_bit_stops_and_goes_on_between_them() {
    for_each_database(|db| {
        let world = World::new(db);
        delivered_late(&world);
        let job = asked(&world, "clerk", "/v1/deliveries/invoice", november());
        let seen = std::rc::Rc::new(RefCell::new(Value::Null));
        let (app, company, id) = (world.app.clone(), world.house.id, job.parse().expect("an id"));
        let (look, off) = (seen.clone(), calls_off(&world, &job));
        let ended = befallen(&world, 2, move || {
            let row = app.db.read(|conn| store::query::jobs::by_id(conn, company, id));
            let row = row.expect("a look").expect("a job");
            *look.borrow_mut() = json!([row.status.name(), row.done, row.total]);
            off();
        });
        assert_eq!(*seen.borrow(), json!(["running", 0, 3]), "its progress is seen from outside");
        assert_eq!((ended.expect("it lives").status.name(), documents(db)), ("cancelled", 1));
        // the rest is still open
        asked(&world, "clerk", "/v1/deliveries/invoice", november());
        assert!(befallen(&world, 2, || panic!("the process dies")).is_err());
        assert_eq!(documents(db), 2);
        let done = taken_over(&world, db);
        assert_eq!((done.status.name(), done.done, done.total), ("done", 1, 1), "{:?}", done.error);
        assert_eq!(documents(db), 3, "each delivery is billed once");
        let again = world.post("clerk", "/v1/deliveries/invoice", &november()).want(201);
        assert_eq!(again["issued"], json!([]));
        world.verified();
    });
}

#[test]
fn a_best_effort_goes_on_where_its_process_died() {
    for_each_database(|db| {
        let world = World::new(db);
        let rows: String = (0..250).map(|n| format!("R{n:03},名{n},CN,CNY\n")).collect();
        let job = asked(&world, "clerk", "/v1/imports", sheet(&rows, "best-effort"));
        // told at 0 rows, at 100 and at 200: then the first hundred are in
        assert!(befallen(&world, 3, || panic!("the process dies")).is_err());
        let made = "SELECT COUNT(*) AS n FROM customers";
        assert_eq!(db.count(made), 100);
        let left = &world.all("auditor", "/v1/imports")[0];
        assert_eq!((&left["status"], &left["made"]), (&json!("running"), &json!(100)), "{left}");
        taken_over(&world, db);
        let ended = shown(&world, &job);
        assert_eq!((&ended["status"], &ended["done"]), (&json!("done"), &json!(250)), "{ended}");
        let result = &ended["result"];
        assert_eq!((&result["made"], &result["already"]), (&json!(150), &json!(100)), "{result}");
        assert_eq!(db.count(made), 250);
        let imports = world.all("auditor", "/v1/imports");
        assert_eq!((imports.len(), &imports[0]["made"]), (1, &json!(250)), "one import, gone on with");
        world.verified();
    });
}

/// The one that is not ended.
fn under_way(app: &App, company: CompanyId) -> Import {
    let wanted = WantedImports { status: Some(ImportStatus::Running), ..WantedImports::default() };
    let found = app::import::list(app, &Actor::System, company, &wanted, None, 2).expect("imports");
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().expect("an import").import
}

/// Takes it back, as somebody does at another place.
fn undone(app: &App, company: CompanyId) -> Result<Undone, UndoImportError> {
    app::import::undo(app, &Actor::System, company, under_way(app, company).id, None)
}

/// The lease of a run that does not keep it is another's for the taking.
fn runs_out(app: &App, company: CompanyId) {
    let name = format!("import {}", under_way(app, company).digest);
    let lease = app.db.read(|conn| store::query::leases::by_name(conn, company, &name));
    let owner = lease.expect("a look").expect("a lease").owner;
    app.db.write(|tx| store::query::leases::release(tx, company, &name, &owner)).expect("given back");
}

#[test]
fn an_import_under_way_is_not_undone_and_writes_nothing_once_it_was() {
    for_each_database(|db| {
        let world = World::new(db);
        let (app, company): (Arc<App>, CompanyId) = (world.app.clone(), world.house.id);
        let rows =
            |name: &str| -> String { (0..250).map(|n| format!("{name}{n:03},名{n},CN,CNY\n")).collect() };
        let there = |name: &str| {
            db.count(&format!(
                "SELECT COUNT(*) AS n FROM customers WHERE erased_at IS NULL AND code LIKE '{name}%'"
            ))
        };
        // while its run lives
        asked(&world, "clerk", "/v1/imports", sheet(&rows("R"), "best-effort"));
        let tried = app.clone();
        let ended = befallen(&world, 3, move || {
            let refused = undone(&tried, company).expect_err("it is under way");
            assert!(matches!(refused, UndoImportError::Running(_)), "{refused}");
        });
        assert_eq!((ended.expect("it lives").status.name(), there("R")), ("done", 250));
        let leases = "SELECT COUNT(*) AS n FROM leases WHERE name LIKE 'import %'";
        assert_eq!(db.count(leases), 0, "who is done with it gives it back");
        // a run that lost its lease does not go on behind what was taken back
        asked(&world, "clerk", "/v1/imports", sheet(&rows("S"), "best-effort"));
        let tried = app.clone();
        let ended = befallen(&world, 3, move || {
            runs_out(&tried, company);
            assert_eq!(undone(&tried, company).expect("undone").records, 100);
        });
        assert_eq!((ended.expect("it lives").status.name(), there("S")), ("failed", 0));
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM imports WHERE status = 'undone'"), 1);
        // one whose process died is undone, unless somebody goes on with it
        asked(&world, "clerk", "/v1/imports", sheet(&rows("T"), "best-effort"));
        assert!(befallen(&world, 3, || panic!("the process dies")).is_err());
        let import = under_way(&app, company);
        assert_eq!((import.status.name(), there("T")), ("running", 100));
        let name = format!("import {}", import.digest);
        let taken = app.db.write(|tx| store::query::leases::acquire(tx, company, &name, "another", 60));
        assert!(taken.expect("a lease").is_some());
        let undo = format!("/v1/imports/{}/undo", import.id);
        let refused = world.post("clerk", &undo, &json!({})).refused(409, "state");
        assert!(refused["detail"].as_str().unwrap().contains("is still being brought in"), "{refused}");
        assert_eq!(there("T"), 100);
        runs_out(&app, company);
        let undoing = asked(&world, "clerk", &undo, json!({}));
        next(&world).expect("the undoing, while the lease of the other holds");
        let undoing = shown(&world, &undoing);
        let hundred = json!(100);
        assert_eq!(
            (&undoing["result"]["records"], &undoing["done"], &undoing["total"]),
            (&hundred, &hundred, &hundred),
            "{undoing}"
        );
        assert_eq!(there("T"), 0);
        // the job that brought it in is taken up again, and does not bring back what was taken back
        let ended = taken_over(&world, db);
        assert_eq!((ended.status.name(), there("T")), ("failed", 0));
        let told = shown(&world, &ended.id.to_string());
        assert_eq!(told["problem"]["code"], "conflict", "{told}");
        // and the file is new to whoever brings it again
        let done = world.post("clerk", "/v1/imports", &sheet(&rows("T"), "best-effort")).want(201);
        assert_eq!((&done["made"], there("T")), (&json!(250), 250), "{done}");
        world.verified();
    });
}
