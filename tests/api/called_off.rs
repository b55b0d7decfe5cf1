//! A best effort whose job is called off says so; one whose process died is gone on with.

use super::tasks::{asked, befallen, calls_off, sheet, shown};
use super::world::World;
use app::Common;
use app::job::call_off;
use domain::actor::Actor;
use domain::ids::{CompanyId, JobId};
use serde_json::{Value, json};
use store::testing::{TestDb, for_each_database};

fn body() -> Value {
    let rows: String = (0..250).map(|n| format!("R{n:03},名{n},CN,CNY\n")).collect();
    sheet(&rows, "best-effort")
}

fn there(db: &TestDb) -> i64 {
    db.count("SELECT COUNT(*) AS n FROM customers WHERE erased_at IS NULL")
}

/// The only import of a status.
fn only(world: &World, status: &str) -> Value {
    let found = world.all("auditor", &format!("/v1/imports?status={status}"));
    assert_eq!(found.len(), 1, "{status} {found:?}");
    found[0].clone()
}

/// The first hundred are in, and the import says that it was called off.
fn is_cancelled(world: &World, db: &TestDb, job: &str) -> Value {
    assert_eq!((&shown(world, job)["status"], there(db)), (&json!("cancelled"), 100));
    assert_eq!(world.all("auditor", "/v1/imports?status=running"), Vec::<Value>::new());
    let import = only(world, "cancelled");
    assert_eq!((&import["made"], &import["undone_at"]), (&json!(100), &Value::Null), "{import}");
    assert!(import["finished_at"].is_string(), "{import}");
    import
}

#[test]
fn a_best_effort_that_is_called_off_ends_as_such_and_the_rest_of_its_file_is_another() {
    for_each_database(|db| {
        let world = World::new(db);
        let job = asked(&world, "clerk", "/v1/imports", body());
        // told at 0 rows, at 100 and at 200: then the first hundred are in
        befallen(&world, 3, calls_off(&world, &job)).expect("it lives");
        let first = is_cancelled(&world, db, &job);
        let done = world.post("clerk", "/v1/imports", &body()).want(201);
        assert_eq!((&done["made"], &done["already"]), (&json!(150), &json!(100)), "{done}");
        assert_eq!((there(db), &only(&world, "done")["made"]), (250, &json!(150)));
        assert_eq!(only(&world, "cancelled")["id"], first["id"], "it is not gone on with");
        // each is taken back by itself
        let undo = |import: &Value| {
            let path = format!("/v1/imports/{}/undo", import["id"].as_str().expect("an id"));
            world.post("clerk", &path, &json!({})).want(201)["records"].clone()
        };
        assert_eq!((undo(&first), there(db)), (json!(100), 150));
        assert_eq!(only(&world, "undone")["id"], first["id"]);
        assert_eq!((undo(&done), there(db)), (json!(150), 0));
        world.verified();
    });
}

#[test]
fn so_does_one_whose_process_is_told_and_one_whose_process_had_died() {
    for_each_database(|db| {
        let world = World::new(db);
        let job = asked(&world, "clerk", "/v1/imports", body());
        let (app, company, id): (_, CompanyId, JobId) =
            (world.app.clone(), world.house.id, job.parse().expect("an id"));
        let off = move || {
            let told = call_off(&app, &Actor::System, company, id, |_| Ok::<_, Common>(()));
            assert!(told.expect("a job"));
        };
        befallen(&world, 3, off).expect("it lives");
        is_cancelled(&world, db, &job);
    });
    for_each_database(|db| {
        let world = World::new(db);
        let job = asked(&world, "clerk", "/v1/imports", body());
        assert!(befallen(&world, 3, || panic!("the process dies")).is_err());
        assert_eq!(only(&world, "running")["made"], 100, "it can be gone on with");
        world.post("clerk", &format!("/v1/jobs/{job}/cancel"), &json!({})).want(200);
        is_cancelled(&world, db, &job);
    });
}

/// Who brings the file again goes on with what a dead job began: calling that one off is of no concern to the import any more.
#[test]
fn what_another_goes_on_with_is_not_called_off_with_the_job_that_began_it() {
    for_each_database(|db| {
        let world = World::new(db);
        let job = asked(&world, "clerk", "/v1/imports", body());
        assert!(befallen(&world, 3, || panic!("the process dies")).is_err());
        let second = asked(&world, "clerk", "/v1/imports", body());
        let off = calls_off(&world, &job);
        let ended = befallen(&world, 2, off).expect("it lives");
        assert_eq!((ended.id.to_string(), ended.status.name()), (second, "done"));
        assert_eq!((there(db), &only(&world, "done")["made"]), (250, &json!(250)));
        assert_eq!(shown(&world, &job)["status"], "cancelled");
        world.verified();
    });
}
