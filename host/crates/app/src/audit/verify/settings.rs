//! What the company chose for its books, its own accounts, its series of numbers, deliveries and advances: each stands as the last event
//! that set it says.

use super::Run;
use super::controls::set;
use crate::books::names_digest;
use crate::common::Common;
use domain::ledger::account::OWN;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Display;
use store::rows::Event;
use store::{Conn, query};

/// What the chain says of them.
#[derive(Debug, Default)]
pub(super) struct Chained {
    books: Option<Value>,
    deliveries: Option<Value>,
    advances: Option<Value>,
    /// By kind of documents.
    series: BTreeMap<String, Value>,
    /// The company's own accounts, by number.
    accounts: BTreeMap<String, Value>,
}

/// Notes what a sealed event sets.
pub(super) fn note(run: &mut Run, event: &Event) {
    match event.kind.as_str() {
        "books.set" => run.settings.books = Some(set(event)),
        "delivery-settings.set" => run.settings.deliveries = Some(set(event)),
        "advance-settings.set" => run.settings.advances = Some(set(event)),
        "chart.changed" => {
            let said = |name: &str| event.data.0.get(name).and_then(Value::as_str);
            if let Some(code) = said("code").filter(|_| said("role") == Some(OWN.name)) {
                run.settings.accounts.insert(code.to_owned(), set(event));
            }
        }
        "series.set" => match event.data.0.get("kind").and_then(Value::as_str) {
            Some(kind) => drop(run.settings.series.insert(kind.to_owned(), set(event))),
            None => run.problem(event.id, "it does not say of which documents it sets the numbers"),
        },
        _ => {}
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let Chained { books, deliveries, advances, mut series, accounts } = std::mem::take(&mut run.settings);
    let company = run.company.id;
    let kept = query::books::of(conn, company)?.map(|row| {
        json!({
            "first_month": row.first_month, "voucher_sorts": row.voucher_sorts.name(),
            "reversal_style": row.reversal_style.name(), "set_by": row.set_by, "set_at": row.set_at.to_string(),
        })
    });
    one(run, "the settings of the books", books, kept);
    let kept = query::deliveries::settings(conn, company)?.map(|row| {
        json!({
            "accounting": row.accounting.name(), "per": row.per.name(), "orders_become": row.orders_become.name(),
            "set_by": row.set_by, "set_at": row.set_at.to_string(),
        })
    });
    one(run, "the settings of deliveries", deliveries, kept);
    let kept = query::advances::settings(conn, company)?.map(|row| {
        // where they are for nothing, the event names no supply either
        let supply = row.category.is_some().then_some(row.supply);
        json!({
            "tax_category": row.category, "supply": supply, "set_by": row.set_by, "set_at": row.set_at.to_string(),
        })
    });
    one(run, "the settings of advances", advances, kept);
    for row in query::series::rules(conn, company)? {
        let kept = json!({
            "prefix": row.prefix, "reset": row.reset.name(), "chronological": row.chronological,
            "set_by": row.set_by, "set_at": row.set_at.to_string(),
        });
        let told = series.remove(&row.kind);
        one(run, format_args!("the numbers of {} documents", row.kind), told, Some(kept));
    }
    for (kind, told) in series {
        one(run, format_args!("the numbers of {kind} documents"), Some(told), None);
    }
    check_accounts(run, conn, accounts)
}

/// Their names by digest, as events have them.
fn check_accounts(
    run: &mut Run,
    conn: &mut Conn,
    mut accounts: BTreeMap<String, Value>,
) -> Result<(), Common> {
    let rows = query::books::chart(conn, run.company.id)?;
    for row in rows.iter().filter(|row| row.role == OWN.name) {
        let kept = json!({
            "code": row.code, "class": row.class, "names": names_digest(row),
            "set_by": row.set_by, "set_at": row.set_at.to_string(),
        });
        let told = accounts.remove(&row.part);
        one(run, format_args!("the names of account {}", row.part), told, Some(kept));
    }
    for (code, told) in accounts {
        one(run, format_args!("the names of account {code}"), Some(told), None);
    }
    Ok(())
}

fn one(run: &mut Run, place: impl Display, told: Option<Value>, kept: Option<Value>) {
    match (told, kept) {
        (Some(told), Some(kept)) => run.members(place, &told, &kept),
        (Some(_), None) => run.problem(place, "they were set, but are not there"),
        (None, Some(_)) => run.problem(place, "no event says that they were set"),
        (None, None) => {}
    }
}
