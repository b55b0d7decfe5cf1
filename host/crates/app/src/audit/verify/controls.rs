//! What keeps people out: locks of periods, rules of approval, roles, keys, limits of roles and tolerances; and the rates of exchange that
//! documents take. Each is kept as it was set last, and the events that set it are played again.

use super::super::LINKS_MAX;
use super::Run;
use crate::common::Common;
use crate::company::company_facts;
use crate::{draft, event};
use domain::ids::{CustomerId, TokenId};
use money::{Minor, Money, normal_form};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use store::rows::Event;
use store::{Conn, query};

/// What the chain says of them.
#[derive(Debug, Default)]
pub(super) struct Chained {
    /// By kind: up to which day, by whom and when.
    locks: BTreeMap<String, (String, String, String)>,
    /// Those that bind everybody, and earlier ones that bind who loosened them.
    rules: [Vec<Value>; 2],
    /// By both currencies and day.
    rates: BTreeMap<[String; 3], Value>,
    /// By user: her roles, whether she is active, who stands behind her.
    users: BTreeMap<String, Value>,
    /// By key: whose it is, who had it issued, whether it is revoked.
    tokens: BTreeMap<String, Value>,
    /// By role, currency and kind.
    limits: BTreeMap<[String; 3], Value>,
    /// By customer (empty: the company's), currency and role.
    tolerances: BTreeMap<[String; 3], Value>,
    /// What the company was made as, by codes, and what was corrected of it.
    company: Map<String, Value>,
}

/// Notes what a sealed event sets.
pub(super) fn note(run: &mut Run, event: &Event) {
    let text = |name: &str| event.data.0.get(name).and_then(Value::as_str).map(str::to_owned);
    match event.kind.as_str() {
        // the last one of a kind counts, whichever way it moves the lock; one that names no day lifts it
        "period.locked" | "period.unlocked" => match (text("kind"), text("through")) {
            (Some(kind), Some(through)) => {
                let set = (through, event.actor.clone(), event.at.to_string());
                run.controls.locks.insert(kind, set);
            }
            (Some(kind), None) => drop(run.controls.locks.remove(&kind)),
            (None, _) => run.problem(event.id, "it does not say which lock it sets"),
        },
        "approval-rules.set" | "approval-rules.released" => {
            let told =
                |name: &str| event.data.0.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
            run.controls.rules = [told("rules"), told("kept")];
        }
        "fx-rate.stored" => match (text("source"), text("target"), text("date")) {
            (Some(source), Some(target), Some(date)) => {
                run.controls.rates.insert([source, target, date], event.data.0.clone());
            }
            _ => run.problem(event.id, "it does not say which rate it stores"),
        },
        "user.created" | "user.changed" => {
            let roles = event.data.0.get("roles").cloned().unwrap_or_default();
            // who is created is active
            let active = event.data.0.get("active").and_then(Value::as_bool).unwrap_or(true);
            let told = run.controls.users.entry(event.subject.clone()).or_insert_with(|| json!({}));
            *told = event::with(told.take(), "roles", roles);
            *told = event::with(told.take(), "active", active.into());
            behind(told, event);
        }
        "user.password-set" | "user.confirmed" => {
            let told = run.controls.users.entry(event.subject.clone()).or_insert_with(|| json!({}));
            behind(told, event);
        }
        "token.issued" => drop(run.controls.tokens.insert(event.subject.clone(), event.data.0.clone())),
        "token.revoked" => {
            let told = run.controls.tokens.entry(event.subject.clone()).or_insert_with(|| json!({}));
            *told = event::with(told.take(), "revoked", true.into());
        }
        "role-limit.set" => match (text("role"), text("currency"), text("kind")) {
            (Some(role), Some(currency), Some(kind)) => {
                run.controls.limits.insert([role, currency, kind], set(event));
            }
            _ => run.problem(event.id, "it does not say which limit it sets"),
        },
        "tolerance.set" => match (text("currency"), text("role")) {
            (Some(currency), Some(role)) => {
                let customer = text("customer").unwrap_or_default();
                run.controls.tolerances.insert([customer, currency, role], set(event));
            }
            _ => run.problem(event.id, "it does not say which tolerance it sets"),
        },
        "company.created" => {
            let about = event.data.0.get("about").and_then(Value::as_object);
            run.controls.company.extend(about.cloned().unwrap_or_default());
        }
        "company.changed" => corrected(run, event),
        _ => {}
    }
}

