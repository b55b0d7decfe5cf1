//! Files that go with a document or its draft (附件): scans, contracts, mails. They stand encrypted among the blobs, under keys whose
//! party is the customer; their digest stands in the chain. What a file is, its first bytes say.

use crate::common::{Common, Context, authorise, authorise_some, check_name, there};
use crate::vault::{self, Secret, VaultError};
use crate::{App, event, invoice};
use domain::actor::{Actor, Noun, Verb};
use domain::canonical::Digest;
use domain::draft::DraftKind;
use domain::ids::{AttachmentId, CompanyId, CustomerId, DocumentId, DraftId};
use serde_json::json;
use std::collections::HashMap;
use store::query::attachments::Stored;
use store::rows::Attachment;
use store::types::KeyKind;
use store::{Conn, query};
use thiserror::Error;

/// Files of one document or draft.
const OF_ONE_MAX: usize = 100;
/// Longest name of a file, in characters.
const NAME_CHARS_MAX: usize = 200;

/// What a file belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttachTo {
    Draft(DraftId),
    /// By id or number.
    Document(String),
}

#[derive(Debug, Clone)]
pub struct Attach<'a> {
    pub to: AttachTo,
    pub file_name: &'a str,
    /// As the caller calls it: it tells apart what begins alike (office files, texts).
    pub media_type: &'a str,
    pub bytes: &'a [u8],
}

/// A file without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentView {
    pub attachment: Attachment,
    /// `None` once it is erased.
    pub file_name: Option<String>,
    pub media_type: String,
    pub size: u64,
    /// SHA-256(salt ‖ bytes), as its event has it.
    pub digest: Digest,
}

#[derive(Debug, Error)]
pub enum AttachError {
    #[error(transparent)]
    Common(#[from] Common),
    #[error(
        "the file is none that may be attached: PDF, PNG, JPEG, GIF, WebP, TIFF, XLSX, DOCX, OFD, XML, CSV and plain text may"
    )]
    MediaType,
    #[error("{OF_ONE_MAX} files are attached already")]
    TooMany,
}

crate::common::through_common!(AttachError);

/// Attaches a file.
pub fn attach(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    input: &Attach<'_>,
) -> Result<AttachmentView, AttachError> {
    authorise_some(actor, Verb::Enter, company)?;
    check_name("/file_name", input.file_name)?;
    let file_name = input.file_name.trim();
    if file_name.chars().count() > NAME_CHARS_MAX || file_name.contains(['/', '\\']) {
        let message =
            format!("is the name of a file, without a folder, of at most {NAME_CHARS_MAX} characters");
        return Err(Common::invalid("/file_name", message).into());
    }
    let media_type = sniff(input.bytes, input.media_type).ok_or(AttachError::MediaType)?;
    let ctx = Context::new(app);
    app.db.write(|tx| {
        let (draft, document, customer) = belongs(tx, company, &input.to)?;
        authorise(actor, noun_of(tx, company, (draft, document))?, Verb::Enter, company)?;
        let there_are = match (draft, document) {
            (Some(draft), _) => query::attachments::of_draft(tx, company, draft)?.len(),
            (None, Some(document)) => query::attachments::of_document(tx, company, document)?.len(),
            (None, None) => 0,
        };
        if there_are >= OF_ONE_MAX {
            return Err(AttachError::TooMany);
        }
        let outer = vault::company_key(&ctx, tx, company)?;
        let parties = customer.into_iter().collect();
        let key = vault::fresh_key(&ctx, company, &outer, KeyKind::Content, parties)?;
        key.write(tx)?;
        let blob = key.blob(&ctx, media_type, input.bytes)?;
        query::blobs::insert(tx, &[blob.row()])?;
        let row = Attachment {
            company,
            id: AttachmentId::new(ctx.uuid()),
            draft,
            document,
            blob: blob.id,
            file_name: key.secret.encrypt(ctx.random(), file_name.as_bytes())?,
            created_by: actor.person(),
            created_at: ctx.now,
        };
        query::attachments::insert(tx, &row)?;
        let data = json!({
            "draft": draft.map(|id| id.to_string()), "document": document.map(|id| id.to_string()),
            "media_type": media_type, "size": blob.size.to_string(), "digest": blob.commitment.to_string(),
        });
        event::write(&ctx, tx, actor, company, ("attachment.added", row.id), data)?;
        Ok(AttachmentView {
            attachment: row,
            file_name: Some(file_name.to_owned()),
            media_type: media_type.to_owned(),
            size: blob.size,
            digest: blob.commitment,
        })
    })
}

type Belongs = (Option<DraftId>, Option<DocumentId>, Option<CustomerId>);

fn belongs(conn: &mut Conn, company: CompanyId, to: &AttachTo) -> Result<Belongs, Common> {
    Ok(match to {
        AttachTo::Draft(id) => {
            let draft = there(query::drafts::by_id(conn, company, *id)?, "draft", id)?;
            // of one that was posted the document is what counts
            (Some(*id), draft.document, draft.customer)
        }
        AttachTo::Document(name) => {
            let document = invoice::find_any(conn, company, name)?;
            (None, Some(document.id), Some(document.customer))
        }
    })
}

/// What the draft or document is to who asks whether she may: a cashier attaches to what is money.
fn noun_of(
    conn: &mut Conn,
    company: CompanyId,
    (draft, document): (Option<DraftId>, Option<DocumentId>),
) -> Result<Noun, Common> {
    let kind = match (draft, document) {
        (Some(id), _) => query::drafts::by_id(conn, company, id)?.map(|draft| draft.kind),
        (None, Some(id)) => query::documents::by_id(conn, company, id)?.map(|document| document.kind),
        (None, None) => None,
    };
    Ok(kind.and_then(|kind| DraftKind::by_name(&kind)).map_or(Noun::Documents, DraftKind::noun))
}

