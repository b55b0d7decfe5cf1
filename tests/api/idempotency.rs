//! A request that is repeated is worked on once.

use super::world::{Reply, Send, World};
use app::idempotency::{Claim, Request, claim, fenced};
use domain::canonical::Digest;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::testing::for_each_database;

fn post(world: &World, role: &str, key: &str, path: &str, body: &str) -> Reply {
    let send = Send {
        token: Some(world.house.token(role)),
        key: Some(key),
        media: Some("application/json"),
        body: Some(body.as_bytes()),
        ..Send::default()
    };
    world.send("POST", path, &send)
}

fn customer(code: &str) -> String {
    json!({"code": code, "name": "名", "country": "CN", "currency": "CNY"}).to_string()
}

fn codes(world: &World) -> Vec<Value> {
    world.all("clerk", "/v1/customers").into_iter().map(|c| c["code"].clone()).collect()
}

#[test]
fn a_repeated_request_is_answered_as_before_and_another_is_refused() {
    for_each_database(|db| {
        let world = World::new(db);
        let first = post(&world, "clerk", "a", "/v1/customers", &customer("C1"));
        first.want(201);
        assert_eq!(first.header("idempotency-hit"), "");
        let again = post(&world, "clerk", "a", "/v1/customers", &customer("C1"));
        assert_eq!((again.status, &again.bytes), (201, &first.bytes));
        assert_eq!(again.header("idempotency-hit"), "true");
        assert_eq!(again.header("content-type"), first.header("content-type"));
        let other = post(&world, "clerk", "a", "/v1/customers", &customer("C2"));
        let problem = other.refused(422, "idempotency-key-reused");
        assert_eq!(problem["errors"][0]["header"], "Idempotency-Key");
        // another blank is another body: the bytes are compared
        let spaced = format!(" {}", customer("C1"));
        post(&world, "clerk", "a", "/v1/customers", &spaced).refused(422, "idempotency-key-reused");
        // a key is its user's and its route's
        post(&world, "integrator", "a", "/v1/customers", &customer("C1")).refused(409, "code-taken");
        post(&world, "clerk", "a", "/v1/receipts", "{}").refused(400, "invalid-body");
        assert_eq!(codes(&world), ["C1"]);
    });
}

#[test]
fn a_write_needs_a_key_of_its_form() {
    for_each_database(|db| {
        let world = World::new(db);
        let body = customer("C1");
        let send = |key| Send {
            token: Some(world.house.token("clerk")),
            key,
            media: Some("application/json"),
            body: Some(body.as_bytes()),
            ..Send::default()
        };
        let problem =
            world.send("POST", "/v1/customers", &send(None)).refused(400, "idempotency-key-required");
        assert_eq!(problem["errors"][0]["header"], "Idempotency-Key");
        let long = "k".repeat(256);
        for key in ["", &long] {
            world.send("POST", "/v1/customers", &send(Some(key))).refused(400, "invalid-parameter");
        }
        assert_eq!(codes(&world), Vec::<Value>::new());
        world.send("POST", "/v1/customers", &send(Some(&long[..255]))).want(201);
    });
}

#[test]
fn a_refusal_gives_the_key_back() {
    for_each_database(|db| {
        let world = World::new(db);
        post(&world, "clerk", "a", "/v1/customers", r#"{"code":"C1"}"#).refused(400, "invalid-body");
        let bad = customer("C1").replace("CN\"", "cn\"");
        post(&world, "clerk", "a", "/v1/customers", &bad).refused(422, "invalid-field");
        let good = post(&world, "clerk", "a", "/v1/customers", &customer("C1"));
        good.want(201);
        assert_eq!(good.header("idempotency-hit"), "");
    });
}

#[test]
fn a_refused_run_gives_its_key_back_though_it_sealed_what_waited() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let run =
            |key: &str, body: &Value| post(&world, "clerk", key, "/v1/statement-runs", &body.to_string());
        let (future, unknown) =
            (json!({"cut_off": "2026-12-03"}), json!({"cut_off": "2026-11-30", "customers": ["C1"]}));
        for _ in 0..2 {
            // something waits to be sealed each time
            world
                .post(
                    "clerk",
                    "/v1/customers",
                    &json!({"code": world.key(), "name": "名", "country": "CN",
                "currency": "CNY"}),
                )
                .want(201);
            run("a", &future).refused(422, "invalid-field");
            run("b", &unknown).refused(404, "not-found");
        }
        post(&world, "clerk", "c", "/v1/customers", &customer("C1")).want(201);
        let made = run("b", &unknown);
        made.want(201);
        assert_eq!(made.header("idempotency-hit"), "", "it was worked on now");
        assert_eq!(run("b", &unknown).header("idempotency-hit"), "true");
    });
}

