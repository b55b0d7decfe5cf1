//! Customers by the caller's own id, their archive; the exchange rate of a day; filters of what is not in pages.

use super::furnished::furnish;
use super::world::{Send, World};
use serde_json::{Value, json};
use store::testing::for_each_database;

fn customer(code: &str, external_id: &str) -> Value {
    json!({"code": code, "name": "澄湖", "country": "CN", "currency": "CNY", "external_id": external_id})
}

fn invoice(customer: &str, more: &Value) -> Value {
    let line = json!({"description": "轴承", "quantity": "1", "unit_price": "100", "category": "13"});
    let mut body = json!({"customer": customer, "document_date": "2026-11-02", "currency": "CNY",
        "price_mode": "exclusive", "lines": [line]});
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

#[test]
fn an_external_id_is_unique_found_replaced_and_goes_with_an_erasure() {
    for_each_database(|db| {
        let world = World::new(db);
        world.post("clerk", "/v1/customers", &customer("C1", "SAP-1")).want(201);
        let taken = world.post("clerk", "/v1/customers", &customer("C2", "SAP-1")).refused(409, "duplicate");
        assert_eq!(taken["errors"][0]["pointer"], "/external_id");
        world.post("clerk", "/v1/customers", &customer("C2", "")).refused(422, "invalid-field");
        world.post("clerk", "/v1/customers", &customer("C2", "SAP-2")).want(201);
        let found = world.all("auditor", "/v1/customers?external_id=SAP-2");
        assert_eq!(
            (found.len(), &found[0]["code"], &found[0]["external_id"]),
            (1, &json!("C2"), &json!("SAP-2"))
        );
        let tag = world.get("clerk", "/v1/customers/C2").header("etag").to_owned();
        let replace = |body: &Value, tag: &str| {
            let headers = [("if-match", tag)];
            world.with(("PUT", "clerk", "/v1/customers/C2"), &headers, Some(body))
        };
        replace(&customer("C2", "SAP-1"), &tag).refused(409, "duplicate");
        let replaced = replace(&customer("C2", "SAP-3"), &tag).want(200);
        assert_eq!(replaced["external_id"], "SAP-3");
        world.post("administrator", "/v1/customers/C1/erase", &json!({})).want(200);
        assert_eq!(world.get("clerk", "/v1/customers/C1").want(200)["external_id"], Value::Null);
        world.post("clerk", "/v1/customers", &customer("C4", "SAP-1")).want(201);
    });
}

#[test]
fn who_is_archived_is_charged_nothing_new_and_pays_what_is_owed() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        world.post("clerk", "/v1/customers", &customer("C1", "A")).want(201);
        world.post("clerk", "/v1/customers", &customer("C2", "B")).want(201);
        let first = world.post("clerk", "/v1/invoices", &invoice("C1", &json!({}))).want(201);
        let tag = world.get("clerk", "/v1/customers/C1").header("etag").to_owned();
        let archive = |tag: &str| {
            world.with(("POST", "clerk", "/v1/customers/C1/archive"), &[("if-match", tag)], Some(&json!({})))
        };
        archive("\"x\"").refused(412, "precondition-failed");
        let archived = archive(&tag).want(200);
        assert!(archived["archived_at"].is_string(), "{archived}");
        world.post("clerk", "/v1/customers/C1/archive", &json!({})).refused(409, "state");
        let codes = |filter: &str| -> Vec<Value> {
            let found = world.all("auditor", &format!("/v1/customers?{filter}"));
            found.iter().map(|one| one["code"].clone()).collect()
        };
        assert_eq!((codes("archived=true"), codes("archived=false")), (vec![json!("C1")], vec![json!("C2")]));
        assert_eq!(codes("").len(), 2, "who is archived stays in the list");
        // nothing new
        let refused =
            world.post("clerk", "/v1/invoices", &invoice("C1", &json!({}))).refused(409, "customer-archived");
        assert_eq!(refused["errors"][0]["pointer"], "/customer");
        assert!(refused["next"].as_str().unwrap().contains("unarchive"), "{refused}");
        let opening = json!({"customer": "C1", "amount": {"amount": "1", "currency": "CNY"},
            "document_date": "2026-09-01", "effective_date": "2026-10-31"});
        world.post("clerk", "/v1/opening-balances", &opening).refused(409, "customer-archived");
        // what is owed is corrected and paid
        let credit = json!({"kind": "credit-note", "original": first["number"], "lines": [
            {"description": "轴承", "quantity": "0.5", "unit_price": "100", "category": "13"}]});
        world.post("clerk", "/v1/invoices", &invoice("C1", &credit)).want(201);
        let receipt = json!({"customer": "C1", "amount": {"amount": "56.50", "currency": "CNY"},
            "value_date": "2026-11-06", "allocations": [{"document": first["number"]}]});
        world.post("clerk", "/v1/receipts", &receipt).want(201);
        world.seal();
        let run = json!({"cut_off": "2026-11-30", "customers": ["C1"]});
        assert_eq!(
            world.post("clerk", "/v1/statement-runs", &run).want(201)["made"].as_array().unwrap().len(),
            1
        );
        // a change of her data leaves her there, and back she comes
        let tag = world.get("clerk", "/v1/customers/C1").header("etag").to_owned();
        let headers = [("if-match", tag.as_str())];
        let changed = world.with(("PUT", "clerk", "/v1/customers/C1"), &headers, Some(&customer("C1", "A")));
        assert!(changed.want(200)["archived_at"].is_string());
        let back = world.post("clerk", "/v1/customers/C1/unarchive", &json!({})).want(200);
        assert_eq!(back["archived_at"], Value::Null);
        world.post("clerk", "/v1/customers/C1/unarchive", &json!({})).refused(409, "state");
        world.post("clerk", "/v1/invoices", &invoice("C1", &json!({}))).want(201);
        world.seal();
        let events = world.all("auditor", "/v1/events?after=0&kind=customer.archived");
        assert_eq!(events.len(), 1, "{events:?}");
    });
}

