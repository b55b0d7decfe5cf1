//! `ETag`, `If-None-Match`, `If-Match`.

use super::furnished::furnish;
use super::world::{Reply, Send, World};
use app::App;
use app::document::{MarkIssued, Means};
use chrono::NaiveDate;
use domain::actor::Actor;
use serde_json::{Value, json};
use std::sync::Arc;
use store::testing::for_each_database;
use zhangben::sources::FixedClock;

fn customer(name: &str) -> Value {
    json!({"code": "C1", "name": name, "country": "CN", "currency": "CNY"})
}

fn tag(reply: &Reply) -> String {
    let tag = reply.header("etag");
    assert!(tag.len() > 10 && tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    tag.to_owned()
}

#[test]
fn every_single_thing_has_a_tag_and_is_not_sent_twice() {
    for_each_database(|db| {
        let world = World::new(db);
        let there = furnish(&world, 8);
        for path in [
            "/v1/company".to_owned(),
            "/v1/customers".to_owned(),
            "/v1/bindings".to_owned(),
            format!("/v1/invoices/{}", there.invoice),
            "/v1/receipts/RC-2026-000001".to_owned(),
            format!("/v1/allocations/{}", there.allocation),
            format!("/v1/proposals/{}", there.proposals[0]),
            format!("/v1/statements/{}", there.statements[0]),
            format!("/v1/statements/{}/artefacts", there.statements[0]),
            format!("/v1/statements/{}/artefacts/statement.pdf", there.statements[0]),
            format!("/v1/jobs/{}", there.job),
            format!("/v1/invocations/{}", there.call),
        ] {
            let first = world.get("auditor", &path);
            assert_eq!(first.status, 200, "{path}: {}", String::from_utf8_lossy(&first.bytes));
            let known = tag(&first);
            for said in [known.clone(), format!("W/{known}"), format!("\"x\", {known}"), "*".to_owned()] {
                let again = world.with(("GET", "auditor", &path), &[("if-none-match", &said)], None);
                assert_eq!((again.status, again.bytes.len()), (304, 0), "{path} {said}");
                assert_eq!(again.header("etag"), known, "{path}");
            }
            let other = world.with(("GET", "auditor", &path), &[("if-none-match", "\"x\"")], None);
            assert_eq!((other.status, other.bytes), (200, first.bytes), "{path}");
        }
        let bad = world.with(("GET", "auditor", "/v1/company"), &[("if-none-match", "x")], None);
        assert_eq!(bad.refused(400, "invalid-parameter")["errors"][0]["header"], "If-None-Match");
        // of a write it would be another condition, and none is left out without a word
        let rate =
            json!({"source": "USD", "target": "CNY", "date": "2026-11-19", "rate": "7.1", "origin": "PBOC"});
        for path in ["/v1/fx-rates", "/v1/fx-rates?dry_run=true"] {
            let first = world.with(("PUT", "clerk", path), &[("if-none-match", "*")], Some(&rate));
            assert_eq!(first.refused(400, "invalid-parameter")["errors"][0]["header"], "If-None-Match");
        }
        assert_eq!(world.get("clerk", "/v1/fx-rates/USD/CNY/2026-11-19").status, 404);
        world.with(("PUT", "clerk", "/v1/fx-rates"), &[], Some(&rate)).want(200);
    });
}

#[test]
fn a_customer_is_replaced_by_who_has_seen_her() {
    for_each_database(|db| {
        let world = World::new(db);
        let path = "/v1/customers/C1";
        world.post("clerk", "/v1/customers", &customer("甲")).want(201);
        let seen = tag(&world.get("clerk", path));
        let put = |tag: Option<&str>, body: &Value| {
            let header = [("if-match", tag.unwrap_or_default())];
            world.with(("PUT", "clerk", path), if tag.is_some() { &header } else { &[] }, Some(body))
        };
        let problem = put(None, &customer("乙")).refused(428, "precondition-required");
        assert_eq!(problem["errors"][0]["header"], "If-Match");
        let changed = put(Some(&seen), &customer("乙"));
        assert_eq!((&changed.want(200)["name"], &changed.json()["version"]), (&json!("乙"), &json!(2)));
        assert_eq!(world.get("clerk", path).bytes, changed.bytes);
        let problem = put(Some(&seen), &customer("丙")).refused(412, "precondition-failed");
        assert_eq!(problem["errors"][0]["header"], "If-Match");
        // a weak tag is equal to nothing
        let now = tag(&world.get("clerk", path));
        put(Some(&format!("W/{now}")), &customer("丙")).refused(412, "precondition-failed");
        put(Some("*"), &customer("丙")).want(200);
        for (change, pointer) in [
            (json!({"code": "C2"}), "/code"),
            (json!({"currency": "EUR"}), "/currency"),
            (json!({"parent": "C1"}), "/parent"),
        ] {
            let mut body = customer("丁");
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            assert_eq!(put(Some("*"), &body).refused(422, "invalid-field")["errors"][0]["pointer"], pointer);
        }
        world
            .with(("PUT", "clerk", "/v1/customers/C9"), &[("if-match", "*")], Some(&customer("x")))
            .refused(404, "not-found");
        world
            .with(("PUT", "auditor", path), &[("if-match", "*")], Some(&customer("x")))
            .refused(403, "forbidden");
        assert_eq!(world.get("clerk", path).want(200)["name"], "丙");
    });
}

#[test]
fn of_many_who_replace_what_they_saw_one_does() {
    for_each_database(|db| {
        let world = World::new(db);
        world.post("clerk", "/v1/customers", &customer("甲")).want(201);
        for _ in 0..3 {
            let seen = tag(&world.get("clerk", "/v1/customers/C1"));
            let replies: Vec<Reply> = std::thread::scope(|scope| {
                let one = |n: usize| {
                    let (world, seen) = (&world, &seen);
                    scope.spawn(move || {
                        let body = customer(&format!("名{n}"));
                        world.with(("PUT", "clerk", "/v1/customers/C1"), &[("if-match", seen)], Some(&body))
                    })
                };
                let all: Vec<_> = (0..8).map(one).collect();
                all.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
            for lost in replies.iter().filter(|reply| reply.status != 200) {
                lost.refused(412, "precondition-failed");
            }
        }
        assert_eq!(world.get("clerk", "/v1/customers/C1").want(200)["version"], 4);
    });
}

#[test]
fn what_is_decided_is_what_was_read() {
    for_each_database(|db| {
        let world = World::new(db);
        let there = furnish(&world, 60);
        let act = |role: &str, path: &str, tag: &str| {
            world.with(("POST", role, path), &[("if-match", tag)], Some(&json!({})))
        };
        for (thing, verbs) in [
            (format!("/v1/statements/{}", there.statements[0]), ["approve", "reject"]),
            (format!("/v1/proposals/{}", there.proposals[0]), ["reject", "approve"]),
        ] {
            let seen = tag(&world.get("reviewer", &thing));
            for verb in verbs {
                act("reviewer", &format!("{thing}/{verb}"), "\"x\"").refused(412, "precondition-failed");
            }
            act("reviewer", &format!("{thing}/{}", verbs[0]), &seen).want(200);
        }
        let job = format!("/v1/jobs/{}", there.job);
        let seen = tag(&world.get("clerk", &job));
        act("clerk", &format!("{job}/cancel"), "\"x\"").refused(412, "precondition-failed");
        act("clerk", &format!("{job}/cancel"), &seen).want(200);
        act("clerk", &format!("{job}/cancel"), &seen).refused(412, "precondition-failed");
        erase(&world, &act);
        sets(&world);
        // where there is nothing to compare a condition is not ignored
        let made =
            world.with(("POST", "clerk", "/v1/customers"), &[("if-match", "*")], Some(&customer("甲")));
        assert_eq!(made.refused(400, "invalid-parameter")["errors"][0]["header"], "If-Match");
    });
}

fn erase(world: &World, act: &impl Fn(&str, &str, &str) -> Reply) {
    let body = json!({"code": "GONE", "name": "名", "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &body).want(201);
    let seen = tag(&world.get("administrator", "/v1/customers/GONE"));
    act("administrator", "/v1/customers/GONE/erase", "\"x\"").refused(412, "precondition-failed");
    act("administrator", "/v1/customers/GONE/erase", &seen).want(200);
    assert_ne!(tag(&world.get("administrator", "/v1/customers/GONE")), seen);
    let replaced = world.with(("PUT", "clerk", "/v1/customers/GONE"), &[("if-match", "*")], Some(&body));
    replaced.refused(410, "erased");
}

/// Money that moved, deliveries and keys: who takes one back says which she saw.
#[test]
fn what_is_taken_back_is_what_was_read() {
    for_each_database(|db| {
        let world = World::new(db);
        super::deliveries::prepared(&world, "none");
        let there = super::suspense::money(&world);
        let slip = |slip: &str| {
            let lines = [super::deliveries::line("2", "10")];
            let body = super::deliveries::delivery(slip, "2026-11-05", &lines);
            let made = world.post("clerk", "/v1/deliveries", &body).want(201);
            format!("/v1/deliveries/{}", made["id"].as_str().unwrap())
        };
        let token = world.get("administrator", "/v1/tokens").want(200)["items"].as_array().unwrap().clone();
        let token =
            token.iter().find(|one| one["login"] == "cashier").unwrap()["id"].as_str().unwrap().to_owned();
        let rows = super::imports::base64("code,name\nA-1,货\n".as_bytes());
        let sheet = json!({"kind": "items", "file_name": "i.csv", "file": rows, "mode": "all-or-nothing",
            "mapping": {"columns": {"code": "code", "name": "name"}, "constants": {"category": "13"}}});
        world.post("clerk", "/v1/imports", &sheet).want(201);
        let brought = world.all("clerk", "/v1/imports")[0]["id"].as_str().unwrap().to_owned();
        let brought = format!("/v1/imports/{brought}");
        let back = json!({"date": "2026-11-06", "lines": [{"line": 1, "quantity": "1"}]});
        for (role, thing, act, body, status) in [
            ("reviewer", format!("/v1/bank-moves/{}", there.payout), "/undo".to_owned(), json!({}), 200),
            ("clerk", slip("SH-1"), "/return".to_owned(), back, 201),
            ("clerk", slip("SH-2"), "/reverse".to_owned(), json!({"reason": "x"}), 201),
            ("administrator", format!("/v1/tokens/{token}"), "/revoke".to_owned(), json!({}), 200),
            ("clerk", brought, "/undo".to_owned(), json!({}), 201),
        ] {
            let seen = tag(&world.get(role, &thing));
            let path = format!("{thing}{act}");
            let send =
                |tag: &str| world.with(("POST", role, path.as_str()), &[("if-match", tag)], Some(&body));
            send("\"x\"").refused(412, "precondition-failed");
            assert_eq!(tag(&world.get(role, &thing)), seen, "{path}");
            send(&seen).want(status);
            send(&seen).refused(412, "precondition-failed");
            assert_ne!(tag(&world.get(role, &thing)), seen, "{path}");
        }
        let body = json!({"customer": "C1", "document_date": "2026-11-05", "currency": "CNY",
            "price_mode": "exclusive", "lines": [super::deliveries::line("1", "10")]});
        let made = world.post("clerk", "/v1/invoices", &body).want(201)["id"].as_str().unwrap().to_owned();
        let (shown, path) = (format!("/v1/invoices/{made}"), format!("/v1/documents/{made}/reverse"));
        let seen = tag(&world.get("clerk", &shown));
        let reverse = |tag: &str| {
            world.with(("POST", "clerk", &path), &[("if-match", tag)], Some(&json!({"reason": "x"})))
        };
        reverse("\"x\"").refused(412, "precondition-failed");
        assert_eq!(tag(&world.get("clerk", &shown)), seen);
        reverse(&seen).want(201);
        reverse(&seen).refused(412, "precondition-failed");
        // of a move out of suspense the money is what was read
        let seen = tag(&world.get("reviewer", &format!("/v1/suspense/{}", there.suspense)));
        let path = format!("/v1/suspense-moves/{}/undo", there.cleared);
        let body = json!({"reason": "找到了"});
        let send =
            |tag: &str| world.with(("POST", "reviewer", path.as_str()), &[("if-match", tag)], Some(&body));
        send("\"x\"").refused(412, "precondition-failed");
        send(&seen).want(200);
        send(&seen).refused(412, "precondition-failed");
    });
}

/// An act on a thing: another tag is refused and leaves it, that which was read is taken, once. Without one the use-case alone judges: it
/// answers so the second time.
fn act_on(world: &World, thing: &str, (role, path): (&str, &str), body: &Value, [done, again]: [u16; 2]) {
    let seen = || tag(&world.get("auditor", thing));
    let send = |headers: &[(&str, &str)]| world.with(("POST", role, path), headers, Some(body));
    let first = seen();
    let problem = send(&[("if-match", "\"x\"")]).refused(412, "precondition-failed");
    assert_eq!(problem["errors"][0]["header"], "If-Match", "{path}");
    assert_eq!(seen(), first, "{path}");
    send(&[("if-match", &first)]).want(done);
    assert_ne!(seen(), first, "{path}");
    send(&[("if-match", &first)]).refused(412, "precondition-failed");
    assert_eq!(send(&[]).status, again, "{path}");
}

#[test]
fn what_is_settled_undone_or_issued_is_what_was_read() {
    for_each_database(|db| {
        let world = World::new(db);
        super::deliveries::prepared(&world, "none");
        let there = super::suspense::money(&world);
        super::suspense::charges_allowed(&world);
        let id = |made: &Value| made.as_str().expect("an id").to_owned();
        // lines of a bank
        let fee = format!("/v1/bank-lines/{}", there.fee);
        act_on(&world, &fee, ("administrator", &format!("{fee}/fee")), &json!({}), [201, 409]);
        let came = format!("/v1/bank-lines/{}", there.came);
        let from = json!({"from_account": there.provider});
        act_on(&world, &came, ("clerk", &format!("{came}/payout")), &from, [201, 409]);
        let moved = world.all("auditor", "/v1/bank-moves");
        let payout = moved.iter().find(|one| one["amount"]["amount"] == "55.55").expect("the payout");
        let undo = format!("/v1/bank-moves/{}/undo", id(&payout["id"]));
        world.post("reviewer", &undo, &json!({})).want(200);
        let taken = moved.iter().find(|one| one["amount"]["amount"] == "3.33").expect("the fee");
        world.post("reviewer", &format!("/v1/bank-moves/{}/undo", id(&taken["id"])), &json!({})).want(200);
        let receipt = json!({"receipt": super::by_hand::receipt_of(&world, "C1", "3.33")});
        // it waits for another person, and may be said once more
        act_on(&world, &fee, ("clerk", &format!("{fee}/return")), &receipt, [201, 201]);
        let whole = json!({"suspense": "55.55"});
        act_on(&world, &came, ("clerk", &format!("{came}/settle")), &whole, [201, 409]);
        // an allocation, which shows what took it back
        let invoice = json!({"customer": "C1", "document_date": "2026-11-05", "currency": "CNY",
            "price_mode": "exclusive", "lines": [super::deliveries::line("1", "10")]});
        let invoice = world.post("clerk", "/v1/invoices", &invoice).want(201);
        let receipt = json!({"customer": "C1", "amount": {"amount": "5.00", "currency": "CNY"},
            "value_date": "2026-11-20", "allocations": [{"item": invoice["item"], "amount": "5.00"}]});
        world.post("clerk", "/v1/receipts", &receipt).want(201);
        let listed = format!("/v1/allocations?item={}", id(&invoice["item"]));
        let paid = format!("/v1/allocations/{}", id(&world.all("auditor", &listed)[0]["id"]));
        assert_eq!(world.get("auditor", &paid).want(200)["undone_by"], Value::Null);
        let day = json!({"effective_date": "2026-11-20"});
        act_on(&world, &paid, ("clerk", &format!("{paid}/undo")), &day, [201, 409]);
        let both = world.all("auditor", &listed);
        let (made, undoing): (Vec<_>, Vec<_>) = both.iter().partition(|one| one["reverses"].is_null());
        assert_eq!((made.len(), undoing.len(), &made[0]["undone_by"]), (1, 1, &undoing[0]["id"]));
        assert_eq!(
            (&world.get("auditor", &paid).want(200), &undoing[0]["undone_by"]),
            (made[0], &Value::Null)
        );
        // what was issued may be noted again: the last one counts, and is shown
        let shown = format!("/v1/invoices/{}", id(&invoice["id"]));
        assert_eq!(world.get("auditor", &shown).want(200)["issued"], Value::Null);
        let sent = json!({"date": "2026-11-06", "means": "e-mail"});
        let path = format!("/v1/documents/{}/issued", id(&invoice["id"]));
        act_on(&world, &shown, ("clerk", &path), &sent, [200, 200]);
        let later = FixedClock(world.app.clock.now().plus_seconds(1));
        let later = App { clock: Arc::new(later), ..App::clone(&world.app) };
        let date = NaiveDate::from_ymd_opt(2026, 11, 7).expect("a day");
        let handed = MarkIssued { document: id(&invoice["id"]), date, means: Means::Paper };
        app::document::mark_issued(&later, &Actor::System, world.house.id, &handed).expect("noted");
        let handed = json!({"date": "2026-11-07", "means": "paper"});
        assert_eq!(world.get("auditor", &shown).want(200)["issued"], handed);
        world.verified();
    });
}

/// What is set as a whole has a tag as a whole.
fn sets(world: &World) {
    let ruled = json!({"code": "RULED", "name": "名", "country": "CN", "currency": "CNY"});
    world.post("clerk", "/v1/customers", &ruled).want(201);
    let binding = json!({"slot": "tax", "name": "tax-cn-vat", "valid_from": "2027-01-01"});
    for (method, path, body, status) in [
        ("PUT", "/v1/tolerances", json!({"currency": "CNY", "role": "tail", "amount": "1"}), 200),
        (
            "PUT",
            "/v1/role-limits",
            json!({"role": "reviewer", "currency": "CNY", "kind": "tail", "amount": "1"}),
            200,
        ),
        ("PUT", "/v1/period-locks", json!({"kind": "soft", "through": "2026-09-30"}), 200),
        (
            "PUT",
            "/v1/books",
            json!({"first_month": 1, "voucher_sorts": "three", "reversal_style": "swapped"}),
            200,
        ),
        ("PUT", "/v1/chart", json!({"role": "bank", "part": "USD", "account": "100209"}), 200),
        ("PUT", "/v1/series/invoice", json!({"reset": "month"}), 200),
        (
            "PUT",
            "/v1/delivery-settings",
            json!({"delivery_accounting": "accrued", "invoice_per": "order"}),
            200,
        ),
        ("PUT", "/v1/advance-settings", json!({"tax_category": "lease-13", "supply": "service"}), 200),
        ("PUT", "/v1/customers/RULED/billing-rule", json!({"per": "delivery"}), 200),
        ("POST", "/v1/bindings", binding, 201),
    ] {
        let seen = tag(&world.get("administrator", path));
        let send = |tag: &str| world.with((method, "administrator", path), &[("if-match", tag)], Some(&body));
        send("\"x\"").refused(412, "precondition-failed");
        let blind = || world.with((method, "administrator", path), &[], Some(&body));
        // the first of a set replaces nothing
        let first = ["/v1/tolerances", "/v1/role-limits", "/v1/period-locks"].contains(&path);
        if method == "PUT" && !first {
            blind().refused(428, "precondition-required");
        }
        send(&seen).want(status);
        send(&seen).refused(412, "precondition-failed");
        if method == "PUT" {
            let problem = blind().refused(428, "precondition-required");
            assert_eq!(problem["errors"][0]["header"], "If-Match", "{path}");
        } else {
            blind().want(status);
        }
    }
    let once = |path: &str, body: &Value| world.with(("PUT", "clerk", path), &[], Some(body));
    let (day, rate) = ("/v1/fx-rates/USD/CNY/2026-10-08", json!({"rate": "7.1", "origin": "test"}));
    once(day, &rate).want(200);
    once(day, &rate).refused(428, "precondition-required");
    once("/v1/fx-rates/USD/CNY/2026-10-09", &rate).want(200);
}

#[test]
fn a_repeated_request_is_answered_though_its_condition_no_longer_holds() {
    for_each_database(|db| {
        let world = World::new(db);
        world.post("clerk", "/v1/customers", &customer("甲")).want(201);
        let seen = tag(&world.get("clerk", "/v1/customers/C1"));
        let text = customer("乙").to_string();
        let headers = [("if-match", seen.as_str())];
        let send = Send {
            token: Some(world.house.token("clerk")),
            key: Some("same"),
            media: Some("application/json"),
            headers: &headers,
            body: Some(text.as_bytes()),
            ..Send::default()
        };
        let first = world.send("PUT", "/v1/customers/C1", &send);
        first.want(200);
        let again = world.send("PUT", "/v1/customers/C1", &send);
        assert_eq!((again.status, &again.bytes), (200, &first.bytes));
        assert_eq!(again.header("idempotency-hit"), "true");
    });
}