#[test]
fn a_renewed_token_repeats_what_the_old_one_asked() {
    for_each_database(|db| {
        use app::company::{IssueToken, issue_token};
        let world = World::new(db);
        let first = post(&world, "clerk", "a", "/v1/customers", &customer("C1"));
        first.want(201);
        let input =
            IssueToken { login: "clerk".to_owned(), label: "renewed".to_owned(), expires_in_days: None };
        let system = domain::actor::Actor::System;
        let token = issue_token(&world.app, &system, world.house.id, &input).unwrap().secret;
        let body = customer("C1");
        let send = Send {
            token: Some(&token),
            key: Some("a"),
            media: Some("application/json"),
            body: Some(body.as_bytes()),
            ..Send::default()
        };
        let again = world.send("POST", "/v1/customers", &send);
        assert_eq!((again.status, &again.bytes), (201, &first.bytes));
        assert_eq!(again.header("idempotency-hit"), "true");
    });
}

#[test]
fn of_many_at_once_one_is_worked_on() {
    for_each_database(|db| {
        let world = World::new(db);
        let body = customer("C1");
        let replies: Vec<Reply> = std::thread::scope(|scope| {
            let one = || post(&world, "clerk", "same", "/v1/customers", &body);
            let all: Vec<_> = (0..12).map(|_| scope.spawn(one)).collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let mut bodies = BTreeSet::new();
        let mut fresh = 0;
        for reply in &replies {
            match reply.status {
                201 => {
                    fresh += u32::from(reply.header("idempotency-hit").is_empty());
                    bodies.insert(reply.bytes.clone());
                }
                _ => {
                    reply.refused(409, "idempotency-key-in-flight");
                    assert!(reply.header("retry-after").parse::<u32>().is_ok());
                }
            }
        }
        assert_eq!((fresh, bodies.len()), (1, 1));
        assert_eq!(codes(&world), ["C1"]);
    });
}

/// What the door hashes: method and pattern, target, body.
fn hash(route: &str, target: &str, body: &str) -> Digest {
    Digest::of_bytes(format!("{route}\0{target}\0{body}").as_bytes())
}

#[test]
fn a_commit_without_an_answer_is_never_repeated() {
    for_each_database(|db| {
        let world = World::new(db);
        let body = customer("C1");
        let route = "POST /v1/customers";
        let request = Request {
            route: route.to_owned(),
            key: "a".to_owned(),
            body_hash: hash(route, "/v1/customers", &body),
        };
        let actor = app::company::authenticate(&world.app, world.house.token("clerk")).unwrap();
        let Claim::Yours(ticket) = claim(&world.app, &actor, world.house.id, request).unwrap() else {
            panic!()
        };
        post(&world, "clerk", "a", "/v1/customers", &body).refused(409, "idempotency-key-in-flight");
        // the host commits, and dies before it keeps the answer
        let input = zhangben::http::v1::dto::parse::<zhangben::http::v1::dto::customer::CustomerBody>(
            body.as_bytes(),
        );
        let input = input.unwrap().try_into().unwrap();
        app::customer::create(&fenced(&world.app, &ticket), &actor, world.house.id, &input).unwrap();
        post(&world, "clerk", "a", "/v1/customers", &body).refused(409, "idempotency-outcome-unknown");
        // giving the claim back does not help either: something was written under it
        app::idempotency::abandon(&world.app, &ticket).unwrap();
        post(&world, "clerk", "a", "/v1/customers", &body).refused(409, "idempotency-outcome-unknown");
        assert_eq!(codes(&world), ["C1"]);
    });
}

#[test]
fn a_worker_that_lost_its_claim_writes_nothing() {
    for_each_database(|db| {
        let world = World::new(db);
        let actor = app::company::authenticate(&world.app, world.house.token("clerk")).unwrap();
        let request =
            Request { route: "r".to_owned(), key: "k".to_owned(), body_hash: Digest::of_bytes(b"") };
        let claimed = claim(&world.app, &actor, world.house.id, request).unwrap();
        let Claim::Yours(ticket) = claimed else { panic!() };
        app::idempotency::abandon(&world.app, &ticket).unwrap();
        let body = customer("C1");
        let input = zhangben::http::v1::dto::parse::<zhangben::http::v1::dto::customer::CustomerBody>(
            body.as_bytes(),
        );
        let input = input.unwrap().try_into().unwrap();
        let late = app::customer::create(&fenced(&world.app, &ticket), &actor, world.house.id, &input);
        assert!(late.is_err(), "its claim is gone");
        assert_eq!(codes(&world), Vec::<Value>::new());
    });
}
