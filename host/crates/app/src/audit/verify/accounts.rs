//! Accounts at banks: the company's own, to which customers are told to pay, and those that customers pay from and get refunds to. What
//! is in force is what the last event about it commits to, under the company's key or the customer's own.

use super::super::CUSTOMERS_MAX;
use super::Run;
use crate::bank_detail::{own_digest, payer_digest};
use crate::common::Common;
use crate::customer::all_customers;
use domain::ids::CustomerId;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use store::rows::{CustomerAccount, Event};
use store::{Conn, query};

/// What the chain says of them.
#[derive(Debug, Default)]
pub(super) struct Chained {
    /// By account of the company's own.
    own: HashMap<String, Value>,
    /// By customer: the commitment to all accounts that she pays from; none where the last event about them tells nothing.
    payers: HashMap<String, Option<String>>,
}

/// Notes what a sealed event says of one.
pub(super) fn note(run: &mut Run, event: &Event) {
    let text = |name: &str| event.data.0.get(name).and_then(Value::as_str).map(str::to_owned);
    let accounts = &mut run.accounts;
    match event.kind.as_str() {
        "bank-account.created" => drop(accounts.own.insert(event.subject.clone(), event.data.0.clone())),
        "customer.created" | "customer.changed" | "customer.erased" => {
            accounts.payers.insert(event.subject.clone(), text("accounts"));
        }
        "bank-details.approved" => {
            if let Some(customer) = text("customer") {
                accounts.payers.insert(customer, text("in_force"));
            }
            let own = text("account").and_then(|account| accounts.own.get_mut(&account));
            if let Some(own) = own.and_then(Value::as_object_mut) {
                own.insert("confirmed".to_owned(), true.into());
                match text("in_force") {
                    Some(in_force) => drop(own.insert("details".to_owned(), in_force.into())),
                    None => drop(own.remove("details")),
                }
            }
        }
        _ => {}
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let Chained { own, payers } = std::mem::take(&mut run.accounts);
    check_own(run, conn, own)?;
    check_payers(run, conn, &payers)
}

fn check_own(run: &mut Run, conn: &mut Conn, mut told: HashMap<String, Value>) -> Result<(), Common> {
    for row in query::bank_accounts::list(conn, run.company.id)? {
        let kept = json!({
            "currency": row.currency.code(), "kind": row.kind, "ledger_account": row.ledger,
            "confirmed": row.confirmed, "details": own_digest(run.opener.company_key(), &row)?.to_string(),
        });
        match told.remove(&row.id.to_string()) {
            Some(told) => run.members(row.id, &told, &kept),
            None => run.problem(row.id, "no event says that it was added"),
        }
    }
    for subject in told.into_keys() {
        run.problem(subject, "it was added, but is not there");
    }
    Ok(())
}

fn check_payers(
    run: &mut Run,
    conn: &mut Conn,
    told: &HashMap<String, Option<String>>,
) -> Result<(), Common> {
    for batch in all_customers(conn, run.company.id)?.chunks(CUSTOMERS_MAX) {
        let ids: BTreeSet<CustomerId> =
            batch.iter().filter(|one| one.erased_at.is_none()).map(|one| one.id).collect();
        run.opener.load_parties(conn, &ids)?;
        let mut accounts: HashMap<CustomerId, Vec<CustomerAccount>> = HashMap::new();
        let wanted: Vec<CustomerId> = ids.iter().copied().collect();
        for row in query::customers::accounts(conn, run.company.id, &wanted)? {
            accounts.entry(row.customer).or_default().push(row);
        }
        for id in ids {
            let Some(Some(told)) = told.get(&id.to_string()) else { continue };
            // a key that is gone is told of by what it should open
            let Some(key) = run.opener.party_key(id) else { continue };
            let found = payer_digest(key, &accounts.remove(&id).unwrap_or_default())?.to_string();
            let what = "commitment to the accounts that she pays from";
            run.same(format_args!("customer {id}"), what, told.as_str(), found.as_str());
        }
    }
    Ok(())
}
