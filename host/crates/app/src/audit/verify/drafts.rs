//! Drafts: who prepared, approved and posted them, and by what exception, is what the chain says; so that nobody is written out of, or
//! into, what another did.

use super::super::LINKS_MAX;
use super::super::opener::Salt;
use super::Run;
use crate::common::Common;
use crate::{draft, exception};
use domain::canonical::commit;
use domain::ids::{CustomerId, DraftId, TokenId};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use store::query::exceptions::Filter;
use store::rows::{Draft, DraftActed, Event, Exception};
use store::{Conn, query};

/// What the chain says of drafts and exceptions, by subject and by event.
#[derive(Debug, Default)]
pub(super) struct Chained {
    drafts: HashMap<String, Told>,
    exceptions: HashMap<String, Excepted>,
}

/// What was done with a draft, and how its last event has it.
#[derive(Debug, Default)]
struct Told {
    acts: Vec<Act>,
    last: Value,
}

#[derive(Debug)]
struct Act {
    act: String,
    /// Not known of what was done by a key before events named who is behind it.
    person: Option<String>,
    at: String,
    exception: bool,
}

#[derive(Debug)]
struct Excepted {
    subject: String,
    person: Option<String>,
    /// Who granted it; not known of a key before events named who is behind it.
    granted_by: Option<String>,
    at: String,
    data: Value,
}

/// Notes what a sealed event says was done with a draft, or excepted.
pub(super) fn note(run: &mut Run, event: &Event) {
    if event.kind == "exception.made" {
        let excepted = Excepted {
            subject: event.subject.clone(),
            person: person_of(event),
            granted_by: no_key(event),
            at: event.at.to_string(),
            data: event.data.0.clone(),
        };
        run.drafts.exceptions.insert(event.id.to_string(), excepted);
        return;
    }
    let Some(("draft", act)) = event.kind.split_once('.') else { return };
    if act == "deleted" {
        run.drafts.drafts.remove(&event.subject);
        return;
    }
    let told = run.drafts.drafts.entry(event.subject.clone()).or_default();
    told.acts.push(Act {
        act: act.to_owned(),
        person: person_of(event),
        at: event.at.to_string(),
        exception: event.data.0.get("exception").and_then(Value::as_bool).unwrap_or_default(),
    });
    told.last = event.data.0.clone();
}

/// Who is behind its actor.
pub(super) fn person_of(event: &Event) -> Option<String> {
    let told = event.data.0.get("person").and_then(Value::as_str);
    told.map(str::to_owned).or_else(|| no_key(event))
}

/// Its actor, unless that is a key: whose it is the chain does not say.
fn no_key(event: &Event) -> Option<String> {
    Some(event.actor.clone()).filter(|actor| actor.parse::<TokenId>().is_err())
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let company = run.company.id;
    let Chained { mut drafts, exceptions } = std::mem::take(&mut run.drafts);
    let mut after = None;
    loop {
        let all = query::drafts::Filter::default();
        let page = query::drafts::search(conn, company, &all, after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let ids: Vec<DraftId> = page.iter().map(|row| row.id).collect();
        let mut acts: HashMap<DraftId, Vec<DraftActed>> = HashMap::new();
        for act in query::drafts::acts_of_all(conn, company, &ids)? {
            acts.entry(act.draft).or_default().push(act);
        }
        for row in &page {
            match drafts.remove(&row.id.to_string()) {
                Some(told) => one(run, row, &acts.remove(&row.id).unwrap_or_default(), &told),
                None => run.problem(row.id, "no event says that it was begun"),
            }
        }
    }
    for subject in drafts.into_keys() {
        run.problem(subject, "it was begun and not deleted, but is not there");
    }
    check_exceptions(run, conn, exceptions)
}

fn one(run: &mut Run, row: &Draft, acts: &[DraftActed], told: &Told) {
    run.members(row.id, &told.last, &draft::told(row));
    run.same(row.id, "how often something was done with it, by the events", told.acts.len(), acts.len());
    for ((told, act), n) in told.acts.iter().zip(acts).zip(1u32..) {
        let place = format!("{}, what was done with it as number {n}", row.id);
        run.same(&place, "its number", n, act.n);
        run.same(&place, "what it was, by the events", told.act.as_str(), act.act.name());
        run.same(&place, "when, by the events", told.at.clone(), act.at.to_string());
        run.same(&place, "whether by an exception, by the events", told.exception, act.exception);
        if let Some(person) = &told.person {
            run.same(&place, "who did it, by the events", person, &act.person);
        }
    }
}

/// Exceptions from the separation of duties, with the reasons that they commit to.
fn check_exceptions(
    run: &mut Run,
    conn: &mut Conn,
    mut told: HashMap<String, Excepted>,
) -> Result<(), Common> {
    let mut after = None;
    loop {
        let page = query::exceptions::search(conn, run.company.id, &Filter::default(), after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.event);
        let customers: BTreeSet<CustomerId> = page.iter().map(|row| row.customer).collect();
        run.opener.load_parties(conn, &customers)?;
        for row in &page {
            match told.remove(&row.event.to_string()) {
                Some(event) => excepted(run, row, event)?,
                None => {
                    run.problem(format!("the exception of {}", row.event), "no event says that it was made")
                }
            }
        }
    }
    for (event, excepted) in told {
        run.problem(event, format_args!("the exception that it makes of {} is not there", excepted.subject));
    }
    Ok(())
}

fn excepted(run: &mut Run, row: &Exception, event: Excepted) -> Result<(), Common> {
    let place = format!("the exception of {}", row.event);
    run.members(&place, &event.data, &exception::told(row));
    run.same(&place, "what it is about, by the events", event.subject, row.subject.clone());
    run.same(&place, "when, by the events", event.at, row.at.to_string());
    if let Some(person) = event.person {
        run.same(&place, "who made it, by the events", person, row.person.clone());
    }
    if let Some(granted_by) = event.granted_by {
        run.same(&place, "who granted it, by the events", granted_by, row.granted_by.clone());
    }
    match run.opener.salt_of(row.customer, row.salt.as_deref()) {
        Salt::Open(salt) => {
            let found = commit(&salt, &exception::reason_bytes(row.reason.as_deref())?);
            run.same(&place, "commitment to its reason", row.commitment, found);
        }
        Salt::Erased => {}
        Salt::Wrong(what) => run.problem(&place, what),
    }
    Ok(())
}
