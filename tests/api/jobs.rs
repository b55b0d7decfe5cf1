//! Runs in the background, beside a serving process's own sequencer.

use super::world::{Reply, Send, World};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use store::testing::for_each_database;

/// A job of this size takes a second; a machine under load gets a minute.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) fn prefer_async(world: &World, role: &str, path: &str, body: &Value) -> Reply {
    let (text, key) = (body.to_string(), world.key());
    let send = Send {
        token: Some(world.house.token(role)),
        key: Some(&key),
        media: Some("application/json"),
        prefer: Some("respond-async, wait=5"),
        body: Some(text.as_bytes()),
        ..Send::default()
    };
    world.send("POST", path, &send)
}

fn wait(world: &World, id: &str) -> Value {
    let started = Instant::now();
    loop {
        let job = world.get("auditor", &format!("/v1/jobs/{id}")).want(200);
        if !matches!(job["status"].as_str(), Some("queued" | "running")) {
            return job;
        }
        assert!(started.elapsed() < PATIENCE, "{job}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn invoiced(world: &World) {
    world.bind();
    let customer = json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &customer).want(201);
    invoice(world);
}

/// Of 11.30.
fn invoice(world: &World) {
    let line = json!({"description": "货", "quantity": "1", "unit_price": "10", "category": "13"});
    let invoice = json!({"customer": "C1", "document_date": "2026-11-02", "currency": "CNY",
        "price_mode": "exclusive", "lines": [line]});
    world.post("clerk", "/v1/invoices", &invoice).want(201);
}

#[test]
fn a_run_may_be_asked_for_and_read_later() {
    for_each_database(|db| {
        let world = World::new(db);
        let background = zhangben::jobs::start(&world.app).unwrap();
        invoiced(&world);
        let body = json!({"cut_off": "2026-11-30"});
        let accepted = prefer_async(&world, "clerk", "/v1/statement-runs", &body);
        let place = accepted.header("location").to_owned();
        assert_eq!(accepted.header("retry-after"), "1");
        let accepted = accepted.want(202);
        assert_eq!(place, format!("/v1/jobs/{}", accepted["job"].as_str().unwrap()));
        let job = wait(&world, accepted["job"].as_str().unwrap());
        assert_eq!((&job["status"], &job["kind"]), (&json!("done"), &json!("statement-run")), "{job}");
        assert_eq!((&job["done"], &job["total"]), (&json!(1), &json!(1)), "every customer was looked at");
        assert_eq!(world.get("auditor", &place).header("retry-after"), "", "there is nothing to wait for");
        let made = job["result"]["made"].as_array().unwrap();
        assert_eq!(made.len(), 1, "{job}");
        let id = made[0].as_str().unwrap();
        world.get("auditor", &format!("/v1/statements/{id}")).want(200);
        // it was made for the clerk: she does not approve it
        world.post("clerk", &format!("/v1/statements/{id}/approve"), &json!({})).refused(403, "forbidden");
        let again = prefer_async(&world, "clerk", "/v1/reconciliations", &json!({})).want(202);
        assert_eq!(wait(&world, again["job"].as_str().unwrap())["status"], "done");
        let listed = world.all("auditor", "/v1/jobs");
        // the clock stands: of one instant, by id
        let ids = |one: &Value| one.as_str().unwrap().to_owned();
        let mut newest_first = vec![ids(&accepted["job"]), ids(&again["job"])];
        newest_first.sort_by(|a, b| b.cmp(a));
        assert_eq!(listed.iter().map(|one| ids(&one["id"])).collect::<Vec<_>>(), newest_first);
        let over = format!("/v1/jobs/{}/cancel", accepted["job"].as_str().unwrap());
        world.post("clerk", &over, &json!({})).refused(409, "state");
        background.stop();
    });
}

#[test]
fn a_job_that_nobody_works_on_can_be_called_off() {
    for_each_database(|db| {
        let world = World::new(db);
        let accepted = prefer_async(&world, "clerk", "/v1/reconciliations", &json!({})).want(202);
        let path = format!("/v1/jobs/{}", accepted["job"].as_str().unwrap());
        let waiting = world.get("auditor", &path);
        assert_eq!((&waiting.want(200)["status"], waiting.header("retry-after")), (&json!("queued"), "1"));
        let theirs = Send { token: Some(world.other.token("administrator")), ..Send::default() };
        world.send("GET", &path, &theirs).refused(404, "not-found");
        let cancelled = world.post("clerk", &format!("{path}/cancel"), &json!({})).want(200);
        assert_eq!(cancelled["status"], "cancelled");
        let bad = prefer_async(&world, "clerk", "/v1/statement-runs", &json!({"cut": 1}));
        bad.refused(400, "invalid-body");
    });
}

#[test]
fn what_is_posted_is_sealed_by_the_server_itself() {
    for_each_database(|db| {
        let world = World::new(db);
        let background = zhangben::jobs::start(&world.app).unwrap();
        invoiced(&world);
        let started = Instant::now();
        loop {
            let balance = world.get("clerk", "/v1/customers/C1/balance").want(200);
            if balance["accounts"][0]["balance"]["amount"] == "11.30" {
                break;
            }
            assert!(started.elapsed() < PATIENCE, "{balance}");
            std::thread::sleep(Duration::from_millis(20));
        }
        background.stop();
    });
}

#[test]
fn who_posts_reads_it_at_once() {
    for_each_database(|db| {
        let world = World::new(db);
        invoiced(&world);
        world.seal();
        let running = world.app.db.sealing().begin();
        // sealed when the reader has asked, as a busy machine does it
        let read = |path: &str| {
            invoice(&world);
            std::thread::scope(|scope| {
                scope.spawn(|| {
                    std::thread::sleep(Duration::from_millis(150));
                    world.seal();
                });
                world.get("reviewer", path)
            })
        };
        let balance = read("/v1/customers/C1/balance").want(200);
        assert_eq!(balance["accounts"][0]["balance"]["amount"], "22.60");
        let aged = read("/v1/reports/aging").want(200);
        assert_eq!(aged["totals"][0]["balance"]["amount"], "33.90", "{aged}");
        let page = read("/v1/overview").want(200);
        assert_eq!(page["receivables"]["totals"][0]["balance"]["amount"], "45.20", "{page}");
        let vouchers = read("/v1/vouchers?period=2026-11").want(200);
        assert_eq!(vouchers["waiting"], 5, "{vouchers}");
        let file = String::from_utf8(read("/v1/reports/trial-balance?format=csv").bytes).unwrap();
        assert!(file.contains("67.80"), "{file}");
        // nobody seals: a named position is there, what is asked without one is answered late, and then at once
        invoice(&world);
        let asked = |query: &str| {
            let began = Instant::now();
            let balance = world.get("reviewer", &format!("/v1/customers/C1/balance{query}")).want(200);
            (balance["accounts"][0]["balance"]["amount"].clone(), began.elapsed() < store::settle::WAIT_MAX)
        };
        let head = balance["known_at"].as_u64().unwrap();
        assert_eq!(asked(&format!("?known_at={head}")), (json!("22.60"), true));
        assert_eq!(asked(""), (json!("67.80"), false));
        assert_eq!(asked(""), (json!("67.80"), true));
        drop(running);
        world.seal();
        assert_eq!(asked(""), (json!("79.10"), true));
    });
}
