//! A file of a list is filtered as its JSON is: each filter of each list, by the API's description. Today is 2026-12-02.

use super::bills::received;
use super::deliveries::{delivery, line};
use super::furnished::furnish;
use super::imports::base64;
use super::lists::{NO_LISTS, described, followed};
use super::suspense::money;
use super::world::World;
use serde_json::{Value, json};
use store::testing::for_each_database;

/// What is no filter: the page, the day and language of a file, how long to wait; and what lets more in.
const NO_FILTERS: [&str; 8] =
    ["after", "before", "limit", "as_of", "format", "language", "wait_ms", "cleared"];

/// The values that a schema names, and whether it is `true` or `false`.
fn named(document: &Value, schema: &Value, into: &mut Vec<String>) {
    let schema = followed(document, schema);
    for part in ["oneOf", "anyOf", "allOf"] {
        for one in schema[part].as_array().into_iter().flatten() {
            named(document, one, into);
        }
    }
    let texts = schema["enum"].as_array().into_iter().flatten();
    into.extend(texts.filter_map(Value::as_str).map(str::to_owned));
    let kinds = &schema["type"];
    if kinds == "boolean" || kinds.as_array().is_some_and(|all| all.contains(&json!("boolean"))) {
        into.extend(["true".to_owned(), "false".to_owned()]);
    }
}

/// Values of which one at least lets less through than nothing said.
fn values(path: &str, name: &str, named: Vec<String>, draft: &str) -> Vec<String> {
    if !named.is_empty() {
        return named;
    }
    let none = |prefix: &str| format!("{prefix}_{}", "0".repeat(32));
    let value = match (path, name) {
        ("/v1/closes", "from") => "2090-01".to_owned(),
        ("/v1/closes", "to") => "1990-01".to_owned(),
        (_, "period") => "2090-01".to_owned(),
        (_, "on") => "1990-01-01".to_owned(),
        (_, name) if name == "from" || name.ends_with("_from") && name != "amount_from" => {
            "2090-01-01".to_owned()
        }
        (_, name) if name == "to" || name.ends_with("_to") && name != "amount_to" => "1990-01-01".to_owned(),
        (_, "cut_off") => "1990-01-01".to_owned(),
        (_, "amount_from") => "99999999&currency=CNY".to_owned(),
        (_, "amount_to") => "-99999999&currency=CNY".to_owned(),
        (_, "currency" | "source" | "target") => "JPY".to_owned(),
        (_, "customer" | "parent" | "merged_into") => "NOBODY".to_owned(),
        (_, "item") => none("item"),
        (_, "run") => none("run"),
        (_, "user" | "person" | "granted_by") => none("usr"),
        (_, "bank_account") => none("ba"),
        ("/v1/bank-files" | "/v1/bank-lines" | "/v1/bank-moves", "account") => none("ba"),
        (_, "draft") => draft.to_owned(),
        (_, "document") => "INV-2026-000001".to_owned(),
        (_, "digest") => "0".repeat(64),
        _ => "NOTHINGHASTHIS".to_owned(),
    };
    vec![value]
}