/// The files of a draft or document, in the order in which they came, after `after`.
pub fn list(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    of: &AttachTo,
    after: Option<AttachmentId>,
    limit: u32,
) -> Result<Vec<AttachmentView>, Common> {
    authorise(actor, Noun::Records, Verb::Read, company)?;
    let ctx = Context::new(app);
    app.db.read(|conn| {
        let filter = files_of(conn, company, of)?;
        let rows = query::attachments::search(conn, company, &filter, after, limit)?;
        views(&ctx, conn, company, rows)
    })
}

/// Those of a draft or document, which is there.
pub(crate) fn files_of(
    conn: &mut Conn,
    company: CompanyId,
    of: &AttachTo,
) -> Result<query::attachments::Filter, Common> {
    let all = query::attachments::Filter::default();
    Ok(match of {
        AttachTo::Draft(id) => {
            there(query::drafts::by_id(conn, company, *id)?, "draft", id)?;
            query::attachments::Filter { draft: Some(*id), ..all }
        }
        AttachTo::Document(name) => {
            let document = invoice::find_any(conn, company, name)?.id;
            query::attachments::Filter { document: Some(document), ..all }
        }
    })
}

/// What is shown of some files.
pub(crate) fn views(
    ctx: &Context<'_>,
    conn: &mut Conn,
    company: CompanyId,
    rows: Vec<Attachment>,
) -> Result<Vec<AttachmentView>, Common> {
    let outer = vault::company_key(ctx, conn, company)?;
    let blobs: Vec<_> = rows.iter().map(|row| row.blob).collect();
    let stored = query::attachments::stored(conn, company, &blobs)?;
    let stored: HashMap<_, Stored> = stored.into_iter().map(|one| (one.blob, one)).collect();
    rows.into_iter()
        .map(|row| {
            let of = there(stored.get(&row.blob), "blob", row.blob)?;
            Ok(AttachmentView {
                file_name: name(conn, company, &outer, &row, of)?,
                media_type: of.media_type.clone(),
                size: of.size,
                digest: of.commitment,
                attachment: row,
            })
        })
        .collect()
}

fn name(
    conn: &mut Conn,
    company: CompanyId,
    outer: &Secret,
    row: &Attachment,
    of: &Stored,
) -> Result<Option<String>, Common> {
    let key = match vault::key(conn, company, outer, of.key) {
        Err(Common::Vault(VaultError::Erased)) => return Ok(None),
        key => key?,
    };
    let plain = key.decrypt("file name", &row.file_name)?;
    let text = String::from_utf8(plain)
        .map_err(|error| Common::Corrupt { what: "file name", detail: format!("{}: {error}", row.id) })?;
    Ok(Some(text))
}

/// A file with its bytes.
pub fn get(
    app: &App,
    actor: &Actor,
    company: CompanyId,
    id: AttachmentId,
) -> Result<(AttachmentView, Vec<u8>), Common> {
    authorise(actor, Noun::Records, Verb::Read, company)?;
    let ctx = Context::new(app);
    app.db.read(|conn| {
        let row = there(query::attachments::by_id(conn, company, id)?, "attachment", id)?;
        let bytes = vault::read_blob(&ctx, conn, company, row.blob)?.bytes;
        let view = there(views(&ctx, conn, company, vec![row])?.pop(), "attachment", id)?;
        Ok((view, bytes))
    })
}

/// What the bytes are, of what may be attached. Office files are archives, and texts have no mark: of these the caller's word
/// decides among those that fit.
fn sniff(bytes: &[u8], declared: &str) -> Option<&'static str> {
    const MARKS: [(&[u8], &str); 7] = [
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
    ];
    const ARCHIVES: [&str; 3] = [
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/ofd",
    ];
    if let Some((_, media_type)) = MARKS.into_iter().find(|(mark, _)| bytes.starts_with(mark)) {
        return Some(media_type);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some("image/webp");
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return ARCHIVES.into_iter().find(|known| *known == declared);
    }
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).ok()?;
    if text.is_empty() || text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{c}')) {
        return None;
    }
    match declared {
        "text/csv" => Some("text/csv"),
        "application/xml" | "text/xml" if text.trim_start().starts_with("<?xml") => Some("application/xml"),
        "text/plain" => Some("text/plain"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        let xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        for (bytes, declared, found) in [
            (&b"%PDF-1.7\n"[..], "text/html", Some("application/pdf")),
            (b"\x89PNG\r\n\x1a\n0", "application/pdf", Some("image/png")),
            (b"RIFF0000WEBPVP8 ", "image/webp", Some("image/webp")),
            (b"RIFF0000AVI ", "image/webp", None),
            (b"PK\x03\x04...", xlsx, Some(xlsx)),
            (b"PK\x03\x04...", "application/java-archive", None),
            ("编号,金额\n1,2\n".as_bytes(), "text/csv", Some("text/csv")),
            (b"<html><script>", "text/html", None),
            (b"<svg/>", "application/xml", None),
            (b"<?xml version=\"1.0\"?><a/>", "text/xml", Some("application/xml")),
            (b"MZ\x90\x00", "text/plain", None),
            (b"", "text/plain", None),
        ] {
            assert_eq!(sniff(bytes, declared), found, "{declared}");
        }
    }
}
