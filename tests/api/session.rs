//! Logging in, what a session may do, and how it ends.

use super::browser::{Browser, PASSWORD, login, password, set_cookie, user};
use super::world::{Send, World};
use domain::canonical::Digest;
use domain::time::Instant;
use serde_json::{Value, json};
use store::query;
use store::testing::{TestDb, for_each_database};

fn customer(code: &str) -> Value {
    json!({"code": code, "name": "名", "country": "CN", "currency": "CNY"})
}

#[test]
fn who_logs_in_works_with_her_roles_and_logs_out() {
    for_each_database(|db| {
        let world = World::new(db);
        world.get("clerk", "/v1/session").refused(401, "session-missing");
        password(&world, world.house.id, "clerk", PASSWORD);
        let reply = login(&world, Some("chenghu"), "clerk", PASSWORD);
        let session = reply.want(200);
        let (secret, about) = set_cookie(&reply);
        assert!(secret.starts_with("zs_") && secret.len() == 67, "256 bits");
        assert_eq!(about, "HttpOnly; SameSite=Strict; Path=/; Max-Age=43200");
        assert_eq!(reply.header("cache-control"), "no-store");
        assert_eq!(session["person"]["login"], "clerk");
        assert_eq!(session["person"]["roles"], json!(["clerk"]));
        assert_eq!(session["person"]["permissions"], json!(["read", "enter", "run"]));
        let company = &session["company"];
        assert_eq!((&company["code"], &company["today"]), (&json!("chenghu"), &json!("2026-12-02")));
        assert_eq!((&company["locale"], &company["base_currency"]), (&json!("zh-CN"), &json!("CNY")));
        assert_eq!(
            session["companies"],
            json!([{"code": "chenghu", "name": company["name"], "current": true}])
        );
        assert_eq!(session["must_change_password"], false);
        assert!(
            !reply.bytes.windows(secret.len()).any(|w| w == secret.as_bytes()),
            "the cookie alone has it"
        );
        let browser = Browser::with(&world, &reply);
        assert_eq!(browser.get("/v1/session").want(200), session);
        browser.post("/v1/customers", &customer("C1")).want(201);
        assert_eq!(browser.get("/v1/customers/C1").want(200)["code"], "C1");
        // her roles, and the company of the session
        browser
            .post("/v1/bindings", &json!({"slot": "tax", "name": "x", "valid_from": "2026-01-01"}))
            .refused(403, "forbidden");
        let made = world.get("auditor", "/v1/customers/C1").want(200);
        assert_eq!(made["name"], "名");
        assert_eq!(browser.act("DELETE", "/v1/session", None).status, 204);
        browser.get("/v1/session").refused(401, "session-expired");
        browser.get("/v1/customers").refused(401, "session-expired");
        browser.post("/v1/customers", &customer("C2")).refused(401, "session-expired");
        assert_eq!(browser.act("DELETE", "/v1/session", None).status, 204, "it stays ended");
        noted(&world, db);
    });
}

/// Opened and ended stand in the chain, and nothing of the person but her id.
fn noted(world: &World, db: &TestDb) {
    world.seal();
    for kind in ["session.opened", "session.ended", "user.password-set"] {
        let found = world.get("auditor", &format!("/v1/events?kind={kind}")).want(200);
        assert_eq!(found["items"].as_array().unwrap().len(), 1, "{kind}: {found}");
        assert_eq!(found["items"][0]["subject"], user(world, world.house.id, "clerk").to_string());
    }
    let kept = db.count("SELECT COUNT(*) AS n FROM sessions WHERE ended_at IS NOT NULL");
    assert_eq!(kept, 1);
    assert_eq!(
        db.count("SELECT COUNT(*) AS n FROM passwords WHERE hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'"),
        1
    );
}

#[test]
fn whatever_is_wrong_the_answer_is_one() {
    for_each_database(|db| {
        let world = World::new(db);
        password(&world, world.house.id, "clerk", PASSWORD);
        let wrong = login(&world, Some("chenghu"), "clerk", "three lakes and a river");
        let told = wrong.refused(401, "login-refused");
        assert!(wrong.headers.get("set-cookie").is_none());
        for (company, who, secret) in [
            (Some("nowhere"), "clerk", PASSWORD),
            (Some("other"), "clerk", PASSWORD),
            (Some("chenghu"), "nobody", PASSWORD),
            (Some("chenghu"), "auditor", PASSWORD),
            (Some("chenghu"), "clerk", ""),
        ] {
            let other = login(&world, company, who, secret).refused(401, "login-refused");
            assert_eq!(
                (&other["detail"], &other["next"]),
                (&told["detail"], &told["next"]),
                "{company:?} {who}"
            );
        }
        let several = login(&world, None, "clerk", PASSWORD).refused(422, "invalid-field");
        assert_eq!(several["errors"][0]["pointer"], "/company");
        let body = json!({"login": "clerk", "password": PASSWORD, "company": "chenghu"}).to_string();
        let send = |path: &str, headers: &[(&str, &str)], media: &str| {
            let send = Send { media: Some(media), headers, body: Some(body.as_bytes()), ..Send::default() };
            world.send("POST", path, &send)
        };
        // a form of another site can send neither JSON nor hide whence it comes
        send("/v1/session", &[], "text/plain").refused(415, "unsupported-media-type");
        let json = "application/json";
        send("/v1/session", &[("origin", "https://evil.example")], json).refused(403, "csrf");
        send("/v1/session", &[("sec-fetch-site", "cross-site")], json).refused(403, "csrf");
        send("/v1/session?dry_run=true", &[], json).refused(400, "invalid-parameter");
        send("/v1/session", &[], json).want(200);
    });
}

