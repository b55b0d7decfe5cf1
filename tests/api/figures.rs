//! Lists have the figures that people come for: what is open, what a statement closes with, what a proposal is about.

use super::furnished::furnish;
use super::world::World;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::testing::for_each_database;

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}

/// Minor units of an amount with two decimals.
fn minor(amount: &Value) -> i64 {
    text(&amount["amount"]).replace('.', "").parse().unwrap()
}

#[test]
fn documents_say_what_is_open_of_them() {
    for_each_database(|db| {
        let world = World::new(db);
        let there = furnish(&world, 12);
        let mut open: BTreeMap<String, i64> = BTreeMap::new();
        for item in world.all("auditor", "/v1/open-items") {
            *open.entry(text(&item["document"]).to_owned()).or_default() += minor(&item["open"]);
        }
        for (list, one) in [("/v1/invoices", "/v1/invoices"), ("/v1/receipts", "/v1/receipts")] {
            let rows = world.all("auditor", list);
            assert!(!rows.is_empty());
            for row in &rows {
                let id = text(&row["id"]);
                assert_eq!(minor(&row["open"]), open.get(id).copied().unwrap_or(0), "{list} {row}");
                assert_eq!(row["open"]["currency"], row["gross"]["currency"]);
                let shown = world.get("auditor", &format!("{one}/{id}")).want(200);
                let shown = if list == "/v1/invoices" { &shown["document"] } else { &shown };
                assert_eq!(shown, row, "shown as it is listed");
            }
        }
        // of one a part is paid, one receipt is used up
        let paid = world.get("auditor", &format!("/v1/invoices/{}", there.invoice)).want(200);
        let (gross, left) = (minor(&paid["document"]["gross"]), minor(&paid["document"]["open"]));
        assert_eq!(left, gross - 100, "{paid}");
        let used = world.all("auditor", "/v1/receipts?status=cleared");
        assert!(used.iter().any(|receipt| minor(&receipt["open"]) == 0));
    });
}

#[test]
fn statements_say_what_they_close_with() {
    for_each_database(|db| {
        let world = World::new(db);
        let there = furnish(&world, 12);
        let rows = world.all("auditor", "/v1/statements");
        assert_eq!(rows.len(), there.statements.len());
        for row in &rows {
            let sealed = world.get("auditor", &format!("/v1/statements/{}", text(&row["id"]))).want(200);
            let sections = sealed["sections"].as_array().unwrap();
            let told: Vec<Value> = sections
                .iter()
                .map(|one| {
                    let money = |name: &str| json!({"amount": one[name], "currency": one["currency"]});
                    json!({"account": one["account"], "opening": money("opening"), "closing": money("closing")})
                })
                .collect();
            assert!(!told.is_empty());
            assert_eq!(row["closings"], Value::Array(told), "{row}");
        }
        let one = format!("/v1/statements/{}/approve", there.statements[0]);
        let approved = world.post("reviewer", &one, &json!({})).want(200);
        let listed = world.all("auditor", "/v1/statements?status=approved");
        assert_eq!(approved["closings"], listed[0]["closings"]);
    });
}

#[test]
fn proposals_say_of_what_money_they_are() {
    for_each_database(|db| {
        let world = World::new(db);
        furnish(&world, 60);
        let rows = world.all("auditor", "/v1/proposals");
        assert!(rows.iter().any(|row| !row["amount"].is_null()));
        for row in &rows {
            let (mut sum, mut days) = (0, Vec::new());
            for id in row["bank_lines"].as_array().unwrap() {
                let line = world.get("auditor", &format!("/v1/bank-lines/{}", text(id))).want(200);
                let line = &line["line"];
                sum += if line["credit"] == true { minor(&line["amount"]) } else { -minor(&line["amount"]) };
                days.push(text(&line["booking_date"]).to_owned());
            }
            match days.iter().max() {
                None => assert_eq!((&row["amount"], &row["booked_on"]), (&Value::Null, &Value::Null)),
                Some(day) => {
                    assert_eq!((minor(&row["amount"]), row["booked_on"].as_str()), (sum, Some(day.as_str())));
                }
            }
            let shown = world.get("auditor", &format!("/v1/proposals/{}", text(&row["id"]))).want(200);
            assert_eq!(&shown, row);
        }
    });
}
