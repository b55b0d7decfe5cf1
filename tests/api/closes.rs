//! The close is a checklist (月结检查清单): opened, owned, signed, and what a hard lock waits for. Today is 2026-12-02.

use super::world::{Reply, World};
use domain::actor::Actor;
use domain::close::Month;
use domain::time::parse_date;
use serde_json::{Value, json};
use store::testing::for_each_database;

const ITEMS: [&str; 9] = [
    "bank-continuity",
    "unapplied",
    "unbilled",
    "revaluation",
    "tie-out",
    "statements",
    "vouchers-exported",
    "suspense",
    "disputes",
];

fn open(world: &World, period: &str) -> Value {
    world.post("clerk", "/v1/closes", &json!({"period": period})).want(201)
}

fn path(period: &str, item: &str) -> String {
    format!("/v1/closes/{period}/items/{item}")
}

/// What [`super::rights`] tries.
pub(super) fn actions() -> Vec<(&'static str, &'static str, String, Value)> {
    let item = "/v1/closes/2026-10/items/tie-out";
    let read = ["/v1/closes", "/v1/closes/2026-10", item];
    let mut all: Vec<_> = read.map(|path| ("read", "GET", path.to_owned(), Value::Null)).into();
    all.push(("run", "POST", "/v1/closes".to_owned(), json!({"period": "2026-11"})));
    all.push(("configure", "PUT", item.to_owned(), json!({"due_date": "2026-12-05", "mandatory": true})));
    all.push(("approve", "POST", format!("{item}/free"), Value::Null));
    all.push(("approve", "POST", format!("{item}/sign"), Value::Null));
    all.push(("approve", "POST", format!("{item}/reopen"), json!({"reason": "x"})));
    all
}

fn sign(world: &World, role: &str, period: &str, item: &str, body: &Value) -> Reply {
    world.post(role, &format!("{}/sign", path(period, item)), body)
}

fn reopen(world: &World, period: &str, item: &str, reason: &str) -> Reply {
    world.post("reviewer", &format!("{}/reopen", path(period, item)), &json!({"reason": reason}))
}

fn put(world: &World, period: &str, item: &str, body: &Value) -> Reply {
    let path = path(period, item);
    let tag = world.get("administrator", &path).header("etag").to_owned();
    world.with(("PUT", "administrator", &path), &[("if-match", &tag)], Some(body))
}

fn lock(world: &World, kind: &str, through: &str) -> Reply {
    world.put("reviewer", "/v1/period-locks", &json!({"kind": kind, "through": through}))
}

fn item(world: &World, period: &str, item: &str) -> Value {
    let shown = world.get("auditor", &format!("/v1/closes/{period}")).want(200);
    let items = shown["items"].as_array().unwrap();
    items.iter().find(|one| one["item"] == item).unwrap_or_else(|| panic!("{shown}")).clone()
}

/// A customer, and an invoice of a day.
fn sold(world: &World, date: &str) -> Value {
    let line = json!({"description": "货", "quantity": "1", "unit_price": "10", "category": "13"});
    let body = json!({"customer": "C1", "document_date": date, "currency": "CNY", "price_mode": "exclusive",
        "lines": [line]});
    let made = world.post("clerk", "/v1/invoices", &body).want(201);
    world.seal();
    made
}

fn prepared(world: &World) {
    world.bind();
    let body = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &body).want(201);
}

/// Everything of a month that wants no statements, but one item.
fn sign_all_but(world: &World, period: &str, but: &str) {
    for item in ITEMS.iter().filter(|item| **item != but) {
        let body =
            if *item == "vouchers-exported" { json!({"note": "凭证 12 张, 批次 7"}) } else { json!({}) };
        sign(world, "reviewer", period, item, &body).want(200);
    }
}

