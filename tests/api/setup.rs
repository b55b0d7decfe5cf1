//! The first run: by whoever has the code, once.

use super::browser::{Browser, PASSWORD, login};
use super::world::{Reply, Send, World};
use domain::actor::Actor;
use serde_json::{Value, json};
use store::query;
use store::testing::for_each_database;

fn company() -> Value {
    json!({"code": "acme", "name": "Acme 有限公司", "country": "CN", "base_currency": "CNY", "time_zone": "Asia/Shanghai"})
}

fn body(code: &str) -> Value {
    json!({"code": code, "company": company(),
        "administrator": {"login": "wang", "name": "王总", "password": PASSWORD},
        "bank_account": {"number": "6222 0202", "scheme": "CN", "bank": "工商银行", "holder": "Acme", "currency": "CNY"},
        "bindings": [{"slot": "tax", "name": "tax-cn-vat", "valid_from": "2026-01-01"}]})
}

fn set_up(world: &World, body: &Value) -> Reply {
    sent(world, "/v1/setup", body)
}

fn sent(world: &World, path: &str, body: &Value) -> Reply {
    let text = body.to_string();
    let send = Send { media: Some("application/json"), body: Some(text.as_bytes()), ..Send::default() };
    world.send("POST", path, &send)
}

fn is_open(world: &World) -> Value {
    world.send("GET", "/v1/setup", &Send::default()).want(200)
}

/// With `change` made at a pointer of the body.
fn with(code: &str, pointer: &str, value: Value) -> Value {
    let mut body = body(code);
    *body.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
    body
}

#[test]
fn where_there_is_a_company_it_is_closed() {
    for_each_database(|db| {
        let world = World::new(db);
        assert_eq!(app::people::offer(&world.app).unwrap(), None);
        assert_eq!(is_open(&world), json!({"open": false, "plugins": []}));
        set_up(&world, &body("anything")).refused(409, "setup-closed");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM companies"), 2);
    });
}

#[test]
fn the_first_company_is_made_whole_or_not_at_all_and_once() {
    for_each_database(|db| {
        let world = World::empty(db);
        set_up(&world, &body("anything")).refused(409, "setup-closed");
        let code = app::people::offer(&world.app).unwrap().expect("a code");
        let open = is_open(&world);
        assert_eq!(open["open"], true);
        assert!(open["plugins"].as_array().unwrap().iter().any(|one| one["name"] == "tax-cn-vat"), "{open}");
        let wrong = set_up(&world, &body(&"0".repeat(64))).refused(403, "setup-code");
        assert_eq!(wrong["errors"][0]["pointer"], "/code");
        for (pointer, value, at) in [
            ("/company/code", json!(""), "/company/code"),
            ("/company/time_zone", json!("Mars/Base"), "/company/time_zone"),
            ("/administrator/login", json!("名"), "/administrator/login"),
            ("/administrator/password", json!("wang wang 12"), "/administrator/password"),
            ("/bank_account/number", json!(""), "/bank_account/number"),
            ("/bindings/0/slot", json!("bank"), "/bindings/0/slot"),
        ] {
            let refused = set_up(&world, &with(&code, pointer, value)).want(422);
            assert_eq!(refused["errors"][0]["pointer"], at, "{refused}");
        }
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM companies"), 0, "nothing half done");
        assert_eq!(is_open(&world)["open"], true);
        let reply = set_up(&world, &body(&code));
        let begun = reply.want(201);
        assert_eq!((&begun["session"]["company"]["code"], &begun["job"]), (&json!("acme"), &Value::Null));
        let browser = Browser::with(&world, &reply);
        assert_eq!(browser.get("/v1/session").want(200)["person"]["login"], "wang");
        assert_eq!(browser.get("/v1/bank-accounts").want(200)["items"][0]["number"], "62220202");
        let bound = browser.get("/v1/bindings?on=2026-06-01").want(200);
        assert_eq!(
            (&bound["items"][0]["status"], &bound["items"][0]["created_by"]),
            (&json!("active"), &json!("system"))
        );
        browser
            .post("/v1/customers", &json!({"code": "C1", "name": "名", "country": "CN", "currency": "CNY"}))
            .want(201);
        login(&world, None, "wang", PASSWORD).want(200);
        // closed for ever
        set_up(&world, &body(&code)).refused(409, "setup-closed");
        assert_eq!(is_open(&world)["open"], false);
        assert_eq!(app::people::offer(&world.app).unwrap(), None);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM setup_codes"), 0);
        let verified = browser.post("/v1/verify", &json!({})).want(200);
        assert_eq!(verified["holds"], true, "{verified}");
    });
}

