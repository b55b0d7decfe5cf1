//! The people of customers, their groups and their registrations for tax.

use super::world::{Send, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

const PEOPLE: &str = "/v1/customers/C1/contacts";

fn customer(code: &str, more: &Value) -> Value {
    let mut body = json!({"code": code, "name": "澄湖", "country": "CN", "currency": "CNY"});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

fn wang() -> Value {
    json!({"name": "王敏敏", "role": "财务主管", "email": "wangmm@example.org", "phone": "+86 512 6580 0001",
        "may_confirm": true})
}

#[test]
fn somebody_is_added_changed_by_who_has_read_it_and_removed() {
    for_each_database(|db| {
        let world = World::new(db);
        world.post("clerk", "/v1/customers", &customer("C1", &json!({}))).want(201);
        world.post("clerk", "/v1/customers", &customer("C2", &json!({}))).want(201);
        let made = world.post("clerk", PEOPLE, &wang()).want(201);
        assert_eq!(
            (&made["locale"], &made["active"], &made["version"]),
            (&json!("zh-CN"), &json!(true), &json!(1))
        );
        let path = format!("{PEOPLE}/{}", made["id"].as_str().unwrap());
        let read = world.get("auditor", &path);
        let tag = read.header("etag").to_owned();
        assert_eq!(read.want(200), made);
        let mut body = wang();
        body["active"] = json!(false);
        world.put("clerk", &path, &body).refused(428, "precondition-required");
        let put = |tag: &str| world.with(("PUT", "clerk", &path), &[("if-match", tag)], Some(&body));
        let changed = put(&tag).want(200);
        assert_eq!((&changed["active"], &changed["version"]), (&json!(false), &json!(2)));
        put(&tag).refused(412, "precondition-failed");
        // of another customer, or of another company, it is nothing
        world.get("auditor", &path.replace("C1", "C2")).refused(404, "not-found");
        let other = Send { token: Some(world.other.token("auditor")), ..Send::default() };
        assert_eq!(world.send("GET", &path, &other).status, 404);
        // filters
        let second = world.post("clerk", PEOPLE, &json!({"name": "李雷", "locale": "en"})).want(201);
        let found = |filter: &str| -> Vec<Value> {
            let all = world.all("auditor", &format!("/v1/contacts?{filter}"));
            all.into_iter().map(|one| one["name"].clone()).collect()
        };
        assert_eq!(found("may_confirm=true"), [json!("王敏敏")]);
        assert_eq!(found("active=true&customer=C1"), [json!("李雷")]);
        assert_eq!(found("customer=C2"), Vec::<Value>::new());
        assert_eq!(world.all("auditor", &format!("{PEOPLE}?may_confirm=false")).len(), 1);
        world.get("auditor", "/v1/contacts?customer=none").refused(404, "not-found");
        // as a file
        let file = world.get("auditor", "/v1/contacts?format=csv&language=en");
        let text = String::from_utf8(file.bytes).unwrap();
        assert!(text.contains("C1,澄湖,王敏敏,财务主管,wangmm@example.org,"), "{text}");
        // gone
        let gone = format!("{PEOPLE}/{}", second["id"].as_str().unwrap());
        world
            .with(("DELETE", "clerk", &gone), &[("if-match", "\"x\"")], Some(&json!({})))
            .refused(412, "precondition-failed");
        world.with(("DELETE", "clerk", &gone), &[], Some(&json!({}))).want(200);
        world.get("clerk", &gone).refused(404, "not-found");
        world.with(("DELETE", "clerk", &gone), &[], Some(&json!({}))).refused(404, "not-found");
        // what happened says nobody's name
        world.seal();
        let told: Vec<Value> = ["created", "changed", "removed"]
            .iter()
            .flat_map(|what| world.all("auditor", &format!("/v1/events?kind=contact.{what}")))
            .collect();
        assert_eq!(told.len(), 4, "{told:?}");
        let told = format!("{told:?}");
        assert!(
            !told.contains("王敏敏") && !told.contains("example.org") && !told.contains("6580 0001"),
            "{told}"
        );
        world.verified();
    });
}

#[test]
fn what_cannot_be_is_pointed_at() {
    for_each_database(|db| {
        let world = World::new(db);
        world.post("clerk", "/v1/customers", &customer("C1", &json!({}))).want(201);
        for (member, value) in [
            ("name", json!("")),
            ("email", json!("nobody")),
            ("phone", json!("ring me")),
            ("locale", json!("fr")),
            ("role", json!(" ")),
        ] {
            let mut body = wang();
            body[member] = value;
            let refused = world.post("clerk", PEOPLE, &body).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], format!("/{member}"), "{refused}");
        }
        let unreached = json!({"name": "王敏敏", "may_confirm": true});
        let refused = world.post("clerk", PEOPLE, &unreached).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/may_confirm");
        world.post("clerk", PEOPLE, &json!({"name": "王", "mobile": "1"})).refused(400, "invalid-body");
        world.post("clerk", "/v1/customers/none/contacts", &wang()).refused(404, "not-found");
        for member in ["name", "role"] {
            let mut body = wang();
            body[member] = json!("王\t敏");
            let refused = world.post("clerk", PEOPLE, &body).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], format!("/{member}"), "{refused}");
        }
        world.post("auditor", PEOPLE, &wang()).refused(403, "forbidden");
        assert_eq!(db.count("SELECT COUNT(*) AS n FROM contacts"), 0);
    });
}

