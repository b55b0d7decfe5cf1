//! Files that go with documents and drafts (附件).

use app::attachment::AttachmentView;
use serde::Serialize;
use utoipa::ToSchema;

/// A file without its bytes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Attachment)]
pub struct AttachmentOut {
    pub id: String,
    /// Id.
    pub draft: Option<String>,
    /// Id; that of the draft once it is posted.
    pub document: Option<String>,
    /// Null once it is erased.
    pub file_name: Option<String>,
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of a salt and the bytes, as the event `attachment.added` has it.
    pub digest: String,
    pub created_by: String,
    /// RFC 3339.
    pub created_at: String,
}

impl From<AttachmentView> for AttachmentOut {
    fn from(view: AttachmentView) -> Self {
        let row = view.attachment;
        AttachmentOut {
            id: row.id.to_string(),
            draft: row.draft.map(|id| id.to_string()),
            document: row.document.map(|id| id.to_string()),
            file_name: view.file_name,
            media_type: view.media_type,
            size: view.size,
            digest: view.digest.to_string(),
            created_by: row.created_by,
            created_at: row.created_at.to_string(),
        }
    }
}
