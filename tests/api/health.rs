//! What whoever runs the host looks at, part by part. Today is 2026-12-02.

use super::drafts::customer;
use super::tasks::{asked, next};
use super::world::World;
use app::App;
use app::health::{Health, Premises, Room, State, look};
use domain::actor::Actor;
use serde_json::{Value, json};
use std::sync::Arc;
use store::Kind;
use store::testing::for_each_database;
use zhangben::sources::FixedClock;

const HEALTH: &str = "/v1/health";

/// As it is found so many seconds from now.
fn in_seconds(world: &World, seconds: i64) -> Health {
    let clock = FixedClock(world.app.clock.now().plus_seconds(seconds));
    let then = App { clock: Arc::new(clock), ..App::clone(&world.app) };
    look(&then, &Actor::System, world.house.id).expect("what was found")
}

#[test]
fn each_part_says_where_it_stands() {
    for_each_database(|db| {
        let world = World::new(db);
        world.seal();
        let at_first = world.get("auditor", HEALTH).want(200);
        let kind = match db.db().kind() {
            Kind::Sqlite => "sqlite",
            Kind::Postgres => "postgres",
        };
        let database = &at_first["database"];
        assert_eq!(
            (&database["kind"], &database["state"], &database["pending"]),
            (&json!(kind), &json!("ok"), &json!(0))
        );
        assert!(database["bytes"].as_u64().is_some_and(|bytes| bytes > 100_000), "{database}");
        assert!(database["schema"].as_str().is_some_and(|name| name.starts_with("2026-")), "{database}");
        assert_eq!(
            (&at_first["sealing"]["waiting"], &at_first["sealing"]["oldest_s"]),
            (&json!(0), &Value::Null)
        );
        assert_eq!((&at_first["font"]["state"], &at_first["clock"]["state"]), (&json!("ok"), &json!("ok")));
        // nothing is bound yet, nobody has verified: that is all there is to look at
        let plugins = &at_first["plugins"];
        assert_eq!((&plugins["state"], &plugins["bound"]), (&json!("look"), &json!(0)));
        assert_eq!(plugins["missing"], json!(["tax", "statement", "reconciliation", "bank"]));
        assert_eq!(
            (&at_first["verification"]["state"], &at_first["state"]),
            (&json!("look"), &json!("look"))
        );

        world.bind();
        customer(&world, "C1");
        let bound = world.get("auditor", HEALTH).want(200);
        let plugins = &bound["plugins"];
        assert_eq!(
            (&plugins["state"], &plugins["bound"], &plugins["missing"]),
            (&json!("ok"), &json!(4), &json!([]))
        );
        let ready = ["loaded", "compiled", "uncompiled"].map(|name| plugins[name].as_u64().unwrap());
        assert_eq!(ready.iter().sum::<u64>(), 4, "{plugins}");
        assert!(bound["sealing"]["waiting"].as_u64().unwrap() > 0, "{bound}");
        assert_eq!(bound["sealing"]["oldest_s"], 0);

        asked(&world, "auditor", "/v1/verify", json!({}));
        assert_eq!(world.get("auditor", HEALTH).want(200)["jobs"]["queued"], 1);
        next(&world).expect("the verification");
        let verified = world.get("auditor", HEALTH).want(200);
        let (last, sealing) = (&verified["verification"], &verified["sealing"]);
        assert_eq!((&last["state"], &last["holds"]), (&json!("ok"), &json!(true)));
        assert_eq!(last["position"], sealing["position"], "it seals what waits before it looks");
        assert_eq!((&verified["jobs"]["state"], &verified["jobs"]["queued"]), (&json!("ok"), &json!(0)));
        assert_eq!(verified["state"], "ok", "{verified}");
        // of another company nothing of this one
        let theirs = look(&world.app, &Actor::System, world.other.id).expect("what was found");
        assert_eq!((theirs.plugins.bound, theirs.verification.at), (0, None));
    });
}