#[test]
fn after_some_failures_who_guesses_waits() {
    for_each_database(|db| {
        let world = World::new(db);
        password(&world, world.house.id, "clerk", PASSWORD);
        password(&world, world.house.id, "reviewer", PASSWORD);
        for _ in 0..5 {
            login(&world, Some("chenghu"), "clerk", "guess after guess").refused(401, "login-refused");
        }
        let refused = login(&world, Some("chenghu"), "clerk", PASSWORD);
        refused.refused(429, "too-many-attempts");
        assert_eq!(refused.header("retry-after"), "2", "at the latest");
        // a login that is not there is no different
        for _ in 0..5 {
            login(&world, Some("chenghu"), "nobody", "guess after guess").refused(401, "login-refused");
        }
        login(&world, Some("chenghu"), "nobody", "guess").refused(429, "too-many-attempts");
        // another one is not kept out, and time passes
        login(&world, Some("chenghu"), "reviewer", PASSWORD).want(200);
        let subject = Digest::of_bytes(b"login\0chenghu\0clerk");
        let (now, count) = (world.app.clock.now(), 6);
        let earlier = |seconds: i64| {
            let row =
                store::rows::LoginFailures { subject, failures: count, last_at: now.plus_seconds(-seconds) };
            world.app.db.write(|tx| query::login_failures::put(tx, &row)).unwrap();
        };
        earlier(1);
        login(&world, Some("chenghu"), "clerk", PASSWORD).refused(429, "too-many-attempts");
        earlier(2);
        login(&world, Some("chenghu"), "clerk", PASSWORD).want(200);
        // it begins anew
        for _ in 0..5 {
            login(&world, Some("chenghu"), "clerk", "guess after guess").refused(401, "login-refused");
        }
        world.seal();
        let told = world.get("auditor", "/v1/events?kind=session.refused").want(200);
        assert_eq!(told["items"].as_array().unwrap().len(), 10, "those of somebody who is known");
        app::people::purge(&world.app).unwrap();
        assert!(db.count("SELECT COUNT(*) AS n FROM login_failures") > 0, "of today");
    });
}

#[test]
fn of_many_guesses_at_once_no_more_are_free() {
    for_each_database(|db| {
        let world = World::new(db);
        password(&world, world.house.id, "clerk", PASSWORD);
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let one = |_| scope.spawn(|| login(&world, Some("chenghu"), "clerk", "guess after guess").status);
            let all: Vec<_> = (0..16).map(one).collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 5, "{statuses:?}");
        assert!(statuses.iter().all(|status| [401, 429].contains(status)), "{statuses:?}");
    });
}

#[test]
fn a_change_by_cookie_needs_the_token_of_its_page() {
    for_each_database(|db| {
        let world = World::new(db);
        let browser = Browser::of(&world, "clerk");
        let body = customer("C1");
        let post = |headers: &[(&str, &str)]| browser.send("POST", "/v1/customers", headers, Some(&body));
        assert_eq!(post(&[]).refused(403, "csrf")["errors"][0]["header"], "X-CSRF-Token");
        post(&[("x-csrf-token", &"0".repeat(64))]).refused(403, "csrf");
        let token = ("x-csrf-token", browser.csrf.as_str());
        post(&[token, ("origin", "https://evil.example")]).refused(403, "csrf");
        post(&[token, ("sec-fetch-site", "same-site")]).refused(403, "csrf");
        let path = "/v1/session";
        browser.send("DELETE", path, &[], None).refused(403, "csrf");
        let switch = json!({"company": "other"});
        browser.send("POST", "/v1/session/company", &[], Some(&switch)).refused(403, "csrf");
        assert_eq!(world.all("auditor", "/v1/customers").len(), 0);
        browser.get("/v1/customers").want(200);
        // a bearer token counts before the cookie, and needs no proof
        let bearer = format!("Bearer {}", world.house.token("auditor"));
        post(&[("authorization", &bearer)]).refused(403, "forbidden");
        let bearer = format!("Bearer {}", world.house.token("integrator"));
        post(&[("authorization", &bearer)]).want(201);
        post(&[token]).refused(409, "code-taken");
        browser
            .send("GET", "/v1/customers", &[("authorization", "Bearer zb_x")], None)
            .refused(401, "token-unknown");
    });
}