#[test]
fn a_checklist_is_opened_once_for_a_month_that_has_begun() {
    for_each_database(|db| {
        let world = World::new(db);
        let opened = open(&world, "2026-11");
        assert_eq!((&opened["period"], &opened["last_day"]), (&json!("2026-11"), &json!("2026-11-30")));
        let of = |name: &str| {
            let items = opened["items"].as_array().unwrap().iter();
            items.map(|item| item[name].clone()).collect::<Vec<Value>>()
        };
        assert_eq!(of("item"), ITEMS);
        assert_eq!(of("mandatory"), [true, false, false, true, true, true, false, true, false]);
        assert_eq!(of("state"), ["open"; 9]);
        assert_eq!(of("due_date"), ["2026-12-05"; 9]);

        let post = |period: &str| world.post("clerk", "/v1/closes", &json!({"period": period}));
        post("2026-11").refused(409, "state");
        let future = post("2027-01").refused(422, "invalid-field");
        assert_eq!(future["errors"][0]["pointer"], "/period", "{future}");
        for bad in ["2026-13", "2026-11-30", "11/2026"] {
            let refused = post(bad).refused(400, "invalid-body");
            assert_eq!(refused["errors"][0]["pointer"], "/period", "{refused}");
        }
        // this month has begun: it may be opened, and signed when it is over
        open(&world, "2026-12");
        sign(&world, "reviewer", "2026-12", "tie-out", &json!({})).refused(409, "state");
        let listed = world.all("auditor", "/v1/closes");
        let periods: Vec<&Value> = listed.iter().map(|close| &close["period"]).collect();
        assert_eq!(periods, ["2026-11", "2026-12"]);
        assert_eq!(listed[0]["items"][4]["finding"], Value::Null, "a list looks at nothing");
        assert_eq!(world.get("auditor", "/v1/closes?limit=1").want(200)["items"][0]["period"], "2026-11");

        world.get("auditor", "/v1/closes/2026-10").refused(404, "not-found");
        world.get("auditor", "/v1/closes/2026-1").refused(400, "invalid-parameter");
        let unknown = world.get("auditor", &path("2026-11", "dispute")).refused(404, "not-found");
        assert!(unknown["detail"].as_str().unwrap().contains("dispute"), "{unknown}");
        for (period, item) in [("2026-10", "tie-out"), ("2026-11", "dispute")] {
            sign(&world, "reviewer", period, item, &json!({})).refused(404, "not-found");
            reopen(&world, period, item, "x").refused(404, "not-found");
            let body = json!({"due_date": "2026-12-05", "mandatory": true});
            let any = [("if-match", "*")];
            world
                .with(("PUT", "administrator", &path(period, item)), &any, Some(&body))
                .refused(404, "not-found");
        }
    });
}

#[test]
fn owners_dates_and_choices_are_set_by_who_has_read_them_and_taken_over() {
    for_each_database(|db| {
        let world = World::new(db);
        open(&world, "2026-11");
        let body = json!({"owner": "clerk", "due_date": "2026-12-03", "mandatory": false, "reason": "名 ties it out"});
        let tie_out = path("2026-11", "tie-out");
        world.put("administrator", &tie_out, &body).refused(428, "precondition-required");
        let seen = world.get("administrator", &tie_out).header("etag").to_owned();
        let set = put(&world, "2026-11", "tie-out", &body).want(200);
        // it is mandatory until another person confirms that it is not
        assert_eq!((&set["owner"]["login"], &set["mandatory"]), (&json!("clerk"), &json!(true)), "{set}");
        assert!(set["owner"]["id"].as_str().unwrap().starts_with("usr_"), "{set}");
        let stale = world.with(("PUT", "administrator", &tie_out), &[("if-match", &seen)], Some(&body));
        stale.refused(412, "precondition-failed");

        let bad = |body: Value, pointer: &str| {
            let refused = put(&world, "2026-11", "tie-out", &body).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
        };
        bad(json!({"owner": "nobody", "due_date": "2026-12-03", "mandatory": true}), "/owner");
        let stranger = json!("usr_00000000000000000000000000000007");
        bad(json!({"owner": stranger, "due_date": "2026-12-03", "mandatory": true}), "/owner");
        bad(json!({"due_date": "2066-12-03", "mandatory": true}), "/due_date");
        put(&world, "2026-11", "tie-out", &json!({"mandatory": true})).refused(400, "invalid-body");

        let silent = json!({"due_date": "2026-12-03", "mandatory": false});
        let refused = put(&world, "2026-11", "statements", &silent).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/reason", "{refused}");
        let free =
            |role: &str, name: &str| world.post(role, &format!("{}/free", path("2026-11", name)), &json!({}));
        free("reviewer", "statements").refused(409, "state");
        for role in ["clerk", "cashier", "auditor", "integrator"] {
            free(role, "tie-out").refused(403, "forbidden");
        }
        free("administrator", "tie-out").refused(403, "maker-is-checker");
        let freed = free("reviewer", "tie-out").want(200);
        assert_eq!((&freed["mandatory"], &freed["freed_for"]), (&json!(false), &json!("名 ties it out")));
        free("reviewer", "tie-out").refused(409, "state");
        // who takes the wish back, or what was let go, needs nobody
        put(
            &world,
            "2026-11",
            "statements",
            &json!({"due_date": "2026-12-05", "mandatory": false, "reason": "x"}),
        )
        .want(200);
        let back =
            put(&world, "2026-11", "statements", &json!({"due_date": "2026-12-05", "mandatory": true}));
        assert_eq!(back.want(200)["freed_by"], Value::Null);
        free("reviewer", "statements").refused(409, "state");
        world.seal();
        let events = world.all("auditor", "/v1/events?kind=close-item.freed");
        assert_eq!((events.len(), &events[0]["data"]["item"]), (1, &json!("tie-out")));
        assert!(!events[0].to_string().contains("ties it out"), "{events:?}");

        let next = open(&world, "2026-12");
        let (tie_out, statements) = (&next["items"][4], &next["items"][5]);
        assert_eq!((&tie_out["owner"], &tie_out["mandatory"]), (&set["owner"], &json!(false)));
        assert_eq!((&tie_out["due_date"], &tie_out["state"]), (&json!("2027-01-03"), &json!("open")));
        assert_eq!((&statements["owner"], &statements["due_date"]), (&Value::Null, &json!("2027-01-05")));
        // an earlier month that is opened later begins anew
        assert_eq!(open(&world, "2026-10")["items"][5]["mandatory"], true);
    });
}

