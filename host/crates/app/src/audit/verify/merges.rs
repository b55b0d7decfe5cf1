//! Merges: who points to another customer was merged into her, as the chain says, and nobody else does.

use super::Run;
use crate::common::Common;
use crate::customer::all_customers;
use serde_json::Value;
use std::collections::BTreeMap;
use store::Conn;
use store::rows::Event;

/// Notes what a sealed event merges, or takes back.
pub(super) fn note(run: &mut Run, event: &Event) {
    match event.kind.as_str() {
        "customer.merged" => {
            let text = |name: &str| event.data.0.get(name).and_then(Value::as_str).map(str::to_owned);
            match text("merge").zip(text("into")) {
                Some((merge, into)) => drop(run.merged.insert(merge, (event.subject.clone(), into))),
                None => run.problem(event.id, "it does not say by what merge, or into whom"),
            }
        }
        "merge.undone" => drop(run.merged.remove(&event.subject)),
        _ => {}
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let mut told: BTreeMap<String, String> = std::mem::take(&mut run.merged).into_values().collect();
    for customer in all_customers(conn, run.company.id)? {
        let nobody = || "nobody".to_owned();
        let said = told.remove(&customer.id.to_string()).unwrap_or_else(nobody);
        let found = customer.merged_into.map_or_else(nobody, |id| id.to_string());
        run.same(format_args!("customer {}", customer.id), "who took her place, by the events", said, found);
    }
    for subject in told.into_keys() {
        run.problem(subject, "it was merged, but is not there");
    }
    Ok(())
}
