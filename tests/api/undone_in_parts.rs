//! Imports of many records are taken back in short transactions: what is taken back stays so, whatever ends the run.

use super::tasks::{asked, befallen, calls_off, shown, taken_over};
use super::undone::sheet;
use super::world::World;
use app::import::WHOLE_MAX;
use serde_json::{Value, json};
use store::testing::{TestDb, for_each_database};

const GONE: &str = "SELECT COUNT(*) AS n FROM customers WHERE erased_at IS NOT NULL";

/// More customers than are taken back in one transaction; gives the path of the import.
fn brought(world: &World) -> String {
    let rows: String = (0..MANY).map(|n| format!("P{n:03},名{n},CN,CNY\n")).collect();
    let body = sheet("customers", &format!("code,name,country,currency\n{rows}"), json!({}));
    let done = world.post("clerk", "/v1/imports", &body).want(201);
    assert_eq!(done["made"], json!(MANY), "{done}");
    format!("/v1/imports/{}", done["id"].as_str().unwrap())
}

const MANY: u64 = WHOLE_MAX + 20;

fn status(world: &World, import: &str) -> Value {
    world.get("auditor", import).want(200)["status"].clone()
}

#[test]
fn of_many_records_what_cannot_be_taken_back_stays_and_is_named() {
    for_each_database(|db| {
        let world = World::new(db);
        let import = brought(&world);
        let undo = format!("{import}/undo");
        let draft = json!({"kind": "receipt", "body": {"customer": "P007"}});
        let draft = world.post("clerk", "/v1/drafts", &draft).want(201);
        let draft = draft["id"].as_str().unwrap();
        // as long as it may take, and no longer
        let tried = world.post("clerk", &format!("{undo}?dry_run=true"), &json!({}));
        assert!([409, 503].contains(&tried.status), "{}", tried.status);
        assert_eq!(db.count(GONE), 0, "a dry run writes nothing");
        let refused = world.post("clerk", &undo, &json!({})).refused(409, "state");
        let why =
            format!("{} records were taken back, 1 cannot be and stay: row 9: draft {draft} is of", MANY - 1);
        assert!(refused["detail"].as_str().unwrap().starts_with(&why), "{refused}");
        assert_eq!(db.count(GONE), i64::try_from(MANY - 1).unwrap());
        assert_eq!(status(&world, &import), "done", "something of it is left");
        let rows = world.all("auditor", &format!("{import}/rows"));
        let left: Vec<&Value> = rows.iter().filter(|row| row["status"] == "in").collect();
        assert_eq!((left.len(), &left[0]["label"]), (1, &json!("P007")), "{left:?}");
        world.with(("DELETE", "clerk", &format!("/v1/drafts/{draft}")), &[], None).want(200);
        let undone = world.post("clerk", &undo, &json!({})).want(201);
        assert_eq!(undone["records"], 1, "{undone}");
        assert_eq!(status(&world, &import), "undone");
        world.post("clerk", &undo, &json!({})).refused(409, "state");
        world.verified();
    });
}

/// How many are gone after some parts, and not all.
fn some_gone(db: &TestDb) -> u64 {
    let gone = u64::try_from(db.count(GONE)).unwrap();
    assert!((2..MANY).contains(&gone), "{gone}");
    gone
}

#[test]
fn an_undoing_in_parts_goes_on_where_it_was_ended() {
    for_each_database(|db| {
        let world = World::new(db);
        let import = brought(&world);
        // told at none and after each part: two are written then
        let job = asked(&world, "clerk", &format!("{import}/undo"), json!({}));
        befallen(&world, 3, calls_off(&world, &job)).expect("it lives");
        let first = some_gone(db);
        assert_eq!(shown(&world, &job)["status"], "cancelled");
        assert_eq!(status(&world, &import), "done");
        let job = asked(&world, "clerk", &format!("{import}/undo"), json!({}));
        assert!(befallen(&world, 3, || panic!("the process dies")).is_err());
        let then = some_gone(db);
        assert!(then > first, "{then} after {first}");
        taken_over(&world, db);
        let ended = shown(&world, &job);
        assert_eq!(
            (&ended["status"], &ended["result"]["records"]),
            (&json!("done"), &json!(MANY - then)),
            "{ended}"
        );
        assert_eq!(status(&world, &import), "undone");
        assert_eq!(db.count(GONE), i64::try_from(MANY).unwrap());
        world.verified();
    });
}
