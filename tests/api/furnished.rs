//! A part of the bundled sample: customers, invoices, a bank file, proposals, statements.

use super::world::World;
use serde_json::{Value, json};
use std::path::Path;

/// What there is, by id.
pub struct Furnished {
    pub invoice: String,
    /// Of the tax plugin.
    pub call: String,
    pub proposals: Vec<String>,
    pub statements: Vec<String>,
    pub allocation: String,
    /// Two open items of one customer: what she owes, what she paid.
    pub debit: String,
    pub credit: String,
    pub job: String,
}

pub fn sample(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/sample").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub fn lines(name: &str) -> Vec<String> {
    String::from_utf8(sample(name)).unwrap().lines().map(str::to_owned).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// The sample's customers and its first `invoices`, as they were answered; its accounts at the bank.
pub fn issued(world: &World, invoices: usize) -> Vec<Value> {
    world.bind();
    for line in lines("rates.ndjson") {
        world.text("PUT", "clerk", "/v1/fx-rates", &line).want(200);
    }
    for line in lines("bank_accounts.ndjson") {
        world.text("POST", "administrator", "/v1/bank-accounts", &line).want(201);
    }
    world.bank_details_confirmed();
    let made = world.rows("clerk", "customers", "/v1/customers/bulk", &lines("customers.ndjson").join("\n"));
    assert!(made.lines().iter().all(|row| row["status"] == 201));
    let rows = lines("invoices.ndjson")[..invoices].join("\n");
    let issued = world.rows("clerk", "invoices", "/v1/invoices/bulk", &rows).lines();
    assert!(issued.iter().all(|row| row["status"] == 201), "{issued:?}");
    issued
}

/// The sample's customers, its first `invoices`, its CNY bank file, reconciled; nothing is approved.
pub fn furnish(world: &World, invoices: usize) -> Furnished {
    let issued = issued(world, invoices);
    let invoice = text(&issued[0]["body"]["id"]);
    let shown = world.get("auditor", &format!("/v1/invoices/{invoice}")).want(200);
    let customer = text(&shown["document"]["customer"]);
    let currency = text(&shown["document"]["gross"]["currency"]);
    let money = |amount: &str, allocations: Value| {
        json!({"customer": customer, "amount": {"amount": amount, "currency": currency},
            "value_date": "2026-11-30", "allocations": allocations})
    };
    let paid = json!([{"item": issued[0]["body"]["item"], "amount": "1"}]);
    let paid = world.post("clerk", "/v1/receipts", &money("1", paid)).want(201);
    let left = world.post("clerk", "/v1/receipts", &money("2", json!([]))).want(201);
    world.upload("clerk", "/v1/bank-files?file_name=bank.xml", &sample("bank-cny.xml")).want(201);
    let proposed = world.post("clerk", "/v1/reconciliations", &json!({})).want(201);
    // one that can be approved stands first
    let mut proposals: Vec<String> = proposed["proposals"].as_array().unwrap().iter().map(text).collect();
    if let Some(exact) = world.get("auditor", "/v1/proposals?confidence=exact").want(200)["items"].get(0) {
        let first = proposals.iter().position(|id| exact["id"] == *id).unwrap();
        proposals.swap(0, first);
    }
    let customers: Vec<Value> = (1..=3).map(|n| issued[n]["body"]["id"].clone()).collect();
    let named: Vec<Value> = customers.iter().map(|id| customer_of(world, id)).collect();
    let run = json!({"cut_off": "2026-11-30", "period_start": "2026-10-01", "customers": named});
    let run = world.post("clerk", "/v1/statement-runs", &run).want(201);
    let prefer = [("prefer", "respond-async")];
    let job = world.with(("POST", "clerk", "/v1/reconciliations"), &prefer, Some(&json!({}))).want(202);
    Furnished {
        invoice,
        call: text(&shown["document"]["invocation"]),
        proposals,
        statements: run["made"].as_array().unwrap().iter().map(text).collect(),
        allocation: text(&paid["allocations"][0]),
        debit: text(&issued[0]["body"]["item"]),
        credit: text(&left["item"]),
        job: text(&job["job"]),
    }
}

fn customer_of(world: &World, invoice: &Value) -> Value {
    let shown = world.get("auditor", &format!("/v1/invoices/{}", text(invoice))).want(200);
    shown["document"]["customer"].clone()
}
