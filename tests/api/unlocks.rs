//! A lock moves back by two people, for a reason; a hard one never.

use super::dry_run::{Body, Try};
use super::world::{Reply, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

const UNLOCKS: &str = "/v1/period-unlocks";

fn path(unlock: &Value, verb: &str) -> String {
    format!("{UNLOCKS}/{}/{verb}", unlock["id"].as_str().unwrap())
}

fn lock(world: &World, kind: &str, through: &str) -> Reply {
    world.put("reviewer", "/v1/period-locks", &json!({"kind": kind, "through": through}))
}

fn propose(world: &World, role: &str, kind: &str, through: &str) -> Reply {
    world.post(role, UNLOCKS, &json!({"kind": kind, "through": through, "reason": "苏小小 的发票迟到"}))
}

fn through(world: &World, kind: &str) -> Value {
    let locks = world.get("auditor", "/v1/period-locks").want(200);
    let of = locks["items"].as_array().unwrap().iter().find(|lock| lock["kind"] == kind).unwrap().clone();
    of["through"].clone()
}

/// What [`super::rights`] tries.
pub(super) fn actions() -> Vec<(&'static str, &'static str, String, Value)> {
    let one = |verb: &str| format!("{UNLOCKS}/plu_{}/{verb}", "0".repeat(32));
    let hard = json!({"kind": "hard", "through": "2026-09-30", "reason": "x"});
    vec![
        ("lock", "POST", UNLOCKS.to_owned(), hard),
        ("lock", "POST", one("approve"), Value::Null),
        ("lock", "POST", one("reject"), json!({"reason": "no"})),
        ("lock", "POST", one("withdraw"), Value::Null),
    ]
}

/// What [`super::dry_run`] tries.
pub(super) fn tries(world: &World) -> Vec<Try> {
    for kind in ["soft", "tax"] {
        lock(world, kind, "2026-01-31").want(200);
    }
    let waits = propose(world, "reviewer", "soft", "2025-12-31").want(201);
    let json = |route, role, path: String, body| Try { route, role, path, body: Body::Json(body) };
    let other = json!({"kind": "tax", "through": "2025-12-31", "reason": "x"});
    vec![
        json("POST /v1/period-unlocks", "reviewer", UNLOCKS.to_owned(), other),
        json("POST /v1/period-unlocks/{id}/approve", "administrator", path(&waits, "approve"), json!({})),
        json(
            "POST /v1/period-unlocks/{id}/reject",
            "administrator",
            path(&waits, "reject"),
            json!({"reason": "no"}),
        ),
        json("POST /v1/period-unlocks/{id}/withdraw", "reviewer", path(&waits, "withdraw"), json!({})),
    ]
}

#[test]
fn one_person_proposes_and_another_moves_the_lock_back() {
    for_each_database(|db| {
        let world = World::new(db);
        for kind in ["soft", "tax"] {
            lock(&world, kind, "2026-10-31").want(200);
            let back = lock(&world, kind, "2026-09-30").refused(409, "state");
            assert_eq!(back["errors"][0]["pointer"], "/through", "{back}");
            for role in ["clerk", "cashier", "auditor", "integrator"] {
                propose(&world, role, kind, "2026-09-30").refused(403, "forbidden");
            }
            let silent = json!({"kind": kind, "through": "2026-09-30", "reason": " "});
            let silent = world.post("reviewer", UNLOCKS, &silent).refused(422, "invalid-field");
            assert_eq!(silent["errors"][0]["pointer"], "/reason", "{silent}");
            let none = propose(&world, "reviewer", kind, "2026-10-31").refused(409, "state");
            assert_eq!(none["errors"][0]["pointer"], "/through", "{none}");

            let waits = propose(&world, "reviewer", kind, "2026-09-30").want(201);
            propose(&world, "administrator", kind, "2026-08-31").refused(409, "state");
            assert_eq!((&waits["state"], through(&world, kind)), (&json!("proposed"), json!("2026-10-31")));
            let approve = |role: &str, tag: &str| {
                world.with(("POST", role, &path(&waits, "approve")), &[("if-match", tag)], Some(&json!({})))
            };
            for role in ["clerk", "cashier", "auditor", "integrator"] {
                approve(role, "*").refused(403, "forbidden");
            }
            approve("reviewer", "*").refused(403, "maker-is-checker");
            world
                .post("reviewer", &path(&waits, "reject"), &json!({"reason": "no"}))
                .refused(403, "maker-is-checker");
            approve("administrator", "\"x\"").refused(412, "precondition-failed");
            assert_eq!(through(&world, kind), "2026-10-31");
            let done = approve("administrator", "*").want(200);
            assert_eq!((&done["state"], through(&world, kind)), (&json!("approved"), json!("2026-09-30")));
            assert_ne!(done["proposed_by"], done["decided_by"]);
            approve("administrator", "*").refused(409, "state");
        }
        world.verified();
        // both persons stand in the chain; no word does
        let told = world.all("auditor", "/v1/events?kind=period.unlocked");
        assert_eq!(told.len(), 2, "{told:?}");
        let (data, shown) = (&told[0]["data"], told[0].to_string());
        assert!(data["proposed_by"].is_string() && data["proposed_by"] != data["decided_by"], "{shown}");
        assert_eq!((&data["from"], &data["through"]), (&json!("2026-10-31"), &json!("2026-09-30")));
        assert!(!shown.contains("迟到") && data["reason"].as_str().map(str::len) == Some(64), "{shown}");
        // what is written over afterwards is found
        for (change, back) in [("state = 'withdrawn'", "state = 'approved'"), ("reason = 'another'", "")] {
            db.execute(&format!("UPDATE period_unlocks SET {change} WHERE kind = 'tax'"));
            assert_eq!(world.post("auditor", "/v1/verify", &json!({})).want(200)["holds"], false, "{change}");
            if !back.is_empty() {
                db.execute(&format!("UPDATE period_unlocks SET {back} WHERE kind = 'tax'"));
                world.verified();
            }
        }
    });
}

#[test]
fn what_is_turned_down_out_of_date_or_hard_moves_nothing() {
    for_each_database(|db| {
        let world = World::new(db);
        lock(&world, "hard", "2026-08-31").want(200);
        let hard = propose(&world, "reviewer", "hard", "2026-07-31").refused(409, "state");
        assert_eq!(hard["errors"][0]["pointer"], "/kind", "{hard}");
        propose(&world, "reviewer", "soft", "2026-07-31").refused(409, "state");

        lock(&world, "soft", "2026-10-31").want(200);
        let first = propose(&world, "administrator", "soft", "2026-09-30").want(201);
        let turned = world.post("reviewer", &path(&first, "reject"), &json!({"reason": "已申报"})).want(200);
        assert_eq!((&turned["state"], &turned["refusal"]), (&json!("rejected"), &json!("已申报")));
        let second = propose(&world, "administrator", "soft", "2026-09-30").want(201);
        world.post("administrator", &path(&second, "withdraw"), &json!({})).want(200);
        let third = propose(&world, "administrator", "soft", "2026-09-30").want(201);
        // the lock went on meanwhile: what was proposed is of another one
        lock(&world, "soft", "2026-11-30").want(200);
        world.post("reviewer", &path(&third, "approve"), &json!({})).refused(409, "state");
        assert_eq!(through(&world, "soft"), "2026-11-30");
        let waiting = world.all("auditor", &format!("{UNLOCKS}?state=proposed"));
        assert_eq!((waiting.len(), &waiting[0]["id"]), (1, &third["id"]));
        world.verified();
        // she at the machine has no second person behind her
        let (operator, company) = (domain::actor::Actor::System, world.house.id);
        world.post("administrator", &path(&third, "withdraw"), &json!({})).want(200);
        let input = app::period::Unlock {
            kind: store::types::LockKind::Soft,
            through: crate::audit::house::day("2026-09-30"),
            reason: "restored".to_owned(),
        };
        let own = app::period::propose_unlock(&world.app, &operator, company, &input).expect("proposed");
        app::period::approve_unlock(&world.app, &operator, company, own.id).expect("by her alone");
        assert_eq!(through(&world, "soft"), "2026-09-30");
        world.verified();
    });
}
