//! One person is no two: neither with a user whom she made, nor under rules of approval that she loosened.

use super::browser::{Browser, PASSWORD, login, password, user};
use super::drafts::{charged, customer, invoice};
use super::world::{Reply, World};
use app::common::Common;
use app::company::CreateUser;
use app::draft::{self, ReleaseReason};
use domain::actor::{Actor, Role};
use domain::ids::UserId;
use serde_json::{Value, json};
use store::testing::for_each_database;

/// The administrator, as who is logged in.
fn administrator(world: &World) -> Actor {
    let id = user(world, world.house.id, "administrator");
    Actor::User { id, company: world.house.id, roles: vec![Role::Administrator] }
}

/// A user whom the administrator makes, with a password that she gives her: she logs in as that one.
fn ghost<'a>(world: &'a World, name: &str, roles: &[&str]) -> (UserId, Browser<'a>) {
    let body = json!({"login": name, "name": name, "roles": roles});
    world.post("administrator", "/v1/users", &body).want(201);
    let id = user(world, world.house.id, name);
    let lasting = (PASSWORD, false);
    app::people::set_password(&world.app, &administrator(world), world.house.id, id, lasting).unwrap();
    (id, Browser::with(world, &login(world, Some("chenghu"), name, PASSWORD)))
}

/// An administrator whom the operator makes.
fn another<'a>(world: &'a World, name: &str) -> Browser<'a> {
    let roles = vec![Role::Administrator];
    let input = CreateUser { login: name.to_owned(), name: name.to_owned(), roles };
    app::company::create_user(&world.app, &Actor::System, world.house.id, &input).unwrap();
    password(world, world.house.id, name, PASSWORD);
    Browser::with(world, &login(world, Some("chenghu"), name, PASSWORD))
}

fn write_off(item: &Value) -> Value {
    json!({"kind": "write-off", "body": {"item": item, "amount": "1", "reason": "tail", "date": "2026-12-01"}})
}

/// A draft that somebody makes and submits.
fn submitted(post: &dyn Fn(&str, &Value) -> Reply, draft: &Value) -> String {
    let made = post("/v1/drafts", draft).want(201);
    let path = format!("/v1/drafts/{}", made["id"].as_str().unwrap());
    post(&format!("{path}/submit"), &json!({})).want(200);
    path
}

pub(super) fn verifies(world: &World) -> bool {
    world.seal();
    world.post("auditor", "/v1/verify", &json!({})).want(200)["holds"] == json!(true)
}

