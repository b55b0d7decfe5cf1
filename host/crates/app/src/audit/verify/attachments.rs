//! Attachments: their bytes are committed to, they belong to what they were added to, or to what that draft became, and were added by
//! whom the events that added them say; what is gone went with its draft.

use super::super::LINKS_MAX;
use super::Run;
use crate::common::Common;
use domain::ids::{AttachmentId, BlobId, DocumentId, DraftId};
use serde_json::Value;
use std::collections::HashMap;
use store::rows::{Attachment, Event};
use store::{Conn, query};

/// What the event of an attachment sealed.
pub(super) struct Sealed {
    digest: String,
    draft: Option<DraftId>,
    document: Option<DocumentId>,
    /// As far as that is known.
    person: Option<String>,
}

/// Notes what a sealed event adds, if it does.
pub(super) fn note(run: &mut Run, event: &Event) {
    if event.kind != "attachment.added" {
        return;
    }
    let text = |name: &str| event.data.0.get(name).and_then(Value::as_str);
    let sealed = Sealed {
        digest: text("digest").unwrap_or_default().to_owned(),
        draft: text("draft").and_then(|id| id.parse().ok()),
        document: text("document").and_then(|id| id.parse().ok()),
        person: run.person_of(event),
    };
    match event.subject.parse::<AttachmentId>() {
        Ok(id) => drop(run.attachments.insert(id, sealed)),
        Err(_) => {
            run.problem(event.id, format_args!("it is about {}, which is no attachment", event.subject))
        }
    }
}

pub(super) fn check(run: &mut Run, conn: &mut Conn) -> Result<(), Common> {
    let company = run.company.id;
    let mut after = None;
    loop {
        let page = query::attachments::list(conn, company, after, LINKS_MAX)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let blobs: Vec<BlobId> = page.iter().map(|row| row.blob).collect();
        let found = query::blobs::commitments(conn, company, &blobs)?;
        let drafts: Vec<DraftId> = page.iter().filter_map(|row| row.draft).collect();
        let became: HashMap<DraftId, DocumentId> =
            query::drafts::documents_of(conn, company, &drafts)?.into_iter().collect();
        for row in &page {
            let Some(sealed) = run.attachments.remove(&row.id) else {
                run.problem(row.id, "no event seals that it was added");
                continue;
            };
            belongs(run, row, &sealed, &became);
            match found.get(&row.blob) {
                Some(digest) => run.same(row.id, "digest of its bytes", sealed.digest, digest.to_string()),
                None => run.problem(row.id, "its bytes are not there"),
            }
        }
    }
    for (id, sealed) in std::mem::take(&mut run.attachments) {
        let kept = match sealed.draft {
            Some(draft) => query::drafts::by_id(conn, company, draft)?.is_some(),
            None => true,
        };
        if kept {
            run.problem(id, "that it was added is sealed, but it is not there");
        }
    }
    Ok(())
}

/// What it goes with, and who added it. What is added to a draft goes with the document that this becomes.
fn belongs(run: &mut Run, row: &Attachment, sealed: &Sealed, became: &HashMap<DraftId, DocumentId>) {
    fn shown(id: Option<impl ToString>) -> String {
        id.map_or_else(|| "none".to_owned(), |id| id.to_string())
    }
    run.same(row.id, "draft that it was added to, by the events", shown(sealed.draft), shown(row.draft));
    let document = sealed.document.or_else(|| became.get(&sealed.draft?).copied());
    run.same(row.id, "document that it goes with, by the events", shown(document), shown(row.document));
    if let Some(person) = &sealed.person {
        run.same(row.id, "who added it, by the events", person, &row.created_by);
    }
}