#[test]
fn what_does_not_hold_is_not_signed_but_waived_by_another_than_its_owner() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        sold(&world, "2026-11-10");
        open(&world, "2026-10");
        for of in ["statements", "tie-out"] {
            // by the operator: an administrator who gave it away lately would not waive it either
            let owned = app::close::ChangeItem {
                owner: Some("reviewer".to_owned()),
                due_date: parse_date("2026-12-05").unwrap(),
                mandatory: true,
                reason: None,
            };
            let october: Month = "2026-10".parse().unwrap();
            app::close::change(&world.app, &Actor::System, world.house.id, october, of, &owned).unwrap();
        }
        // the owners are taken over
        open(&world, "2026-11");
        let found = item(&world, "2026-11", "statements")["finding"].clone();
        assert_eq!((&found["code"], &found["holds"]), (&json!("missing"), &json!(false)), "{found}");
        assert_eq!((&found["figures"]["customers"], &found["figures"]["missing"]), (&json!(1), &json!(1)));
        let refused = sign(&world, "reviewer", "2026-11", "statements", &json!({})).refused(409, "state");
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("statements of 2026-11") && detail.contains("missing"), "{detail}");
        let blank = sign(&world, "reviewer", "2026-11", "statements", &json!({"waive": " "}));
        assert_eq!(blank.refused(422, "invalid-field")["errors"][0]["pointer"], "/waive");
        let both = json!({"waive": "x", "note": "y"});
        sign(&world, "reviewer", "2026-11", "statements", &both).refused(422, "invalid-field");

        let waive = json!({"waive": "名 is in liquidation"});
        sign(&world, "reviewer", "2026-11", "statements", &waive).refused(403, "maker-is-checker");
        let waived = sign(&world, "administrator", "2026-11", "statements", &waive).want(200);
        assert_eq!((&waived["state"], &waived["evidence"]), (&json!("waived"), &found), "{waived}");
        assert_eq!(waived["signed_by"]["login"], "administrator");
        assert_eq!(waived["history"][0]["words"], "名 is in liquidation");
        assert!(waived["known_at"].as_u64().is_some_and(|position| position > 0), "{waived}");
        // what holds was found by the host: its owner may sign that
        let signed = sign(&world, "reviewer", "2026-11", "tie-out", &json!({"note": "seen"})).want(200);
        assert_eq!((&signed["state"], &signed["evidence"]["code"]), (&json!("signed"), &json!("tied-out")));
        sign(&world, "reviewer", "2026-11", "unapplied", &json!({"waive": "why"})).refused(409, "state");

        // the event carries figures and no words
        world.seal();
        let events = world.get("auditor", "/v1/events?after=0&kind=close-item.waived").want(200);
        let event = &events["items"][0];
        assert_eq!(event["subject"], "2026-11-30/statements/1", "{events}");
        assert_eq!(event["data"]["finding"]["figures"], found["figures"], "{event}");
        assert_eq!(event["data"]["words"].as_str().map(str::len), Some(64), "a commitment: {event}");
        assert!(!events.to_string().contains("liquidation"), "{events}");
        assert_eq!(world.post("auditor", "/v1/verify", &json!({})).want(200)["holds"], true);
    });
}