#[test]
fn an_administrator_and_a_user_whom_she_made_are_one_until_another_confirms_her() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let item = charged(&world, "clerk", "C1")["item"].clone();
        let (id, twin) = ghost(&world, "twin", &["clerk", "reviewer"]);
        let path = format!("/v1/users/{id}");
        let own = user(&world, world.house.id, "administrator").to_string();
        assert_eq!(world.get("auditor", &path).want(200)["behind"], json!(own));
        let by_admin = |path: &str, body: &Value| world.post("administrator", path, body);
        let by_twin = |path: &str, body: &Value| twin.post(path, body);
        let (hers, ghosts) =
            (submitted(&by_admin, &write_off(&item)), submitted(&by_twin, &write_off(&item)));
        let approve = |path: &str| format!("{path}/approve");
        by_twin(&approve(&hers), &json!({})).refused(403, "maker-is-checker");
        by_admin(&approve(&ghosts), &json!({})).refused(403, "maker-is-checker");
        // who checks another's is no other person where she who stands behind her charged the customer
        charged(&world, "administrator", "C1");
        let body = json!({"item": item, "amount": "1", "reason": "tail", "date": "2026-11-30"});
        let by_clerk = |path: &str, body: &Value| world.post("clerk", path, body);
        let november = submitted(&by_clerk, &json!({"kind": "write-off", "body": body}));
        by_twin(&approve(&november), &json!({})).refused(403, "separation-of-duties");
        world.post("reviewer", &approve(&november), &json!({})).want(200);

        // neither she, nor the one made, nor an administrator whom she made confirms
        let confirm = format!("{path}/confirm");
        by_admin(&confirm, &json!({})).refused(403, "maker-is-checker");
        by_twin(&confirm, &json!({})).refused(403, "forbidden");
        let (deputy_id, deputy) = ghost(&world, "deputy", &["administrator"]);
        deputy.post(&confirm, &json!({})).refused(403, "maker-is-checker");
        deputy.post(&format!("/v1/users/{deputy_id}/confirm"), &json!({})).refused(403, "maker-is-checker");
        let another = another(&world, "second");
        let confirmed = another.post(&confirm, &json!({})).want(200);
        assert!(confirmed["behind"].is_null(), "{confirmed}");
        assert_eq!(another.post(&confirm, &json!({})).want(200), confirmed, "it stays so");
        assert_eq!(by_twin(&approve(&hers), &json!({})).want(200)["state"], "posted");
        assert_eq!(by_admin(&approve(&ghosts), &json!({})).want(200)["state"], "posted");
        // a new password makes her the one who gave it, and the operator confirms whom nobody else can
        by_admin(&format!("{path}/password"), &json!({"password": "five lakes and a canal"})).want(200);
        assert_eq!(world.get("auditor", &path).want(200)["behind"], json!(own));
        app::people::confirm_user(&world.app, &Actor::System, world.house.id, id).unwrap();
        assert!(world.get("auditor", &path).want(200)["behind"].is_null());
        world.seal();
        let told = world.all("auditor", &format!("/v1/events?subject={id}"));
        let kinds: Vec<&str> = told.iter().map(|one| one["kind"].as_str().unwrap()).collect();
        let set = "user.password-set";
        assert_eq!(
            kinds.into_iter().filter(|kind| !kind.starts_with("session")).collect::<Vec<_>>(),
            ["user.created", set, "user.confirmed", set, "user.confirmed"]
        );
        assert!(verifies(&world));
        db.execute("UPDATE users SET behind = NULL WHERE login = 'deputy'");
        assert!(!verifies(&world), "who stands behind whom is what the events say");
    });
}

/// The one administrator of a small company makes its clerk and its reviewer: they check each other.
#[test]
fn two_whom_one_administrator_made_are_two() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let item = charged(&world, "clerk", "C1")["item"].clone();
        let (_, bookkeeper) = ghost(&world, "bookkeeper", &["clerk"]);
        let (_, checker) = ghost(&world, "checker", &["reviewer"]);
        let made = submitted(&|path, body| bookkeeper.post(path, body), &write_off(&item));
        assert_eq!(checker.post(&format!("{made}/approve"), &json!({})).want(200)["state"], "posted");
        world.verified();
    });
}

