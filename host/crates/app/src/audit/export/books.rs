//! The chain and what it seals: seals, entries, documents, events, statements, salts, open items.

use super::super::opener::Salt;
use super::super::{BLOBS_MAX, LINKS_MAX, rebuild};
use super::folder::Lines;
use super::statements::Stated;
use super::{Export, ExportError, attachments, statements};
use crate::common::{Common, Context};
use crate::event;
use domain::canonical::Digest;
use domain::ids::{AttachmentId, CustomerId, DocumentId, EntryId, StatementId};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashSet};
use store::query::history::{DocumentHistory, EntryHistory, Link};
use store::rows::{Event, Seal};
use store::{Conn, query};

/// The files that grow with the chain.
pub(super) struct Books {
    seals: Lines,
    entries: Lines,
    documents: Lines,
    events: Lines,
    carried: Lines,
    pub statements: Lines,
    pub salts: Lines,
    open_items: Lines,
    /// Documents written: several entries may name one.
    written: HashSet<DocumentId>,
    /// Files whose adding is sealed.
    attached: Vec<AttachmentId>,
}

pub(super) fn write(ctx: &Context<'_>, export: &mut Export<'_>, conn: &mut Conn) -> Result<(), ExportError> {
    let mut books = Books {
        seals: export.folder.lines("seals.ndjson")?,
        entries: export.folder.lines("entries.ndjson")?,
        documents: export.folder.lines("documents.ndjson")?,
        events: export.folder.lines("events.ndjson")?,
        carried: export.folder.lines("events-carried.ndjson")?,
        statements: export.folder.lines("statements.ndjson")?,
        salts: export.folder.lines("salts.ndjson")?,
        open_items: export.folder.lines("open_items.ndjson")?,
        written: HashSet::new(),
        attached: Vec::new(),
    };
    let mut position = 0;
    loop {
        let page = query::history::page(conn, export.company.id, position, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        position = last.seal.position;
        write_page(export, conn, &mut books, &page)?;
    }
    super::goods::write(export, conn, &mut books.salts)?;
    attachments::write(ctx, export, conn, (&books.attached, &mut books.salts))?;
    let Books { seals, entries, documents, events, carried, statements, salts, open_items, .. } = books;
    for lines in [seals, entries, documents, events, carried, statements, salts, open_items] {
        export.folder.close(lines)?;
    }
    Ok(())
}

fn write_page(
    export: &mut Export<'_>,
    conn: &mut Conn,
    books: &mut Books,
    page: &[Link],
) -> Result<(), ExportError> {
    let parties: BTreeSet<CustomerId> = page
        .iter()
        .filter_map(|link| link.entry.as_ref()?.document.as_ref())
        .map(|document| document.document.customer)
        .collect();
    export.opener.load_parties(conn, &parties)?;
    for Link { seal, entry, events, .. } in page {
        books.seals.push(&seal_line(seal))?;
        if let Some(entry) = entry {
            write_entry(export, books, entry, rebuild::digests(events)?)?;
        }
        for event in events {
            write_event(books, seal, event)?;
        }
    }
    let stated: Vec<Stated<'_>> =
        page.iter().filter_map(|link| Some((link.statement.as_ref()?, link.events.as_slice()))).collect();
    for chunk in stated.chunks(BLOBS_MAX) {
        statements::write(export, conn, books, chunk)?;
    }
    Ok(())
}

fn seal_line(seal: &Seal) -> Value {
    json!({
        "position": seal.position.to_string(),
        "kind": seal.kind,
        "ref": seal.reference.simple().to_string(),
        "content_hash": seal.content_hash.to_string(),
        "prev_hash": seal.prev_hash.to_string(),
        "hash": seal.hash.to_string(),
    })
}

fn write_event(books: &mut Books, seal: &Seal, event: &Event) -> Result<(), ExportError> {
    let mut line = event::content(event);
    if seal.kind == "event" {
        if event.kind == "attachment.added" {
            books.attached.extend(event.subject.parse::<AttachmentId>());
        }
        return books.events.push(&line);
    }
    let carrier = match seal.kind.as_str() {
        "statement" => StatementId::new(seal.reference).to_string(),
        _ => EntryId::new(seal.reference).to_string(),
    };
    if let Some(members) = line.as_object_mut() {
        members.insert("carrier".to_owned(), Value::String(carrier));
    }
    books.carried.push(&line)
}

fn write_entry(
    export: &Export<'_>,
    books: &mut Books,
    history: &EntryHistory,
    events: Vec<Digest>,
) -> Result<(), ExportError> {
    let document = match &history.document {
        Some(document) => Some(write_document(export, books, document)?),
        None => None,
    };
    let broken =
        |detail: String| Common::Corrupt { what: "entry", detail: format!("{}: {detail}", history.entry.id) };
    let entry = rebuild::entry(history, export.company.base_currency, document, events)
        .map_err(|e| broken(e.to_string()))?;
    let content = entry.content();
    books.entries.push(&content)?;
    // as the entry has them, with what is open of them now
    let items = content.get("items").and_then(Value::as_array).into_iter().flatten();
    for (line, row) in items.zip(&history.items) {
        let mut line = line.clone();
        if let Some(members) = line.as_object_mut() {
            members.insert("open".to_owned(), row.open.format(row.currency).into());
            members.insert("base_open".to_owned(), row.base_open.format(export.company.base_currency).into());
        }
        books.open_items.push(&line)?;
    }
    Ok(())
}

fn write_document(
    export: &Export<'_>,
    books: &mut Books,
    history: &DocumentHistory,
) -> Result<(DocumentId, Digest), ExportError> {
    let document = rebuild::document(history, export.company.base_currency);
    let id = document.id;
    if books.written.insert(id) {
        books.documents.push(&document.content())?;
        let (salt, text) = match export.opener.salt(&history.document) {
            Salt::Open(salt) => {
                let text = String::from_utf8(crate::document::text_of(history)?)
                    .map_err(|e| Common::Corrupt { what: "document", detail: format!("{id}: {e}") })?;
                (Some(hex::encode(salt)), Some(text))
            }
            Salt::Erased => (None, None),
            Salt::Wrong(what) => {
                return Err(Common::Corrupt { what: "document", detail: format!("{id}: {what}") }.into());
            }
        };
        books.salts.push(&json!({"ref": id.to_string(), "salt": salt, "text": text}))?;
    }
    Ok((id, document.digest()?))
}
