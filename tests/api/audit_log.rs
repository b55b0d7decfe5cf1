//! The log by person, day, kind and thing, and what happened with a customer. Today is 2026-12-02.

use super::drafts::{charged, customer, invoice};
use super::world::World;
use app::App;
use domain::actor::Actor;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use store::testing::for_each_database;
use zhangben::sources::FixedClock;

const LOG: &str = "/v1/audit-log";

fn kinds(events: &[Value]) -> BTreeSet<&str> {
    events.iter().map(|event| event["kind"].as_str().unwrap()).collect()
}

fn ids(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["id"].as_str().unwrap()).collect()
}

/// Rows of the file at an address, below its heading.
fn rows(world: &World, address: &str) -> usize {
    let file = world.with(("GET", "auditor", address), &[("accept", "text/csv")], None);
    assert_eq!(file.status, 200, "{address}: {}", String::from_utf8_lossy(&file.bytes));
    String::from_utf8(file.bytes).unwrap().lines().count() - 1
}

fn user(world: &World, login: &str) -> String {
    let users = world.all("administrator", "/v1/users");
    let one = users.iter().find(|user| user["login"] == login).expect(login);
    one["id"].as_str().unwrap().to_owned()
}

#[test]
fn the_log_is_read_by_person_day_kind_and_thing() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        for code in ["C1", "C2", "C3"] {
            customer(&world, code);
        }
        let posted = charged(&world, "administrator", "C2");
        let all = world.all("auditor", LOG);
        assert!(
            all.len() > 10 && ids(&all).is_sorted_by(|one, next| one > next),
            "the newest first, each once"
        );
        assert!(all.iter().any(|event| event["position"].is_null()), "what is not sealed yet is there too");
        world.seal();
        let sealed = world.all("auditor", LOG);
        assert_eq!(ids(&sealed), ids(&all));
        assert!(sealed.iter().all(|event| event["position"].as_u64().is_some()), "and has its position then");

        let wanted = |filters: &str| world.all("auditor", &format!("{LOG}?{filters}"));
        let made = wanted("kind=customer.created");
        assert_eq!((made.len(), kinds(&made)), (3, BTreeSet::from(["customer.created"])));
        assert_eq!(wanted("kind=customer.created,invoice.posted").len(), 4);
        assert_eq!(wanted("kind=nothing.of-the-kind").len(), 0);
        // a person with what her keys did: everybody here acts by one
        let clerk = user(&world, "clerk");
        assert_eq!(ids(&wanted(&format!("actor={clerk}"))), ids(&made));
        let key = made[0]["actor"].as_str().unwrap();
        assert!(key.starts_with("tok_"), "{key}");
        assert_eq!(made[0]["person"], clerk, "whose key it was");
        assert_eq!(ids(&wanted(&format!("actor={key}"))), ids(&made));
        assert_eq!(wanted(&format!("actor={clerk}&kind=invoice.posted")).len(), 0);
        let hers = wanted(&format!("actor={}&kind=invoice.posted", user(&world, "administrator")));
        assert_eq!((hers.len(), &hers[0]["subject"]), (1, &posted["id"]));
        let of_system = wanted("actor=system");
        assert!(!of_system.is_empty() && of_system.iter().all(|event| event["actor"] == "system"));
        let about = wanted(&format!("subject={}", posted["id"].as_str().unwrap()));
        assert_eq!((about.len(), &about[0]["about"][0]["number"]), (1, &posted["number"]));
        assert_eq!(about[0]["amount"], json!({"amount": "113.00", "currency": "CNY"}));

        let page = world.get("auditor", &format!("{LOG}?kind=customer.created&limit=2")).want(200);
        let next = page["next"].as_str().unwrap();
        let rest = world.get("auditor", &format!("{LOG}?kind=customer.created&after={next}")).want(200);
        assert_eq!((&rest["items"][0]["id"], &rest["next"]), (&made[2]["id"], &Value::Null));
        world.get("auditor", &format!("{LOG}?after={next}")).refused(400, "cursor-mismatch");
        for filters in ["kind=customer.created", "customer=C2", "from=2026-12-02", "to=2026-12-31"] {
            assert_eq!(rows(&world, &format!("{LOG}?{filters}")), wanted(filters).len(), "{filters}");
        }
    });
}

