//! Files that go with documents and drafts: those whose events are sealed, as long as they can be opened.

use super::super::BLOBS_MAX;
use super::folder::Lines;
use super::{Export, ExportError};
use crate::attachment;
use crate::common::{Common, Context, there};
use crate::vault::VaultError;
use domain::ids::{AttachmentId, BlobId};
use serde_json::json;
use store::{Conn, query};

/// What of `added` is still there: the files of a draft go with it. Their salts go to the others'.
pub(super) fn write(
    ctx: &Context<'_>,
    export: &mut Export<'_>,
    conn: &mut Conn,
    (added, salts): (&[AttachmentId], &mut Lines),
) -> Result<(), ExportError> {
    let company = export.company.id;
    let mut lines = export.folder.lines("attachments.ndjson")?;
    for chunk in added.chunks(BLOBS_MAX) {
        let mut rows = Vec::with_capacity(chunk.len());
        for id in chunk {
            rows.extend(query::attachments::by_id(conn, company, *id)?);
        }
        let blobs: Vec<BlobId> = rows.iter().map(|row| row.blob).collect();
        let mut blobs = export.opener.blobs(conn, &blobs)?;
        for view in attachment::views(ctx, conn, company, rows)? {
            let row = &view.attachment;
            let salt = match there(blobs.remove(&row.blob), "blob", row.blob)?.opened {
                Ok(opened) => {
                    export.folder.write(&format!("attachments/{}", row.id), &opened.bytes)?;
                    Some(hex::encode(opened.salt))
                }
                Err(VaultError::Erased) => None,
                Err(error) => return Err(Common::from(error).into()),
            };
            salts.push(&json!({"ref": row.id.to_string(), "salt": salt}))?;
            lines.push(&json!({
                "id": row.id.to_string(),
                "draft": row.draft.map(|id| id.to_string()),
                "document": row.document.map(|id| id.to_string()),
                "file_name": view.file_name,
                "media_type": view.media_type,
                "size": view.size.to_string(),
                "digest": view.digest.to_string(),
                "created_by": row.created_by,
                "created_at": row.created_at.to_string(),
            }))?;
        }
    }
    export.folder.close(lines)
}
