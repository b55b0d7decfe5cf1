//! Events from positions: filtered, and waited for.

use super::world::World;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use store::testing::for_each_database;

fn customer(code: &str) -> Value {
    json!({"code": code, "name": "名", "country": "CN", "currency": "CNY"})
}

fn positions(page: &Value) -> Vec<u64> {
    page["items"].as_array().unwrap().iter().map(|event| event["position"].as_u64().unwrap()).collect()
}

#[test]
fn events_are_filtered_and_positions_move_on() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let made: Vec<String> = (1..=5)
            .map(|n| {
                let made = world.post("clerk", "/v1/customers", &customer(&format!("C{n}"))).want(201);
                made["id"].as_str().unwrap().to_owned()
            })
            .collect();
        world.seal();
        let all = world.get("auditor", "/v1/events").want(200);
        let head = *positions(&all).last().unwrap();
        assert_eq!((&all["next"], &all["more"]), (&json!(head), &json!(false)));
        let bound = world.get("auditor", "/v1/events?kind=plugin.activated").want(200);
        assert_eq!(bound["items"].as_array().unwrap().len(), 4);
        assert_eq!(bound["next"], head, "what was looked through is behind the reader");
        let first = world.get("auditor", "/v1/events?kind=customer.created&limit=2").want(200);
        assert_eq!((positions(&first).len(), &first["more"]), (2, &json!(true)));
        let next = first["next"].as_u64().unwrap();
        assert_eq!(positions(&first).last(), Some(&next));
        let rest = world.get("auditor", &format!("/v1/events?kind=customer.created&after={next}")).want(200);
        assert_eq!(positions(&rest).len(), 3);
        let about = world.get("auditor", &format!("/v1/events?subject={}", made[2])).want(200);
        assert_eq!((about["items"].as_array().unwrap().len(), &about["next"]), (1, &json!(head)));
        assert_eq!(about["items"][0]["kind"], "customer.created");
        let neither = format!("/v1/events?subject={}&kind=plugin.activated", made[2]);
        assert_eq!(world.get("auditor", &neither).want(200)["items"], json!([]));
        let last = world.get("auditor", &format!("/v1/events?after={head}")).want(200);
        assert_eq!((&last["items"], &last["next"]), (&json!([]), &json!(head)));
        // whoever read so far read another chain: of a database that a backup took the place of
        for beyond in [format!("after={}", head + 1), format!("after={}&wait_ms=20000&kind=x.y", head + 5)] {
            let refused =
                world.get("auditor", &format!("/v1/events?{beyond}")).refused(400, "cursor-mismatch");
            assert_eq!(refused["errors"][0]["parameter"], "after");
        }
    });
}

#[test]
fn events_go_back_from_the_newest() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        for n in 1..=5 {
            world.post("clerk", "/v1/customers", &customer(&format!("C{n}"))).want(201);
        }
        world.seal();
        let all = world.get("auditor", "/v1/events?limit=200").want(200);
        let head = *positions(&all).last().unwrap();
        let newest = "/v1/events?before=9007199254740991";
        let mut backwards = positions(&all);
        backwards.reverse();
        let back = world.get("auditor", &format!("{newest}&limit=200")).want(200);
        assert_eq!((positions(&back), &back["next"], &back["more"]), (backwards, &json!(1), &json!(false)));
        let made =
            |from: &str| world.get("auditor", &format!("{from}&kind=customer.created&limit=2")).want(200);
        let forwards = world.get("auditor", "/v1/events?kind=customer.created").want(200);
        let forwards = positions(&forwards);
        let (first, mut seen) = (made(newest), Vec::new());
        assert_eq!((positions(&first), &first["more"]), (vec![forwards[4], forwards[3]], &json!(true)));
        let mut page = first;
        loop {
            seen.extend(positions(&page));
            if page["more"] == json!(false) {
                break;
            }
            page = made(&format!("/v1/events?before={}", page["next"]));
        }
        let all_back: Vec<u64> = forwards.into_iter().rev().collect();
        assert_eq!(seen, all_back, "page after page, each once");
        let subject =
            all["items"].as_array().unwrap().last().unwrap()["subject"].as_str().unwrap().to_owned();
        let about = world.get("auditor", &format!("{newest}&subject={subject}")).want(200);
        assert_eq!(about["items"][0]["position"], head);
        let before = world.get("auditor", &format!("/v1/events?before={head}&subject={subject}")).want(200);
        assert!(positions(&before).iter().all(|at| *at < head), "{before}");
        for with in ["after=1", "wait_ms=10"] {
            let problem = world.get("auditor", &format!("{newest}&{with}")).refused(400, "invalid-parameter");
            assert_eq!(problem["errors"][0]["parameter"], "before", "{with}");
        }
    });
}

#[test]
fn who_waits_is_told_at_once() {
    for_each_database(|db| {
        let world = World::new(db);
        let background = zhangben::jobs::start(&world.app).unwrap();
        world.post("clerk", "/v1/customers", &customer("C1")).want(201);
        let first = world.get("auditor", "/v1/events?wait_ms=20000&kind=customer.created").want(200);
        let after = first["next"].as_u64().unwrap();
        let started = Instant::now();
        let nothing = world.get("auditor", &format!("/v1/events?after={after}&wait_ms=300")).want(200);
        assert_eq!((&nothing["items"], &nothing["next"]), (&json!([]), &json!(after)));
        assert!(started.elapsed() >= Duration::from_millis(300));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| {
                let page = world.get("auditor", &format!("/v1/events?after={after}&wait_ms=20000")).want(200);
                (page, Instant::now())
            });
            std::thread::sleep(Duration::from_millis(500));
            let posted = Instant::now();
            world.post("clerk", "/v1/customers", &customer("C2")).want(201);
            let (page, told) = waiting.join().unwrap();
            assert_eq!(page["items"][0]["kind"], "customer.created");
            assert!(told >= posted && told - posted < Duration::from_secs(10), "it waited on");
        });
        background.stop();
    });
}