#[test]
fn people_and_registrations_go_with_the_customer() {
    for_each_database(|db| {
        let world = World::new(db);
        let german = json!({"tax_id": {"scheme": "CN:USCC", "id": "91110000802100433B"},
            "tax_ids": [{"scheme": "EU:VAT", "id": "DE136695976"}]});
        world.post("clerk", "/v1/customers", &customer("C1", &german)).want(201);
        world.post("clerk", PEOPLE, &wang()).want(201);
        let needles =
            ["王敏敏", "财务主管", "wangmm@example.org", "6580 0001", "DE136695976", "91110000802100433B"];
        assert!(
            needles.iter().all(|needle| !db.columns_with(needle.as_bytes()).is_empty()),
            "the scan sees them"
        );
        world.post("administrator", "/v1/customers/C1/erase", &json!({})).want(200);
        for needle in needles {
            assert_eq!(db.columns_with(needle.as_bytes()), Vec::<String>::new(), "{needle}");
        }
        world.post("clerk", PEOPLE, &wang()).refused(410, "erased");
        assert!(world.all("auditor", PEOPLE).is_empty());
        world.verified();
    });
}

#[test]
fn check_digits_are_checked_where_their_rule_is_known() {
    for_each_database(|db| {
        let world = World::new(db);
        let with = |code: &str, more: Value| world.post("clerk", "/v1/customers", &customer(code, &more));
        let id = |scheme: &str, id: &str| json!({"scheme": scheme, "id": id});
        let wrong =
            with("C1", json!({"tax_id": id("CN:USCC", "911100008021004330")})).refused(422, "invalid-field");
        assert_eq!(wrong["errors"][0]["pointer"], "/tax_id/id");
        assert!(wrong["detail"].as_str().unwrap().contains("should be B"), "{wrong}");
        let good = id("CN:USCC", "91110000802100433B");
        let wrong =
            json!({"tax_id": good, "tax_ids": [id("EU:VAT", "ATU13585627"), id("EU:VAT", "DE136695977")]});
        let wrong = with("C1", wrong).refused(422, "invalid-field");
        assert_eq!(wrong["errors"][0]["pointer"], "/tax_ids/1/id");
        let twice = with("C1", json!({"tax_id": good, "tax_ids": [good]})).refused(422, "invalid-field");
        assert_eq!(twice["errors"][0]["pointer"], "/tax_ids/0");
        // of a scheme whose rule is not known nothing is claimed
        let many =
            json!({"tax_id": good, "tax_ids": [id("US:EIN", "12-3456789"), id("EU:VAT", "NL156682679B01")]});
        with("C1", many).want(201);
        let shown = world.get("auditor", "/v1/customers/C1").want(200);
        assert_eq!((&shown["tax_id"]["checked"], &shown["tax_id"]["country"]), (&json!(true), &json!("CN")));
        assert_eq!(
            shown["tax_ids"][0],
            json!({"scheme": "EU:VAT", "id": "NL156682679B01", "country": "NL", "checked": false})
        );
        // what is replaced is a former one: banks go on writing it
        let tag = world.get("clerk", "/v1/customers/C1").header("etag").to_owned();
        let fewer = customer("C1", &json!({"tax_id": good, "tax_ids": [id("US:EIN", "12-3456789")]}));
        let headers = [("if-match", tag.as_str())];
        let changed = world.with(("PUT", "clerk", "/v1/customers/C1"), &headers, Some(&fewer)).want(200);
        assert_eq!(changed["tax_ids"].as_array().unwrap().len(), 1);
        assert_eq!(
            db.count("SELECT COUNT(*) AS n FROM customer_former_names WHERE value = 'NL156682679B01'"),
            1
        );
    });
}

