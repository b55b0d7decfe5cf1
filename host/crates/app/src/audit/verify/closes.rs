//! Checklists of the close: who opened each, and what was chosen of its items, is what events say; a hard lock waits for what is mandatory.

use super::super::LINKS_MAX;
use super::Run;
use crate::close;
use crate::common::Common;
use crate::event::with;
use chrono::NaiveDate;
use serde_json::Value;
use std::collections::BTreeMap;
use store::query::closes::Filter;
use store::rows::{Close, CloseItem, Event};
use store::{Conn, query};

/// What the chain says of them.
#[derive(Debug, Default)]
pub(super) struct Chained {
    /// By period: who opened it, as far as that is known, and when.
    opened: BTreeMap<String, (Option<String>, String)>,
    /// By period and item: what was chosen of it last.
    items: BTreeMap<[String; 2], Value>,
}

/// Notes what a sealed event says of a checklist.
pub(super) fn note(run: &mut Run, event: &Event) {
    let data = &event.data.0;
    let text = |of: &Value, name: &str| of.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    match event.kind.as_str() {
        "close.opened" => {
            let period = text(data, "period");
            for item in data.get("items").and_then(Value::as_array).into_iter().flatten() {
                run.closes.items.insert([period.clone(), text(item, "item")], item.clone());
            }
            let who = run.person_of(event);
            run.closes.opened.insert(period, (who, event.at.to_string()));
        }
        "close-item.changed" | "close-item.freed" => {
            run.closes.items.insert([text(data, "period"), text(data, "item")], data.clone());
        }
        _ => {}
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let Chained { mut opened, mut items } = std::mem::take(&mut run.closes);
    let company = run.company.id;
    let mut after = None;
    loop {
        let page = query::closes::page(conn, company, &Filter::default(), after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.period);
        for row in &page {
            one(run, row, opened.remove(&row.period.to_string()));
        }
        let periods: Vec<NaiveDate> = page.iter().map(|row| row.period).collect();
        for row in query::closes::items_of(conn, company, &periods)? {
            let told = items.remove(&[row.period.to_string(), row.item.name().to_owned()]);
            chosen(run, &row, told);
        }
    }
    for period in opened.into_keys() {
        run.problem(place(&period), "it was opened, but is not there");
    }
    for [period, item] in items.into_keys() {
        run.problem(format_args!("{item} of {}", place(&period)), "it was chosen, but is not there");
    }
    Ok(())
}

fn place(period: &str) -> String {
    format!("the checklist of {period}")
}

fn one(run: &mut Run, row: &Close, told: Option<(Option<String>, String)>) {
    let at = place(&row.period.to_string());
    let Some((who, when)) = told else { return run.problem(at, "no event says that it was opened") };
    run.same(&at, "when it was opened, by the events", when, row.opened_at.to_string());
    if let Some(who) = who {
        run.same(&at, "who opened it, by the events", who, row.opened_by.clone());
    }
}

/// Words that named who was erased are gone.
fn chosen(run: &mut Run, row: &CloseItem, told: Option<Value>) {
    let at = format!("{} of {}", row.item.name(), place(&row.period.to_string()));
    let Some(told) = told else { return run.problem(at, "no event says what was chosen of it") };
    let mut stands = close::figures(row);
    if row.freed_for.is_none() {
        stands = with(stands, "freed_for", told.get("freed_for").cloned().unwrap_or_default());
    }
    run.members(at, &told, &stands);
}
