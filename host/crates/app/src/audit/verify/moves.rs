//! Money that moves between the company's own accounts, and fees: what is kept of each move is what the event of its entry says.

use super::super::LINKS_MAX;
use super::Run;
use crate::bank;
use crate::common::Common;
use serde_json::Value;
use store::rows::Event;
use store::{Conn, query};

/// Notes what an event says of one.
pub(super) fn note(run: &mut Run, event: &Event) {
    match event.kind.as_str() {
        "bank-move.posted" | "bank-move.undone" => {
            run.moves.insert(event.subject.clone(), event.data.0.clone());
        }
        // the line that shows it going out came later
        "bank-move.joined" => {
            let line = event.data.0.get("bank_line").cloned().unwrap_or_default();
            match run.moves.get_mut(&event.subject).and_then(Value::as_object_mut) {
                Some(told) => drop(told.insert("from_line".to_owned(), line)),
                None => run.problem(event.id, "it joins a line to a move that was not posted"),
            }
        }
        _ => {}
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let (all, mut after) = (query::bank_moves::Filter::default(), None);
    loop {
        let page = query::bank_moves::page(conn, run.company.id, &all, after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for row in &page {
            match run.moves.remove(&row.id.to_string()) {
                Some(told) => run.members(row.id, &told, &bank::told_move(row)),
                None => run.problem(row.id, "no event says that it was posted"),
            }
        }
    }
    for subject in std::mem::take(&mut run.moves).into_keys() {
        run.problem(subject, "it was posted, but is not there");
    }
    Ok(())
}