/// Notes who stands behind a user from now on, where an event says it.
fn behind(told: &mut Value, event: &Event) {
    if let Some(behind) = event.data.0.get("behind") {
        *told = event::with(told.take(), "behind", behind.clone());
    }
}

impl Chained {
    /// Whose a key is, as the event of its issue says.
    pub(super) fn owner_of(&self, key: &str) -> Option<String> {
        self.tokens.get(key)?.get("owner")?.as_str().map(str::to_owned)
    }
}

/// Notes what a correction of the company leaves, which began with what the one before left.
fn corrected(run: &mut Run, event: &Event) {
    let part = |name: &str| event.data.0.get(name).and_then(Value::as_object);
    let (Some(before), Some(after)) = (part("before"), part("after")) else {
        return run.problem(event.id, "it does not say what it corrects");
    };
    for (name, was) in before {
        if let Some(known) = run.controls.company.get(name).cloned() {
            run.same(event.id, &format!("{name}, by the event before"), &known, was);
        }
    }
    run.controls.company.extend(after.clone());
}

/// What an event says, with who set it and when.
pub(super) fn set(event: &Event) -> Value {
    let told = event::with(event.data.0.clone(), "set_by", event.actor.clone().into());
    event::with(told, "set_at", event.at.to_string().into())
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let Chained { locks, rules, rates, users, tokens, limits, tolerances, company } =
        std::mem::take(&mut run.controls);
    let stands = Value::Object(company_facts(&run.company));
    run.members("the company", &Value::Object(company), &stands);
    check_locks(run, conn, locks)?;
    check_rules(run, conn, &rules)?;
    check_users(run, conn, users)?;
    check_tokens(run, conn, tokens)?;
    check_limits(run, conn, limits)?;
    check_tolerances(run, conn, tolerances)?;
    check_rates(run, conn, rates)
}

fn check_users(run: &mut Run, conn: &mut Conn, mut told: BTreeMap<String, Value>) -> Result<(), Common> {
    for row in query::users::list(conn, run.company.id)? {
        let place = format!("user {}", row.id);
        match told.remove(&row.id.to_string()) {
            Some(event) => {
                let kept = json!({
                    "roles": row.roles.0, "active": row.active, "behind": row.behind.map(|id| id.to_string()),
                });
                run.members(place, &event, &kept);
            }
            None => run.problem(place, "no event says that she was created"),
        }
    }
    for id in told.into_keys() {
        run.problem(format_args!("user {id}"), "she was created, but is not there");
    }
    Ok(())
}

fn check_tokens(run: &mut Run, conn: &mut Conn, mut told: BTreeMap<String, Value>) -> Result<(), Common> {
    let mut after: Option<(String, TokenId)> = None;
    loop {
        let at = after.as_ref().map(|(login, id)| (login.as_str(), *id));
        let page = query::tokens::page(conn, run.company.id, None, at, LINKS_MAX)?;
        let Some((last, login)) = page.last() else { break };
        after = Some((login.clone(), last.id));
        for (row, _) in &page {
            let place = format!("token {}", row.id);
            let kept = json!({
                "owner": row.owner.to_string(), "issued_by": row.issued_by.map(|id| id.to_string()),
                "revoked": row.revoked_at.is_some(),
            });
            match told.remove(&row.id.to_string()) {
                Some(event) => run.members(place, &event, &kept),
                None => run.problem(place, "no event says that it was issued"),
            }
        }
    }
    for id in told.into_keys() {
        run.problem(format_args!("token {id}"), "it was issued, but is not there");
    }
    Ok(())
}

fn check_limits(
    run: &mut Run,
    conn: &mut Conn,
    mut told: BTreeMap<[String; 3], Value>,
) -> Result<(), Common> {
    let named =
        |[role, currency, kind]: &[String; 3]| format!("the limit of {role} for {kind} in {currency}");
    for row in query::tolerated::limits(conn, run.company.id)? {
        let key = [row.role, row.currency.code().to_owned(), row.kind];
        let kept = json!({
            "amount": Money::new(row.amount, row.currency).amount(), "set_by": row.set_by,
            "set_at": row.set_at.to_string(),
        });
        match told.remove(&key) {
            Some(event) => run.members(named(&key), &event, &kept),
            None => run.problem(named(&key), "no event says that it was set"),
        }
    }
    for key in told.into_keys() {
        run.problem(named(&key), "it was set, but is not there");
    }
    Ok(())
}

