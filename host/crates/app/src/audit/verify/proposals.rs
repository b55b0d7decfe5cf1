//! Proposals of reconciliation (核销建议): who made and who decided each is what the chain says, and so is what was decided about; what an
//! approval wrote off within tolerances is what its event tells, and the sums of the months are those of what stands.

use super::super::LINKS_MAX;
use super::Run;
use crate::common::Common;
use crate::reconciliation::{self, ProposalView};
use domain::ids::ProposalId;
use serde_json::Value;
use std::collections::HashMap;
use store::rows::{Event, Tolerated};
use store::types::ProposalStatus;
use store::{Conn, query};

/// What the chain says of them.
#[derive(Debug, Default)]
pub(super) struct Chained {
    /// By call, and by proposal that a person made.
    made: HashMap<String, Made>,
    /// By proposal: what was decided last.
    decided: HashMap<String, Decided>,
    /// By proposal: who approved that it is undone.
    undoings: HashMap<String, Vec<Undoing>>,
}

#[derive(Debug)]
struct Undoing {
    person: Option<String>,
    at: String,
    date: Option<String>,
}

#[derive(Debug)]
struct Made {
    person: Option<String>,
    /// Digest of what a person proposed; of a guest the call has it.
    facts: Option<String>,
}

#[derive(Debug)]
struct Decided {
    person: Option<String>,
    at: String,
    /// Digest of what was decided about; older events have none.
    facts: Option<String>,
    /// What it writes off; not known of older approvals.
    tolerated: Option<String>,
}

/// Notes what a sealed event says of one.
pub(super) fn note(run: &mut Run, event: &Event) {
    let facts = event.data.0.get("facts").and_then(Value::as_str).map(str::to_owned);
    match event.kind.as_str() {
        "reconciliation.proposed" | "proposal.made" => {
            let made = Made { person: run.person_of(event), facts };
            run.proposals.made.insert(event.subject.clone(), made);
        }
        "proposal.undo-approved" => {
            let date = event.data.0.get("date").and_then(Value::as_str).map(str::to_owned);
            let told = Undoing { person: run.person_of(event), at: event.at.to_string(), date };
            run.proposals.undoings.entry(event.subject.clone()).or_default().push(told);
        }
        "proposal.approved" | "proposal.rejected" | "proposal.undone" => {
            let before = run.proposals.decided.remove(&event.subject);
            let tolerated = match event.kind.as_str() {
                "proposal.approved" => event.data.0.get("tolerated").map(Value::to_string),
                _ => Some(nothing()),
            };
            let decided = Decided {
                person: run.person_of(event),
                at: event.at.to_string(),
                facts: facts.or_else(|| before.and_then(|before| before.facts)),
                tolerated,
            };
            run.proposals.decided.insert(event.subject.clone(), decided);
        }
        _ => {}
    }
}

/// No write-off, as events tell it.
fn nothing() -> String {
    Value::Array(Vec::new()).to_string()
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let Chained { mut made, mut decided, mut undoings } = std::mem::take(&mut run.proposals);
    let company = run.company.id;
    let mut after = None;
    loop {
        let page = query::proposals::list(conn, company, None, after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let ids: Vec<ProposalId> = page.iter().map(|row| row.id).collect();
        let mut tolerated: HashMap<ProposalId, Vec<Tolerated>> = HashMap::new();
        for row in query::tolerated::of_proposals(conn, company, &ids)? {
            tolerated.entry(row.proposal).or_default().push(row);
        }
        for view in reconciliation::views(conn, company, &ids)? {
            let id = view.proposal.id;
            let facts = reconciliation::facts(&view)?.to_string();
            check_made(run, &view, &facts, &mut made);
            let found = reconciliation::told_tolerated(&tolerated.remove(&id).unwrap_or_default());
            check_decided(run, &view, (&facts, found.to_string()), decided.remove(&id.to_string()));
            check_undoings(run, &view, undoings.remove(&id.to_string()).unwrap_or_default());
        }
    }
    for subject in made.into_keys().filter(|subject| subject.parse::<ProposalId>().is_ok()) {
        run.problem(subject, "it was made by hand, but is not there");
    }
    for subject in undoings.into_keys() {
        run.problem(subject, "its undoing was approved, but it is not there");
    }
    for month in query::tolerated::months_out_of_step(conn, company)? {
        let place = format!(
            "what was tolerated of {} as {} in {} in the month to {}",
            month.customer, month.kind, month.currency, month.month
        );
        run.problem(place, "its sum is not that of the approvals that stand");
    }
    Ok(())
}

fn check_undoings(run: &mut Run, view: &ProposalView, told: Vec<Undoing>) {
    let id = view.proposal.id;
    run.same(id, "how many approved its undoing, by the events", told.len(), view.undoing.len());
    for (told, row) in told.into_iter().zip(&view.undoing) {
        let place = format!("{id}, approval {} of its undoing", row.n);
        if let Some(person) = told.person {
            run.same(&place, "who gave it, by the events", person, row.person.clone());
        }
        run.same(&place, "when, by the events", told.at, row.at.to_string());
        let found = row.on_date.map(|date| date.to_string()).unwrap_or_default();
        run.same(&place, "for which day, by the events", told.date.unwrap_or_default(), found);
    }
}

fn check_made(run: &mut Run, view: &ProposalView, facts: &str, made: &mut HashMap<String, Made>) {
    let row = &view.proposal;
    match row.invocation {
        Some(call) => match made.get(&call.to_string()) {
            Some(made) => same_person(run, view, made),
            None => run.problem(row.id, "no event says that its call proposed anything"),
        },
        None => match made.remove(&row.id.to_string()) {
            Some(made) => {
                same_person(run, view, &made);
                same_facts(run, row.id, made.facts.as_deref(), facts);
            }
            None => run.problem(row.id, "no event says that it was made"),
        },
    }
}

fn same_person(run: &mut Run, view: &ProposalView, made: &Made) {
    if let Some(person) = &made.person {
        run.same(view.proposal.id, "who made it, by the events", person, &view.proposal.created_by);
    }
}

fn same_facts(run: &mut Run, id: ProposalId, told: Option<&str>, found: &str) {
    if let Some(told) = told {
        run.same(id, "digest of what it clears and by what, by the events", told, found);
    }
}

fn check_decided(
    run: &mut Run,
    view: &ProposalView,
    (facts, tolerated): (&str, String),
    decided: Option<Decided>,
) {
    let row = &view.proposal;
    let nobody = || "nobody".to_owned();
    let by = row.decided_by.clone().unwrap_or_else(nobody);
    let expected = match decided {
        Some(decided) => {
            if let Some(person) = decided.person {
                run.same(row.id, "who decided it, by the events", person, by);
            }
            let at = row.decided_at.map(|at| at.to_string()).unwrap_or_default();
            run.same(row.id, "when it was decided, by the events", decided.at, at);
            same_facts(run, row.id, decided.facts.as_deref(), facts);
            decided.tolerated
        }
        None => {
            // what is superseded was so by whoever decided another of its lines
            if row.status == ProposalStatus::Proposed {
                run.same(row.id, "who decided it, by the events", nobody(), by);
            }
            Some(nothing())
        }
    };
    if let Some(expected) = expected {
        run.same(row.id, "what it writes off within tolerances, by the events", expected, tolerated);
    }
}