#[test]
fn a_session_sees_its_own_company_alone() {
    for_each_database(|db| {
        let world = World::new(db);
        let ours = world.post("clerk", "/v1/customers", &customer("C1")).want(201);
        password(&world, world.other.id, "administrator", PASSWORD);
        let reply = login(&world, Some("other"), "administrator", PASSWORD);
        let theirs = Browser::with(&world, &reply);
        theirs.get(&format!("/v1/customers/{}", ours["id"].as_str().unwrap())).refused(404, "not-found");
        let id = user(&world, world.house.id, "clerk");
        theirs.get(&format!("/v1/users/{id}")).refused(404, "not-found");
        theirs
            .post(&format!("/v1/users/{id}/password"), &json!({"password": "another long password"}))
            .refused(404, "not-found");
        theirs.post("/v1/session/company", &json!({"company": "chenghu"})).refused(404, "not-found");
        assert_eq!(
            theirs.get("/v1/session").want(200)["company"]["code"],
            "other",
            "it goes on where it was"
        );
    });
}

#[test]
fn a_session_ends_when_it_is_idle_old_or_its_user_is_gone() {
    for_each_database(|db| {
        let world = World::new(db);
        let (id, now) = (world.house.id, world.app.clock.now());
        let browser = Browser::of(&world, "clerk");
        let hash = Digest::of_bytes(browser.cookie.as_bytes());
        let row = || world.app.db.read(|c| query::sessions::by_hash(c, hash)).unwrap().unwrap().0;
        let seen =
            |at: Instant| world.app.db.write(|tx| query::sessions::touch(tx, id, row().id, at)).unwrap();
        seen(now.plus_seconds(-3_599));
        browser.get("/v1/company").want(200);
        assert_eq!(row().seen_at, now, "its use is noted");
        seen(now.plus_seconds(-59));
        browser.get("/v1/company").want(200);
        assert_eq!(row().seen_at, now.plus_seconds(-59), "but not each");
        seen(now.plus_seconds(-3_600));
        browser.get("/v1/session").refused(401, "session-expired");
        browser.post("/v1/customers", &customer("C1")).refused(401, "session-expired");
        seen(now);
        let old = if db.db().kind() == store::Kind::Postgres {
            "TIMESTAMP '2026-12-02 04:00:00'"
        } else {
            "'2026-12-02 04:00:00.000000'"
        };
        db.execute(&format!("UPDATE sessions SET expires_at = {old}"));
        browser.get("/v1/company").refused(401, "session-expired");
        // deactivated by another
        let browser = Browser::of(&world, "clerk");
        browser.get("/v1/company").want(200);
        let path = format!("/v1/users/{}", user(&world, id, "clerk"));
        let seen = world.get("administrator", &path);
        let body = json!({"name": "clerk", "roles": ["clerk"], "active": false});
        let match_ = [("if-match", seen.header("etag"))];
        world.with(("PUT", "administrator", &path), &match_, Some(&body)).want(200);
        browser.get("/v1/company").refused(401, "session-expired");
        login(&world, Some("chenghu"), "clerk", PASSWORD).refused(401, "login-refused");
        world.get("clerk", "/v1/company").refused(401, "token-revoked");
        // forgotten a day after they ended
        app::people::purge(&world.app).unwrap();
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM sessions"), 2);
    });
}

#[test]
fn ones_own_password_is_changed_by_the_old_one_and_others_sessions_of_hers_end() {
    for_each_database(|db| {
        let world = World::new(db);
        let elsewhere = Browser::of(&world, "clerk");
        let browser = Browser::with(&world, &login(&world, Some("chenghu"), "clerk", PASSWORD));
        elsewhere.get("/v1/company").want(200);
        let change =
            |old: &str, new: &str| browser.post("/v1/session/password", &json!({"old": old, "new": new}));
        for (old, new, pointer) in [
            ("not the old one", "four lakes and a canal", "/old"),
            (PASSWORD, "short", "/new"),
            (PASSWORD, PASSWORD, "/new"),
            (PASSWORD, "password1234", "/new"),
            (PASSWORD, "clerk clerk 1", "/new"),
        ] {
            let refused = change(old, new).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], pointer, "{new}");
        }
        let changed = change(PASSWORD, "four lakes and a canal");
        assert_eq!(changed.want(200)["person"]["login"], "clerk");
        for ended in [&browser, &elsewhere] {
            ended.get("/v1/company").refused(401, "session-expired");
        }
        let now = Browser::with(&world, &changed);
        assert_ne!(now.csrf, browser.csrf);
        now.post("/v1/customers", &customer("C1")).want(201);
        login(&world, Some("chenghu"), "clerk", PASSWORD).refused(401, "login-refused");
        login(&world, Some("chenghu"), "clerk", "four lakes and a canal").want(200);
        // an open screen is no door for guesses
        for _ in 0..5 {
            now.post(
                "/v1/session/password",
                &json!({"old": "a guess at it", "new": "five lakes and a canal"}),
            );
        }
        let body = json!({"old": "a guess at it", "new": "five lakes and a canal"});
        now.post("/v1/session/password", &body).refused(429, "too-many-attempts");
    });
}

