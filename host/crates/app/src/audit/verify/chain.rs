//! The chain, link by link, and what each link seals.

use super::super::opener::Salt;
use super::super::{LINKS_MAX, rebuild};
use super::Run;
use super::calls;
use crate::common::Common;
use crate::event::event_digest;
use domain::canonical::{Digest, commit, digest};
use domain::ids::{CustomerId, DocumentId, EntryId, EventId, StatementId};
use domain::ledger::seal_hash;
use std::collections::BTreeSet;
use store::query::history::{DocumentHistory, EntryHistory, Link, StatementHistory};
use store::rows::{Document, Entry, Event, Seal};
use store::{Conn, query};

/// `progress` is told the position before each page.
pub(super) fn check(
    run: &mut Run,
    conn: &mut Conn,
    progress: &dyn Fn(u64) -> Result<(), Common>,
) -> Result<(), Common> {
    let mut previous: Option<Seal> = None;
    loop {
        let after = previous.as_ref().map_or(0, |seal| seal.position);
        progress(after)?;
        let page = query::history::page(conn, run.company.id, after, LINKS_MAX)?;
        if page.is_empty() {
            return Ok(());
        }
        let parties: BTreeSet<CustomerId> = page
            .iter()
            .filter_map(|link| link.entry.as_ref()?.document.as_ref())
            .map(|document| document.document.customer)
            .collect();
        run.opener.load_parties(conn, &parties)?;
        calls::of_events(run, conn, &page)?;
        for link in page {
            check_seal(run, previous.as_ref(), &link.seal)?;
            check_sealed(run, &link)?;
            previous = Some(link.seal);
        }
    }
}

/// Follows the one before without a gap, and its hash is that of its content.
fn check_seal(run: &mut Run, previous: Option<&Seal>, seal: &Seal) -> Result<(), Common> {
    let at = format!("seal {}", seal.position);
    run.done.positions += 1;
    run.same(&at, "position", previous.map_or(1, |p| p.position.saturating_add(1)), seal.position);
    run.same(&at, "previous hash", previous.map_or(Digest::ZERO, |p| p.hash), seal.prev_hash);
    let hash = seal_hash(
        seal.company,
        seal.position,
        &seal.kind,
        seal.reference,
        seal.content_hash,
        seal.prev_hash,
    )?;
    run.same(&at, "hash", hash, seal.hash);
    Ok(())
}

fn check_sealed(run: &mut Run, link: &Link) -> Result<(), Common> {
    let Link { seal, entry, statement, events } = link;
    let at = format!("seal {}", seal.position);
    run.done.events += u64::try_from(events.len()).unwrap_or(u64::MAX);
    match seal.kind.as_str() {
        "entry" => match entry {
            Some(entry) => {
                super::bills::note(run, events);
                check_entry(run, seal, entry, events)?;
            }
            None => run.problem(at, format_args!("{} is not there", EntryId::new(seal.reference))),
        },
        "statement" => match statement {
            Some(statement) => check_statement(run, seal, statement, events)?,
            None => run.problem(at, format_args!("{} is not there", StatementId::new(seal.reference))),
        },
        "event" => match events.as_slice() {
            [own] if own.id.uuid() == seal.reference => check_event(run, seal, own)?,
            _ => run.problem(at, format_args!("{} is not there, or not alone", EventId::new(seal.reference))),
        },
        other => run.problem(at, format_args!("it is of the kind {other:?}, which is not sealed")),
    }
    Ok(())
}

fn check_entry(run: &mut Run, seal: &Seal, history: &EntryHistory, events: &[Event]) -> Result<(), Common> {
    run.done.entries += 1;
    for event in events {
        super::deliveries::note(run, event);
        super::confirmations::note(run, event);
        super::moves::note(run, event);
        super::settled::note(run, event);
    }
    let at = format!("{} at position {}", history.entry.id, seal.position);
    let document = match (&history.entry.document, &history.document) {
        (None, _) => None,
        (Some(_), Some(document)) => {
            check_maker(run, &history.entry, &document.document);
            Some(check_document(run, document)?)
        }
        (Some(id), None) => {
            run.problem(&at, format_args!("its document {id} is not there"));
            return Ok(());
        }
    };
    run.same(&at, "stored content hash", seal.content_hash, history.entry.content_hash);
    match rebuild::entry(history, run.company.base_currency, document, rebuild::digests(events)?) {
        Ok(entry) => {
            let what = format!("content hash of its rows{}", carried(events));
            run.same(&at, &what, seal.content_hash, entry.content_hash()?);
        }
        Err(refused) => run.problem(&at, refused),
    }
    for allocation in &history.allocations {
        let (expected, found) = (history.entry.effective_date.date(), allocation.effective_date.date());
        run.same(allocation.id, "day of its entry", expected, found);
    }
    super::suspense::note(run, history, events);
    super::deferrals::note(run, &history.postings, events);
    super::advances::note(run, &history.postings, events);
    super::regroupings::note(run, seal.position, history, events);
    super::revaluations::note(run, history, events);
    for posting in history.postings.iter().filter(|posting| posting.customer.is_some()) {
        let (sum, base) = run.ledger.entry((posting.account.clone(), posting.currency)).or_default();
        match (sum.add(posting.amount), base.add(posting.base)) {
            (Ok(amount), Ok(in_base)) => (*sum, *base) = (amount, in_base),
            // said, and gone on with: the rest of the chain is looked at all the same
            (Err(error), _) | (_, Err(error)) => {
                run.problem(
                    &at,
                    format_args!("sum of account {} {}: {error}", posting.account, posting.currency),
                );
            }
        }
    }
    Ok(())
}