#[test]
fn customers_are_listed_and_counted_by_group() {
    for_each_database(|db| {
        let world = World::new(db);
        for (code, group) in
            [("C1", json!("经销商")), ("C2", json!("经销商")), ("C3", json!("OEM")), ("C4", Value::Null)]
        {
            world.post("clerk", "/v1/customers", &customer(code, &json!({"group": group}))).want(201);
        }
        let groups = world.get("auditor", "/v1/customer-groups").want(200);
        let wanted = json!([{"group": "OEM", "customers": 1}, {"group": "经销商", "customers": 2},
            {"group": null, "customers": 1}]);
        assert_eq!(groups["items"], wanted);
        let found = world.all("auditor", "/v1/customers?group=%E7%BB%8F%E9%94%80%E5%95%86");
        assert_eq!(
            found.iter().map(|one| one["code"].clone()).collect::<Vec<_>>(),
            [json!("C1"), json!("C2")]
        );
        assert!(world.all("auditor", "/v1/customers?group=none").is_empty());
        let long = customer("C5", &json!({"group": "长".repeat(65)}));
        let refused = world.post("clerk", "/v1/customers", &long).refused(422, "invalid-field");
        assert_eq!(refused["errors"][0]["pointer"], "/group");
        let csv = world.get("auditor", "/v1/customers?format=csv&language=en");
        assert!(String::from_utf8(csv.bytes).unwrap().contains(",经销商,"));
    });
}

/// Who may confirm (对账确认人) does; another only with a reason.
#[test]
fn a_statement_is_confirmed_by_one_of_those_who_may() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        for code in ["C1", "C2"] {
            world.post("clerk", "/v1/customers", &customer(code, &json!({}))).want(201);
        }
        let add = |code: &str, name: &str, may_confirm: bool| {
            let body = json!({"name": name, "email": "x@example.org", "may_confirm": may_confirm});
            world.post("clerk", &format!("/v1/customers/{code}/contacts"), &body).want(201)["id"].clone()
        };
        let (may, not, other) =
            (add("C1", "王敏敏", true), add("C1", "李丽丽", false), add("C2", "赵倩倩", true));
        super::drafts::charged(&world, "clerk", "C1");
        let run = json!({"cut_off": "2026-11-30", "period_start": "2026-11-01", "customers": ["C1"]});
        let made = world.post("clerk", "/v1/statement-runs", &run).want(201)["made"][0].clone();
        let path = format!("/v1/statements/{}", made.as_str().unwrap());
        world.post("reviewer", &format!("{path}/approve"), &json!({})).want(200);
        let confirm = |who: Value| {
            let mut body = json!({"date": "2026-12-01", "evidence": "盖章回函"});
            body.as_object_mut().unwrap().extend(who.as_object().unwrap().clone());
            world.post("clerk", &format!("{path}/confirmation"), &body)
        };
        for (who, at) in [
            (json!({"contact": not}), "/contact"),
            (json!({"contact": other}), "/contact"),
            (json!({"contact": "x"}), "/contact"),
            (json!({}), "/contact"),
            (json!({"contact": may, "by": "王敏敏"}), "/contact"),
            (json!({"contact": may, "reason": "x"}), "/reason"),
            // somebody may, and another did: why does that count?
            (json!({"by": "李丽丽"}), "/contact"),
            (json!({"by": "李丽丽", "reason": " "}), "/reason"),
        ] {
            let refused = confirm(who).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], at, "{refused}");
        }
        world.get("auditor", &format!("{path}/confirmation")).refused(404, "not-found");
        let confirmed = confirm(json!({"contact": may})).want(201);
        assert_eq!((&confirmed["by"], &confirmed["contact"]), (&json!("王敏敏"), &may));
        world.seal();
        let told = world.all("auditor", "/v1/events?kind=statement.confirmed");
        assert_eq!(told[0]["data"]["contact"], may);
        assert!(!told[0].to_string().contains("王敏敏"), "{told:?}");

        super::drafts::charged(&world, "clerk", "C1");
        let run = json!({"cut_off": "2026-12-01", "customers": ["C1"]});
        let made = world.post("clerk", "/v1/statement-runs", &run).want(201)["made"][0].clone();
        let next = format!("/v1/statements/{}", made.as_str().unwrap());
        world.post("reviewer", &format!("{next}/approve"), &json!({})).want(200);
        let body = json!({"date": "2026-12-01", "by": "李丽丽", "reason": "王敏敏休假，已电话核实", "evidence": "传真"});
        let confirmed = world.post("clerk", &format!("{next}/confirmation"), &body).want(201);
        assert_eq!((&confirmed["contact"], &confirmed["reason"]), (&Value::Null, &body["reason"]));
        world.verified();
        db.execute("UPDATE statement_confirmations SET contact = NULL WHERE contact IS NOT NULL");
        assert_eq!(world.post("auditor", "/v1/verify", &json!({})).want(200)["holds"], false);
    });
}
