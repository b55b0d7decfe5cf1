//! Discounts for early payment that were taken by hand: each stands no longer than the allocation that it was given with (decision 77).

use super::Run;
use crate::allocation::DISCOUNT_TAKEN;
use crate::common::Common;
use crate::document;
use domain::ids::{AllocationId, DocumentId};
use serde_json::Value;
use store::rows::Event;
use store::{Conn, query};

/// Notes with which allocation what was taken off.
pub(super) fn note(run: &mut Run, event: &Event) {
    if event.kind != DISCOUNT_TAKEN {
        return;
    }
    let document = event.data.0.get("document").and_then(Value::as_str);
    let document = document.and_then(|id| id.parse::<DocumentId>().ok());
    match event.subject.parse::<AllocationId>().ok().zip(document) {
        Some(taken) => run.taken.push(taken),
        None => run.problem(event.id, "it does not say what was taken off with which allocation"),
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let company = run.company.id;
    for (allocation, taken) in std::mem::take(&mut run.taken) {
        let made = query::allocations::by_id(conn, company, allocation)?.is_some();
        let stands = made && query::allocations::undoing(conn, company, allocation)?.is_none();
        if !stands && !document::is_taken_back(conn, company, taken)? {
            run.problem(
                allocation,
                format_args!("it does not stand, and {taken} does that was taken off with it"),
            );
        }
    }
    Ok(())
}