#[test]
fn who_loosened_the_rules_is_bound_by_the_earlier_ones() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let rules = |approvals: u32| match approvals {
            0 => json!({"rules": []}),
            n => json!({"rules": [{"kind": "invoice", "from": "0", "approvals": n}]}),
        };
        let put =
            |approvals: u32| world.put("administrator", "/v1/approval-rules", &rules(approvals)).want(200);
        let by_admin = |path: &str, body: &Value| world.post("administrator", path, body);
        // at first there are none, and what is tightened binds at once
        by_admin("/v1/invoices", &invoice("C1", "1")).want(201);
        put(1);
        put(2);
        let set = put(0);
        let kept = set["rules"].as_array().unwrap().iter().find(|rule| rule["binds"].is_string()).unwrap();
        let own = user(&world, world.house.id, "administrator").to_string();
        assert_eq!((&kept["approvals"], &kept["binds"]), (&json!(2), &json!(own)), "{set}");
        let entries = db.count("SELECT COUNT(*) AS n FROM entries");
        by_admin("/v1/invoices", &invoice("C1", "2")).refused(403, "approval-required");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM entries"), entries, "nothing was written");
        // of everybody else the rules as they are hold
        world.post("clerk", "/v1/invoices", &invoice("C1", "3")).want(201);
        let draft = json!({"kind": "invoice", "body": invoice("C1", "4")});
        let hers = submitted(&by_admin, &draft);
        assert_eq!(world.get("auditor", &hers).want(200)["approvals"]["needed"], 2);
        let once = world.post("reviewer", &format!("{hers}/approve"), &json!({})).want(200);
        assert_eq!((&once["state"], &once["approvals"]["given"]), (&json!("submitted"), &json!(1)));
        // to send all of it back, to set it again, or to have her deputy set it changes nothing
        world.put("administrator", "/v1/approval-rules", &set).want(200);
        put(0);
        by_admin("/v1/invoices", &invoice("C1", "5")).refused(403, "approval-required");
        let by = |who: &Browser<'_>| {
            let tag = who.get("/v1/approval-rules").header("etag").to_owned();
            let headers = [("x-csrf-token", who.csrf.as_str()), ("if-match", &tag)];
            who.send("PUT", "/v1/approval-rules", &headers, Some(&rules(0))).want(200)
        };
        let (_, deputy) = ghost(&world, "deputy", &["administrator"]);
        by(&deputy);
        by_admin("/v1/invoices", &invoice("C1", "6")).refused(403, "approval-required");
        deputy.post("/v1/invoices", &invoice("C1", "6")).refused(403, "approval-required");
        assert!(verifies(&world));
        let as_it_was = "UPDATE approval_rules SET approvals = 2 WHERE binds IS NOT NULL";
        db.execute("UPDATE approval_rules SET approvals = 1 WHERE binds IS NOT NULL");
        assert!(!verifies(&world), "what binds her still is what the event says");
        db.execute(as_it_was);
        // another administrator sets them: they are no longer hers
        by(&another(&world, "second"));
        by_admin("/v1/invoices", &invoice("C1", "7")).want(201);
        assert!(verifies(&world));
    });
}

/// The one administrator of a company set two approvals by mistake: what she loosened binds her until the operator says otherwise.
#[test]
fn the_operator_releases_the_one_administrator_from_rules_that_she_loosened() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        customer(&world, "C1");
        let put = |rules: Value| world.put("administrator", "/v1/approval-rules", &json!({"rules": rules}));
        let by_admin = |net: &str| world.post("administrator", "/v1/invoices", &invoice("C1", net));
        put(json!([{"kind": "invoice", "from": "0", "approvals": 2}])).want(200);
        put(json!([{"kind": "receipt", "from": "0", "approvals": 1}])).want(200);
        by_admin("1").refused(403, "approval-required");
        let release =
            |actor: &Actor| draft::release(&world.app, actor, world.house.id, ReleaseReason::Mistake);
        // nor does she release herself, by whatever door
        let refused = release(&administrator(&world)).unwrap_err();
        assert!(matches!(&refused, Common::Invalid { pointer, .. } if pointer == "/actor"), "{refused}");
        by_admin("1").refused(403, "approval-required");
        let own = user(&world, world.house.id, "administrator").to_string();
        assert_eq!(release(&Actor::System).unwrap().as_ref(), Some(&own));
        by_admin("1").want(201);
        let left = world.get("auditor", "/v1/approval-rules").want(200);
        let stands = |kind: &str, bound: bool| {
            let rules = left["rules"].as_array().unwrap().iter();
            rules
                .filter(|rule| {
                    rule["kind"] == kind
                        && rule["builtin"] != json!(true)
                        && rule["binds"].is_string() == bound
                })
                .count()
        };
        assert_eq!((stands("receipt", false), stands("invoice", true)), (1, 0), "{left}");
        assert_eq!(release(&Actor::System).unwrap(), None, "nobody is bound any more");
        world.seal();
        let told = world.all("auditor", "/v1/events?kind=approval-rules.released");
        assert_eq!(told.len(), 1, "{told:?}");
        let said = [&told[0]["actor"], &told[0]["data"]["person"], &told[0]["data"]["reason"]];
        assert_eq!(said, [&json!("system"), &json!(own), &json!("mistake")]);
        assert!(verifies(&world));
    });
}
