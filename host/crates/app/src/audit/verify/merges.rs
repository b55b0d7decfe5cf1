//! Merges: who points to another customer was merged into her, as the chain says, and nobody else does; who proposed, decided and undid
//! each merge is what the events say.

use super::super::LINKS_MAX;
use super::Run;
use crate::common::Common;
use crate::customer::all_customers;
use crate::event;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::rows::{CustomerMerge, Event};
use store::types::MergeState;
use store::{Conn, query};

/// What the chain says.
#[derive(Debug, Default)]
pub(super) struct Chained {
    /// By merge: who was merged into whom.
    merged: BTreeMap<String, (String, String)>,
    /// By merge: what became of it, by whom and when.
    told: BTreeMap<String, Value>,
}

/// Notes what a sealed event merges, or takes back.
pub(super) fn note(run: &mut Run, event: &Event) {
    let decided = ("decided_by", "decided_at");
    match event.kind.as_str() {
        "merge.proposed" => {
            let mut told = event.data.0.clone();
            for nothing in ["decided_by", "decided_at", "undone_by", "undone_at"] {
                told = event::with(told, nothing, Value::Null);
            }
            run.merges.told.insert(event.subject.clone(), told);
            step(run, &event.subject, event, (MergeState::Proposed, ("proposed_by", "proposed_at")));
        }
        "customer.merged" => {
            let text = |name: &str| event.data.0.get(name).and_then(Value::as_str).map(str::to_owned);
            match text("merge").zip(text("into")) {
                Some((merge, into)) => {
                    step(run, &merge, event, (MergeState::Merged, decided));
                    run.merges.merged.insert(merge, (event.subject.clone(), into));
                }
                None => run.problem(event.id, "it does not say by what merge, or into whom"),
            }
        }
        "merge.withdrawn" => step(run, &event.subject, event, (MergeState::Withdrawn, decided)),
        "merge.undone" => {
            run.merges.merged.remove(&event.subject);
            step(run, &event.subject, event, (MergeState::Undone, ("undone_by", "undone_at")));
        }
        _ => {}
    }
}

/// Where a merge stands from an event on, by whom and when.
fn step(run: &mut Run, merge: &str, event: &Event, (state, members): (MergeState, (&str, &str))) {
    let told = run.merges.told.remove(merge).unwrap_or_else(|| json!({}));
    let told = event::with(told, "state", state.name().into());
    let told = run.signed(told, event, members);
    run.merges.told.insert(merge.to_owned(), told);
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let Chained { merged, told } = std::mem::take(&mut run.merges);
    let mut merged: BTreeMap<String, String> = merged.into_values().collect();
    for customer in all_customers(conn, run.company.id)? {
        let nobody = || "nobody".to_owned();
        let said = merged.remove(&customer.id.to_string()).unwrap_or_else(nobody);
        let found = customer.merged_into.map_or_else(nobody, |id| id.to_string());
        run.same(format_args!("customer {}", customer.id), "who took her place, by the events", said, found);
    }
    for subject in merged.into_keys() {
        run.problem(subject, "it was merged, but is not there");
    }
    rows(run, conn, told)
}

fn rows(run: &mut Run, conn: &mut Conn, mut told: BTreeMap<String, Value>) -> Result<(), Common> {
    let mut after = None;
    loop {
        let page = query::merges::search(conn, run.company.id, (None, None), after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for row in &page {
            match told.remove(&row.id.to_string()) {
                Some(told) => run.members(row.id, &told, &kept(row)),
                None => run.problem(row.id, "no event says that it was proposed"),
            }
        }
    }
    for subject in told.into_keys() {
        run.problem(subject, "it was proposed, but is not there");
    }
    Ok(())
}

fn kept(row: &CustomerMerge) -> Value {
    json!({
        "source": row.source.to_string(), "into": row.target.to_string(), "state": row.state.name(),
        "effective_date": row.effective_date.to_string(), "proposed_by": row.proposed_by,
        "proposed_at": row.proposed_at.to_string(), "decided_by": row.decided_by,
        "decided_at": row.decided_at.map(|at| at.to_string()), "undone_by": row.undone_by,
        "undone_at": row.undone_at.map(|at| at.to_string()),
    })
}
