//! Imports of many records are looked at as a whole, and taken back in short transactions: what is taken back stays so, whatever ends the run.

use super::tasks::{asked, befallen, calls_off, shown, taken_over};
use super::undone::sheet;
use super::world::World;
use app::import::WHOLE_MAX;
use domain::actor::Actor;
use domain::draft::DraftKind;
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
fn of_many_records_none_is_taken_back_where_one_cannot_be() {
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
        let why = format!(
            "nothing was undone, since 1 of its records cannot be taken back: row 9: draft {draft} is of"
        );
        assert!(refused["detail"].as_str().unwrap().starts_with(&why), "{refused}");
        assert_eq!((db.count(GONE), status(&world, &import)), (0, json!("done")));
        world.with(("DELETE", "clerk", &format!("/v1/drafts/{draft}")), &[], None).want(200);
        let undone = world.post("clerk", &undo, &json!({})).want(201);
        assert_eq!(undone["records"], MANY, "{undone}");
        assert_eq!(status(&world, &import), "undone");
        world.post("clerk", &undo, &json!({})).refused(409, "state");
        world.verified();
    });
}

#[test]
fn what_comes_in_the_way_between_two_parts_stays_and_is_named() {
    for_each_database(|db| {
        let world = World::new(db);
        let import = brought(&world);
        let undo = format!("{import}/undo");
        let job = asked(&world, "clerk", &undo, json!({}));
        let (app, company) = (world.app.clone(), world.house.id);
        // told at none, once all were looked at, and after each part
        befallen(&world, 2, move || {
            let body = json!({"customer": "P007"});
            app::draft::create(&app, &Actor::System, company, DraftKind::Receipt, &body).expect("a draft");
        })
        .expect("it lives");
        let ended = shown(&world, &job);
        let why = format!("{} records were taken back, 1 cannot be and stay: row 9: draft ", MANY - 1);
        assert!(ended["problem"]["detail"].as_str().unwrap().starts_with(&why), "{ended}");
        assert_eq!(db.count(GONE), i64::try_from(MANY - 1).unwrap());
        assert_eq!(status(&world, &import), "done", "something of it is left");
        let rows = world.all("auditor", &format!("{import}/rows"));
        let left: Vec<&Value> = rows.iter().filter(|row| row["status"] == "in").collect();
        assert_eq!((left.len(), &left[0]["label"]), (1, &json!("P007")), "{left:?}");
        let drafts = world.all("auditor", "/v1/drafts");
        let draft = drafts[0]["id"].as_str().unwrap();
        world.with(("DELETE", "clerk", &format!("/v1/drafts/{draft}")), &[], None).want(200);
        let undone = world.post("clerk", &undo, &json!({})).want(201);
        assert_eq!((&undone["records"], status(&world, &import)), (&json!(1), json!("undone")));
        world.verified();
    });
}

/// Five of the fifth of November, the others of the twentieth; the last row corrects the last of them.
fn sold(world: &World) -> String {
    let row = |n: u64| {
        let day = if n < 5 { "2026-11-05" } else { "2026-11-20" };
        format!("A-{n:03},C1,,,{day},货,1,100,13\n")
    };
    let rows: String = (0..=WHOLE_MAX).map(row).collect();
    let text = format!(
        "number,customer,kind,original,document_date,description,quantity,unit_price,category\n{rows}\
         K-1,C1,credit-note,A-{WHOLE_MAX},2026-11-21,货,1,40,13\n"
    );
    let mut body = sheet("invoices", &text, json!({"currency": "CNY", "price_mode": "exclusive"}));
    body["mode"] = json!("best-effort");
    let done = world.post("clerk", "/v1/imports", &body).want(201);
    assert_eq!((&done["made"], &done["errors"]), (&json!(WHOLE_MAX + 2), &json!([])), "{done}");
    format!("/v1/imports/{}", done["id"].as_str().unwrap())
}

#[test]
fn of_many_documents_all_reasons_are_told_before_one_is_reversed() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let customer = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
        world.post("clerk", "/v1/customers", &customer).want(201);
        let import = sold(&world);
        let undo = format!("{import}/undo");
        let refused = |body: Value, count: u64, why: &[&str]| {
            let refused = world.post("clerk", &undo, &body).refused(409, "state");
            let detail = refused["detail"].as_str().unwrap();
            let all = format!("nothing was undone, since {count} of its records cannot be taken back: ");
            assert!(detail.starts_with(&all), "{refused}");
            why.iter().for_each(|why| assert!(detail.contains(*why), "{why}: {refused}"));
            assert_eq!(db.count("SELECT COUNT(*) AS n FROM entries WHERE kind = 'reversal'"), 0);
        };
        // what another corrects and pays; what the credit note of the same file corrects goes with it
        let line = json!({"description": "货", "quantity": "1", "unit_price": "10", "category": "13"});
        let note = json!({"customer": "C1", "kind": "credit-note", "original": "A-007", "document_date": "2026-11-25",
            "currency": "CNY", "price_mode": "exclusive", "lines": [line]});
        let note = world.post("clerk", "/v1/invoices", &note).want(201);
        let paid = json!({"customer": "C1", "amount": {"amount": "20.00", "currency": "CNY"}, "value_date": "2026-11-25",
            "allocations": [{"document": "A-009", "amount": "20.00"}]});
        let money = world.post("clerk", "/v1/receipts", &paid).want(201);
        let by = format!("is corrected by {}", note["number"].as_str().unwrap());
        refused(json!({}), 2, &["row 9: ", &by, "row 11: 1 allocations rest on "]);
        // and what lies in a locked period, unless another day is given
        world
            .put("reviewer", "/v1/period-locks", &json!({"kind": "soft", "through": "2026-11-10"}))
            .want(200);
        refused(json!({}), 7, &["row 2: 2026-11-05 lies in a period that is locked", "row 6: 2026-11-05"]);
        refused(json!({"later": "2026-11-30"}), 2, &["row 9: ", "row 11: "]);
        refused(json!({"later": "2026-11-09"}), 7, &["row 2: 2026-11-09 lies in a period that is locked"]);
        let path = format!("/v1/documents/{}/reverse", note["number"].as_str().unwrap());
        world.post("clerk", &path, &json!({"reason": "开错"})).want(201);
        let cleared =
            world.all("auditor", &format!("/v1/allocations?item={}", money["item"].as_str().unwrap()));
        let path = format!("/v1/allocations/{}/undo", cleared[0]["id"].as_str().unwrap());
        world.post("clerk", &path, &json!({"effective_date": "2026-11-25"})).want(201);
        let undone = world.post("clerk", &undo, &json!({"later": "2026-11-30"})).want(201);
        assert_eq!((&undone["records"], &undone["later"]), (&json!(WHOLE_MAX + 2), &json!(5)), "{undone}");
        assert_eq!(status(&world, &import), "undone");
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
