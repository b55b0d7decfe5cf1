//! Disputes of open items: each row stands as the events say that opened and resolved it.

use super::super::LINKS_MAX;
use super::Run;
use super::drafts::person_of;
use crate::common::Common;
use crate::dispute::{opened_data, resolved_data};
use domain::ids::{CustomerId, EventId};
use domain::time::Instant;
use serde_json::Value;
use std::collections::HashSet;
use store::query::disputes::Filter;
use store::rows::{Dispute, Event};
use store::{Conn, query};

/// What the chain says of one.
#[derive(Default)]
pub(super) struct Sealed {
    opened: Said,
    resolved: Said,
    opening: Option<Done>,
    resolving: Option<Done>,
}

/// Which event says it, and what.
type Said = Option<(EventId, Value)>;

/// Who did it, but of a key before events named who is behind it, and when.
type Done = (Option<String>, String);

/// Notes what a sealed event says of one.
pub(super) fn note(run: &mut Run, event: &Event) {
    let sealed = match event.kind.as_str() {
        "dispute.opened" | "dispute.resolved" => run.disputes.entry(event.subject.clone()).or_default(),
        _ => return,
    };
    let said = Some((event.id, event.data.0.clone()));
    let done = Some((person_of(event), event.at.to_string()));
    match event.kind.as_str() {
        "dispute.opened" => (sealed.opened, sealed.opening) = (said, done),
        _ => (sealed.resolved, sealed.resolving) = (said, done),
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let company = run.company.id;
    let mut after = None;
    loop {
        let page = query::disputes::search(conn, company, &Filter::default(), after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let ids: Vec<CustomerId> = page.iter().map(|row| row.customer).collect();
        let customers = query::customers::by_ids(conn, company, &ids)?;
        let erased: HashSet<CustomerId> =
            customers.iter().filter(|row| row.erased_at.is_some()).map(|row| row.id).collect();
        for row in &page {
            let sealed = run.disputes.remove(&row.id.to_string()).unwrap_or_default();
            one(run, row, sealed, erased.contains(&row.customer));
        }
    }
    for (subject, _) in std::mem::take(&mut run.disputes) {
        run.problem(subject, "an event says that it was opened or resolved, but it is not there");
    }
    Ok(())
}

fn one(run: &mut Run, row: &Dispute, sealed: Sealed, erased: bool) {
    let opened = Some((row.opened_event, opened_data(row)));
    compare(run, row, ("how it was opened", erased), (sealed.opened, opened));
    let resolved = row.resolved_event.map(|event| (event, resolved_data(row)));
    compare(run, row, ("what became of it", erased), (sealed.resolved, resolved));
    done(run, row, "opened", (sealed.opening, Some((&row.opened_by, row.opened_at))));
    done(run, row, "resolved", (sealed.resolving, row.resolved_by.as_ref().zip(row.resolved_at)));
}

/// Who did it and when.
fn done(run: &mut Run, row: &Dispute, what: &str, (told, found): (Option<Done>, Option<(&String, Instant)>)) {
    // what has no event, or none any more, is told by what it says
    let (Some((by, at)), Some((person, when))) = (told, found) else { return };
    run.same(row.id, &format!("when it was {what}, by the events"), at, when.to_string());
    if let Some(by) = by {
        run.same(row.id, &format!("who {what} it, by the events"), by, person.clone());
    }
}

fn compare(
    run: &mut Run,
    row: &Dispute,
    (what, erased): (&str, bool),
    (mut sealed, mut found): (Said, Said),
) {
    // of who was erased no words are left that could be committed to
    if erased {
        for (_, data) in sealed.iter_mut().chain(found.iter_mut()) {
            if let Some(members) = data.as_object_mut() {
                members.insert("words".to_owned(), Value::Null);
            }
        }
    }
    // so it is of older events
    if let (Some((_, told)), Some((_, stands))) = (&sealed, &mut found)
        && told.get("person").is_none()
        && let Some(members) = stands.as_object_mut()
    {
        members.remove("person");
    }
    if sealed != found {
        let text = |said: &Said| {
            said.as_ref().map_or("nothing".to_owned(), |(event, data)| format!("{event} {data}"))
        };
        run.problem(row.id, format_args!("{what}: the events say {}, it is {}", text(&sealed), text(&found)));
    }
}