/// Who made a document posted its entry, the first that names it: duties are separated by her.
fn check_maker(run: &mut Run, entry: &Entry, document: &Document) {
    if !run.documents.contains(&document.id) {
        let at = format!("{} {} ({})", document.kind, document.number, document.id);
        run.same(at, "who made it, by its entry", &entry.created_by, &document.created_by);
    }
}

/// What else a hash covers, by name: one of these may be the one that was changed, added or taken away.
fn carried(events: &[Event]) -> String {
    if events.is_empty() {
        return ", which carry no event".to_owned();
    }
    let names: Vec<String> = events.iter().map(|event| format!("{} {}", event.kind, event.id)).collect();
    format!(" with {}", names.join(", "))
}

/// The document's recomputed digest; its texts against their commitment, the first time it is met.
fn check_document(run: &mut Run, history: &DocumentHistory) -> Result<(DocumentId, Digest), Common> {
    let row = &history.document;
    let at = format!("{} {} ({})", row.kind, row.number, row.id);
    let computed = rebuild::document(history, run.company.base_currency).digest()?;
    if run.documents.insert(row.id) {
        match (&row.invocation, &history.call) {
            (Some(id), None) => run.problem(&at, format_args!("its call {id} is not there")),
            (Some(_), Some(_)) => run.done.computed += 1,
            (None, _) => {}
        }
        run.same(&at, "digest, with plugin, input and output of its call", computed, row.digest);
        match run.opener.salt(row) {
            Salt::Open(salt) => {
                let commitment = commit(&salt, &crate::document::text_of(history)?);
                run.same(&at, "commitment to its texts", row.text_commitment, commitment);
            }
            Salt::Erased => run.done.erased += 1,
            Salt::Wrong(what) => run.problem(&at, what),
        }
    }
    Ok((row.id, computed))
}

fn check_statement(
    run: &mut Run,
    seal: &Seal,
    history: &StatementHistory,
    events: &[Event],
) -> Result<(), Common> {
    run.done.statements += 1;
    super::decisions::note_sealed(run, events);
    let row = &history.statement;
    let at = format!("statement {}-v{} at position {}", row.number, row.version, seal.position);
    if history.call.is_some() {
        run.done.computed += 1;
    } else {
        run.problem(&at, "the call that laid it out is not there");
    }
    let hash = digest("statement.v1", &rebuild::statement(history, events)?)?;
    let what = format!("content hash with its call and files{}", carried(events));
    run.same(&at, &what, seal.content_hash, hash);
    if row.known_at >= seal.position {
        run.problem(
            &at,
            format_args!("it claims to know position {}, which was not sealed before it", row.known_at),
        );
    }
    Ok(())
}

fn check_event(run: &mut Run, seal: &Seal, event: &Event) -> Result<(), Common> {
    super::bank::note(run, event);
    super::decisions::note(run, event);
    super::closes::note(run, event);
    super::attachments::note(run, event);
    super::books::note(run, event);
    super::dues::note(run, event);
    super::deliveries::note(run, event);
    super::deferrals::note(run, &[], std::slice::from_ref(event));
    super::discounts::note(run, event);
    super::controls::note(run, event);
    super::drafts::note(run, event);
    super::moves::note(run, event);
    super::settled::note(run, event);
    super::proposals::note(run, event);
    super::bindings::note(run, event);
    super::settings::note(run, event);
    super::accounts::note(run, event);
    super::merges::note(run, event);
    super::bank_details::note(run, event);
    super::unlocks::note(run, event);
    super::disputes::note(run, event);
    let hash = event_digest(event)?;
    run.same(
        format_args!("{} at position {}", event.id, seal.position),
        "content hash",
        seal.content_hash,
        hash,
    );
    Ok(())
}
