//! Disputes of open items: opened, listed, resolved by who has seen them. Today is 2026-12-02.

use super::drafts::{charged, customer};
use super::dry_run::{Body, Try};
use super::undone::sheet;
use super::world::World;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::testing::for_each_database;

const DISPUTES: &str = "/v1/disputes";

fn wanted(item: &str, on: &str) -> Value {
    json!({"item": item, "reason_code": "not-ours", "text": "不是我们订的", "on": on})
}

fn resolution(outcome: &str, on: &str) -> Value {
    json!({"outcome": outcome, "on": on, "text": "已核对订单"})
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

fn path(dispute: &Value) -> String {
    format!("{DISPUTES}/{}/resolve", id(dispute))
}

/// What [`super::rights`] tries.
pub(super) fn actions() -> Vec<(&'static str, &'static str, String, Value)> {
    let none = |prefix: &str| format!("{prefix}_{}", "0".repeat(32));
    vec![
        ("enter", "POST", DISPUTES.to_owned(), wanted(&none("item"), "2026-11-20")),
        (
            "enter",
            "POST",
            format!("{DISPUTES}/{}/resolve", none("dsp")),
            resolution("accepted", "2026-11-20"),
        ),
        ("read", "GET", DISPUTES.to_owned(), Value::Null),
        ("read", "GET", format!("{DISPUTES}/{}", none("dsp")), Value::Null),
    ]
}

/// The open item of an invoice of 113.00 of 2 November.
fn owed(world: &World, code: &str) -> String {
    customer(world, code);
    charged(world, "clerk", code);
    id(&world.all("clerk", &format!("/v1/open-items?customer={code}"))[0]).to_owned()
}

/// What [`super::dry_run`] tries.
pub(super) fn tries(world: &World) -> Vec<Try> {
    let items = ["DSP1", "DSP2"].map(|code| owed(world, code));
    let opened = world.post("clerk", DISPUTES, &wanted(&items[0], "2026-11-20")).want(201);
    let json = |route, path: String, body| Try { route, role: "clerk", path, body: Body::Json(body) };
    vec![
        json("POST /v1/disputes", DISPUTES.to_owned(), wanted(&items[1], "2026-11-20")),
        json("POST /v1/disputes/{id}/resolve", path(&opened), resolution("withdrawn", "2026-11-21")),
    ]
}

#[test]
fn an_item_is_disputed_shown_so_and_resolved_by_who_has_seen_it() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let item = owed(&world, "C1");
        let mut body = wanted(&item, "2026-11-20");
        body["amount"] = json!("40");
        let opened = world.post("clerk", DISPUTES, &body).want(201);
        assert_eq!(opened["amount"], json!({"amount": "40.00", "currency": "CNY"}));
        assert_eq!((&opened["state"], &opened["resolved_on"]), (&json!("open"), &Value::Null));
        assert!(opened["number"].as_str().is_some_and(|number| !number.is_empty()), "{opened}");
        // another one of the same item waits until this one is over
        let standing = world.post("clerk", DISPUTES, &wanted(&item, "2026-11-21")).refused(409, "state");
        assert!(standing["detail"].as_str().unwrap().contains(id(&opened)), "{standing}");

        let current = world.all("clerk", "/v1/open-items?customer=C1").remove(0);
        assert_eq!((&current["dispute"], &current["disputed"]["amount"]), (&opened["id"], &json!("40.00")));
        world.seal();
        let ages = |query: &str| world.get("auditor", &format!("/v1/reports/aging?{query}")).want(200);
        let (then, now) = (ages("as_of=2026-11-19"), ages("as_of=2026-11-20"));
        assert_eq!(then["accounts"][0]["disputed"]["amount"], "0.00");
        assert_eq!(now["accounts"][0]["disputed"]["amount"], "40.00");
        assert_eq!(now["totals"][0]["disputed"]["amount"], "40.00");
        assert_eq!(now["treatment"]["disputes"], "as-others");
        let items = |as_of: &str| {
            world.get("auditor", &format!("/v1/customers/C1/open-items?as_of={as_of}")).want(200)["items"][0]
                ["disputed"]["amount"]
                .clone()
        };
        assert_eq!((items("2026-11-19"), items("2026-11-20")), (json!("0.00"), json!("40.00")));

        let seen = world.get("clerk", &format!("{DISPUTES}/{}", id(&opened)));
        assert_eq!(seen.want(200), opened);
        let resolve = |role: &str, tag: &str| {
            let body = resolution("rejected", "2026-11-25");
            world.with(("POST", role, &path(&opened)), &[("if-match", tag)], Some(&body))
        };
        resolve("auditor", "*").refused(403, "forbidden");
        resolve("clerk", "\"x\"").refused(412, "precondition-failed");
        let done = resolve("clerk", seen.header("etag")).want(200);
        assert_eq!((&done["state"], &done["answer"]), (&json!("rejected"), &json!("已核对订单")));
        resolve("clerk", "*").refused(409, "state");
        assert_eq!(world.all("clerk", "/v1/open-items?customer=C1")[0]["dispute"], Value::Null);
        world.verified();
    });
}