/// Whoever gave the item to another since it was opened, or owned it, has it waived by somebody else.
#[test]
fn who_owned_an_item_or_gave_it_away_does_not_waive_it() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        sold(&world, "2026-11-10");
        open(&world, "2026-11");
        let given = |owner: Value| {
            let body = json!({"owner": owner, "due_date": "2026-12-05", "mandatory": true});
            put(&world, "2026-11", "statements", &body).want(200);
        };
        let waive = |role: &str| {
            sign(&world, role, "2026-11", "statements", &json!({"waive": "she is in liquidation"}))
        };
        given(json!("clerk"));
        waive("administrator").refused(403, "maker-is-checker");
        waive("reviewer").want(200);
        reopen(&world, "2026-11", "statements", "again").want(200);
        // what is given away again was owned all the same
        given(json!("reviewer"));
        given(Value::Null);
        waive("reviewer").refused(403, "maker-is-checker");
        world.verified();
    });
}

/// Nor does who gave it away in the checklist before, whose owners this one takes over.
#[test]
fn what_was_given_away_a_month_before_was_owned_all_the_same() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        sold(&world, "2026-11-10");
        open(&world, "2026-10");
        for owner in [json!("reviewer"), Value::Null] {
            let body = json!({"owner": owner, "due_date": "2026-11-05", "mandatory": true});
            put(&world, "2026-10", "statements", &body).want(200);
        }
        assert!(open(&world, "2026-11")["items"][5]["owner"].is_null());
        for role in ["reviewer", "administrator"] {
            let waived = sign(&world, role, "2026-11", "statements", &json!({"waive": "x"}));
            let refused = waived.refused(403, "maker-is-checker");
            assert!(refused["detail"].as_str().unwrap().contains("gave it to another"), "{refused}");
        }
        assert_eq!(item(&world, "2026-11", "statements")["state"], "open");
        world.verified();
    });
}

/// Who opened the checklist waives nothing mandatory of it, and who did waives nothing for good alone.
#[test]
fn nobody_closes_a_month_for_good_by_her_own_word() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        sold(&world, "2026-11-10");
        world.post("administrator", "/v1/closes", &json!({"period": "2026-11"})).want(201);
        sign_all_but(&world, "2026-11", "statements");
        let waive =
            |role: &str| sign(&world, role, "2026-11", "statements", &json!({"waive": "none is sent"}));
        let refused = waive("administrator").refused(403, "maker-is-checker");
        assert!(refused["detail"].as_str().unwrap().contains("opened this checklist"), "{refused}");
        waive("reviewer").want(200);
        let refused = lock(&world, "hard", "2026-11-30").refused(403, "maker-is-checker");
        assert_eq!(refused["errors"][0]["pointer"], "/through", "{refused}");
        assert!(refused["detail"].as_str().unwrap().contains("waived statements of 2026-11"), "{refused}");
        assert_eq!(world.get("auditor", "/v1/period-locks").want(200)["items"], json!([]));
        let by_another = json!({"kind": "hard", "through": "2026-11-30"});
        world.put("administrator", "/v1/period-locks", &by_another).want(200);
        world.verified();
    });
}

#[test]
fn a_person_says_that_vouchers_went_out_and_what_is_signed_is_reopened_for_a_reason() {
    for_each_database(|db| {
        let world = World::new(db);
        open(&world, "2026-11");
        let vouchers = |body: Value| sign(&world, "reviewer", "2026-11", "vouchers-exported", &body);
        let silent = vouchers(json!({})).refused(422, "invalid-field");
        assert_eq!(silent["errors"][0]["pointer"], "/note", "{silent}");
        vouchers(json!({"note": "批次 7"})).want(200);
        vouchers(json!({"note": "批次 8"})).refused(409, "state");
        let blank = reopen(&world, "2026-11", "vouchers-exported", "");
        assert_eq!(blank.refused(422, "invalid-field")["errors"][0]["pointer"], "/reason");
        let opened = reopen(&world, "2026-11", "vouchers-exported", "batch 7 was refused").want(200);
        assert_eq!((&opened["state"], &opened["evidence"]), (&json!("open"), &Value::Null), "{opened}");
        reopen(&world, "2026-11", "vouchers-exported", "again").refused(409, "state");
        let again = vouchers(json!({"note": "批次 8"})).want(200);
        let acts: Vec<&Value> = again["history"].as_array().unwrap().iter().map(|one| &one["act"]).collect();
        assert_eq!(acts, ["signed", "reopened", "signed"]);
        assert_eq!(again["history"][1]["words"], "batch 7 was refused");
        // what was read is what is signed
        let (path, body) = (format!("{}/sign", path("2026-11", "tie-out")), json!({}));
        let other = world.with(("POST", "reviewer", &path), &[("if-match", "\"x\"")], Some(&body));
        other.refused(412, "precondition-failed");
    });
}

