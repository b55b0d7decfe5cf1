//! Calls of guests: the rows that sealed content names are those that were sealed, and what they hold is theirs.

use super::super::LINKS_MAX;
use super::Run;
use crate::common::Common;
use crate::plugin;
use domain::canonical::digest_bytes;
use domain::ids::{BankFileId, BlobId, InvocationId, ProposalId};
use serde_json::Value;
use std::collections::HashMap;
use store::query::history::Link;
use store::rows::{Event, Invocation};
use store::{Conn, query};

/// Every sealed event that names a call: the call is as it was sealed, and the event's subject still names it.
pub(super) fn of_events(run: &mut Run, conn: &mut Conn, page: &[Link]) -> Result<(), Common> {
    let named: Vec<(&Event, &Value)> = page
        .iter()
        .flat_map(|link| &link.events)
        .filter_map(|event| Some((event, event.data.0.get("computed")?)))
        .collect();
    let company = run.company.id;
    let ids: Vec<InvocationId> = named.iter().filter_map(|(_, computed)| invocation(computed)).collect();
    let calls: HashMap<InvocationId, Invocation> =
        query::invocations::by_ids(conn, company, &ids)?.into_iter().map(|call| (call.id, call)).collect();
    let proposals: Vec<ProposalId> =
        named.iter().filter_map(|(event, _)| event.subject.parse().ok()).collect();
    let proposals = query::audit::calls_of_proposals(conn, company, &proposals)?;
    let files: Vec<BankFileId> = named.iter().filter_map(|(event, _)| event.subject.parse().ok()).collect();
    let files = query::audit::calls_of_bank_files(conn, company, &files)?;
    for (event, sealed) in named {
        let at = format!("{} {} about {}", event.kind, event.id, event.subject);
        let id = invocation(sealed);
        match id.and_then(|id| calls.get(&id)) {
            Some(call) => {
                run.done.computed += 1;
                let found = plugin::computed(call).content();
                run.same(&at, "the call it names", sealed.to_string(), found.to_string());
            }
            None => run.problem(&at, format_args!("the call it names, {sealed}, is not there")),
        }
        let subject = &event.subject;
        let kept = subject.parse().ok().and_then(|id: ProposalId| proposals.get(&id).copied());
        let kept = kept.or_else(|| subject.parse().ok().and_then(|id: BankFileId| files.get(&id).copied()));
        if let (Some(sealed), Some(kept)) = (id, kept) {
            run.same(&at, "the call that its subject names", sealed, kept);
        }
    }
    Ok(())
}

fn invocation(computed: &Value) -> Option<InvocationId> {
    computed.get("invocation")?.as_str()?.parse().ok()
}

/// Configuration and output of every call are those of its digests. Inputs are recomputed by `replay`, which has the
/// guests' types; what is sealed names their digests.
pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let mut after = None;
    loop {
        let page = query::invocations::list(conn, run.company.id, after, LINKS_MAX)?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id);
        let outputs: Vec<BlobId> = page.iter().map(|call| call.output).collect();
        let outputs = query::blobs::commitments(conn, run.company.id, &outputs)?;
        for call in &page {
            let config = digest_bytes("config.v1", call.config.as_bytes());
            run.same(call.id, "digest of its configuration", call.config_digest, config);
            match outputs.get(&call.output) {
                Some(output) => run.same(call.id, "digest of its output", call.output_digest, *output),
                None => run.problem(call.id, "its output is not there"),
            }
        }
    }
}