#[test]
fn what_is_taken_back_is_disputed_no_more() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let item = owed(&world, "C1");
        let mine = world.post("clerk", DISPUTES, &wanted(&item, "2026-11-20")).want(201);
        let text = "number,customer,document_date,description,quantity,unit_price,category\nA-1,C1,2026-11-05,轴承,1,100,13\n";
        let constants = json!({"currency": "CNY", "price_mode": "exclusive"});
        let brought = world.post("clerk", "/v1/imports", &sheet("invoices", text, constants)).want(201);
        let items = world.all("clerk", "/v1/open-items?customer=C1");
        let other = items.iter().find(|one| one["id"] != json!(item)).unwrap();
        let theirs = world.post("clerk", DISPUTES, &wanted(id(other), "2026-11-21")).want(201);
        assert_eq!(world.all("auditor", &format!("{DISPUTES}?state=open")).len(), 2);

        let reverse = format!("/v1/documents/{}/reverse", mine["number"].as_str().unwrap());
        world.post("clerk", &reverse, &json!({"reason": "开错", "date": "2026-11-25"})).want(201);
        world.post("clerk", &format!("/v1/imports/{}/undo", id(&brought)), &json!({})).want(201);
        // on the day of the reversal, or its own where that is later
        for (dispute, on) in [(&mine, "2026-11-25"), (&theirs, "2026-11-21")] {
            let over = world.get("auditor", &format!("{DISPUTES}/{}", id(dispute))).want(200);
            assert_eq!((&over["state"], &over["resolved_on"]), (&json!("withdrawn"), &json!(on)), "{over}");
        }
        assert_eq!(world.all("auditor", &format!("{DISPUTES}?state=open")), Vec::<Value>::new());
        world.post("clerk", &path(&mine), &resolution("accepted", "2026-11-26")).refused(409, "state");
        world.seal();
        let aging = world.get("auditor", "/v1/reports/aging?as_of=2026-11-24").want(200);
        assert_eq!(aging["totals"][0]["disputed"]["amount"], "113.00", "{aging}");
        let aging = world.get("auditor", "/v1/reports/aging?as_of=2026-11-25").want(200);
        let left = &aging["totals"][0]["disputed"]["amount"];
        assert!(left.is_null() || left == "0.00", "{aging}");
        world.verified();
    });
}

#[test]
fn disputes_are_listed_by_what_is_wanted_and_go_out_as_a_file() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let [first, second] = ["C1", "C2"].map(|code| owed(&world, code));
        let one = world.post("clerk", DISPUTES, &wanted(&first, "2026-11-20")).want(201);
        let two = world.post("clerk", DISPUTES, &wanted(&second, "2026-11-22")).want(201);
        world.post("clerk", &path(&two), &resolution("accepted", "2026-11-23")).want(200);
        for (query, wanted) in [
            ("".to_owned(), vec![&one, &two]),
            ("?state=open".to_owned(), vec![&one]),
            ("?state=accepted".to_owned(), vec![&two]),
            ("?customer=C2".to_owned(), vec![&two]),
            (format!("?item={first}"), vec![&one]),
            ("?from=2026-11-21".to_owned(), vec![&two]),
            ("?to=2026-11-21".to_owned(), vec![&one]),
        ] {
            let found = world.all("auditor", &format!("{DISPUTES}{query}"));
            // ids of one instant are in no order
            let ids: BTreeSet<&str> = found.iter().map(id).collect();
            assert_eq!(ids, wanted.iter().map(|one| id(one)).collect::<BTreeSet<_>>(), "{query}");
        }
        for (query, parameter) in [("state=new", "state"), ("from=yesterday", "from"), ("item=C1", "item")] {
            let refused =
                world.get("auditor", &format!("{DISPUTES}?{query}")).refused(400, "invalid-parameter");
            assert_eq!(refused["errors"][0]["parameter"], parameter, "{query}");
        }
        let file = world.get("auditor", &format!("{DISPUTES}?format=csv&language=en"));
        let text = String::from_utf8(file.bytes).unwrap();
        assert!(text.contains("ID,State,Customer,Customer name,Number,Currency,Amount,Reason,"), "{text}");
        assert!(
            text.contains(",accepted,C2,客户C2,") && text.contains(",113.00,not-ours,2026-11-20,"),
            "{text}"
        );
    });
}

#[test]
fn what_is_no_dispute_is_refused_by_its_member() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        let item = owed(&world, "C1");
        for (member, value, status, code, pointer) in [
            ("amount", json!("113.01"), 422, "invalid-field", "/amount"),
            ("amount", json!(40), 400, "invalid-body", "/amount"),
            ("on", json!("2026-11-01"), 422, "invalid-field", "/on"),
            ("on", json!("2026-12-03"), 422, "invalid-field", "/on"),
            ("reason_code", json!("angry"), 400, "invalid-body", "/reason_code"),
            ("text", json!(" "), 422, "invalid-field", "/text"),
        ] {
            let mut body = wanted(&item, "2026-11-20");
            body[member] = value;
            let refused = world.post("clerk", DISPUTES, &body).refused(status, code);
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
        }
        let nobody = format!("item_{}", "0".repeat(32));
        world.post("clerk", DISPUTES, &wanted(&nobody, "2026-11-20")).refused(404, "not-found");
        assert_eq!(world.all("auditor", DISPUTES), Vec::<Value>::new());
    });
}