/// Something of every list that has a filter, nothing of NOBODY, and a draft without a file.
fn something(world: &World) -> String {
    furnish(world, 60);
    for code in ["C1", "C2", "C3", "NOBODY"] {
        let customer = json!({"code": code, "name": "名", "country": "CN", "currency": "CNY"});
        world.post("clerk", "/v1/customers", &customer).want(201);
    }
    let settings = json!({"delivery_accounting": "none", "invoice_per": "month"});
    world.put("administrator", "/v1/delivery-settings", &settings).want(200);
    money(world);
    let body = json!({"customer": "C1", "document_date": "2026-11-05", "currency": "CNY",
        "price_mode": "exclusive", "lines": [line("1", "10")]});
    let invoice = world.post("clerk", "/v1/invoices", &body).want(201);
    let receipt = json!({"customer": "C1", "amount": {"amount": "5", "currency": "CNY"}, "value_date": "2026-11-20",
        "allocations": [{"item": invoice["item"], "amount": "1"}]});
    world.post("clerk", "/v1/receipts", &receipt).want(201);
    let dispute = json!({"item": invoice["item"], "reason_code": "not-ours", "text": "不是我们订的", "on": "2026-11-20"});
    world.post("clerk", "/v1/disputes", &dispute).want(201);
    let tail = json!({"kind": "write-off", "body":
        {"item": invoice["item"], "amount": "1", "reason": "tail", "date": "2026-11-30"}});
    let draft = world.post("clerk", "/v1/drafts", &tail).want(201)["id"].as_str().unwrap().to_owned();
    world.post("clerk", &format!("/v1/drafts/{draft}/submit"), &json!({})).want(200);
    let exception = json!({"subject": draft, "person": "reviewer", "reason": "只有她在"});
    world.post("administrator", "/v1/exceptions", &exception).want(201);
    of_c3(world);
    world.post("clerk", "/v1/customers/C1/merge", &json!({"into": "C2"})).want(201);
    world.post("clerk", "/v1/deliveries", &delivery("SH-1", "2026-11-06", &[line("2", "5")])).want(201);
    let drafts: Vec<Value> = (0..2)
        .map(|_| {
            world
                .post(
                    "clerk",
                    "/v1/drafts",
                    &json!({"kind": "receipt", "body": {"customer": "C1",
                "amount": {"amount": "5", "currency": "CNY"}, "value_date": "2026-11-20"}}),
                )
                .want(201)
        })
        .collect();
    let id = |n: usize| drafts[n]["id"].as_str().unwrap().to_owned();
    world
        .upload("clerk", &format!("/v1/attachments?file_name=a.pdf&draft={}", id(0)), b"%PDF-1.7\n")
        .want(201);
    let sheet = json!({"kind": "items", "file_name": "i.csv", "file": base64("code,name\nA-1,货\n".as_bytes()),
        "mode": "all-or-nothing",
        "mapping": {"columns": {"code": "code", "name": "name"}, "constants": {"category": "13"}}});
    world.post("clerk", "/v1/imports", &sheet).want(201);
    world.post("clerk", "/v1/closes", &json!({"period": "2026-10"})).want(201);
    let rate =
        json!({"source": "USD", "target": "CNY", "date": "2026-11-02", "rate": "7.1", "origin": "test"});
    world.put("clerk", "/v1/fx-rates", &rate).want(200);
    ends_of_period(world);
    world.seal();
    id(1)
}

/// What C3 brings: her people, an opening balance, a bill, a tax invoice, money on account, and another account of hers.
fn of_c3(world: &World) {
    let contact = json!({"name": "王敏敏", "email": "x@example.org", "may_confirm": true});
    let opening = json!({"external_id": "X", "customer": "C3", "amount": {"amount": "7.00", "currency": "CNY"},
        "document_date": "2026-09-01", "effective_date": "2026-10-30"});
    let paper = json!({"number": "T-1", "kind": "ordinary", "customer": "C3", "issued_on": "2026-11-20", "currency": "CNY",
        "net": "10", "tax": "1.30", "gross": "11.30"});
    let receipt =
        json!({"customer": "C3", "amount": {"amount": "9", "currency": "CNY"}, "value_date": "2026-11-20"});
    let account = json!({"customer": "C3", "accounts": [{"scheme": "CN", "account": "6222020200077777777"}]});
    for (path, body) in [
        ("/v1/customers/C3/contacts", contact),
        ("/v1/opening-balances", opening),
        ("/v1/bills", received("C3", "B-1", "3.00", json!([]))),
        ("/v1/tax-invoices", paper),
        ("/v1/receipts", receipt),
        ("/v1/bank-detail-changes", account),
    ] {
        world.post("clerk", path, &body).want(201);
    }
}