#[test]
fn a_password_that_another_set_is_changed_before_anything_else() {
    for_each_database(|db| {
        let world = World::new(db);
        let path = format!("/v1/users/{}/password", user(&world, world.house.id, "clerk"));
        let set =
            world.post("administrator", &path, &json!({"password": "from her administrator"})).want(200);
        assert_eq!((&set["has_password"], &set["must_change_password"]), (&json!(true), &json!(true)));
        let reply = login(&world, Some("chenghu"), "clerk", "from her administrator");
        assert_eq!(reply.want(200)["must_change_password"], true);
        let browser = Browser::with(&world, &reply);
        assert_eq!(browser.get("/v1/session").want(200)["must_change_password"], true);
        browser.get("/v1/customers").refused(403, "password-change-required");
        browser.post("/v1/customers", &customer("C1")).refused(403, "password-change-required");
        browser
            .post("/v1/session/company", &json!({"company": "chenghu"}))
            .refused(403, "password-change-required");
        let body = json!({"old": "from her administrator", "new": PASSWORD});
        let changed = browser.post("/v1/session/password", &body);
        assert_eq!(changed.want(200)["must_change_password"], false);
        Browser::with(&world, &changed).post("/v1/customers", &customer("C1")).want(201);
        // a repetition with the same key is worked on: it stands in no claim
        let kept = db.count("SELECT COUNT(*) AS n FROM idempotency WHERE route LIKE '%password%'");
        assert_eq!(kept, 0);
    });
}

#[test]
fn one_person_works_in_several_companies() {
    for_each_database(|db| {
        let world = World::new(db);
        let browser = Browser::of(&world, "administrator");
        let body = json!({"code": "third", "name": "第三家", "country": "DE", "base_currency": "EUR",
            "time_zone": "Europe/Berlin", "locale": "en"});
        let made = browser.post("/v1/companies", &body).want(201);
        assert!(made["id"].as_str().unwrap().starts_with("co_"));
        assert_eq!(
            browser.post("/v1/companies", &body).refused(409, "code-taken")["errors"][0]["pointer"],
            "/code"
        );
        let places = browser.get("/v1/session").want(200)["companies"].clone();
        let codes: Vec<&Value> = places.as_array().unwrap().iter().map(|one| &one["code"]).collect();
        assert_eq!(codes, ["chenghu", "third"]);
        let reply = browser.post("/v1/session/company", &json!({"company": "third"}));
        let there = Browser::with(&world, &reply);
        let session = reply.want(200);
        assert_eq!(
            (&session["company"]["base_currency"], &session["company"]["today"]),
            (&json!("EUR"), &json!("2026-12-02"))
        );
        assert_eq!(session["person"]["roles"], json!(["administrator"]));
        browser.get("/v1/company").refused(401, "session-expired");
        assert_eq!(there.get("/v1/company").want(200)["code"], "third");
        // by the same password, which changes in both
        login(&world, Some("third"), "administrator", PASSWORD).want(200);
        let body = json!({"old": PASSWORD, "new": "four lakes and a canal"});
        let changed = there.post("/v1/session/password", &body);
        changed.want(200);
        login(&world, Some("chenghu"), "administrator", PASSWORD).refused(401, "login-refused");
        login(&world, Some("chenghu"), "administrator", "four lakes and a canal").want(200);
        // who administers one of them does not get into the other by a password that she sets
        let theirs = made["id"].as_str().unwrap().parse().unwrap();
        password(&world, theirs, "administrator", "set by somebody else");
        let reply = login(&world, Some("third"), "administrator", "set by somebody else");
        let stranger = Browser::with(&world, &reply);
        assert_eq!(reply.want(200)["companies"].as_array().unwrap().len(), 1);
        stranger.post("/v1/session/company", &json!({"company": "chenghu"})).refused(404, "not-found");
        login(&world, Some("chenghu"), "administrator", "set by somebody else").refused(401, "login-refused");
    });
}