fn check_tolerances(
    run: &mut Run,
    conn: &mut Conn,
    mut told: BTreeMap<[String; 3], Value>,
) -> Result<(), Common> {
    let named = |[customer, currency, role]: &[String; 3]| match customer.as_str() {
        "" => format!("the tolerance for {role} in {currency}"),
        id => format!("the tolerance for {role} in {currency} of {id}"),
    };
    for row in query::tolerances::list(conn, run.company.id)? {
        let customer = row.customer.map(|id| id.to_string()).unwrap_or_default();
        let key = [customer, row.currency.code().to_owned(), row.role];
        let kept = json!({
            "amount": Money::new(row.amount, row.currency).amount(), "permille": row.permille,
            "monthly": row.monthly.format(row.currency), "set_by": row.set_by, "set_at": row.set_at.to_string(),
        });
        let Some(event) = told.remove(&key) else {
            run.problem(named(&key), "no event says that it was set");
            continue;
        };
        // an event names a bound of the month where there is one
        let unbound = Minor::ZERO.format(row.currency);
        let monthly = event.get("monthly").cloned().unwrap_or_else(|| unbound.into());
        run.members(named(&key), &event::with(event, "monthly", monthly), &kept);
    }
    for key in told.into_keys() {
        // nothing is written off for who is erased
        let [customer, ..] = &key;
        let stands = match customer.parse::<CustomerId>() {
            Ok(id) => query::customers::by_id(conn, run.company.id, id)?
                .is_some_and(|customer| customer.erased_at.is_none()),
            Err(_) => true,
        };
        if stands {
            run.problem(named(&key), "it was set, but is not there");
        }
    }
    Ok(())
}

fn check_locks(
    run: &mut Run,
    conn: &mut Conn,
    mut told: BTreeMap<String, (String, String, String)>,
) -> Result<(), Common> {
    for row in query::period_locks::list(conn, run.company.id)? {
        let place = format!("the {} lock", row.kind.name());
        let Some((through, by, at)) = told.remove(row.kind.name()) else {
            run.problem(place, "no event says that it was set");
            continue;
        };
        run.same(&place, "up to which day, by the events", through, row.through.to_string());
        run.same(&place, "who set it, by the events", by, row.set_by.clone());
        run.same(&place, "when it was set, by the events", at, row.set_at.to_string());
    }
    for (kind, (through, ..)) in told {
        run.problem(
            format_args!("the {kind} lock"),
            format_args!("it was set up to {through}, but is not there"),
        );
    }
    Ok(())
}

fn check_rules(run: &mut Run, conn: &mut Conn, told: &[Vec<Value>; 2]) -> Result<(), Common> {
    let place = "the rules of approval";
    let kept = match draft::told_rules(conn, run.company.id) {
        Ok(kept) => kept,
        Err(Common::Corrupt { what, detail }) => {
            run.problem(place, format_args!("{what} {detail} cannot be read"));
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    let of = [(place, "rule of approval"), ("the earlier rules of approval", "earlier rule of approval")];
    for ((told, kept), (place, one)) in told.iter().zip(&kept).zip(of) {
        run.same(place, "how many there are, by the events", told.len(), kept.len());
        for ((told, kept), n) in told.iter().zip(kept).zip(1u32..) {
            run.members(format_args!("{one} {n}"), told, kept);
        }
    }
    Ok(())
}

fn check_rates(run: &mut Run, conn: &mut Conn, mut told: BTreeMap<[String; 3], Value>) -> Result<(), Common> {
    let all = query::fx_rates::Filter::default();
    let mut after = None;
    loop {
        let page = query::fx_rates::search(conn, run.company.id, &all, after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some((last.source_currency, last.target_currency, last.date));
        for row in &page {
            let (source, target) = (row.source_currency.code(), row.target_currency.code());
            let key = [source.to_owned(), target.to_owned(), row.date.to_string()];
            let place = format!("the rate {source}/{target} of {}", row.date);
            match told.remove(&key) {
                Some(event) => {
                    let kept = json!({"rate": normal_form(row.rate), "origin": row.source});
                    run.members(place, &event, &kept);
                }
                None => run.problem(place, "no event says that it was stored"),
            }
        }
    }
    for [source, target, date] in told.into_keys() {
        run.problem(format_args!("the rate {source}/{target} of {date}"), "it was stored, but is not there");
    }
    Ok(())
}