#[test]
fn a_receipt_names_the_documents_it_pays() {
    for_each_database(|db| {
        let world = World::new(db);
        world.bind();
        world.post("clerk", "/v1/customers", &customer("C1", "A")).want(201);
        world.post("clerk", "/v1/customers", &customer("C2", "B")).want(201);
        let first =
            world.post("clerk", "/v1/invoices", &invoice("C1", &json!({"external_id": "SO-1"}))).want(201);
        world.post("clerk", "/v1/invoices", &invoice("C1", &json!({"external_id": "SO-2"}))).want(201);
        world.post("clerk", "/v1/invoices", &invoice("C2", &json!({"external_id": "SO-3"}))).want(201);
        let receipt = |amount: &str, allocations: Value| {
            let body = json!({"customer": "C1", "amount": {"amount": amount, "currency": "CNY"},
                "value_date": "2026-11-06", "allocations": allocations});
            world.post("clerk", "/v1/receipts", &body)
        };
        for (allocations, at) in [
            (json!([{"document": "SO-9"}]), "/allocations/0/document"),
            (json!([{"document": "SO-1"}, {"document": "SO-3"}]), "/allocations/1/document"),
            (
                json!([{"document": "SO-1", "amount": "50.00"}, {"document": "SO-2"}]),
                "/allocations/1/document",
            ),
        ] {
            let refused = receipt("50.00", allocations.clone()).refused(422, "invalid-field");
            assert_eq!(refused["errors"][0]["pointer"], at, "{allocations}: {refused}");
        }
        for allocations in [json!([{}]), json!([{"document": "SO-1", "item": first["item"]}])] {
            let problem = receipt("50.00", allocations).json();
            assert!(
                problem["errors"][0]["pointer"].as_str().unwrap().starts_with("/allocations/0/"),
                "{problem}"
            );
        }
        // by number and by their own ids: the first in part, the rest as far as the money goes
        let made = receipt(
            "150.00",
            json!([{"document": first["number"], "amount": "13.00"}, {"document": "SO-2"},
            {"document": "SO-1"}]),
        );
        assert_eq!(made.want(201)["allocations"].as_array().unwrap().len(), 3);
        world.seal();
        let balance = world.get("clerk", "/v1/customers/C1/balance").want(200);
        assert_eq!(balance["accounts"][0]["balance"]["amount"], "76.00", "{balance}");
        let items = world.get("clerk", "/v1/customers/C1/open-items").want(200);
        assert_eq!(items["items"].as_array().unwrap().len(), 1, "one is left, in part: {items}");
    });
}

