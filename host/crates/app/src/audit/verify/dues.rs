//! Due dates that came to be known later, and confirmations of statements: each stands in the event that told it, and the other way
//! round; the parts of a document in the order in which its entry posts them.

use super::super::LINKS_MAX;
use super::Run;
use crate::common::Common;
use crate::due::{DUE_DATES, told};
use crate::statement;
use domain::canonical::commit;
use domain::ids::{DocumentId, EntryId, OpenItemId};
use domain::ledger::BILLED;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::rows::Event;
use store::{Conn, query};

/// Notes what a sealed event tells of due dates, and what it says was confirmed.
pub(super) fn note(run: &mut Run, event: &Event) {
    let list = event.data.0.get(DUE_DATES).and_then(Value::as_array);
    run.dues.extend(list.into_iter().flatten().map(|due| (event.id, due.to_string())));
    if event.kind == "statement.confirmed" {
        let text = |name: &str| event.data.0.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        run.confirmed.insert(event.subject.clone(), (text("date"), text("words"), text("contact")));
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let company = run.company.id;
    for row in query::terms::dues(conn, company)? {
        if !run.dues.remove(&(row.event, told(&row).to_string())) {
            let day = row.due_date.map_or_else(|| "no day".to_owned(), |date| date.to_string());
            run.problem(row.item, format_args!("no event says that it is due on {day}"));
        }
    }
    for (event, due) in std::mem::take(&mut run.dues) {
        run.problem(event, format_args!("it tells a due date that is not there: {due}"));
    }
    for item in query::terms::items_out_of_step(conn, company)? {
        run.problem(item, "the due date that is kept of it is not the last one that is known");
    }
    confirmations(run, conn)?;
    parts(run, conn)
}

fn confirmations(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    for row in query::terms::all_confirmations(conn, run.company.id)? {
        let place = row.statement.to_string();
        let Some((date, words, contact)) = run.confirmed.remove(&place) else {
            run.problem(place, "no event says that it was confirmed");
            continue;
        };
        run.same(&place, "day of its confirmation", date, row.confirmed_on.to_string());
        let named = row.contact.map(|id| id.to_string()).unwrap_or_default();
        run.same(&place, "who of the customer's confirmed it", contact, named);
        // of who was erased neither words nor salt are left
        if let (Some(by), Some(evidence), Some(salt)) = (&row.confirmed_by, &row.evidence, row.words_salt) {
            let found =
                commit(salt.bytes(), &statement::confirmed_words(by, evidence, row.reason.as_deref())?);
            run.same(&place, "commitment to who confirmed it", words, found.to_string());
        }
    }
    for (subject, _) in std::mem::take(&mut run.confirmed) {
        run.problem(subject, "it was confirmed, but the confirmation is not there");
    }
    Ok(())
}

fn parts(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let company = run.company.id;
    let mut kept: BTreeMap<DocumentId, Vec<OpenItemId>> = BTreeMap::new();
    for row in query::terms::instalments(conn, company)? {
        kept.entry(row.document).or_default().push(row.item);
    }
    let ids: Vec<DocumentId> = kept.keys().copied().collect();
    for chunk in ids.chunks(usize::try_from(LINKS_MAX).unwrap_or(usize::MAX)) {
        let items = query::open_items::of_documents(conn, company, chunk)?;
        let entries: BTreeSet<EntryId> = items.iter().map(|item| item.entry).collect();
        let entries: Vec<EntryId> = entries.into_iter().collect();
        // what it bills of deliveries is no part of what it asks for
        let own = items.iter().filter(|item| item.kind != BILLED);
        let of: HashMap<OpenItemId, DocumentId> =
            own.filter_map(|item| Some((item.id, item.document?))).collect();
        let mut posted: HashMap<DocumentId, Vec<OpenItemId>> = HashMap::new();
        for posting in query::entries::postings_of(conn, company, &entries)? {
            if let Some((item, document)) = posting.item.and_then(|item| Some((item, *of.get(&item)?))) {
                posted.entry(document).or_default().push(item);
            }
        }
        for document in chunk {
            if kept.get(document) != posted.get(document) {
                run.problem(document, "its parts are not the items that its entry posts, in their order");
            }
        }
    }
    Ok(())
}
