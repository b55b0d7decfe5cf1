//! Decisions: what is approved or rejected was decided by somebody, and an event says so and, of statements, by whom, and who made
//! each; likewise what was signed, waived or reopened of a checklist.

use super::super::LINKS_MAX;
use super::Run;
use crate::close;
use crate::common::Common;
use domain::time::Instant;
use std::collections::HashMap;
use std::fmt::Display;
use store::query::statements::Filter;
use store::rows::{Event, Statement};
use store::types::{ProposalStatus, StatementStatus};
use store::{Conn, query};

/// Who made a statement and who decided about it.
#[derive(Debug, Default)]
pub(super) struct Hands {
    made: Option<Done>,
    decided: Option<Done>,
}

/// Who did it, as far as that is known, and when.
type Done = (Option<String>, String);

/// Notes who made a statement, as an event says that it carries.
pub(super) fn note_sealed(run: &mut Run, events: &[Event]) {
    for event in events.iter().filter(|event| event.kind == "statement.sealed") {
        let done = (run.person_of(event), event.at.to_string());
        run.hands.entry(event.subject.clone()).or_default().made = Some(done);
    }
}

/// Notes what a sealed event decides, if it does.
pub(super) fn note(run: &mut Run, event: &Event) {
    let decision = event.kind.split_once('.');
    if let Some(("close-item", act @ ("signed" | "waived" | "reopened"))) = decision {
        run.closed.insert(event.subject.clone(), (act.to_owned(), event.data.0.clone()));
    }
    if let Some(("statement", "approved" | "rejected")) = decision {
        let done = (run.person_of(event), event.at.to_string());
        run.hands.entry(event.subject.clone()).or_default().decided = Some(done);
    }
    if let Some(("statement" | "proposal", decided @ ("approved" | "rejected" | "undone"))) = decision {
        run.decided.insert(event.subject.clone(), decided.to_owned());
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let (mut superseded, mut anew) = (Vec::new(), HashMap::new());
    let mut after = None;
    loop {
        let page = query::statements::list(conn, run.company.id, &Filter::default(), after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for row in &page {
            let decided = match row.status {
                StatementStatus::Sealed => None,
                StatementStatus::Approved => Some("approved"),
                // only what was turned down is made anew
                StatementStatus::Rejected | StatementStatus::Superseded => Some("rejected"),
            };
            compare(run, row.id, row.status.name(), decided);
            if let Some(before) = row.supersedes {
                anew.insert(before, (row.created_by.clone(), row.created_at));
            }
            match row.status {
                StatementStatus::Superseded => superseded.push(row.clone()),
                _ => hands(run, row, None),
            }
        }
    }
    for row in &superseded {
        hands(run, row, anew.get(&row.id));
    }
    let mut after = None;
    loop {
        let page = query::proposals::list(conn, run.company.id, None, after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for row in &page {
            let decided = match row.status {
                ProposalStatus::Proposed | ProposalStatus::Superseded => None,
                ProposalStatus::Approved => Some("approved"),
                ProposalStatus::Rejected => Some("rejected"),
                ProposalStatus::Undone => Some("undone"),
            };
            compare(run, row.id, row.status.name(), decided);
        }
    }
    for (subject, decided) in std::mem::take(&mut run.decided) {
        run.problem(subject, format_args!("it was {decided}, but is not there"));
    }
    checklists(run, conn)
}

/// What checklists say was done is what events say, finding and words included; words of who was erased are gone.
fn checklists(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    for record in query::closes::records(conn, run.company.id)? {
        let subject = close::subject(&record);
        let Some((act, told)) = run.closed.remove(&subject) else {
            run.problem(subject, format_args!("it was {}, and no event says so", record.act.name()));
            continue;
        };
        let mut stands = close::content(&record);
        if let (None, Some(stands), Some(words)) = (&record.words, stands.as_object_mut(), told.get("words"))
        {
            stands.insert("words".to_owned(), words.clone());
        }
        run.same(&subject, "what was done", act, record.act.name().to_owned());
        run.same(&subject, "what was signed", told.to_string(), stands.to_string());
    }
    for (subject, (act, _)) in std::mem::take(&mut run.closed) {
        run.problem(subject, format_args!("it was {act}, but is not there"));
    }
    Ok(())
}

/// Who made it and who decided about it, and when. Of one that was `anew` made before decision 137 the row says who did that.
fn hands(run: &mut Run, row: &Statement, anew: Option<&(String, Instant)>) {
    let Hands { made, decided } = run.hands.remove(&row.id.to_string()).unwrap_or_default();
    did(run, row, "made", (made, Some((&row.created_by, row.created_at))));
    let found = row.decided_by.as_ref().zip(row.decided_at);
    if anew.is_none_or(|(by, at)| found != Some((by, *at))) {
        did(run, row, "decided", (decided, found));
    }
}

fn did(
    run: &mut Run,
    row: &Statement,
    what: &str,
    (told, found): (Option<Done>, Option<(&String, Instant)>),
) {
    let never = || "never".to_owned();
    let (by, when) = told.map_or_else(|| (None, never()), |(by, at)| (by, at));
    let at = found.map_or_else(never, |(_, at)| at.to_string());
    run.same(row.id, &format!("when it was {what}, by the events"), when, at);
    if let Some(by) = by {
        let person = found.map_or_else(|| "nobody".to_owned(), |(person, _)| person.clone());
        run.same(row.id, &format!("who {what} it, by the events"), by, person);
    }
}

fn compare(run: &mut Run, id: impl Display, status: &str, decided: Option<&str>) {
    let id = id.to_string();
    let told = run.decided.remove(&id);
    let shown = |decision: Option<&str>| decision.unwrap_or("undecided").to_owned();
    let what = format!("its status is {status}, and events say");
    run.same(id, &what, shown(decided), shown(told.as_deref()));
}