#[test]
fn the_first_run_may_be_tried() {
    for_each_database(|db| {
        let world = World::empty(db);
        let code = app::people::offer(&world.app).unwrap().expect("a code");
        let before = db.rows_by_table();
        let tried = |body: &Value| sent(&world, "/v1/setup?dry_run=true", body);
        let reply = tried(&body(&code));
        assert_eq!(reply.want(200)["session"]["company"]["code"], "acme");
        assert_eq!((reply.header("dry-run"), reply.header("set-cookie")), ("true", ""));
        tried(&body(&"0".repeat(64))).refused(403, "setup-code");
        let refused = tried(&with(&code, "/bindings/0/slot", json!("bank"))).want(422);
        assert_eq!(refused["errors"][0]["pointer"], "/bindings/0/slot", "{refused}");
        // as the console tries its first step: the company is looked at before its administrator
        let mut begun = with(&code, "/administrator", json!({"login": "", "name": "", "password": ""}));
        let refused = tried(&begun).want(422);
        let at = refused["errors"][0]["pointer"].as_str().unwrap_or_default();
        assert!(at.starts_with("/administrator/"), "{refused}");
        begun["company"]["code"] = json!("Müller!");
        assert_eq!(tried(&begun).want(422)["errors"][0]["pointer"], "/company/code");
        sent(&world, "/v1/setup?dry_run=yes", &body(&code)).refused(400, "invalid-parameter");
        sent(&world, "/v1/setup?tried=true", &body(&code)).refused(400, "invalid-parameter");
        assert_eq!(db.rows_by_table(), before, "nothing stays");
        assert_eq!(is_open(&world)["open"], true);
        set_up(&world, &body(&code)).want(201);
        tried(&body(&code)).refused(409, "setup-closed");
    });
}

#[test]
fn of_two_who_use_the_code_at_once_one_is_too_late() {
    for_each_database(|db| {
        let world = World::empty(db);
        let code = app::people::offer(&world.app).unwrap().expect("a code");
        // another host of the same database printed one, too
        let other = app::people::offer(&world.app).unwrap().expect("a code");
        let mut statuses: Vec<u16> = std::thread::scope(|scope| {
            let all: Vec<_> = [&code, &other, &code, &other]
                .into_iter()
                .enumerate()
                .map(|(n, code)| {
                    let world = &world;
                    let body = with(code, "/company/code", json!(format!("acme{n}")));
                    scope.spawn(move || set_up(world, &body).status)
                })
                .collect();
            all.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 409, 409, 409]);
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM companies"), 1);
    });
}

#[test]
fn the_operator_who_makes_a_company_closes_it() {
    for_each_database(|db| {
        let world = World::empty(db);
        let code = app::people::offer(&world.app).unwrap().expect("a code");
        let input = app::company::CreateCompany {
            code: "own".to_owned(),
            name: "Own".to_owned(),
            country: "CN".to_owned(),
            jurisdiction: "CN".to_owned(),
            base_currency: money::Currency::CNY,
            time_zone: "Asia/Shanghai".to_owned(),
            locale: "en".to_owned(),
            taxpayer_status: "general".to_owned(),
            tax_id: None,
            address: None,
            retention_years: 30,
        };
        app::company::create(&world.app, &Actor::System, &input).expect("a company");
        assert_eq!(is_open(&world)["open"], false);
        set_up(&world, &body(&code)).refused(409, "setup-closed");
    });
}

#[test]
fn the_sample_is_loaded_as_a_job() {
    for_each_database(|db| {
        let world = World::empty(db);
        let code = app::people::offer(&world.app).unwrap().expect("a code");
        let mut wanted = with(&code, "/company/base_currency", json!("EUR"));
        wanted["sample"] = json!(true);
        assert_eq!(set_up(&world, &wanted).refused(422, "invalid-field")["errors"][0]["pointer"], "/sample");
        wanted["company"]["base_currency"] = json!("CNY");
        let reply = set_up(&world, &wanted);
        let job = reply.want(201)["job"].as_str().expect("a job").to_owned();
        let browser = Browser::with(&world, &reply);
        assert_eq!(browser.get(&format!("/v1/jobs/{job}")).want(200)["status"], "queued");
        let done = app::job::run_next(&world.app, "test").unwrap().expect("it was there");
        assert_eq!(done.error, None);
        let shown = browser.get(&format!("/v1/jobs/{job}")).want(200);
        assert_eq!((&shown["status"], &shown["kind"]), (&json!("done"), &json!("sample")));
        assert_eq!(shown["done"], shown["total"]);
        assert_eq!((&shown["result"]["customers"], &shown["result"]["invoices"]), (&json!(40), &json!(400)));
        assert_eq!(shown["result"]["statements"], 40, "of two months that are over");
        let page = browser.get("/v1/overview").want(200);
        assert_eq!(page["waiting"]["statements"], 40, "left to be looked at");
        assert!(page["receivables"]["totals"].as_array().is_some_and(|totals| totals.len() == 2), "{page}");
        // her own binding stays, the others are the sample's
        let bound = browser.get("/v1/bindings").want(200);
        assert_eq!(bound["items"].as_array().unwrap().len(), 4);
        again(&world, &job);
        let verified = browser.post("/v1/verify", &json!({})).want(200);
        assert_eq!(verified["holds"], true, "{verified}");
    });
}

/// Its process died, say, and another begins it again: nothing is made twice.
fn again(world: &World, job: &str) {
    let company = world.app.db.read(query::companies::list).unwrap()[0].id;
    let count = |world: &World| {
        let rows =
            world.app.db.read(|c| query::jobs::by_id(c, company, job.parse().unwrap())).unwrap().unwrap();
        let actor = Actor::User {
            id: rows.created_by.parse().unwrap(),
            company,
            roles: vec![domain::actor::Role::Administrator],
        };
        let load = world.app.sample.expect("the sample");
        load(&world.app, &actor, company, &|_, _| Ok(())).expect("loaded")
    };
    let made = count(world);
    assert_eq!(made["statements"], 0, "{made}");
    let page = app::overview::overview(&world.app, &Actor::System, company).unwrap();
    assert_eq!(page.waiting.statements, 40);
}