#[test]
fn a_hard_lock_waits_for_every_mandatory_item() {
    for_each_database(|db| {
        let world = World::new(db);
        // who does not work by checklists is not asked
        lock(&world, "hard", "2026-08-31").want(200);
        open(&world, "2026-10");
        world.post("clerk", "/v1/closes", &json!({"period": "2026-08"})).refused(409, "period-locked");
        let refused = |through: &str, named: [&str; 2]| {
            let refused = lock(&world, "hard", through).refused(409, "state");
            let detail = refused["detail"].as_str().unwrap();
            assert!(named.iter().all(|name| detail.contains(name)), "{detail}");
            assert_eq!(refused["errors"][0]["pointer"], "/through", "{refused}");
        };
        // a part of a month is closed for good by nobody; other locks do not ask
        refused("2026-10-30", ["2026-10-30", "last day"]);
        refused("2026-10-01", ["2026-10-01", "last day"]);
        lock(&world, "hard", "2026-09-29").want(200);
        lock(&world, "soft", "2026-10-31").want(200);
        lock(&world, "tax", "2026-10-31").want(200);
        refused("2026-10-31", ["bank-continuity", "2026-10"]);
        sign_all_but(&world, "2026-10", "tie-out");
        refused("2026-10-31", ["tie-out", "2026-10"]);
        refused("2026-12-01", ["tie-out", "2026-10"]);
        sign(&world, "reviewer", "2026-10", "tie-out", &json!({})).want(200);
        refused("2026-11-30", ["2026-11", "no checklist"]);
        reopen(&world, "2026-10", "tie-out", "one more look").want(200);
        refused("2026-10-31", ["tie-out", "2026-10"]);
        // one that is not mandatory is not waited for
        let body = json!({"due_date": "2026-11-05", "mandatory": false, "reason": "tied out elsewhere"});
        put(&world, "2026-10", "tie-out", &body).want(200);
        refused("2026-10-31", ["tie-out", "2026-10"]);
        world.post("reviewer", &format!("{}/free", path("2026-10", "tie-out")), &json!({})).want(200);
        lock(&world, "hard", "2026-10-31").want(200);

        // what is locked was looked at: it stays so
        sign(&world, "reviewer", "2026-10", "tie-out", &json!({})).refused(409, "period-locked");
        reopen(&world, "2026-10", "statements", "late").refused(409, "period-locked");
        put(&world, "2026-10", "tie-out", &body).refused(409, "period-locked");
        refused("2026-11-29", ["2026-11-29", "last day"]);
    });
}

#[test]
fn what_is_recorded_after_the_signature_makes_it_stale_and_holds_the_lock_up() {
    for_each_database(|db| {
        let world = World::new(db);
        prepared(&world);
        open(&world, "2026-11");
        sign_all_but(&world, "2026-11", "");
        assert_eq!(item(&world, "2026-11", "tie-out")["stale"], false);
        // of December: no finding of November changes
        sold(&world, "2026-12-01");
        assert_eq!(item(&world, "2026-11", "tie-out")["stale"], false);
        sold(&world, "2026-11-20");
        for (name, stale) in [("tie-out", true), ("statements", true), ("vouchers-exported", true)]
            .into_iter()
            .chain([("unapplied", false), ("revaluation", false), ("bank-continuity", false)])
        {
            let shown = item(&world, "2026-11", name);
            assert_eq!((&shown["state"], &shown["stale"]), (&json!("signed"), &json!(stale)), "{shown}");
        }
        let refused = lock(&world, "hard", "2026-11-30").refused(409, "state");
        let detail = refused["detail"].as_str().unwrap();
        assert!(detail.contains("tie-out of 2026-11") && detail.contains("since"), "{detail}");
        // a stale one is signed anew as it is; what does not hold is mended first
        sign(&world, "reviewer", "2026-11", "tie-out", &json!({})).want(200);
        sign(&world, "reviewer", "2026-11", "statements", &json!({})).refused(409, "state");
        let body = json!({"cut_off": "2026-11-30"});
        let run = world.post("clerk", "/v1/statement-runs", &body).want(201);
        let id = run["made"][0].as_str().unwrap();
        sign(&world, "reviewer", "2026-11", "statements", &json!({})).refused(409, "state");
        world.post("reviewer", &format!("/v1/statements/{id}/approve"), &json!({})).want(200);
        sign(&world, "reviewer", "2026-11", "statements", &json!({})).want(200);
        let signed = item(&world, "2026-11", "statements");
        assert_eq!(signed["finding"]["code"], "all-stated", "{signed}");
        lock(&world, "hard", "2026-11-30").want(200);
        assert_eq!(world.post("auditor", "/v1/verify", &json!({})).want(200)["holds"], true);
    });
}