/// What the end of a month posts, and a lock that is to be moved back.
fn ends_of_period(world: &World) {
    for path in ["/v1/revaluations", "/v1/regroupings"] {
        world.post("clerk", path, &json!({"as_of": "2026-11-30"})).want(201);
    }
    world.put("reviewer", "/v1/period-locks", &json!({"kind": "soft", "through": "2026-01-31"})).want(200);
    let back = json!({"kind": "soft", "through": "2025-12-31", "reason": "晚到的发票"});
    world.post("reviewer", "/v1/period-unlocks", &back).want(201);
}

/// Rows of a file below its heading.
fn rows(world: &World, address: &str) -> usize {
    let file = world.get("administrator", address);
    assert_eq!(file.status, 200, "{address}: {}", String::from_utf8_lossy(&file.bytes));
    assert!(file.header("content-type").starts_with("text/csv"), "{address}");
    String::from_utf8(file.bytes).unwrap().lines().count() - 1
}

#[test]
fn each_filter_of_each_list_holds_for_its_file() {
    let document: Value = serde_json::from_str(zhangben::http::openapi::json()).unwrap();
    for_each_database(|db| {
        let world = World::new(db);
        let draft = something(&world);
        let mut tried = 0;
        for path in described() {
            if path.contains('{') || NO_LISTS.contains(&path.as_str()) {
                continue;
            }
            // what needs a filter as JSON is whole as a file
            let all = rows(&world, &format!("{path}?format=csv"));
            let parameters = document["paths"][&path]["get"]["parameters"].as_array().cloned();
            for parameter in parameters.unwrap_or_default() {
                let name = parameter["name"].as_str().unwrap();
                if parameter["in"] != "query" || NO_FILTERS.contains(&name) {
                    continue;
                }
                // a statement of a bank that does not say its days may be of any
                if path == "/v1/bank-files" && ["from", "to"].contains(&name) {
                    continue;
                }
                let mut enumerated = Vec::new();
                named(&document, &parameter["schema"], &mut enumerated);
                let fewest = values(&path, name, enumerated, &draft)
                    .iter()
                    .map(|value| rows(&world, &format!("{path}?format=csv&{name}={value}")))
                    .min()
                    .unwrap();
                assert!(all > 0, "{path} is empty: its filters let nothing through in any case");
                assert!(fewest < all, "{path} {name}: {fewest} of {all}");
                tried += 1;
            }
            let strange = world.get("administrator", &format!("{path}?format=csv&strange=1"));
            strange.refused(400, "invalid-parameter");
        }
        assert!(tried > 100, "only {tried} filters were found");
        // what is shown is what is saved: nothing but the heading, and the one of two
        assert_eq!(rows(&world, "/v1/invoices?status=open&customer=NOBODY&format=csv"), 0);
        assert_eq!(rows(&world, "/v1/lists/customers?code_prefix=C2"), 1);
        let unknown = world.get("auditor", "/v1/invoices?customer=UNKNOWN&format=csv");
        unknown.refused(404, "not-found");
    });
}

#[test]
fn imports_and_checklists_are_found_by_what_they_are() {
    for_each_database(|db| {
        let world = World::new(db);
        something(&world);
        world.post("clerk", "/v1/closes", &json!({"period": "2026-11"})).want(201);
        let count = |path: &str| world.all("auditor", path).len();
        for (path, rows) in [
            ("/v1/imports?kind=items", 1),
            ("/v1/imports?kind=customers", 0),
            ("/v1/imports?kind=items&status=done", 1),
            ("/v1/imports?status=undone", 0),
            ("/v1/closes", 2),
            ("/v1/closes?from=2026-11", 1),
            ("/v1/closes?to=2026-10", 1),
            ("/v1/closes?from=2026-10&to=2026-11", 2),
            ("/v1/closes?from=2026-12", 0),
        ] {
            assert_eq!(count(path), rows, "{path}");
        }
        for (path, parameter) in [
            ("imports?kind=cars", "kind"),
            ("imports?status=lost", "status"),
            ("closes?from=2026-13", "from"),
        ] {
            let refused = world.get("auditor", &format!("/v1/{path}")).refused(400, "invalid-parameter");
            assert_eq!(refused["errors"][0]["parameter"], parameter, "{path}");
        }
    });
}