#[test]
fn the_rate_of_a_day_is_replaced_by_who_has_read_it() {
    for_each_database(|db| {
        let world = World::new(db);
        let path = "/v1/fx-rates/USD/CNY/2026-11-02";
        world.get("clerk", path).refused(404, "not-found");
        let rate = |rate: &str| json!({"rate": rate, "origin": "PBOC"});
        let put =
            |tag: &str, body: &Value| world.with(("PUT", "clerk", path), &[("if-match", tag)], Some(body));
        world.put("clerk", path, &rate("7.10")).want(200);
        let read = world.get("clerk", path);
        let tag = read.header("etag").to_owned();
        assert_eq!(read.want(200)["origin"], "PBOC");
        put(&tag, &rate("7.2")).want(200);
        put(&tag, &rate("7.3")).refused(412, "precondition-failed");
        assert_eq!(world.get("clerk", path).want(200)["rate"], "7.2");
        assert_eq!(world.all("clerk", "/v1/fx-rates?source=USD").len(), 1);
        world.put("clerk", path, &rate("0")).refused(422, "invalid-field");
        world.put("clerk", "/v1/fx-rates/CNY/CNY/2026-11-02", &rate("1")).refused(422, "invalid-field");
        let sent = Send { token: Some(world.other.token("clerk")), ..Send::default() };
        assert_eq!(world.send("GET", path, &sent).status, 404, "another company's rate");
    });
}

#[test]
fn files_bindings_and_plugins_are_filtered() {
    for_each_database(|db| {
        let world = World::new(db);
        furnish(&world, 20);
        let files = world.all("auditor", "/v1/bank-files");
        let accounts = world.get("auditor", "/v1/bank-accounts").want(200);
        let of = |account: &Value| {
            let path = format!("/v1/bank-files?account={}", account["id"].as_str().unwrap());
            world.all("auditor", &path).len()
        };
        let by_account: usize = accounts["items"].as_array().unwrap().iter().map(of).sum();
        assert_eq!((by_account, files.is_empty()), (files.len(), false));
        assert_eq!(world.all("auditor", "/v1/bank-files?from=2000-01-01&to=2099-12-31").len(), files.len());
        assert_eq!(world.all("auditor", "/v1/bank-files?from=2099-01-01").len(), 0);
        assert_eq!(world.all("auditor", "/v1/bank-files?to=2000-01-01").len(), 0);
        let items = |path: &str| world.get("auditor", path).want(200)["items"].as_array().unwrap().clone();
        let bindings = items("/v1/bindings");
        assert!(bindings.len() > 1);
        let tax = items("/v1/bindings?slot=tax");
        assert!(!tax.is_empty() && tax.iter().all(|one| one["slot"] == "tax"), "{tax:?}");
        let later = json!({"slot": "tax", "name": "tax-cn-vat", "valid_from": "2099-01-01"});
        world.bind_one(&later);
        assert_eq!(items("/v1/bindings?slot=tax").len(), tax.len() + 1);
        let now = items("/v1/bindings?on=2098-12-31");
        let slots: std::collections::BTreeSet<String> =
            now.iter().map(|one| one["slot"].to_string()).collect();
        assert_eq!(now.len(), slots.len(), "one of each slot: {now:?}");
        let then = items("/v1/bindings?on=2099-01-01&slot=tax");
        assert_eq!((then.len(), &then[0]["valid_from"]), (1, &json!("2099-01-01")));
        let digest = then[0]["digest"].as_str().unwrap();
        assert!(items(&format!("/v1/bindings?digest={digest}")).iter().all(|one| one["digest"] == digest));
        let plugins = items("/v1/plugins");
        let of_tax = items("/v1/plugins?world=tax&builtin=true");
        assert!(!of_tax.is_empty() && of_tax.len() < plugins.len());
        assert!(of_tax.iter().all(|one| one["world"] == "tax"), "{of_tax:?}");
        assert_eq!(items("/v1/plugins?name=tax-cn-vat").len(), 1);
        assert_eq!(items("/v1/plugins?name=nothing").len(), 0);
    });
}
