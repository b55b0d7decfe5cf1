//! Users, roles, tokens.

use super::browser::{Browser, PASSWORD, login, password, user};
use super::world::{Send, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

fn change(world: &World, id: &str, body: &Value) -> super::world::Reply {
    let path = format!("/v1/users/{id}");
    let tag = world.get("administrator", &path).header("etag").to_owned();
    world.with(("PUT", "administrator", &path), &[("if-match", &tag)], Some(body))
}

#[test]
fn users_are_made_shown_and_changed() {
    for_each_database(|db| {
        let world = World::new(db);
        let body = json!({"login": "wang", "name": "王会计", "roles": ["reviewer", "clerk", "reviewer"]});
        let made = world.post("administrator", "/v1/users", &body).want(201);
        assert_eq!(made["roles"], json!(["clerk", "reviewer"]), "each once, in one order");
        assert_eq!((&made["active"], &made["has_password"]), (&json!(true), &json!(false)));
        world.post("administrator", "/v1/users", &body).refused(409, "code-taken");
        for (bad, status, code) in [
            (json!({"login": "x", "name": "n", "roles": []}), 422, "invalid-field"),
            (json!({"login": "x", "name": "n", "roles": ["king"]}), 400, "invalid-body"),
            // 出纳 keeps no accounts, checks none and keeps no archives
            (json!({"login": "x", "name": "n", "roles": ["clerk", "cashier"]}), 422, "invalid-field"),
            (json!({"login": "x", "name": "n", "roles": ["cashier", "auditor"]}), 422, "invalid-field"),
            (json!({"login": "名", "name": "n", "roles": ["clerk"]}), 422, "invalid-field"),
            (json!({"login": "x", "name": "n", "roles": ["clerk"], "password": "x"}), 400, "invalid-body"),
        ] {
            world.post("administrator", "/v1/users", &bad).refused(status, code);
        }
        let id = made["id"].as_str().unwrap();
        assert_eq!(world.get("auditor", &format!("/v1/users/{id}")).want(200), made);
        let all = world.get("auditor", "/v1/users").want(200);
        let logins: Vec<&str> =
            all["items"].as_array().unwrap().iter().map(|one| one["login"].as_str().unwrap()).collect();
        assert!(logins.is_sorted() && logins.contains(&"wang") && logins.len() == 7, "{logins:?}");
        let both = json!({"name": "王会计", "roles": ["cashier", "administrator"], "active": true});
        let refused = change(&world, id, &both).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/roles");
        let body = json!({"name": "王会计", "roles": ["clerk"], "active": true});
        let changed = change(&world, id, &body).want(200);
        assert_eq!((&changed["name"], &changed["roles"]), (&json!("王会计"), &json!(["clerk"])));
        let path = format!("/v1/users/{id}");
        world.put("administrator", &path, &body).refused(428, "precondition-required");
        world
            .with(("PUT", "administrator", &path), &[("if-match", "\"x\"")], Some(&body))
            .refused(412, "precondition-failed");
        world.with(("PUT", "reviewer", &path), &[("if-match", "*")], Some(&body)).refused(403, "forbidden");
        world.seal();
        let told = world.get("auditor", &format!("/v1/events?subject={id}")).want(200);
        let kinds: Vec<&Value> = told["items"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
        assert_eq!(kinds, ["user.created", "user.changed"]);
        assert!(!told.to_string().contains("王"), "no names in the chain: {told}");
    });
}

#[test]
fn nobody_gives_herself_roles_and_one_administrator_stays() {
    for_each_database(|db| {
        let world = World::new(db);
        let own = user(&world, world.house.id, "administrator").to_string();
        let more = json!({"name": "管理员", "roles": ["administrator", "reviewer"], "active": true});
        change(&world, &own, &more).refused(403, "own-account");
        let less = json!({"name": "管理员", "roles": ["administrator"], "active": false});
        change(&world, &own, &less).refused(403, "own-account");
        let myself = json!({"password": "one for myself"});
        world
            .post("administrator", &format!("/v1/users/{own}/password"), &myself)
            .refused(403, "own-account");
        let renamed = json!({"name": "管理员", "roles": ["administrator"], "active": true});
        assert_eq!(change(&world, &own, &renamed).want(200)["name"], "管理员");
        // a session is the same person as a token
        let browser = Browser::of(&world, "administrator");
        let path = format!("/v1/users/{own}");
        let tag = browser.get(&path).header("etag").to_owned();
        let headers = [("x-csrf-token", browser.csrf.as_str()), ("if-match", &tag)];
        browser.send("PUT", &path, &headers, Some(&more)).refused(403, "own-account");
        // a second one takes the first one's role away, and is the last then
        let second = json!({"login": "second", "name": "n", "roles": ["administrator"]});
        world.post("administrator", "/v1/users", &second).want(201);
        let id = password(&world, world.house.id, "second", PASSWORD);
        let browser = Browser::with(&world, &login(&world, Some("chenghu"), "second", PASSWORD));
        let by_second = |path: &str, body: &Value| {
            let tag = browser.get(path).header("etag").to_owned();
            let headers = [("x-csrf-token", browser.csrf.as_str()), ("if-match", &tag)];
            browser.send("PUT", path, &headers, Some(body))
        };
        let clerk = json!({"name": "n", "roles": ["clerk"], "active": true});
        by_second(&path, &clerk).want(200);
        world.get("administrator", "/v1/tokens").refused(403, "forbidden");
        let operator = domain::actor::Actor::System;
        let gone = app::people::ChangeUser {
            name: "n".to_owned(),
            roles: vec![domain::actor::Role::Administrator],
            active: false,
        };
        let refused = app::people::change_user(&world.app, &operator, world.house.id, id, &gone).unwrap_err();
        assert!(refused.to_string().contains("last active administrator"), "{refused}");
        by_second(&format!("/v1/users/{id}"), &clerk).refused(403, "own-account");
    });
}

/// Two who take each other's role away at the same time: one is left.
#[test]
fn of_two_administrators_who_remove_each_other_one_stays() {
    for_each_database(|db| {
        let world = World::new(db);
        let second = json!({"login": "second", "name": "n", "roles": ["administrator"]});
        world.post("administrator", "/v1/users", &second).want(201);
        let company = world.house.id;
        let ids = ["administrator", "second"].map(|login| user(&world, company, login));
        let gone = app::people::ChangeUser {
            name: "n".to_owned(),
            roles: vec![domain::actor::Role::Clerk],
            active: true,
        };
        let done: Vec<bool> = std::thread::scope(|scope| {
            let all: Vec<_> = [0, 1]
                .into_iter()
                .map(|n: usize| {
                    let (app, gone) = (&world.app, &gone);
                    let actor = domain::actor::Actor::User {
                        id: ids[1 - n],
                        company,
                        roles: vec![domain::actor::Role::Administrator],
                    };
                    scope.spawn(move || app::people::change_user(app, &actor, company, ids[n], gone).is_ok())
                })
                .collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
    });
}

#[test]
fn roles_say_what_they_may_do() {
    for_each_database(|db| {
        let world = World::new(db);
        let roles = world.get("clerk", "/v1/roles").want(200);
        let may = |role: &str| -> Vec<String> {
            let all = roles["items"].as_array().unwrap();
            let one = all.iter().find(|one| one["name"] == role).unwrap_or_else(|| panic!("{role}"));
            let permissions = one["permissions"].as_array().unwrap();
            permissions.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
        };
        assert_eq!(may("clerk"), ["read", "enter", "run"]);
        assert_eq!(may("auditor"), ["read", "audit"]);
        assert_eq!(may("reviewer"), ["read", "approve", "lock", "audit"]);
        assert!(roles["items"][0]["permissions"][0]["deed"].as_str().is_some_and(|deed| !deed.is_empty()));
    });
}

#[test]
fn a_token_is_shown_once_and_kept_as_a_digest() {
    for_each_database(|db| {
        let world = World::new(db);
        let body = json!({"user": "integrator", "label": "网店", "expires_in_days": 30}).to_string();
        let send = |key: &str| {
            let send = Send {
                token: Some(world.house.token("administrator")),
                key: Some(key),
                media: Some("application/json"),
                body: Some(body.as_bytes()),
                ..Send::default()
            };
            world.send("POST", "/v1/tokens", &send)
        };
        let made = send("one").want(201);
        let secret = made["secret"].as_str().unwrap().to_owned();
        assert_eq!(made["expires_at"], "2027-01-01T04:00:00.000000Z");
        // the answer is kept nowhere: not even for who repeats the request
        send("one").refused(409, "idempotency-outcome-unknown");
        let used = world.send("GET", "/v1/company", &Send { token: Some(&secret), ..Send::default() });
        used.want(200);
        let id = made["id"].as_str().unwrap();
        let listed = world.get("administrator", "/v1/tokens").want(200);
        let one = listed["items"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap().clone();
        assert_eq!((&one["login"], &one["label"]), (&json!("integrator"), &json!("网店")));
        assert!(!listed.to_string().contains(&secret));
        let of_her = format!("/v1/tokens?user={}", one["user"].as_str().unwrap());
        assert_eq!(world.get("administrator", &of_her).want(200)["items"].as_array().unwrap().len(), 2);
        // two who check each other are not one who holds two tokens
        let another = json!({"user": "reviewer", "label": "x"});
        world.post("administrator", "/v1/tokens", &another).refused(403, "forbidden");
        world.post("administrator", "/v1/tokens", &json!({"user": "administrator", "label": "x"})).want(201);
        world
            .post("administrator", "/v1/tokens", &json!({"user": "nobody", "label": "x"}))
            .refused(404, "not-found");
        let path = format!("/v1/tokens/{id}/revoke");
        let revoked = world.post("administrator", &path, &json!({})).want(200);
        assert!(revoked["revoked_at"].is_string(), "{revoked}");
        assert_eq!(world.post("administrator", &path, &json!({})).want(200), revoked);
        let refused = world.send("GET", "/v1/company", &Send { token: Some(&secret), ..Send::default() });
        refused.refused(401, "token-revoked");
    });
}