#[test]
fn what_waits_too_long_and_what_does_not_hold_is_seen() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        world.seal();
        customer(&world, "C1");
        asked(&world, "auditor", "/v1/verify", json!({}));
        let states = |found: &Health| [found.sealing.state, found.jobs.state, found.clock.state];
        assert_eq!(states(&in_seconds(&world, 30)), [State::Ok; 3]);
        assert_eq!(states(&in_seconds(&world, 600)), [State::Broken, State::Look, State::Ok]);
        let late = in_seconds(&world, 3_600);
        assert_eq!(states(&late), [State::Broken, State::Broken, State::Ok]);
        assert_eq!((late.sealing.oldest_s, late.jobs.queued_oldest_s), (Some(3_600), Some(3_600)));
        // a clock that was put back is behind what happened
        let [a_little, far] = [-60, -7_200].map(|seconds| in_seconds(&world, seconds).clock);
        assert_eq!((a_little.state, a_little.behind_s), (State::Look, 60));
        assert_eq!((far.state, far.behind_s), (State::Broken, 7_200));

        next(&world).expect("the verification");
        assert_eq!(in_seconds(&world, 34 * 86_400).verification.state, State::Ok);
        assert_eq!(in_seconds(&world, 36 * 86_400).verification.state, State::Look);
        let full = Premises { room: |_| Some(Room { free: 1 << 20, all: 1 << 40 }), ..Premises::default() };
        let on_it = App { premises: Arc::new(full), renderer: None, ..App::clone(&world.app) };
        let found = look(&on_it, &Actor::System, world.house.id).expect("what was found");
        assert_eq!(
            (found.disk.state, found.font.state, found.state()),
            (State::Broken, State::Broken, State::Broken)
        );
    });
}

#[test]
fn a_verification_that_runs_at_once_is_the_last_one() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        world.seal();
        world.post("auditor", "/v1/verify?dry_run=true", &json!({})).want(200);
        world.post("clerk", "/v1/verify", &json!({})).refused(403, "forbidden");
        assert_eq!(world.all("auditor", "/v1/jobs?kind=verify"), Vec::<Value>::new(), "nothing was kept");
        assert_eq!(world.get("auditor", HEALTH).want(200)["verification"]["at"], Value::Null);

        let found = world.post("auditor", "/v1/verify", &json!({})).want(200);
        let last = world.get("auditor", HEALTH).want(200)["verification"].clone();
        assert_eq!((&last["state"], &last["holds"]), (&json!("ok"), &json!(true)));
        assert_eq!(last["position"], found["positions"]);
        let kept = world.all("auditor", "/v1/jobs?kind=verify&status=done");
        assert_eq!(kept.len(), 1, "{kept:?}");
        let path = format!("/v1/jobs/{}", kept[0]["id"].as_str().unwrap());
        let job = world.get("auditor", &path).want(200);
        assert_eq!(job["done"], found["positions"]);
        let expected = json!({"holds": true, "positions": found["positions"], "head": found["head"]});
        assert_eq!(job["result"], expected, "it names nobody");

        // at the machine, of what does not hold
        let clock = FixedClock(world.app.clock.now().plus_seconds(60));
        let later = App { clock: Arc::new(clock), ..App::clone(&world.app) };
        let (operator, house) = (&Actor::System, world.house.id);
        let mut bad = app::audit::verify(&later, operator, house).expect("verified");
        bad.problems.push("customer C1: its balance".to_owned());
        let job = app::audit::keep(&later, operator, house, later.clock.now(), &bad).expect("kept");
        let broken = in_seconds(&world, 120);
        assert_eq!((broken.verification.state, broken.verification.holds), (State::Broken, Some(false)));
        let kept = world.get("auditor", &format!("/v1/jobs/{job}")).want(200);
        assert!(!kept.to_string().contains("C1"), "{kept}");
    });
}
