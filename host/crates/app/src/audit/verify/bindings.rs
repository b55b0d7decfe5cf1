//! Bindings of plugins: which is bound from which day on, with what configuration, who proposed it and who put it in force or took it
//! back, is what the chain says.

use super::Run;
use crate::common::Common;
use crate::event;
use domain::canonical::digest_bytes;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::rows::Event;
use store::types::BindingStatus;
use store::{Conn, query};

/// By binding: how its last event has it.
pub(super) type Chained = BTreeMap<String, Value>;

/// Notes what a sealed event says of one.
pub(super) fn note(run: &mut Run, event: &Event) {
    let status = match event.kind.as_str() {
        // in force at once: the operator bound it
        "plugin.bound" | "plugin.activated" => BindingStatus::Active,
        "plugin.proposed" => BindingStatus::Pending,
        "plugin.withdrawn" => BindingStatus::Withdrawn,
        _ => return,
    };
    let (created, decided) = (("created_by", "created_at"), ("decided_by", "decided_at"));
    let first = matches!(event.kind.as_str(), "plugin.bound" | "plugin.proposed");
    let mut told = if first {
        let told = run.signed(event.data.0.clone(), event, created);
        event::with(event::with(told, "decided_by", Value::Null), "decided_at", Value::Null)
    } else {
        run.bindings.remove(&event.subject).unwrap_or_else(|| json!({}))
    };
    if status != BindingStatus::Pending {
        told = run.signed(told, event, decided);
    }
    let told = event::with(told, "status", status.name().into());
    run.bindings.insert(event.subject.clone(), told);
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let mut told = std::mem::take(&mut run.bindings);
    for row in query::bindings::list(conn, run.company.id)? {
        let kept = json!({
            "slot": row.slot, "digest": row.digest.to_string(), "config_digest": row.config_digest.to_string(),
            "valid_from": row.valid_from.to_string(), "created_by": row.created_by,
            "created_at": row.created_at.to_string(), "status": row.status.name(), "decided_by": row.decided_by,
            "decided_at": row.decided_at.map(|at| at.to_string()),
        });
        match told.remove(&row.id.to_string()) {
            Some(told) => run.members(row.id, &told, &kept),
            None => run.problem(row.id, "no event says that it was bound"),
        }
        let config = digest_bytes("config.v1", row.config.as_bytes());
        run.same(row.id, "digest of its configuration", row.config_digest, config);
    }
    for subject in told.into_keys() {
        run.problem(subject, "it was bound, but is not there");
    }
    Ok(())
}