#[test]
fn days_of_the_log_are_the_companys() {
    for_each_database(|db| {
        let world = World::new(db);
        customer(&world, "C1");
        // 4 December 00:00 in Shanghai is 3 December 16:00 UTC; it is noon of the 2nd there now
        for (after_s, into) in [(36 * 3600 - 1, true), (36 * 3600, false)] {
            let clock = FixedClock(world.app.clock.now().plus_seconds(after_s));
            let later = App { clock: Arc::new(clock), ..App::clone(&world.app) };
            app::customer::archive(&later, &Actor::System, world.house.id, &"C1".parse().unwrap(), into)
                .expect("archived, and taken out");
        }
        let of = |days: &str| {
            let found = world.all("auditor", &format!("{LOG}?customer=C1&{days}"));
            kinds(&found).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let [made, archived, out] = ["customer.created", "customer.archived", "customer.unarchived"];
        assert_eq!(of("from=2026-12-01"), [archived, made, out]);
        assert_eq!(of("to=2026-12-02"), [made]);
        assert_eq!(of("from=2026-12-03&to=2026-12-03"), [archived]);
        assert_eq!(of("from=2026-12-04"), [out]);
        assert_eq!(of("from=2026-12-03"), [archived, out]);
        assert_eq!(of("from=2026-12-05"), [""; 0]);
        assert_eq!(rows(&world, &format!("{LOG}?customer=C1&from=2026-12-03")), 2);
    });
}

/// Something of everything that can happen with C1; gives her invoice.
fn something(world: &World) -> Value {
    let bill = charged(world, "clerk", "C1");
    let money =
        json!({"customer": "C1", "amount": {"amount": "50", "currency": "CNY"}, "value_date": "2026-11-10"});
    let paid = world.post("clerk", "/v1/receipts", &money).want(201);
    let pay = json!({"debit_item": bill["item"], "credit_item": paid["item"], "amount": "5.00",
        "effective_date": "2026-11-11"});
    let cleared = world.post("clerk", "/v1/allocations", &pay).want(201)["id"].as_str().unwrap().to_owned();
    let day = json!({"effective_date": "2026-11-12"});
    world.post("clerk", &format!("/v1/allocations/{cleared}/undo"), &day).want(201);
    let dispute =
        json!({"item": bill["item"], "reason_code": "price", "text": "价格不对", "on": "2026-11-20"});
    let opened = world.post("clerk", "/v1/disputes", &dispute).want(201);
    let path = format!("/v1/disputes/{}/resolve", opened["id"].as_str().unwrap());
    let over = json!({"outcome": "withdrawn", "on": "2026-11-21"});
    world.post("clerk", &path, &over).want(200);
    let contact = json!({"name": "王敏", "email": "x@example.org"});
    let there = world.post("clerk", "/v1/customers/C1/contacts", &contact).want(201);
    let gone = format!("/v1/customers/C1/contacts/{}", there["id"].as_str().unwrap());
    world.with(("DELETE", "clerk", &gone), &[], Some(&json!({}))).want(200);
    let account = json!({"customer": "C1", "accounts": [{"scheme": "CN", "account": "6222020200077777777"}]});
    world.post("clerk", "/v1/bank-detail-changes", &account).want(201);
    let limit = json!({"customer": "C1", "currency": "CNY", "role": "tail", "amount": "0.50"});
    world.put("administrator", "/v1/tolerances", &limit).want(200);
    for verb in ["archive", "unarchive"] {
        world.post("administrator", &format!("/v1/customers/C1/{verb}"), &json!({})).want(200);
    }
    world.post("clerk", "/v1/customers/C2/merge", &json!({"into": "C1"})).want(201);
    let month = json!({"customers": ["C1"], "period_start": "2026-11-01", "cut_off": "2026-11-30"});
    world.post("clerk", "/v1/statement-runs", &month).want(201);
    bill
}

#[test]
fn a_customers_time_line_tells_what_happened_with_her() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        for code in ["C1", "C2"] {
            customer(&world, code);
        }
        world.post("clerk", "/v1/invoices", &invoice("C2", "7")).want(201);
        let of_others = json!({"currency": "CNY", "role": "tail", "amount": "0.40"});
        world.put("administrator", "/v1/tolerances", &of_others).want(200);
        let bill = something(&world);
        let line = world.all("auditor", "/v1/customers/C1/timeline");
        let told = kinds(&line);
        for kind in [
            "customer.created",
            "invoice.posted",
            "receipt.posted",
            "allocation.posted",
            "allocation.undone",
            "dispute.opened",
            "dispute.resolved",
            "contact.created",
            "contact.removed",
            "bank-details.proposed",
            "tolerance.set",
            "customer.archived",
            "customer.unarchived",
            "statement.sealed",
            "merge.proposed",
        ] {
            let times = line.iter().filter(|event| event["kind"] == kind).count();
            assert_eq!(times, 1, "{kind}: {told:?}");
        }
        assert!(ids(&line).is_sorted_by(|one, next| one > next), "the newest first, each once");
        let only = |kind: &str| line.iter().find(|event| event["kind"] == kind).unwrap();
        let posted = only("invoice.posted");
        assert_eq!(posted["about"][0], json!({"id": bill["id"], "number": bill["number"]}));
        let cleared = only("allocation.posted");
        assert_eq!(cleared["amount"], json!({"amount": "5.00", "currency": "CNY"}));
        assert_eq!(cleared["about"][0]["number"], bill["number"], "{cleared}");
        assert!(cleared["about"][1]["number"].as_str().is_some_and(|number| !number.is_empty()), "{cleared}");
        assert_eq!(only("dispute.opened")["about"][0]["number"], bill["number"]);
        let theirs = world.all("auditor", "/v1/customers/C2/timeline");
        assert_eq!(
            kinds(&theirs),
            BTreeSet::from(["customer.created", "invoice.posted", "merge.proposed"]),
            "nothing of another customer, and the merge on both sides"
        );

        let some = "kind=dispute.opened,dispute.resolved,tolerance.set";
        let found = world.all("auditor", &format!("/v1/customers/C1/timeline?{some}"));
        assert_eq!(kinds(&found), BTreeSet::from(["dispute.opened", "dispute.resolved", "tolerance.set"]));
        let first = world.get("auditor", "/v1/customers/C1/timeline?limit=4").want(200);
        let next = first["next"].as_str().unwrap();
        let second =
            world.get("auditor", &format!("/v1/customers/C1/timeline?limit=200&after={next}")).want(200);
        let pages = [first["items"].as_array().unwrap().clone(), second["items"].as_array().unwrap().clone()];
        assert_eq!(ids(&pages.concat()), ids(&line), "page after page, each once");
        assert_eq!(rows(&world, "/v1/customers/C1/timeline"), line.len());
        assert_eq!(rows(&world, &format!("/v1/customers/C1/timeline?{some}")), 3);
        assert_eq!(ids(&world.all("auditor", "/v1/audit-log?customer=C1")), ids(&line));
    });
}
